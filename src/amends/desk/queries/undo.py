"""What undoing a list would do: which rows of ours still stand as the list left them.

A row of a list names what it changed, and what that was before; of what it became only a digest is kept. What differs
from it now was changed since, and stays.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy

from amends.desk.models import (
    AgreedItem,
    Case,
    Client,
    ClientKey,
    ClientPage,
    FollowUp,
    Known,
    Message,
    Person,
    PersonAddress,
    Promise,
    Pulse,
    RowOutcome,
    Sheet,
    StaffingFact,
    Touch,
    Waiting,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from django.db.models import Model

    from amends.desk.models import ListImport, ListRow

SLICE = 500  # rows judged at once
COUNTED_AT_ONCE = 2_000  # rows judged while a page is waited for: about 0.2 s (docs/benchmarks.md)
DIGEST_BYTES = 8  # of a few values of one row: by chance two agree once in 10^19
THINGS: dict[str, type[Model]] = {
    "client": Client,
    "clientkey": ClientKey,
    "person": Person,
    "personaddress": PersonAddress,
    "touch": Touch,
    "staffingfact": StaffingFact,
    "known": Known,
}
FIELDS: dict[str, tuple[str, ...]] = {  # what a list may set of each, in the order in which it is inserted
    "client": (
        "name", "standing", "branch_id", "looked_after_by_id", "yearly_value", "since_year", "on_assignment", "note",
        "created_at", "search",
    ),
    "clientkey": ("client_id", "key"),
    "person": (
        "client_id", "name", "title", "phone", "preferred_way", "is_main", "left_on", "last_wrote_at", "search",
    ),
    "personaddress": ("person_id", "address"),
    "touch": (
        "client_id", "person_id", "by_id", "kind", "at", "minutes", "summary", "detail", "words", "is_mending",
        "added_at",
    ),
    "staffingfact": (
        "client_id", "kind", "at", "count", "of", "value", "days", "note", "words", "source", "external_id",
        "added_at",
    ),
    "known": ("source", "kind", "external_id", "thing", "thing_id", "client_id", "told"),
}  # fmt: skip
# What others than a list write too, or follows from the rest: no change of a person's is seen by it.
FOLLOWS = frozenset({"search", "last_wrote_at", "created_at", "added_at"})
WROTE = (RowOutcome.ADDED, RowOutcome.CHANGED, RowOutcome.REMOVED)
# In this order: somebody goes when what was with them is gone, a client when its people are. Who stays keeps what they
# are known by.
LEVELS = (("staffingfact", "touch"), ("person",), ("client",), ("personaddress", "clientkey"))
KNOWN_BY = {"personaddress": ("person", "person_id"), "clientkey": ("client", "client_id")}
OF_A_CLIENT: tuple[Any, ...] = (Message, Promise, Case, AgreedItem, Pulse, Sheet)  # which a list never makes
OF_A_PERSON: tuple[Any, ...] = (Message, Promise, Case, Waiting, FollowUp, ClientPage, Pulse)
NAMES = {  # of what people see
    "client": gettext_lazy("Clients"),
    "person": gettext_lazy("People"),
    "touch": gettext_lazy("Calls, visits and notes"),
    "staffingfact": gettext_lazy("Orders, placements, payments and the like"),
    "clientkey": gettext_lazy("Mail domains"),
    "personaddress": gettext_lazy("Mail addresses"),
}
HANGS = {"client": ("person", "touch", "staffingfact"), "person": ("touch",)}


def plain(value: Any) -> Any:
    """Return a value as JSON keeps it, and as it reads again from either database."""
    if value is None or isinstance(value, (str, int)):
        return value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, dict):
        return {name: plain(each) for name, each in value.items()}
    return value


def digest(values: Mapping[str, Any]) -> str:
    """Return what is kept of the values that a list left in a row."""
    told = json.dumps(plain(dict(values)), sort_keys=True, separators=(",", ":"))
    return blake2b(told.encode(), digest_size=DIGEST_BYTES).hexdigest()


class Fate(StrEnum):
    """What undoing makes of one change."""

    REMOVE = "remove"  # what the list made goes again
    CHANGE = "change"  # what it changed is as before
    RESTORE = "restore"  # what it removed is there again
    STAYS = "stays"  # it was changed since, or something hangs on it
    NOTHING = "nothing"  # it is gone already


@dataclass(slots=True)
class Judge:
    """Says what becomes of changes, the last first: what was judged before counts as done."""

    removed: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    reverted: dict[tuple[str, int], dict[str, Any]] = field(default_factory=lambda: defaultdict(dict))
    stays: set[tuple[str, int]] = field(default_factory=set)

    def judge(self, changes: Sequence[Mapping[str, Any]], things: Sequence[str]) -> dict[int, Fate]:
        """Return the fate of each change of some things, by its place."""
        asked = {place: change for place, change in enumerate(changes) if change["thing"] in things}
        now = {
            thing: _now(thing, [each["id"] for each in asked.values() if each["thing"] == thing]) for thing in things
        }
        there = _clients_there(change for change in asked.values() if change["after"] is None)
        fates = {}
        held: dict[str, set[int]] = {}
        for thing in things:
            made = [each["id"] for each in asked.values() if each["thing"] == thing and each["before"] is None]
            held[thing] = _held(thing, made, self.removed)
        for place, change in asked.items():
            row = now[change["thing"]].get(change["id"])
            if change["after"] is None:
                fates[place] = Fate.NOTHING if row or change["before"]["client_id"] not in there else Fate.RESTORE
            else:
                fates[place] = self._fate(change, row, held[change["thing"]])
        return fates

    def _fate(self, change: Mapping[str, Any], row: dict[str, Any] | None, held: set[int]) -> Fate:
        thing, pk, before = change["thing"], change["id"], change["before"]
        if row is None or pk in self.removed[thing]:
            return Fate.NOTHING
        row = row | self.reverted[thing, pk]
        names = [name for name in (FIELDS[thing] if before is None else before) if name not in FOLLOWS]
        if digest({name: row[name] for name in names}) != change["after"] or (before is None and pk in held):
            self.stays.add((thing, pk))
            return Fate.STAYS
        owner, column = KNOWN_BY.get(thing, ("", ""))
        if owner and (owner, row[column]) in self.stays:
            return Fate.NOTHING
        if before is None:
            self.removed[thing].add(pk)
            return Fate.REMOVE
        self.reverted[thing, pk].update(typed(thing, before))
        return Fate.CHANGE


def typed(thing: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values that JSON kept as the columns of a thing hold them."""
    fields = THINGS[thing]._meta  # noqa: SLF001  (Django's documented API)
    return {name: fields.get_field(name).to_python(value) for name, value in values.items()}  # type: ignore[union-attr]  # columns


