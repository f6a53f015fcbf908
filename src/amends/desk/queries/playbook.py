"""Playbooks as a firm has them: its own version where it keeps one, else what is shipped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from amends.core.plan import NAMES, Failure, fitting, playbook, plays_of, spoken
from amends.core.wording import say
from amends.desk.models import Playbook

if TYPE_CHECKING:
    from amends.core.plan import Play


@dataclass(frozen=True, slots=True)
class Book:
    """A playbook: for what, its actions, and whether they are the firm's own."""

    failure: Failure
    plays: tuple[Play, ...]
    is_own: bool

    @property
    def name(self) -> str:
        """What happened, in the reader's language."""
        return say(NAMES[self.failure])


def books(theme: str = "") -> list[Book]:
    """Return every playbook, first those that fit what went wrong: one query."""
    own = {row.key: row for row in Playbook.objects.all()}
    return [_book(failure, own.get(failure)) for failure in fitting(theme)]


def book_of(failure: Failure) -> Book:
    """Return one playbook: one query."""
    return _book(failure, Playbook.objects.filter(key=failure).first())


def plays(failure: Failure) -> tuple[Play, ...]:
    """Return the actions of one playbook."""
    return book_of(failure).plays


def _book(failure: Failure, own: Playbook | None) -> Book:
    return Book(failure, plays_of(own.actions) if own else spoken(playbook(failure)), own is not None)
