"""Settings. Every THUOCDO_* variable is described in docs/settings.md (checked by a test)."""

import os
from pathlib import Path

import dj_database_url
from csp.constants import NONE, SELF

from thuocdo.config.environment import count, data_dir, flag, kilobytes, mail, origin, secret_key, words

DATA_DIR: Path = data_dir()
SECRET_KEY = secret_key(DATA_DIR)
DEBUG = False
ALLOWED_HOSTS = words("THUOCDO_HOSTS", default="localhost 127.0.0.1 [::1]")
CSRF_TRUSTED_ORIGINS = words("THUOCDO_ORIGINS", default="")
BEHIND_HTTPS = flag("THUOCDO_HTTPS", default=False)
PROXIES_IN_FRONT = count("THUOCDO_PROXIES")
EXTRA_RULEBOOKS = os.environ.get("THUOCDO_RULEBOOKS", "")
HEADS_DIR = DATA_DIR / "heads"
EVIDENCE_DIR = DATA_DIR / "evidence"
IMPORT_IN_REQUEST = kilobytes("THUOCDO_IMPORT_IN_REQUEST_KB", default=512)
CALDAV_HOSTS = words("THUOCDO_CALDAV_HOSTS", default="")
CREDENTIALS_DIR = DATA_DIR / "credentials"
CASTING_URL = origin("THUOCDO_CASTING_URL")
BALLOT_TOOL_SIGNATURE = os.environ.get("THUOCDO_BALLOT_TOOL_SIGNATURE", "")

MAIL = mail()
EMAIL_HOST, EMAIL_PORT = MAIL.host, MAIL.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = MAIL.user, MAIL.password
EMAIL_USE_TLS, EMAIL_USE_SSL = MAIL.tls == "starttls", MAIL.tls == "ssl"
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = MAIL.sender
LINK = MAIL.link

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 9 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SECURE_HSTS_SECONDS = 31536000 if BEHIND_HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "csp",
    "axes",
    "thuocdo.audit",
    "thuocdo.accounts",
    "thuocdo.notices",
    "thuocdo.intake",
    "thuocdo.calendars",
    "thuocdo.organisation",
    "thuocdo.rulesets",
    "thuocdo.records",
    "thuocdo.work",
    "thuocdo.plans",
    "thuocdo.catalogues",
    "thuocdo.inflow",
    "thuocdo.cycles",
    "thuocdo.rounds",
    "thuocdo.reviews",
    "thuocdo.opinions",
    "thuocdo.ballots",
    "thuocdo.appraisals",
    "thuocdo.collectives",
    "thuocdo.decisions",
    "thuocdo.results",
    "thuocdo.conclusions",
    "thuocdo.difficulties",
    "thuocdo.web",
]
MIDDLEWARE = [
    "thuocdo.web.middleware.Receipt",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "thuocdo.web.middleware.PrivatePages",
    "thuocdo.web.middleware.Refusals",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "thuocdo.config.urls"
WSGI_APPLICATION = "thuocdo.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "thuocdo.web.context.page",
            ],
            "builtins": ["thuocdo.web.templatetags.thuocdo"],
        },
    }
]

SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
        "PRAGMA temp_store=MEMORY; PRAGMA cache_size=-64000;"
    ),
}
DATABASES = {
    "default": dj_database_url.parse(
        os.environ.get("THUOCDO_DATABASE_URL") or f"sqlite:///{DATA_DIR / 'thuocdo.sqlite3'}",
        conn_max_age=3600,  # a fresh connection plans and reads up again: 10 to 100 ms of a page
        conn_health_checks=True,
    )
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = SQLITE_OPTIONS
else:
    # PostgreSQL compiles what it expects to be costly, which a city's to-do list takes seconds for and never needs; it
    # takes a page from anywhere for four times as dear as the next one, as on turning discs, and so reads whole tables.
    # What a connection has planned (`organisation.planned`) it would plan anew five times before it believes the plan.
    # It would share the query of a page out to helpers begun anew each time: other visitors keep the processors busy.
    given = DATABASES["default"].setdefault("OPTIONS", {})
    own = "-c jit=off -c random_page_cost=1.1 -c plan_cache_mode=force_generic_plan"
    own += " -c max_parallel_workers_per_gather=0"
    given["options"] = f"{own} {given.get('options', '')}".strip()

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "thuocdo.accounts.backends.PasswordBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "display_name")},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "home"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "web/locked_out.html"
AXES_ENABLE_ADMIN = False
AXES_CLIENT_IP_CALLABLE = "thuocdo.accounts.sources.address_of"
AXES_VERBOSE = False

LANGUAGE_CODE = "vi"
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True
USE_I18N = True
USE_THOUSAND_SEPARATOR = False
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"discreet": {"()": "thuocdo.config.logs.Discreet"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "discreet"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
