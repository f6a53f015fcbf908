"""How what was agreed with a client is kept, computed from the data: counts and the period, never a guess.

Answers are timed by the mail and the talks, in the firm's working hours, as its reply clocks run (`Waiting`); who was
marked as needing no answer counts in nothing. Orders, feedback, ratings and invoices are the facts that lists and
colleagues bring in.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from amends.core.agreement import MEASURED, PERIOD, Item, Kept, answers, kept
from amends.core.history import look_back
from amends.core.staffing import Fact, FactKind
from amends.desk.models import AgreedItem, SheetItem, StaffingFact
from amends.desk.queries.agreement import SETTLED
from amends.desk.queries.firm import hours_of, the_firm
from amends.desk.queries.number import share_of
from amends.desk.queries.relationship import known_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from amends.core.agreement import Answer
    from amends.core.hours import BusinessHours
    from amends.desk.models import Client


@dataclass(frozen=True, slots=True)
class Measured:
    """How a line was kept, and since when that is counted: what happened before it was agreed bound nobody."""

    kept: Kept
    since: datetime
    is_whole_period: bool  # `PERIOD` is over since it was agreed


@dataclass(frozen=True, slots=True)
class AgreedLine:
    """One line of "What we agreed": as somebody wrote it, or of the agreed sheet with how it is kept.

    `measured` is None where no data tells of it; then what somebody wrote down counts.
    """

    item: AgreedItem
    measured: Measured | None = None

    @property
    def is_kept(self) -> bool | None:
        """Whether it is kept; None where nobody can say."""
        return self.measured.kept.is_kept if self.measured else self.item.is_kept


def agreed_lines(client: Client, now: datetime) -> tuple[AgreedLine, ...]:
    """Return what was agreed with a client, line by line: one query, and the data only where a line is measured."""
    rows = list(AgreedItem.objects.filter(client=client).select_related("sheet_item"))
    measured = kept_of(client, [row.sheet_item for row in rows if row.sheet_item], now)
    return tuple(AgreedLine(row, measured.get(row.sheet_item_id or 0)) for row in rows)


def kept_of(client: Client, items: Iterable[SheetItem], now: datetime) -> dict[int, Measured]:
    """Return how the lines of an agreed sheet are kept, by their number: in the last `PERIOD`, or since they hold."""
    asked = {item.pk: item for item in items if item.target is not None and item.key in MEASURED}
    if not asked:
        return {}
    begun, facts, firm = _begun(client), _facts(client, now), the_firm()
    kept_from = share_of(firm, "agreement.kept_from")
    found = {}
    for pk, item in asked.items():
        agreed_at = begun.get((item.key, item.target), now)
        since = max(agreed_at, now - PERIOD)
        given = _answers(client, since, now, hours_of(firm)) if item.key == Item.OUR_REPLY else []
        recent = [fact for fact in facts if fact.at >= since]
        weighed = kept(Item(item.key), item.target or Decimal(), recent, given, kept_from)
        found[pk] = Measured(weighed, since, is_whole_period=agreed_at <= now - PERIOD)
    return found


def _begun(client: Client) -> dict[tuple[str, Decimal | None], datetime]:
    """Return since when each figure of each line holds: by the first version that has it."""
    rows = SheetItem.objects.filter(sheet__client=client, sheet__state__in=SETTLED)
    newest_first = rows.order_by("-sheet__version").values_list("key", "target", "sheet__agreed_at")
    return {(key, target): agreed_at for key, target, agreed_at in newest_first if agreed_at}


def _facts(client: Client, now: datetime) -> list[Fact]:
    rows = StaffingFact.objects.filter(client=client, at__gt=now - PERIOD, at__lte=now)
    return [Fact(FactKind(row.kind), row.at, row.count, row.of, row.value, row.days) for row in rows]


def _answers(client: Client, since: datetime, now: datetime, hours: BusinessHours) -> list[Answer]:
    """Return how long each ask since a moment waited for us, in working hours."""
    known = known_of(client, now, PERIOD)
    history = look_back(known.relationship, now, known.dismissed)
    return answers(history, since, now, hours)
