"""A large firm, written straight into the tables: 2,000 clients, 20,000 people and as many messages as asked for.

Only for benches. The shapes are those of a busy firm: mail falls unevenly on clients, a tenth of them are in trouble,
every client has half a year of health. `now` is the moment at which the firm is looked at.
"""

from __future__ import annotations

import random
import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

from amends.desk import models
from amends.desk.queries.find import searchable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

CLIENTS, PEOPLE_EACH, COLLEAGUES, BRANCHES = 2000, 10, 40, 4
HEALTH_DAYS = 26 * 7
SPAN_DAYS = 3 * 365
AT_A_TIME = 5000
WORDS = tuple(
    re.findall(
        r"\w+",
        "the crew for friday came in early and nobody told the dock please send names again before noon thanks for"
        " the quick answer invoice has hours of somebody who left in august we need two pickers from monday roster"
        " looks good to me who covers the night shift this weekend call me when you know more about the driver",
    )
)
FIRST = ("Dana", "Marcus", "Sam", "Anita", "Tess", "Ravi", "Inés", "Rob", "Monica", "Theo", "Hal", "Greta", "Joan")
LAST = ("Whitlock", "Bell", "Okafor", "Rowe", "Moran", "Shah", "Calder", "Haskins", "Hale", "Banks", "Olsen", "Voss")
PLACES = ("Bright", "Pen", "Grey", "Kestrel", "Low", "Moor", "Tarn", "Silver", "Dun", "Harrow", "Wex", "Castel")
TRADES = ("Storage", "Dairy", "Logistics", "Clinics", "Packaging", "Parts", "Foods", "Hotels", "Schools", "Print")
STATES = (("At risk", 40), ("Strained", 24), ("Unsettled", 12), ("Steady", 0))


