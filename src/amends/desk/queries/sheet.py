"""The call sheet: what to have in front of you beside the phone, and nothing beyond."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import F

from amends.core.case import UNDER_WAY, Step
from amends.core.history import hard_sentence
from amends.core.staffing import FactKind
from amends.desk.models import Case, Message, Person, Promise, PromiseState, StaffingFact, Touch, Waiting
from amends.desk.rules import of_seen_case

if TYPE_CHECKING:
    from datetime import datetime

    from amends.desk.models import Client, User

LAST = 3  # things they said
READ = 60  # messages looked at for them: most say nothing that matters here (judgement)
RECENT = timedelta(days=30)  # what was said before that is not news (judgement)
JUST_BEFORE = timedelta(days=14)  # a no-show that a complaint is about lies at most so far back (judgement)
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
    has_complained: bool
    happened_at: datetime | None
    step: Step | None

    @property
    def is_upset(self) -> bool:
        """Whether there is something to hear out."""
        return bool(self.case) or self.has_complained or (self.waiting is None and self.client.points > 0)

    @property
    def listens(self) -> bool:
        """Whether they are to be heard out: each question then has room for their words."""
        return self.case is not None and self.step in {Step.DECIDE, Step.UNDERSTAND}

    @property
    def is_question(self) -> bool:
        """Whether they only asked something, and want the answer."""
        return self.waiting is not None and not self.is_upset


def sheet_of(
    client: Client, *, now: datetime, case: Case | None = None, person: Person | None = None, user: User | None = None
) -> Sheet:
    """Return the call sheet of a client, in eight queries; without `case`, of the recovery under way there.

    As far as `user` sees it; None: all of it.
    """
    if case is None:
        seen = Case.objects.filter(of_seen_case(user, "pk"), client=client)
        under_way = seen.filter(status__in=UNDER_WAY).select_related("person")
        case = under_way.order_by("-opened_at").first()
    waits = (
        Waiting.objects.filter(client=client, settled_at=None)
        .select_related("person", "message")
        .order_by("due_at", "pk")
    )
    clocks = list(waits.filter(person=person) if person else waits)[:1]
    waiting = clocks[0] if clocks else None
    person = person or (waiting.person if waiting else None) or (case.person if case else None) or _main(client)
    owing = Promise.objects.filter(of_seen_case(user), client=client, state=PromiseState.OPEN)
    promises = owing.select_related("person", "promised_by")
    hard, asked = _written(client, person, now)
    said = _last_said(waiting, [*hard, *_spoken(client, case, now, user)], asked)
    when, step = happened_at(client, case, now), _stands_at(case)
    owed = tuple(promises.order_by("due_at"))
    return Sheet(client, case, person, waiting, said, owed, bool(hard), when, step)


def _stands_at(case: Case | None) -> Step | None:
    """Return at which step a recovery stands: who was heard already is not asked again, whatever was left out."""
    if case is None:
        return None
    step = Step(case.step)
    is_heard = step is Step.DECIDE and case.steps.filter(step=Step.UNDERSTAND).exists()
    return Step.OWN_IT if is_heard else step


def happened_at(client: Client, case: Case | None, now: datetime) -> datetime | None:
    """Return when that happened of which they are to tell, where it is known: a no-show, else their complaint."""
    until = case.opened_at if case else now
    missed = StaffingFact.objects.filter(client=client, kind=FactKind.NO_SHOW, at__range=(until - JUST_BEFORE, until))
    last = missed.order_by("-at").values_list("at", flat=True).first()
    return last or (case.opened_at if case else None)


def _main(client: Client) -> Person | None:
    here = Person.objects.filter(client=client, left_on=None).exclude(name="")
    return here.order_by("-is_main", F("last_wrote_at").desc(nulls_last=True), "pk").first()


def _last_said(waiting: Waiting | None, hard: list[Said], asked: list[Said]) -> tuple[Said, ...]:
    """Return what they said that matters: what waits for an answer, what was hard to hear, else what they asked."""
    waits = [Said(waiting.asked_at, _short(waiting.quote), _name(waiting.person, waiting.message))] if waiting else []
    newest = [one for told in (waits, hard, asked) for one in sorted(told, key=lambda one: one.at, reverse=True)]
    return tuple(_distinct([one for one in newest if one.words]))[:LAST]


def _written(client: Client, person: Person | None, now: datetime) -> tuple[list[Said], list[Said]]:
    """Return what they wrote lately: what was hard to hear, and what they asked."""
    found = Message.objects.filter(client=client, from_us=False, automated="", at__range=(now - RECENT, now))
    messages = (found.filter(person=person) if person else found).select_related("person").order_by("-at", "-pk")
    hard, asked = [], []
    for message in messages[:READ]:
        name = _name(message.person, message)
        heard = hard_sentence_of(message)
        if heard:
            hard.append(Said(message.at, _short(heard), name))
        elif message.asks:
            asked.append(Said(message.at, _short(message.asks), name))
    return hard, asked


def _spoken(client: Client, case: Case | None, now: datetime, user: User | None) -> list[Said]:
    """Return what they said on the phone lately, and when they were upset."""
    heard = Touch.objects.filter(of_seen_case(user), client=client, at__gte=now - RECENT).exclude(words="")
    talks = heard.select_related("person")
    said = [Said(talk.at, _short(talk.words), _name(talk.person)) for talk in talks.order_by("-at", "-pk")[:LAST]]
    return [*said, Said(case.opened_at, _short(case.words), _name(case.person))] if case else said


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


def hard_sentence_of(message: Message) -> str:
    """Return the sentence of a message that hurts most: it wants to leave, complains, disputes; "" where none does."""
    return hard_sentence(((rule, str(quote)) for rule, quote in message.said), message.unhappy, message.worst)


def _short(words: str) -> str:
    plain = " ".join(words.split())
    return plain if len(plain) <= LONGEST else plain[:LONGEST].rsplit(" ", 1)[0] + "…"


def _key(words: str) -> str:
    return "".join(filter(str.isalnum, words.lower()))


def _name(person: Person | None, message: Message | None = None) -> str:
    return (person.name if person else "") or (message.sender_name if message else "")
