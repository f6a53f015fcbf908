"""Colleagues and their open sessions."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, Q
from django.utils.formats import time_format

from amends.desk.models import Firm, Invitation, LinkKind, Refusal, Standing, User

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from amends.desk.models import SignIn

MOST_FAILURES = 5  # with one e-mail, within `WAIT`; judgement, as OWASP's cheat sheets advise few
MOST_FROM_ONE_ADDRESS = 20  # judgement: a whole office may share one
WAIT = timedelta(minutes=15)  # judgement: guessing stops to pay, a person's coffee does not get cold


def door_closed_until(email: str, address: str, now: datetime) -> datetime | None:
    """Return until when an e-mail or an address must wait after too many failures; None when it need not."""
    recent = Refusal.objects.filter(at__gt=now - 2 * WAIT).order_by("-at")
    for tries, most in (
        (recent.filter(email=email), MOST_FAILURES),
        (recent.filter(address=address), MOST_FROM_ONE_ADDRESS),
    ):
        failed = list(tries.values_list("at", flat=True)[:most])
        if len(failed) == most and failed[0] - failed[-1] <= WAIT and failed[0] + WAIT > now:
            return failed[0] + WAIT
    return None


def moment_in_words(at: datetime) -> str:
    """Return a time of day as the firm's clock shows it."""
    firm = Firm.objects.first()
    return time_format(at.astimezone(ZoneInfo(firm.zone if firm else "UTC")).time(), "TIME_FORMAT")


def team() -> QuerySet[User]:
    """Return all colleagues, the closed last, each with `looks_after`: how many clients are theirs."""
    theirs = Count("clients", filter=Q(clients__standing=Standing.CLIENT))
    return User.objects.select_related("branch").annotate(looks_after=theirs).order_by("-is_active", "name", "pk")


def open_sign_ins(user: User, now: datetime) -> QuerySet[SignIn]:
    """Return where somebody is signed in, the latest first; sessions that ran out are left out."""
    return user.sign_ins.filter(at__gt=now - timedelta(seconds=settings.SESSION_COOKIE_AGE))


def sign_in_of(user: User, session_key: str) -> SignIn | None:
    """Return the row of one session of somebody's."""
    return user.sign_ins.filter(session_key=session_key).first()


def hash_of(token: str) -> str:
    """Return what is kept of a link's token: it is looked up by this hash, so that time tells nothing of the token."""
    return sha256(token.encode()).hexdigest()


def links_open(token: str, now: datetime, kind: LinkKind) -> QuerySet[Invitation]:
    """Return the link of one kind that a token stands for, as long as it may be used."""
    return Invitation.objects.filter(
        kind=kind, token_hash=hash_of(token), used_at=None, expires_at__gt=now, user__is_active=True
    ).select_related("user")


def invited_by(token: str, now: datetime) -> User | None:
    """Return whom an invitation lets in; None when it is unknown, used or too old."""
    link = links_open(token, now, LinkKind.INVITATION).first()
    return link.user if link else None