def _now(thing: str, keys: Sequence[int]) -> dict[int, dict[str, Any]]:
    rows = THINGS[thing]._default_manager.filter(pk__in=keys) if keys else ()  # noqa: SLF001  (of whichever model it is)
    return {row.pop("pk"): row for row in rows.values("pk", *FIELDS[thing])} if keys else {}  # type: ignore[union-attr]  # a query


def _clients_there(removed: Iterable[Mapping[str, Any]]) -> set[int]:
    keys = {change["before"]["client_id"] for change in removed}
    return set(Client.objects.filter(pk__in=keys).values_list("pk", flat=True)) if keys else set()


def _held(thing: str, made: Sequence[int], removed: Mapping[str, set[int]]) -> set[int]:
    """Return which clients or people must stay, because something hangs on them that the list did not bring."""
    if thing not in HANGS or not made:
        return set()
    name = f"{thing}_id"
    held: set[int] = set()
    for model in OF_A_CLIENT if thing == "client" else OF_A_PERSON:
        held.update(model.objects.filter(**{f"{name}__in": made}).order_by().values_list(name, flat=True).distinct())
    for hanging in HANGS[thing]:
        rows = THINGS[hanging]._default_manager.filter(**{f"{name}__in": made})  # noqa: SLF001  (of whichever model)
        gone = removed.get(hanging, set())
        held.update(on for pk, on in rows.values_list("pk", name) if pk not in gone)
    return held


