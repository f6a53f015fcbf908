"""The one way in which messages enter: the clients and people in them, their conversations, and the messages."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from django.db import transaction

from amends.core.client import client_of, company_name, full_name
from amends.desk.actions.event import record
from amends.desk.actions.followup import count_letters
from amends.desk.actions.health import touch_health
from amends.desk.actions.meeting import keep_meetings
from amends.desk.actions.personal import without_erased
from amends.desk.actions.private import without_private
from amends.desk.actions.promise_found import keep_found
from amends.desk.actions.rows import insert_rows
from amends.desk.actions.thread import in_pieces, join_loose_answers, thread_letters
from amends.desk.models import Client, ClientKey, Firm, Message, Person, PersonAddress, Standing
from amends.desk.queries.find import searchable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from amends.desk.actions.reading import Letter
    from amends.desk.models import Mailbox, MailImport

PERSON_FIELDS = ("name", "title", "search", "last_wrote_at")
SPECIAL = ("client", "person", "mailing", "thread", "sender", "sender_name", "to", "cc")
AS_THEY_ARE = (
    "key", "message_id", "at", "from_us", "subject", "is_loose", "words", "text", "opening", "unhappy", "worst", "said",
    "asks", "has_greeting", "has_thanks", "promised", "promised_by", "calendar_method", "automated",
)  # fmt: skip
COLUMNS = (*SPECIAL, *AS_THEY_ARE)
_of_letter = attrgetter(*AS_THEY_ARE)
Rows = list[tuple[int, "Letter"]]


@dataclass(frozen=True, slots=True)
class Kept:
    """What came of some letters: how many were new, or there already, or are private; and whose clients' they are."""

    kept: int
    known: int
    client_ids: tuple[int, ...]
    private: int = 0


@transaction.atomic
def keep_messages(
    letters: Sequence[Letter],
    *,
    now: datetime,
    mailing: MailImport | None = None,
    mailbox: Mailbox | None = None,
) -> Kept:
    """Keep letters as messages of their clients; each mail once for each client, however often it comes.

    Nothing is kept of mail from or to somebody who was marked private (`actions.private`). With `mailing` whoever
    calls joins the loose answers at its end (`actions.thread`).

    Effects: unknown companies become clients that nobody has confirmed yet, unknown writers and recipients their
    people; the clients are due to be looked at, and their check-ins wait anew. One writer at a time does this: the
    firm's row is the lock.
    """
    firm = Firm.objects.select_for_update().get()
    allowed = without_private(letters)
    private = len(letters) - len(allowed)
    letters = without_erased(allowed)
    clients = _clients_of(letters, now)
    wanted = {(clients[key], letter.key): letter for letter in letters for key in letter.clients}
    there = _there_already(wanted)
    rows = [(client_id, letter) for (client_id, _), letter in wanted.items() if (client_id, letter.key) not in there]
    if not rows:
        return Kept(0, len(letters), (), private)
    people = _people_of(rows, clients)
    threads = thread_letters(rows)
    insert_rows(
        Message,
        COLUMNS,
        (
            _values(client_id, letter, thread, people, mailing)
            for (client_id, letter), thread in zip(rows, threads, strict=True)
        ),
    )
    keep_meetings(rows, now=now)
    found = keep_found(rows, people, now=now)
    client_ids = tuple(sorted({client_id for client_id, _ in rows}))
    if mailing is None:
        moments = [letter.at for _, letter in rows]
        join_loose_answers(client_ids, (min(moments), max(moments)))
    count_letters(_in_touch(rows), now=now)
    touch_health(client_ids, now=now, is_redrawn=True)
    kept = len({letter.key for _, letter in rows})
    told = {"messages": len(rows), "clients": len(client_ids), **({"promises": len(found)} if found else {})}
    record("keep_messages", mailing or mailbox or firm, by=None, now=now, after=told)
    return Kept(kept, len(letters) - kept, client_ids, private)


def _in_touch(rows: Rows) -> dict[int, datetime]:
    """Return when each client and we were last in touch by some mail; what a program wrote is no contact."""
    met: dict[int, datetime] = {}
    for client_id, letter in rows:
        if not letter.automated:
            met[client_id] = max(met.get(client_id, letter.at), letter.at)
    return met


def _there_already(wanted: Iterable[tuple[int, int]]) -> set[tuple[int, int]]:
    """Return which of some (client id, key) are messages already."""
    client_ids, keys = {client_id for client_id, _ in wanted}, {key for _, key in wanted}
    rows = Message.objects.filter(client__in=client_ids, key__in=keys)
    return set(rows.values_list("client_id", "key"))


def _clients_of(letters: Iterable[Letter], now: datetime) -> dict[str, int]:
    """Return the client's id behind every key in some letters; a key that nobody knows becomes a client."""
    keys = sorted({key for letter in letters for key in letter.clients})
    known: dict[str, int] = {}
    for some in in_pieces(keys):
        known.update(ClientKey.objects.filter(key__in=some).values_list("key", "client_id"))
    private = [key for key in keys if key not in known and "@" in key]
    for some in in_pieces(private):
        known.update(PersonAddress.objects.filter(address__in=some).values_list("address", "person__client_id"))
    names = _names_in(letters)
    fresh = [
        Client(name=names[key], standing=Standing.FOUND, created_at=now, search=searchable(names[key], key))
        for key in keys
        if key not in known
    ]
    fresh_keys = [key for key in keys if key not in known]
    for key, client in zip(fresh_keys, Client.objects.bulk_create(fresh), strict=True):
        known[key] = client.pk
    ClientKey.objects.bulk_create(ClientKey(client_id=known[key], key=key) for key in fresh_keys)
    _name_better({known[key]: (key, names[key]) for key in keys if key not in fresh_keys and names[key] != key})
    return known


