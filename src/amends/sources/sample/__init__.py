"""The sample mailbox: half a year at the invented staffing firm Alder & Quay, with known trouble planted in it.

Nobody in it is real. The same seed gives the same bytes on every machine. `docs/guide/sample.md` tells who is who and
what `amends scan` should say; `sample_truth` says the same to the tests.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from amends.sources import SourceError
from amends.sources.sample.cast import read_clients, read_firm
from amends.sources.sample.clock import NOW
from amends.sources.sample.machine import machine_letters
from amends.sources.sample.ordinary import ordinary_letters
from amends.sources.sample.post import mbox_entry
from amends.sources.sample.story import story_letters
from amends.sources.sample.truth import Planted, sample_truth

if TYPE_CHECKING:
    from pathlib import Path

    from amends.sources.sample.letter import Letter

SEED = 1
MESSAGES = 3000  # about as many as half a year of a small branch's mail that concerns clients
FIXED_MESSAGES = 422  # story and machines, whatever the size
ORDINARY_MESSAGES = 2485  # ordinary mail at scale 1
FEWEST = 2000  # with less ordinary mail the habits of a client can no longer be told

__all__ = [
    "MESSAGES", "NOW", "SEED", "Planted", "read_clients", "read_firm", "sample_letters", "sample_truth",
    "write_sample",
]  # fmt: skip


def sample_letters(*, messages: int = MESSAGES, seed: int = SEED) -> list[Letter]:
    """Return about `messages` letters, oldest first; raise ValueError below `FEWEST`."""
    if messages < FEWEST:
        raise ValueError(f"a sample needs at least {FEWEST} messages, because its clients must show their habits")
    scale = (messages - FIXED_MESSAGES) / ORDINARY_MESSAGES
    letters = [*story_letters(), *machine_letters(seed)]
    for client in (*read_clients(), *read_clients("side.toml")):
        letters += ordinary_letters(client, seed, scale)
    return sorted(letters, key=lambda letter: (letter.at, letter.id))


def write_sample(path: Path, *, messages: int = MESSAGES, seed: int = SEED, force: bool = False) -> int:
    """Write the sample as an mbox to `path` and return how many messages it holds.

    Raises SourceError when the file is there already (unless `force`) or cannot be written.
    """
    letters = sample_letters(messages=messages, seed=seed)
    try:
        with path.open("wb" if force else "xb") as mbox:
            for letter in letters:
                mbox.write(mbox_entry(letter))
    except FileExistsError:
        raise SourceError(f"{path} is there already; choose another name, or add --force to replace it") from None
    except OSError as error:
        raise SourceError(f"{path} cannot be written ({error.strerror}); choose another place") from error
    return len(letters)
