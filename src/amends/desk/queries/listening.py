"""What was heard in a recovery, and what the client's own mail and talks already answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Q

from amends.core.history import HARD
from amends.core.listening import Question, Told, is_from, suggest
from amends.core.signals.complaint import UNHAPPY
from amends.desk.models import Case, Event, Heard, Message, Touch

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

BEFORE = timedelta(days=60)  # what was written so long before a recovery was opened may be about it (judgement)
NEAR = timedelta(days=3)  # what was written so shortly before may be, though no complaint is heard in it (judgement)
READ = 60  # messages, and as many talks, looked at: the newest (judgement, as the call sheet)
WRITTEN = ("hear_words", "change_heard", "remove_heard", "note_remedy")  # verbs that save the page's first part
MESSAGE, TALK, OPENING = "m", "t", "c"  # begin the names of sources


@dataclass(frozen=True, slots=True)
class Suggested:
    """Words of the client's that answer a question, not kept yet, and the message or talk they are from."""

    question: Question
    words: str
    source: Message | Touch | Case

    @property
    def named(self) -> str:
        """The name of the source, for a form: "m12"; of what was said when the recovery was opened "c"."""
        if isinstance(self.source, Case):
            return OPENING
        return f"{MESSAGE if isinstance(self.source, Message) else TALK}{self.source.pk}"

    @property
    def at(self) -> datetime:
        """When it was written or said."""
        return self.source.opened_at if isinstance(self.source, Case) else self.source.at


def heard_in(case: Case) -> dict[Question, list[Heard]]:
    """Return what was heard, by question, the oldest first: one query."""
    rows = Heard.objects.filter(case=case).select_related("person", "by", "touch")
    found: dict[Question, list[Heard]] = {question: [] for question in Question}
    for row in rows:
        row.case = case
        found[Question(row.question)].append(row)
    return found


def suggested(case: Case, heard: Iterable[Heard], *, now: datetime) -> dict[Question, Suggested]:
    """Return for each question what the client already wrote or said, unless it was heard: two queries.

    What they said when the recovery was opened tells what happened, where nothing they wrote does.
    """
    kept = [row.words for row in heard]
    sources: dict[str, Message | Touch] = {f"{MESSAGE}{row.pk}": row for row in _messages(case, now)}
    sources |= {f"{TALK}{row.pk}": row for row in _talks(case, now)}
    told = [one for one in map(_told, sources.items()) if _is_about(case, one)]
    found = suggest(told, kept=kept)
    said = {question: Suggested(question, each.words, sources[each.id]) for question, each in found.items()}
    if case.words and Question.HAPPENED not in said and case.words.strip() not in kept:
        said[Question.HAPPENED] = Suggested(Question.HAPPENED, case.words.strip(), case)
    return said


def _messages(case: Case, now: datetime) -> list[Message]:
    """Return what the person (of a case without one: anybody there) wrote lately, the newest first."""
    since = case.opened_at - BEFORE
    rows = Message.objects.filter(client=case.client_id, from_us=False, automated="", at__range=(since, now))
    rows = rows.filter(person=case.person_id) if case.person_id else rows
    return list(rows.select_related("person").order_by("-at", "-pk")[:READ])


def _talks(case: Case, now: datetime) -> list[Touch]:
    """Return what was said in this recovery, or before it in no other, that is not kept as an answer yet."""
    rows = Touch.objects.filter(client=case.client_id, at__range=(case.opened_at - BEFORE, now)).exclude(words="")
    rows = rows.filter(case=case) | rows.filter(case=None)
    kept = Heard.objects.exclude(touch=None).values("touch")
    return list(rows.exclude(pk__in=kept).select_related("person").order_by("-at", "-pk")[:READ])


def _told(source: tuple[str, Message | Touch]) -> Told:
    name, row = source
    if isinstance(row, Touch):
        return Told(name, row.at, row.words)
    hurts = [str(quote) for rule, quote in row.said if rule in HARD]
    return Told(name, row.at, row.text, (*hurts, *([row.worst] if row.unhappy >= UNHAPPY else [])))


def _is_about(case: Case, told: Told) -> bool:
    """Whether something may be about a recovery: everyday mail from long before it is not."""
    return bool(told.hurts) or told.id.startswith(TALK) or told.at >= case.opened_at - NEAR


def source_named(case: Case, name: str, words: str) -> Message | Touch | Case | None:
    """Return the message, talk or recovery that a form names, where the words stand in it as they are; else None."""
    if name == OPENING:
        return case if is_from(words, case.words) else None
    kind, number = name[:1], name[1:]
    if kind not in {MESSAGE, TALK} or not number.isdecimal() or len(number) > 18:  # noqa: PLR2004  (digits of 64 bits)
        return None
    found: Message | Touch | None
    if kind == MESSAGE:
        found = Message.objects.filter(client=case.client_id, from_us=False, pk=int(number)).first()
        text = found.text if found else ""
    else:
        talks = Touch.objects.filter(Q(case=case) | Q(case=None), client=case.client_id)  # as `_talks`: of no other
        found = talks.filter(pk=int(number)).first()
        text = found.words if found else ""
    return found if is_from(words, text) else None


def saved_at(case: Case) -> datetime | None:
    """Return when what the client said was last saved; None before anything was: one query."""
    saved = Event.objects.filter(case=case, verb__in=WRITTEN).order_by("-at", "-pk")
    return saved.values_list("at", flat=True).first()
