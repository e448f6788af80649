"""People and how they get in: sign-in with a password, its limits, links that set a password.

django-allauth's account part does the work; here are its adapter, forms and views in our look,
the count of failed sign-ins, and the administrators' pages of people. The front door is `urls`.
Nothing here knows conversations or answers. The link that a start prints is made by
`conversations.sign_in.links`.
"""