def _names_in(letters: Iterable[Letter]) -> dict[str, str]:
    """Return what each key is called in some letters: the company in signatures, a private person's name, the key."""
    lines: defaultdict[str, Counter[str]] = defaultdict(Counter)
    shown: dict[str, str] = {}
    for letter in letters:
        if letter.company and not letter.from_us:
            lines[letter.clients[0]][letter.company] += 1
        met = (letter.sender, *letter.to, *letter.cc)
        shown.update({address: name for address, name in met if name and address in letter.clients})
    return {key: shown.get(key) or company_name(key, lines[key]) for letter in letters for key in letter.clients}


def _name_better(names: dict[int, tuple[str, str]]) -> None:
    """Give clients that have only their key for a name the one that was found."""
    for client in Client.objects.filter(pk__in=names):
        key, name = names[client.pk]
        if client.name == key:
            client.name, client.search = name, searchable(name, key)
            client.save(update_fields=["name", "search"])


def _people_of(rows: Rows, clients: dict[str, int]) -> dict[tuple[int, str], int]:
    """Return the person's id behind each (client id, address) in some rows; unknown ones become people."""
    names, wrote, titles = _met(rows, clients)
    known = {
        row.address: row.person
        for some in in_pieces(sorted({address for _, address in names}))
        for row in PersonAddress.objects.filter(address__in=some).select_related("person")
    }
    fresh = {each: name for each, name in names.items() if each[1] not in known}
    known.update(_new_people(fresh))
    changed = {}
    for (client_id, address), name in names.items():
        person = known[address]
        if person.client_id == client_id and _complete(person, name, titles.get(address), wrote.get(address)):
            changed[person.pk] = person
    for person in changed.values():  # few, and each by its key: quicker than one statement with a case for each
        Person.objects.filter(pk=person.pk).update(**{field: getattr(person, field) for field in PERSON_FIELDS})
    return {(person.client_id, address): person.pk for address, person in known.items()}


def _met(rows: Rows, clients: dict[str, int]) -> tuple[dict[tuple[int, str], str], dict[str, datetime], dict[str, str]]:
    """Return who is met at the clients: the name by (client id, address); when each last wrote; the titles."""
    names: dict[tuple[int, str], str] = {}
    wrote: dict[str, datetime] = {}
    titles: dict[str, str] = {}
    for client_id, letter in rows:
        for address, name in (*letter.to, *letter.cc, *(() if letter.from_us else (letter.sender,))):
            if address and clients.get(client_of(address)) == client_id:
                names[client_id, address] = name or names.get((client_id, address), "")
        address = letter.sender[0]
        if not letter.from_us and not letter.automated:
            wrote[address] = max(wrote.get(address, letter.at), letter.at)
            titles[address] = letter.title or titles.get(address, "")
    return names, wrote, titles


def _new_people(fresh: dict[tuple[int, str], str]) -> dict[str, Person]:
    """Make people of new addresses; one person where a client has somebody of that full name already."""
    client_ids = {client_id for client_id, _ in fresh}
    there = {
        (person.client_id, full_name(person.name)): person
        for person in Person.objects.filter(client__in=client_ids).order_by("-pk")
        if full_name(person.name)
    }
    people: dict[str, Person] = {}
    made: list[Person] = []
    for (client_id, address), name in fresh.items():
        person = there.get((client_id, full_name(name)))
        if person is None:
            person = Person(client_id=client_id, name=name, search=searchable(name))
            made.append(person)
            if full_name(name):
                there[client_id, full_name(name)] = person
        people[address] = person
    Person.objects.bulk_create(made)
    PersonAddress.objects.bulk_create(
        PersonAddress(person=person, address=address) for address, person in people.items()
    )
    return people


def _complete(person: Person, name: str, title: str | None, wrote_at: datetime | None) -> bool:
    """Fill in what is not known of a person yet, and never change what is; say whether anything was filled in."""
    before = (person.name, person.title, person.last_wrote_at)
    if not person.name:
        person.name, person.search = name, searchable(name)
    person.title = person.title or title or ""
    if wrote_at and (person.last_wrote_at is None or wrote_at > person.last_wrote_at):
        person.last_wrote_at = wrote_at
    return before != (person.name, person.title, person.last_wrote_at)


def _values(
    client_id: int, letter: Letter, thread: int, people: dict[tuple[int, str], int], mailing: MailImport | None
) -> tuple[Any, ...]:
    """Return the values of one message's row, in the order of `COLUMNS`."""
    address, name = letter.sender
    person_id = None if letter.from_us else people.get((client_id, address))
    to, cc = ([address for address, _ in pairs] for pairs in (letter.to, letter.cc))
    special = (client_id, person_id, mailing.pk if mailing else None, thread, address, name, to, cc)
    return (*special, *_of_letter(letter))
