"""Two recoveries of one matter become one, and what has something in common is linked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from amends.core.case import Status
from amends.desk.actions.case import move_case
from amends.desk.actions.case_team import hide_findings, take_in
from amends.desk.actions.event import record, values_of
from amends.desk.actions.followup import keep_one
from amends.desk.actions.health import touch_health
from amends.desk.models import (
    Apology,
    Case,
    CaseRole,
    Cause,
    ClientPage,
    Contribution,
    FollowUp,
    Heard,
    Lesson,
    LoggedFact,
    Opinion,
    Outgoing,
    Parting,
    PlanAction,
    PlanInput,
    Promise,
    Pulse,
    Reparation,
    Retrospective,
    Touch,
)
from amends.desk.rules import Power, Refused, require

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from amends.desk.models import User

MOVED: tuple[Any, ...] = (  # what hangs on a recovery, and goes on in the one that it is joined to
    Touch, Promise, FollowUp, Outgoing, Heard, LoggedFact, Contribution, Cause, PlanAction, Reparation, Lesson,
    ClientPage, Pulse,
)  # fmt: skip
ONE_EACH: tuple[Any, ...] = (Opinion, PlanInput, CaseRole)  # one for each colleague
ONLY_ONE: tuple[Any, ...] = (Apology, Retrospective, Parting)  # one for each recovery
FILLED = ("person_id", "kind", "is_process", "theme", "is_verified", "remedy", "acknowledged_at", "called_back_at")
TAKEN = ("severity", "known_at", "is_restricted", *FILLED)


@transaction.atomic
def join_case(case: Case, into: Case, *, by: User | None, now: datetime) -> Case:
    """Make a recovery part of another of the same client, which goes on; return that one.

    All that hangs on it moves over. Where there can be only one (an apology, a colleague's view), that of the other
    stays and this one's is still read at its own place. The worse feeling, the earlier moment and what the other did
    not know are kept; restricted is the result if either was, with both teams. Raises Refused for two clients, and
    where the other is itself joined to a third.
    """
    require(by, Power.WORK)
    first, second = sorted((case.pk, into.pk))
    list(Case.objects.select_for_update().filter(pk__in=(first, second)).order_by("pk"))  # two who join crosswise wait
    case.refresh_from_db()
    into.refresh_from_db()
    if case.pk == into.pk or case.client_id != into.client_id:
        raise Refused(_("Choose another recovery of the same client."))
    if into.status == Status.MERGED:
        raise Refused(_("That recovery is joined to another itself. Choose the one that goes on."))
    move_case(case, Status.MERGED, by=by, now=now)
    before, was_restricted = values_of(into, TAKEN), into.is_restricted
    _take_over(case, into)
    _move_rows(case, into)
    keep_one(into, by=by, now=now)
    into.related.add(*case.related.exclude(pk=into.pk))
    case.related.clear()
    case.merged_into = into
    case.save(update_fields=["merged_into"])
    record("join_case", into, by=by, now=now, before=before, after={**values_of(into, TAKEN), "joined": case.pk})
    for user in filter(None, (case.lead, by)):
        take_in(into, user, by=by, now=now)
    if into.is_restricted and not was_restricted:
        hide_findings(into, now)
    touch_health([into.client_id], now=now, is_redrawn=True)
    return into


def _take_over(case: Case, into: Case) -> None:
    """Keep what was known of a recovery in the one that goes on."""
    into.severity = max(into.severity, case.severity)
    into.known_at = min(one.known_at or one.opened_at for one in (case, into))
    into.is_restricted = into.is_restricted or case.is_restricted
    if case.remedy and into.remedy and case.remedy not in into.remedy:
        into.remedy = f"{into.remedy}\n\n{case.remedy}"
    for name in FILLED:
        if getattr(into, name) in {None, ""}:
            setattr(into, name, getattr(case, name))
    into.save(update_fields=[name.removesuffix("_id") for name in TAKEN])


def _move_rows(case: Case, into: Case) -> None:
    for model in MOVED:
        model.objects.filter(case=case).update(case=into)
    for model in ONE_EACH:
        theirs = model.objects.filter(case=into, user=OuterRef("user"))
        model.objects.filter(~Exists(theirs), case=case).exclude(user=_lead_where(model, into)).update(case=into)
    for model in ONLY_ONE:
        if not model.objects.filter(case=into).exists():
            model.objects.filter(case=case).update(case=into)


def _lead_where(model: Any, into: Case) -> int:
    """Return the lead of a recovery, who has no other part in it; nobody where it is not about parts."""
    return into.lead_id or 0 if model is CaseRole else 0


@transaction.atomic
def relate_case(case: Case, other: Case, *, by: User | None, now: datetime) -> Case:
    """Say that two recoveries have something in common. Refused where that was said already, and of one with itself."""
    require(by, Power.WORK)
    if case.pk == other.pk or case.related.filter(pk=other.pk).exists():
        raise Refused(_("These two are related already."))
    _relate(case, [*_related(case), other.pk], by=by, now=now)
    return case


@transaction.atomic
def unrelate_case(case: Case, other: Case, *, by: User | None, now: datetime) -> Case:
    """Take back that two recoveries have something in common. Refused where nobody said so."""
    require(by, Power.WORK)
    if not case.related.filter(pk=other.pk).exists():
        raise Refused(_("These two are not related any more."))
    _relate(case, [pk for pk in _related(case) if pk != other.pk], by=by, now=now)
    return case


def _related(case: Case) -> list[int]:
    return list(case.related.order_by("pk").values_list("pk", flat=True))


def _relate(case: Case, related: Iterable[int], *, by: User | None, now: datetime) -> None:
    before, after = _related(case), sorted(related)
    case.related.set(after)
    record("relate_case", case, by=by, now=now, before={"related": before}, after={"related": after})