class Builder:
    """Writes one firm; the same seed gives the same rows."""

    def __init__(self, messages: int, now: datetime) -> None:
        self.messages, self.now = messages, now
        self.chance = random.Random(1)
        self.users: list[models.User] = []
        self.clients: list[models.Client] = []

    def build(self) -> None:
        """Write everything, in one transaction a table."""
        self.firm()
        self.keep(models.Client, self.client_rows())
        self.clients = list(models.Client.objects.order_by("pk"))
        self.keep(models.ClientKey, (models.ClientKey(client=one, key=domain(one.pk)) for one in self.clients))
        self.keep(models.Person, self.people())
        addresses = models.Person.objects.values_list("pk", "client_id")
        self.keep(models.PersonAddress, (models.PersonAddress(person_id=p, address=mail(p, c)) for p, c in addresses))
        self.keep(models.Message, self.mail())
        self.keep(models.HealthDay, self.days())
        self.keep(models.Signal, self.signals())
        self.keep(models.Touch, self.touches())
        self.keep(models.StaffingFact, self.facts())
        self.keep(models.Promise, self.promises())
        self.keep(models.Waiting, self.waits())
        self.keep(models.Case, self.cases())
        self.keep(models.Event, self.events())
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")

    def keep(self, model: Any, rows: Iterable[Any]) -> None:
        """Write the rows of one table."""
        with transaction.atomic():
            model.objects.bulk_create(rows, batch_size=AT_A_TIME) if isinstance(rows, list) else self._stream(
                model, rows
            )

    def _stream(self, model: Any, rows: Iterable[Any]) -> None:
        batch: list[Any] = []
        for row in rows:
            batch.append(row)
            if len(batch) == AT_A_TIME:
                model.objects.bulk_create(batch)
                batch = []
        model.objects.bulk_create(batch)

    def ago(self, days: float) -> datetime:
        """Return a moment so many days before now."""
        return self.now - timedelta(days=days)

    def firm(self) -> None:
        """Write the firm, its branches and its colleagues; the first is the owner, the second a member."""
        models.Firm.objects.create(
            pk=models.ONLY_FIRM, name="Large & Busy", addresses=["busy.example"], welcomed_at=self.ago(SPAN_DAYS)
        )
        branches = [models.Branch.objects.create(name=f"Branch {number}") for number in range(BRANCHES)]
        for number in range(COLLEAGUES):
            name = f"{FIRST[number % len(FIRST)]} {LAST[number % len(LAST)]}"
            role = models.Role.OWNER if number == 0 else models.Role.MEMBER
            branch = None if number == 0 else branches[number % BRANCHES]
            self.users.append(
                models.User.objects.create(
                    name=name, email=f"user{number}@busy.example", role=role, branch=branch, joined_at=self.ago(700)
                )
            )

    def client_rows(self) -> Iterator[models.Client]:
        """Yield the clients: six in ten are steady, one in ten is at risk."""
        for number in range(CLIENTS):
            state, points = self.chance.choices(STATES, (1, 1, 2, 6))[0]
            place, other = self.chance.choice(PLACES), self.chance.choice(PLACES).lower()
            name = f"{place}{other} {self.chance.choice(TRADES)} {number}"
            carer = self.users[number % COLLEAGUES]
            yield models.Client(
                name=name,
                branch_id=carer.branch_id,
                looked_after_by=carer,
                is_restricted=number % 50 == 0,
                yearly_value=self.chance.randrange(5_000, 400_000),
                created_at=self.ago(SPAN_DAYS),
                search=searchable(name),
                state=state,
                computed_state=state,
                points=points,
                is_enough=True,
                messages_count=self.messages // CLIENTS,
                why="No answer for 3 days" if points else "",
                last_spoke_at=self.ago(self.chance.random() * 30),
                state_changed_at=self.ago(self.chance.random() * 60),
                assessed_at=self.now,
                assess_due_at=None,
                drawn_until=self.now.date(),
            )

    def people(self) -> Iterator[models.Person]:
        """Yield ten people a client."""
        for client in self.clients:
            for place in range(PEOPLE_EACH):
                name = f"{self.chance.choice(FIRST)} {self.chance.choice(LAST)}"
                yield models.Person(
                    client=client, name=name, title="Operations Lead", is_main=place == 0, search=searchable(name),
                    last_wrote_at=self.ago(self.chance.random() * 90),
                )  # fmt: skip

    def mail(self) -> Iterator[models.Message]:
        """Yield the messages: four in a conversation, from both sides, more with some clients than with others."""
        first = dict(models.Person.objects.filter(is_main=True).values_list("client_id", "pk"))
        weights = [self.chance.paretovariate(1.5) for _ in self.clients]
        shares = [weight / sum(weights) * self.messages for weight in weights]
        key = 0
        for client, share in zip(self.clients, shares, strict=True):
            for number in range(max(1, round(share))):
                key += 1
                from_us = number % 2 == 1
                text = " ".join(self.chance.choices(WORDS, k=self.chance.randrange(12, 120)))
                yield models.Message(
                    client=client,
                    person_id=None if from_us else first[client.pk],
                    key=key,
                    message_id=f"{key}@{domain(client.pk)}",
                    at=self.ago(SPAN_DAYS * self.chance.random()),
                    from_us=from_us,
                    sender="user1@busy.example" if from_us else mail(first[client.pk], client.pk),
                    to=["user1@busy.example"],
                    subject=" ".join(text.split()[:5]),
                    thread=key - number % 4,
                    words=len(text.split()),
                    text=text,
                    opening=text[:80],
                    said=[["chaser", text[:60]]] if number % 20 == 0 else [],
                )

    def days(self) -> Iterator[models.HealthDay]:
        """Yield half a year of health a client."""
        for client in self.clients:
            for ago in range(HEALTH_DAYS):
                points = max(0, client.points - ago // 7)
                yield models.HealthDay(
                    client=client, on=(self.now - timedelta(days=ago)).date(), points=points, state=client.state,
                    is_enough=True,
                )  # fmt: skip

    def signals(self) -> Iterator[models.Signal]:
        """Yield the lines of those who are not steady, each with messages behind it."""
        for client in self.clients:
            ids = list(client.messages.order_by("-at").values_list("message_id", "at", "opening")[:3])
            evidence = [{"id": one, "at": at.isoformat(), "quote": quote} for one, at, quote in ids]
            for place in range(client.points // 8):
                yield models.Signal(
                    client=client, rule="complaint", family="language", points=8, position=place, evidence=evidence,
                    summary=f"Complained, {place + 1} conversations", found_at=self.ago(5),
                )  # fmt: skip

    def touches(self) -> Iterator[models.Touch]:
        """Yield ten calls and visits a client."""
        for client in self.clients:
            for number in range(10):
                at = self.ago(number * 30 + 1)
                yield models.Touch(
                    client=client, by=self.users[1], kind=("call", "visit", "note")[number % 3], at=at, added_at=at,
                    summary="Talked about the next weeks",
                )  # fmt: skip

    def facts(self) -> Iterator[models.StaffingFact]:
        """Yield a year of monthly orders a client."""
        for client in self.clients:
            for number in range(12):
                at = self.ago(number * 30 + 2)
                yield models.StaffingFact(client=client, kind="order", at=at, count=5, added_at=at)

    def promises(self) -> Iterator[models.Promise]:
        """Yield six promises a client, one of them open."""
        for client in self.clients:
            for number in range(6):
                what = " ".join(self.chance.choices(WORDS, k=6))
                yield models.Promise(
                    client=client, promised_by=client.looked_after_by, what=what, made_at=self.ago(number * 20 + 5),
                    due_at=self.ago(number * 20 - self.chance.randrange(20)), search=searchable(what),
                    state="kept" if number else "open", settled_at=self.ago(number * 20) if number else None,
                )  # fmt: skip

    def waits(self) -> Iterator[models.Waiting]:
        """Yield the open reply clocks: one client in twelve waits."""
        for client in self.clients[::12]:
            message = client.messages.filter(from_us=False).order_by("-at").first()
            if message:
                yield models.Waiting(
                    client=client, person_id=message.person_id, message=message, thread=message.thread,
                    quote=message.opening, asked_at=self.ago(1.2), due_at=self.ago(self.chance.random()),
                )  # fmt: skip

    def cases(self) -> Iterator[models.Case]:
        """Yield a recovery under way for one client in forty, and one that is over for as many."""
        for number, client in enumerate(self.clients[::20]):
            is_over = bool(number % 2)
            yield models.Case(
                client=client, lead=client.looked_after_by, opened_by=client.looked_after_by,
                step_since=self.ago(3), opened_at=self.ago(9), words="Nobody called.", severity=3, step="plan",
                status="closed" if is_over else "open", closed_at=self.ago(1) if is_over else None,
                next_at=None if is_over else self.now + timedelta(hours=3), next_note="Has had the plan since Friday.",
            )  # fmt: skip

    def events(self) -> Iterator[models.Event]:
        """Yield twenty changes a client."""
        for client in self.clients:
            for number in range(20):
                yield models.Event(
                    at=self.ago(number * 9), by=self.users[1], verb="record_touch", thing="touch", thing_id=number,
                    client=client,
                )  # fmt: skip


def domain(number: int) -> str:
    """Return the domain of a client."""
    return f"client{number}.example"


def mail(person: int, client: int) -> str:
    """Return the address of a person at a client."""
    return f"person{person}@{domain(client)}"
