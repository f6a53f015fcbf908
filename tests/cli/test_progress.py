"""Progress tells how far, how many and how long; never on a line of its own when it can rewrite one."""

from __future__ import annotations

from io import StringIO

import pytest

from amends.cli.progress import Progress, time_left


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


class Clock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def test_a_terminal_gets_one_line_that_is_rewritten_and_taken_away() -> None:
    clock, screen = Clock(), Terminal()
    progress = Progress(screen, clock)
    clock.seconds = 10
    progress.tell("12,480 messages read", 25, 100)
    clock.seconds = 10.1
    progress.tell("too soon", 26, 100)
    progress.close()
    progress.close()

    assert screen.getvalue() == "\r\x1b[K12,480 messages read, 25%. About 30 seconds left.\r\x1b[K"


def test_a_log_file_gets_a_line_now_and_then() -> None:
    clock, log = Clock(), StringIO()
    progress = Progress(log, clock)
    clock.seconds = 9
    progress.tell("too soon", 1, 100)
    clock.seconds = 60
    progress.tell("12,480 messages read", 20, 100)
    progress.close()

    assert log.getvalue() == "12,480 messages read, 20%. About 4 minutes left.\n"


def test_nothing_to_read_is_not_divided_by() -> None:
    clock, screen = Clock(), Terminal()
    progress = Progress(screen, clock)
    progress.start()
    clock.seconds = 2
    progress.tell("0 messages read", 0, 0)

    assert screen.getvalue() == "\r\x1b[K0 messages read."


@pytest.mark.parametrize(
    ("elapsed", "share", "words"),
    [
        (0.5, 0.5, ""),
        (5, 0, ""),
        (2, 0.66, "About 1 second left."),
        (2, 0.999, "About 1 second left."),
        (60, 0.5, "About 60 seconds left."),
        (60, 0.25, "About 3 minutes left."),
    ],
)
def test_the_time_left_is_said_in_round_words(elapsed: float, share: float, words: str) -> None:
    assert time_left(elapsed, share) == words
