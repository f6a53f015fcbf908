"""What is planted in the sample, client by client."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from amends.sources.sample.cast import read_toml


@dataclass(frozen=True, slots=True)
class Planted:
    """What `amends scan` should say of one client on the story's day.

    `client` is the domain or the free-mail address, `state` the word, `rules` the signals that were planted (others
    may be found as well), `quote` a sentence that must be shown where the story gives one, `story` why, in a line.
    """

    client: str
    state: str
    rules: tuple[str, ...] = ()
    quote: str = ""
    story: str = ""


@cache
def sample_truth() -> dict[str, Planted]:
    """Return what is planted, by client; a client who is not told of is Steady, with nothing planted."""
    rows = read_toml("truth.toml")["client"]
    return {row["client"]: Planted(**{**row, "rules": tuple(row.get("rules", ()))}) for row in rows}
