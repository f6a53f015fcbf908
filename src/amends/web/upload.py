"""Files on their way in: streamed to disk, and stopped where they are larger than was said."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.backends.db import SessionStore
from django.core.files.uploadhandler import StopUpload, TemporaryFileUploadHandler
from django.http import HttpRequest
from django.shortcuts import render
from django.urls import reverse

from amends.desk.models import User
from amends.desk.rules import Power, may

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from django.contrib.auth.base_user import AbstractBaseUser
    from django.contrib.auth.models import AnonymousUser
    from django.http import HttpResponse

FORM_BYTES = 1024 * 1024  # of what a form has around its files
UPLOADING = ("import-new", "list-new", "welcome-messages")  # the only pages that take files
TOO_LARGE, NO_ROOM = "too large", "no room"
FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


def limit(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Refuse a request that says it is larger than may be sent, before any of it is read (413).

    Large ones are only for the pages that take files, and for who may add mail.
    """

    def respond(request: HttpRequest) -> HttpResponse:
        if _told_length(request) > _most(request):
            return render(request, "web/error/413.html", status=413)
        return get_response(request)

    return respond


def _told_length(request: HttpRequest) -> int:
    told = request.META.get("CONTENT_LENGTH") or "0"
    return int(told) if told.isdecimal() else 0


def _most(request: HttpRequest) -> int:
    return _most_of(request.user) if is_upload(request.path) else int(settings.MOST_FORM_BYTES)


def is_upload(path: str) -> bool:
    """Whether a page takes files."""
    return path in {reverse(name) for name in UPLOADING}


def most_for(cookies: Mapping[str, str]) -> int:
    """Return how many bytes may be sent to a page that takes files by the browser that has these cookies.

    Asked by the server when it has read only the first lines of a request (web/entrance.py).
    """
    key = cookies.get(settings.SESSION_COOKIE_NAME)
    if not key:
        return int(settings.MOST_FORM_BYTES)
    request = HttpRequest()
    request.session = SessionStore(key)
    return _most_of(get_user(request))


def _most_of(user: User | AbstractBaseUser | AnonymousUser) -> int:
    is_trusted = isinstance(user, User) and may(user, Power.MANAGE)
    return FORM_BYTES + settings.MOST_UPLOAD_BYTES if is_trusted else int(settings.MOST_FORM_BYTES)


class Streamed(TemporaryFileUploadHandler):
    """Writes each file to the folder of uploads, so that taking it over is a rename; stops above the limit.

    The view learns why nothing came from `trouble_of`. Nothing is left behind: the file goes with the request.
    """

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.taken = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a file."""
        settings.UPLOADS.mkdir(mode=0o700, parents=True, exist_ok=True)
        super().new_file(*args, **kwargs)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Write a piece of a file. Raises StopUpload where there is too much of it, or no room."""
        self.taken += len(raw_data)
        if self.taken > settings.MOST_UPLOAD_BYTES:
            self._stop(TOO_LARGE)
        try:
            super().receive_data_chunk(raw_data, start)
            self.file.flush()  # so that a full disk says so here
        except OSError as error:
            if error.errno not in FULL:
                raise
            self._stop(NO_ROOM)

    def _stop(self, why: str) -> None:
        if self.request is not None:
            self.request.upload_trouble = why  # type: ignore[attr-defined]  # read by `trouble_of`
        raise StopUpload(connection_reset=True)


def trouble_of(request: HttpRequest) -> str:
    """Return why the files of a request did not come, `TOO_LARGE` or `NO_ROOM`; empty when nothing went wrong."""
    return getattr(request, "upload_trouble", "")
