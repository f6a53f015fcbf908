"""Secrets that the desk must show or use again, sealed with a key that lies outside the database.

AES-128 in CBC mode with HMAC-SHA-256, as in Fernet (https://github.com/fernet/spec). Whoever copies the database alone
has nothing; whoever loses the key signs in again everywhere.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64encode
from functools import lru_cache
from hashlib import sha256

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.utils.translation import gettext as _

from amends import secret

FILE = "seal-key"
SHORTEST_KEY = 32  # letters: 128 bits written in hexadecimal digits
BETWEEN_KEYS = re.compile(r"[\s,]+")


class SealError(Exception):
    """What was sealed cannot be opened with the keys that there are; its words are for people."""


def seal(text: str) -> str:
    """Return a text so that only who has the key can read it."""
    return _sealer(_keys()).encrypt(text.encode()).decode("ascii")


def unseal(text: str) -> str:
    """Return what was sealed. Raises SealError when it was sealed with a key that is not there any more."""
    try:
        return _sealer(_keys()).decrypt(text.encode()).decode()
    except InvalidToken as error:
        raise SealError(
            _(
                "The stored password cannot be opened: it was sealed with another key. Put back the file seal-key, or"
                " AMENDS_SEAL_KEY, as it was; or enter the password again."
            )
        ) from error


def resealed(text: str) -> str:
    """Return what was sealed as the first key seals it; the same text where that is so already."""
    first = _sealer(_keys()[:1])
    try:
        first.decrypt(text.encode())
    except InvalidToken:
        return seal(unseal(text))
    return text


def _keys() -> tuple[str, ...]:
    """Return the keys: the first one seals, each of them opens."""
    given = settings.SEAL_KEY or secret.kept_at(settings.HOME / FILE)
    return tuple(filter(None, BETWEEN_KEYS.split(given)))


@lru_cache(maxsize=4)
def _sealer(keys: tuple[str, ...]) -> MultiFernet:
    """Return what seals with the first of some keys; a key of any letters becomes the 32 bytes that are needed."""
    return MultiFernet([Fernet(urlsafe_b64encode(sha256(key.encode()).digest())) for key in keys])


def has_short_key() -> bool:
    """Whether a key is short enough to guess. Asked without making one."""
    return any(len(key) < SHORTEST_KEY for key in BETWEEN_KEYS.split(settings.SEAL_KEY) if key)
