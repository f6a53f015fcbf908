"""One mail of the sample before it is put into an envelope."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from amends.sources.sample.cast import Writer


@dataclass(frozen=True, slots=True)
class Letter:
    """Who wrote what to whom, and when; `answers` is the mail it replies to.

    `text` is what the writer typed, greeting and name included, without signature and quotes. `headers` are added as
    they are. `calendar` holds an iCalendar text; its method is the first word of `method`. A `bare` letter carries
    neither signature nor quotes, as programs write.
    """

    at: datetime
    sender: Writer
    to: tuple[Writer, ...]
    subject: str
    text: str
    cc: tuple[Writer, ...] = ()
    answers: Letter | None = None
    headers: tuple[tuple[str, str], ...] = ()
    calendar: str = ""
    method: str = ""
    bare: bool = False

    @property
    def id(self) -> str:
        """The Message-ID without angle brackets, made from the content so that it never changes."""
        return f"{self.digest[:20]}@mail.{self.sender.address.partition('@')[2]}"

    @property
    def digest(self) -> str:
        """Hexadecimal digits that stand for this letter; small choices of form are made from them."""
        told = f"{self.at.isoformat()}\n{self.sender.address}\n{self.subject}\n{self.text}\n{self.calendar}"
        return hashlib.blake2b(told.encode(), digest_size=16).hexdigest()

    def dice(self, face: int, sides: int) -> int:
        """Return a number below `sides` that belongs to this letter; each `face` is another die."""
        return int(self.digest[face * 4 : face * 4 + 4], 16) % sides
