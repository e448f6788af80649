"""Before a dangerous act its person proves once more who it is: by password, code or passkey.

It promises that a view which `conversations.sign_in.dangerous` marks is not reached unless its
person signed in or proved it within ACCOUNT_REAUTHENTICATION_TIMEOUT seconds, that what was typed
comes through the question, and that wrong tries count like failed sign-ins. Who has neither a
password nor a second factor has nothing to prove it by, and is not asked. The front doors are
`middleware`, the one place that asks, and `proof`.
"""
