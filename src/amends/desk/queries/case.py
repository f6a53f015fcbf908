"""Recoveries as people see them: what a step or a status is called, and the lists they stand in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, F, Q
from django.utils.translation import gettext_lazy

from amends.core.case import ORDER, UNDER_WAY, Course, Status, Step
from amends.desk.models import Case, Event, FollowUp, Role, Standing, Touch
from amends.desk.queries.needs import or_mine
from amends.desk.rules import cases_seen_by, of_seen_case, seen_by

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from django.db.models import QuerySet
    from django.utils.functional import _StrPromise

    from amends.desk.models import Client, User

STEPS: dict[Step, _StrPromise] = {
    Step.DECIDE: gettext_lazy("Decide"),
    Step.UNDERSTAND: gettext_lazy("Understand"),
    Step.OWN_IT: gettext_lazy("Own it"),
    Step.PLAN: gettext_lazy("Plan"),
    Step.FIX: gettext_lazy("Fix"),
    Step.MAKE_GOOD: gettext_lazy("Make good"),
    Step.FOLLOW_UP: gettext_lazy("Follow up"),
    Step.LEARN: gettext_lazy("Learn"),
    Step.PART_WELL: gettext_lazy("Part well"),
}
STATUSES: dict[Status, _StrPromise] = {
    Status.OPEN: gettext_lazy("Open"),
    Status.FOLLOWING: gettext_lazy("Follow-up"),
    Status.MENDED: gettext_lazy("Mended"),
    Status.PARTED: gettext_lazy("Parted"),
    Status.CLOSED: gettext_lazy("Closed"),
    Status.MERGED: gettext_lazy("Joined to another"),
}


def step_name(step: str) -> str:
    """Return what a step is called."""
    return str(STEPS[Step(step)])


def status_name(status: str) -> str:
    """Return what a status is called."""
    return str(STATUSES[Status(status)])


def place_of(step: str) -> int:
    """Return where on the seam a step stands, counted from 1; parting well stands where deciding does."""
    return ORDER.index(Step(step)) + 1 if step in ORDER else 1


def seam_place(case: Case) -> int:
    """Return where on its seam a recovery stands; one that was parted has nothing that is mended."""
    return place_of(Step.PART_WELL if case.status == Status.PARTED else case.step)


def is_whole(case: Case) -> bool:
    """Whether the seam of a recovery is gold from end to end: it is mended."""
    return case.status == Status.MENDED or (case.status == Status.CLOSED and case.step == Step.LEARN)


TABS: dict[str, tuple[Status, ...]] = {  # as the list of recoveries is parted
    "open": (Status.OPEN,),
    "following": (Status.FOLLOWING,),
    "closed": (Status.MENDED, Status.CLOSED, Status.MERGED),
    "parted": (Status.PARTED,),
}


def is_mending(client: Client, user: User) -> bool:
    """Whether a client has a recovery under way that somebody sees."""
    return Case.objects.filter(of_seen_case(user, "pk"), client=client, status__in=UNDER_WAY).exists()


def without_date(client: Client, user: User) -> Case | None:
    """Return the client's recovery that is open with no day on which somebody gets back to them, if they see it."""
    dateless = Case.objects.filter(of_seen_case(user, "pk"), client=client, status=Status.OPEN, next_at=None)
    return dateless.order_by("-opened_at").first()


def recoveries_of(user: User) -> QuerySet[Case]:
    """Return the recoveries of somebody's clients and those they lead; whoever only looks sees all they may see."""
    theirs = Q() if user.role == Role.VIEWER else or_mine(user, lead=user.pk)
    seen = Q(seen_by(user, "client__"), of_seen_case(user, "pk"), client__standing=Standing.CLIENT)
    return Case.objects.filter(theirs, seen)


def counts_of(user: User) -> dict[str, int]:
    """Count somebody's recoveries by the tab they stand under: one query."""
    counted = dict(recoveries_of(user).order_by().values_list("status").annotate(Count("pk")))
    return {tab: sum(counted.get(status, 0) for status in statuses) for tab, statuses in TABS.items()}


