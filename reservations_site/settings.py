"""Settings: safe defaults on one machine, everything else by environment (django-environ)."""

from pathlib import Path
from zoneinfo import available_timezones

from django.core.exceptions import ImproperlyConfigured

from reservations_site.databases import database, password_hashers
from reservations_site.environment import Environment, redis
from reservations_site.looks import folders
from reservations_site.sharing import share

BASE_DIR = Path(__file__).resolve().parent.parent
env = Environment()
Environment.read_env(BASE_DIR / ".env")
FOLDERS = folders(env("SITE_DIR", default=""), BASE_DIR)  # of templates and static files, an operator's first

DEMO_SECRET_KEY = "demo-key-only-for-this-machine-never-for-the-internet"  # noqa: S105 -- refused when DEBUG is off
DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env("SECRET_KEY", default="") or DEMO_SECRET_KEY
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
PORT = env.int("PORT", default=8000)
TCP_PORT = env.int("TCP_PORT", default=9300)  # of the line protocol; 0 leaves it out
LINE_HOST = env("LINE_HOST", default="127.0.0.1")  # never wider by accident: without TLS anybody could read
LINE_TLS_CERT, LINE_TLS_KEY = env("LINE_TLS_CERT", default=""), env("LINE_TLS_KEY", default="")
LINE_CONNECTIONS = env.int("LINE_CONNECTIONS", default=4_000)
LINE_CONNECTIONS_PER_ADDRESS = env.int("LINE_CONNECTIONS_PER_ADDRESS", default=2_000)
BASE_URL = env("BASE_URL", default=f"http://127.0.0.1:{PORT}")
WEB_PROCESSES = env.int("WEB_PROCESSES", default=1)
if WEB_PROCESSES > 1:
    share(BASE_DIR / "var" / f"metrics-{PORT}")
METRICS_TOKEN = env("METRICS_TOKEN", default="")  # with it, Prometheus may read /metrics from anywhere
REDIS_URL = env.address("REDIS_URL", redis, default="")
HTTPS = BASE_URL.startswith("https://")

INSTALLED_APPS = [
    "daphne",
    "accounts",
    "rooms",
    "payments",
    "notifications",
    "reports",
    "live",
    "reservations_site",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "channels",
    "servestatic",
    "lucide",
]
MIDDLEWARE = [
    "api.door.ApiDoor",  # first: what it answers needs nothing of what follows
    "reservations_site.security.RefuseForeignCharsets",
    "django.middleware.security.SecurityMiddleware",
    "reservations_site.errors.StaticFiles",
    "reservations_site.security.ContentSecurityPolicyMiddleware",
    "reservations_site.errors.RefuseTooMuch",
    "django.middleware.gzip.GZipMiddleware",
    "reservations_site.errors.Outages",  # around all that asks the database
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.acting.ActingMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
ROOT_URLCONF = "reservations_site.urls"
ASGI_APPLICATION = "reservations_site.asgi.application"
WSGI_APPLICATION = "reservations_site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [folder / "templates" for folder in FOLDERS],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

DATABASES = {"default": database(env, BASE_DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# The channel layer is a doorbell, never the truth. Pub/sub, because the core layer goes deaf for ever
# when Redis forgets its keys; the long socket timeout, because redis-py 8 ends idle reads after 5 s.
if REDIS_URL:
    _host = {"address": REDIS_URL, "socket_timeout": 30, "socket_connect_timeout": 3}
    CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [_host], "prefix": "reserve"},
        }
    }
    CACHES = {
        "default": {
            "BACKEND": "reservations_site.cache.ForgivingRedisCache",
            "LOCATION": REDIS_URL,
            "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1},
        }
    }
else:
    CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
    # Room for a counter of everybody who asks in a minute: a full cache forgets a third of them.
    _memory = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 50_000}}
    CACHES = {"default": _memory}

from reservations_site.settings_accounts import *  # noqa: E402, F403 -- beside what it belongs to

