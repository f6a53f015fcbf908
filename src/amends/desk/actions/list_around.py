"""What the desk has that the rows of one batch may be about, read in a constant number of queries.

What a row is about to make joins it at once, under a key below zero, so that the next rows find it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import count
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from amends.core.client import client_of
from amends.desk.models import (
    Branch,
    Client,
    ClientKey,
    Event,
    Known,
    ListKind,
    Person,
    PersonAddress,
    Role,
    StaffingFact,
    Touch,
    User,
)
from amends.desk.queries.find import searchable
from amends.desk.queries.firm import the_firm
from amends.desk.queries.personal import forgotten_among, forgotten_as, forgotten_at
from amends.desk.queries.undo import FIELDS
from amends.sources.listing import name_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from amends.sources.listing import Row

LONGEST_ID = 90  # characters: with kind and fact around it, it fits the columns; a longer one is kept as its digest
OF_AN_ID = 12  # bytes of a digest that stands for a long one: among a million no two agree by chance
FACTS: dict[str, tuple[str, ...]] = {  # what the rows of each kind may tell
    ListKind.ORDERS: ("order",),
    ListKind.PLACEMENTS: ("placement", "no_show", "fall_off", "early_end", "rating"),
    ListKind.INVOICES: ("payment", "dispute"),
}
OF_PEOPLE = (ListKind.PEOPLE, ListKind.NOTES, ListKind.ACTIVITIES)
Told = dict[str, Any]  # field → value


@dataclass(frozen=True, slots=True)
class Typed:
    """One row of the file: its number, its cells, and how it was understood."""

    number: int
    raw: dict[str, str]
    row: Row

    @property
    def told(self) -> Mapping[str, Any]:
        """What the row says, by field."""
        return self.row.values

    @property
    def own(self) -> str:
        """What the row is known by: its id over there, else what stands for it."""
        return kept_id(self.row.key)


def kept_id(given: str) -> str:
    """Return an id as it is kept: one that is too long for a column by its digest."""
    return given if len(given) <= LONGEST_ID else "~" + blake2b(given.encode(), digest_size=OF_AN_ID).hexdigest()


def fact_key(kind: str, own: str, fact: str) -> str:
    """Return the external id of a fact that a row tells."""
    return f"{kind}/{own}/{fact}"


@dataclass(slots=True)
class Names:
    """The names of all clients, folded: read when a piece of work begins, and added to."""

    keys: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of_today(cls) -> Names:
        """Read them."""
        names = cls()
        for pk, name in Client.objects.order_by("pk").values_list("pk", "name").iterator():
            names.add(name, pk)
        return names

    def add(self, name: str, pk: int) -> None:
        """Remember a client."""
        self.keys[name_key(name)].append(pk)

    def called(self, name: str) -> list[int]:
        """Return the clients of a name."""
        return self.keys.get(name_key(name), [])


@dataclass(slots=True)
class Around:
    """What rows of a batch may be about; see `around`."""

    source: str
    kind: str
    names: Names
    known: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)  # thing and its id over there
    ids: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))  # of a client, over there
    person_ids: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))  # of a person, over there
    clients: dict[int, Told] = field(default_factory=dict)
    keys: dict[str, int] = field(default_factory=dict)
    people: dict[int, Told] = field(default_factory=dict)
    addresses: dict[str, int] = field(default_factory=dict)
    named: dict[tuple[int, str], int] = field(default_factory=dict)  # client and folded name → person
    mains: set[int] = field(default_factory=set)  # clients that have a main contact
    facts: dict[str, Told] = field(default_factory=dict)
    touches: dict[int, Told] = field(default_factory=dict)
    corrected: set[int | None] = field(default_factory=set)  # facts that a person changed
    deleted: set[str] = field(default_factory=set)  # ids of facts that a person removed
    forgotten: set[str] = field(default_factory=set)
    users: dict[str, int] = field(default_factory=dict)
    branches: dict[str, int] = field(default_factory=dict)
    ours: frozenset[str] = frozenset()
    keep_years: int | None = None
    branch: int | None = None  # whose clients alone the list may touch, and those of no branch; None: all
    may_erase: bool = True
    fresh: Iterator[int] = field(default_factory=lambda: count(-1, -1))


def emails_of(told: Mapping[str, Any]) -> tuple[str, ...]:
    """Return all addresses that a row gives, each once."""
    given = (told.get(name) or () for name in ("emails", "emails_2", "emails_3", "person.emails"))
    return tuple(dict.fromkeys(address for some in given for address in some))


def keys_of(told: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the domains and addresses by which the client of a row would be known."""
    given = (*(told.get("domains") or ()), *(client_of(address) for address in emails_of(told)))
    return tuple(dict.fromkeys(key for key in given if key))


