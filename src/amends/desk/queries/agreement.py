"""The expectation sheets of a client: which is under way, which is agreed, what changed, what each side may see."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Literal

from amends.core.agreement import TO_TALK_ABOUT, Gap, Level, gap_of
from amends.core.wording import later
from amends.desk.models import Sheet, SheetState
from amends.desk.queries.firm import the_firm
from amends.desk.queries.number import share_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from decimal import Decimal

    from amends.desk.models import Client, SheetItem

Side = Literal["our", "their"]
UNDER_WAY = (SheetState.FILLING, SheetState.COMPARED)
SETTLED = (SheetState.AGREED, SheetState.REPLACED)
GAP_FROM = "agreement.apart"  # among the firm's numbers (`queries.number`)
PRINT = 16  # hexadecimal digits: enough to tell two wordings apart (judgement)
LEFT_OUT = later("Left out")


def sheet_under_way(client: Client) -> Sheet | None:
    """Return the sheet that is being filled in or talked about, if there is one."""
    return Sheet.objects.filter(client=client, state__in=UNDER_WAY).select_related("person", "by").first()


def agreed_sheet(client: Client) -> Sheet | None:
    """Return the sheet that holds now, if there is one."""
    return Sheet.objects.filter(client=client, state=SheetState.AGREED).select_related("person", "by").first()


def versions_of(client: Client) -> list[Sheet]:
    """Return all sheets of a client, the newest first."""
    return list(Sheet.objects.filter(client=client).select_related("person", "by"))


def version_before(sheet: Sheet) -> Sheet | None:
    """Return the agreed sheet that a version began from, if there was one."""
    return Sheet.objects.filter(client=sheet.client_id, version__lt=sheet.version, state__in=SETTLED).first()


def level_of(item: SheetItem, side: Side) -> Level:
    """Return what one side said of a line."""
    return Level(getattr(item, f"{side}_desired"), getattr(item, f"{side}_adequate"), getattr(item, f"{side}_words"))


def print_of(item: SheetItem) -> str:
    """Return a fingerprint of the words that both sides confirm; another one, and they have changed."""
    target = "" if item.target is None else f"{item.target.normalize():f}"
    return sha256(f"{item.wording}\0{target}".encode()).hexdigest()[:PRINT]


def gap_from() -> Decimal:
    """Return above which share of the client's adequate level a difference is a gap, as the firm has it: one query."""
    return share_of(the_firm(), GAP_FROM)


@dataclass(frozen=True, slots=True)
class Compared:
    """One line as both sides filled it in, and how they lie to each other."""

    item: SheetItem
    ours: Level
    theirs: Level
    gap: Gap

    @property
    def is_flagged(self) -> bool:
        """Whether it is to be talked about."""
        return self.gap in TO_TALK_ABOUT


def compared(items: Iterable[SheetItem], apart: Decimal) -> list[Compared]:
    """Return the lines of a sheet side by side, a gap above `apart`; only for one that both sides have filled in."""
    rows = []
    for item in items:
        ours, theirs = level_of(item, "our"), level_of(item, "their")
        rows.append(Compared(item, ours, theirs, gap_of(item.key, ours, theirs, apart)))
    return rows


@dataclass(frozen=True, slots=True)
class Changed:
    """A line whose words are not those of the version before; empty where it was not there, or was left out."""

    name: str
    before: str
    after: str


def changed(before: Sequence[SheetItem], after: Sequence[SheetItem]) -> list[Changed]:
    """Return what changed from one version's lines to the next one's, in the order of the newer."""
    was = {(item.key, item.name): item for item in before}
    rows = []
    for item in after:
        old = was.pop((item.key, item.name), None)
        words = old.wording if old else ""
        if item.wording != words or (old and _figure(old) != _figure(item)):
            rows.append(Changed(item.name, words, item.wording))
    return rows + [Changed(item.name, item.wording, "") for item in was.values() if item.wording]


def _figure(item: SheetItem) -> Decimal | None:
    return item.target