AUTH_USER_MODEL = "accounts.User"
PASSWORD_HASHERS = password_hashers()
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "rooms:home"
LOGOUT_REDIRECT_URL = "rooms:home"

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
# What new venues begin with; without it, whoever adds one has to choose.
DEFAULT_TIME_ZONE = env("DEFAULT_TIME_ZONE", default="")
if DEFAULT_TIME_ZONE and DEFAULT_TIME_ZONE not in available_timezones():
    raise ImproperlyConfigured("DEFAULT_TIME_ZONE is the name of a time zone, such as Europe/Istanbul.")
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "var" / "static"
STATICFILES_DIRS = [found for folder in FOLDERS if (found := folder / "static").is_dir()]

EMAIL_CONFIG = env.address("EMAIL_URL", env.email_url_config, default="consolemail://")
vars().update(EMAIL_CONFIG)
if EMAIL_CONFIG["EMAIL_BACKEND"].endswith(".console.EmailBackend"):
    EMAIL_BACKEND = "notifications.mail.console.EmailBackend"  # a person can read what it prints
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="Reserve <reserve@localhost>")

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=HTTPS)
BEHIND_PROXY = env.bool("BEHIND_PROXY", default=False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]  # a balancer asks inside, without TLS
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31_536_000 if HTTPS else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "reservations_site.errors.csrf_failure"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_048_576
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1_000
# Requests a minute: of a person, of an address where nobody is logged in, and tries to log in.
API_THROTTLE_USER = env.int("API_THROTTLE_USER", default=600)
API_THROTTLE_ADDRESS = env.int("API_THROTTLE_ADDRESS", default=300)
API_THROTTLE_TOKEN_ADDRESS = env.int("API_THROTTLE_TOKEN_ADDRESS", default=30)
API_THROTTLE_TOKEN_ACCOUNT = env.int("API_THROTTLE_TOKEN_ACCOUNT", default=10)
# Seconds for which refusals are counted in memory before they are written down together; 0: not at all.
REFUSALS_EVERY = env.float("REFUSALS_EVERY", default=2.0)
# Seconds that a hold is kept when its page is gone: enough to load it again on a slow line.
HOLD_AWAY_SECONDS = env.int("HOLD_AWAY_SECONDS", default=12)
if HOLD_AWAY_SECONDS < 8:
    raise ImproperlyConfigured(
        "HOLD_AWAY_SECONDS is 8 or more: pages say every 4 seconds that they are there."
    )
# Secrets that seal number plates in the tables, the newest first; without any they are kept as they are.
FIELD_KEYS = env.list("FIELD_KEYS", default=[])
# Whether webhooks may point into the server's own network, as anybody who has an account could make them.
WEBHOOKS_ALLOW_PRIVATE = env.bool("WEBHOOKS_ALLOW_PRIVATE", default=False)
# Who takes cards: the sandbox takes no money, so outside DEBUG it has to be meant (docs/payments.md).
PAYMENT_GATEWAY = env("PAYMENT_GATEWAY", default="sandbox")
PAYMENTS_SANDBOX = env.bool("PAYMENTS_SANDBOX", default=False)
STRIPE_SECRET_KEY = env("STRIPE_SECRET_KEY", default="")
STRIPE_WEBHOOK_SECRET = env("STRIPE_WEBHOOK_SECRET", default="")
SILENCED_SYSTEM_CHECKS = [
    "models.W040"
]  # columns beside an index's key are PostgreSQL's; SQLite leaves them out

LOG_FORMAT = env("LOG_FORMAT", default="line")  # or json: an object a line
LOG_REQUESTS = env.bool("LOG_REQUESTS", default=False)
# Without this, Django tells of errors only where DEBUG is on, and by mail.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {name: {"()": f"reservations_site.logs.{name.title()}"} for name in ("line", "json")},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "json" if LOG_FORMAT == "json" else "line"}
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": [], "level": "INFO"},
        "reserve.requests": {"level": "INFO" if LOG_REQUESTS else "WARNING"},
        "django.request": {"level": "ERROR"},  # not each address that is not there
        "django.security.DisallowedHost": {"level": "CRITICAL"},  # scanners, all day long
    },
}
