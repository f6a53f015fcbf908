"""Findings that a person marked wrong: taken out of the messages before any signal looks, so that counts stay right.

A finding is named by the rule of its line and the id of its evidence. docs/method.md rule 1: a user can mark a finding
wrong.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from amends.core.language import Rule

if TYPE_CHECKING:
    from collections.abc import Iterable

    from amends.core.message import Message

Finding = tuple[str, str]  # the rule of a line, the id of a message or a record

# What a line says of a message, by the line's rule: all of it goes when the line is marked wrong.
SAID_BY = {
    "complaint": frozenset({Rule.COMPLAINT, Rule.ESCALATION, Rule.REMEDY, Rule.UNHAPPY}),
    "unhappy": frozenset({Rule.UNHAPPY}),
    "exit words": frozenset({Rule.EXIT}),
    "chaser": frozenset({Rule.CHASER}),
    "contact leaving": frozenset({Rule.LEAVING}),
    "invoice disputed": frozenset({Rule.DISPUTE}),
    "praise": frozenset({Rule.PRAISE}),
}


def without(messages: tuple[Message, ...], dismissed: Iterable[Finding]) -> tuple[Message, ...]:
    """Return the messages without what was marked wrong in them.

    Who marked a complaint wrong is not told of the same mail again that it seems unhappy.
    """
    wrong: dict[str, set[str]] = {}
    for rule, evidence_id in dismissed:
        wrong.setdefault(evidence_id, set()).add(rule)
    if not wrong:
        return messages
    return tuple(_without(message, wrong[message.id]) if message.id in wrong else message for message in messages)


def _without(message: Message, rules: set[str]) -> Message:
    gone = frozenset[str]().union(*(SAID_BY.get(rule, frozenset()) for rule in rules))
    is_promise_wrong = "promise" in rules
    return replace(
        message,
        said=tuple(one for one in message.said if one.rule not in gone),
        unhappy=0.0 if Rule.UNHAPPY in gone else message.unhappy,
        promised="" if is_promise_wrong else message.promised,
        promised_by=None if is_promise_wrong else message.promised_by,
    )
