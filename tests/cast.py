"""Who the tests are about: the firm Alder & Quay, its people, and clients written down as conversations.

Alice owns the firm. Mona manages the branch Riverside, where Bob works. Charlie works in Harbour, the other branch, and
is in nobody's team: what is restricted in Riverside is none of his. Vera only looks. A file of tests asks for them by
name: each is a fixture (`tests/desk/conftest.py` and `tests/web/conftest.py` import them).

    north = a_client(NORTH, looked_after_by=bob)          # by its conversation, as tests/conversation.py reads it
    keep(north, "6 Mar 09:00 client: Any update?")        # what is written later
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client as Browser

from amends.core.case import Severity
from amends.desk.actions.case import open_case
from amends.desk.actions.health import assess_client
from amends.desk.models import (
    ONLY_FIRM,
    Branch,
    Client,
    ClientKey,
    Event,
    Firm,
    Message,
    Person,
    PersonAddress,
    Role,
    Standing,
    User,
)
from conversation import CLIENT, at, conversation

if TYPE_CHECKING:
    from datetime import datetime

    from amends.core.message import Message as Letter
    from amends.desk.models import Case

__all__ = [
    "ASKS",
    "CALLED",
    "FEW",
    "FRESH",
    "HURT",
    "LATE",
    "LEAVES",
    "LIST",
    "NOW",
    "PASSWORD",
    "ROSTER",
    "TALK",
    "WAITS",
    "WORDS",
    "a_client",
    "a_firm",
    "a_found_client",
    "a_restricted_client",
    "alice",
    "assessed",
    "at",
    "bob",
    "browser_of",
    "charlie",
    "colleague",
    "everybody",
    "firm",
    "harbour",
    "keep",
    "lines",
    "mona",
    "person_at",
    "riverside",
    "told",
    "upset",
    "vera",
]  # fmt: skip

NOW = at("10 Mar 12:00")  # a Monday, at noon; conversations happen in the weeks before
JOINED = at("1 Jan 2024 09:00")
# Gary waits: by NOW, 3.375 business days without an answer (6 points); LEAVES is worth 20, until CALLED it waits too.
LIST = "3 Mar 08:00 us: Hello Gary, here is the list for the week."
ASKS = "5 Mar 09:00 client: Can you send me two more people for Friday?"
WAITS = (LIST, ASKS)
LEAVES = "6 Mar 10:00 client #end [exit words]: We are looking at other agencies."
CALLED = "6 Mar 10:30 us #end: I am calling you."
# After TALK nobody waits; then Gary does: since ROSTER and LATE for too long, since FRESH not yet.
TALK = """
    3 Mar 09:00  client: Who covers the night shift?
    3 Mar 10:00  us:     Anna does.
"""
ROSTER = "7 Mar 09:00  client: The roster never came and I am not happy. Does anyone there read these?"
LATE = "7 Mar 09:00  client: Third invoice in a row with hours for someone who left. Does anyone there read these?"
FRESH = "10 Mar 10:00  client: Who covers reception this weekend?"
HURT = "6 Mar 09:00 client: Nobody came. This is not acceptable. We will look at other agencies."
FEW = "3 Mar 09:00 client: Hello."
WORDS = "Third invoice in a row with hours for someone who left."  # of who is upset
PASSWORD = "a good long word to enter by"  # noqa: S105  (of people who do not exist)


@dataclass(frozen=True)
class Everybody:
    """All of the cast at once, for tests that walk every role."""

    alice: User
    mona: User
    bob: User
    charlie: User
    vera: User


@pytest.fixture
def firm(db: None) -> Firm:
    """The firm, in UTC, with office hours; answers are promised within four working hours."""
    del db
    return a_firm()


@pytest.fixture
def riverside(firm: Firm) -> Branch:
    """Give the branch of Mona and Bob."""
    del firm
    return Branch.objects.create(name="Riverside", phone="555 0100")


@pytest.fixture
def harbour(firm: Firm) -> Branch:
    """Give the other branch, Charlie's."""
    del firm
    return Branch.objects.create(name="Harbour", phone="555 0200")


def a_firm() -> Firm:
    """Found the firm."""
    return Firm.objects.create(pk=ONLY_FIRM, name="Alder & Quay", addresses=["alder.example"], welcomed_at=JOINED)


def colleague(name: str, role: Role, branch: Branch | None) -> User:
    """Let somebody join, who comes in with PASSWORD: "Bob Reed" by bob@alder.example."""
    user = User(
        email=f"{name.partition(' ')[0].lower()}@alder.example", name=name, role=role, branch=branch, joined_at=JOINED
    )
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def alice(firm: Firm) -> User:
    """Owns the firm."""
    del firm
    return colleague("Alice Alder", Role.OWNER, None)


@pytest.fixture
def mona(riverside: Branch) -> User:
    """Manages Riverside."""
    return colleague("Mona Quay", Role.MANAGER, riverside)


@pytest.fixture
def bob(riverside: Branch) -> User:
    """Works in Riverside."""
    return colleague("Bob Reed", Role.MEMBER, riverside)


