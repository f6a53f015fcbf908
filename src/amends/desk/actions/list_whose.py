"""Whose a row of a list is: the client and the person it tells of, by id, by name, else by mail domain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from amends.desk.actions.list_around import emails_of, erased_as, fact_key, kept_id, keys_of
from amends.desk.actions.list_change import Change
from amends.desk.models import ListKind, Standing
from amends.desk.queries.find import searchable
from amends.desk.queries.undo import digest

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from amends.desk.actions.list_around import Around, Told
    from amends.desk.actions.list_change import Planned

LONGEST_NAME = 200  # characters of a client's or a person's, as the columns


class NotTaken(Exception):  # noqa: N818  (it reads as a sentence: raise NotTaken("…"))
    """A row that cannot be taken; its words are for people."""


def must_manage(here: Around, client: int) -> None:
    """Raise NotTaken where a client is another branch's than that of who brought the list."""
    row = here.clients.get(client)
    if here.branch is not None and (row is None or row["branch_id"] not in {None, here.branch}):
        raise NotTaken(_("This client is another branch’s. Ask a manager there, or the owner."))


def client_for(here: Around, told: Mapping[str, Any], planned: Planned, now: datetime) -> int:
    """Return the client that a row tells of; one of an unknown name is made, to be confirmed.

    Raises NotTaken, with what is missing, where no client can be told.
    """
    given = kept_id(str(told.get("client.external_id") or ""))
    found = _by_id(here, given, told) or _by_name(here, str(told.get("client.name") or ""), given)
    if found is None:
        found = _by_mail(here, told, given)
    if found is None:
        found = _new_client(here, told, planned, now)
    must_manage(here, found)
    if given and ("client", given) not in here.known:
        knows(here, planned, "client", given, found, client=found, told={})
    return found


def _by_id(here: Around, given: str, told: Mapping[str, Any]) -> int | None:
    """Find the client by its id over there, else by that of a person or an order of its."""
    for thing, name in (("client", "client.external_id"), ("person", "person.external_id"), ("person", "who_id")):
        known = here.known.get((thing, kept_id(str(told.get(name) or "")))) if told.get(name) else None
        if known and known["client_id"] in here.clients:
            return int(known["client_id"])
    if given:
        return None
    for name in ("order.external_id", "about_id"):
        asked = kept_id(str(told.get(name) or ""))
        fact = here.facts.get(fact_key("orders", asked, "order")) if asked else None
        known = here.known.get(("client", asked)) if asked and name == "about_id" else None
        if fact or known:
            return int((fact or known or {})["client_id"])
    return None


def _by_name(here: Around, name: str, given: str) -> int | None:
    """Find the client of a name; where the source knows it by another id it is another company of that name."""
    called = [pk for pk in here.names.called(name) if pk in here.clients] if name else []
    free = [pk for pk in called if not given or not here.ids.get(pk)]
    confirmed = [pk for pk in free if here.clients[pk]["standing"] == Standing.CLIENT]
    fitting = confirmed or free
    if len(fitting) > 1:
        told = _(
            "%(count)d clients here are called %(name)s. Map the column with the client’s ID, or merge them first."
        )
        raise NotTaken(told % {"count": len(fitting), "name": name})
    return fitting[0] if fitting else None


def _by_mail(here: Around, told: Mapping[str, Any], given: str) -> int | None:
    for address in emails_of(told):
        person = here.people.get(here.addresses.get(address, 0))
        if person and (not given or not here.ids.get(person["client_id"])):
            return int(person["client_id"])
    met = (here.keys[key] for key in keys_of(told) if key in here.keys)
    return next((pk for pk in met if not given or not here.ids.get(pk)), None)


def _new_client(here: Around, told: Mapping[str, Any], planned: Planned, now: datetime) -> int:
    name = " ".join(str(told.get("client.name") or "").split())[:LONGEST_NAME]
    if not name:
        raise NotTaken(_nobody(told))
    return make_client(here, planned, {"name": name, "standing": Standing.FOUND}, now)