def under_tab(user: User, tab: str) -> QuerySet[Case]:
    """Return the recoveries under a tab: those that need somebody soonest first, closed ones the last first."""
    found = recoveries_of(user).filter(status__in=TABS[tab]).select_related("client", "person", "lead")
    if tab in {"open", "following"}:
        return found.order_by(F("next_at").asc(nulls_last=True), "opened_at", "pk")
    return found.order_by("-closed_at", "pk")


def check_ins_of(cases: Collection[Case]) -> dict[int, FollowUp]:
    """Return for each recovery its next check-in, where there is one: one query."""
    coming = FollowUp.objects.filter(case__in=[case.pk for case in cases], done_at=None).order_by("-due_on", "-pk")
    return {followup.case_id: followup for followup in coming if followup.case_id}


def course_of(case: Case) -> Course:
    """Return what the clocks of a recovery run by; its steps are asked for, one query where they are not known yet."""
    fixing = [step.done_at for step in case.steps.all() if step.step == Step.FIX]
    return Course(
        known_at=case.known_at or case.opened_at,
        moved_at=case.step_since,
        call_back_by=case.call_back_by,
        called_back_at=case.called_back_at,
        acknowledged_at=case.acknowledged_at,
        decided_at=case.decided_at,
        decide_again_on=case.decide_again_on,
        put_right_at=min(filter(None, [case.fixed_at, *fixing]), default=None),
        is_over=case.status not in UNDER_WAY,
    )


def others_of(case: Case, user: User) -> list[Case]:
    """Return the recoveries that have to do with one, as far as somebody sees them: related, joined to it, or it."""
    near = Q(related=case) | Q(merged_into=case) | Q(pk=case.merged_into_id or 0)
    found = Case.objects.filter(near, cases_seen_by(user)).select_related("client").distinct()
    return list(found.order_by("-opened_at", "pk"))


def may_join(case: Case, user: User) -> QuerySet[Case]:
    """Return the other recoveries of the same client that somebody sees, which a recovery may be joined or related to.

    Those under way come first.
    """
    others = Case.objects.filter(cases_seen_by(user), client=case.client_id).exclude(pk=case.pk)
    return others.exclude(status=Status.MERGED).order_by("closed_at", "-opened_at", "pk")


def events_of(case: Case, user: User) -> QuerySet[Event]:
    """Return every change in a recovery, and in those joined to it, the latest first.

    What colleagues think of it is shown to who has said so themselves, and to everybody once it is decided.
    """
    found = Event.objects.filter(Q(case=case) | Q(case__merged_into=case)).select_related("by", "person", "client")
    if case.decided_at or case.opinions.filter(user=user).exists():
        return found
    return found.exclude(thing="opinion")


@dataclass(frozen=True, slots=True)
class Told:
    """One entry of a recovery's history."""

    at: datetime
    step: str = ""
    touch: Touch | None = None
    words: str = ""
    by: User | None = None


def history_of(case: Case) -> list[Told]:
    """Return what happened in a recovery, the newest first: its opening, steps done, talks. Three queries.

    What was joined to it happened in it, too.
    """
    steps = [Told(done.done_at, step=done.step, by=done.by) for done in case.steps.select_related("by")]
    joined = [Told(one.opened_at, words=one.words, by=one.opened_by) for one in case.merged.select_related("opened_by")]
    talks = Touch.objects.filter(client=case.client_id, at__gte=case.opened_at).filter(Q(case=case) | Q(case=None))
    touches = [
        Told(touch.at, touch=touch, words=touch.words, by=touch.by) for touch in talks.select_related("by", "person")
    ]
    told = [Told(case.opened_at, words=case.words, by=case.opened_by), *joined, *steps, *touches]
    return sorted(told, key=lambda one: one.at, reverse=True)
