"""Processes that read a mailbox side by side, and hand over what they read in the order of its parts.

Each is started fresh (spawn: a fork of a process with threads may hang) and ends with whoever started it, however that
ends. It is one batch ahead of the writer and no more, so memory stays flat.
"""

from __future__ import annotations

import signal
from contextlib import ExitStack, contextmanager
from multiprocessing import get_context
from typing import TYPE_CHECKING, Protocol, TypeVar

from amends.sources import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.connection import Connection

LEAVE_SECONDS = 5  # for a process to end when told; it holds nothing that could be lost
DIED = "The process that read the mail was ended by the system; perhaps the memory ran out. Try again."
Some_co = TypeVar("Some_co", covariant=True)


class Parted(Protocol):
    """A job in parts, each for one process (`reading.Job`, `fetching.Errand`)."""

    @property
    def parts(self) -> tuple[object, ...]:
        """The parts in their order."""
        ...


Job = TypeVar("Job", bound=Parted)
Job_contra = TypeVar("Job_contra", bound=Parted, contravariant=True)


class Work(Protocol[Job_contra, Some_co]):
    """What is done to each part: it yields plain values (`reading.letters_in`, `fetching.letters_at`)."""

    def __call__(self, job: Job_contra, number: int, /, done: int = 0) -> Iterator[Some_co]:
        """Read one part of a job, after the first `done` messages of it."""
        ...


@contextmanager
def read_by(
    count: int, work: Work[Job, Some_co], job: Job, *, part: int = 0, done: int = 0
) -> Iterator[Iterator[Some_co]]:
    """Give what `work` yields of every part of a job from a place on, in order; by so many processes, or here (0).

    Raise SourceError where the file cannot be read further, and where a process died.
    """
    numbers = range(part, len(job.parts))
    count = min(count, len(numbers))
    if count < 1:
        yield (each for number in numbers for each in work(job, number, done if number == part else 0))
        return
    with ExitStack() as stack:
        ends = [stack.enter_context(_process(work, job, numbers[first::count], part, done)) for first in range(count)]
        yield _in_order(ends, len(numbers))


def _in_order(ends: list[Connection], parts: int) -> Iterator[Some_co]:
    """Take the parts by turns: each process has every so manieth."""
    for turn in range(parts):
        end = ends[turn % len(ends)]
        while True:
            try:
                each, broken = end.recv()
            except EOFError as error:
                raise SourceError(DIED, permanent=False) from error
            if broken:
                message, is_permanent = broken
                raise SourceError(message, permanent=is_permanent)
            if each is None:
                break
            yield each


@contextmanager
def _process(work: Work[Job, Some_co], job: Job, numbers: range, part: int, done: int) -> Iterator[Connection]:
    context = get_context("spawn")
    end, other = context.Pipe(duplex=False)
    process = context.Process(target=_hand_over, args=(other, work, job, numbers, part, done), daemon=True)
    process.start()
    other.close()
    try:
        yield end
    finally:
        end.close()
        process.terminate()
        process.join(LEAVE_SECONDS)


def _hand_over(end: Connection, work: Work[Job, Some_co], job: Job, numbers: range, part: int, done: int) -> None:
    """Do the work of one process: send what it yields, and None after each part; Ctrl-C is for the parent alone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        for number in numbers:
            for each in work(job, number, done if number == part else 0):
                end.send((each, None))
            end.send((None, None))
    except SourceError as error:
        end.send((None, (error.message, error.permanent)))
    except BrokenPipeError:  # nobody listens any more
        return