def _nobody(told: Mapping[str, Any]) -> str:
    if told.get("client.external_id"):
        asked = _("The client %(id)s is not known here. Import the list of clients first.")
        return asked % {"id": told["client.external_id"]}
    domain = next((key for key in keys_of(told)), "")
    if domain:
        asked = _("No client here has mail from %(domain)s, and the row names none. Import the list of clients first.")
        return asked % {"domain": domain}
    ids = ("person.external_id", "who_id", "order.external_id", "about_id")
    asked = _("Nothing here is known as %(id)s, and the row names no client. Import what it belongs to first.")
    return asked % {"id": next((told[name] for name in ids if told.get(name)), "")}


def make_client(here: Around, planned: Planned, fields: Mapping[str, Any], now: datetime) -> int:
    """Plan a new client, and return its key for now."""
    pk = next(here.fresh)
    values = {
        "standing": Standing.FOUND, "branch_id": None, "looked_after_by_id": None, "yearly_value": None,
        "since_year": None, "on_assignment": None, "note": "", **fields, "created_at": now,
    }  # fmt: skip
    values["search"] = searchable(values["name"])
    here.clients[pk] = values
    here.names.add(values["name"], pk)
    planned.changes.append(Change("client", pk, None, values))
    return pk


def knows(
    here: Around,
    planned: Planned,
    thing: str,
    external_id: str,
    pk: int,
    *,
    client: int | None,
    told: Told,
) -> None:
    """Plan that the source is known to call a row of ours by an id, and what it said of it (field → digest)."""
    known = here.known.get((thing, external_id))
    values = {"thing_id": pk, "client_id": client, "told": told}
    if known is None:
        row = next(here.fresh)
        of = {"client": ListKind.CLIENTS, "person": ListKind.PEOPLE}.get(thing, here.kind)
        whole = {"source": here.source, "kind": str(of), "external_id": external_id, "thing": thing, **values}
        planned.changes.append(Change("known", row, None, whole))
        here.known[thing, external_id] = {"pk": row, **whole}
        ids = {"client": here.ids, "person": here.person_ids}.get(thing)
        if ids is not None:
            ids[pk].add(external_id)
        return
    before = {name: known[name] for name in values if known[name] != values[name]}
    if before:
        planned.changes.append(Change("known", known["pk"], before, {name: values[name] for name in before}))
        known.update(values)


def settle(row: Mapping[str, Any], wanted: Mapping[str, Any], was: Mapping[str, str]) -> tuple[Told, Told, list[str]]:
    """Return what a list changes in a row, what it has told of it by then (digests), and what stays as people have it.

    An empty cell says nothing. A field is filled in where it is empty, and changed where the list itself had set it;
    what a person or the mail put there stays.
    """
    changes: Told = {}
    told: Told = dict(was)
    kept = []
    for name, value in wanted.items():
        if value in {None, ""} or row.get(name) == value:
            continue
        current = row.get(name)
        if current in {None, "", False, Standing.FOUND} or was.get(name) == digest({name: current}):
            changes[name] = value
            told[name] = digest({name: value})
        else:
            kept.append(name)
    return changes, told, kept


def person_for(here: Around, told: Mapping[str, Any], client: int) -> int | None:
    """Return the person at a client that a note or an activity was with, where the row tells."""
    for name in ("person.external_id", "who_id"):
        known = here.known.get(("person", kept_id(str(told.get(name) or "")))) if told.get(name) else None
        if known and here.people.get(known["thing_id"], {}).get("client_id") == client:
            return int(known["thing_id"])
    for address in emails_of(told):
        pk = here.addresses.get(address)
        if pk in here.people and here.people[pk]["client_id"] == client:
            return pk
    name = str(told.get("person.name") or "")
    return here.named.get((client, searchable(name))) if name else None


def is_forgotten(here: Around, own: str, told: Mapping[str, Any]) -> bool:
    """Whether a row tells of somebody who was erased here."""
    return bool(here.forgotten) and not here.forgotten.isdisjoint(erased_as(here, own, told))