@dataclass(slots=True)
class Undoing:
    """What undoing a list would do: how much goes, is changed back, is put back, and stays as it is now."""

    removed: Counter[str] = field(default_factory=Counter)
    changed: int = 0
    restored: int = 0
    stays: int = 0
    erased: int = 0
    at: datetime | None = None  # when a worker counted it

    def as_dict(self, at: datetime) -> dict[str, Any]:
        """Return it as JSON keeps it."""
        return asdict(self) | {"removed": dict(self.removed), "at": plain(at)}

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Undoing:
        """Return what `as_dict` kept."""
        return cls(**{**kept, "removed": Counter(kept["removed"]), "at": datetime.fromisoformat(kept["at"])})

    @property
    def removed_by_name(self) -> list[tuple[str, int]]:
        """What goes, by the name that people give it."""
        return [(str(name), self.removed[thing]) for thing, name in NAMES.items() if self.removed[thing]]

    @property
    def is_nothing(self) -> bool:
        """Whether nothing would be taken back."""
        return not (self.removed.total() or self.changed or self.restored)


def undoing_of(listing: ListImport) -> Undoing | None:
    """Count what undoing a list would do, as things stand now; of a long list what a worker counted, None before."""
    rows = listing.rows.filter(outcome__in=WROTE)
    if rows[: COUNTED_AT_ONCE + 1].count() > COUNTED_AT_ONCE:
        return Undoing.of(listing.looks["would"]) if "would" in listing.looks else None
    told = Undoing()
    for _slice in count_into(told, listing):
        pass
    return told


def count_into(told: Undoing, listing: ListImport) -> Iterator[None]:
    """Count what undoing a list would do, a slice of its rows at each step."""
    judge = Judge()
    for things in LEVELS:
        for changes in _changes_of(listing, things):
            for place, fate in judge.judge(changes, things).items():
                _count(told, fate, changes[place]["thing"])
            yield
    told.erased = listing.rows.filter(outcome=RowOutcome.REMOVED, changes=[]).count()


def _count(told: Undoing, fate: Fate, thing: str) -> None:
    if fate is Fate.REMOVE:
        told.removed[thing] += 1
    elif fate is Fate.CHANGE:
        told.changed += 1
    elif fate is Fate.RESTORE:
        told.restored += 1
    elif fate is Fate.STAYS:
        told.stays += 1


def _changes_of(listing: ListImport, things: Sequence[str]) -> Iterator[list[dict[str, Any]]]:
    """Yield the changes of some things that a list made, the last first, a slice at a time."""
    left = listing.rows.filter(outcome__in=WROTE).order_by("-number").values_list("number", "changes")
    rows = list(left[:SLICE])
    while rows:
        yield [change for _number, changes in rows for change in reversed(changes) if change["thing"] in things]
        rows = list(left.filter(number__lt=rows[-1][0])[:SLICE])


def rows_to_undo(listing: ListImport) -> list[ListRow]:
    """Return the next rows of a list to be taken back, the last first."""
    rows = listing.rows.filter(outcome__in=WROTE).order_by("-number")
    down_to = listing.looks.get("undone_down_to")
    return list((rows.filter(number__lt=down_to) if down_to else rows)[:SLICE])


def all_changes(rows: Iterable[ListRow]) -> list[tuple[ListRow, dict[str, Any]]]:
    """Return the changes of rows, the last first, each with its row."""
    return [(row, change) for row in rows for change in reversed(row.changes)]
