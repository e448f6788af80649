"""People and how they get in: sign-in with a password, its limits, links that set a password.

django-allauth's account and usersessions parts do the work; here are its adapter, forms and views
in our look, the count of failed sign-ins, the list of sessions, and the administrators' pages. The
front door is `urls`. Nothing here knows conversations or answers. The link that a start prints is
made by `conversations.sign_in.links`.
"""