def around(source: str, kind: str, rows: Sequence[Typed], names: Names, *, by: User | None = None) -> Around:
    """Read what the desk has around some rows; a list may do what `by`, who brought it, may do (None: a schedule)."""
    here = Around(source=source, kind=kind, names=names)
    if by is not None and by.role != Role.OWNER:
        here.branch, here.may_erase = by.branch_id, False
    firm = the_firm()
    here.ours, here.keep_years = frozenset(firm.addresses), firm.keep_years
    _read_colleagues(here)
    _read_known(here, rows)
    _read_facts(here, rows)
    _read_addresses(here, rows)
    _read_clients(here, rows)
    _read_people(here)
    _read_forgotten(here, rows)
    return here


def _values(rows: Iterable[Any], thing: str) -> dict[int, Told]:
    return {each.pop("pk"): each for each in rows.values("pk", *FIELDS[thing])}  # type: ignore[attr-defined]  # a query


def _read_colleagues(here: Around) -> None:
    for pk, email, name in User.objects.filter(is_active=True).values_list("pk", "email", "name"):
        here.users[searchable(name)] = pk
        here.users[email.lower()] = pk
    here.branches = {searchable(name): pk for pk, name in Branch.objects.values_list("pk", "name")}


def _asked(rows: Sequence[Typed], *names: str) -> set[str]:
    return {kept_id(str(row.told[name])) for row in rows for name in names if row.told.get(name)}


def _read_known(here: Around, rows: Sequence[Typed]) -> None:
    own = {row.own for row in rows}
    clients = _asked(rows, "client.external_id", "about_id") | (own if here.kind == ListKind.CLIENTS else set())
    people = _asked(rows, "person.external_id", "who_id") | (own if here.kind == ListKind.PEOPLE else set())
    asked = Q(kind=ListKind.CLIENTS, external_id__in=clients) | Q(kind=ListKind.PEOPLE, external_id__in=people)
    if here.kind in OF_PEOPLE:
        asked |= Q(kind=here.kind, external_id__in=own | {f"{each}/visit" for each in own})
    fields = ("pk", "thing", "external_id", "thing_id", "client_id", "told")
    for row in Known.objects.filter(asked, source=here.source).values(*fields):
        here.known[row["thing"], row["external_id"]] = row


def _read_facts(here: Around, rows: Sequence[Typed]) -> None:
    wanted = {fact_key("orders", each, "order") for each in _asked(rows, "order.external_id", "about_id")}
    wanted |= {fact_key(here.kind, row.own, fact) for row in rows for fact in FACTS.get(here.kind, ())}
    found = StaffingFact.objects.filter(source=here.source, external_id__in=wanted) if wanted else []
    if wanted:
        here.facts = {row["external_id"]: {**row, "pk": pk} for pk, row in _values(found, "staffingfact").items()}
    events = Event.objects.filter(thing="staffingfact", by__isnull=False)
    pks = [row["pk"] for row in here.facts.values()]
    if pks:
        changed = events.filter(verb__in=("change_fact", "record_fact"), thing_id__in=pks)
        here.corrected = set(changed.values_list("thing_id", flat=True))
    for before in events.filter(verb="delete_fact").values_list("before", flat=True):
        if before.get("source") == here.source:
            here.deleted.add(before.get("external_id", ""))


