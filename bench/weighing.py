"""How long the signals take for each message, from a client of 20 messages to one of 40,000: the cost must stay flat.

Prints microseconds of processor time a message for `assess` (history, all signals, caps), and the ratio to one plain
pass over the same messages, which does not depend on the machine.

    python bench/weighing.py
"""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from time import process_time
from zoneinfo import ZoneInfo

from amends.core.health import assess
from amends.core.hours import BusinessHours
from amends.core.message import Message, Person, Relationship

SIZES = ((20, 1), (100, 1), (1_000, 2), (40_000, 10), (40_000, 1))  # messages, years they are spread over
ALL_MESSAGES = 40_000  # weighed for each size, in as many clients as it takes
PEOPLE = tuple(f"p{number}@north.example" for number in range(8))


def client(messages: int, years: int, rng: random.Random) -> Relationship:
    """Write a client with eight people and about four messages in each thread."""
    at, written = datetime(2020, 1, 1, tzinfo=UTC), []
    for number in range(messages):
        at += timedelta(days=365 * years / messages * rng.expovariate(1))
        from_us = rng.random() < 0.45
        written.append(
            Message(
                id=f"m{number}",
                at=at,
                from_us=from_us,
                sender="priya@alder.example" if from_us else rng.choice(PEOPLE),
                to=(PEOPLE[1],) if from_us else ("priya@alder.example",),
                cc=(PEOPLE[2],) if rng.random() < 0.3 else (),
                thread=max(0, number // 4 - rng.randrange(10)),
                words=rng.randrange(5, 200),
                asks="" if from_us or rng.random() < 0.6 else "Can you send two people?",
                has_greeting=True,
                promised_by=at + timedelta(days=2) if from_us and rng.random() < 0.05 else None,
            )
        )
    people = tuple(Person(frozenset({address})) for address in PEOPLE)
    return Relationship("north.example", "North", tuple(written), people)


def one_pass(relationship: Relationship) -> int:
    """Read the three fields that every signal reads, once for each message."""
    return sum(m.from_us and m.automated is None and m.at > relationship.messages[0].at for m in relationship.messages)


def main() -> None:
    """Print one line for each size."""
    hours = BusinessHours(zone=ZoneInfo("Europe/Berlin"))
    print("messages  years  us a message  times one plain pass")
    for messages, years in SIZES:
        rng = random.Random(1)
        clients = [client(messages, years, rng) for _ in range(ALL_MESSAGES // messages)]
        started = process_time()
        for relationship in clients:
            assess(relationship, relationship.messages[-1].at + timedelta(days=3), hours)
        weighed = process_time()
        for relationship in clients:
            one_pass(relationship)
        passed = process_time()
        ratio = (weighed - started) / (passed - weighed)
        print(f"{messages:8,}  {years:5}  {(weighed - started) / ALL_MESSAGES * 1e6:12.1f}  {ratio:20.0f}")


if __name__ == "__main__":
    main()
