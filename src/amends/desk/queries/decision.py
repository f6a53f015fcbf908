"""Decide: who is asked, who has answered, what may be seen of it, and what the worth-it sum reckons with."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy

from amends.core.case import UNDER_WAY, Status, Step
from amends.core.cause import Side, share_of
from amends.core.decision import (
    AGAIN_AFTER,
    ALONE_AFTER,
    FAST_DAYS,
    RECONSIDER_WITHIN,
    SETTLED,
    Choice,
    Expects,
    Own,
    Past,
    Tally,
    Terms,
    Worth,
    reconsider,
)
from amends.desk.models import Case, CaseStep, Contribution, Role, Standing
from amends.desk.queries.number import number_of
from amends.desk.rules import POWERS, Power, may, may_manage

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from django.utils.functional import _StrPromise

    from amends.core.decision import Reconsider
    from amends.desk.models import Client, Firm, Opinion, User

CHOICES: dict[Choice, _StrPromise] = {
    Choice.SAVE: gettext_lazy("Worth saving"),
    Choice.LIGHTLY: gettext_lazy("Repair lightly"),
    Choice.LET_GO: gettext_lazy("Let go"),
}
ENDED = (Status.MENDED, Status.PARTED, Status.CLOSED)
TERMS = tuple(field.name for field in fields(Terms))


def choice_name(choice: str) -> str:
    """Return what a choice is called; empty for none."""
    return str(CHOICES[Choice(choice)]) if choice else ""


@dataclass(frozen=True, slots=True)
class Views:
    """The views of a recovery as one person may see them.

    `others` are empty until they gave their own view, or it is decided; who has not answered is named to everybody.
    """

    mine: Opinion | None
    others: tuple[Opinion, ...]
    answered: tuple[User, ...]  # in the order in which they answered
    missing: tuple[User, ...]
    is_asked: bool  # whether this person is to give a view
    is_shown: bool  # whether the views of others may be seen
    is_open: bool  # whether views may be given and changed


def people_on(case: Case) -> list[User]:
    """Return who is to give a view: lead, roles, who looks after the client, its team. Two queries.

    Only who may work here; where the recovery is restricted, only who sees it.
    """
    led = [case.lead, *(role.user for role in case.roles.select_related("user"))]
    around = [case.client.looked_after_by, *case.client.team.all()]
    if case.is_restricted:
        around = [user for user in around if user and user.role == Role.OWNER]
    found = {user.pk: user for user in (*led, *around) if user and Power.WORK in POWERS[Role(user.role)]}
    return [user for user in found.values() if user.is_active]


def views_of(case: Case, user: User, now: datetime) -> Views:
    """Return what somebody may see of the views: nothing of others' before they gave theirs. Three queries."""
    given = list(case.opinions.select_related("user"))
    by = {opinion.user_id: opinion for opinion in given}
    asked = people_on(case)
    mine, is_decided = by.get(user.pk), bool(case.decision)
    is_shown = mine is not None or is_decided
    return Views(
        mine=mine,
        others=tuple(one for one in given if one.user_id != user.pk) if is_shown else (),
        answered=tuple(one.user for one in given),
        missing=tuple(one for one in asked if one.pk not in by),
        is_asked=may_give_view(case, user, asked),
        is_shown=is_shown,
        is_open=case.status in UNDER_WAY and (not is_decided or is_due_again(case, timezone.localdate(now))),
    )


def may_give_view(case: Case, user: User, asked: list[User] | None = None) -> bool:
    """Whether somebody gives a view: who is on the account, and whoever manages it."""
    if not may(user, Power.WORK):
        return False
    return user in (people_on(case) if asked is None else asked) or may_manage(user, case.client)


def who_agreed(case: Case) -> list[User]:
    """Return whose view became the decision, else who made it: for the rail of later steps. One query."""
    wanted = case.opinions.filter(choice=case.decision).select_related("user")
    return [opinion.user for opinion in wanted] or [user for user in (case.decided_by,) if user]


def missing_views(case: Case) -> list[User]:
    """Return who is on the account and has not given a view."""
    given = set(case.opinions.values_list("user", flat=True))
    return [user for user in people_on(case) if user.pk not in given]


def may_decide(case: Case, user: User) -> bool:
    """Whether somebody may record the decision at all: the lead, and whoever manages the client."""
    return may(user, Power.WORK) and (user.pk == case.lead_id or may_manage(user, case.client))


