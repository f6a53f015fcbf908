"""Every setting of the desk, read from the environment alone (docs/admin/settings.md).

A secret may be given as `NAME`, or as `NAME_FILE`, the path of a file that holds it.
"""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

from amends import secret

PACKAGE = Path(__file__).resolve().parent
YES = frozenset({"1", "true", "yes", "on"})
SMTP_PORTS = {"smtp": 25, "smtps": 465}  # RFC 5321; RFC 8314
SUBMISSION = 587  # RFC 6409: who signs in hands mail in here
NO = frozenset({"", "0", "false", "no", "off"})


def text(name: str, default: str = "") -> str:
    """Return a setting, from the variable itself or from the file that `NAME_FILE` names."""
    path = os.environ.get(f"{name}_FILE")
    if path:
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ImproperlyConfigured(f"{name}_FILE names {path}, which cannot be read: {error.strerror}.") from error
    return os.environ.get(name, default).strip()


def flag(name: str, *, default: bool = False) -> bool:
    """Return a setting that is yes or no."""
    given = text(name, "yes" if default else "no").lower()
    if given not in YES | NO:
        raise ImproperlyConfigured(f"{name} is {given!r}. Write yes or no.")
    return given in YES


def number(name: str, default: int) -> int:
    """Return a setting that is a whole number of 0 or more."""
    given = text(name, str(default))
    if not given.isdecimal():
        raise ImproperlyConfigured(f"{name} is {given!r}. Write a whole number.")
    return int(given)


def seconds(name: str) -> timedelta:
    """Return a setting that is a span in seconds, forwards or backwards."""
    given = text(name, "0")
    try:
        return timedelta(seconds=float(given))
    except (ValueError, OverflowError) as error:
        raise ImproperlyConfigured(f"{name} is {given!r}. Write a number of seconds, as in -3600.") from error


def address(name: str, default: str) -> str:
    """Return a setting that is where people reach the desk: scheme, host and port alone, without a slash at its end."""
    given = text(name, default)
    told = _parts(name, given)
    if told.scheme not in {"http", "https"} or not told.hostname:
        raise ImproperlyConfigured(f"{name} is {given!r}. Write it as in https://desk.example.com.")
    return f"{told.scheme}://{told.netloc.rpartition('@')[2].lower()}"


def mail_server(name: str) -> SplitResult:
    """Return a setting that is the address of a mail server, or one without a host where none is set."""
    given = text(name)
    told = _parts(name, given, is_secret=True)
    if given and (told.scheme not in SMTP_PORTS or not told.hostname):
        raise ImproperlyConfigured(
            f"{name} cannot be read. Write it as in smtp://user:password@mail.example.com:587, with %40 for an @ in"
            " the user or the password."
        )
    return told


def _parts(name: str, given: str, *, is_secret: bool = False) -> SplitResult:
    try:
        told = urlsplit(given)
        told.port  # noqa: B018  (reading it is how it is checked)
    except ValueError as error:
        shown = "" if is_secret else f" ({given!r})"
        raise ImproperlyConfigured(f"{name} is no address{shown}: {error}.") from error
    return told


def database(url: str) -> dict[str, Any]:
    """Return the database that DATABASE_URL names."""
    try:
        return dict(dj_database_url.parse(url, conn_max_age=600))
    except (ValueError, KeyError) as error:
        scheme = url.partition(":")[0]
        raise ImproperlyConfigured(
            f"DATABASE_URL cannot be read: it begins with {scheme!r}. Write it as in"
            " postgres://user:password@host/name, or sqlite:///path."
        ) from error


# Where the desk keeps its database, its uploads under way and its key.
HOME = Path(text("AMENDS_HOME") or Path.home() / ".local" / "share" / "amends").expanduser()
UPLOADS = HOME / "uploads"

DEBUG = False
SECRET_KEY = text("AMENDS_SECRET_KEY") or secret.kept_at(HOME / "secret-key")
SEAL_KEY = text("AMENDS_SEAL_KEY")  # seals stored passwords; several with a space between: the first seals, all open
# The address people type; it decides on secure cookies, and which hosts are answered.
ADDRESS = address("AMENDS_ADDRESS", "http://127.0.0.1:8321")
IS_SECURE = urlsplit(ADDRESS).scheme == "https"
ALLOWED_HOSTS = [host for host in {urlsplit(ADDRESS).hostname, "127.0.0.1", "localhost", "[::1]"} if host]
CSRF_TRUSTED_ORIGINS = [ADDRESS] if IS_SECURE else []
IS_BEHIND_PROXY = flag("AMENDS_BEHIND_PROXY")  # then its X-Forwarded-Proto and X-Forwarded-For are believed

DATABASE_URL = text("DATABASE_URL") or text("AMENDS_DATABASE_URL") or f"sqlite:///{HOME / 'amends.sqlite3'}"
DATABASES = {"default": database(DATABASE_URL)}
BUSY_SECONDS = 20  # how long one writer waits for another before the user is told
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "timeout": BUSY_SECONDS,
        "transaction_mode": "IMMEDIATE",
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; PRAGMA cache_size=-65536;"
            " PRAGMA temp_store=MEMORY; PRAGMA mmap_size=268435456"
        ),
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "lucide",
    "amends.desk",
    "amends.web",
    "amends.portal",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "amends.web.protection.protect",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",  # docs/decisions/0008-pages-are-compressed.md
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "amends.web.upload.limit",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "amends.web.access.guard",
]
ROOT_URLCONF = "amends.urls"
WSGI_APPLICATION = "amends.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "amends.web.context.shell",
            ]
        },
    }
]
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"

