"""Every number of docs/method.md rule 1 in one register, with a sentence for humans and its source.

A page of settings shows it; the values stay where they are used. Only the points of a rule can be changed by a firm
(`health.assess(points=…)`): a default with a `rule` is one of those.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

from amends.core import health, signals, waiting
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

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType


class Source(StrEnum):
    """Where a number comes from (docs/method.md)."""

    READ = "read in a source"
    MEASURED = "simulated or measured for this project"
    JUDGED = "a judgement"


READ, MEASURED, JUDGED = Source


@dataclass(frozen=True, slots=True)
class Default:
    """One number of the method: its key, its value in a unit, what it is for, and where it comes from.

    `rule` names the rule whose points these are, else it is empty.
    """

    key: str
    value: float
    unit: str
    says: str
    source: Source
    rule: str = ""


UNITS = MappingProxyType({"hours": timedelta(hours=1), "days": timedelta(days=1), "weeks": timedelta(weeks=1)})
# The points of each rule: what a line of it says.
POINTS_SAY = {
    "exit words": "They speak of leaving: notice, other agencies, a tender, a final invoice",
    "complaint": "They complain, for each conversation, halved as it ages",
    "unhappy": "A mail seems unhappy though no phrase says why, for each conversation, halved as it ages",
    "chaser": "They have to ask again",
    "unanswered": "Their message waits for an answer, at the longest wait",
    "promise": "A promise of yours was not kept",
    "silence": "They are silent longer than they ever are",
    "thread rate": "They begin far fewer conversations than they used to",
    "reply time": "They take twice as long to answer you",
    "initiative": "They hardly ever begin a conversation any more",
    "shorter and cooler": "Their messages have become short and have lost their courtesies",
    "senior copied in": "Somebody from their management, procurement or legal is newly copied in",
    "boss copied in": "The writer's boss is newly copied in",
    "contact leaving": "The person you deal with is leaving",
    "meetings": "They call off meetings",
    "invoice disputed": "They dispute an invoice",
    "no-show": "People you sent did not arrive",
    "fall-off": "Somebody you placed left, or was let go, inside the guarantee",
    "early end": "An assignment ended before it was meant to",
    "low rating": "They rated a placement low",
    "orders down": "They order far fewer people than they used to",
    "late feedback": "They leave candidates waiting for a word",
    "late payment": "They pay later than they used to",
    "low answer": "Asked how it is going, they gave a low answer",
    "failure open": "A failure that somebody verified is not put right",
    "failure again": "The same failure happened twice within a year",
    "new order": "They have just ordered again",
    "praise": "They praised you",
    "active contacts": "Several people there are in touch with you",
}
# The other numbers of each signal: the constant, its unit, what it is for, its source.
Row = tuple[str, str, str, Source]
WINDOWS: dict[ModuleType, tuple[Row, ...]] = {
    exit_words: (("REMEMBERED", "days", "Words of leaving count for so long", JUDGED),),
    complaint: (
        ("HALF_LIFE", "days", "A complaint counts half after so long", JUDGED),
        ("FADED", "days", "A complaint is gone after so long", JUDGED),
        ("UNHAPPY", "share", "A mail seems unhappy from this probability on", JUDGED),
    ),
    chaser: (
        ("AGAIN_DAYS", "business days", "A second ask after so long is a chaser", JUDGED),
        ("REMEMBERED", "days", "A chaser counts for so long", JUDGED),
    ),
    unanswered: (),
    promise: (
        ("GRACE", "business hours", "A promise found in mail seems broken only so long after its day", JUDGED),
        ("REMEMBERED", "days", "A broken promise counts for so long", JUDGED),
    ),
    quiet: (
        ("FLOOR", "days", "No shorter silence counts", JUDGED),
        ("LONGEST_USUAL", "share", "A silence counts beyond this share of their own gaps", MEASURED),
        ("RANDOM_LONGEST", "times", "From few gaps the longest usual one is guessed as their mean, so often", MEASURED),
        ("ENOUGH_GAPS", "gaps", "With fewer, the longest usual one is guessed", JUDGED),
        ("RECENT", "weeks", "Conversations are compared over so long", MEASURED),
        ("NORM", "weeks", "Their usual number is read from so long before", MEASURED),
        ("LEAST_THREADS", "conversations", "With fewer in that time nothing is said", MEASURED),
        ("LEAST_KNOWN", "weeks", "You have to know them for so long", JUDGED),
        ("HABIT", "weeks", "Their gaps are read from so long before", JUDGED),
        ("HALF", "share", "Fewer than this share of their usual conversations is a drop", JUDGED),
        ("CHANCE", "share", "A drop that chance brings more often is none", JUDGED),
    ),
    reply_time: (
        ("RATIO", "times", "Their median reply takes so many times as long", MEASURED),
        ("SLOWER", "share", "A recent reply is slower than an earlier one with this probability", MEASURED),
        ("RECENT", "weeks", "Recent replies are those of so long", MEASURED),
        ("NORM", "weeks", "Earlier replies are those of so long before", JUDGED),
        ("LEAST_RECENT", "replies", "Fewer recent ones say nothing", MEASURED),
        ("LEAST_EARLIER", "replies", "Fewer earlier ones say nothing", MEASURED),
        ("STILL_QUICK", "hours", "Who answers within this time is never slow", JUDGED),
        ("ANOTHER_MATTER", "days", "A message so much later answers nothing", JUDGED),
    ),
    initiative: (
        ("HALF", "share", "They begin less than this share of what they used to", JUDGED),
        ("RECENT", "weeks", "Recent conversations are those of so long", JUDGED),
        ("NORM", "weeks", "Earlier ones are those of so long before", JUDGED),
        ("LEAST_RECENT", "conversations", "Fewer recent ones say nothing", JUDGED),
        ("LEAST_EARLIER", "conversations", "Fewer earlier ones say nothing", JUDGED),
        ("CHANCE", "share", "A fall that chance brings more often is none", JUDGED),
    ),
    cooler: (
        ("HALF", "share", "Length and courtesies fell below this share", JUDGED),
        ("SHORTER", "share", "A recent message is the shorter one with this probability", JUDGED),
        ("USUALLY_COURTEOUS", "share", "Who greeted or thanked less often has no courtesy to lose", JUDGED),
        ("RECENT", "weeks", "Recent messages are those of so long", JUDGED),
        ("NORM", "weeks", "Earlier ones are those of so long before", JUDGED),
        ("LEAST_RECENT", "messages", "Fewer recent ones say nothing", JUDGED),
        ("LEAST_EARLIER", "messages", "Fewer earlier ones say nothing", JUDGED),
    ),
    copied_in: (
        ("NEW", "days", "Somebody copied in is new for so long", JUDGED),
        ("LEAST_HISTORY", "days", "At first everybody is new: you have to know them for so long", JUDGED),
        ("LEAST_MESSAGES", "messages", "The same, in messages", JUDGED),
    ),
    leaving: (
        ("REMEMBERED", "days", "A contact's leaving counts for so long", JUDGED),
        ("HABIT", "weeks", "Who wrote most in so long is the main contact", JUDGED),
        ("LEAST_MESSAGES", "messages", "From fewer no main contact is made out", JUDGED),
        ("BOUNCES_WITHIN", "hours", "Mail that comes back within this time is the one just sent", JUDGED),
    ),
    meetings: (
        ("LAST", "meetings", "So many of the last meetings are looked at", JUDGED),
        ("CANCELLED", "meetings", "So many of them were called off", JUDGED),
        ("REMEMBERED", "days", "Older meetings say nothing", JUDGED),
        ("SAME_NOTICE", "hours", "Notices within this time call off one meeting", JUDGED),
    ),
    dispute: (("REMEMBERED", "days", "A disputed invoice counts for so long", JUDGED),),
    no_show: (("REMEMBERED", "days", "A no-show counts for so long", JUDGED),),
    fall_off: (
        ("REMEMBERED", "days", "A fall-off counts for so long", JUDGED),
        ("GUARANTEE_DAYS", "days", "The guarantee of a placement where nobody entered one", JUDGED),
    ),
    early_end: (("REMEMBERED", "days", "An early end counts for so long", JUDGED),),
    rating: (
        ("LOW", "of 5", "A rating up to this is low", JUDGED),
        ("REMEMBERED", "days", "A low rating counts for so long", JUDGED),
    ),
    orders: (
        ("HALF", "share", "They order fewer than this share of their usual number of people", JUDGED),
        ("FEWER", "share", "An earlier week brought more than a recent one with this probability", JUDGED),
        ("RECENT_WEEKS", "weeks", "Recent orders are those of so long", JUDGED),
        ("NORM_WEEKS", "weeks", "Their usual number is read from so long before", JUDGED),
        ("LEAST_ORDERS", "orders", "With fewer in that time nothing is said", JUDGED),
    ),
    feedback: (
        ("LATE_DAYS", "days", "A word on candidates is late after so long", JUDGED),
        ("RATIO", "times", "And after so many times their own median", JUDGED),
        ("LEAST_LATE", "answers", "So many have to be late", JUDGED),
        ("RECENT", "days", "Late feedback counts for so long", JUDGED),
        ("NORM", "weeks", "Their habit is read from so long before", JUDGED),
        ("LEAST_EARLIER", "answers", "From fewer no habit is read off", JUDGED),
    ),
    payment: (
        ("LATER_DAYS", "days", "They pay so much later than their own median", JUDGED),
        ("RECENT", "days", "Recent payments are those of so long", JUDGED),
        ("NORM", "weeks", "Earlier ones are those of so long before", JUDGED),
        ("LEAST_RECENT", "payments", "Fewer recent ones say nothing", JUDGED),
        ("LEAST_EARLIER", "payments", "Fewer earlier ones say nothing", JUDGED),
    ),
    survey: (("REMEMBERED", "days", "A low answer counts for so long", JUDGED),),
    failure: (
        ("SAME_WITHIN", "days", "The same failure within this time has happened again", JUDGED),
        ("REMEMBERED", "days", "A failure that happened again counts at least for so long", JUDGED),
    ),
    new_order: (("FRESH", "days", "An order is new for so long", JUDGED),),
    praise: (("REMEMBERED", "days", "Praise counts for so long", JUDGED),),
    contacts: (
        ("LEAST", "people", "So many have to be in touch", JUDGED),
        ("ACTIVE", "weeks", "Who wrote in so long is in touch", JUDGED),
    ),
    waiting: (
        ("SETTLED", "days", "Who still talks of other things after so long has had an answer", JUDGED),
        ("REMEMBERED", "days", "What was never answered is forgotten after so long", JUDGED),
        ("DAY_HOURS", "business hours", "Overrun by this, a wait counts twice as much", JUDGED),
        ("IMPORTANCE_WEIGHT", "times", "The most important client's wait counts so much more", JUDGED),
        ("CASE_WEIGHT", "times", "While a recovery is open a wait counts so much more", JUDGED),
        ("UNKNOWN_IMPORTANCE", "share", "The importance of a client whose worth nobody entered", JUDGED),
        ("IMPORTANT", "share", "From here on importance is named as a reason", JUDGED),
    ),
    signals: (("STILL_WRONG", "share", "A line marked wrong stays away while this share of it is the same", JUDGED),),
    health: (
        ("BASE_RATE", "share", "Clients lost in a quarter, until your own history says otherwise", READ),
        ("DOUBLING", "points", "So many points double the odds of losing a client", JUDGED),
        ("MOOD_CAP", "points", "Mood alone counts no more than this", JUDGED),
        ("ENOUGH_MESSAGES", "messages", "With fewer it is not enough yet", JUDGED),
        ("MENDED_DAYS", "days", "Mended is the state for so long after a recovery that held", JUDGED),
    ),
}


def _defaults() -> Iterator[Default]:
    """Yield every default: what can be changed first, then what is behind it."""
    for rule, says in POINTS_SAY.items():
        yield Default(f"points.{rule}", signals.POINTS[rule], "points", says, JUDGED, rule)
    for days, points in unanswered.STEPS:
        says = f"Their message has waited more than {days} business days"
        yield Default(f"unanswered.after_{days}", points, "points", says, JUDGED)
    for least, state in health.LEVELS:
        yield Default(f"health.{state.name.lower()}", least, "points", f"{state} begins here", JUDGED)
    for family, cap in health.CAPS.items():
        yield Default(f"health.cap_{family}", cap, "points", f"The family {family} counts no more than this", JUDGED)
    for kind, source in ((FactKind.SURVEY, READ), (FactKind.PULSE, JUDGED)):
        lowest, best = survey.LOW[kind]
        yield Default(f"survey.{kind}", lowest, f"of {best}", f"An answer to a {kind} up to this is low", source)
    for module, rows in WINDOWS.items():
        name = module.__name__.rpartition(".")[2]
        for constant, unit, says, source in rows:
            yield Default(f"{name}.{constant.lower()}", _in(unit, getattr(module, constant)), unit, says, source)


def _in(unit: str, value: timedelta | float) -> float:
    """Return a value as a number in its unit."""
    return value / UNITS[unit.removeprefix("business ")] if isinstance(value, timedelta) else value


DEFAULTS: tuple[Default, ...] = tuple(_defaults())
