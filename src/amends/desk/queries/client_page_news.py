"""What clients answered on their pages and nobody has looked at yet, and how each page stands: our side of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from django.db.models import Case as Either
from django.db.models import Count, F, IntegerField, OuterRef, Q, Subquery, Value, When

from amends.core.escalation import stands_in
from amends.core.plan import Answer
from amends.desk.models import ClientPage, LetterKind, Outgoing, PageKind, PageLine, Person, PlanAction, Pulse, Role
from amends.desk.queries.client_page import last_said, plan_on
from amends.desk.queries.firm import hours_of
from amends.desk.queries.notice import can_be_told, colleagues_of
from amends.desk.queries.outbox import DRAFT
from amends.desk.rules import mine, of_seen_case, opened_by

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.db.models import QuerySet

    from amends.desk.models import Case, Firm, User
    from amends.desk.queries.plan import Shown

NEWS = Q(answered_at__isnull=False, revoked_at=None) & (Q(noted_at=None) | Q(answered_at__gt=F("noted_at")))
LIVE = Q(revoked_at=None)
MOST_NEWS = 20  # rows of Today (judgement)


class PageState(StrEnum):
    """How a page stands."""

    ENDED = "ended"
    UNSENT = "unsent"  # nobody has a link to it
    EXPIRED = "expired"  # every link to it is over
    SENT = "sent"  # not opened yet
    OPENED = "opened"  # and not answered
    ANSWERED = "answered"


@dataclass(frozen=True, slots=True)
class Standing:
    """How a page stands: in a word, until when a link leads to it (None: none does), and whether there is news."""

    state: PageState
    ends_at: datetime | None
    is_news: bool


@dataclass(frozen=True, slots=True)
class Answers:
    """What somebody answered on their page: each line, each change of the plan, how they feel."""

    lines: Sequence[PageLine]
    plan: Sequence[Shown]
    pulses: Sequence[Pulse]

    @property
    def agreed(self) -> int:
        """To how many changes they agreed."""
        return sum(one.answer == Answer.AGREED for one in self.plan)

    @property
    def questions(self) -> int:
        """Of how many changes they ask, or which they would change or do not want."""
        return sum(one.answer in {Answer.QUESTION, Answer.NO} for one in self.plan)

    @property
    def open(self) -> int:
        """How many changes have no answer yet."""
        return sum(not one.answer for one in self.plan)

    @property
    def unheard(self) -> int:
        """How many lines do not say what they said."""
        return sum(line.is_right is False for line in self.lines)


def standing_of(page: ClientPage, now: datetime) -> Standing:
    """Return how a page stands; its links are asked for, one query where they are not known yet."""
    links = list(page.links.all())
    ends_at = max((link.ends_at for link in links if link.works(now)), default=None)
    is_news = page.answered_at is not None and (page.noted_at is None or page.answered_at > page.noted_at)
    if page.revoked_at:
        return Standing(PageState.ENDED, None, is_news=False)
    if page.answered_at:
        return Standing(PageState.ANSWERED, ends_at, is_news)
    if not links:
        return Standing(PageState.UNSENT, None, is_news)
    if ends_at is None:
        return Standing(PageState.EXPIRED, None, is_news)
    return Standing(PageState.OPENED if page.opened_at else PageState.SENT, ends_at, is_news)


def pages_of(case: Case) -> list[ClientPage]:
    """Return the pages of a recovery with their links, those that have not ended first: two queries."""
    rows = case.pages.filter(kind=PageKind.RECOVERY).select_related("person").prefetch_related("links")
    return sorted(rows, key=lambda page: (page.revoked_at is not None, page.pk))


def without_page(case: Case) -> QuerySet[Person]:
    """Return who works at the client and has no page of a recovery: whom it is about first."""
    theirs = case.pages.filter(LIVE, kind=PageKind.RECOVERY)
    people = Person.objects.filter(client=case.client_id, left_on=None).exclude(pk__in=theirs.values("person"))
    first = Either(When(pk=case.person_id or 0, then=Value(0)), default=Value(1), output_field=IntegerField())
    return people.order_by(first, "-is_main", "name", "pk")


def answers_on(page: ClientPage) -> Answers:
    """Return what somebody answered on their page: four queries."""
    plan = plan_on(page) if page.kind == PageKind.RECOVERY else ()
    lines = page.lines.select_related("heard")
    return Answers(tuple(lines), plan, tuple(page.pulses.all()))


def drafts_of(page: ClientPage) -> QuerySet[Outgoing]:
    """Return the letters with a page's link that wait to be read and sent."""
    return Outgoing.objects.filter(DRAFT, page=page, kind=LetterKind.CLIENT).order_by("-added_at", "-pk")


