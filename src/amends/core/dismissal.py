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

    from amends.core.message import Message, Told

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
    wrong = _by_evidence(dismissed)
    if not wrong:
        return messages
    return tuple(_without(message, wrong[message.id]) if message.id in wrong else message for message in messages)


def without_told(told: tuple[Told, ...], dismissed: Iterable[Finding]) -> tuple[Told, ...]:
    """Return words that were written down without what was marked wrong in them."""
    wrong = _by_evidence(dismissed) if told else {}
    return tuple(_untold(one, wrong[one.id]) if one.id in wrong else one for one in told)


def _by_evidence(dismissed: Iterable[Finding]) -> dict[str, set[str]]:
    wrong: dict[str, set[str]] = {}
    for rule, evidence_id in dismissed:
        wrong.setdefault(evidence_id, set()).add(rule)
    return wrong


def _gone(rules: set[str]) -> frozenset[Rule]:
    return frozenset[Rule]().union(*(SAID_BY.get(rule, frozenset()) for rule in rules))


def _untold(told: Told, rules: set[str]) -> Told:
    gone = _gone(rules)
    return replace(
        told,
        said=tuple(one for one in told.said if one.rule not in gone),
        unhappy=0.0 if Rule.UNHAPPY in gone else told.unhappy,
        severity=0 if Rule.COMPLAINT in gone else told.severity,
    )


def _without(message: Message, rules: set[str]) -> Message:
    gone = _gone(rules)
    is_promise_wrong = "promise" in rules
    return replace(
        message,
        said=tuple(one for one in message.said if one.rule not in gone),
        unhappy=0.0 if Rule.UNHAPPY in gone else message.unhappy,
        promised="" if is_promise_wrong else message.promised,
        promised_by=None if is_promise_wrong else message.promised_by,
    )
