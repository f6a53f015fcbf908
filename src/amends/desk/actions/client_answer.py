"""What a client does on their page: they open it, answer it line by line, and ask to be called instead.

Nobody of ours does any of it (`by` is None): the events name the person. What they wrote is kept with its row alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from amends.core.case import UNDER_WAY
from amends.core.case import call_back_by as within_the_hour
from amends.desk.actions.check_in import hear_agreement
from amends.desk.actions.event import record, values_of
from amends.desk.actions.plan import answer_action
from amends.desk.actions.promise import make_promise
from amends.desk.actions.pulse import take_pulse
from amends.desk.models import Case, ClientPage, PageLine, PlanAction
from amends.desk.queries.client_page import ASKED, call_by, host_of
from amends.desk.queries.firm import hours_of, the_firm

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from amends.core.plan import Answer

ONE_VISIT = timedelta(minutes=30)  # opened again within it, it is the same visit (judgement)
OPENED = ("opened_at", "last_opened_at", "opens")
CALLED = ("call_back_by", "called_back_at", "next_at", "next_note", "waiting_for")
LONGEST_WORDS = 4000  # characters of one answer (judgement)


@dataclass(frozen=True, slots=True)
class Seen:
    """What a change of the plan said when they opened the page."""

    what: str
    who: str
    by: date


@dataclass(frozen=True, slots=True)
class Given:
    """What somebody answered: by line (is it right, words), by change (the answer, words), and how they feel.

    `seen` and `heard` are what they had before them, by change and by line: an answer to anything else is not taken in.
    `mended` is whether they say it is put right; `pulse` are figures by the names of `Pulse`, `words` go with them.
    """

    lines: Mapping[int, tuple[bool, str]] = field(default_factory=dict)
    plan: Mapping[int, tuple[Answer, str]] = field(default_factory=dict)
    seen: Mapping[int, Seen] = field(default_factory=dict)
    heard: Mapping[int, str] = field(default_factory=dict)
    mended: bool | None = None
    pulse: Mapping[str, Any] = field(default_factory=dict)
    words: str = ""


@dataclass(frozen=True, slots=True)
class Moved:
    """What was not taken in, because it says something else now: changes with what they had said, and lines."""

    plan: Mapping[int, Seen | None]
    lines: tuple[int, ...]

    def __bool__(self) -> bool:
        return bool(self.plan or self.lines)


@transaction.atomic
def note_opening(page: ClientPage, *, now: datetime) -> ClientPage:
    """Note that a person has opened their page; within half an hour it is the same visit."""
    _lock(page)
    if page.last_opened_at and now - page.last_opened_at < ONE_VISIT:
        return page
    page.opened_at, page.last_opened_at, page.opens = page.opened_at or now, now, page.opens + 1
    page.save(update_fields=OPENED)
    record("open_page", page, by=None, now=now, person=page.person, after={"opens": page.opens})
    return page


@transaction.atomic
def note_answer(page: ClientPage, *, now: datetime) -> ClientPage:
    """Note that somebody has answered on their page: news for its lead. Who answers has opened it."""
    _lock(page)
    note_opening(page, now=now)
    page.answered_at = now
    page.save(update_fields=["answered_at"])
    return page


@transaction.atomic
def answer_line(line: PageLine, *, is_right: bool, words: str = "", now: datetime) -> bool:
    """Take down whether we heard somebody right, and what is not quite right; return whether anything is new."""
    line.refresh_from_db(from_queryset=PageLine.objects.select_for_update())
    words = "" if is_right else words.strip()[:LONGEST_WORDS]
    if (line.is_right, line.words) == (is_right, words):
        return False
    before = values_of(line, ("is_right",))
    line.is_right, line.words, line.answered_at = is_right, words, now
    line.save(update_fields=["is_right", "words", "answered_at"])
    after = {"line_id": line.pk, "is_right": is_right}
    record("answer_page_line", line.page, by=None, now=now, person=line.page.person, before=before, after=after)
    return True


@transaction.atomic
def answer_page(page: ClientPage, given: Given, *, now: datetime) -> Moved:
    """Take in what somebody answered, all in one change; return what has moved since they opened the page.

    The same answers twice change nothing. An answer to what says something else now is not taken in.
    """
    _lock(page)
    lines_moved, is_new = _answer_lines(page, given, now)
    plan_moved, has_answered = _answer_plan(page, given, now)
    is_new = has_answered or is_new
    is_new = _agrees(page, given, now) or is_new
    if given.pulse or given.words:
        before, told = _figures_of(page), {**given.pulse, "words": given.words}
        take_pulse(page.client, person=page.person, now=now, page=page, case=page.case, **told)
        is_new = is_new or _figures_of(page) != before
    if is_new:
        note_answer(page, now=now)
    return Moved(plan_moved, lines_moved)


def _agrees(page: ClientPage, given: Given, now: datetime) -> bool:
    """Take down that they say it is put right, once; return whether they had not said so before."""
    case = page.case
    if not given.mended or case is None:
        return False
    case.refresh_from_db(from_queryset=Case.objects.select_for_update())
    if case.agrees_it_is_mended_at:
        return False
    hear_agreement(case, by=None, person=page.person, now=now)
    return True


def _figures_of(page: ClientPage) -> list[tuple[Any, ...]]:
    return list(page.pulses.order_by("pk").values_list("pk", *ASKED, "words"))


def _answer_lines(page: ClientPage, given: Given, now: datetime) -> tuple[tuple[int, ...], bool]:
    moved, is_new = [], False
    rows = {line.pk: line for line in page.lines.filter(pk__in=given.lines)}
    for pk, (is_right, words) in given.lines.items():
        line = rows.get(pk)
        if line is None or line.text != given.heard.get(pk):
            moved.append(pk)
        elif answer_line(line, is_right=is_right, words=words, now=now):
            is_new = True
    return tuple(moved), is_new


def _answer_plan(page: ClientPage, given: Given, now: datetime) -> tuple[dict[int, Seen | None], bool]:
    """Answer the changes of a plan that still say what was seen; while it is being changed, none of them."""
    case = page.case
    if case is None or not given.plan:
        return {}, False
    case.refresh_from_db(from_queryset=Case.objects.select_for_update())
    moved: dict[int, Seen | None] = {}
    is_new = False
    is_open = case.status in UNDER_WAY and case.plan_approved_at is not None
    held = PlanAction.objects.select_for_update(of=("self",)).select_related("owner", "case__client", "case__person")
    rows = {row.pk: row for row in held.filter(case=case, pk__in=given.plan, is_visible=True)}
    for pk, (answer, words) in given.plan.items():
        row, seen = rows.get(pk), given.seen.get(pk)
        if row is not None and (row.answer, row.answer_words) == (answer, words):
            continue  # said before: nothing is to be taken in
        if row is None or not is_open or seen != Seen(row.what, row.owner.name if row.owner else "", row.due_on):
            moved[pk] = seen
            continue
        answer_action(row, answer, words, by=None, person=page.person, now=now)
        is_new = True
    return moved, is_new


@transaction.atomic
def ask_for_call(page: ClientPage, *, now: datetime) -> datetime:
    """Take down that somebody would rather be called, and return until when: within the hour of business time.

    In a recovery under way it is its call-back, on Today of who leads it; else it is a promise to call. Asked again
    while the call is due, it stays as it was.
    """
    _lock(page)
    due_at = call_by(page, now)
    if page.call_asked_at and due_at:
        return due_at
    within = within_the_hour(now, hours_of(the_firm()))
    due_at = min(due_at or within, within)
    page.call_asked_at = now
    page.save(update_fields=["call_asked_at"])
    record("ask_for_call", page, by=None, now=now, person=page.person, after={"call_back_by": due_at})
    if page.case and page.case.status in UNDER_WAY:
        _call_back(page.case, page, due_at, now)
    else:
        what = _("Call %(name)s, who asked for it") % {"name": page.person}
        told = {"person": page.person, "promised_by": host_of(page), "case": page.case}
        make_promise(page.client, what, due_at=due_at, by=None, now=now, **told)  # type: ignore[arg-type]  # as named
    note_answer(page, now=now)
    return due_at


def _call_back(case: Case, page: ClientPage, due_at: datetime, now: datetime) -> None:
    """Let a recovery stand on Today with its call-back."""
    case.refresh_from_db(from_queryset=Case.objects.select_for_update())
    before = values_of(case, CALLED)
    case.call_back_by = case.next_at = due_at
    case.called_back_at, case.waiting_for = None, ""
    case.next_note = _("%(name)s asked to be called.") % {"name": page.person.first_name}
    case.save(update_fields=CALLED)
    record("plan_next", case, by=None, now=now, person=page.person, before=before, after=values_of(case, CALLED))


def _lock(page: ClientPage) -> None:
    """Lock a page: two tabs and a double click come one after the other. The people around it stay at hand."""
    row = ClientPage.objects.select_for_update().get(pk=page.pk)
    for name in (*OPENED, "answered_at", "call_asked_at"):
        setattr(page, name, getattr(row, name))
