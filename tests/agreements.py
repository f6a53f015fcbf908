"""Agreements as tests ask for them: a sheet of three lines with Gary of North, taken as far as is wanted.

sheet = a_compared_sheet(gary, bob)     # both have filled it in: the answer time lies apart
both_confirm(worded(sheet, bob), gary, bob)
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from amends.core.agreement import Level
from amends.desk.actions.sheet import answer_item, confirm_items, fill_ours, fill_theirs, start_sheet, word_item
from amends.desk.queries.agreement import print_of, sheet_under_way
from cast import NOW

if TYPE_CHECKING:
    from amends.desk.models import Person, Sheet, SheetItem, User

KEYS = ("our_reply", "fill_rate", "escalation")
WORDS = {"our_reply": "Answer within 4 working hours", "fill_rate": "Fill 95% of shifts", "escalation": ""}
FIGURES = {"our_reply": Decimal(4), "fill_rate": Decimal(95)}
OURS = {"our_reply": "8", "fill_rate": "95", "escalation": "Tom"}
THEIRS = {"our_reply": "4", "fill_rate": "95", "escalation": "Somebody at 4 am"}


def levels(sheet: Sheet, **said: str) -> dict[int, Level]:
    """Return what a side says by the key of a line: a figure it can live with, or words."""
    return {
        item.pk: Level(words=said[item.key]) if not item.unit else Level(None, Decimal(said[item.key]))
        for item in sheet.items.all()
        if item.key in said
    }


def a_sheet(gary: Person, bob: User, keys: tuple[str, ...] = KEYS) -> Sheet:
    """Start a sheet."""
    return start_sheet(gary.client, gary, by=bob, now=NOW, keys=keys)


def a_compared_sheet(gary: Person, bob: User) -> Sheet:
    """Let both sides fill in the sheet that is under way, or a new one."""
    sheet = sheet_under_way(gary.client) or a_sheet(gary, bob)
    fill_ours(sheet, levels(sheet, **OURS), by=bob, now=NOW)
    return fill_theirs(sheet, levels(sheet, **THEIRS), person=gary, now=NOW)


def line(sheet: Sheet, key: str) -> SheetItem:
    """Return one line of a sheet."""
    return sheet.items.get(key=key)


def worded(sheet: Sheet, bob: User, **more: str) -> Sheet:
    """Write the words of every line; the one about urgent calls is left out."""
    for item in sheet.items.all():
        word_item(item, {**WORDS, **more}[item.key], target=FIGURES.get(item.key), by=bob, now=NOW)
    return sheet


def we_confirm(sheet: Sheet, bob: User) -> dict[int, str]:
    """Confirm all for us, and return what the client is shown."""
    seen = {item.pk: print_of(item) for item in sheet.items.all()}
    confirm_items(sheet, seen, by=bob, now=NOW)
    return seen


def both_confirm(sheet: Sheet, gary: Person, bob: User) -> Sheet:
    """Let both sides say yes to every line."""
    seen = we_confirm(sheet, bob)
    for item in sheet.items.all():
        assert answer_item(item, seen=seen[item.pk], agrees=True, person=gary, now=NOW)
    sheet.refresh_from_db()
    return sheet
