"""What a client's page may show, and the links that lead to it: nothing else of the firm leaves by this door.

A page gets the values below and no model: what is not named here cannot be shown by mistake (docs/method.md rule 4).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from amends.core.case import UNDER_WAY, Status
from amends.core.plan import Answer
from amends.core.reparation import State
from amends.desk.models import Case, Event, PageKind, PageLink, Promise, PromiseState
from amends.desk.queries.erased import kept_words
from amends.desk.queries.plan import visible_plan
from amends.desk.queries.user import hash_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime
    from decimal import Decimal

    from amends.desk.models import ClientPage, Firm, User
    from amends.desk.queries.plan import Shown

SETTLED = (State.APPROVED, State.GIVEN)  # what was agreed to inside: an offer that waits or was refused is not shown
ASKED = ("feeling", "does", "interests", "straight", "next_order", "handling")  # of `Pulse`
PEOPLE = (
    "page__person", "page__client__looked_after_by__branch", "page__case__lead__branch", "page__by__branch",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around every page: for whom it is, who is there for them, until when it works."""

    firm: str
    colour: str  # "#14294b"
    foot: str
    title: str
    lead: str
    person: str  # "Dana Whitlock"
    first_name: str
    host: str  # who is there for them: "Tom Beckett"; empty where nobody is
    host_first: str
    host_title: str
    host_phone: str
    ends_on: date | None  # the last day of the link; None in a preview
    is_preview: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One line of "Did we hear you right?"."""

    pk: int
    text: str
    is_right: bool | None
    words: str


@dataclass(frozen=True, slots=True)
class Amends:
    """What we put right, as it was approved: what it is, and the sum (None: given in kind). Its cost to us is ours."""

    what: str  # "owed", "offer", or what is given in kind in its own words
    sum: Decimal | None
    currency: str


@dataclass(frozen=True, slots=True)
class Recovery:
    """The page of a recovery: what we heard, what we will do, what we put right, and what is asked."""

    lines: tuple[Line, ...]
    plan: tuple[Shown, ...]
    is_replanned: bool  # the plan is being changed: until it is approved again none of it is shown
    is_over: bool  # nothing of it is asked any more
    amends: tuple[Amends, ...]
    together: tuple[Amends, ...]  # the sums of more than one row, one for each currency
    amends_note: str
    asks_feeling: bool
    asks_four: bool
    asks_handling: bool
    asks_mended: bool  # "Would you say it is put right?"
    pulse: Mapping[str, Any]  # what they answered on this page last, by the names of `Pulse`

    @property
    def asks_anything(self) -> bool:
        """Whether there is anything to answer."""
        asked = self.asks_feeling or self.asks_four or self.asks_handling or self.asks_mended
        return asked or (not self.is_over and bool(self.lines or self.plan))


@dataclass(frozen=True, slots=True)
class Asks:
    """The page that asks how they feel about us: which questions, and what they answered here last."""

    asks_feeling: bool
    asks_four: bool
    asks_handling: bool
    pulse: Mapping[str, Any]
    words: str
    is_unwanted: bool  # they asked not to be asked any more

    @property
    def asks_anything(self) -> bool:
        """Whether there is anything to answer."""
        return not self.is_unwanted


def link_of(token: str) -> PageLink | None:
    """Return the link that a token belongs to, whether it still works or not: one query."""
    return PageLink.objects.select_related(*PEOPLE).filter(token_hash=hash_of(token)).first()


def live_links(page: ClientPage, now: datetime) -> list[PageLink]:
    """Return the links to a page that work now."""
    return [link for link in page.links.all() if link.works(now)]


def host_of(page: ClientPage) -> User | None:
    """Return who is there for the person: who leads the recovery, looks after the client, or made the page."""
    lead = page.case.lead if page.case else None
    asked = (lead, page.client.looked_after_by, page.by)
    return next((user for user in asked if user and user.is_active), None)


def frame_of(page: ClientPage, firm: Firm, link: PageLink | None = None, *, is_preview: bool = False) -> Frame:
    """Return what stands around a page: no query, where `link_of` brought the people along."""
    host = host_of(page)
    branch = host.branch if host else None
    return Frame(
        firm=firm.name,
        colour=firm.page_colour,
        foot=firm.page_foot,
        title=page.title,
        lead=page.lead,
        person=page.person.name,
        first_name=page.person.first_name,
        host=host.name if host else "",
        host_first=host.first_name if host else "",
        host_title=host.title if host else "",
        host_phone=(host.phone or (branch.phone if branch else "")) if host else "",
        ends_on=timezone.localdate(link.ends_at) if link else None,
        is_preview=is_preview,
    )


def nobodys_frame(firm: Firm) -> Frame:
    """Return a frame that tells of nobody: where there is no page, or before it is known who asks."""
    return Frame(firm.name, firm.page_colour, firm.page_foot, "", "", "", "", "", "", "", "", None)


def recovery_of(page: ClientPage) -> Recovery:
    """Return what the page of a recovery shows: at most four queries."""
    case = page.case
    if page.kind != PageKind.RECOVERY or case is None:
        raise ValueError(f"{page.kind} is no page of a recovery")
    amends = amends_of(case) if page.shows_reparation else ()
    is_approved = case.plan_approved_at is not None
    pulse = page.pulses.order_by("-at", "-pk").values(*ASKED).first()
    return Recovery(
        lines=tuple(Line(row.pk, row.text, row.is_right, row.words) for row in page.lines.all()),
        plan=plan_on(page) if is_approved else (),
        is_replanned=not is_approved,
        is_over=case.status not in UNDER_WAY,
        amends=amends,
        together=_together(amends),
        amends_note=page.amends_note if amends else "",
        asks_feeling=page.asks_feeling and page.person.no_pulse_at is None,  # who wants no more of it
        asks_four=page.asks_four and page.person.no_pulse_at is None,
        asks_handling=page.asks_handling and page.person.no_pulse_at is None,
        asks_mended=case.status == Status.FOLLOWING and case.agrees_it_is_mended_at is None,
        pulse=pulse or {},
    )


def asks_of(page: ClientPage) -> Asks:
    """Return what the page asks of how they feel: one query. Whoever asked not to be asked is asked nothing."""
    last = page.pulses.order_by("-at", "-pk").values(*ASKED, "words").first() or {"words": ""}
    is_unwanted = page.person.no_pulse_at is not None
    return Asks(
        asks_feeling=page.asks_feeling and not is_unwanted,
        asks_four=page.asks_four and not is_unwanted,
        asks_handling=page.asks_handling and not is_unwanted,
        pulse={name: last[name] for name in ASKED if name in last},
        words=kept_words(last["words"]),
        is_unwanted=is_unwanted,
    )


def plan_on(page: ClientPage) -> tuple[Shown, ...]:
    """Return a plan as a page shows it, without what somebody else there asks or would change.

    One query, and one more where there is a question.
    """
    if page.case is None:
        return ()
    rows, first = visible_plan(page.case), page.case.person_id or page.person_id
    said = last_said([row.pk for row in rows if row.answer in {Answer.QUESTION, Answer.NO}])
    hidden = {pk for pk, who in said.items() if (who or first) != page.person_id}
    return tuple(replace(row, answer="", answer_words="") if row.pk in hidden else row for row in rows)


def last_said(actions: Iterable[int]) -> dict[int, int | None]:
    """Return who at the client gave the last answer to each change of a plan; None where one of us took it down."""
    keys = list(actions)
    events = Event.objects.filter(verb="answer_plan_action", thing="planaction", thing_id__in=keys) if keys else ()
    in_order = sorted(events, key=lambda event: (event.at, event.pk))
    return {event.thing_id: event.person_id for event in in_order if event.thing_id}


def amends_of(case: Case) -> tuple[Amends, ...]:
    """Return what was approved or given in a recovery: what it is and the sum; no limit, share, reason or cost."""
    found: list[Amends] = []
    for row in case.reparations.filter(state__in=SETTLED):
        told = [("owed", row.owed), ("offer", row.offer)]
        found += [Amends(what, amount, row.currency) for what, amount in told if amount]
        if row.in_kind.strip():
            found.append(Amends(row.in_kind.strip(), None, row.currency))
    return tuple(found)


def _together(rows: tuple[Amends, ...]) -> tuple[Amends, ...]:
    sums: dict[str, list[Decimal]] = {}
    for row in rows:
        if row.sum is not None:
            sums.setdefault(row.currency, []).append(row.sum)
    return tuple(Amends("", sum(each[1:], each[0]), currency) for currency, each in sums.items() if len(each) > 1)


def address_of(page: ClientPage) -> str:
    """Return where a code for a page goes: the address they wrote from first, or nothing."""
    return page.person.addresses.order_by("pk").values_list("address", flat=True).first() or ""


def call_by(page: ClientPage, now: datetime) -> datetime | None:
    """Return until when somebody is to call them, where that is laid down: a recovery’s call-back, or a promise.

    None where nobody promised to, the call has been made, or the moment has passed: then nothing is said of it.
    """
    case = page.case or Case.objects.filter(pulses__page=page).order_by("-opened_at").first()
    if case and case.status in UNDER_WAY:
        is_due = case.call_back_by and case.called_back_at is None and case.call_back_by > now
        return case.call_back_by if is_due else None
    if page.call_asked_at is None:
        return None
    rows = Promise.objects.filter(client=page.client_id, person=page.person_id, made_at=page.call_asked_at)
    return rows.filter(state=PromiseState.OPEN, due_at__gt=now).values_list("due_at", flat=True).first()
