"""Where messages come from: `parts` finds what a path holds, `read` reads one part of it."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from amends.sources.part import Part, Skipped, SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from amends.core.message import Mail

__all__ = ["KINDS", "Part", "Skipped", "SourceError", "parts", "read"]

KINDS = {
    "mbox": "amends.sources.mbox",
    "maildir": "amends.sources.maildir",
    "eml": "amends.sources.eml",
    "msg": "amends.sources.msg",
    "pst": "amends.sources.pst",
}
"""Every kind of mail file and the module that reads it; a module is loaded when its first part is read."""


class _Reader(Protocol):
    """What each kind's module offers."""

    def read(self, part: Part) -> Iterator[Mail | Skipped]: ...


class _Finder(Protocol):
    """What finds the parts of a path."""

    def parts(self, path: Path | str) -> Iterator[Part | Skipped]: ...


def parts(path: Path | str) -> Iterator[Part | Skipped]:
    """Cut what lies at `path` into parts: an mbox, a Maildir, a Thunderbird profile, a folder of mails, one mail.

    Raise SourceError, whose message leaves out the path, when that is wrong, unreadable or holds nothing like mail. A
    file inside a folder that is not mail comes out as Skipped.
    """
    return cast("_Finder", import_module("amends.sources.discover")).parts(path)


def read(part: Part) -> Iterator[Mail | Skipped]:
    """Read one part as a stream; every message found is a Mail, or Skipped with the reason."""
    return cast("_Reader", import_module(KINDS[part.kind])).read(part)
