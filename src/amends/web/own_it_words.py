"""What the page Own it says: whose apology weighs most, what may be said, how late it is, and how to begin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from amends.core.apology import AMBER_AFTER, RED_AFTER, notes_of
from amends.web import wording

if TYPE_CHECKING:
    from datetime import datetime

    from django.utils.functional import _StrPromise

    from amends.core.apology import Situation
    from amends.desk.models import Apology, Case, User

LONG = 10_000  # words: how long a note is, is said where it is written
CALL, VOICEMAIL, VISIT = "call", "voicemail", "visit"
TITLES: dict[str, _StrPromise] = {
    CALL: gettext_lazy("On the phone"),
    VOICEMAIL: gettext_lazy("If nobody answers"),
    VISIT: gettext_lazy("If you go there"),
}


@dataclass(frozen=True, slots=True)
class Starter:
    """How to begin, on one way."""

    title: str
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        """The lines as they stand in a field."""
        return "\n".join(self.lines)


def starters(case: Case) -> dict[str, Starter]:
    """Return how to begin on the phone, on a voicemail and in person; brackets are for the writer to fill in."""
    name = (case.person.first_name if case.person else "") or _("(name)")
    told = {"name": name}
    happened = _("(What happened, in one sentence.) That was ours, and I am sorry for what it did to you.")
    ask = _("Before I say what we will do: did I understand it rightly? What did it cost you?")
    lines = {
        CALL: (
            _("%(name)s, I am calling to apologise. Do you have ten minutes?") % told,
            happened,
            ask,
            _("I will put (this) right by (day), and call you then to say that it is done."),
        ),
        VOICEMAIL: (
            _("%(name)s, this is (your name). I am calling to apologise for (what happened); that was ours.") % told,
            _("You need do nothing. I will try again at (time), and you reach me at (number)."),
        ),
        VISIT: (
            _("%(name)s, thank you for seeing me. I came to apologise, and to listen.") % told,
            happened,
            ask,
        ),
    }
    return {way: Starter(str(TITLES[way]), said) for way, said in lines.items()}


def suggested(involved: list[User]) -> str:
    """Say who is best to apologise, and why; `involved` begins with the most senior."""
    told = _("%(name)s is the most senior of those involved: an apology weighs as much as who makes it.")
    return told % {"name": involved[0].name} if involved else ""


def stance(situation: Situation) -> list[str]:
    """Say what may be said of this failure, and what not yet."""
    found = []
    if situation.kind is None:
        found.append(_("Nobody has said yet what kind of failure it was. Until then, own what it did to them."))
    notes = notes_of(situation, LONG)
    found += notes[:1] if situation.kind else []
    if not situation.is_on_record:
        found.append(_("No fact is on record yet: promise the facts by a day, and admit none before they stand there."))
    return found


def lateness(case: Case, hours: float, apology: Apology, now: datetime) -> dict[str, str]:
    """Say how long the failure has been known: after a day, and after three, with urgency; nothing once it was said."""
    if apology.said_at:
        return {"words": _("Said on %(day)s.") % {"day": wording.day(apology.said_at, now)}, "urgency": ""}
    known = wording.span(now - (case.known_at or case.opened_at))
    urgency = "late" if hours > RED_AFTER else "soon" if hours > AMBER_AFTER else ""
    return {"words": _("Known for %(long)s, and not yet said sorry for.") % {"long": known}, "urgency": urgency}
