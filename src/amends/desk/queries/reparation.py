"""What it cost a client, what fits it, who has to agree, and what was given before (docs/method.md rule 7)."""

from __future__ import annotations

from dataclasses import dataclass, fields
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import F, Q, Sum

from amends.core.case import Status
from amends.core.cause import Side
from amends.core.decision import reckon
from amends.core.reparation import (
    REPEAT_WITHIN,
    Band,
    Earlier,
    Limits,
    Loss,
    Need,
    Place,
    Rates,
    Repeat,
    State,
    band_of,
    days_late,
    needs_of,
    pays_for_theirs,
    place_of,
    repeat_of,
)
from amends.desk.models import Case, Reparation, Role, User
from amends.desk.queries.cause import share_in
from amends.desk.queries.decision import worth_of
from amends.desk.queries.firm import the_day, the_firm
from amends.desk.queries.number import number_of
from amends.desk.rules import cases_seen_by, may_manage

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.db.models import QuerySet

    from amends.desk.models import Client, Firm

WHOLE = 100  # per cent
LATEST_REPARATIONS = 20  # of a case on its page (judgement)
LOSS = ("direct_loss", "effort_hours", "hour_rate", "failed_fee", "share_lost", "our_share")  # in the order of `Loss`
BOUND = (State.WAITING, State.APPROVED, State.GIVEN)  # what counts beside another offer of the same case


@dataclass(frozen=True, slots=True)
class Reckoned:
    """An offer beside what fits. `offered` is what it is worth: money, and what is given in kind at what it costs us.

    `before` is what the case was offered already, `cost` all of it with what is owed; `theirs` is how much of it pays
    for the client's own part.
    """

    loss: Loss
    band: Band
    place: Place
    repeat: Repeat
    offered: Decimal
    before: Decimal
    cost: Decimal
    theirs: Decimal
    needs: tuple[Need, ...]

    @property
    def is_outside(self) -> bool:
        """Whether a reason is asked for."""
        return self.place in {Place.BELOW, Place.ABOVE, Place.BEYOND}


def reparations_of(case: Case) -> list[Reparation]:
    """Return what was offered in a case, the latest first: one query."""
    rows = case.reparations.select_related("by", "asked_by", "approved_by").order_by("-at", "-pk")
    return list(rows[:LATEST_REPARATIONS])


def loss_of(row: Reparation) -> Loss:
    """Return what it cost the client, as the row has it."""
    return Loss(*(Decimal(getattr(row, name)) for name in LOSS))  # one that was not kept yet has whole numbers


def reckoned(row: Reparation, now: datetime, others: list[Reparation] | None = None) -> Reckoned:
    """Return an offer beside what fits; `others` are those of the same case, where they are at hand."""
    case, firm = row.case, the_firm()
    rest = [one for one in (reparations_of(case) if others is None else others) if one.pk != row.pk]
    bound = [one for one in rest if one.state in BOUND and one.currency == row.currency]
    paid, before = (
        sum((one.offer for one in bound), Decimal(0)),
        sum((one.offer + one.in_kind_cost for one in bound), Decimal(0)),
    )
    owed = sum((one.owed for one in bound), Decimal(0)) + row.owed
    repeat, loss = repeat_in(case), loss_of(row)
    is_ours = firm.currency == row.currency  # what was kept in another currency is compared with nothing
    worth = worth_of(case, firm) if is_ours else None
    limits = Limits(
        late_days=days_late(row.promised_on, row.given_on or the_day(now)),
        yearly_fees=case.client.yearly_value if is_ours else None,
        worth=Decimal(round(reckon(worth).value)) if worth else None,
        repeat=repeat,
        rates=rates_of(firm),
    )
    band, offered = band_of(loss, row.currency, limits), Decimal(row.offer + row.in_kind_cost)
    # Without a loss to measure no money is offered; what is given in kind may still be.
    place = place_of(before + offered if band.is_measurable else paid + row.offer, band)
    cost = before + offered + owed
    limit = firm.money_limit if is_ours else None
    return Reckoned(
        loss=loss,
        band=band,
        place=place,
        repeat=repeat,
        offered=offered,
        before=before,
        cost=cost,
        theirs=pays_for_theirs(before + offered, loss, their_share(case), row.currency, rates=limits.rates),
        needs=needs_of(place, repeat, cost, limit, firm.owner_limit if is_ours else None) if cost else (),
    )


