"""The call sheet: what to have in front of you beside the phone, and nothing beyond."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import F

from amends.core.case import UNDER_WAY
from amends.core.text import sentences
from amends.desk.models import Case, Message, Person, Promise, PromiseState, Touch, Waiting

if TYPE_CHECKING:
    from datetime import datetime

    from amends.desk.models import Client

LAST = 3  # things they said
READ = 12  # messages looked at for them: not every mail says something (judgement)
LONGEST = 280  # characters of one thing they said (judgement)


@dataclass(frozen=True, slots=True)
class Said:
    """One thing somebody said: their own sentence, and when."""

    at: datetime
    words: str
    by: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """One call: with whom, why now, the last things they said, and what is promised."""

    client: Client
    case: Case | None
    person: Person | None
    waiting: Waiting | None
    said: tuple[Said, ...]
    promises: tuple[Promise, ...]

    @property
    def is_upset(self) -> bool:
        """Whether there is something to hear out, or only to ask how it goes."""
        return bool(self.case or self.waiting) or self.client.points > 0

    @property
    def since(self) -> datetime | None:
        """When that happened of which they are to tell, as far as the desk knows."""
        known = [self.case.opened_at] if self.case else []
        return min([*known, self.waiting.asked_at] if self.waiting else known, default=None)


def sheet_of(client: Client, *, case: Case | None = None, person: Person | None = None) -> Sheet:
    """Return the call sheet of a client, in six queries; without `case`, of the recovery under way, if there is one."""
    if case is None:
        under_way = Case.objects.filter(client=client, status__in=UNDER_WAY).select_related("person")
        case = under_way.order_by("-opened_at").first()
    waits = Waiting.objects.filter(client=client, settled_at=None).select_related("person").order_by("due_at", "pk")
    clocks = list(waits.filter(person=person) if person else waits)[:1]
    waiting = clocks[0] if clocks else None
    person = person or (waiting.person if waiting else None) or (case.person if case else None) or _main(client)
    promises = Promise.objects.filter(client=client, state=PromiseState.OPEN).select_related("person", "promised_by")
    return Sheet(client, case, person, waiting, _last_said(client, person, case), tuple(promises.order_by("due_at")))


def _main(client: Client) -> Person | None:
    here = Person.objects.filter(client=client, left_on=None).exclude(name="")
    return here.order_by("-is_main", F("last_wrote_at").desc(nulls_last=True), "pk").first()


def _last_said(client: Client, person: Person | None, case: Case | None) -> tuple[Said, ...]:
    """Return the last things they said, in mail, on the phone or when they were upset, the newest first."""
    found = Message.objects.filter(client=client, from_us=False, automated="").order_by("-at", "-pk")
    messages = (found.filter(person=person) if person else found).select_related("person")[:READ]
    talks = Touch.objects.filter(client=client).exclude(words="").select_related("person").order_by("-at", "-pk")
    said = [Said(message.at, sentence_of(message), _name(message.person, message)) for message in messages]
    said += [Said(touch.at, _short(touch.words), _name(touch.person)) for touch in talks[:LAST]]
    if case and case.words:
        said.append(Said(case.opened_at, _short(case.words), _name(case.person)))
    newest = sorted((one for one in said if one.words), key=lambda one: one.at, reverse=True)
    return tuple(_distinct(newest))[:LAST]


def _distinct(said: list[Said]) -> list[Said]:
    """Leave out what is part of another thing they said: the same words come by mail and in the recovery."""
    keys = [_key(one.words) for one in said]
    return [
        one
        for place, (one, key) in enumerate(zip(said, keys, strict=True))
        if not any(
            key in other and (key != other or before < place) for before, other in enumerate(keys) if before != place
        )
    ]


def sentence_of(message: Message) -> str:
    """Return the sentence of a message that weighs most: what they ask, what was heard, else the first one."""
    heard = str(message.said[0][1]) if message.said else ""
    return _short(message.asks or heard or message.worst or _first(message.text))


def _first(text: str) -> str:
    """Return the first sentence that is more than a greeting."""
    spans = sentences(text)
    told = [" ".join(text[start:end].split()) for start, end in spans]
    return next((sentence for sentence in told if len(sentence.split()) > LAST), "")


def _short(words: str) -> str:
    plain = " ".join(words.split())
    return plain if len(plain) <= LONGEST else plain[:LONGEST].rsplit(" ", 1)[0] + "…"


def _key(words: str) -> str:
    return "".join(filter(str.isalnum, words.lower()))


def _name(person: Person | None, message: Message | None = None) -> str:
    return (person.name if person else "") or (message.sender_name if message else "")
