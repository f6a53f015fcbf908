"""What somebody finds by a few letters: clients, people and promises that they may see."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from django.db.models import Case, IntegerField, Q, Value, When

from amends.core.lexicon.fold import plain
from amends.desk.models import Client, Person, Promise, PromiseState, Standing
from amends.desk.rules import clients_seen_by, of_seen_case, seen_by

if TYPE_CHECKING:
    from django.db.models import Model, QuerySet

    from amends.desk.models import User

LONGEST = 500  # characters of the `search` columns
MOST = 20  # of each kind; who sees that many types another letter (judgement)
LONGEST_ASKED = 100  # characters of a question; more says no more (judgement)

Row = TypeVar("Row", bound="Model")


def searchable(*parts: str) -> str:
    """Return what is kept in a `search` column: words in lower case, without accents, apart by single spaces."""
    straight = plain(" ".join(parts)).replace("'", "")
    return " ".join(re.findall(r"[^\W_]+", straight))[:LONGEST]


@dataclass(frozen=True, slots=True)
class Found:
    """What was found, the best first; at most `MOST` of each."""

    asked: str
    clients: tuple[Client, ...] = ()
    people: tuple[Person, ...] = ()
    promises: tuple[Promise, ...] = ()

    @property
    def count(self) -> int:
        """How much there is to show."""
        return len(self.clients) + len(self.people) + len(self.promises)


def found_by(asked: str, user: User) -> Found:
    """Return what begins with, or has a word that begins with, what was asked."""
    words = searchable(asked[:LONGEST_ASKED])
    if not words:
        return Found(asked)
    clients = clients_seen_by(user).select_related("looked_after_by")
    people = Person.objects.filter(_of_a_client(user)).select_related("client")
    promises = Promise.objects.filter(_of_a_client(user), of_seen_case(user)).exclude(state=PromiseState.DROPPED)
    return Found(
        asked=asked,
        clients=_best(clients, words, "name"),
        people=_best(people, words, "name"),
        promises=_best(promises.select_related("client", "person", "promised_by"), words, "-due_at"),
    )


def _of_a_client(user: User) -> Q:
    return seen_by(user, "client__") & Q(client__standing=Standing.CLIENT)


def _best(rows: QuerySet[Row], words: str, *then: str) -> tuple[Row, ...]:
    """Return the rows that match, the whole text first, then its beginning, then an inner word."""
    ranked: Any = Case(
        When(search=words, then=Value(0)),
        When(search__startswith=f"{words} ", then=Value(1)),
        When(search__startswith=words, then=Value(2)),
        default=Value(3),
        output_field=IntegerField(),
    )
    matching = rows.filter(Q(search__startswith=words) | Q(search__contains=f" {words}"))
    return tuple(matching.annotate(rank=ranked).order_by("rank", *then, "pk")[:MOST])
