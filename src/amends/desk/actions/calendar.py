"""A colleague's own calendar gets a private address, and loses it."""

from __future__ import annotations

from datetime import timedelta
from secrets import token_urlsafe
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q

from amends.desk.actions.event import record
from amends.desk.models import Feed
from amends.desk.queries.user import hash_of

if TYPE_CHECKING:
    from datetime import datetime

    from amends.desk.models import User

TOKEN_BYTES = 32  # 256 bits of chance: nobody guesses it
NOTED_EVERY = timedelta(hours=1)  # that a program came is written down so often at most; judgement


@transaction.atomic
def make_feed(user: User, *, now: datetime) -> str:
    """Make the private address of somebody's own calendar, and return its token, which is kept nowhere.

    An address that was made before leads nowhere from then on.
    """
    token = token_urlsafe(TOKEN_BYTES)
    told = {"token_hash": hash_of(token), "made_at": now, "fetched_at": None}
    feed, _is_new = Feed.objects.update_or_create(user=user, defaults=told)
    record("make_feed", feed, by=user, now=now)
    return token


@transaction.atomic
def end_feed(user: User, *, now: datetime) -> None:
    """Take the private address of somebody's own calendar away; nothing happens where there is none."""
    for feed in Feed.objects.filter(user=user):
        record("end_feed", feed, by=user, now=now)
        feed.delete()


def note_fetch(feed: Feed, *, now: datetime) -> None:
    """Write down that a calendar program came, so that its owner sees whether it does."""
    stale = Q(fetched_at=None) | Q(fetched_at__lt=now - NOTED_EVERY)
    Feed.objects.filter(stale, pk=feed.pk).update(fetched_at=now)