def rates_of(firm: Firm) -> Rates:
    """Return the named numbers of the band as the firm has set them."""
    return Rates(**{one.name: Decimal(str(number_of(firm, f"reparation.{one.name}"))) for one in fields(Rates)})


def their_share(case: Case) -> Decimal:
    """Return the client's own part by the contribution map (rule 4), in 0..1; 0 where nobody has said."""
    return Decimal(share_in(case, Side.THEIRS) or 0) / WHOLE


def repeat_in(case: Case) -> Repeat:
    """Return whether the failure of a case came before with the same client, in the twelve months before this one.

    However long this one takes: what was a repeat when it was opened is still one when the offer is agreed to.
    """
    others = Case.objects.filter(client=case.client_id, opened_at__gte=case.opened_at - REPEAT_WITHIN)
    rows = others.exclude(status=Status.MERGED).exclude(pk=case.pk).filter(opened_at__lte=case.opened_at)
    earlier = [Earlier(*row) for row in rows.values_list("opened_at", "theme", "is_verified")]
    return repeat_of(earlier, case.theme, case.opened_at, is_verified=case.is_verified)


def may_agree(user: User, row: Reparation, needs: tuple[Need, ...]) -> bool:
    """Whether somebody may agree to an offer: who manages the client, an owner above what managers may.

    Above a limit nobody agrees to what they asked for themselves.
    """
    if Need.OWNER in needs and user.role != Role.OWNER:
        return False
    is_own = user.pk in {row.by_id, row.asked_by_id}
    return may_manage(user, row.case.client) and not (is_own and {Need.LIMIT, Need.OWNER} & set(needs))


def who_may_agree(row: Reparation, needs: tuple[Need, ...], by: User | None) -> list[User]:
    """Return who may agree to an offer, beside who asks, the owners last: one query."""
    if not needs:
        return []
    managers = User.objects.filter(is_active=True, role__in=[Role.MANAGER, Role.OWNER]).order_by("role", "name")
    able = [user for user in managers if user != by and may_agree(user, row, needs)]
    seen = set(able_to_see(row.case, able))
    return [user for user in able if user.pk in seen]


def able_to_see(case: Case, users: list[User]) -> list[int]:
    """Return who of some people sees a case: of a restricted one its team and the owners."""
    if not case.is_restricted:
        return [user.pk for user in users]
    team = {case.lead_id, *case.roles.values_list("user_id", flat=True)}
    return [user.pk for user in users if user.role == Role.OWNER or user.pk in team]


def waiting_for(user: User) -> QuerySet[Reparation]:
    """Return the offers that wait for somebody to agree, of the cases that this person sees, but for their own."""
    rows = Reparation.objects.filter(cases_seen_by(user, "case__"), state=State.WAITING)
    return rows.exclude(Q(by=user.pk) | Q(asked_by=user.pk))


def given_by_year(client: Client, user: User, currency: str) -> dict[int, Decimal]:
    """Return what was given to a client in each year in all, the latest first, in cases that this person sees."""
    rows = Reparation.objects.filter(
        cases_seen_by(user, "case__"), case__client=client, state=State.GIVEN, currency=currency
    )
    summed = rows.order_by().values("given_on__year").annotate(summed=Sum(F("offer") + F("owed") + F("in_kind_cost")))
    return dict(sorted(((row["given_on__year"], row["summed"]) for row in summed), reverse=True))


def drafted(case: Case, firm: Firm, rows: Sequence[Reparation] = ()) -> dict[str, Any]:
    """Return what a new offer begins with: our part by the contribution map, and what an hour of theirs counts.

    After earlier ones (`rows`, the latest first) it is about the same loss, and is weighed with it.
    """
    if rows and rows[0].currency == firm.currency:
        return {"currency": firm.currency, **{name: getattr(rows[0], name) for name in LOSS}}
    return {"currency": firm.currency, "hour_rate": firm.effort_rate, "our_share": 1 - their_share(case)}