@dataclass(frozen=True, slots=True)
class News:
    """A page with answers that nobody has looked at.

    To how many changes they agree, of how many they ask, and how many lines are not quite what they said.
    """

    page: ClientPage
    agreed: int
    asked: int
    unheard: int


def news_of(user: User) -> list[News]:
    """Return what somebody is to look at: answers on pages of recoveries that they lead, and of clients of their own.

    What belongs to a recovery is for its lead; without one, and of no recovery, for who looks after them. One query,
    and two more where there is any.
    """
    unled = Q(case=None) | Q(case__lead=None) | Q(case__lead__is_active=False)
    theirs = Q(case__lead=user.pk) | (unled & mine(user, "client__"))
    seen = Q(opened_by(user, "client__"), of_seen_case(user))
    rows = ClientPage.objects.filter(NEWS, theirs, seen).select_related("person", "client", "case")
    unheard = Count("lines", filter=Q(lines__is_right=False), distinct=True)
    pages = list(rows.annotate(unheard=unheard).order_by("answered_at", "pk")[:MOST_NEWS])
    if not pages:
        return []
    asked = {page.case_id for page in pages if page.kind == PageKind.RECOVERY}
    plan = PlanAction.objects.filter(case__in=asked, is_visible=True).exclude(answer="")
    given = list(plan.order_by().values_list("pk", "case_id", "answer"))
    said = last_said(pk for pk, _, _ in given)
    theirs_of = {page.pk: [one for pk, case, one in given if _is_by(page, case, said.get(pk))] for page in pages}
    return [_news(page, theirs_of[page.pk], page.unheard) for page in pages]


def _is_by(page: ClientPage, case: int, who: int | None) -> bool:
    """Whether the last answer in a recovery is that of whom a page is for."""
    return page.case is not None and page.case_id == case and (who or page.case.person_id) == page.person_id


def _news(page: ClientPage, answers: Sequence[str], unheard: int) -> News:
    agreed = sum(answer == Answer.AGREED for answer in answers)
    return News(page, agreed, len(answers) - agreed, unheard)


def unseen_pages() -> list[ClientPage]:
    """Return every page with answers that nobody has looked at, the oldest first: what colleagues are told of."""
    rows = ClientPage.objects.filter(NEWS).select_related("person", "client__looked_after_by", "case__lead")
    return list(rows.order_by("answered_at", "pk"))


def told_of_page(page: ClientPage, now: datetime, firm: Firm) -> User | None:
    """Return who hears of a page: who leads its recovery, else looks after the client, else an owner.

    Who is away is covered by who covers for them, as far as they may see it.
    """
    users = {one.pk: one for one in can_be_told()}
    known = colleagues_of(one for one in users.values() if _may_read(one, page))
    lead = page.case.lead_id if page.case else None
    owners = [one.pk for one in users.values() if one.role == Role.OWNER]
    day = now.astimezone(hours_of(firm).zone).date()
    for asked in (lead, page.client.looked_after_by_id, *owners):
        found = stands_in(asked, day, known) if asked in known else None
        if found is not None:
            return users[found]
    return None


def _may_read(user: User, page: ClientPage) -> bool:
    rows = ClientPage.objects.filter(opened_by(user, "client__"), of_seen_case(user), pk=page.pk)
    return rows.exists()


def newest_news(case: str = "pk") -> tuple[Subquery, Subquery]:
    """Return, for a query of recoveries, the newest answers that nobody has looked at: whose page, and its number."""
    rows = ClientPage.objects.filter(NEWS, case=OuterRef(case), kind=PageKind.RECOVERY).order_by("-answered_at")
    return Subquery(rows.values("person__name")[:1]), Subquery(rows.values("pk")[:1])
