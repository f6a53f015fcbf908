"""Whom somebody means by what they typed: "Dana", "Brightwater", "Dana Whitlock, Brightwater Cold Storage"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import F

from amends.desk.models import Client, Person, Role, Standing, User
from amends.desk.queries.find import found_by
from amends.desk.rules import clients_seen_by, mine, seen_by

if TYPE_CHECKING:
    from django.db.models import QuerySet

OFFERED = 150  # clients and their main people offered while typing; the rest is found by its name (judgement)
APART = ", "  # between a person and their client


@dataclass(frozen=True, slots=True)
class Who:
    """A client, and a person there where one was named."""

    client: Client
    person: Person | None = None

    def __str__(self) -> str:
        return f"{self.person.name}{APART}{self.client.name}" if self.person else self.client.name


def who_is(asked: str, user: User) -> list[Who]:
    """Return whom somebody may mean: the one whose name it is, else everybody whose name begins so."""
    asked = " ".join(asked.split())
    if exact := _exactly(asked, user):
        return exact
    found = found_by(asked, user)
    people = [Who(person.client, person) for person in found.people]
    named = {who.client.pk for who in people}
    return [*people, *(Who(client) for client in found.clients if client.pk not in named)]


def _exactly(asked: str, user: User) -> list[Who]:
    clients = clients_seen_by(user).filter(name__iexact=asked)
    if found := [Who(client) for client in clients[:OFFERED]]:
        return found
    name, _, of = asked.rpartition(APART)
    people = Person.objects.filter(
        seen_by(user, "client__"), name__iexact=name, client__name__iexact=of, client__standing=Standing.CLIENT
    )
    return [Who(person.client, person) for person in people.select_related("client")[:OFFERED]]


def familiar_to(user: User) -> list[str]:
    """Return whom to offer while somebody types: their clients and the people there who wrote last."""
    theirs = clients_seen_by(user).filter(mine(user)).order_by(F("last_spoke_at").desc(nulls_last=True), "name")
    clients = list(theirs.values_list("pk", "name")[:OFFERED])
    names = dict(clients)
    people = Person.objects.filter(client__in=names, left_on=None).exclude(name="")
    last = people.order_by(F("last_wrote_at").desc(nulls_last=True), "name").values_list("name", "client_id")[:OFFERED]
    return [*(f"{name}{APART}{names[client]}" for name, client in last), *(name for _, name in clients)]


def people_of(client: Client) -> QuerySet[Person]:
    """Return who works at a client now, the main contact first."""
    return Person.objects.filter(client=client, left_on=None).exclude(name="").order_by("-is_main", "name", "pk")


def colleagues() -> QuerySet[User]:
    """Return everybody here who may work with clients."""
    return User.objects.filter(is_active=True).exclude(role=Role.VIEWER)
