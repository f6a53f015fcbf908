"""What a list changes in clients and people: found again, brought up to date field by field, or made.

What a person or the mail said of them stays (`list_whose.settle`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from amends.desk.actions.list_around import emails_of, keys_of, name_of
from amends.desk.actions.list_change import Change
from amends.desk.actions.list_facts import plan_visit
from amends.desk.actions.list_stays import what_stays
from amends.desk.actions.list_whose import (
    LONGEST_NAME,
    NotTaken,
    client_for,
    knows,
    make_client,
    must_manage,
    settle,
)
from amends.desk.models import RowOutcome, Standing
from amends.desk.queries.find import searchable
from amends.desk.queries.undo import digest

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from amends.desk.actions.list_around import Around, Told, Typed
    from amends.desk.actions.list_change import Planned

ACTIVE = frozenset(
    ["active", "current", "client", "customer", "open", "live", "won", "key", "gold", "platinum", "silver", "vip"]
)
PAST = frozenset(
    "inactive past former lost archive archived closed terminated dormant blacklisted".split()  # noqa: SIM905  (the same)
)
LONGEST = {"title": LONGEST_NAME, "phone": 60, "preferred_way": 60, "summary": 300, "note": 300}  # as the columns
FACT = ("kind", "at", "count", "of", "value", "days", "note", "words")
TALK = ("kind", "at", "minutes", "summary", "detail")
NO_CLIENTS = (Standing.PAST, Standing.OTHER)


def plan_client(here: Around, typed: Typed, own: str, planned: Planned, now: datetime) -> None:
    """Plan a client: found by its id, its mail domain, else its name, and brought up to date; or made."""
    told = typed.told
    name = " ".join(str(told.get("name") or "").split())[:LONGEST_NAME]
    keys = [key for key in keys_of(told) if key not in here.ours]
    known = here.known.get(("client", own), {})
    pk = known.get("thing_id") if known.get("thing_id") in here.clients else None
    pk = pk or _same_client(here, name, keys)
    if pk is not None:
        must_manage(here, pk)
    wanted = _client_fields(here, told, name)
    if pk is None:
        said = {each: value for each, value in wanted.items() if value not in {None, ""}}
        pk = make_client(here, planned, said, now)
        was = {each: digest({each: value}) for each, value in said.items()}
    else:
        was = _bring_up_to_date(here, planned, "client", pk, wanted, known.get("told") or {})
    planned.client = pk
    for key in keys:
        if key not in here.keys:
            here.keys[key] = pk
            planned.changes.append(Change("clientkey", next(here.fresh), None, {"client_id": pk, "key": key}))
    knows(here, planned, "client", own, pk, client=pk, told=was)
    planned.tell({"client", "clientkey"})


def _same_client(here: Around, name: str, keys: list[str]) -> int | None:
    """Find a client by mail domain, else by name, that the source does not know by another id."""
    met = [here.keys[key] for key in keys if key in here.keys]
    called = [pk for pk in here.names.called(name) if pk in here.clients]
    free = [pk for pk in (*met, *called) if not here.ids.get(pk)]
    if not free or met[:1] == free[:1]:
        return free[0] if free else None
    if len(set(free)) > 1:
        told = _("%(count)d clients here are called %(name)s. Merge them first, or give one its mail domain.")
        raise NotTaken(told % {"count": len(set(free)), "name": name})
    return free[0]


def _client_fields(here: Around, told: Mapping[str, Any], name: str) -> dict[str, Any]:
    owner = here.users.get(searchable(str(told.get("owner") or ""))) if told.get("owner") else None
    since = told.get("since_on")
    return {
        "name": name,
        "standing": standing_of(str(told.get("status") or "")) or "",
        "branch_id": here.branches.get(searchable(str(told.get("branch") or ""))),
        "looked_after_by_id": owner or here.users.get(str(told.get("owner") or "").lower()),
        "yearly_value": told.get("yearly_value"),
        "since_year": since.year if since else None,
        "on_assignment": told.get("on_assignment"),
        "note": str(told.get("note") or ""),
    }


def standing_of(status: str) -> Standing | None:
    """Return what a status over there says: a client, a past one, or nothing that decides it (a prospect, a lead)."""
    words = set(searchable(status).split())
    if words & PAST or {"not", "active"} <= words or {"do", "not"} <= words:
        return Standing.PAST
    return Standing.CLIENT if words & ACTIVE and not words & {"prospect", "not", "never", "target"} else None


def _bring_up_to_date(
    here: Around, planned: Planned, thing: str, pk: int, wanted: dict[str, Any], was: Mapping[str, str]
) -> Told:
    """Plan what changes in a client or a person that is here, and say what stays as people have it."""
    row = (here.clients if thing == "client" else here.people)[pk]
    if thing == "client" and "name" not in was and wanted.get("name") and _is_unnamed(here, pk):
        was = {**was, "name": digest({"name": row["name"]})}  # nobody has said yet what it is called
    changes, told, kept = settle(row, wanted, was)
    if changes:
        planned.changes.append(Change(thing, pk, {name: row[name] for name in changes}, dict(changes)))
        row.update(changes)
    if kept:
        planned.problem = what_stays(row, wanted, kept)
    return told


def _is_unnamed(here: Around, pk: int) -> bool:
    """Whether nobody said what a client is called: only found, or named after its mail domain since."""
    row = here.clients[pk]
    return row["standing"] == Standing.FOUND or here.keys.get(row["name"]) == pk


def plan_person(here: Around, typed: Typed, own: str, planned: Planned, now: datetime) -> None:
    """Plan somebody at a client: found by id, address, else name, and brought up to date; or made."""
    told = typed.told
    known = here.known.get(("person", own), {})
    if known and known["thing_id"] not in here.people:
        raise NotTaken(_("Somebody removed this person here. A list does not bring them back."))
    pk = known.get("thing_id") or _same_person(here, told)
    client = here.people[pk]["client_id"] if pk else client_for(here, told, planned, now)
    must_manage(here, client)
    wanted = _person_fields(told)
    name = str(wanted["name"])
    pk = pk or here.named.get((client, searchable(name))) if name else pk
    if pk and not known and here.person_ids.get(pk):
        pk = None  # a namesake whom the source knows by another id
    wanted["is_main"] = _is_main(here, told, client, pk)
    if pk is None:
        pk = next(here.fresh)
        values = {
            **wanted,
            "is_main": bool(wanted["is_main"]),
            "client_id": client,
            "last_wrote_at": told.get("last_wrote_at"),
        }
        values["search"] = searchable(name, *emails_of(told))
        here.people[pk] = values
        here.named.setdefault((client, searchable(name)), pk)
        planned.changes.append(Change("person", pk, None, dict(values)))
        was = {each: digest({each: value}) for each, value in wanted.items() if value not in {None, "", False}}
    else:
        was = _bring_up_to_date(here, planned, "person", pk, wanted, known.get("told") or {})
    planned.client = client
    _plan_addresses(here, told, pk, planned)
    knows(here, planned, "person", own, pk, client=client, told=was)
    planned.tell({"person", "personaddress"})
    plan_visit(here, told, own, pk, planned, now)


def _same_person(here: Around, told: Mapping[str, Any]) -> int | None:
    """Find somebody by address, whom the source does not know by another id."""
    met = (here.addresses.get(address) for address in emails_of(told))
    return next((pk for pk in met if pk in here.people and not here.person_ids.get(pk)), None)


def _is_main(here: Around, told: Mapping[str, Any], client: int, pk: int | None) -> bool | None:
    """Return whether somebody is their client's main contact, of several the first; None: the list says nothing."""
    if not told.get("is_main"):
        return told.get("is_main")
    is_main = client not in here.mains or here.people.get(pk or 0, {}).get("is_main", False)
    here.mains.add(client)
    return bool(is_main)


