"""Settings of log-in, registration and sessions (django-allauth); settings.py takes them all in."""

from reservations_site.environment import Environment

AUTHENTICATION_BACKENDS = ["accounts.backends.AddressBackend"]
SESSION_ENGINE = "accounts.sessions"
SESSION_COOKIE_HTTPONLY = True

# Long beats complex (NIST SP 800-63B): no rule about digits or capitals, no changing by the calendar.
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = 2 * 60 * 60

ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "accounts.forms.LoginForm",
    "request_login_code": "accounts.forms.RequestCodeForm",
    "confirm_login_code": "accounts.forms.ConfirmCodeForm",
    "signup": "accounts.forms.RegistrationForm",
    "add_email": "accounts.forms.ChangeEmailForm",
    "change_password": "accounts.forms.ChangePasswordForm",
    "reset_password": "accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "accounts.forms.ResetPasswordKeyForm",
    "reauthenticate": "accounts.forms.ReauthenticateForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "optional"
ACCOUNT_CHANGE_EMAIL = True
# An open browser alone must not be enough to move an account to another mailbox; and if it was
# moved all the same, the old mailbox hears of it.
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = True

# Log-in by a code from one's mailbox: eight digits. One gets three codes, and three tries at each.
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 5 * 60
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 3
ACCOUNT_LOGIN_BY_CODE_FORMAT = {"numeric": True, "length": 8}

# Guesses are counted per account (key) and per network address (ip). Tries that succeed give their
# place back, so an office behind one address is not kept out by its own log-ins at nine o'clock.
ACCOUNT_RATE_LIMITS = {
    "login_failed": "10/m/ip",  # of an account: accounts/throttle.py, for every door together
    "request_login_code": "20/m/ip,3/5m/key",
    "login": "120/m/ip",
    "signup": "60/m/ip",
}
# Where people may also log in, by OpenID Connect (docs/single-sign-on.md); without an issuer, nowhere.
_env = Environment()
OIDC_ISSUER = _env("OIDC_ISSUER", default="")
OIDC_CLIENT_ID = _env("OIDC_CLIENT_ID", default="")
OIDC_CLIENT_SECRET = _env("OIDC_CLIENT_SECRET", default="")
OIDC_NAME = _env("OIDC_NAME", default="your organization")
OIDC_EMAIL_DOMAINS = [domain.strip().lower() for domain in _env.list("OIDC_EMAIL_DOMAINS", default=[])]
SOCIALACCOUNT_ADAPTER = "accounts.sso.adapter.SignOnAdapter"
SOCIALACCOUNT_STORE_TOKENS = False

# Behind a proxy every visitor would share the proxy's address, and its limits.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if _env.bool("BEHIND_PROXY", default=False) else 0
