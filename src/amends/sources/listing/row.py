"""One row of a list, read: typed values and what they tell, or the problems that keep it from being taken."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from amends.core.client import client_of
from amends.core.wording import say
from amends.sources.listing.facts import facts_of
from amends.sources.listing.field import FIELDS, ONE_OF, Field, ValueType
from amends.sources.listing.folding import name_key
from amends.sources.listing.problem import Problem, UnreadableError
from amends.sources.listing.talk import left_out, talk_in
from amends.sources.listing.value import Value, read_value

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from amends.core.staffing import Fact
    from amends.sources.listing.options import Options
    from amends.sources.listing.talk import Talk

ACCOUNT_PREFIX, CONTACT_PREFIX = "001", "003"
"""How the ids of accounts and contacts begin in Salesforce, whose activities point to either (known, not read)."""

NATURAL = MappingProxyType(
    {
        "clients": ("name",),
        "people": ("emails", "name", "client.external_id", "client.name"),
        "orders": ("client.external_id", "client.name", "title", "ordered_at"),
        "placements": ("client.external_id", "client.name", "order.external_id", "worker", "starts_on"),
        "notes": ("client.external_id", "client.name", "person.external_id", "person.name", "at", "created_at", "text"),
        "activities": (
            *("client.external_id", "client.name", "person.external_id", "person.name", "who_id", "about_id"),
            *("action", "at", "done_at", "created_at", "subject", "text"),
        ),
        "invoices": ("client.external_id", "client.name", "invoiced_on", "amount"),
    }
)
"""What tells two rows apart where a list has no ids."""

KEY_MARK = "~"
"""Begins the key of a row without an id."""


@dataclass(frozen=True, slots=True)
class ClientNamed:
    """How a row names its client; whoever looks it up tries the id, then the name, then the keys of its addresses.

    `name_key` is the name as it is compared; `keys` are registrable domains (`core.client.client_of`), free mail left
    out. All may be empty.
    """

    external_id: str = ""
    name: str = ""
    name_key: str = ""
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """A row as it was understood. With `problems` it is not to be taken, and with `left_out` (a sentence) neither.

    `values` holds what is written, by the field's key. `key` is the row's id, or else one made of what tells it apart.
    A deleted or anonymised row has no problems but a missing id: nothing of it is to be kept.
    """

    kind: str
    values: Mapping[str, Any]
    problems: tuple[Problem, ...] = ()
    key: str = ""
    client: ClientNamed = ClientNamed()
    facts: tuple[Fact, ...] = ()
    talk: Talk | None = None
    left_out: str = ""
    is_deleted: bool = False
    is_anonymised: bool = False


def read_row(kind: str, columns: Mapping[str, str], options: Options, raw: Mapping[str, str]) -> Row:
    """Read one row of `open_table(…).rows()`; `columns` is what `match` returned or a person chose."""
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for key, column, of in _plan(kind, tuple(columns.items())):
        text = raw.get(column, "")
        if not text:
            continue
        try:
            value = read_value(of, text, options)
        except UnreadableError as error:
            problems.append(Problem(column, text, str(error)))
            continue
        if value is not None:
            values[key] = _first(key, value, options)
    _complete(kind, values)
    if values.get("rating", 0) > options.rating_top or values.get("rating", 0) < 0:
        problems.append(_beyond(columns["rating"], raw, options))
    is_deleted, is_anonymised = bool(values.get("is_deleted")), bool(values.get("is_anonymised"))
    key = values.get("external_id") or _natural_key(kind, values)
    if is_deleted or is_anonymised:
        return Row(
            kind, values, key=key, client=_client(kind, values), is_deleted=is_deleted, is_anonymised=is_anonymised
        )
    reason = "" if problems else left_out(kind, values)
    if not reason:
        problems.extend(_lacking(kind, values, columns, {problem.column for problem in problems}))
    is_sound = not problems and not reason
    return Row(
        kind,
        values,
        tuple(problems),
        key,
        _client(kind, values),
        facts_of(kind, values, options, key) if is_sound else (),
        talk_in(kind, values) if is_sound and kind in {"notes", "activities"} else None,
        say(reason) if reason else "",
    )


@lru_cache(maxsize=64)
def _plan(kind: str, columns: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str, ValueType], ...]:
    """Return what is to be read: field, column and type, in the order of the fields."""
    chosen = dict(columns)
    return tuple((field.key, chosen[field.key], field.type) for field in FIELDS[kind] if chosen.get(field.key))


def _beyond(column: str, raw: Mapping[str, str], options: Options) -> Problem:
    why = say("The best rating is {top}; say so if it is another one.", top=options.rating_top)
    return Problem(column, raw[column], why)


def _first(key: str, value: Value, options: Options) -> Value:
    """Return the first of several things that a cell points to: ids between semicolons, and the names of HubSpot."""
    is_several = key.endswith(".external_id") or (key.endswith(".name") and options.preset == "hubspot")
    return value.partition(";")[0].strip() if is_several and isinstance(value, str) else value


def _complete(kind: str, values: dict[str, Any]) -> None:
    """Fill in what a row says in another way: a name in two parts, addresses in three columns, ids of either kind."""
    if kind == "people":
        if "name" not in values:
            name = " ".join(filter(None, (values.get("first_name"), values.get("last_name"))))
            values.update({"name": name} if name else {})
        more = [address for key in ("emails", "emails_2", "emails_3") for address in values.get(key, ())]
        values.update({"emails": tuple(dict.fromkeys(more))} if more else {})
    if kind == "activities":
        for key in ("who_id", "about_id"):
            pointed: str = values.get(key, "")
            if pointed.startswith(CONTACT_PREFIX):
                values.setdefault("person.external_id", pointed)
            elif pointed.startswith(ACCOUNT_PREFIX):
                values.setdefault("client.external_id", pointed)


def _lacking(kind: str, values: Mapping[str, Any], columns: Mapping[str, str], wrong: set[str]) -> Iterator[Problem]:
    """Yield a problem for each thing that must be there and is not; one that could not be read was named already."""
    for field in FIELDS[kind]:
        if field.is_required and field.key not in values and columns.get(field.key) not in wrong:
            yield Problem(columns.get(field.key, field.label), "", say("“{field}” is missing.", field=say(field.label)))
    for group in ONE_OF[kind]:
        if not any(key in values for key in group) and not any(columns.get(key) in wrong for key in group):
            labels = [say(field.label) for field in FIELDS[kind] if field.key in group]
            named = next((columns[key] for key in group if key in columns), labels[0])
            yield Problem(named, "", say("One of these is needed: {fields}.", fields=", ".join(labels)))


def _client(kind: str, values: Mapping[str, Any]) -> ClientNamed:
    own = kind == "clients"
    name: str = values.get("name" if own else "client.name", "")
    addresses = values.get("emails", ()) if kind in {"clients", "people"} else values.get("person.emails", ())
    domains = (*values.get("domains", ()), *(client_of(address) for address in addresses))
    keys = tuple(dict.fromkeys(key for key in domains if key and "@" not in key))
    return ClientNamed(values.get("external_id" if own else "client.external_id", ""), name, name_key(name), keys)


def _natural_key(kind: str, values: Mapping[str, Any]) -> str:
    """Return a key for a row without an id: a digest of what tells it apart, the same for the same row."""
    parts = (values.get(key, "") for key in NATURAL[kind])
    said = [
        name_key(part) if isinstance(part, str) else repr(part) if not hasattr(part, "isoformat") else part.isoformat()
        for part in parts
    ]
    return KEY_MARK + sha256("\x1f".join(said).encode()).hexdigest()[:32]


__all__ = ["ClientNamed", "Field", "Row", "Value", "read_row"]
