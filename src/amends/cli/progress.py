"""How far a long command is: one line on stderr, with the time left."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Callable

# Often enough to look alive, seldom enough to cost nothing.
EVERY_SECONDS = 0.25
# Where the line cannot be rewritten (a log file), say something this often.
LOG_EVERY_SECONDS = 10.0
# A guess of the time left needs something to go by.
GUESS_AFTER_SECONDS = 1.0


class Progress:
    """Tells `done` of `total` with the time left; silent when the work is shorter than its first interval."""

    def __init__(self, out: TextIO, clock: Callable[[], float]) -> None:
        self.out = out
        self.clock = clock
        self.rewrites = out.isatty()
        self.every = EVERY_SECONDS if self.rewrites else LOG_EVERY_SECONDS
        self.started = self.told = clock()
        self.is_open = False

    def start(self) -> None:
        """Begin a new stretch of work, with a clock of its own."""
        self.started = self.clock()

    def tell(self, what: str, done: int, total: int) -> None:
        """Say how far it is, if it is time to: `what` is the sentence so far ("12,480 messages")."""
        now = self.clock()
        if now - self.told < self.every:
            return
        self.told = now
        line = f"{what}."
        if total:
            share = min(done / total, 1.0)
            line = f"{what}, {share:.0%}. {time_left(now - self.started, share)}".rstrip()
        if self.rewrites:
            self.out.write(f"\r\x1b[K{line}")
            self.is_open = True
        else:
            self.out.write(f"{line}\n")
        self.out.flush()

    def close(self) -> None:
        """Leave a clean line."""
        if self.is_open:
            self.out.write("\r\x1b[K")
            self.out.flush()
            self.is_open = False


def time_left(elapsed: float, share: float) -> str:
    """Return how long it will still take, in words; empty while there is nothing to go by. `elapsed` in seconds."""
    if elapsed < GUESS_AFTER_SECONDS or share <= 0:
        return ""
    seconds = elapsed / share - elapsed
    if seconds < 90:  # noqa: PLR2004  (up to a minute and a half people think in seconds)
        whole = max(1, round(seconds))
        return f"About {whole} second{'s' if whole > 1 else ''} left."
    return f"About {round(seconds / 60)} minutes left."