AUTH_USER_MODEL = "desk.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "today"
# Two desks on one machine have two ports and share a browser's cookies: each has names of its own. "__Host-" lets a
# browser take them from https and from this very host alone.
_COOKIE = f"{'__Host-' if IS_SECURE else ''}amends{urlsplit(ADDRESS).port or ''}"
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = f"{_COOKIE}-session", f"{_COOKIE}-form"
SESSION_COOKIE_AGE = 14 * 24 * 3600  # two weeks, then one signs in again
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_SECURE
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "amends.web.views.error.csrf"
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if IS_SECURE else 0
if IS_BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

MOST_UPLOAD_BYTES = number("AMENDS_MOST_UPLOAD_MB", 1024) * 1024 * 1024
MOST_UNPACKED_BYTES = number("AMENDS_MOST_UNPACKED_MB", 8192) * 1024 * 1024  # of a .gz, so that a bomb stops here
FILE_UPLOAD_HANDLERS = ["amends.web.upload.Streamed"]
FILE_UPLOAD_TEMP_DIR = UPLOADS  # where an upload stays, so that taking it over is a rename
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024  # of everything typed into one form
DATA_UPLOAD_MAX_NUMBER_FIELDS = 3000
MOST_FORM_BYTES = DATA_UPLOAD_MAX_MEMORY_SIZE + 1024 * 1024  # of any request that brings no mail files
ENTRANCE = "amends.web.entrance.Entrance"  # reads requests, and keeps nothing that is too large for who sends it

STATIC_URL = "/static/"
STATIC_ROOT = text("AMENDS_STATIC") or None  # nothing is collected: they are served from the package itself
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 24 * 3600

LANGUAGE_CODE = text("AMENDS_LANGUAGE", "en-us")
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"  # of what is stored; people see the firm's own

# The demo firm lives on one Tuesday in October 2025: its clock is the real one, moved.
CLOCK_OFFSET = seconds("AMENDS_CLOCK_OFFSET")
IS_DEMO = flag("AMENDS_DEMO")
WORKERS = number("AMENDS_WORKERS", 1)  # worker threads inside `amends serve`; 0 when `amends worker` runs apart
READERS = number("AMENDS_READERS", 2)  # processes that read a mailbox side by side; 0: none beside the worker

# Mailboxes on a server. Who signs in with Microsoft or Google needs an application registered there, by the firm.
POLL_EVERY = timedelta(seconds=max(number("AMENDS_POLL_SECONDS", 120), 10))  # until a mailbox is asked again
WATCHES = number("AMENDS_WATCHES", 50)  # mailboxes whose server tells at once that mail came; 0: none
MAIL_CERTIFICATES = text("AMENDS_MAIL_CERTIFICATES") or None  # a file of authorities trusted in place of the system's
SIGN_IN_WITH = {
    "microsoft": (text("AMENDS_MICROSOFT_CLIENT_ID"), text("AMENDS_MICROSOFT_CLIENT_SECRET")),
    "google": (text("AMENDS_GOOGLE_CLIENT_ID"), text("AMENDS_GOOGLE_CLIENT_SECRET")),
}

# Mail that colleagues send to the desk comes in by a door of its own (docs/admin/drop.md). Port 0: there is none.
DROP_PORT = number("AMENDS_DROP_PORT", 0)
DROP_HOST = text("AMENDS_DROP_HOST", "127.0.0.1")
DROP_DOMAIN = text("AMENDS_DROP_DOMAIN").lower().strip(".")
if DROP_PORT and not DROP_DOMAIN:
    raise ImproperlyConfigured(
        "AMENDS_DROP_PORT opens a door for mail, and AMENDS_DROP_DOMAIN does not say for which addresses. Set it to"
        " what stands after the @, as in desk.example.com."
    )
DROP_CERT, DROP_KEY = text("AMENDS_DROP_CERT"), text("AMENDS_DROP_KEY")  # paths of PEM files
DROP_MOST_BYTES = number("AMENDS_DROP_MOST_MB", 25) * 1024 * 1024
DROP_QUEUE = HOME / "drop"

MICROSOFT_TENANT = text("AMENDS_MICROSOFT_TENANT", "common")  # whose directory knows the application

EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
SMTP = mail_server("AMENDS_SMTP_URL")  # smtp://user:password@host:587, smtps:// for TLS from the start
EMAIL_HOST = SMTP.hostname or ""
EMAIL_PORT = SMTP.port or (SUBMISSION if SMTP.username and SMTP.scheme == "smtp" else SMTP_PORTS.get(SMTP.scheme, 25))
EMAIL_HOST_USER = unquote(SMTP.username or "")
EMAIL_HOST_PASSWORD = text("AMENDS_SMTP_PASSWORD") or unquote(SMTP.password or "")
EMAIL_USE_SSL = SMTP.scheme == "smtps"
EMAIL_USE_TLS = bool(SMTP.hostname) and not EMAIL_USE_SSL and SMTP.hostname not in {"127.0.0.1", "localhost", "::1"}
EMAIL_TIMEOUT = 30  # seconds
DEFAULT_FROM_EMAIL = text("AMENDS_MAIL_FROM", "amends@localhost")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "amends.web.protection.Wordless",
            "fmt": "{asctime} {levelname} {name}: {message}",
            "style": "{",
        }
    },
    "filters": {"discreet": {"()": "amends.web.protection.Discreet"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["discreet"]}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "django.request": {"level": "ERROR"},  # a page that is not there is the visitor's matter, not the log's
        "waitress.queue": {"level": "ERROR"},  # that many ask at once is no fault
        "mail.log": {"level": "ERROR"},  # of aiosmtpd: what strangers say at the drop door is no fault either
    },
}
