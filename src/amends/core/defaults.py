"""Every number of docs/method.md rule 1 in one register, with a sentence for humans and its source.

A page of settings shows it; the values stay where they are used. Only the points of a rule can be changed by a firm
(`health.assess(points=…)`): a default with a `rule` is one of those.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

from amends.core import escalation, health, signals, waiting
from amends.core.signals import (
    chaser,
    complaint,
    contacts,
    cooler,
    copied_in,
    dispute,
    early_end,
    exit_words,
    failure,
    fall_off,
    feedback,
    initiative,
    leaving,
    meetings,
    new_order,
    no_show,
    orders,
    payment,
    praise,
    promise,
    quiet,
    rating,
    reply_time,
    survey,
    unanswered,
)
from amends.core.staffing import FactKind
from amends.core.wording import later, say

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import ModuleType


class Source(StrEnum):
    """Where a number comes from (docs/method.md)."""

    READ = later("read in a source")
    MEASURED = later("simulated or measured for this project")
    JUDGED = later("a judgement")


READ, MEASURED, JUDGED = Source


@dataclass(frozen=True, slots=True)
class Default:
    """One number of the method: its key, its value in a unit, what it is for, and where it comes from.

    `says` is English; `filled` are the words in their places there. `rule` names the rule whose points these are, else
    it is empty.
    """

    key: str
    value: float
    unit: str
    says: str
    source: Source | str
    rule: str = ""
    filled: Mapping[str, str] = field(default_factory=dict)
    bounds: tuple[float, float] | None = None  # what makes sense, where a firm may set its own (`core.terms`)

    @property
    def words(self) -> str:
        """What it is for, in the language spoken."""
        return say(self.says, **{name: say(word) for name, word in self.filled.items()})

    @property
    def subject(self) -> str:
        """What it belongs to, in the language spoken: "Copied in"."""
        return say(SUBJECTS[self.key.partition(".")[0]])

    @property
    def amount(self) -> str:
        """The value as people read it, in the language spoken: "14 days", "5 %"."""
        if self.unit == SHARE:
            return say("{n} %", n=f"{PERCENT * self.value:g}")
        return say("{n} {unit}", n=f"{self.value:g}", unit=say(self.unit))


UNITS = MappingProxyType({"hours": timedelta(hours=1), "days": timedelta(days=1), "weeks": timedelta(weeks=1)})
SHARE = "share"  # a number in 0..1, said in per cent
PERCENT = 100
UNIT_NAMES = frozenset(
    {
        later("an hour"), later("answers"), later("business days"), later("business hours"), later("cases"),
        later("conversations"), later("days"), later("gaps"), later("hours"), later("meetings"), later("messages"),
        later("of 5"), later("of 10"), later("orders"), later("payments"), later("people"), later("points"),
        later("promises"), later("replies"), later("times"), later("weeks"),
    }
)  # fmt: skip
# What the numbers of a module belong to, as a page calls it.
SUBJECTS = {
    "agreement": later("What we agree on"),
    "booking": later("How many to book"),
    "capacity": later("Promising too much"),
    "case": later("A recovery"),
    "chaser": later("Chaser"),
    "complaint": later("Complaint"),
    "contacts": later("Contacts"),
    "cooler": later("Cooler"),
    "copied_in": later("Copied in"),
    "decision": later("Decide: is it worth it?"),
    "dispute": later("Dispute"),
    "early_end": later("Early end"),
    "escalation": later("Escalation"),
    "exit_words": later("Exit words"),
    "failure": later("Failure"),
    "fall_off": later("Fall off"),
    "feedback": later("Feedback"),
    "followup": later("Follow up"),
    "health": later("Health"),
    "initiative": later("Initiative"),
    "issue": later("What is behind it"),
    "leaving": later("Leaving"),
    "lesson": later("Learn"),
    "meetings": later("Meetings"),
    "mended": later("Mended"),
    "new_order": later("New order"),
    "no_show": later("No show"),
    "orders": later("Orders"),
    "parting": later("Part well"),
    "payment": later("Payment"),
    "points": later("Points"),
    "praise": later("Praise"),
    "promise": later("Promise"),
    "pulse": later("Pulse"),
    "quiet": later("Quiet"),
    "rating": later("Rating"),
    "reparation": later("Make good"),
    "reply_time": later("Reply time"),
    "signals": later("Signals"),
    "stance": later("Check a draft"),
    "survey": later("Survey"),
    "unanswered": later("Unanswered"),
    "waiting": later("Waiting"),
}
WAITED = later("Their message has waited more than {days} business days")
BEGINS = later("{state} begins here")
CAP = later("The family {family} counts no more than this")
LOW = later("An answer to a {kind} up to this is low")
# The points of each rule: what a line of it says.
POINTS_SAY = {
    "exit words": later("They speak of leaving: notice, other agencies, a tender, a final invoice"),
    "complaint": later("They complain, for each conversation, halved as it ages"),
    "unhappy": later("A mail seems unhappy though no phrase says why, for each conversation, halved as it ages"),
    "chaser": later("They have to ask again"),
    "unanswered": later("Their message waits for an answer, at the longest wait"),
    "promise": later("A promise of yours was not kept"),
    "silence": later("They are silent longer than they ever are"),
    "thread rate": later("They begin far fewer conversations than they used to"),
    "reply time": later("They take twice as long to answer you"),
    "initiative": later("They hardly ever begin a conversation any more"),
    "shorter and cooler": later("Their messages have become short and have lost their courtesies"),
    "senior copied in": later("Somebody from their management, procurement or legal is newly copied in"),
    "boss copied in": later("The writer's boss is newly copied in"),
    "contact leaving": later("The person you deal with is leaving"),
    "meetings": later("They call off meetings"),
    "invoice disputed": later("They dispute an invoice"),
    "no-show": later("People you sent did not arrive"),
    "fall-off": later("Somebody you placed left, or was let go, inside the guarantee"),
    "early end": later("An assignment ended before it was meant to"),
    "low rating": later("They rated a placement low"),
    "orders down": later("They order far fewer people than they used to"),
    "late feedback": later("They leave candidates waiting for a word"),
    "late payment": later("They pay later than they used to"),
    "low answer": later("Asked how it is going, they gave a low answer"),
    "failure open": later("A failure that somebody verified is not put right"),
    "failure again": later("The same failure happened twice within a year"),
    "new order": later("They have just ordered again"),
    "praise": later("They praised you"),
    "active contacts": later("Several people there are in touch with you"),
}
# The other numbers of each signal: the constant, its unit, what it is for, its source.
Row = tuple[str, str, str, Source]
WINDOWS: dict[ModuleType, tuple[Row, ...]] = {
    exit_words: (("REMEMBERED", "days", later("Words of leaving count for so long"), JUDGED),),
    complaint: (
        ("HALF_LIFE", "days", later("A complaint counts half after so long"), JUDGED),
        ("FADED", "days", later("A complaint is gone after so long"), JUDGED),
        ("UNHAPPY", "share", later("A mail seems unhappy from this probability on"), JUDGED),
    ),
    chaser: (
        ("AGAIN_DAYS", "business days", later("A second ask after so long is a chaser"), JUDGED),
        ("REMEMBERED", "days", later("A chaser counts for so long"), JUDGED),
    ),
    unanswered: (),
    promise: (
        ("GRACE", "business hours", later("A promise found in mail seems broken only so long after its day"), JUDGED),
        ("REMEMBERED", "days", later("A broken promise counts for so long"), JUDGED),
    ),
    quiet: (
        ("FLOOR", "days", later("No shorter silence counts"), JUDGED),
        ("LONGEST_USUAL", "share", later("A silence counts beyond this share of their own gaps"), MEASURED),
        (
            "RANDOM_LONGEST",
            "times",
            later("From few gaps the longest usual one is guessed as their mean, so often"),
            MEASURED,
        ),
        ("ENOUGH_GAPS", "gaps", later("With fewer, the longest usual one is guessed"), JUDGED),
        ("RECENT", "weeks", later("Conversations are compared over so long"), MEASURED),
        ("NORM", "weeks", later("Their usual number is read from so long before"), MEASURED),
        ("LEAST_THREADS", "conversations", later("With fewer in that time nothing is said"), MEASURED),
        ("LEAST_KNOWN", "weeks", later("You have to know them for so long"), JUDGED),
        ("HABIT", "weeks", later("Their gaps are read from so long before"), JUDGED),
        ("HALF", "share", later("Fewer than this share of their usual conversations is a drop"), JUDGED),
        ("CHANCE", "share", later("A drop that chance brings more often is none"), JUDGED),
    ),
    reply_time: (
        ("RATIO", "times", later("Their median reply takes so many times as long"), MEASURED),
        ("SLOWER", "share", later("A recent reply is slower than an earlier one with this probability"), MEASURED),
        ("RECENT", "weeks", later("Recent replies are those of so long"), MEASURED),
        ("NORM", "weeks", later("Earlier replies are those of so long before"), JUDGED),
        ("LEAST_RECENT", "replies", later("Fewer recent ones say nothing"), MEASURED),
        ("LEAST_EARLIER", "replies", later("Fewer earlier ones say nothing"), MEASURED),
        ("STILL_QUICK", "hours", later("Who answers within this time is never slow"), JUDGED),
        ("ANOTHER_MATTER", "days", later("A message so much later answers nothing"), JUDGED),
    ),
    initiative: (
        ("HALF", "share", later("They begin less than this share of what they used to"), JUDGED),
        ("RECENT", "weeks", later("Recent conversations are those of so long"), JUDGED),
        ("NORM", "weeks", later("Earlier ones are those of so long before"), JUDGED),
        ("LEAST_RECENT", "conversations", later("Fewer recent ones say nothing"), JUDGED),
        ("LEAST_EARLIER", "conversations", later("Fewer earlier ones say nothing"), JUDGED),
        ("CHANCE", "share", later("A fall that chance brings more often is none"), JUDGED),
    ),
    cooler: (
        ("HALF", "share", later("Length and courtesies fell below this share"), JUDGED),
        ("SHORTER", "share", later("A recent message is the shorter one with this probability"), JUDGED),
        ("USUALLY_COURTEOUS", "share", later("Who greeted or thanked less often has no courtesy to lose"), JUDGED),
        ("RECENT", "weeks", later("Recent messages are those of so long"), JUDGED),
        ("NORM", "weeks", later("Earlier ones are those of so long before"), JUDGED),
        ("LEAST_RECENT", "messages", later("Fewer recent ones say nothing"), JUDGED),
        ("LEAST_EARLIER", "messages", later("Fewer earlier ones say nothing"), JUDGED),
    ),
    copied_in: (
        ("NEW", "days", later("Somebody copied in is new for so long"), JUDGED),
        ("LEAST_HISTORY", "days", later("At first everybody is new: you have to know them for so long"), JUDGED),
        ("LEAST_MESSAGES", "messages", later("The same, in messages"), JUDGED),
    ),
    leaving: (
        ("REMEMBERED", "days", later("A contact's leaving counts for so long"), JUDGED),
        ("HABIT", "weeks", later("Who wrote most in so long is the main contact"), JUDGED),
        ("LEAST_MESSAGES", "messages", later("From fewer no main contact is made out"), JUDGED),
        ("BOUNCES_WITHIN", "hours", later("Mail that comes back within this time is the one just sent"), JUDGED),
    ),
    meetings: (
        ("LAST", "meetings", later("So many of the last meetings are looked at"), JUDGED),
        ("CANCELLED", "meetings", later("So many of them were called off"), JUDGED),
        ("REMEMBERED", "days", later("Older meetings say nothing"), JUDGED),
        ("SAME_NOTICE", "hours", later("Notices within this time call off one meeting"), JUDGED),
    ),
    dispute: (("REMEMBERED", "days", later("A disputed invoice counts for so long"), JUDGED),),
    no_show: (("REMEMBERED", "days", later("A no-show counts for so long"), JUDGED),),
    fall_off: (
        ("REMEMBERED", "days", later("A fall-off counts for so long"), JUDGED),
        ("GUARANTEE_DAYS", "days", later("The guarantee of a placement where nobody entered one"), JUDGED),
    ),
    early_end: (("REMEMBERED", "days", later("An early end counts for so long"), JUDGED),),
    rating: (
        ("LOW", "of 5", later("A rating up to this is low"), JUDGED),
        ("REMEMBERED", "days", later("A low rating counts for so long"), JUDGED),
    ),
    orders: (
        ("HALF", "share", later("They order fewer than this share of their usual number of people"), JUDGED),
        ("FEWER", "share", later("An earlier week brought more than a recent one with this probability"), JUDGED),
        ("RECENT_WEEKS", "weeks", later("Recent orders are those of so long"), JUDGED),
        ("NORM_WEEKS", "weeks", later("Their usual number is read from so long before"), JUDGED),
        ("LEAST_ORDERS", "orders", later("With fewer in that time nothing is said"), JUDGED),
    ),
    feedback: (
        ("LATE_DAYS", "days", later("A word on candidates is late after so long"), JUDGED),
        ("RATIO", "times", later("And after so many times their own median"), JUDGED),
        ("LEAST_LATE", "answers", later("So many have to be late"), JUDGED),
        ("RECENT", "days", later("Late feedback counts for so long"), JUDGED),
        ("NORM", "weeks", later("Their habit is read from so long before"), JUDGED),
        ("LEAST_EARLIER", "answers", later("From fewer no habit is read off"), JUDGED),
    ),
    payment: (
        ("LATER_DAYS", "days", later("They pay so much later than their own median"), JUDGED),
        ("RECENT", "days", later("Recent payments are those of so long"), JUDGED),
        ("NORM", "weeks", later("Earlier ones are those of so long before"), JUDGED),
        ("LEAST_RECENT", "payments", later("Fewer recent ones say nothing"), JUDGED),
        ("LEAST_EARLIER", "payments", later("Fewer earlier ones say nothing"), JUDGED),
    ),
    survey: (("REMEMBERED", "days", later("A low answer counts for so long"), JUDGED),),
    failure: (
        ("SAME_WITHIN", "days", later("The same failure within this time has happened again"), JUDGED),
        ("REMEMBERED", "days", later("A failure that happened again counts at least for so long"), JUDGED),
    ),
    new_order: (("FRESH", "days", later("An order is new for so long"), JUDGED),),
    praise: (("REMEMBERED", "days", later("Praise counts for so long"), JUDGED),),
    contacts: (
        ("LEAST", "people", later("So many have to be in touch"), JUDGED),
        ("ACTIVE", "weeks", later("Who wrote in so long is in touch"), JUDGED),
    ),
    waiting: (
        ("SETTLED", "days", later("Who still talks of other things after so long has had an answer"), JUDGED),
        ("REMEMBERED", "days", later("What was never answered is forgotten after so long"), JUDGED),
        ("DAY_HOURS", "business hours", later("Overrun by this, a wait counts twice as much"), JUDGED),
        ("IMPORTANCE_WEIGHT", "times", later("The most important client's wait counts so much more"), JUDGED),
        ("CASE_WEIGHT", "times", later("While a recovery is open a wait counts so much more"), JUDGED),
        ("UNKNOWN_IMPORTANCE", "share", later("The importance of a client whose worth nobody entered"), JUDGED),
        ("IMPORTANT", "share", later("From here on importance is named as a reason"), JUDGED),
    ),
    escalation: (
        (
            "CARER_HOURS",
            "business hours",
            later("So long after an answer was due who looks after them is told"),
            JUDGED,
        ),
        ("MANAGER_HOURS", "business hours", later("So long after it was due who manages them is told"), JUDGED),
        ("OWNER_HOURS", "business hours", later("So long after it was due the owners are told"), JUDGED),
        ("TOLD_WITHIN", "business hours", later("A level that was due so long ago is told no more"), JUDGED),
    ),
    signals: (
        ("STILL_WRONG", "share", later("A line marked wrong stays away while this share of it is the same"), JUDGED),
    ),
    health: (
        ("BASE_RATE", "share", later("Clients lost in a quarter, until your own history says otherwise"), READ),
        ("DOUBLING", "points", later("So many points double the odds of losing a client"), JUDGED),
        ("MOOD_CAP", "points", later("Mood alone counts no more than this"), JUDGED),
        ("ENOUGH_MESSAGES", "messages", later("With fewer it is not enough yet"), JUDGED),
        ("MENDED_DAYS", "days", later("Mended is the state for so long after a recovery that held"), JUDGED),
    ),
}


def _defaults() -> Iterator[Default]:
    """Yield every default: what can be changed first, then what is behind it."""
    for rule, says in POINTS_SAY.items():
        yield Default(f"points.{rule}", signals.POINTS[rule], "points", says, JUDGED, rule)
    for days, points in unanswered.STEPS:
        yield Default(f"unanswered.after_{days}", points, "points", WAITED, JUDGED, filled={"days": str(days)})
    for least, state in health.LEVELS:
        yield Default(f"health.{state.name.lower()}", least, "points", BEGINS, JUDGED, filled={"state": state})
    for family, cap in health.CAPS.items():
        yield Default(f"health.cap_{family}", cap, "points", CAP, JUDGED, filled={"family": family})
    for kind, source in ((FactKind.SURVEY, READ), (FactKind.PULSE, JUDGED)):
        lowest, best = survey.LOW[kind]
        yield Default(f"survey.{kind}", lowest, f"of {best}", LOW, source, filled={"kind": kind})
    for module, rows in WINDOWS.items():
        name = module.__name__.rpartition(".")[2]
        for constant, unit, says, source in rows:
            yield Default(f"{name}.{constant.lower()}", _in(unit, getattr(module, constant)), unit, says, source)


def _in(unit: str, value: timedelta | float) -> float:
    """Return a value as a number in its unit."""
    return value / UNITS[unit.removeprefix("business ")] if isinstance(value, timedelta) else value


DEFAULTS: tuple[Default, ...] = tuple(_defaults())
