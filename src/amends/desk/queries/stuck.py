"""Which recoveries are stuck, and who is to hear of it: their lead, who manages the client, the owners."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from amends.core.case import UNDER_WAY, Pace, clocks
from amends.core.escalation import Ladder, Telling, to_tell
from amends.desk.models import Case, LetterKind, Notice, Role, Standing
from amends.desk.queries.case import course_of
from amends.desk.queries.firm import hours_of
from amends.desk.queries.notice import can_be_told, colleagues_of
from amends.desk.rules import cases_seen_by, may_manage

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from amends.core.case import Deadline
    from amends.core.hours import BusinessHours
    from amends.desk.models import Firm, User


class Stuck(NamedTuple):
    """A deadline of a recovery that was missed, of which somebody is to be told."""

    case: Case
    deadline: Deadline
    telling: Telling

    @property
    def about(self) -> str:
        """What a notice of it is about: each missed deadline is told once to each colleague."""
        return about(self.case, self.deadline)


def about(case: Case, deadline: Deadline) -> str:
    """Return what a notice of a deadline that was missed is about; another day for it is another deadline."""
    return f"case {case.pk} {deadline.clock} {deadline.due_at:%Y-%m-%d %H:%M}"


def late_deadlines(case: Case, now: datetime, hours: BusinessHours) -> list[Deadline]:
    """Return the deadlines of a recovery that were missed and still are not met."""
    return [one for one in clocks(course_of(case), hours) if one.pace(now) is Pace.LATE]


def stuck_by_colleague(now: datetime, firm: Firm) -> dict[User, list[Stuck]]:
    """Return who is to be told now of which recoveries that are stuck: five queries, more where any is restricted.

    Nobody outside working hours, and nobody of a recovery that they do not see.
    """
    hours = hours_of(firm)
    if not hours.is_open(now):
        return {}
    late = [(case, found) for case in under_way() if (found := late_deadlines(case, now, hours))]
    if not late:
        return {}
    users = {one.pk: one for one in can_be_told()}
    told, hidden = _told(case for case, _ in late), _hidden([case for case, _ in late], users.values())
    stuck: dict[User, list[Stuck]] = defaultdict(list)
    for case, deadlines in late:
        known = colleagues_of(one for one in users.values() if case.pk not in hidden[one.pk])
        ladder = Ladder(_levels(case, users), known, hours, firm.escalate_hours)
        for deadline in deadlines:
            for telling in to_tell(deadline.due_at, now, ladder, told[about(case, deadline)]):
                stuck[users[telling.key]].append(Stuck(case, deadline, telling))
    return dict(stuck)


def under_way() -> list[Case]:
    """Return the recoveries under way, with their steps."""
    found = Case.objects.filter(status__in=UNDER_WAY, client__standing=Standing.CLIENT)
    return list(found.select_related("client", "lead", "person").prefetch_related("steps").order_by("opened_at", "pk"))


def _levels(case: Case, users: Mapping[int, User]) -> Sequence[Sequence[int]]:
    """Return whom a recovery that is stuck climbs to: its lead, who manages its client, the owners."""
    managers = [one.pk for one in users.values() if one.role == Role.MANAGER and may_manage(one, case.client)]
    owners = [one.pk for one in users.values() if one.role == Role.OWNER]
    return ([case.lead_id] if case.lead_id else [], managers, owners)


def _told(cases: Iterable[Case]) -> Mapping[str, set[int]]:
    """Return whom each missed deadline was told to."""
    rows = Notice.objects.filter(kind=LetterKind.STUCK, case__in=[case.pk for case in cases])
    told: dict[str, set[int]] = defaultdict(set)
    for what, user in rows.values_list("about", "user_id"):
        told[what].add(user)
    return told


def _hidden(cases: Sequence[Case], users: Iterable[User]) -> Mapping[int, set[int]]:
    """Return for each colleague which of the recoveries they may not see."""
    guarded = {case.pk for case in cases if case.is_restricted or case.client.is_restricted}
    if not guarded:
        return defaultdict(set)
    rows = Case.objects.filter(pk__in=guarded)
    return {one.pk: guarded - set(rows.filter(cases_seen_by(one)).values_list("pk", flat=True)) for one in users}
