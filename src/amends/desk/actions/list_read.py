"""A list is looked at, checked, and taken in, in batches of rows: the worker's part.

Checking writes nothing of what the rows say. Taking in writes each batch in one transaction that moves the place
reached, and only from where it was: whoever is killed loses at most a batch, and of two workers one wins.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.db import OperationalError, transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from amends.desk import clock as clocks
from amends.desk.actions.event import record
from amends.desk.actions.intake import LEASE, LEFTOVER_AGE, TakenAwayError, is_full
from amends.desk.actions.list_around import Names, Typed, around
from amends.desk.actions.list_keep import keep_plans, keep_rows
from amends.desk.actions.list_plan import plan
from amends.desk.actions.listing import check_again, fail_list, moved, put_away
from amends.desk.actions.upload import DISK_FULL, sweep
from amends.desk.models import ListImport, ListRow, ListSource, ListStatus, RowOutcome
from amends.desk.queries.firm import the_firm
from amends.desk.queries.listing import GENERIC, headings_of
from amends.desk.queries.undo import digest
from amends.sources import SourceError
from amends.sources.listing import PRESETS, Options, guess, habits_of, match, missing, open_table, read_row

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from amends.desk.actions.list_change import Planned
    from amends.sources.listing import Table

BATCH = 500  # rows in one transaction: on SQLite others wait for about a tenth of a second (docs/benchmarks.md)
MOST_SHOWN = 10_000  # rows that a check keeps to be looked at; more say nothing new (judgement)
TOLD_BY = 20_000  # rows that tell how a list is written: some seconds of a large workbook (judgement)
HABITS = ("day_first", "decimal_comma", "rating_top")
UNSEEN = Q(status=ListStatus.MATCHING, looks={})


def always() -> bool:
    """Go on: nobody else needs the worker."""
    return True


def look_at_list(listing: ListImport, *, now: datetime) -> bool:
    """Find out what a list holds; where its columns are known it is checked next, else a person is asked.

    Return whether it was ours to look at.
    """
    if not take_lease(listing, UNSEEN, now):
        return False
    if open_list(listing, now=now):
        saved = saved_for(listing.looks)
        if saved:
            check_again(listing, saved)
    return True


def open_list(listing: ListImport, *, now: datetime, what: tuple[str, str] | None = None) -> bool:
    """Open a list that is leased, and keep what it looks like; false where it is no list, and the row says why.

    `what` is the program and the kind, where somebody has said so.
    """
    try:
        table = open_table(listing.path)
        looks = table.looks()
        preset, kind = what or as_last(table.columns, *guess(table.columns))
        looks |= habits(table, preset, kind)
    except SourceError as error:
        fail_list(listing, error.message, now=now)
        return False
    return moved(listing, UNSEEN, looks={**looks, "preset": preset, "kind": kind}, leased_until=None)


def as_last(columns: Sequence[str], preset: str, kind: str) -> tuple[str, str]:
    """Return the program and the kind of a list; one of no program's own headings is of the program used last.

    A program's lists often have plain headings only. It is only proposed: a person looks over it.
    """
    last = ListSource.objects.order_by("-changed_at").values_list("preset", flat=True).first()
    if preset != GENERIC or last is None or kind not in PRESETS[last].kinds:
        return preset, kind
    return (preset, kind) if missing(kind, match(columns, last, kind)) else (last, kind)


def habits(table: Table, preset: str, kind: str) -> dict[str, Any]:
    """Return how the days and numbers of a list seem to be written, and the doubts about that."""
    rows = (row for _, row in islice(table.rows(), TOLD_BY))
    found = habits_of(kind, match(table.columns, preset, kind), rows, preset=preset)
    told = found.options.as_dict()
    return {"options": {name: told[name] for name in HABITS}, "doubts": list(found.doubts)}


def saved_for(looks: dict[str, Any]) -> ListSource | None:
    """Return the saved answer that fits a file: of one with the same headings, else of the program it seems to be."""
    headings, there = headings_of(looks), set(looks["columns"])
    sources = [each for each in ListSource.objects.order_by("-changed_at") if there.issuperset(each.columns.values())]
    same = (each for each in sources if each.options.get("headings") == headings)
    seems = (each for each in sources if each.preset != GENERIC and each.preset == looks["preset"])
    return next(same, None) or next((each for each in seems if each.kind == looks["kind"]), None)


@dataclass(slots=True)
class Work:
    """One piece of work at a list: what it needs to know, and what it remembers."""

    listing: ListImport
    clock: Callable[[], datetime]
    between: Callable[[], bool]
    names: Names = field(default_factory=Names.of_today)

    def batches(self) -> Iterator[list[Typed]]:
        """Yield the rows that are left, as they were understood. Raises SourceError where the file breaks off."""
        listing = self.listing
        assert listing.source is not None  # noqa: S101  (for the type checker: nothing is read without columns)
        kind, columns = listing.source.kind, listing.source.columns
        zone = the_firm().zone
        options = Options.of({"zone": zone, **listing.source.options, "preset": listing.source.preset})
        batch: list[Typed] = []
        try:
            for number, raw in islice(open_table(listing.path).rows(), listing.read, None):
                typed = Typed(number, raw, read_row(kind, columns, options, raw))
                batch.append(typed)
                if len(batch) >= BATCH or typed.row.is_anonymised:  # erasing takes long: one in a transaction
                    yield batch
                    batch = []
        except SourceError:
            if batch:
                yield batch
            raise
        if batch:
            yield batch

    def plans(self, batch: Sequence[Typed], now: datetime) -> list[Planned]:
        """Return what is to become of a batch."""
        assert self.listing.source is not None  # noqa: S101  (for the type checker)
        source = self.listing.source
        here = around(source.name, source.kind, batch, self.names, by=self.listing.by)
        return [plan(here, typed, now) for typed in batch]


def check_list(
    listing: ListImport,
    *,
    now: datetime,
    clock: Callable[[], datetime] = clocks.now,
    between: Callable[[], bool] = always,
) -> bool:
    """Say what taking in a list would do, without doing it; return whether it was ours to check.

    `between` is called after each batch, and returns false when the worker must stop: then it is checked anew later.
    """
    if not take_lease(listing, Q(status=ListStatus.CHECKING), now):
        return False
    begin = {"read": 0, **dict.fromkeys(RowOutcome.values, 0)}
    with transaction.atomic():
        moved(listing, Q(status=ListStatus.CHECKING), **begin)
        ListRow.objects.filter(listing=listing).delete()
    return _saying_why(listing, lambda: _check(Work(listing, clock, between)), clock)


def _check(work: Work) -> bool:
    listing, seen, makes, kept, erased = work.listing, Seen(), Makes(), 0, 0
    for batch in work.batches():
        now = work.clock()
        plans = work.plans(batch, now)
        for typed, planned in zip(batch, plans, strict=True):
            seen.meet(typed, planned)
        makes.meet(plans)
        erased += sum(planned.erases is not None for planned in plans)
        shown = [planned for planned in plans if planned.outcome == RowOutcome.REFUSED or planned.problem]
        shown = shown[: MOST_SHOWN - kept]
        kept += len(shown)
        with transaction.atomic():
            _move(work, ListStatus.CHECKING, plans, now)
            for planned in shown:
                planned.changes, planned.client = [], None
            keep_rows(listing, shown)
        if not work.between():
            moved(listing, Q(status=ListStatus.CHECKING), leased_until=None)
            return True
    looks = {**listing.looks, "erases": erased, "makes": makes.counts}
    done = {"status": ListStatus.CHECKED, "total": listing.read, "looks": looks, "leased_until": None}
    moved(listing, Q(status=ListStatus.CHECKING, leased_until=listing.leased_until), **done)
    return True


@dataclass(slots=True)
class Seen:
    """What a check has met: a row that comes again in the same file changes the first, or is the same."""

    rows: dict[int, int] = field(default_factory=dict)

    def meet(self, typed: Typed, planned: Planned) -> None:
        """Look at a row in the light of those before it."""
        if planned.outcome == RowOutcome.REFUSED:
            return
        known, told = hash(typed.own), hash(digest(typed.raw))
        if planned.outcome == RowOutcome.ADDED and known in self.rows:
            planned.outcome = RowOutcome.SAME if self.rows[known] == told else RowOutcome.CHANGED
        self.rows[known] = told


@dataclass(slots=True)
class Makes:
    """What taking a list in would make: each client and person once, however many rows and batches name them."""

    clients: dict[str, str] = field(default_factory=dict)  # by name, what they would be
    people: set[tuple[Any, str]] = field(default_factory=set)

    def meet(self, plans: Sequence[Planned]) -> None:
        """Look at the rows of a batch."""
        new = [change for planned in plans for change in planned.changes if change.before is None and change.values]
        named: dict[int, Any] = {}
        for change in new:
            values = change.values or {}
            if change.thing == "client":
                named[change.pk] = values["search"]
                self.clients.setdefault(values["search"], values["standing"])
            elif change.thing == "person":
                whose = values["client_id"]
                self.people.add((named.get(whose, whose), values["search"]))

    @property
    def counts(self) -> dict[str, int]:
        """How many clients of each standing, and people."""
        return {**Counter(str(standing) for standing in self.clients.values()), "people": len(self.people)}


def read_list(
    listing: ListImport,
    *,
    now: datetime,
    clock: Callable[[], datetime] = clocks.now,
    between: Callable[[], bool] = always,
) -> bool:
    """Take in a list to its end, or until `between` returns false; return whether it was ours to take in."""
    if not take_lease(listing, Q(status=ListStatus.READING), now):
        return False
    return _saying_why(listing, lambda: _read(Work(listing, clock, between)), clock)


def _read(work: Work) -> bool:
    for batch in work.batches():
        keep_batch(work, batch)
        if not work.between():
            moved(work.listing, Q(status=ListStatus.READING), leased_until=None)
            return True
    finish_list(work.listing, now=work.clock())
    return True


def keep_batch(work: Work, batch: Sequence[Typed]) -> None:
    """Take in one batch and move the place reached. Raises TakenAwayError when somebody else moved it meanwhile."""
    now = work.clock()
    with transaction.atomic():
        ListImport.objects.filter(pk=work.listing.pk).update(leased_until=F("leased_until"))  # nobody else writes now
        plans = work.plans(batch, now)
        _move(work, ListStatus.READING, plans, now)
        keep_plans(work.listing, plans, now=now)
    for planned in plans:
        for change in planned.changes:
            if change.thing == "client" and change.values and "name" in change.values:
                work.names.add(change.values["name"], change.pk)


def _move(work: Work, status: ListStatus, plans: Sequence[Planned], now: datetime) -> None:
    listing = work.listing
    counts = Counter(str(planned.outcome) for planned in plans)
    added: dict[str, Any] = {name: F(name) + counted for name, counted in counts.items()}
    here = Q(status=status, read=listing.read, leased_until=listing.leased_until)
    if not moved(listing, here, read=F("read") + len(plans), leased_until=now + LEASE, **added):
        raise TakenAwayError


@transaction.atomic
def finish_list(listing: ListImport, *, now: datetime) -> None:
    """End a list that was taken in to its end; its file is removed."""
    here = Q(status=ListStatus.READING, read=listing.read, leased_until=listing.leased_until)
    if not moved(listing, here, status=ListStatus.DONE, total=listing.read, finished_at=now, leased_until=None):
        raise TakenAwayError
    told = {name: getattr(listing, name) for name in ("read", *RowOutcome.values)}
    record("finish_list", listing, by=None, now=now, after=told)
    put_away(listing)
    transaction.on_commit(lambda: sweep(now, LEFTOVER_AGE) and None)


def take_lease(listing: ListImport, condition: Q, now: datetime) -> bool:
    """Take a list to work on; false when somebody else is at it, or there is nothing to do."""
    free = Q(leased_until=None) | Q(leased_until__lt=now)
    return moved(listing, free & condition, leased_until=now + LEASE)


def _saying_why(listing: ListImport, work: Callable[[], bool], clock: Callable[[], datetime]) -> bool:
    """Do a piece of work, and say in a sentence why a list could not be read."""
    try:
        return work()
    except TakenAwayError:
        return True
    except SourceError as error:
        fail_list(listing, error.message, now=clock())
    except (OSError, OperationalError) as error:
        if not is_full(error):
            raise
        fail_list(listing, _(DISK_FULL), now=clock())
    return True
