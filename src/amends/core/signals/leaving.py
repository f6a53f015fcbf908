"""The person we deal with is leaving, or their mailbox is gone already; somebody new will decide."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

from amends.core.evidence import Evidence, Family, Signal
from amends.core.history import look_back, within
from amends.core.language import Rule
from amends.core.message import Automated
from amends.core.wording import day, say

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from amends.core.history import History
    from amends.core.hours import BusinessHours
    from amends.core.message import Message, Relationship

POINTS = 10  # docs/method.md rule 1
REMEMBERED = timedelta(days=90)  # judgement: by then the new person is known
HABIT = timedelta(weeks=26)  # judgement: who wrote most in the half year before is the main contact
LEAST_MESSAGES = 5  # judgement: from fewer no main contact is made out
BOUNCES_WITHIN = timedelta(hours=1)  # judgement: a bounce tells of the mail just sent


def find(relationship: Relationship, now: datetime, hours: BusinessHours) -> Iterator[Signal]:
    """Yield one signal when the client said so, else when our mail to the main contact bounces and they fell silent."""
    history = look_back(relationship, now)
    heard = history.heard({Rule.LEAVING}, now - REMEMBERED)
    if heard:
        summary = say("A contact is leaving, they wrote on {day}", day=day(heard[0][0].at, now, hours))
        evidence = tuple(Evidence(message.id, message.at, quote) for message, quote in heard)
        yield Signal("contact leaving", Family.PEOPLE, POINTS, summary, evidence)
    elif bounce := _bounce_of_main_contact(history, now):
        summary = say("Mail to their main contact comes back since {day}", day=day(bounce.at, now, hours))
        yield Signal("contact leaving", Family.PEOPLE, POINTS, summary, (Evidence(bounce.id, bounce.at),))


def _bounce_of_main_contact(history: History, now: datetime) -> Message | None:
    """Return the first bounce of a mail to the main contact alone, if they have not written since."""
    wrote_last = {message.sender: message.at for message in history.inbound}
    sent: Message | None = None
    tried: set[str] = set()
    for message in within(history.messages, now - REMEMBERED):
        if message.automated is None and message.from_us:
            sent = message
        elif message.automated is Automated.BOUNCE and sent and message.at - sent.at <= BOUNCES_WITHIN:
            [first, *others] = sent.to or [""]
            if first not in tried and not others and wrote_last.get(first, message.at) < message.at:
                tried.add(first)
                if first == _main_contact(history, message.at):
                    return message
    return None


def _main_contact(history: History, at: datetime) -> str:
    """Return who wrote most in the half year before; "" when that is too little to tell."""
    writers = Counter(message.sender for message in within(history.inbound, at - HABIT, at))
    address, count = max(writers.items(), key=lambda item: item[1], default=("", 0))
    return address if count >= LEAST_MESSAGES else ""
