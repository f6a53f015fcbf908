"""Plan and fix: what a plan still lacks, what the client said to it, and what usually has to be done (rule 6).

A change binds nobody before the client and its owner agreed; it is fixed when the client says so (docs/method.md).
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from amends.core.case import Theme
from amends.core.wording import counted, later, say

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

WEEK = timedelta(days=7)
MOST_UNSOLICITED = (
    1  # letters a week that nobody asked for, docs/method.md rule 6 (Hogreve 2017: both backfire; judgement)
)
MOST_DAYS = 250  # working days that a playbook may allow: a year (judgement)
SHOWN = 60  # characters of an action in a sentence about it (judgement)
LANGUAGE = "en"  # of the playbooks that are shipped


class Answer(StrEnum):
    """What the client says to one change."""

    AGREED = "agreed"
    QUESTION = "question"  # not quite, with words
    NO = "no"


class Failure(StrEnum):
    """Kinds of failure that have a playbook."""

    NO_SHOW = "no_show"
    WRONG_HIRE = "wrong_hire"
    FALSE_CREDENTIAL = "false_credential"
    INVOICE = "invoice"
    SLOW_ANSWERS = "slow_answers"
    RECRUITER_LEFT = "recruiter_left"
    INCIDENT = "incident"


NAMES: dict[Failure, str] = {
    Failure.NO_SHOW: later("Somebody did not arrive"),
    Failure.WRONG_HIRE: later("The wrong person was sent or placed"),
    Failure.FALSE_CREDENTIAL: later("A degree, licence or reference was not true"),
    Failure.INVOICE: later("An invoice was late or wrong"),
    Failure.SLOW_ANSWERS: later("Answers came late or not at all"),
    Failure.RECRUITER_LEFT: later("The recruiter they knew has left"),
    Failure.INCIDENT: later("Data got out, or somebody behaved badly"),
}
# Which playbooks fit what went wrong; the first is proposed.
FITTING: dict[Theme, tuple[Failure, ...]] = {
    Theme.SOURCING: (Failure.FALSE_CREDENTIAL, Failure.WRONG_HIRE),
    Theme.MATCH: (Failure.WRONG_HIRE,),
    Theme.ATTENDANCE: (Failure.NO_SHOW,),
    Theme.ANSWERS: (Failure.SLOW_ANSWERS,),
    Theme.BILLING: (Failure.INVOICE,),
    Theme.COMPLIANCE: (Failure.INCIDENT, Failure.FALSE_CREDENTIAL),
    Theme.HANDOVER: (Failure.RECRUITER_LEFT, Failure.SLOW_ANSWERS),
    Theme.CAPACITY: (Failure.NO_SHOW, Failure.SLOW_ANSWERS),
}


class Part(StrEnum):
    """Who does an action of a playbook, by what they are in the recovery."""

    CARER = "carer"  # looks after the client
    LEAD = "lead"  # leads the recovery
    MANAGER = "manager"  # manages the branch


@dataclass(frozen=True, slots=True)
class Play:
    """One action of a playbook; `days` are working days, `stops` the harm now, `inside` for the team alone."""

    what: str
    measure: str = ""
    days: int = 0
    who: Part = Part.LEAD
    stops: bool = False
    inside: bool = False


def plays_of(rows: Iterable[Mapping[str, Any]]) -> tuple[Play, ...]:
    """Return the actions that a file or a row tells, without those that say nothing."""
    return tuple(Play(**{**row, "who": Part(row.get("who", Part.LEAD))}) for row in rows if row.get("what"))


@cache
def playbook(failure: Failure) -> tuple[Play, ...]:
    """Return the actions that are shipped for a kind of failure."""
    told = (files("amends.core") / "playbooks" / f"{LANGUAGE}.toml").read_text("utf-8")
    return plays_of(tomllib.loads(told)[failure]["action"])


def spoken(plays: Iterable[Play]) -> tuple[Play, ...]:
    """Return shipped actions in the language spoken; docs/words.py reads their English from the file."""
    return tuple(replace(play, what=say(play.what), measure=say(play.measure)) for play in plays)


def fitting(theme: str) -> tuple[Failure, ...]:
    """Return the kinds of failure, first those that fit what went wrong (`core.case.Theme`, or nothing yet)."""
    first = FITTING.get(Theme(theme), ()) if theme else ()
    return (*first, *(failure for failure in Failure if failure not in first))


@dataclass(frozen=True, slots=True)
class Change:
    """One action of a plan, as far as it can lack something. `owner` is empty where nobody has it."""

    what: str
    due_on: date
    owner: str = ""
    is_owner_gone: bool = False
    has_owner_agreed: bool = False
    measure: str = ""
    answers_words: bool = False
    is_containment: bool = False
    is_visible: bool = True
    answer: str = ""
    is_done: bool = False
    is_verified: bool = False

    @property
    def name(self) -> str:
        """The action in a few words, for a sentence about it."""
        words = " ".join(self.what.split())
        return words if len(words) <= SHOWN else f"{words[:SHOWN].rsplit(' ', 1)[0]}…"

    @property
    def binds(self) -> bool:
        """Whether somebody is bound by it: its owner agreed, and, where the client sees it, the client too."""
        return self.has_owner_agreed and (not self.is_visible or self.answer == Answer.AGREED)


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole plan: its changes, the words of the client that none of them answers, and who was asked for input."""

    changes: Sequence[Change]
    unanswered_words: int = 0
    was_asked: bool = False
    silent: Sequence[str] = ()  # who was asked and has not said anything
    is_approved: bool = False

    @property
    def visible(self) -> int:
        """How many changes the client sees."""
        return sum(change.is_visible for change in self.changes)

    @property
    def is_fixed(self) -> bool:
        """Whether everything is done, and the client says of all that they see that it holds."""
        return self.is_done and all(one.is_verified or not one.is_visible for one in self.changes)

    @property
    def is_done(self) -> bool:
        """Whether everything is done."""
        return bool(self.changes) and all(change.is_done for change in self.changes)

    def missing(self, today: date) -> list[str]:
        """Return what the plan lacks, in sentences; nothing where it is whole and everybody agreed."""
        if not self.changes:
            return [say("There is no action yet. Add one, or begin with a playbook.")]
        return [*self._of_changes(today), *self._of_plan()]

    def _of_changes(self, today: date) -> Iterator[str]:
        going = [change for change in self.changes if not change.is_done]
        for change in going:
            if change.is_owner_gone:
                name, what = change.owner, change.name
                yield say("{name} cannot do it any more. Who takes over “{what}”?", name=name, what=what)
        yield from _told(
            [change for change in going if not change.owner], "“{what}” has no owner.", "{n} actions have no owner."
        )
        yield from _told(
            [change for change in going if change.due_on < today],
            "The day of “{what}” has passed.",
            "The days of {n} actions have passed.",
        )
        yield from _told(
            [change for change in going if not change.measure],
            "“{what}” has no measure: how will we know that it worked?",
            "{n} actions have no measure: how will we know that they worked?",
        )
        yield from _told(
            [change for change in going if change.is_visible and not change.answers_words],
            "“{what}” answers nothing that they said.",
            "{n} changes answer nothing that they said.",
        )
        asked = [one for one in going if one.owner and not (one.is_owner_gone or one.has_owner_agreed)]
        for owner in dict.fromkeys(change.owner for change in asked):
            yield say("{name} has not agreed to it yet.", name=owner)

    def _of_plan(self) -> Iterator[str]:
        if all(change.is_containment for change in self.changes):
            yield say("Everything here stops the harm. Nothing keeps it from coming back yet.")
        if self.unanswered_words:
            yield counted(
                self.unanswered_words,
                "One thing that they said is answered by no change.",
                "{n} things that they said are answered by no change.",
            )
        if not self.was_asked:
            yield say("Nobody else on the account was asked what they would do.")
        for name in self.silent:
            yield say("{name} was asked and has not said anything yet.", name=name)
        if not self.is_approved:
            yield say("The lead or a manager has not approved it.")
        open_ones = [change for change in self.changes if change.is_visible and change.answer != Answer.AGREED]
        if open_ones:
            yield counted(
                len(open_ones), "The client has not agreed to one change.", "The client has not agreed to {n} changes."
            )


def _told(changes: Sequence[Change], one: str, many: str) -> Iterator[str]:
    """Say it of a change by its name, or of several by their number."""
    if changes:
        yield counted(len(changes), one, many, what=changes[0].name)


def is_fanfare(sent: Iterable[datetime], now: datetime) -> bool:
    """Whether more progress than one letter a week went out that nobody asked for; `sent` are those letters."""
    return sum(now - WEEK < at <= now for at in sent) > MOST_UNSOLICITED
