"""Who may found the firm: whoever holds the link that `amends serve` prints where there is none yet."""

from __future__ import annotations

from django.utils.crypto import constant_time_compare, salted_hmac

KEY_LETTERS = 32  # of a hash: 128 bits


def first_key() -> str:
    """Return the key of the first screen; it follows from the desk's secret, and ends when the firm is founded."""
    return salted_hmac("amends.desk.beginning", "found the firm", algorithm="sha256").hexdigest()[:KEY_LETTERS]


def is_first_key(told: str) -> bool:
    """Whether somebody came with that key."""
    return constant_time_compare(told, first_key())
