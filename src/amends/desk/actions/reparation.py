"""What makes good is drafted, agreed to, given and received: the only place where its state changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from amends.core.reparation import MOVES, Place, State
from amends.desk.actions.event import record, values_of
from amends.desk.models import Reparation
from amends.desk.queries.firm import the_day, the_firm
from amends.desk.queries.reparation import drafted, may_agree, reckoned, who_may_agree
from amends.desk.rules import Power, Refused, require, require_managed

if TYPE_CHECKING:
    from datetime import date, datetime

    from amends.desk.models import Case, User
    from amends.desk.queries.reparation import Reckoned

FIELDS = (
    "direct_loss", "effort_hours", "hour_rate", "failed_fee", "share_lost", "our_share", "promised_on", "owed", "offer",
    "in_kind", "in_kind_cost", "reason",
)  # fmt: skip
MOVED = ("state", "asked_at", "asked_by_id", "approved_by_id", "approved_at", "answer", "given_on")
SUMS = ("direct_loss", "effort_hours", "hour_rate", "failed_fee", "owed", "offer", "in_kind_cost")
SHARES = ("share_lost", "our_share")


@transaction.atomic
def draft_reparation(case: Case, *, by: User | None, now: datetime, **fields: Any) -> Reparation:
    """Begin an offer: what it cost them, and what we give. Refused while another one of the case is not given yet."""
    require(by, Power.WORK)
    type(case).objects.select_for_update().get(pk=case.pk)  # of two at once the second finds the first one's
    if case.reparations.exclude(state=State.GIVEN).exists():
        raise Refused(_("There is an offer already. Change that one."))
    row = Reparation(case=case, at=now, by=by, **{**drafted(case, the_firm()), **_checked(fields)})
    row.save(force_insert=True)
    record("draft_reparation", row, by=by, now=now, after=values_of(row, FIELDS))
    return row


@transaction.atomic
def change_reparation(row: Reparation, *, by: User | None, now: datetime, **fields: Any) -> Reparation:
    """Change an offer that is not given yet; what somebody agreed to, or refused, is a draft again."""
    require(by, Power.WORK)
    told = _checked(fields)
    held = State(Reparation.objects.select_for_update().get(pk=row.pk).state)
    if held is State.GIVEN:
        raise Refused(_("This was given already. What comes on top is a new offer."))
    before = values_of(row, told)
    for name, value in told.items():
        setattr(row, name, value)
    row.state = State.DRAFT
    row.asked_at = row.asked_by = row.approved_by = row.approved_at = None
    row.answer = ""
    row.save()
    record("change_reparation", row, by=by, now=now, before=before, after=values_of(row, told))
    return row


@transaction.atomic
def offer_reparation(row: Reparation, *, by: User | None, now: datetime) -> Reparation:
    """Put an offer forward: within the band and the limits it is agreed to at once, else somebody has to agree.

    Refused beyond the hard stop for everybody, and outside of the band without a reason.
    """
    require(by, Power.WORK)
    told = reckoned(row, now)
    _require_fitting(row, told)
    row.asked_at, row.asked_by = now, by
    if not told.needs or (by is not None and may_agree(by, row, told.needs)):
        row.approved_by, row.approved_at = by, now
        return _move(row, State.APPROVED, "offer_reparation", by=by, now=now)
    if not who_may_agree(row, told.needs, by):
        raise Refused(
            _(
                "Nobody else here may agree to that. Offer less, invite a manager, "
                "or let an owner raise the limit under Settings, Money limits."
            )
        )
    return _move(row, State.WAITING, "offer_reparation", by=by, now=now)


@transaction.atomic
def answer_reparation(
    row: Reparation, *, agrees: bool, by: User, now: datetime, words: str = "", seen: datetime | None = None
) -> Reparation:
    """Agree to an offer, or refuse it with a reason; `seen` is when what was looked at had been asked for."""
    require_managed(by, row.case.client)
    _hold(row)
    if seen is not None and seen != row.asked_at:
        raise Refused(_("This offer was changed since you saw it. Look at it again."))
    told = reckoned(row, now)
    if not may_agree(by, row, told.needs):
        raise Refused(_("Somebody else has to agree to this: nobody agrees to their own offer above the limit."))
    if not agrees and not words.strip():
        raise Refused(_("Say why not, so that the next offer fits."))
    row.approved_by, row.approved_at, row.answer = by, now, words.strip()
    return _move(row, State.APPROVED if agrees else State.REFUSED, "answer_reparation", by=by, now=now)


@transaction.atomic
def give_reparation(
    row: Reparation, *, by: User | None, now: datetime, given_on: date | None = None, seen: datetime | None = None
) -> Reparation:
    """Say that it was given: its cost is booked on that day, and it cannot be changed any more.

    `seen` is when what was looked at had been agreed to.
    """
    require(by, Power.WORK)
    _hold(row)
    if seen is not None and seen != row.approved_at:
        raise Refused(_("This offer was changed since you saw it. Look at it again."))
    today = the_day(now)
    row.given_on = given_on or today
    if row.given_on > today:
        raise Refused(_("That day is still to come. Say so once it is given."))
    return _move(row, State.GIVEN, "give_reparation", by=by, now=now)


@transaction.atomic
def reach_reparation(row: Reparation, *, by: User | None, now: datetime) -> Reparation:
    """Say that what was given has reached the client."""
    require(by, Power.WORK)
    if not Reparation.objects.filter(pk=row.pk, state=State.GIVEN, reached_at=None).update(reached_at=now):
        raise Refused(_("Only what was given can reach them, and only once."))
    row.refresh_from_db()
    record("reach_reparation", row, by=by, now=now, after=values_of(row, ("reached_at",)))
    return row


@transaction.atomic
def drop_reparation(row: Reparation, *, by: User | None, now: datetime) -> None:
    """Take an offer back that was not given."""
    require(by, Power.WORK)
    held = Reparation.objects.select_for_update().filter(pk=row.pk).exclude(state=State.GIVEN).first()
    if held is None:
        raise Refused(_("This was given already. It stays on record."))
    record("drop_reparation", held, by=by, now=now, before=values_of(held, FIELDS))
    held.delete()


def _hold(row: Reparation) -> None:
    """Lock an offer and read it as it is now, until the end of the transaction. Refused where it was taken back."""
    held = Reparation.objects.select_for_update().filter(pk=row.pk)
    if not held.exists():
        raise Refused(_("Somebody has taken this offer back."))
    row.refresh_from_db(from_queryset=held)


def _move(row: Reparation, to: State, verb: str, *, by: User | None, now: datetime) -> Reparation:
    """Move an offer on: a conditional update, so that of two people one is told."""
    held = State(row.state)
    told = values_of(row, MOVED)
    before = Reparation.objects.filter(pk=row.pk).values(*MOVED).first() or {}
    changed = {name: value for name, value in told.items() if before.get(name) != value} | {"state": to}
    is_ours = to in MOVES[held] and Reparation.objects.filter(pk=row.pk, state=held).update(**changed)
    if not is_ours:
        raise Refused(_("Somebody else has just decided about this offer. Look at it again."))
    row.refresh_from_db()
    record(verb, row, by=by, now=now, before=before, after={**values_of(row, MOVED), "offer": row.offer})
    return row


def _require_fitting(row: Reparation, told: Reckoned) -> None:
    if told.place is Place.BEYOND and not told.band.is_measurable:
        if row.case.is_process:
            raise Refused(
                _("No loss can be measured, and money does not mend how it was done. Let somebody senior call instead.")
            )
        raise Refused(_("Say first what it cost them. Without a loss no money is offered."))
    if told.place is Place.BEYOND:
        raise Refused(_("That is beyond what anybody here may offer. Stay within the band, or look at the loss again."))
    if told.is_outside and not row.reason.strip():
        raise Refused(_("This lies outside the band. Say why, for whoever reads it later."))
    if not (told.offered or row.owed or row.in_kind.strip()):
        raise Refused(_("Say what you offer: something in kind, or a sum."))


def _checked(fields: dict[str, Any]) -> dict[str, Any]:
    """Return the fields as they are kept; Refused below zero, and for a share that is none."""
    for name in SUMS:
        if fields.get(name) is not None and fields[name] < 0:
            raise Refused(_("A sum cannot be below zero."))
    for name in SHARES:
        if fields.get(name) is not None and not 0 <= fields[name] <= 1:
            raise Refused(_("A share lies between 0 and 100 %."))
    return {name: value.strip() if isinstance(value, str) else value for name, value in fields.items()}
