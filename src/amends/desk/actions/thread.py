"""Conversations in the database: what `core.thread` does with a whole mailbox, a batch at a time and in any order.

A `Reference` row says which conversation a Message-ID belongs to, met as a message or only as somebody's parent: a late
message that bridges two conversations makes them one. Answers that name no message (`Message.is_loose`) are joined by
subject, people and time, once everything of an import is there.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from amends.core.thread import SUBJECT_DAYS, bare_subject
from amends.desk.actions.rows import insert_rows
from amends.desk.models import Message, Reference

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import datetime

    from django.db.models import QuerySet

    from amends.desk.actions.reading import Letter

    Within = tuple[datetime, datetime]

ASKED_AT_ONCE = 10_000  # keys in one question: below the limit of 32,766 parameters that SQLite has had since 3.32
REACH = timedelta(days=SUBJECT_DAYS + 1)  # how much older the message may be that a loose answer is joined to
Some = TypeVar("Some")


class _Threads:
    """The conversations of one client as far as a batch touches them: labels joined to the label that stays."""

    def __init__(self) -> None:
        self.label_of: dict[int, int] = {}  # of a Message-ID's key, as kept
        self.kept: set[int] = set()  # labels that rows carry
        self.joined: dict[int, int] = {}
        self.fresh: dict[int, int] = {}  # keys that have no row yet

    def find(self, label: int) -> int:
        while label in self.joined:
            label = self.joined[label]
        return label

    def join(self, key: int, parents: Sequence[int]) -> None:
        """Put a message and its parents into one conversation: the least label known, else the message's own key."""
        met = dict.fromkeys((key, *parents))
        labels = {self.find(label) for each in met if (label := self.label_of.get(each)) is not None}
        stays = min(labels, default=key)
        self.joined.update({label: stays for label in labels if label != stays})
        for each in met:
            if each not in self.label_of:
                self.label_of[each] = self.fresh[each] = stays


def thread_letters(letters: Sequence[tuple[int, Letter]]) -> list[int]:
    """Return the conversation of each (client id, letter), new or joined. Effects: `Reference` rows, merged threads."""
    threads = _known_threads(letters)
    for client_id, letter in letters:
        threads[client_id].join(letter.key, letter.parents)
    fresh = ((client_id, key, of.find(label)) for client_id, of in threads.items() for key, label in of.fresh.items())
    insert_rows(Reference, ("client", "key", "thread"), fresh)
    for client_id, of in threads.items():
        _relabel(client_id, {label: of.find(label) for label in of.joined if label in of.kept})
    return [threads[client_id].find(threads[client_id].label_of[letter.key]) for client_id, letter in letters]


def _known_threads(letters: Sequence[tuple[int, Letter]]) -> defaultdict[int, _Threads]:
    """Return what is known of the conversations that some letters name."""
    wanted = {(client_id, key) for client_id, letter in letters for key in (letter.key, *letter.parents)}
    clients, keys = {client_id for client_id, _ in wanted}, [key for _, key in wanted]
    threads: defaultdict[int, _Threads] = defaultdict(_Threads)
    for some in in_pieces(keys):
        rows = Reference.objects.filter(client__in=clients, key__in=some).values_list("client_id", "key", "thread")
        for client_id, key, thread in rows:
            threads[client_id].label_of[key] = thread
            threads[client_id].kept.add(thread)
    return threads


def in_pieces(values: Sequence[Some]) -> Iterator[Sequence[Some]]:
    """Cut values into as many as one question may name."""
    for start in range(0, len(values), ASKED_AT_ONCE):
        yield values[start : start + ASKED_AT_ONCE]


def _relabel(client_id: int, labels: dict[int, int]) -> None:
    """Give the messages and references of some conversations of a client the label of the one they turned out to be."""
    for old, new in labels.items():
        inside = Reference.objects.filter(client=client_id, thread=old)
        Message.objects.filter(client=client_id, key__in=inside.values("key")).update(thread=new)
        inside.update(thread=new)


def join_loose_answers(clients: QuerySet[Message, Any] | Collection[int], within: Within | None = None) -> None:
    """Join the answers of some clients that name no message to the last message of their subject, as `core.thread`.

    `within` (first and last moment) looks only at the answers that messages of that time can be joined to. Only joins,
    never parts: an answer that was joined to an older message of its subject stays there when a message in between
    comes to light in a later file.
    """
    loose = Message.objects.filter(client__in=clients, is_loose=True)
    if within:
        loose = loose.filter(at__range=(within[0], within[1] + REACH))
    moments: defaultdict[int, list[datetime]] = defaultdict(list)
    for client_id, at in loose.values_list("client_id", "at"):
        moments[client_id].append(at)
    for client_id, those in sorted(moments.items()):
        _join_loose_answers_of(client_id, (min(those) - REACH, max(those)))


def _join_loose_answers_of(client_id: int, within: Within) -> None:
    rows = Message.objects.filter(client=client_id, at__range=within).order_by("at", "pk")
    threads = _Threads()
    last_of_subject: dict[str, tuple[int, datetime, frozenset[str]]] = {}
    fields = ("thread", "at", "subject", "is_loose", "sender", "to")
    for thread, at, subject, is_loose, sender, to in rows.values_list(*fields).iterator():
        threads.label_of[thread] = thread
        bare, _ = bare_subject(subject)
        people = frozenset((sender, *to))
        before = last_of_subject.get(bare)
        if is_loose and before and people & before[2] and (at - before[1]).days <= SUBJECT_DAYS:
            threads.join(thread, (before[0],))
        last_of_subject[bare] = (thread, at, people)
    _relabel(client_id, {label: threads.find(label) for label in threads.joined})
