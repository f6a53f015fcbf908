"""The scan's working memory: a private SQLite file that lives as long as the command, so that memory stays flat.

It holds what clients wrote. It is made in a directory only the user can open and removed when the command ends.
"""

from __future__ import annotations

import sqlite3
from array import array
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, Self

from amends.core.client import Tally, client_of, same_person_elsewhere
from amends.core.digest import Note
from amends.core.message import Address, Automated
from amends.core.thread import Link, key_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

# Enough for the index of half a million messages to stay quick, small enough for the flat-memory promise.
CACHE_KIB = 6_144

SCHEMA = """
CREATE TABLE seen (key INTEGER PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE message (
    number INTEGER PRIMARY KEY, key INTEGER NOT NULL, id TEXT NOT NULL, at REAL NOT NULL,
    writer TEXT NOT NULL,      -- the client key of the sender
    sender TEXT NOT NULL, name TEXT NOT NULL, recipients TEXT NOT NULL, copied TEXT NOT NULL, subject TEXT NOT NULL,
    parents BLOB NOT NULL, body TEXT NOT NULL, title TEXT NOT NULL, company TEXT NOT NULL,
    automated TEXT, is_sent INTEGER NOT NULL, delivered TEXT NOT NULL, calendar TEXT NOT NULL
);
CREATE TABLE party (client TEXT NOT NULL, number INTEGER NOT NULL);  -- who received which message, by client key
CREATE TABLE alias (address TEXT PRIMARY KEY, client TEXT NOT NULL) WITHOUT ROWID;  -- people who also write from home
CREATE TABLE us (client TEXT PRIMARY KEY) WITHOUT ROWID;
"""
INDEXES = """
CREATE INDEX message_writer ON message (writer);
CREATE INDEX party_client ON party (client, number);
"""
EXCHANGED = """
SELECT number FROM message WHERE writer = :client AND at <= :until
UNION
SELECT number FROM party JOIN message USING (number)
WHERE party.client = :client AND at <= :until AND writer IN (SELECT client FROM us)
"""
LINKS_OF = f"""
SELECT key, parents, subject, sender, recipients, at FROM message
WHERE number IN ({EXCHANGED}) ORDER BY at, number
"""  # noqa: S608  (only the constant above is put in)
NOTES_OF = f"""
SELECT id, at, sender, name, recipients, copied, subject, body, title, company, automated, calendar FROM message
WHERE number IN ({EXCHANGED}) ORDER BY at, number
"""  # noqa: S608  (only the constant above is put in)


ADD = (
    "INSERT INTO message (key, id, at, writer, sender, name, recipients, copied, subject, parents, body, title,"
    " company, automated, is_sent, delivered, calendar) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
)


def _whole(field: str | bytes | float | None) -> str | bytes | float | None:
    return field.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if isinstance(field, str) else field


def _pack(addresses: Sequence[Address]) -> str:
    return "\n".join(f"{a.address}\t{a.name}" for a in addresses)


def _unpack(packed: str) -> tuple[Address, ...]:
    return tuple(Address(*line.split("\t", 1)) for line in packed.split("\n")) if packed else ()


class Entered(NamedTuple):
    """A note in the ledger's own form, plain values that travel fast between processes; without fields, a circular.

    `at` is the message's moment as seconds since 1970, None where it has none.
    """

    id: str
    at: float | None = None
    fields: tuple[str | bytes | int | float | None, ...] = ()
    parties: tuple[str, ...] = ()
    is_automated: bool = False


def enter(note: Note) -> Entered:
    """Put a note into the ledger's form; done where the mail was read, so that the one writer has little to do."""
    parties = {client_of(a.address) for a in (*note.to, *note.cc)} - {""}
    fields = (
        key_of(note.id),
        note.id,
        note.at.timestamp(),
        client_of(note.sender.address),
        note.sender.address,
        note.sender.name,
        _pack(note.to),
        _pack(note.cc),
        note.subject,
        array("q", map(key_of, note.parents)).tobytes(),
        note.text,
        note.title,
        note.company,
        str(note.automated) if note.automated else None,
        int(note.is_sent),
        client_of(note.delivered_to),
        note.calendar_method,
    )
    return Entered(
        note.id, note.at.timestamp(), fields, tuple(sorted(parties)), is_automated=note.automated is not None
    )


