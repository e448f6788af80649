"""Settings of sign-in, django-allauth and its cache. The environment can change none of them."""

SESSION_ENGINE = "chatsite.accounts.sessions"
SESSION_COOKIE_AGE = 14 * 24 * 3600

AUTHENTICATION_BACKENDS = [
    "chatsite.accounts.backends.PeopleBackend",
    "django.contrib.auth.backends.ModelBackend",  # which sessions of earlier versions name
]
ACCOUNT_ADAPTER = "chatsite.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = [
    "username*",
    "password1*",
]  # nobody signs up, but a system check compares them with LOGIN_METHODS
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_AUTHENTICATED_LOGIN_REDIRECTS = False
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "chatsite.accounts.links.PasswordLinkTokens"  # noqa: S105 (a class)
ACCOUNT_FORMS = {"change_password": "chatsite.accounts.forms.ChangePassword"}
ACCOUNT_RATE_LIMITS = {
    "login": None,  # failures are counted instead, in chatsite/accounts/failures.py
    "login_failed": None,
    "change_password": None,  # a wrong old password counts there, too
    "reset_password": "20/15m/ip,5/15m/key",
    "sign_on": "120/m/ip",  # an office may have one address
}

# Single sign-on: accounts are linked by issuer and subject alone, tokens are not kept
SOCIALACCOUNT_ADAPTER = "chatsite.accounts.single_sign_on.adapter.SignOnAdapter"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_LOGIN_ON_GET = False
SIGN_ON_SECONDS = 10.0  # for each reply of the provider, all of it
SIGN_ON_REPLY_BYTES = 256 * 1024

# Second factors (django-allauth's app mfa): a code of an app, recovery codes, passkeys
MFA_ADAPTER = "chatsite.accounts.second_factors.adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"  # a passkey alone is two factors
MFA_TOTP_TOLERANCE = 1  # codes before and after this one: clocks differ, and typing takes time
MFA_RECOVERY_CODE_COUNT = 10
PASSKEYS = 20  # that a person may have
MFA_RATE_LIMITS = {"webauthn_login": "60/m/ip"}  # begun by who is not signed in; each is a session

# Before a dangerous act: how long a proof of who it is holds
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300

AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "chatsite.accounts.protection.own_words.OwnWordsValidator"},
]

PEOPLE_A_PAGE = 50  # on the page of administrators

# How often a password may be wrong, and the waits after that
SIGN_IN_FAILURES_OF_ACCOUNT = 5
SIGN_IN_FAILURES_OF_ADDRESS = 20
SIGN_IN_FAILURES_SECONDS = 15 * 60
SIGN_IN_FIRST_WAIT_SECONDS = 60
SIGN_IN_LONGEST_WAIT_SECONDS = 3600

# In the database, so that all processes share the counts. Past MAX_ENTRIES a third is dropped.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "accounts_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}
