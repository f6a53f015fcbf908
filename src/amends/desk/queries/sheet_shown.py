"""What a client sees of the agreement on their page: plain values, and of our part nothing before theirs is there."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING

from amends.core.agreement import APART, MEASURED, Gap, Level, gap_of, line_of
from amends.desk.models import Sheet, SheetState
from amends.desk.queries.agreement import gap_from, level_of, print_of
from amends.desk.queries.unit import figure

if TYPE_CHECKING:
    from decimal import Decimal

    from amends.desk.models import ClientPage, SheetItem

NOTHING = Level()


class Stage(StrEnum):
    """How far it has come, as the client sees it."""

    FILL = "fill"  # they fill in their part, and may change it until ours is there
    COMPARE = "compare"  # both parts beside each other; they say yes to the words, line by line
    AGREED = "agreed"
    OVER = "over"  # let go, or replaced by a newer one


STAGES = {SheetState.FILLING: Stage.FILL, SheetState.COMPARED: Stage.COMPARE, SheetState.AGREED: Stage.AGREED}


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One line: what they said, and, once both parts are there, what we said and the words that both confirm."""

    pk: int
    key: str
    name: str
    unit: str
    theirs: Level
    ours: Level = NOTHING
    gap: Gap = Gap.NONE
    is_theirs: bool = False  # they are the ones who give it
    is_proposed: bool = False  # we have confirmed these words ourselves: they are asked
    wording: str = ""
    figure: str = ""  # that is measured: "4 working hours"
    print: str = ""  # of the words; others, and their answer is to something else
    is_agreed: bool = False
    change: str = ""  # what they would change


@dataclass(frozen=True, slots=True)
class SheetShown:
    """The agreement as one person at a client sees it."""

    stage: Stage
    is_filled: bool  # their part is there
    lines: tuple[SheetLine, ...]

    @property
    def asks_anything(self) -> bool:
        """Whether there is anything to answer."""
        return self.stage is Stage.FILL or any(line.is_proposed for line in self.open_lines)

    @property
    def open_lines(self) -> tuple[SheetLine, ...]:
        """The lines that are being talked about."""
        return self.lines if self.stage is Stage.COMPARE else ()


def sheet_of(page: ClientPage) -> SheetShown:
    """Return what the page of an agreement shows: two queries, three where both parts are compared."""
    sheet = Sheet.objects.filter(pages=page.pk).first()
    if sheet is None:
        raise ValueError(f"{page.kind} is no page of an agreement")
    stage = STAGES.get(SheetState(sheet.state), Stage.OVER)
    compare = partial(_compared, apart=gap_from()) if stage is Stage.COMPARE else _compared
    show = {Stage.FILL: _filling, Stage.COMPARE: compare, Stage.AGREED: _agreed}.get(stage)
    items = list(sheet.items.all()) if show else []
    lines = tuple(show(item) for item in items) if show else ()
    if stage is Stage.AGREED:
        lines = tuple(line for line in lines if line.wording)
    return SheetShown(stage, sheet.they_filled_at is not None, lines)


def _filling(item: SheetItem) -> SheetLine:
    return SheetLine(item.pk, item.key, item.name, item.unit, level_of(item, "their"))


def _compared(item: SheetItem, apart: Decimal = APART) -> SheetLine:
    ours, theirs = level_of(item, "our"), level_of(item, "their")
    is_proposed = item.we_confirmed_at is not None
    return SheetLine(
        item.pk,
        item.key,
        item.name,
        item.unit,
        theirs,
        ours,
        gap_of(item.key, ours, theirs, apart),
        is_theirs=line_of(item.key).is_theirs,
        is_proposed=is_proposed,
        wording=item.wording if is_proposed else "",
        figure=figure(item.target, item.unit) if is_proposed and item.key in MEASURED else "",
        print=print_of(item) if is_proposed else "",
        is_agreed=item.is_confirmed,
        change=item.their_change,
    )


def _agreed(item: SheetItem) -> SheetLine:
    told = figure(item.target, item.unit) if item.unit else ""
    return SheetLine(
        item.pk, item.key, item.name, item.unit, NOTHING, wording=item.wording, figure=told, is_agreed=True
    )