def _person_fields(told: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": " ".join(name_of(told).split())[:LONGEST_NAME],
        "title": str(told.get("title") or "")[: LONGEST["title"]],
        "phone": str(told.get("phone") or told.get("mobile") or "")[: LONGEST["phone"]],
        "preferred_way": str(told.get("preferred_way") or "")[: LONGEST["preferred_way"]],
        "left_on": told.get("left_on"),
    }


def _plan_addresses(here: Around, told: Mapping[str, Any], pk: int, planned: Planned) -> None:
    for address in emails_of(told):
        if address not in here.addresses:
            here.addresses[address] = pk
            row = {"person_id": pk, "address": address}
            planned.changes.append(Change("personaddress", next(here.fresh), None, row))


def client_gone(here: Around, own: str, planned: Planned, now: datetime) -> None:
    """Say of a client that was deleted over there that it is a past one."""
    del now
    known = here.known.get(("client", own))
    row = here.clients.get(known["thing_id"]) if known else None
    if known is None or row is None or row["standing"] in NO_CLIENTS:
        return
    must_manage(here, known["thing_id"])
    planned.client, planned.outcome = known["thing_id"], RowOutcome.REMOVED
    change = Change("client", known["thing_id"], {"standing": row["standing"]}, {"standing": Standing.PAST})
    planned.changes.append(change)
    row["standing"] = Standing.PAST


def person_gone(here: Around, own: str, planned: Planned, now: datetime) -> None:
    """Somebody who was deleted over there has left."""
    known = here.known.get(("person", own))
    row = here.people.get(known["thing_id"]) if known else None
    if known is None or row is None or row["left_on"]:
        return
    must_manage(here, row["client_id"])
    planned.client, planned.outcome = row["client_id"], RowOutcome.REMOVED
    planned.changes.append(Change("person", known["thing_id"], {"left_on": None}, {"left_on": now.date()}))
    row["left_on"] = now.date()


def erase_anonymised(here: Around, own: str, planned: Planned) -> None:
    """Somebody who was anonymised over there is erased here, and nothing of the row is kept."""
    known = here.known.get(("person", own))
    if known and known["thing_id"] in here.people:
        if not here.may_erase:
            raise NotTaken(_("Anonymised over there. Only an owner erases people: ask one to bring this list in."))
        planned.erases, planned.outcome = known["thing_id"], RowOutcome.REMOVED
        planned.client = here.people.pop(known["thing_id"])["client_id"]
