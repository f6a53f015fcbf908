"""Whether a browser's session still counts, asked as every page asks it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth import get_user
from django.http import HttpRequest

if TYPE_CHECKING:
    from django.test import Client as Browser


def is_in(browser: Browser) -> bool:
    """Return whether somebody is signed in there now."""
    request = HttpRequest()
    request.session = browser.session
    return bool(get_user(request).is_authenticated)
