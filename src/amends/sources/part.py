"""The units a mailbox is cut into, and what may come out of one beside mail."""

from __future__ import annotations

from dataclasses import dataclass


class SourceError(Exception):
    """A source could not be read: one sentence that says what, where and what to do.

    `permanent` is true when trying again will not help (a refused password, a wrong path).
    """

    def __init__(self, message: str, *, permanent: bool = True) -> None:
        super().__init__(message)
        self.message = message
        self.permanent = permanent


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a mailbox that one worker process can read alone; it pickles.

    `kind` is a key of `amends.sources.KINDS`. `path` is a file, or the folder that holds `files`. `start` and `end`
    are bytes of an mbox (`end` 0: to its end as it is when read). `size` is the number of bytes behind it, so that
    progress can be told. `folder` is the mailbox folder's name where one is known.
    """

    kind: str
    path: str
    start: int = 0
    end: int = 0
    size: int = 0
    folder: str = ""
    is_sent: bool = False
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something that was found and not read: where, and why in one clear sentence."""

    where: str
    why: str
    is_on_purpose: bool = False  # deleted, unwanted or unsent mail: nothing went wrong
