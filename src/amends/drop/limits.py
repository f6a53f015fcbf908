"""How much anybody may ask of the door, and how many may stand in it at once."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from ipaddress import IPv6Address, ip_address, ip_network

MEGABYTE = 1024 * 1024
V6_SITE = 64  # bits of an IPv6 address that name a site: whoever has one address there has all of them


@dataclass(frozen=True, slots=True)
class Limits:
    """What one mail, one session and one address may take; all of it judgement unless a source is named."""

    size: int = 25 * MEGABYTE  # bytes of a mail, announced as SIZE (RFC 1870); what large providers send
    drained: int = 2  # times `size` that is taken from the wire, unkept, before who sends too much is cut off
    recipients: int = 10  # a mail is for one desk address, seldom for a few colleagues'
    refused: int = 10  # recipients that are refused before the session ends: nobody mistypes so many
    answers: int = 500  # lines said in a session: some hundred mails
    connections: int = 100  # open at once, in all
    of_one_address: int = 20  # of them from one address: a large mail server opens a few
    command_seconds: float = 300  # to wait for the next command (RFC 5321 section 4.5.3.2.7)
    unknown_seconds: float = 60  # for the whole session until a living drop address was named
    session_seconds: float = 900  # for any session: 25 MB need 4 minutes at 1 Mbit/s
    leave_seconds: float = 5  # for the last sentence to be taken, before the line is cut
    lookup_seconds: float = 20  # for the database to say whose an address is
    waiting: int = 2_000  # mails in the queue above which nothing more is taken


@dataclass(slots=True)
class Gate:
    """Counts who stands in the door, in all and by address."""

    limits: Limits
    inside: Counter[str] = field(default_factory=Counter)

    def enter(self, address: str) -> str:
        """Let somebody in and return under which name they are counted; empty when there are too many already."""
        name = _site(address)
        if self.inside.total() >= self.limits.connections or self.inside[name] >= self.limits.of_one_address:
            return ""
        self.inside[name] += 1
        return name

    def leave(self, name: str) -> None:
        """Count somebody out."""
        self.inside[name] -= 1
        if self.inside[name] <= 0:
            del self.inside[name]


def _site(address: str) -> str:
    """Return the name under which an address is counted: itself, of IPv6 its site."""
    try:
        told = ip_address(address.partition("%")[0])
    except ValueError:
        return address or "nobody"
    if isinstance(told, IPv6Address):
        return str(told.ipv4_mapped or ip_network((told, V6_SITE), strict=False))
    return str(told)
