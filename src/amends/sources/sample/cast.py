"""Who is in the demo firm: colleagues, clients and the people there, read from the TOML files beside this module."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import date

FREE_MAIL = frozenset({"gmail.com", "yahoo.com", "outlook.com"})  # where a person, not a company, is the client
OFFICE_DAY = (8.0, 17.0)  # when somebody is at work unless clients.toml says otherwise, local hours


@dataclass(frozen=True, slots=True)
class Branch:
    """One office of the firm."""

    key: str
    name: str
    phone: str


@dataclass(frozen=True, slots=True)
class Writer:
    """Somebody who writes mail, ours or a client's; `manner` names the mail program, `day` the local working hours."""

    key: str
    name: str
    address: str
    company: str
    title: str = ""
    phone: str = ""
    manner: str = "outlook"
    language: str = "en"
    day: tuple[float, float] = OFFICE_DAY
    phone_mail: bool = False
    disclaimer: bool = False
    is_ours: bool = False
    branch: str = ""

    @property
    def first(self) -> str:
        """The name a colleague would use."""
        return self.name.split(" ", maxsplit=1)[0]


@dataclass(frozen=True, slots=True)
class Turn:
    """How a client's ordinary mail changes from a day on; every factor applies to what was usual before."""

    since: date
    slower: float = 1.0
    starts: float = 1.0
    weekly: float = 1.0
    terse: bool = False


@dataclass(frozen=True, slots=True)
class Client:
    """One client: what they do, who works there and how they usually write."""

    name: str
    domain: str
    trade: str
    town: str
    since: int
    on_assignment: int
    cared_for_by: str
    weekly: float
    reply_hours: float
    people: tuple[Writer, ...]
    others: tuple[Writer, ...] = ()
    language: str = "en"
    phrases: str = "en"
    turn: Turn | None = None
    without: tuple[str, ...] = ()
    pauses: tuple[tuple[date, date], ...] = ()

    @property
    def key(self) -> str:
        """What the scan calls this client: the company's domain, or the address of a free-mail person."""
        return self.people[0].address if self.domain in FREE_MAIL else self.domain


@dataclass(frozen=True, slots=True)
class Firm:
    """The staffing firm: its people by key, its branches and what it agreed with its clients."""

    name: str
    domain: str
    street: str
    people: dict[str, Writer] = field(default_factory=dict)
    branches: dict[str, Branch] = field(default_factory=dict)
    answer_within_hours: int = 4


def read_toml(*path: str) -> dict[str, Any]:
    """Return one of the files beside this module, parsed."""
    return tomllib.loads(resources.files(__package__).joinpath(*path).read_text(encoding="utf-8"))


@cache
def read_firm() -> Firm:
    """Return Alder & Quay Staffing."""
    told = read_toml("firm.toml")
    day = (told["opens"], told["closes"])
    people = {
        row["key"]: Writer(**row, address=f"{row['key']}@{told['domain']}", company=told["name"], day=day, is_ours=True)
        for row in told["person"]
    }
    return Firm(
        name=told["name"],
        domain=told["domain"],
        street=told["street"],
        people=people,
        branches={row["key"]: Branch(**row) for row in told["branch"]},
        answer_within_hours=told["answer_within_hours"],
    )


@cache
def read_clients(name: str = "clients.toml") -> tuple[Client, ...]:
    """Return the clients of a file, in its order."""
    return tuple(_client(dict(row)) for row in read_toml(name)["client"])


def _client(row: dict[str, Any]) -> Client:
    manner, disclaimer = row.pop("manner"), row.pop("disclaimer", False)
    house = {
        "company": row["name"],
        "manner": manner,
        "disclaimer": disclaimer,
        "language": row.get("language", "en"),
    }
    people = tuple(_person(person, row["domain"], house) for person in row.pop("people"))
    others = tuple(_person(person, row["domain"], house) for person in row.pop("others", ()))
    turn = Turn(**row.pop("turn")) if "turn" in row else None
    without = tuple(row.pop("without", ()))
    pauses = tuple((first, last) for first, last in row.pop("pauses", ()))
    phrases = row.pop("phrases", row.get("language", "en"))
    return Client(**row, people=people, others=others, turn=turn, without=without, pauses=pauses, phrases=phrases)


def _person(row: dict[str, Any], domain: str, house: dict[str, Any]) -> Writer:
    row = {**house, **row}
    opens, closes = row.pop("day", OFFICE_DAY)
    return Writer(**row, address=f"{row['key']}@{domain}", day=(opens, closes))
