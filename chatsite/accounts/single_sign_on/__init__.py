"""Single sign-on by OpenID Connect: one provider, named by the operator in the environment.

Promise: an account is linked by the provider's issuer and its `sub` alone, never by a name or an
address of mail; the role comes from groups at every sign-in; every token is verified by the
provider's keys, though it came by TLS; requests go to judged addresses of named hosts only.

django-allauth keeps the links, makes the sign-in and asks for the token. Front door: `urls`, and
`configuration` for the settings. What it loads costs a third of a second and many megabytes, so it
is loaded with the first sign-in: most sites have none.
"""
