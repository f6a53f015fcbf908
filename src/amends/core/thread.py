"""Conversations: messages joined by their References, else by subject, people and time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

# A reply without headers joins the last message of its subject when it is at most this old. [J]
SUBJECT_DAYS = 30
REPLY_PREFIX = re.compile(
    r"\s{0,9}(?:(?:re|aw|antw|antwort|sv|vs|odp|r|rv|rif|ref|res|ynt|fw|fwd|wg|tr|doorst|i|enc|rép|réf)"
    r"(?:\s?[\[(]\d{1,3}[\])])?\s?[:\uff1a]|\[[^\]\n]{1,40}\])\s{0,9}",
    re.IGNORECASE,
)
SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Link:
    """What threading needs of one message: who it names as its parents, and its subject, people and time."""

    id: str | int
    parents: tuple[str | int, ...]
    subject: str
    people: frozenset[str]
    at: datetime


def key_of(message_id: str) -> int:
    """Return a 63-bit key for a Message-ID: half a million of them collide with a chance of 1 in 70 million."""
    return int.from_bytes(blake2b(message_id.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big") >> 1


@lru_cache(maxsize=1024)
def bare_subject(subject: str) -> tuple[str, bool]:
    """Return a subject without reply prefixes and list tags, in lower case, and whether it had a reply prefix."""
    start, is_reply = 0, False
    while match := REPLY_PREFIX.match(subject, start):
        is_reply = is_reply or not match[0].lstrip().startswith("[")
        start = match.end()
    return SPACES.sub(" ", subject[start:]).strip().lower(), is_reply


class _Groups:
    """Union-find with path halving: joins in nearly constant time."""

    def __init__(self, size: int) -> None:
        self.parent = list(range(size))

    def find(self, item: int) -> int:
        parent = self.parent
        while parent[item] != item:
            parent[item] = parent[parent[item]]
            item = parent[item]
        return item

    def join(self, one: int, other: int) -> None:
        low, high = sorted((self.find(one), self.find(other)))
        self.parent[high] = low


def thread_numbers(links: Sequence[Link]) -> list[int]:
    """Return a thread number for each message, 0, 1, 2 … by first message; `links` are in order of time.

    A named parent joins, also when the parent itself is not in the mail (two answers to a lost message are one
    thread). A message that names no parent but has a reply prefix joins the last message with the same subject that
    shares a person with it and is at most `SUBJECT_DAYS` older: much exported mail has neither header.
    """
    groups = _Groups(len(links))
    first_seen: dict[str | int, int] = {}
    last_of_subject: dict[str, int] = {}
    for number, link in enumerate(links):
        for known in (link.id, *link.parents):
            groups.join(number, first_seen.setdefault(known, number))
        subject, is_reply = bare_subject(link.subject)
        if is_reply and not link.parents and subject in last_of_subject:
            before = links[last_of_subject[subject]]
            if link.people & before.people and (link.at - before.at).days <= SUBJECT_DAYS:
                groups.join(number, last_of_subject[subject])
        last_of_subject[subject] = number
    numbers: dict[int, int] = {}
    return [numbers.setdefault(groups.find(number), len(numbers)) for number in range(len(links))]
