"""What the trade's own records tell without being asked: facts that placements, orders and invoices hold.

Every rule here reads what a program writes in the ordinary course (docs/method.md rule 1): how a placement ended, how
soon, what the client thought of it, when an invoice was paid.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from amends.core.staffing import Fact, FactKind
from amends.sources.listing.days import noon_of
from amends.sources.listing.words import is_just, says

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from amends.sources.listing.options import Options

LONGEST_NOTE = 300  # `desk.models.StaffingFact.note`
LOW_RATING, TOP_RATING = 1, 5
"""How ratings are kept (`core.staffing.FactKind.RATING`)."""


def facts_of(kind: str, values: Mapping[str, Any], options: Options, key: str) -> tuple[Fact, ...]:
    """Return the facts that a sound row tells, each with an id of its own made of its `key`; () for other kinds."""
    read = {"placements": _placement, "orders": _order, "invoices": _invoice}.get(kind)
    found = read(values, options) if read else ()
    return tuple(replace(fact, id=f"{kind}/{key}/{fact.kind}") for fact in found)


def _order(values: Mapping[str, Any], _: Options) -> Iterator[Fact]:
    openings = values.get("openings")
    if openings != 0:
        note = values.get("closed_reason") or ""
        yield Fact(FactKind.ORDER, values["ordered_at"], count=openings or 1, note=note[:LONGEST_NOTE])


def _placement(values: Mapping[str, Any], options: Options) -> Iterator[Fact]:
    """Yield what became of a placement: it began or nobody came; it fell off, or ended early; how it was rated."""
    start, end, ended = values["starts_on"], values.get("ends_on"), _ending(values)
    reason = (values.get("end_reason") or "")[:LONGEST_NOTE]
    if values.get("is_no_show") or says("no_show", ended):
        yield Fact(FactKind.NO_SHOW, noon_of(start, options.tz), note=reason)
        return
    if is_just("never_began", values.get("status") or "") and not values.get("fell_off_on"):
        return
    yield Fact(FactKind.PLACEMENT, noon_of(start, options.tz))
    fell = _fell_off(values, ended)
    if fell:
        guaranteed = values.get("guarantee_days") or 0
        yield Fact(FactKind.FALL_OFF, noon_of(fell, options.tz), of=guaranteed, days=(fell - start).days, note=reason)
    elif end and end >= start and _is_cut_short(values, ended):
        yield Fact(FactKind.EARLY_END, noon_of(end, options.tz), days=(end - start).days, note=reason)
    yield from _rating(values, options)


def _ending(values: Mapping[str, Any]) -> str:
    return f"{values.get('status') or ''} | {values.get('end_reason') or ''}"


def _fell_off(values: Mapping[str, Any], ended: str) -> date | None:
    """Return the day on which a placement fell off, or None.

    It did when the program says so, or when it ended within the guarantee and nothing says that this was the plan. A
    temporary assignment ends anyway: its end counts when something says that it was cut short.
    """
    start, guaranteed = values["starts_on"], values.get("guarantee_days") or 0
    end: date | None = values.get("ends_on")
    said: date | None = values.get("fell_off_on") or (end if says("fell_off", ended) else None)
    if said:
        return max(said, start)  # type: ignore[no-any-return]  # both are days
    if not end or end < start or not guaranteed or (end - start).days > guaranteed:
        return None
    if _is_as_planned(values, ended):
        return None
    is_temporary = says("temporary", values.get("employment") or "")
    return None if is_temporary and not _is_cut_short(values, ended) else end


def _is_as_planned(values: Mapping[str, Any], ended: str) -> bool:
    planned = _planned_end(values)
    has_run_its_course = bool(planned and values["ends_on"] >= planned)
    return not values.get("has_quit") and (says("as_planned", ended) or has_run_its_course)


def _is_cut_short(values: Mapping[str, Any], ended: str) -> bool:
    """Whether an assignment ended before it was meant to: it says so, somebody quit, or the plan was longer."""
    if values.get("has_quit"):
        return True
    if says("as_planned", ended):
        return False
    planned = _planned_end(values)
    return says("cut_short", ended) or bool(planned and values["ends_on"] < planned)


def _planned_end(values: Mapping[str, Any]) -> date | None:
    """Return the planned end: as written, or by the weeks planned."""
    planned: date | None = values.get("planned_end_on")
    weeks: Decimal | None = values.get("weeks")
    if planned is None and weeks and 0 < weeks < 1000:  # noqa: PLR2004  (19 years)
        # The last working day of the last week may be its Friday: two days less are no early end.
        return values["starts_on"] + timedelta(days=int(weeks * 7) - 3)  # type: ignore[no-any-return]  # a date
    return planned


def _rating(values: Mapping[str, Any], options: Options) -> Iterator[Fact]:
    """Yield the client's rating, brought to 1 to 5; 0 where 1 is the lowest means that nobody rated."""
    rating, top = values.get("rating"), options.rating_top
    at = values.get("rated_on") or values.get("ends_on") or values["starts_on"]
    if rating is None or (not rating and top == TOP_RATING):
        return
    low = LOW_RATING if top == TOP_RATING else 0
    value = LOW_RATING + (rating - low) * (TOP_RATING - LOW_RATING) / Decimal(top - low)
    yield Fact(FactKind.RATING, noon_of(at, options.tz), value=value.quantize(Decimal("0.01")))


def _invoice(values: Mapping[str, Any], options: Options) -> Iterator[Fact]:
    """Yield when an invoice was paid and how long that took, and that it is disputed."""
    invoiced, paid, amount = values["invoiced_on"], values.get("paid_on"), values.get("amount")
    status, taken = values.get("status") or "", values.get("days_to_pay")
    if is_just("void", status):
        return
    if paid is None and taken is not None:
        paid = invoiced + timedelta(days=taken)
    if paid and paid >= invoiced:
        yield Fact(FactKind.PAYMENT, noon_of(paid, options.tz), days=(paid - invoiced).days, value=amount)
    disputed, reason = values.get("disputed_on"), (values.get("dispute_reason") or "")[:LONGEST_NOTE]
    if values.get("is_disputed") or disputed or reason or says("disputed", status):
        at: datetime = noon_of(disputed or invoiced, options.tz)
        yield Fact(FactKind.DISPUTE, at, value=amount, note=reason)
