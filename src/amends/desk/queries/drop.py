"""Drop addresses: whose they are, who may write to them, and what came by them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from django.conf import settings

from amends.core.client import client_of, key_given
from amends.desk.models import Drop, Dropped, Firm
from amends.desk.rules import Power, may
from amends.desk.seal import SealError, unseal
from amends.sources.addresses import addresses
from amends.sources.headers import split_header

if TYPE_CHECKING:
    from collections.abc import Iterable

    from amends.desk.models import User

SECRET = re.compile(r"[a-z2-7]{26}")  # base32 of 128 bits, in letters that any mail program leaves as they are
FROM_FIELD = re.compile(rb"^from[ \t]*:", re.IGNORECASE | re.MULTILINE)
SHOWN = 20  # mails on the page; judgement


def hash_of_secret(secret: str) -> str:
    """Return what an address is found by: a hash, so that neither rows nor the time it takes tell the secret."""
    return sha256(f"amends drop {secret}".encode()).hexdigest()


def has_door() -> bool:
    """Return whether this desk takes mail in at all."""
    return bool(settings.DROP_PORT and settings.DROP_DOMAIN)


def drop_behind(secret: str, *, sender: str) -> Drop | None:
    """Return the living drop address behind a secret for mail that says to come from `sender`; None for all else."""
    told = secret.lower()
    if not SECRET.fullmatch(told):
        return None
    digest = hash_of_secret(told)
    found = Drop.objects.select_related("user").filter(secret_hash=digest, ended_at=None).first()
    if found is None or not may(found.user, Power.WORK):
        return None
    return found if is_of_us(sender, (found.user.email,)) else None


def our_keys() -> frozenset[str]:
    """Return the client keys that are ourselves."""
    return frozenset(key_given(each) for firm in Firm.objects.all() for each in firm.addresses)


def is_of_us(address: str, colleagues: Iterable[str]) -> bool:
    """Return whether an address is at a domain of the firm, or a colleague's own."""
    told = address.lower()
    return told in colleagues or (bool(told) and client_of(told) in our_keys())


def is_written_by_us(head: bytes, colleagues: tuple[str, ...]) -> bool:
    """Return whether the header of a mail has one From with one address, and that is of us.

    It says who wrote; whoever knows the secret can forge it (docs/admin/drop.md).
    """
    fields, start = split_header(head)
    writers = addresses(fields.get("from", ""))
    is_single = len(FROM_FIELD.findall(head[:start])) == 1 and len(writers) == 1
    return is_single and is_of_us(writers[0].address, colleagues)


@dataclass(frozen=True, slots=True)
class OwnDrop:
    """A colleague's own drop address as the page shows it, and the last mails that came by any of theirs.

    `address` is empty where there is none, or where the key is lost that it was sealed with (`is_lost`). `has_ended`
    where there was one before: it does not come back.
    """

    drop: Drop | None
    address: str
    is_lost: bool
    has_ended: bool
    mails: list[Dropped]


def own_drop(user: User) -> OwnDrop:
    """Return a colleague's own living address with what came: two queries."""
    last = Drop.objects.filter(user=user).order_by("-pk").first()  # whoever makes another ends the one before
    has_ended = last is not None and last.ended_at is not None
    drop = None if has_ended else last
    mails = list(Dropped.objects.filter(drop__user=user)[:SHOWN])
    try:
        address = f"{unseal(drop.secret)}@{settings.DROP_DOMAIN}" if drop else ""
    except SealError:
        return OwnDrop(drop, "", is_lost=True, has_ended=False, mails=mails)
    return OwnDrop(drop, address, is_lost=False, has_ended=has_ended, mails=mails)
