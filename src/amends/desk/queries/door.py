"""What is missing or unsafe at the door by which mail comes in, for `amends doctor`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography import x509
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from amends.core.client import client_of
from amends.desk.queries.drop import has_door, our_keys

if TYPE_CHECKING:
    from collections.abc import Iterator

NEW, ASIDE = "new", "aside"  # folders of the queue (`actions.spool`)
WAITS_LONG = timedelta(minutes=10)  # judgement: a worker takes a mail in within seconds
SOON = timedelta(days=14)  # judgement: time enough to renew a certificate


def door_findings(now: datetime) -> Iterator[str]:
    """Say what is missing or unsafe at the drop door: nothing where there is none."""
    yield from _queue(now)
    if not has_door():
        return
    if client_of(f"x@{settings.DROP_DOMAIN}") not in our_keys():
        told = _(
            "Mail to the desk goes to %s, which is no domain of the firm: where such an address stands beside a"
            " client’s, it may be taken for a company. Use a name below your own domain, or add it under Settings,"
            " Firm."
        )
        yield told % settings.DROP_DOMAIN
    if settings.DROP_CERT:
        yield from _certificate(now)
    elif not _is_own(settings.DROP_HOST):
        yield _(
            "Mail to the desk, and the secret addresses with it, cross the network in the clear. Set AMENDS_DROP_CERT"
            " and AMENDS_DROP_KEY."
        )


def _is_own(host: str) -> bool:
    """Whether only this machine reaches a host."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _certificate(now: datetime) -> Iterator[str]:
    try:
        shown = x509.load_pem_x509_certificate(Path(settings.DROP_CERT).read_bytes())
    except (OSError, ValueError) as error:
        told = _("The certificate of the drop door (%(path)s) cannot be read: %(why)s. The door does not open with it.")
        yield told % {"path": settings.DROP_CERT, "why": error}
        return
    if shown.not_valid_after_utc < now + SOON:
        told = _("The certificate of the drop door ends on %s. Renew it, and start the door again.")
        yield told % f"{shown.not_valid_after_utc:%Y-%m-%d}"


def _queue(now: datetime) -> Iterator[str]:
    """Say what lies in the queue for longer than any worker would leave it, and what no worker could take in."""
    queue = Path(settings.DROP_QUEUE)
    names = sorted(each.name for each in (queue / NEW).glob("*.eml"))
    if names and _came_at(queue / NEW / names[0], now) < now - WAITS_LONG:
        told = ngettext(
            "%(count)d mail to the desk has waited for over 10 minutes in %(path)s. Start a worker that sees this"
            " folder.",
            "%(count)d mails to the desk have waited for over 10 minutes in %(path)s. Start a worker that sees this"
            " folder.",
            len(names),
        )
        yield told % {"count": len(names), "path": queue / NEW}
    aside = sum(1 for _each in (queue / ASIDE).glob("*"))
    if aside:
        told = ngettext(
            "%(count)d mail to the desk could not be taken in, and lies in %(path)s. Look at it, and remove it.",
            "%(count)d mails to the desk could not be taken in, and lie in %(path)s. Look at them, and remove them.",
            aside,
        )
        yield told % {"count": aside, "path": queue / ASIDE}


def _came_at(path: Path, now: datetime) -> datetime:
    """Return when a file came; now, when a worker has just taken it."""
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except FileNotFoundError:
        return now