@pytest.fixture
def charlie(harbour: Branch) -> User:
    """Works in Harbour: restricted clients of Riverside are none of his."""
    return colleague("Charlie Stone", Role.MEMBER, harbour)


@pytest.fixture
def vera(riverside: Branch) -> User:
    """Looks, and changes nothing."""
    return colleague("Vera Wells", Role.VIEWER, riverside)


@pytest.fixture
def everybody(alice: User, mona: User, bob: User, charlie: User, vera: User) -> Everybody:
    """Give the whole cast."""
    return Everybody(alice, mona, bob, charlie, vera)


def browser_of(user: User | None = None) -> Browser:
    """Return a browser in which somebody is signed in; without `user`, nobody is."""
    browser = Browser()
    if user is not None:
        browser.force_login(user)
    return browser


def a_client(*texts: str, name: str = "North", year: int = 2025, team: tuple[User, ...] = (), **fields: Any) -> Client:
    """Keep a client with its people and the messages of a conversation; "North" writes from north.example.

    Whoever writes at the client is a person; `fields` are the client's own (looked_after_by, branch, yearly_value …).
    """
    fields.setdefault("created_at", JOINED)
    client = Client.objects.create(name=name, search=name.lower(), **fields)
    ClientKey.objects.create(client=client, key=domain_of(client))
    client.team.set(team)
    keep(client, *texts, year=year)
    return client


def a_restricted_client(*texts: str, branch: Branch, looked_after_by: User, **more: Any) -> Client:
    """Keep a client that only its branch's managers, who looks after it, its team and owners see."""
    return a_client(
        *texts, is_restricted=True, branch=branch, looked_after_by=looked_after_by, **{"name": "Secret", **more}
    )


def a_found_client(*texts: str, **more: Any) -> Client:
    """Keep somebody who was found in the mail and whom nobody has confirmed yet."""
    return a_client(*texts, standing=Standing.FOUND, **{"name": "Stranger", **more})


def domain_of(client: Client) -> str:
    """Return where a client's people write from: "Blue Harbor" from blueharbor.example."""
    return f"{client.name.lower().replace(' ', '')}.example"


def keep(client: Client, *texts: str, year: int = 2025) -> list[Message]:
    """Keep the messages of a conversation; ids go on from what is there: m1, m2 …, a subject is a thread for ever."""
    known = client.messages.count()
    letters = conversation(*texts, year=year).messages
    return Message.objects.bulk_create(_row(client, letter, known) for letter in letters)


def person_at(client: Client, address: str) -> Person:
    """Return the person who writes from an address, new if nobody does: gary@north.example is Gary."""
    known = PersonAddress.objects.filter(address=address).select_related("person").first()
    if known:
        return known.person
    name = address.partition("@")[0].capitalize()
    person = Person.objects.create(client=client, name=name, search=name.lower())
    PersonAddress.objects.create(person=person, address=address)
    return person


def key_of(text: str) -> int:
    """Return 63 bits that stand for a Message-ID, as rows keep it."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big") >> 1


def _row(client: Client, letter: Letter, known: int) -> Message:
    domain = domain_of(client)
    theirs = letter.sender.endswith(CLIENT)
    sender = letter.sender.replace(CLIENT, domain)
    number = known + int(letter.id.removeprefix("m"))
    return Message(
        client=client,
        person=person_at(client, sender) if theirs else None,
        key=key_of(f"m{number}@{domain}"),
        message_id=f"m{number}@{domain}",
        at=letter.at,
        from_us=letter.from_us,
        sender=sender,
        sender_name="" if letter.from_us else sender.partition("@")[0].capitalize(),
        to=[address.replace(CLIENT, domain) for address in letter.to],
        cc=[address.replace(CLIENT, domain) for address in letter.cc],
        subject=letter.subject,
        thread=key_of(f"{letter.subject}@{domain}"),
        words=letter.words,
        text=letter.opening,
        opening=letter.opening,
        unhappy=letter.unhappy,
        worst=letter.worst,
        said=[[one.rule, one.quote] for one in letter.said],
        asks=letter.asks,
        has_greeting=letter.has_greeting,
        has_thanks=letter.has_thanks,
        promised=letter.promised,
        promised_by=letter.promised_by,
        calendar_method=letter.calendar_method,
        automated=letter.automated or "",
    )


def assessed(*texts: str, now: datetime = NOW, **fields: Any) -> Client:
    """Keep a client and assess it: it stands as pages show it at `now`."""
    client = a_client(*texts, **fields)
    assess_client(client, now=now)
    client.refresh_from_db()
    return client


def upset(bob: User, client: Client | None = None, **fields: Any) -> Case:
    """Open a recovery, of North where no client is given: who is upset said WORDS, and feels let down."""
    told = {"words": WORDS, "severity": Severity.LET_DOWN, **fields}
    return open_case(client or a_client(looked_after_by=bob), by=bob, now=NOW, **told)


def lines(client: Client) -> list[tuple[str, int]]:
    """Return rule and points of what counts now."""
    return [(row.rule, row.points) for row in client.signals.filter(cleared_at=None)]


def told(verb: str) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Return before and after of everything on record under a verb."""
    return [(event.before, event.after) for event in Event.objects.filter(verb=verb).order_by("pk")]
