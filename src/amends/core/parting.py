"""Part well: the last memory is a good one (docs/method.md rule 11).

The words to say and to copy by hand, and what is still missing before goodbye is said. No word of blame, and none of
winning them back: that is a date in our own diary.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from amends.core.wording import later, say

HELLO_AFTER = timedelta(days=90)  # docs/method.md rule 11
WIN_BACK_AFTER = timedelta(days=180)  # a quarter after the hello (judgement)
LONGEST_NOTE = 1_200  # characters: what fits a card, written by hand (judgement)

# Each line of a script is one thing to say; then stop. The wording is that of docs/method.md rules 5 and 11.
CALL = (
    later("{name}, it is {caller}. I am calling because of how this ended, not to change your mind."),
    later("I am sorry for how this was handled. You had every right to expect better from us."),
    later("Let me tell you what we hand over, and by when, so that nothing is left open on our side."),
    later("If there is anything I can do for you in the future, please call me. That stays true."),
    later("I would be glad to say this in person. Would a coffee next week suit you? If not, that is fine, too."),
)
VOICEMAIL = (
    later("{name}, it is {caller}. I am sorry for how this was handled."),
    later("You need not call back. If there is anything I can do for you in the future, please call me."),
    later("My number is {phone}. All the best to you and your people."),
)
VOICEMAIL_NO_NUMBER = later("All the best to you and your people.")
NOTE = later(
    "{name}, I'm sorry for how this was handled. If there is anything I can do for you in the future, please call me."
)


class Missing(StrEnum):
    """What a good farewell still lacks, in the order in which it is done."""

    CALL = "call"
    NOTE = "note"
    MEETING = "meeting"
    HAND_OVER = "hand_over"
    OWED = "owed"
    HELLO = "hello"
    WHO_HEARS = "who_hears"


@dataclass(frozen=True, slots=True)
class Farewell:
    """How far a farewell has come."""

    is_called: bool = False  # they were called, or a message was left
    is_note_sent: bool = False
    is_met: bool = False  # or they would rather not
    open_things: int = 0  # of the hand-over list
    is_handed_over: bool = False  # there is a list at all
    is_owed_settled: bool = False  # paid, or nothing is
    has_hello: bool = False
    has_who_hears: bool = False


def still_missing(farewell: Farewell) -> tuple[Missing, ...]:
    """Return what is still missing; empty when goodbye was said well. It may be said all the same, with a reason."""
    there = {
        Missing.CALL: farewell.is_called,
        Missing.NOTE: farewell.is_note_sent,
        Missing.MEETING: farewell.is_met,
        Missing.HAND_OVER: farewell.is_handed_over and not farewell.open_things,
        Missing.OWED: farewell.is_owed_settled,
        Missing.HELLO: farewell.has_hello,
        Missing.WHO_HEARS: farewell.has_who_hears,
    }
    return tuple(missing for missing, is_there in there.items() if not is_there)


def call_script(name: str, caller: str) -> tuple[str, ...]:
    """Return what to say on the phone, one thing a line, in the language spoken."""
    return tuple(say(line, name=name, caller=caller) for line in CALL)


def voicemail_script(name: str, caller: str, phone: str = "") -> tuple[str, ...]:
    """Return what to leave when nobody answers, in the language spoken; without a number of ours none is named."""
    lines = VOICEMAIL if phone else (*VOICEMAIL[:-1], VOICEMAIL_NO_NUMBER)
    return tuple(say(line, name=name, caller=caller, phone=phone) for line in lines)


def note_for(name: str) -> str:
    """Return the note to begin with, to be copied by hand, in the language spoken."""
    return say(NOTE, name=name)
