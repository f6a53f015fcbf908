"""What an agreed sheet sets in motion: the lines of "What we agreed", and how fast the client is answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Max

from amends.core.agreement import Item
from amends.desk.actions.health import touch_health
from amends.desk.models import AgreedItem, Client

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from amends.desk.models import Sheet, SheetItem

LONGEST = 200  # characters, as `AgreedItem.what`
LONGEST_HOURS = 1_000  # of an answer: as `core.agreement.BOUNDS`


def write_lines(sheet: Sheet, items: Iterable[SheetItem], *, now: datetime) -> dict[str, Any]:
    """Make the lines of "What we agreed" those of a sheet; what was written by hand beside them stays.

    A line that was agreed before keeps its place, and one that somebody had written by hand in the same words becomes
    the sheet's. Within how many working hours we answer is from now on what was agreed. Returns what else was changed.
    """
    rows = list(AgreedItem.objects.filter(client=sheet.client_id).select_related("sheet_item"))
    former = {(row.sheet_item.key, row.sheet_item.name): row for row in rows if row.sheet_item}
    by_hand = {row.what: row for row in rows if row.sheet_item is None}
    place = (AgreedItem.objects.filter(client=sheet.client_id).aggregate(last=Max("position"))["last"] or 0) + 1
    for item in items:
        if item.wording:
            words = item.wording[:LONGEST]
            row = former.pop((item.key, item.name), None) or by_hand.pop(words, None)
            _write(row or AgreedItem(client_id=sheet.client_id, position=place), item, words)
            place += row is None
    of_others = AgreedItem.objects.filter(client=sheet.client_id, sheet_item__isnull=False)
    of_others.exclude(sheet_item__sheet=sheet).delete()
    return _answer_within(sheet, items, now=now)


def _write(row: AgreedItem, item: SheetItem, words: str) -> None:
    """Keep a line in the words agreed; how other words were kept says nothing of these."""
    if row.what != words:
        row.how_kept, row.is_kept = "", None
    row.what, row.sheet_item = words, item
    row.save()


def _answer_within(sheet: Sheet, items: Iterable[SheetItem], *, now: datetime) -> dict[str, Any]:
    """Run the client's reply clock as agreed, where that is a whole number of working hours."""
    agreed = next((item.target for item in items if item.key == Item.OUR_REPLY and item.wording), None)
    if agreed is None or agreed != int(agreed) or not 0 < agreed <= LONGEST_HOURS:
        return {}
    Client.objects.filter(pk=sheet.client_id).update(answer_hours=int(agreed))
    touch_health([sheet.client_id], now=now)
    return {"answer_hours": int(agreed)}
