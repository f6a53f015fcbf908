"""Whom somebody means by what they typed: "Dana", "Brightwater", "Dana Whitlock, Brightwater Cold Storage"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import F, Q

from amends.desk.models import Client, Person, Role, Standing, User
from amends.desk.queries.find import found_by, searchable
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
    """Return whom somebody may mean: the one whose name it is, else every client and person whose name begins so.

    A client whose name begins so is meant as a whole, never one of its people; so is a client of whose people only the
    mail address has these letters.
    """
    asked = " ".join(asked.split())
    if exact := _exactly(asked, user):
        return exact
    found = found_by(asked, user)
    clients = {client.pk: Who(client) for client in found.clients}
    people, unnamed = [], {}
    for person in found.people:
        if person.client_id in clients:
            continue
        if _is_called(person, asked):
            people.append(Who(person.client, person))
        else:
            unnamed[person.client_id] = Who(person.client)
    named = {who.client.pk for who in people}
    return [*people, *clients.values(), *(who for client, who in unnamed.items() if client not in named)]


def _is_called(person: Person, asked: str) -> bool:
    return f" {searchable(asked)}" in f" {searchable(person.name)}"


def _exactly(asked: str, user: User) -> list[Who]:
    """Return the clients of that name, else the person of that name or address at a client: of two, who wrote last."""
    clients = clients_seen_by(user).filter(name__iexact=asked)
    if found := [Who(client) for client in clients[:OFFERED]]:
        return found
    name, _, of = asked.rpartition(APART)
    meant = Q(addresses__address__iexact=asked) if "@" in asked else Q(name__iexact=name, client__name__iexact=of)
    people = Person.objects.filter(seen_by(user, "client__"), meant, client__standing=Standing.CLIENT)
    here_last = (F("left_on").asc(nulls_last=True), F("last_wrote_at").asc(nulls_first=True), "-pk")
    found = [Who(person.client, person) for person in people.select_related("client").order_by(*here_last)[:OFFERED]]
    return list({str(who): who for who in found}.values())  # two of one name at a client cannot be told apart here


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