def alone_from(case: Case) -> datetime:
    """Return from when on a manager may decide without the views that are missing."""
    return case.opened_at + ALONE_AFTER


def is_due_again(case: Case, today: date) -> bool:
    """Whether to decide again: the chosen day has come, or four weeks since a step was last done. One query."""
    if case.status != Status.OPEN or not case.decided_at:
        return False
    done = case.steps.exclude(step=Step.DECIDE).filter(done_at__gt=case.decided_at).order_by("-done_at").first()
    chosen = case.decide_again_on or timezone.localdate(case.decided_at + AGAIN_AFTER)
    return today >= (timezone.localdate(done.done_at + AGAIN_AFTER) if done else chosen)


# ── The worth-it sum ───────────────────────────────────────────────────────────────────────────────────────────────


def terms_of(firm: Firm) -> Terms:
    """Return the named numbers of the sum as the firm has set them."""
    return Terms(**{name: number_of(firm, f"decision.{name}") for name in TERMS})


def worth_of(case: Case, firm: Firm) -> Worth | None:
    """Return what the sum of a recovery reckons with; None where the gross profit or the hours are unknown."""
    typed: Mapping[str, Any] = case.worth
    gross = typed.get("gross_profit", case.client.yearly_value)
    if gross is None or typed.get("hours") is None:
        return None
    own = {name: float(typed[name]) for name in TERMS if typed.get(name) is not None}
    return Worth(
        gross_profit=float(gross),
        hours=float(typed["hours"]),
        goodwill=float(typed.get("goodwill") or 0),
        expects=Expects(typed.get("expects", Expects.RESOLVED)),
        new_client=_number(typed.get("new_client")),
        tenure=_number(typed.get("tenure")),
        is_small_market=typed.get("is_small_market", case.client.is_small_market),
        terms=replace(terms_of(firm), **own),
    )


def _number(typed: Any) -> float | None:
    return None if typed is None else float(typed)


def own_cases(now: datetime) -> Own:
    """Return how the firm's own closed cases came out, a quarter after they ended or once the client had left.

    What was only closed as nothing to mend tells nothing. One query.
    """
    fixed = CaseStep.objects.filter(case=OuterRef("pk"), step=Step.FIX).values("done_at")[:1]
    over = Case.objects.filter(status__in=ENDED).select_related("client").annotate(fix_done_at=Subquery(fixed))
    counts: dict[str, list[int]] = {name: [0, 0] for name in ("without", "resolved", "fast", "left")}
    for case in over:
        kind, has_left = _kind_of(case), case.client.standing == Standing.PAST or case.status == Status.PARTED
        if kind and (has_left or (case.closed_at and case.closed_at + SETTLED <= now)):
            counts[kind][has_left] += 1
    return Own(**{kind: Tally(*told) for kind, told in counts.items()})


def _kind_of(case: Case) -> str:
    """Return what was done in a recovery that is over, as `Own` calls it; empty where it tells nothing."""
    if case.worth.get("expects") == Expects.LEFT:
        return "left"
    fixed_at = case.fixed_at or getattr(case, "fix_done_at", None)
    if fixed_at or case.status == Status.MENDED:
        is_fast = fixed_at and fixed_at - (case.known_at or case.opened_at) <= timedelta(days=FAST_DAYS)
        return "fast" if is_fast else "resolved"
    return "without" if case.status == Status.PARTED or case.decision == Choice.LET_GO else ""


# ── Twelve months with this client ─────────────────────────────────────────────────────────────────────────────────


def why_reconsider(client: Client, now: datetime) -> tuple[Reconsider | None, int]:
    """Return why to think twice about a relationship, and how many recoveries it has seen in a year. Two queries."""
    rows = Case.objects.filter(client=client, opened_at__gt=now - RECONSIDER_WITHIN).exclude(status=Status.MERGED)
    numbers = list(rows.values_list("pk", flat=True))
    told: dict[int, list[tuple[str, int | None]]] = {number: [] for number in numbers}
    for case, side, share in Contribution.objects.filter(case__in=numbers).values_list("case", "side", "share"):
        told[case].append((side, share))
    past = [Past(theirs=share_of(Side.THEIRS, rows), ours=share_of(Side.OURS, rows)) for rows in told.values()]
    return reconsider(past), len(past)
