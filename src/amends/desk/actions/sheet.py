"""The two-sided agreement: a sheet is started, filled in by each side blind, worded, confirmed by both, and then holds.

docs/method.md rule 10. What both have confirmed becomes the lines of "What we agreed"; a changed wording voids both
confirmations; an agreed sheet is never changed: a new version starts from it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from amends.core.agreement import LINES, OWN, Item, Level, Unit, line_of
from amends.core.wording import say
from amends.desk.actions.client_page import end_page
from amends.desk.actions.event import record, values_of
from amends.desk.actions.sheet_lines import write_lines
from amends.desk.models import Client, ClientPage, Sheet, SheetItem, SheetState
from amends.desk.queries.agreement import UNDER_WAY, agreed_sheet, level_of, print_of, sheet_under_way
from amends.desk.queries.firm import the_firm
from amends.desk.rules import Power, Refused, require

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime
    from decimal import Decimal

    from amends.desk.models import Person, User
    from amends.desk.queries.agreement import Side

LEVEL = ("desired", "adequate", "words")
FILLED = {"our": "we_filled_at", "their": "they_filled_at"}
WORDED = ("wording", "target", "we_confirmed_at", "they_confirmed_at", "confirmed_by_id")
ANSWERED = ("they_confirmed_at", "their_change")
COPIED = (
    "our_desired", "our_adequate", "our_words", "their_desired", "their_adequate", "their_words", "target", "wording",
)  # fmt: skip


@transaction.atomic
def start_sheet(
    client: Client, person: Person, *, by: User | None, now: datetime, keys: Iterable[str], own: Iterable[str] = ()
) -> Sheet:
    """Start a sheet with somebody at a client: `keys` of `core.agreement.Item`, `own` lines by their names.

    It starts from the one that is agreed: what each side said then stands in its part, and the wordings that hold.
    Refused while another is under way, and without any line.
    """
    require(by, Power.WORK)
    Client.objects.select_for_update().get(pk=client.pk)  # two who start one at once wait for each other here
    if sheet_under_way(client):
        raise Refused(_("A sheet is under way already. Bring it to its end, or let it go."))
    if person.client_id != client.pk:
        raise Refused(_("Choose somebody at this client."))
    lines = _lines_asked(client, keys, own)
    if not lines:
        raise Refused(_("Choose at least one line."))
    newest = Sheet.objects.filter(client=client).order_by("-version").first()
    sheet = Sheet.objects.create(
        client=client, person=person, version=newest.version + 1 if newest else 1, made_at=now, by=by
    )
    known = _known(agreed_sheet(client))
    SheetItem.objects.bulk_create(
        SheetItem(
            sheet=sheet,
            key=key,
            name=name,
            unit=line_of(key).unit,
            position=position,
            **(values_of(known[key, name], COPIED) if (key, name) in known else {}),
        )
        for position, (key, name) in enumerate(lines)
    )
    record("start_sheet", sheet, by=by, now=now, after={"version": sheet.version, "person_id": person.pk})
    return sheet


def _lines_asked(client: Client, keys: Iterable[str], own: Iterable[str]) -> list[tuple[str, str]]:
    """Return key and name of each line, in the order of the method, their own after them."""
    asked, firm = set(keys), the_firm()
    names = {"firm": firm.name, "client": client.name}
    known = [(str(item), say(LINES[item].name, **names)) for item in Item if item in asked]
    return known + [(OWN, name) for name in dict.fromkeys(" ".join(one.split()) for one in own) if name]


def _known(sheet: Sheet | None) -> dict[tuple[str, str], SheetItem]:
    return {(item.key, item.name): item for item in sheet.items.all()} if sheet else {}


def fill_ours(sheet: Sheet, levels: Mapping[int, Level], *, by: User | None, now: datetime) -> Sheet:
    """Fill in our part: `levels` by the number of a line. It may be done anew until both parts are there."""
    return _fill(sheet, "our", levels, by=by, person=None, now=now)


def fill_theirs(
    sheet: Sheet, levels: Mapping[int, Level], *, now: datetime, by: User | None = None, person: Person | None = None
) -> Sheet:
    """Fill in the client's part: they themselves (`person`), or a colleague who takes it down on the phone (`by`).

    A colleague only once our own part is there: neither side sees the other's before it has said its own.
    """
    if person is None and sheet.we_filled_at is None:
        raise Refused(_("Fill in your own part first. Neither side sees the other’s before both are there."))
    return _fill(sheet, "their", levels, by=by, person=person, now=now)


@transaction.atomic
def _fill(
    sheet: Sheet,
    side: Side,
    levels: Mapping[int, Level],
    *,
    by: User | None,
    person: Person | None,
    now: datetime,
) -> Sheet:
    if person is None:
        require(by, Power.WORK)
    _lock(sheet)
    items = list(sheet.items.all())
    told = {item.pk: _tidy(levels.get(item.pk, Level())) for item in items}
    was_there = getattr(sheet, FILLED[side]) is not None
    if was_there and all(level_of(item, side) == told[item.pk] for item in items):
        return sheet  # sent twice
    if sheet.state != SheetState.FILLING:
        raise Refused(_("Both sides have filled it in, so what was said stands. Talk about it, line by line."))
    for item in items:
        for name in LEVEL:
            setattr(item, f"{side}_{name}", getattr(told[item.pk], name))
    SheetItem.objects.bulk_update(items, [f"{side}_{name}" for name in LEVEL])
    setattr(sheet, FILLED[side], now)
    if sheet.we_filled_at and sheet.they_filled_at:
        sheet.state = SheetState.COMPARED
    sheet.save(update_fields=["state", FILLED[side]])
    record("fill_sheet", sheet, by=by, person=person, now=now, after={"side": side, "state": sheet.state})
    return sheet


def _tidy(level: Level) -> Level:
    return replace(level, words=" ".join(level.words.split()))


def _lock(sheet: Sheet) -> None:
    """Let nobody else change a sheet until this is done, and read it as it is."""
    fresh = Sheet.objects.select_for_update().get(pk=sheet.pk)
    for name in ("state", "we_filled_at", "they_filled_at", "agreed_at"):
        setattr(sheet, name, getattr(fresh, name))


def _require_compared(sheet: Sheet) -> None:
    _lock(sheet)
    if sheet.state == SheetState.FILLING:
        raise Refused(_("Both sides fill in their part first."))
    if sheet.state != SheetState.COMPARED:
        raise Refused(_("This sheet is not under way any more. Start a new version to change it."))


@transaction.atomic
def word_item(
    item: SheetItem, wording: str, *, by: User | None, now: datetime, target: Decimal | None = None
) -> SheetItem:
    """Write what both are to confirm of a line, and the figure that is measured; without words it is left out.

    Other words, or another figure, void what either side had confirmed.
    """
    require(by, Power.WORK)
    _require_compared(item.sheet)
    item.refresh_from_db(fields=WORDED)
    before = values_of(item, ("wording", "target"))
    item.wording = " ".join(wording.split())
    item.target = target if item.unit != Unit.WORDS and item.wording else None
    after = values_of(item, ("wording", "target"))
    if after != before:
        item.we_confirmed_at = item.they_confirmed_at = item.confirmed_by = None
        item.save(update_fields=WORDED)
        record("word_item", item, by=by, now=now, before=before, after=after)
    return item


@transaction.atomic
def confirm_items(sheet: Sheet, seen: Mapping[int, str], *, by: User | None, now: datetime) -> list[SheetItem]:
    """Confirm for us the words that somebody has `seen` (`queries.agreement.print_of` by the number of a line).

    Refused, with nothing confirmed, where the words of one have changed since.
    """
    require(by, Power.WORK)
    _require_compared(sheet)
    asked = [item for item in sheet.items.all() if item.pk in seen and item.we_confirmed_at is None]
    moved = [item for item in asked if print_of(item) != seen[item.pk]]
    if moved:
        told = _("The words of “%(name)s” changed while you looked. Read them again.")
        raise Refused(told % {"name": moved[0].name})
    for item in asked:
        item.we_confirmed_at, item.confirmed_by = now, by
        item.save(update_fields=["we_confirmed_at", "confirmed_by"])
    if asked:
        record("confirm_items", sheet, by=by, now=now, after={"items": [item.name for item in asked]})
    _settle(sheet, by=by, person=None, now=now)
    return asked


@transaction.atomic
def answer_item(
    item: SheetItem,
    *,
    seen: str,
    agrees: bool,
    now: datetime,
    change: str = "",
    by: User | None = None,
    person: Person | None = None,
) -> bool:
    """Take in what the client says to a line: yes to the words `seen`, or what they would change.

    False, and nothing is changed, where we have not said these words ourselves, or they changed since. The same answer
    twice changes nothing. `by` is a colleague who takes it down on the phone.
    """
    if person is None:
        require(by, Power.WORK)
    _require_compared(item.sheet)
    item.refresh_from_db(fields=[*WORDED, "their_change"])
    if item.we_confirmed_at is None or print_of(item) != seen:
        return False
    before = values_of(item, ANSWERED)
    item.they_confirmed_at = (item.they_confirmed_at or now) if agrees else None
    item.their_change = "" if agrees else change.strip()
    after = values_of(item, ANSWERED)
    if after != before:
        item.save(update_fields=ANSWERED)
        record("answer_item", item, by=by, person=person, now=now, before=before, after=after)
    _settle(item.sheet, by=by, person=person, now=now)
    return True


def _settle(sheet: Sheet, *, by: User | None, person: Person | None, now: datetime) -> None:
    """Let a sheet hold once both have confirmed the same words of every line; the one before is replaced."""
    items: Sequence[SheetItem] = list(sheet.items.all())
    if not all(item.is_confirmed for item in items) or not any(item.wording for item in items):
        return
    Sheet.objects.filter(client=sheet.client_id, state=SheetState.AGREED).update(state=SheetState.REPLACED)
    sheet.state, sheet.agreed_at = SheetState.AGREED, now
    sheet.save(update_fields=["state", "agreed_at"])
    told = write_lines(sheet, items, now=now)
    record("agree_sheet", sheet, by=by, person=person, now=now, after={"version": sheet.version, **told})


@transaction.atomic
def drop_sheet(sheet: Sheet, *, by: User | None, now: datetime) -> Sheet:
    """Let a sheet go that is under way: what was agreed before holds on, and its pages end."""
    require(by, Power.WORK)
    _lock(sheet)
    if sheet.state not in UNDER_WAY:
        raise Refused(_("This sheet is not under way any more."))
    before = sheet.state
    sheet.state = SheetState.DROPPED
    sheet.save(update_fields=["state"])
    record("drop_sheet", sheet, by=by, now=now, before={"state": before}, after={"state": sheet.state})
    for page in ClientPage.objects.filter(sheet=sheet, revoked_at=None):
        end_page(page, by=by, now=now)
    return sheet
