"""People who also write from home: their private address counts for the company they work for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from amends.core.client import full_name, same_person_elsewhere
from amends.desk.actions.client import merge_clients
from amends.desk.models import ClientKey, Message, Person, PersonAddress, Standing

if TYPE_CHECKING:
    from datetime import datetime

    from amends.desk.models import Client


def join_people_at_home(*, now: datetime) -> int:
    """Join the private addresses that nobody confirmed as a client to the company of the same person; count them."""
    names = PersonAddress.objects.filter(person__last_wrote_at__isnull=False).values_list("address", "person__name")
    homes = same_person_elsewhere(names.iterator())
    keys = {
        row.key: row.client
        for row in ClientKey.objects.filter(key__in={*homes, *homes.values()}).select_related("client")
    }
    joined = 0
    for address, company in sorted(homes.items()):
        home, work = keys.get(address), keys.get(company)
        if home and work and home.pk != work.pk and home.standing == Standing.FOUND:
            merge_clients(home, work, by=None, now=now)
            _one_person(work, address)
            joined += 1
    return joined


def _one_person(client: Client, address: str) -> None:
    """Make one person of the namesakes at a client, of whom one had this private address."""
    private = Person.objects.get(client=client, addresses__address=address)
    others = Person.objects.filter(client=client).exclude(pk=private.pk).order_by("pk")
    person = next((other for other in others if full_name(other.name) == full_name(private.name)), None)
    if person is None:
        return
    PersonAddress.objects.filter(person=private).update(person=person)
    Message.objects.filter(person=private).update(person=person)
    person.title = person.title or private.title
    person.last_wrote_at = max(filter(None, (person.last_wrote_at, private.last_wrote_at)), default=None)
    person.save(update_fields=["title", "last_wrote_at"])
    private.delete()
