"""What people write on ordinary days: kinds of conversation, and the words that fill their slots."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from amends.sources.sample.cast import read_toml
from amends.sources.sample.clock import MONTHS, WEEKDAYS, working_day_after

if TYPE_CHECKING:
    from datetime import date

    from amends.sources.sample.cast import Client
    from amends.sources.sample.chance import Chance

NUMBERS = ("two", "three", "four", "five", "six", "eight")
STARTS = ("5 am", "5:30 am", "6 am", "6:30 am", "7 am", "7:30 am", "8 am")
AFTERNOONS = ("1 pm", "2 pm", "2:30 pm", "3 pm", "3:30 pm")
SHIFTS = ("early shift", "late shift", "night shift", "day shift")
SPANS = ("a week", "two weeks", "three weeks", "a month", "six weeks")
WORKDAYS = (0, 1, 2, 3, 4)
CREW = 9  # workers a client sees again and again
FIRST_INVOICE = 20400  # the number reached when the story begins


@dataclass(frozen=True, slots=True)
class Step:
    """One mail of a kind of conversation: who writes it, the lists drawn from, and how often it is written at all."""

    by: str
    says: tuple[str, ...]
    chance: float = 1.0


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of conversation; `writer` names our person when it is not the one who looks after the client.

    `weekdays` are the days on which such a conversation begins, Monday 0.
    """

    name: str
    starts: str
    weight: int
    subjects: tuple[str, ...]
    steps: tuple[Step, ...]
    say: dict[str, list[str]]
    writer: str = ""
    weekdays: tuple[int, ...] = WORKDAYS


@dataclass(frozen=True, slots=True)
class Book:
    """The phrases of one language: manners (greetings, thanks, closings) and kinds of conversation."""

    manner: dict[str, list[str]]
    kinds: tuple[Kind, ...]


@cache
def read_book(language: str) -> Book:
    """Return the phrases of a language."""
    told = read_toml("phrases", f"{language}.toml")
    manner = told.pop("manner")
    return Book(manner, tuple(_kind(name, row) for name, row in told.items()))


def _kind(name: str, row: dict[str, Any]) -> Kind:
    steps = tuple(Step(step["by"], tuple(step["says"]), step.get("chance", 1.0)) for step in row["steps"])
    return Kind(
        name=name,
        starts=row["starts"],
        weight=row["weight"],
        subjects=tuple(row["subjects"]),
        steps=steps,
        say=row["say"],
        writer=row.get("writer", ""),
        weekdays=tuple(row.get("weekdays", WORKDAYS)),
    )


@cache
def read_trades() -> dict[str, dict[str, Any]]:
    """Return the words of each trade."""
    return read_toml("trades.toml")


@cache
def read_workers() -> tuple[str, ...]:
    """Return the full names of the people the firm places."""
    told = read_toml("workers.toml")
    return tuple(f"{first} {last}" for first, last in zip(told["first"], told["last"], strict=True))


def crew(client: Client, chance: Chance) -> list[str]:
    """Return the workers whom this client knows."""
    return chance.shuffled(read_workers())[: max(CREW, min(client.on_assignment, 2 * CREW))]


def slots(client: Client, chance: Chance, on: date, names: list[str]) -> dict[str, str]:
    """Return the words of one conversation that begins on a day, so that every mail in it speaks of the same thing."""
    trade = read_trades()[client.trade]
    role, roles = chance.pick(trade["roles"])
    worker, other = chance.shuffled(names)[:2]
    count, count2 = chance.shuffled(NUMBERS)[:2]
    return {
        **_dates(client.language, chance, on),
        **{name: chance.pick(trade[name + "s"]) for name in ("place", "task", "reason")},
        "gear": chance.pick(trade["gear"]),
        "rule": chance.pick(trade["rule"]),
        "role": role,
        "roles": roles,
        "a_role": f"an {role}" if role[0] in "aeiou" else f"a {role}",
        "worker": worker.split(" ", maxsplit=1)[0],
        "worker_full": worker,
        "other": other.split(" ", maxsplit=1)[0],
        "other_full": other,
        "count": _number(count, client.language),
        "count2": _number(count2, client.language),
        "start": chance.pick(STARTS),
        "start2": chance.pick(AFTERNOONS),
        "shift": chance.pick(SHIFTS),
        "weeks": chance.pick(SPANS),
        "hours": f"{chance.between(24, 46):.0f}.{chance.pick('05')}",
        "amount": f"${chance.between(900, 1900) * max(1, client.on_assignment):,.2f}",
        "town": client.town,
    }


def _dates(language: str, chance: Chance, on: date) -> dict[str, str]:
    first = working_day_after(on, 2 + int(chance.between(0, 4)))
    second = working_day_after(first, 1 + int(chance.between(0, 2)))
    monday = on + timedelta(days=7 - on.weekday())
    before = monday - timedelta(days=14)
    return {
        "day": WEEKDAYS[language][first.weekday()],
        "day2": WEEKDAYS[language][second.weekday()],
        "date": f"{MONTHS[first.month - 1]} {first.day}",
        "week": f"the week of {MONTHS[monday.month - 1]} {monday.day}",
        "past": f"the week of {MONTHS[before.month - 1]} {before.day}",
        "month": MONTHS[on.month - 2],
        "month2": MONTHS[on.month % 12],
        "invoice": str(FIRST_INVOICE + on.timetuple().tm_yday * 2 + int(chance.between(0, 2))),
    }


def _number(word: str, language: str) -> str:
    digits = {"two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "eight": "8"}
    return word if language == "en" else digits[word]


def fill(phrase: str, words: dict[str, str]) -> str:
    """Return a phrase with its slots filled and a capital at its beginning."""
    text = phrase.format_map(words)
    return text[:1].upper() + text[1:]
