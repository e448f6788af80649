"""What is asked for after a password: a code of an app, a recovery code, or a passkey.

It promises that whoever has one of the first or third signs in with no less than two factors (a
passkey alone is two, as its device asks who holds it), that guesses are limited like those of
passwords, and that what is secret about them is kept sealed. The front doors are `factors`, which
says who has which, and `taking_away`, for those who lost theirs. What encrypts and what knows
passkeys take 11 MB, so both are loaded when somebody uses them.
"""
