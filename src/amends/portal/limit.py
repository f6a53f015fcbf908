"""How often an address on the network may ask for pages that are none: a guesser waits, a person hardly notices.

Only pages that are none are refused: whoever has a link comes in, also from an office, or behind a proxy, that a
guesser shares with them.

Counted in this process's memory alone: a stranger's request writes no row. The tokens hold by their length (256 bits);
this keeps the machine quiet.
"""

from __future__ import annotations

from hashlib import sha256

from django.core.cache import cache

MOST = 30  # pages that are none, from one address (judgement: a broken link is opened a few times)
SECONDS = 15 * 60  # in which they are counted, and until they are forgotten (judgement)


def is_reached(address: str) -> bool:
    """Whether an address has asked for too many pages that are none."""
    return int(cache.get(_key(address), 0)) >= MOST


def count(address: str) -> None:
    """Count that an address asked for a page that is none."""
    cache.set(_key(address), int(cache.get(_key(address), 0)) + 1, SECONDS)


def _key(address: str) -> str:
    return f"portal-missed-{sha256(address.encode()).hexdigest()}"
