"""Signing in and out: passwords are tried here, failures counted, and open sessions kept as rows."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.contrib.auth.hashers import check_password
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils.translation import gettext as _

from amends.desk.actions.event import record
from amends.desk.models import Refusal, SignIn, User
from amends.desk.queries.user import door_closed_until, moment_in_words
from amends.desk.rules import Power, Refused, require

if TYPE_CHECKING:
    from datetime import datetime

NO_PASSWORD = "!"  # noqa: S105  (what Django keeps for nobody: checking it takes as long as a real one)
LONGEST_EMAIL = 254  # characters of `Refusal.email`
LONGEST_BROWSER = 300  # characters of `SignIn.browser`
FORGET_REFUSALS = timedelta(days=1)  # judgement: long enough to be asked about, short enough not to gather


def sign_in(email: str, password: str, *, address: str, now: datetime) -> User:
    """Return who has this e-mail and password. Refused in the same words and time for an unknown e-mail.

    The failure is written down before the password is tried, so that many tries at once count as many; it is not in
    one transaction with the refusal, which would take it back.
    """
    told = email.strip().lower()[:LONGEST_EMAIL]
    until = door_closed_until(told, address, now)
    if until:
        words = _("That was the wrong password too often. You can try again at %s, or ask an owner for a link.")
        raise Refused(words % moment_in_words(until))
    Refusal.objects.create(email=told, address=address, at=now)
    user = User.objects.filter(email=told, is_active=True).first()
    if not check_password(password, user.password if user else NO_PASSWORD) or user is None:
        raise Refused(_("That e-mail and password do not go together. Check both, or ask an owner for a link."))
    with transaction.atomic():
        Refusal.objects.filter(email=told).delete()
        Refusal.objects.filter(at__lt=now - FORGET_REFUSALS).delete()
        record("sign_in", user, by=user, now=now, after={"address": address})
    return user


@transaction.atomic
def keep_sign_in(user: User, session_key: str, *, address: str, browser: str, now: datetime) -> SignIn:
    """Keep the row of a session that has just begun."""
    return SignIn.objects.create(
        user=user, session_key=session_key, address=address, browser=browser[:LONGEST_BROWSER], at=now
    )


@transaction.atomic
def end_sign_in(sign_in: SignIn, *, by: User | None, now: datetime) -> None:
    """Sign somebody out of one browser: everybody their own, an owner anybody."""
    if by is None or by.pk != sign_in.user_id:
        require(by, Power.OWN)
    Session.objects.filter(session_key=sign_in.session_key).delete()
    record("end_sign_in", sign_in.user, by=by, now=now, before={"browser": sign_in.browser, "at": sign_in.at})
    sign_in.delete()


@transaction.atomic
def end_all_sign_ins(user: User, *, by: User | None, now: datetime) -> None:
    """Sign somebody out of every browser, the one they use now too."""
    if by is None or by.pk != user.pk:
        require(by, Power.OWN)
    end_sessions(user)
    record("end_all_sign_ins", user, by=by, now=now)


def end_sessions(user: User) -> None:
    """End every session of somebody: their rows, and by `sessions` also those that no row tells of."""
    Session.objects.filter(session_key__in=user.sign_ins.values("session_key")).delete()
    user.sign_ins.all().delete()
    user.sessions += 1
    user.save(update_fields=["sessions"])