def _read_addresses(here: Around, rows: Sequence[Typed]) -> None:
    emails = {address for row in rows for address in emails_of(row.told)}
    if emails:
        here.addresses = dict(PersonAddress.objects.filter(address__in=emails).values_list("address", "person_id"))
    keys = {key for row in rows for key in keys_of(row.told)}
    if keys:
        here.keys = dict(ClientKey.objects.filter(key__in=keys).values_list("key", "client_id"))


def _read_clients(here: Around, rows: Sequence[Typed]) -> None:
    met = {pk for row in rows for pk in here.names.called(row.row.client.name)}
    met |= {row["client_id"] for row in here.known.values() if row["client_id"]}
    met |= {row["client_id"] for row in here.facts.values()} | set(here.keys.values())
    if here.addresses:
        of_people = Person.objects.filter(pk__in=set(here.addresses.values()))
        met |= set(of_people.values_list("client_id", flat=True))
    here.clients = _values(Client.objects.filter(pk__in=met), "client")
    known = Known.objects.filter(source=here.source, thing="client", thing_id__in=here.clients)
    for pk, external_id in known.values_list("thing_id", "external_id"):
        here.ids[pk].add(external_id)


def _read_people(here: Around) -> None:
    if here.kind not in OF_PEOPLE:
        pks = {row["thing_id"] for (thing, _id), row in here.known.items() if thing == "person"}
        here.people = _values(Person.objects.filter(pk__in=pks | set(here.addresses.values())), "person")
        return
    pks = {row["thing_id"] for (thing, _id), row in here.known.items() if thing == "touch"}
    here.touches = _values(Touch.objects.filter(pk__in=pks), "touch") if pks else {}
    of_theirs = Q(client__in=here.clients) | Q(pk__in=set(here.addresses.values()))
    of_theirs |= Q(pk__in={row["thing_id"] for (thing, _id), row in here.known.items() if thing == "person"})
    here.people = _values(Person.objects.filter(of_theirs), "person")
    for pk, person in here.people.items():
        here.named.setdefault((person["client_id"], searchable(person["name"])), pk)
        if person["is_main"]:
            here.mains.add(person["client_id"])
    if here.kind == ListKind.PEOPLE:
        known = Known.objects.filter(source=here.source, kind=ListKind.PEOPLE, thing="person", thing_id__in=here.people)
        for pk, external_id in known.values_list("thing_id", "external_id"):
            here.person_ids[pk].add(external_id)


def _read_forgotten(here: Around, rows: Sequence[Typed]) -> None:
    asked: set[str] = set()
    for row in rows:
        asked |= erased_as(here, row.own, row.told)
    here.forgotten = set(forgotten_among(asked))


def erased_as(here: Around, own: str, told: Mapping[str, Any]) -> set[str]:
    """Return under what the people of a row would be kept if they were erased: addresses, ids, names at the client."""
    ids = [kept_id(str(told[name])) for name in ("person.external_id", "who_id") if told.get(name)]
    names = [str(told.get("person.name") or "")]
    if here.kind == ListKind.PEOPLE:
        ids.append(own)
        names.append(name_of(told))
    at = {forgotten_at(client, name) for name in names if name for client in _clients_of(here, told)}
    return {*emails_of(told), *(forgotten_as(here.source, one) for one in ids), *at} - {""}


def name_of(told: Mapping[str, Any]) -> str:
    """Return what a row of people calls somebody."""
    parts = (str(told.get(each) or "") for each in ("first_name", "last_name"))
    return str(told.get("name") or "") or " ".join(filter(None, parts))


def _clients_of(here: Around, told: Mapping[str, Any]) -> set[int | str]:
    """Return the clients that a row may mean, by key, and the one it names."""
    name = str(told.get("client.name") or "")
    known = here.known.get(("client", kept_id(str(told.get("client.external_id") or ""))))
    met = {here.keys[key] for key in keys_of(told) if key in here.keys}
    return {
        *met,
        *here.names.called(name),
        *([name_key(name)] if name else ()),
        *([known["thing_id"]] if known else ()),
    }
