"""Mail as the method sees it: messages, threads, people and the relationship they form."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from enum import StrEnum
from operator import attrgetter
from typing import TYPE_CHECKING

from amends.core.staffing import FactKind

if TYPE_CHECKING:
    from datetime import datetime

    from amends.core.staffing import Commitment, Fact, Failure, Touch

# The facts that a word of the coverage line stands for: "orders yes, payments no".
COVERED_BY = {"orders": {FactKind.ORDER, FactKind.PLACEMENT}, "payments": {FactKind.PAYMENT}}


# The method of a calendar part that is a REPLY (RFC 5546) and says no.
DECLINED = "DECLINED"


class Automated(StrEnum):
    """Why a message was written by a machine and is never read for mood (docs/method.md rule 1; RFC 3834)."""

    LIST = "mailing list"
    NEWSLETTER = "newsletter"
    NO_REPLY = "no-reply sender"
    CALENDAR = "calendar notice"
    BOUNCE = "bounce"
    AUTO_REPLY = "automatic reply"
    MACHINE = "sent by a program"


@dataclass(frozen=True, slots=True)
class Address:
    """A mailbox and the name shown with it; `address` is lower case, or empty when unreadable."""

    address: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """What a report on a mail, or an automatic reply to one, says: in numbers and words for people.

    `returned` are Message-IDs of what came back. `action` (failed, delayed, delivered …) and `status` (5.1.1) are as
    RFC 3464 and 3463 name them, read out of plain words where a report has no part for machines. `says` is what a
    server said, or the text of an automatic reply.
    """

    returned: tuple[str, ...] = ()
    action: str = ""
    status: str = ""
    says: str = ""


@dataclass(frozen=True, slots=True)
class Mail:
    """One message as a source read it, before anybody knows whose client wrote it.

    `id` is the Message-ID without angle brackets, else `sha256:` and a hash of the content. `at` is aware (UTC) or None
    when there was no credible date. `body` is the whole text (from plain or HTML parts), quotes and signature included;
    empty for automated mail, which is never read.
    `where` names the place for humans: `inbox.mbox, message 12` or a file path.
    """

    id: str
    where: str
    at: datetime | None
    sender: Address
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    subject: str
    body: str
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    automated: Automated | None = None
    is_sent: bool = False  # from a Sent folder, or labelled Sent: the writer is one of us
    calendar_method: str = ""  # REQUEST, CANCEL, REPLY, `DECLINED` … of a calendar part, else empty
    delivered_to: str = ""  # the mailbox it was delivered to, where a header says so
    size: int = 0  # bytes read for it, so that progress can be told
    calendar: str = ""  # that part itself, its lines unfolded
    report: Report | None = None  # of a bounce or an automatic reply


@dataclass(frozen=True, slots=True)
class Said:
    """One finding worth keeping: the rule's name (`core.language.Rule`) and the client's sentence."""

    rule: str
    quote: str


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a relationship, reduced to what signals need.

    `thread` numbers the conversation inside the relationship. `words` counts the writer's own words (quotes and
    signature stripped). `opening` is the first sentences they wrote, at most 300 characters. `said` holds what was
    heard (only read in messages a person wrote). `promised_by` is set when the message promises something by a moment.
    """

    id: str
    at: datetime
    from_us: bool
    sender: str  # address, lower case
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    subject: str = ""
    thread: int = 0
    words: int = 0
    opening: str = ""
    unhappy: float = 0.0
    worst: str = ""  # the sentence that sounds most unhappy
    said: tuple[Said, ...] = ()
    asks: str = ""  # the client's first sentence that waits for an answer (`core.asking`)
    has_greeting: bool = False
    has_thanks: bool = False
    promised: str = ""  # our sentence that promises something
    promised_by: datetime | None = None  # the end of the day (or the hour) it names
    calendar_method: str = ""
    automated: Automated | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """Words that somebody wrote down; `id` names the record, `matter` what it belongs to, as a thread does for mail.

    `severity` is above 0 where it was taken down as a complaint: how bad it feels, of 5 (`core.case.Severity`).
    `said`, `unhappy` and `worst` are what was heard in `words`.
    """

    id: str
    at: datetime
    matter: str
    words: str = ""
    said: tuple[Said, ...] = ()
    unhappy: float = 0.0
    worst: str = ""
    severity: int = 0

    def repeats(self, quote: str) -> bool:
        """Whether a sentence that they wrote is among these words, or the other way round."""
        written, spoken = _bare(quote), _bare(self.words)
        return bool(written and spoken) and (written in spoken or spoken in written)


@dataclass(frozen=True, slots=True)
class Person:
    """Someone at the client: every address they write from, merged."""

    addresses: frozenset[str]
    name: str = ""
    title: str = ""  # from their signature, where one line says so


@dataclass(frozen=True, slots=True)
class Relationship:
    """One client and everything exchanged with them, messages in order of time.

    Beside the mail stands what people recorded, in any order: facts of the trade, talks, promises, failures,
    and what the client said in words that somebody wrote down.
    """

    client: str  # registrable domain, or the address of a free-mail person
    name: str
    messages: tuple[Message, ...]
    people: tuple[Person, ...] = ()
    coverage: dict[str, bool] = field(default_factory=lambda: {"mail": True, "orders": False, "payments": False})
    facts: tuple[Fact, ...] = ()
    touches: tuple[Touch, ...] = ()
    promises: tuple[Commitment, ...] = ()
    failures: tuple[Failure, ...] = ()
    told: tuple[Told, ...] = ()  # their words outside of mail, written down by one of us

    @property
    def covered(self) -> dict[str, bool]:
        """What is known of the client: the coverage, and orders and payments where there are facts of them."""
        kinds = {fact.kind for fact in self.facts}
        return self.coverage | {word: True for word, those in COVERED_BY.items() if kinds & those}

    def until(self, now: datetime) -> Relationship:
        """Return the relationship as it stood at `now`: nothing written or recorded later is in it."""
        return Relationship(
            client=self.client,
            name=self.name,
            messages=self.messages[: bisect_right(self.messages, now, key=attrgetter("at"))],
            people=self.people,
            coverage=self.coverage,
            facts=tuple(fact for fact in self.facts if fact.at <= now),
            touches=tuple(touch for touch in self.touches if touch.at <= now),
            promises=tuple(promise.until(now) for promise in self.promises if promise.made_at <= now),
            failures=tuple(failure.until(now) for failure in self.failures if failure.opened_at <= now),
            told=tuple(told for told in self.told if told.at <= now),
        )


def _bare(text: str) -> str:
    """Return the letters and digits alone: who repeats a sentence does not repeat its commas."""
    return "".join(filter(str.isalnum, text.lower()))
