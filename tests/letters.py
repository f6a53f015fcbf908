"""Writes real mail files from a few readable lines, for tests that read them back."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

NEW_YORK = ZoneInfo("America/New_York")
PRIYA = "Priya Raman <priya@alderquay.example>"
DANA = "Dana Whitlock <dana@brightwater.example>"
MARCUS = "Marcus Bell <marcus@penhallow.example>"


@dataclass
class Letter:
    """One mail to be: `on` is local time in New York, written "3 Oct 07:12"."""

    sender: str
    to: str
    on: str
    text: str
    subject: str = "Shifts"
    id: str = ""
    answers: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    def at(self) -> datetime:
        return datetime.strptime(f"{self.on} 2025", "%d %b %H:%M %Y").replace(tzinfo=NEW_YORK)

    def message(self) -> EmailMessage:
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self.sender, self.to, self.subject
        message["Date"] = format_datetime(self.at())
        if self.id:
            message["Message-ID"] = f"<{self.id}>"
        if self.answers:
            message["In-Reply-To"] = f"<{self.answers}>"
        for name, value in self.headers.items():
            message[name] = value
        message.set_content(self.text)
        return message


def mbox(path: Path, letters: Iterable[Letter | EmailMessage]) -> Path:
    """Write letters to an mbox file and give its path back."""
    with path.open("wb") as out:
        for letter in letters:
            message = letter.message() if isinstance(letter, Letter) else letter
            out.write(b"From bench@example.com Mon Oct  6 09:00:00 2025\n" + message.as_bytes() + b"\n")
    return path


def weekly(
    sender: str, to: str, *, first: str, weeks: int, text: str = "Four people on Friday as usual, please."
) -> list[Letter]:
    """Write one letter a week from a day on, each answered within the hour."""
    start = Letter(sender, to, first, text).at()
    letters = []
    for week in range(weeks):
        asked = start + timedelta(weeks=week)
        id_ = f"week{week}.{sender.partition('<')[2].strip('>')}"
        letters.append(Letter(sender, to, f"{asked:%d %b %H:%M}", text, subject=f"Week {week}", id=id_))
        answer = asked + timedelta(minutes=40)
        letters.append(
            Letter(to, sender, f"{answer:%d %b %H:%M}", "All four are confirmed.", f"Re: Week {week}", f"a.{id_}", id_)
        )
    return letters
