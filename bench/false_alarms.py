"""How often a steady client would be told to be quiet, slow or cool: simulated, nothing in them ever changes.

Mail comes in bursts: threads at random, with a heavy-tailed number of messages each, replies with a long tail. Prints,
for each signal that compares a client with its own past, the share of monthly looks that raise it
(docs/method.md rule 1 allows 6 % for counts of threads and 3.5 % for reply times).

    python bench/false_alarms.py [clients]
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta

from amends.core.hours import OFFICE
from amends.core.message import Message, Relationship
from amends.core.signals import find_all

START = datetime(2024, 1, 1, tzinfo=UTC)
DAYS = 540
FIRST_LOOK = 200  # days of history before the first look
SIGNALS = ("silence", "thread rate", "reply time", "initiative", "shorter and cooler")
WEEKS_GONE = (2, 4, 6, 8, 12)
RATES = (0.3, 0.6, 1, 2, 5)  # threads a week


def client(rng: random.Random, threads_a_week: float) -> Relationship:
    """Write one steady client: rate, courtesy, length, reply time and who begins never change."""
    messages: list[Message] = []
    begins, courtesy, usual_words = rng.uniform(0.2, 0.9), rng.uniform(0.2, 0.9), rng.uniform(15, 120)
    usual_reply = rng.lognormvariate(1.5, 0.7)  # hours
    at, thread = START, 0
    while (at := at + timedelta(weeks=rng.expovariate(threads_a_week))) < START + timedelta(days=DAYS):
        thread += 1
        from_us, moment = rng.random() > begins, _office(at, rng)
        for _ in range(min(40, int(rng.paretovariate(1.1)))):
            messages.append(_message(len(messages), moment, thread, rng, (from_us, courtesy, usual_words)))
            hours = rng.lognormvariate(0, 1) * usual_reply
            moment, from_us = _office(moment + timedelta(hours=hours), rng), not from_us
    return Relationship("north.example", "North", tuple(sorted(messages, key=lambda message: message.at)))


def _office(at: datetime, rng: random.Random) -> datetime:
    """Move a moment into the next office hours."""
    while at.weekday() > 4:
        at += timedelta(days=1)
    return at if 8 <= at.hour < 18 else at.replace(hour=8) + timedelta(days=at.hour >= 18, minutes=rng.uniform(0, 120))


def _message(number: int, at: datetime, thread: int, rng: random.Random, habits: tuple[bool, float, float]) -> Message:
    from_us, courtesy, usual_words = habits
    return Message(
        id=str(number),
        at=at,
        from_us=from_us,
        sender="priya@alder.example" if from_us else "gary@north.example",
        thread=thread,
        words=max(1, int(rng.lognormvariate(0, 0.7) * usual_words)),
        has_thanks=rng.random() < courtesy,
    )


def steady(rate: float, clients: int) -> list[float]:
    """Return the share of monthly looks at steady clients that raise each signal."""
    rng = random.Random(round(rate * 10))
    found: Counter[str] = Counter()
    looks = range(FIRST_LOOK, DAYS, 30)
    for _ in range(clients):
        relationship = client(rng, rate)
        for day in looks:
            found.update(signal.rule for signal in find_all(relationship, START + timedelta(days=day), OFFICE))
    return [found[signal] / (clients * len(looks)) for signal in SIGNALS]


def gone(rate: float, clients: int) -> list[float]:
    """Return the share of clients found silent or fewer so many weeks after they stopped writing."""
    rng = random.Random(round(rate * 10))
    found: Counter[int] = Counter()
    for _ in range(clients):
        relationship = client(rng, rate)
        end = START + timedelta(days=DAYS)
        for weeks in WEEKS_GONE:
            rules = {signal.rule for signal in find_all(relationship, end + timedelta(weeks=weeks), OFFICE)}
            found[weeks] += bool(rules & {"silence", "thread rate"})
    return [found[weeks] / clients for weeks in WEEKS_GONE]


def main(clients: int) -> None:
    """Print both tables, by the rate of threads."""
    for title, columns, measure in (
        ("Steady clients: share of monthly looks that raise a false alarm, %", SIGNALS, steady),
        ("Clients gone for so many weeks: share found silent or fewer, %", WEEKS_GONE, gone),
    ):
        print(f"{title} ({clients} clients for each rate)")
        print("threads a week".ljust(20), *(str(column).rjust(20) for column in columns))
        for rate in RATES:
            print(str(rate).ljust(20), *(f"{100 * share:.1f}".rjust(20) for share in measure(rate, clients)))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 300)
