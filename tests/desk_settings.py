"""The settings the tests run with: the desk's own, on a database and in a home of their own."""

from __future__ import annotations

import os
from tempfile import mkdtemp

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # a browser's loop runs in the tests' own thread
os.environ.setdefault("AMENDS_HOME", mkdtemp(prefix="amends-tests-"))
if os.environ.get("AMENDS_TEST_DATABASE") == "postgres":
    from postgres import url_of_a_server

    os.environ["DATABASE_URL"] = url_of_a_server()

from amends.settings import *  # noqa: F403  (after the environment it reads is set)

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # fast; no test stores a real password
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
WHITENOISE_AUTOREFRESH = True