class Ledger:
    """Notes of all messages, found again by client. Use as a context manager."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.database = sqlite3.connect(path, isolation_level=None)
        self.database.executescript(
            f"PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA temp_store=FILE; PRAGMA cache_size=-{CACHE_KIB};"
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.database.close()

    @classmethod
    def create(cls, directory: Path) -> Self:
        """Make an empty ledger in a private directory."""
        ledger = cls(directory / "ledger.sqlite")
        ledger.database.executescript(SCHEMA)
        ledger.database.execute("BEGIN")
        return ledger

    def is_new(self, message_id: str) -> bool:
        """Remember a Message-ID; false when it was there before: copies in several folders count once."""
        return self.database.execute("INSERT OR IGNORE INTO seen VALUES (?)", (key_of(message_id),)).rowcount == 1

    def add(self, entered: Entered) -> None:
        """Keep one note, as `enter` gave it."""
        try:
            added = self.database.execute(ADD, entered.fields)
        except UnicodeEncodeError:  # half a character, from a broken mail: shown as a replacement character
            added = self.database.execute(ADD, [_whole(field) for field in entered.fields])
        self.database.executemany(
            "INSERT INTO party VALUES (?, ?)", [(client, added.lastrowid) for client in entered.parties]
        )

    def close_entries(self) -> None:
        """Make the kept notes findable by client, and join free-mail addresses to the company of the same person."""
        self.database.executescript(INDEXES)
        names = self.database.execute("SELECT DISTINCT sender, name FROM message WHERE name <> ''")
        for address, client in sorted(same_person_elsewhere(names).items()):
            self.database.execute("INSERT INTO alias VALUES (?, ?)", (address, client))
            self.database.execute("UPDATE message SET writer = ? WHERE writer = ?", (client, address))
            self.database.execute("UPDATE party SET client = ? WHERE client = ?", (client, address))

    def tallies(self) -> tuple[list[Tally], int]:
        """Return how often each client key stood on which side of the mail people wrote, and the count of that mail."""
        rows: dict[str, list[int]] = {}
        sides = (
            "SELECT writer, count(*) FROM message WHERE automated IS NULL GROUP BY writer",
            "SELECT client, count(*) FROM party JOIN message USING (number) WHERE automated IS NULL GROUP BY client",
            "SELECT writer, sum(is_sent) FROM message WHERE automated IS NULL GROUP BY writer",
            "SELECT delivered, count(*) FROM message WHERE delivered <> '' AND automated IS NULL GROUP BY delivered",
            (
                "SELECT client, count(*) FROM (SELECT writer AS client, number FROM message WHERE automated IS NULL"
                " UNION SELECT client, number FROM party JOIN message USING (number) WHERE automated IS NULL)"
                " GROUP BY client"
            ),
        )
        for side, query in enumerate(sides):
            for key, count in self.database.execute(query):
                rows.setdefault(key, [0] * len(sides))[side] = count
        [(total,)] = self.database.execute("SELECT count(*) FROM message WHERE automated IS NULL")
        return [Tally(key, *counts) for key, counts in rows.items() if key], total

    def name_us(self, keys: Iterable[str]) -> None:
        """Say which client keys are ourselves."""
        self.database.executemany("INSERT OR IGNORE INTO us VALUES (?)", [(key,) for key in keys])

    def clients(self, until: datetime) -> list[tuple[str, int]]:
        """Return the client keys from whom a person wrote by `until`, with the count of their messages, most first."""
        return self.database.execute(
            "SELECT writer, count(*) AS n FROM message WHERE automated IS NULL AND writer <> '' AND at <= ?"
            " AND writer NOT IN (SELECT client FROM us) GROUP BY writer ORDER BY n DESC, writer",
            (until.timestamp(),),
        ).fetchall()

    def links_of(self, client: str, until: datetime) -> Iterator[Link]:
        """Give back what threading needs of everything exchanged with a client, in order of time."""
        with closing(self.database.execute(LINKS_OF, {"client": client, "until": until.timestamp()})) as rows:
            for key, parents, subject, sender, recipients, at in rows:
                people = frozenset((sender, *(address.address for address in _unpack(recipients))))
                yield Link(key, tuple(array("q", parents)), subject, people, datetime.fromtimestamp(at, UTC))

    def of_client(self, client: str, until: datetime) -> Iterator[Note]:
        """Give back the notes of everything exchanged with a client, in the same order; parents are left out."""
        with closing(self.database.execute(NOTES_OF, {"client": client, "until": until.timestamp()})) as rows:
            for id_, at, sender, name, to, cc, subject, body, title, company, automated, calendar in rows:
                yield Note(
                    id=id_,
                    at=datetime.fromtimestamp(at, UTC),
                    sender=Address(sender, name),
                    to=_unpack(to),
                    cc=_unpack(cc),
                    subject=subject,
                    parents=(),
                    text=body,
                    title=title,
                    company=company,
                    automated=Automated(automated) if automated else None,
                    calendar_method=calendar,
                )

    def client_of(self, address: str) -> str:
        """Return the client an address counts for, people who write from home included."""
        return self.aliases.get(address) or client_of(address)

    @cached_property
    def aliases(self) -> dict[str, str]:
        """Free-mail addresses, and the company their owner works for."""
        return dict(self.database.execute("SELECT address, client FROM alias"))

    def company_lines(self, client: str) -> Counter[str]:
        """Return the lines of a client's signatures that spell their domain, with how often each was there."""
        return Counter(
            dict(
                self.database.execute(
                    "SELECT company, count(*) FROM message WHERE writer = ? AND company <> '' GROUP BY company",
                    (client,),
                )
            )
        )
