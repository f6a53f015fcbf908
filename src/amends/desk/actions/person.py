"""People at clients: added, changed, erased."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from amends.desk.actions.erasure import forget, stand_in_of
from amends.desk.actions.event import record, values_of
from amends.desk.actions.health import touch_health
from amends.desk.actions.personal import remember_erased
from amends.desk.models import Message, Person, PersonAddress
from amends.desk.queries.find import searchable
from amends.desk.queries.person import Erased, what_erasing_takes
from amends.desk.rules import Power, Refused, require

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime

    from amends.desk.models import Client, User

PLAIN = ("name", "title", "phone", "preferred_way", "best_hour", "is_main", "left_on")


@transaction.atomic
def add_person(  # noqa: PLR0913  (the fields of a person; all but the name by keyword)
    client: Client,
    name: str,
    *,
    by: User | None,
    now: datetime,
    addresses: Iterable[str] = (),
    title: str = "",
    phone: str = "",
    preferred_way: str = "",
    best_hour: str = "",
    is_main: bool = False,
) -> Person:
    """Add somebody at a client; who already writes from one of the addresses is completed instead.

    What is given replaces what is there, what is not given stays. Raises Refused when an address is another client's.
    """
    told = {"name": name, "title": title, "phone": phone, "preferred_way": preferred_way, "best_hour": best_hour}
    given: dict[str, Any] = {field: value for field, value in told.items() if value.strip()}
    written = _addresses(addresses)
    known = Person.objects.filter(client=client, addresses__address__in=written).order_by("pk").first()
    if known:
        more = {"is_main": True} if is_main else {}
        kept = known.addresses.values_list("address", flat=True)
        return change_person(known, by=by, now=now, addresses={*kept, *written}, **given, **more)
    require(by, Power.WORK)
    _refuse_nobody(name, written)
    person = Person.objects.create(client=client)
    _assign(person, {**given, "is_main": is_main, "addresses": written})
    record("add_person", person, by=by, now=now, after=_values(person, (*PLAIN, "addresses")))
    touch_health([client.pk], now=now)
    return person


@transaction.atomic
def change_person(person: Person, *, by: User | None, now: datetime, **fields: Any) -> Person:
    """Change fields of somebody (those of `add_person`, and `left_on`); what stays the same is not recorded."""
    require(by, Power.WORK)
    unknown = fields.keys() - {*PLAIN, "addresses"}
    if unknown:
        raise TypeError(f"A person has no {', '.join(sorted(unknown))}.")
    before = _values(person, fields)
    _assign(person, fields)
    after = _values(person, fields)
    _refuse_nobody(person.name, person.addresses.values_list("address", flat=True))
    changed = [name for name in fields if before[name] != after[name]]
    if changed:
        old, new = ({name: values[name] for name in changed} for values in (before, after))
        record("change_person", person, by=by, now=now, before=old, after=new)
        touch_health([person.client_id], now=now)
    return person


@transaction.atomic
def erase_person(person: Person, *, by: User | None, now: datetime) -> Erased:
    """Erase somebody for ever: who they are and what they wrote; return how much that was.

    That messages were exchanged, when and how often stays, under a number instead of an address, so that counts and
    the client's health stay right. What colleagues wrote stays, without the person's name.
    """
    require(by, Power.OWN)
    taken = what_erasing_takes(person)
    pk, client = person.pk, person.client
    remember_erased(person, stand_in_of(person), now=now)
    forget(person, now=now)
    person.delete()
    person.pk = pk  # the record says who, by number
    record("erase_person", person, by=by, now=now, before={"messages": taken.messages, "touches": taken.touches})
    touch_health([client.pk], now=now)
    return taken


def _addresses(typed: Iterable[str]) -> set[str]:
    return {address for address in (one.strip().lower() for one in typed) if address}


def _refuse_nobody(name: str, addresses: Collection[str]) -> None:
    if not name.strip() and not addresses:
        raise Refused(_("Write the person's name."))


def _values(person: Person, names: Collection[str]) -> dict[str, Any]:
    told = values_of(person, [name for name in names if name in PLAIN])
    if "addresses" in names:
        told["addresses"] = sorted(person.addresses.values_list("address", flat=True))
    return told


def _assign(person: Person, fields: Mapping[str, Any]) -> None:
    """Set fields; the main person of a client is one."""
    for name, value in fields.items():
        if name in PLAIN:
            setattr(person, name, " ".join(value.split()) if isinstance(value, str) else value)
    if "addresses" in fields:
        _set_addresses(person, _addresses(fields["addresses"]))
    person.search = searchable(person.name, *person.addresses.order_by("address").values_list("address", flat=True))
    person.save()
    if fields.get("is_main"):
        Person.objects.filter(client=person.client_id, is_main=True).exclude(pk=person.pk).update(is_main=False)


def _set_addresses(person: Person, addresses: set[str]) -> None:
    """Give a person exactly these addresses, and the mail that came from them."""
    taken = PersonAddress.objects.filter(address__in=addresses).exclude(person=person)
    other = taken.select_related("person").order_by("address").first()
    if other and other.person.client_id == person.client_id:
        told = _("%(address)s is %(name)s's address already.")
        raise Refused(told % {"address": other.address, "name": other.person})
    if other:
        raise Refused(_("%(address)s belongs to somebody at another client already.") % {"address": other.address})
    person.addresses.exclude(address__in=addresses).delete()
    known = set(person.addresses.values_list("address", flat=True))
    PersonAddress.objects.bulk_create(
        PersonAddress(person=person, address=address) for address in sorted(addresses - known)
    )
    _take_mail(person, addresses - known)


def _take_mail(person: Person, addresses: Collection[str]) -> None:
    """Put a person's name to the messages of their client that came from addresses nobody had claimed."""
    if not addresses:
        return
    wrote = Message.objects.filter(client=person.client_id, sender__in=addresses, from_us=False)
    last = wrote.aggregate(last=Max("at"))["last"]
    wrote.filter(person=None).update(person=person)
    if last and (person.last_wrote_at is None or last > person.last_wrote_at):
        person.last_wrote_at = last
