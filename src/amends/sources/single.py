"""One file that holds one message."""

from __future__ import annotations

from typing import TYPE_CHECKING

from amends.sources.part import Skipped
from amends.sources.rfc822 import MOST_BYTES, mail_from

if TYPE_CHECKING:
    from pathlib import Path

    from amends.core.message import Mail

APPLE = ".emlx"


def read_file(path: Path, *, is_sent: bool = False) -> Mail | Skipped:
    """Read a file that holds one message, or say why not. FileNotFoundError when it is gone."""
    try:
        with path.open("rb") as file:
            raw = file.read(MOST_BYTES)
        size = len(raw) if len(raw) < MOST_BYTES else path.stat().st_size
    except FileNotFoundError:
        raise
    except OSError as error:
        return Skipped(str(path), f"the file cannot be read ({error.strerror or error}); check its rights")
    if path.suffix == APPLE:
        raw = _without_frame(raw)
    postmark = ""
    while raw.startswith((b"From ", b">From ")):
        line, _, raw = raw.partition(b"\n")
        postmark = line.decode("latin-1").strip()
    return mail_from(raw, str(path), is_sent=is_sent, postmark=postmark, size=size)


def _without_frame(raw: bytes) -> bytes:
    """Take the message out of an .emlx file: its length stands before it, a property list follows it."""
    length, newline, rest = raw.partition(b"\n")
    return rest[: int(length)] if newline and length.strip().isdigit() else raw
