"""What stands where somebody who was erased stood, and how it is said to people."""

from __future__ import annotations

from django.utils.translation import gettext as _

ERASED = "[erased]"  # stands where their words or their name stood
NOWHERE = "erased.invalid"  # RFC 2606: nobody's domain


def is_nowhere(address: str) -> bool:
    """Whether an address stands for somebody who was erased."""
    return address.endswith(f"@{NOWHERE}")


def shown_address(address: str) -> str:
    """Return an address as people are shown it."""
    return _("Somebody who was erased") if is_nowhere(address) else address


def kept_words(text: str) -> str:
    """Return words that are there still, and nothing of those that were erased."""
    return "" if text.strip() == ERASED else text
