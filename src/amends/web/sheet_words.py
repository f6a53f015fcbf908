"""What the pages of the agreement say: how two sides lie to each other, how a line stands, how it is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from amends.core.agreement import LEAST, MEASURED, PERIOD, Gap, Item, is_blank, line_of
from amends.desk.models import SheetState
from amends.desk.queries.agreement import changed, compared, level_of, print_of, version_before
from amends.desk.queries.unit import figure, number
from amends.web import wording

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from decimal import Decimal

    from amends.core.agreement import Level
    from amends.desk.models import Sheet, SheetItem
    from amends.desk.queries.agreement import Compared
    from amends.desk.queries.sheet_kept import AgreedLine, Measured

Row = dict[str, Any]
GAPS = {  # how two sides lie to each other: the class of its tag, and its word
    Gap.NONE: ("", gettext_lazy("Close enough")),
    Gap.READ: ("", gettext_lazy("Read both")),
    Gap.BLANK: ("strained", gettext_lazy("Left open")),
    Gap.SHORT: ("strained", gettext_lazy("They need more from us")),
    Gap.OVER: ("blue", gettext_lazy("More than they need")),
}
OF_THEIRS = {  # the same of what the client gives
    Gap.SHORT: ("strained", gettext_lazy("We need more from them")),
    Gap.OVER: ("blue", gettext_lazy("More than we need")),
}
STATES = {
    SheetState.FILLING: ("", gettext_lazy("Each side fills in its part")),
    SheetState.COMPARED: ("blue", gettext_lazy("Being talked about")),
    SheetState.AGREED: ("gold", gettext_lazy("Agreed by both")),
    SheetState.REPLACED: ("", gettext_lazy("Replaced by a newer one")),
    SheetState.DROPPED: ("", gettext_lazy("Let go")),
}


def how_kept(line: AgreedLine, now: datetime) -> str:
    """Say how a line of what we agreed is kept: with the counts and the period, or as somebody wrote it."""
    return measured(line.item.sheet_item, line.measured, now) if line.measured else line.item.how_kept


def measured(item: SheetItem | None, found: Measured, now: datetime) -> str:
    """Say how a measured line is kept: "Missed 3 of 11 in the last 90 days", "96.1% in the last 90 days: 48 of 50"."""
    kept, key = found.kept, Item(item.key) if item else Item.OUR_REPLY
    told = {"count": wording.grouped(kept.count), "of": wording.grouped(kept.of), "when": _period(found, now)}
    if kept.is_kept is None:
        return _too_little(key, kept.of, told["when"])
    if kept.value is not None:
        told["value"] = number(round(kept.value, 1))
        if key is Item.FILL_RATE:
            return _("%(value)s%% %(when)s: %(count)s of %(of)s people") % told
        return _("%(value)s of 5 on average %(when)s, from %(of)s ratings") % told
    if kept.count == kept.of:
        return _("Kept %(of)s of %(of)s %(when)s") % told
    return _("Missed %(missed)s of %(of)s %(when)s") % {**told, "missed": wording.grouped(kept.of - kept.count)}


def _period(found: Measured, now: datetime) -> str:
    if found.is_whole_period:
        return _("in the last %(days)d days") % {"days": PERIOD.days}
    return _("since %(day)s") % {"day": wording.day(found.since, now)}


def _too_little(key: Item, count: int, when: str) -> str:
    """Say that there is not enough yet, and how much it takes: "Not enough yet: 2 of 5 answers since Oct 8"."""
    forms = {
        Item.OUR_REPLY: _("Not enough yet: %(count)d of %(least)d answers %(when)s"),
        Item.FILL_RATE: _("Not enough yet: %(count)d of %(least)d people ordered %(when)s"),
        Item.QUALITY: _("Not enough yet: %(count)d of %(least)d ratings %(when)s"),
        Item.FEEDBACK: _("Not enough yet: %(count)d of %(least)d answers on candidates %(when)s"),
        Item.PAYMENT: _("Not enough yet: %(count)d of %(least)d invoices %(when)s"),
    }
    return forms[key] % {"count": count, "least": LEAST, "when": when}


def of_sheet(sheet: Sheet, now: datetime) -> Row:
    """Return what a version is called and how it stands."""
    tag, word = STATES[SheetState(sheet.state)]
    return {
        "sheet": sheet,
        "title": _("Version %(number)d") % {"number": sheet.version},
        "stands": word,
        "tag": tag,
        "on": wording.day(sheet.agreed_at or sheet.made_at, now),
        "with": sheet.person.name if sheet.person else "",
        "who": (sheet.person.first_name or sheet.person.name) if sheet.person else _("the client"),
    }


def part(items: Iterable[SheetItem], side: str) -> list[Row]:
    """Return what one side filled in, line by line."""
    return [{"item": item, **said(level_of(item, side), item)} for item in items]  # type: ignore[arg-type]  # "our", "their"


def said(level: Level, item: SheetItem) -> Row:
    """Return what one side says of a line: what it can live with, what it would like, its words."""
    return {
        "adequate": figure(level.adequate, item.unit) if item.unit else "",
        "desired": figure(level.desired, item.unit) if item.unit else "",
        "words": level.words,
        "is_blank": is_blank(item.key, level),
    }


def side_by_side(items: Iterable[SheetItem], apart: Decimal) -> list[Row]:
    """Return the lines of a sheet that both sides have filled in: what each says, the gap, the words, who said yes."""
    return [_beside(row) for row in compared(items, apart)]


def _beside(row: Compared) -> Row:
    item = row.item
    tag, word = (OF_THEIRS if line_of(item.key).is_theirs else {}).get(row.gap) or GAPS[row.gap]
    return {
        "item": item,
        "ours": said(row.ours, item),
        "theirs": said(row.theirs, item),
        "tag": tag,
        "word": word,
        "is_flagged": row.is_flagged,
        "figure": figure(item.target, item.unit) if item.key in MEASURED else "",
        "is_confirmed": item.is_confirmed,
        "print": print_of(item),
    }


def talk_of(rows: list[Row]) -> str:
    """Say in a sentence how many lines are to be talked about."""
    many = sum(row["is_flagged"] for row in rows)
    if not many:
        return _("The two sides lie close together on every line. Write down the words that both can say yes to.")
    told = ngettext(
        "One line lies apart or was left open: begin with it.",
        "%(count)s lines lie apart or were left open: begin with those.",
        many,
    )
    return told % {"count": wording.counted(many)}


def changes_of(sheet: Sheet) -> tuple[Sheet | None, list[Row]]:
    """Return from which version one began, and what has changed since."""
    before = version_before(sheet)
    if before is None:
        return None, []
    rows = changed(list(before.items.all()), list(sheet.items.all()))
    return before, [{"name": one.name, "before": one.before, "after": one.after} for one in rows]
