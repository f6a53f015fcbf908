"""Ways in which reading goes wrong, for processes that are started fresh: no Django here."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

from amends.sources import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from amends.desk.actions.reading import Job


def dies(job: Job, number: int, done: int = 0) -> Iterator[int]:
    """Be killed after the first piece, as by a system without memory."""
    del job, number, done
    yield 1
    os.kill(os.getpid(), signal.SIGKILL)


def breaks(job: Job, number: int, done: int = 0) -> Iterator[int]:
    """Break off after the first piece, as a damaged file does."""
    del job, number, done
    yield 1
    raise SourceError("it is damaged")
