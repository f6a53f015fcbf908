"""Mail that programs send: newsletters, lists, no-reply systems, bounces, automatic replies and calendar notices."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Any

from amends.sources.sample.cast import Writer, read_clients, read_firm, read_toml
from amends.sources.sample.chance import Chance, Deck
from amends.sources.sample.clock import BEGIN, MONTHS, NOW, at_hour, working_day_after
from amends.sources.sample.letter import Letter
from amends.sources.sample.phrase import fill, read_workers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime

    from amends.sources.sample.cast import Client

MEETING_LENGTH = timedelta(minutes=30)
INVITED_DAYS_AHEAD = 8


def machine_letters(seed: int) -> Iterator[Letter]:
    """Yield everything that programs sent: the senders of `machines.toml`, calendars and automatic replies."""
    told = read_toml("machines.toml")
    for row in told["sender"]:
        yield from _series(row, Chance(seed, row["address"]))
    clients = {client.key: client for client in read_clients()}
    for row in told["meeting"]:
        yield from _meetings(clients[row["client"]], row)
    for row in told["absence"]:
        yield _away(clients[row["client"]], row)


def _series(row: dict[str, Any], chance: Chance) -> Iterator[Letter]:
    """Yield what one sender sent, every so many days, to the people of ours who get it."""
    deck = Deck(chance)
    sender = Writer(key="", name=row["name"], address=row["address"], company=row["name"], manner=row.get("manner", ""))
    for on in row.get("on") or _every(row["every"], chance):
        words = _words(chance, on)
        subject = fill(deck.draw("subject", row["subjects"]), words)
        text = "\n\n".join(fill(deck.draw(name, row[name]), words) for name in ("first", "then") if name in row)
        to = read_firm().people[chance.pick(row["to"])]
        at = at_hour(on, chance.between(*row.get("hours", (5.0, 20.0))))
        headers = tuple((name, value) for name, value in row["headers"].items())
        yield Letter(at, sender, (to,), subject, text, headers=headers, bare=True)


def _every(days: float, chance: Chance) -> list[date]:
    """Return days of the half year, `days` apart give or take a fifth."""
    found, day = [], chance.between(0, days)
    while (on := BEGIN + timedelta(days=int(day))) < NOW.date():
        found.append(on)
        day += days * chance.between(0.8, 1.2)
    return found


def _words(chance: Chance, on: date) -> dict[str, str]:
    worker, other = chance.shuffled(read_workers())[:2]
    clients = read_clients()
    return {
        "worker": worker,
        "other": other,
        "client": chance.pick(clients).name,
        "month": MONTHS[on.month - 1],
        "date": f"{MONTHS[on.month - 1]} {on.day}",
        "number": str(1000 + int(chance.between(0, 9000))),
        "count": str(2 + int(chance.between(0, 14))),
    }


def _meetings(client: Client, row: dict[str, Any]) -> Iterator[Letter]:
    """Yield the invitation to each meeting and, where the client cancelled, the cancellation."""
    ours, theirs = read_firm().people[client.cared_for_by], client.people[0]
    for number, on in enumerate(row["on"]):
        meets = at_hour(on, row["hour"])
        title = f"{row['title']}, {MONTHS[on.month - 1]}: {client.name}"
        invited = at_hour(working_day_after(on - timedelta(days=INVITED_DAYS_AHEAD), 1), 10.2 + number / 7)
        key = f"{client.domain}-{on:%Y%m%d}"
        yield _notice("REQUEST", invited, ours, theirs, title, meets, key)
        if on in row.get("cancelled", ()):
            called_off = at_hour(working_day_after(on - timedelta(days=2), 1), 15.4 + number / 9)
            yield _notice("CANCEL", called_off, theirs, ours, title, meets, key)
        else:
            yield _notice("REPLY", invited + timedelta(minutes=47), theirs, ours, title, meets, key)


def _notice(method: str, at: datetime, sender: Writer, to: Writer, title: str, meets: datetime, key: str) -> Letter:
    word = {"REQUEST": "Invitation", "CANCEL": "Canceled", "REPLY": "Accepted"}[method]
    when = f"{MONTHS[meets.month - 1]} {meets.day}, {meets:%H:%M}"
    text = f"{word}: {title}\nWhen: {when}\nOrganizer: {sender.name if method != 'REPLY' else to.name}"
    return Letter(
        at, sender, (to,), f"{word}: {title}", text, calendar=_calendar(method, sender, to, title, meets, key),
        method=method, bare=True,
    )  # fmt: skip


def _calendar(method: str, sender: Writer, to: Writer, title: str, meets: datetime, key: str) -> str:
    """Return the iCalendar text (RFC 5545) of one meeting."""
    organizer, guest = (to, sender) if method in {"REPLY", "CANCEL"} else (sender, to)
    span = (meets.astimezone(UTC), (meets + MEETING_LENGTH).astimezone(UTC))
    begins, ends = (f"{moment:%Y%m%dT%H%M%SZ}" for moment in span)
    answer = "ACCEPTED" if method == "REPLY" else "NEEDS-ACTION"
    lines = (
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Alder and Quay//Sample//EN", f"METHOD:{method}", "BEGIN:VEVENT",
        f"UID:{key}@alderquay.example", f"DTSTAMP:{begins}", f"DTSTART:{begins}", f"DTEND:{ends}",
        f"SUMMARY:{title}", f"ORGANIZER;CN={organizer.name}:mailto:{organizer.address}",
        f"ATTENDEE;CN={guest.name};PARTSTAT={answer}:mailto:{guest.address}",
        f"STATUS:{'CANCELLED' if method == 'CANCEL' else 'CONFIRMED'}", f"SEQUENCE:{int(method == 'CANCEL')}",
        "END:VEVENT", "END:VCALENDAR",
    )  # fmt: skip
    return "\n".join(lines) + "\n"


def _away(client: Client, row: dict[str, Any]) -> Letter:
    """Return the automatic reply of somebody who is away."""
    sender = next(person for person in client.people if person.key == row["from"])
    ours = read_firm().people[client.cared_for_by]
    headers = (("Auto-Submitted", "auto-replied"), ("X-Auto-Response-Suppress", "All"))
    subject = row.get("subject", "Automatic reply: Next week")
    return Letter(
        at_hour(row["on"], row["hour"]), sender, (ours,), subject, row["text"].strip(), headers=headers, bare=True
    )
