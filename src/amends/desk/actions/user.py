"""Colleagues: invited, changed, closed, and given a password or a link."""

from __future__ import annotations

from datetime import timedelta
from secrets import token_urlsafe
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from amends.desk.actions.dropped import end_drops
from amends.desk.actions.event import record, values_of
from amends.desk.actions.firm import choose_password, mail_address, named
from amends.desk.actions.outgoing import queue_letter
from amends.desk.actions.sign_in import end_sessions
from amends.desk.actions.waiting import release_covers
from amends.desk.models import Feed, Firm, Invitation, LetterKind, LinkKind, Role, Theme, User
from amends.desk.queries.user import hash_of, links_open
from amends.desk.rules import Power, Refused, may, require

if TYPE_CHECKING:
    from datetime import datetime

    from amends.desk.models import Branch

LINK_LIFE = timedelta(minutes=15)  # judgement: time to walk from a terminal to a browser
INVITATION_LIFE = timedelta(days=7)  # judgement: a week's holiday does not void it
TOKEN_BYTES = 32  # of chance: 256 bits
# What anybody changes of theirs.
OWN_FIELDS = frozenset({"name", "title", "phone", "away_until", "covered_by", "has_keys", "theme"})
OF_THE_FIRM = frozenset({"email", "role", "branch"})  # what only an owner changes, of anybody's
OWNERS_FIELDS = frozenset({*OWN_FIELDS, *OF_THE_FIRM}) - {"has_keys", "theme"}  # what an owner changes of a colleague's
LIMITED = {"role": Role.values, "theme": Theme.values}


@transaction.atomic
def invite_user(
    name: str,
    email: str,
    role: str,
    *,
    by: User | None,
    now: datetime,
    branch: Branch | None = None,
    title: str = "",
    phone: str = "",
) -> tuple[User, str]:
    """Invite a colleague and return the one-time token of the link, which is kept nowhere.

    Where mail can be sent the link is on its way to them as well. Refused when the address is a colleague's already.
    """
    require(by, Power.OWN)
    user = User(email=_free_email(email), name=named(name), role=_known("role", role), branch=branch)
    user.title, user.phone = title.strip(), phone.strip()
    user.set_unusable_password()
    user.save(force_insert=True)
    token = _invite(user, by=by, now=now)
    record("invite_user", user, by=by, now=now, after=values_of(user, ("name", "email", "role", "branch")))
    return user, token


@transaction.atomic
def invite_again(user: User, *, by: User | None, now: datetime) -> str:
    """Give a colleague who has not come yet a fresh invitation; the links before it no longer work."""
    require(by, Power.OWN)
    if user.joined_at is not None or not user.is_active:
        raise Refused(_("%s has been here already. Make a sign-in link instead.") % user)
    token = _invite(user, by=by, now=now)
    record("invite_again", user, by=by, now=now)
    return token


def _invite(user: User, *, by: User | None, now: datetime) -> str:
    user.invitations.filter(used_at=None).delete()
    token = _fresh_token(user, LinkKind.INVITATION, now, INVITATION_LIFE)
    if settings.EMAIL_HOST:
        firm = Firm.objects.get()
        link = f"{settings.ADDRESS.rstrip('/')}{reverse('invitation', args=[token])}"
        words = _(
            "Hello %(name)s,\n\n%(who)s invites you to %(firm)s's desk in Amends. This link lets you in once, until"
            " %(until)s:\n\n%(link)s\n\nIf you did not expect this, you can leave it be.\n"
        )
        until = date_format((now + INVITATION_LIFE).astimezone(ZoneInfo(firm.zone)), "l, F j")
        told = {"name": user.first_name, "who": by or firm.name, "firm": firm.name, "until": until, "link": link}
        subject = _("Your invitation to %s") % firm.name
        queue_letter(LetterKind.INVITATION, user.email, subject, words % told, now=now, user=user, by=by)
    return token


def _fresh_token(user: User, kind: LinkKind, now: datetime, life: timedelta) -> str:
    token = token_urlsafe(TOKEN_BYTES)
    Invitation.objects.create(user=user, kind=kind, token_hash=hash_of(token), made_at=now, expires_at=now + life)
    return token


@transaction.atomic
def change_user(user: User, *, by: User | None, now: datetime, **fields: Any) -> User:
    """Change a colleague: everybody their own `OWN_FIELDS`, an owner `OWNERS_FIELDS` of anybody.

    Refused when the firm would be left without an owner.
    """
    is_self = by is not None and by.pk == user.pk
    if not is_self:
        require(by, Power.OWN)
    allowed = (OWN_FIELDS if is_self else OWNERS_FIELDS) | (
        OF_THE_FIRM if by is None or may(by, Power.OWN) else frozenset()
    )
    if not allowed >= set(fields):
        raise Refused(_("Only an owner changes that."))
    wanted = {name: _checked(user, name, value) for name, value in fields.items()}
    if user.role == Role.OWNER and wanted.get("role", Role.OWNER) != Role.OWNER:
        _keep_an_owner(user, _("%s is the only owner. Make somebody else an owner first.") % user)
    before = values_of(user, fields)
    for name, value in wanted.items():
        setattr(user, name, value)
    after = values_of(user, fields)
    changed = [name for name in fields if before[name] != after[name]]
    if changed:
        user.save(update_fields=changed)
        told = {name: before[name] for name in changed}, {name: after[name] for name in changed}
        record("change_user", user, by=by, now=now, before=told[0], after=told[1])
        if not may(user, Power.WORK):
            release_covers(user, by=by, now=now)
            end_drops(user.drops.all(), by=by, now=now)
    return user


def _checked(user: User, name: str, value: Any) -> Any:
    if name == "name":
        return named(value)
    if name == "email":
        return _free_email(value, but=user)
    if name == "covered_by":
        return _coverer(user, value)
    if name in LIMITED:
        return _known(name, value)
    return value.strip() if isinstance(value, str) else value


def _coverer(user: User, colleague: User | None) -> User | None:
    """Return who covers for somebody while they are away; Refused for who cannot answer, and for themselves."""
    if colleague is not None and (colleague.pk == user.pk or not may(colleague, Power.WORK)):
        raise Refused(_("%s cannot cover here. Choose a colleague who answers clients.") % colleague)
    return colleague


def _known(name: str, value: str) -> str:
    if value not in LIMITED[name]:
        raise Refused(_("“%s” cannot be chosen here.") % value)
    return value


def _free_email(email: str, but: User | None = None) -> str:
    """Return a mail address as it is kept; Refused when it is none, or a colleague's already."""
    told = mail_address(email)
    if User.objects.filter(email=told).exclude(pk__in=[but.pk] if but else []).exists():
        raise Refused(_("%s belongs to a colleague already.") % told)
    return told


def _keep_an_owner(user: User, words: str) -> None:
    """Raise Refused unless another owner is here; two owners who leave at once are told apart by the lock."""
    owners = User.objects.select_for_update().filter(role=Role.OWNER, is_active=True)
    if not [owner for owner in owners if owner.pk != user.pk]:
        raise Refused(words)


@transaction.atomic
def close_user(user: User, *, by: User | None, now: datetime) -> User:
    """Close a colleague's account: signed out everywhere at once, links void; what they wrote stays.

    Whom they covered for answers again; their drop address and that of their calendar end, and do not come
    back with them.

    Refused for the last owner.
    """
    require(by, Power.OWN)
    if not user.is_active:
        return user
    if user.role == Role.OWNER:
        _keep_an_owner(user, _("%s is the only owner, and a firm needs one.") % user)
    user.is_active = False
    user.save(update_fields=["is_active"])
    user.invitations.filter(used_at=None).delete()
    end_sessions(user)
    release_covers(user, by=by, now=now)
    end_drops(user.drops.all(), by=by, now=now)
    Feed.objects.filter(user=user).delete()
    record("close_user", user, by=by, now=now, before={"is_active": True}, after={"is_active": False})
    return user


@transaction.atomic
def reopen_user(user: User, *, by: User | None, now: datetime) -> User:
    """Let a colleague back in, with the role and the password they had."""
    require(by, Power.OWN)
    if not user.is_active:
        user.is_active = True
        user.save(update_fields=["is_active"])
        record("reopen_user", user, by=by, now=now, before={"is_active": False}, after={"is_active": True})
    return user


@transaction.atomic
def accept_invitation(token: str, password: str, *, now: datetime) -> User:
    """Come in by an invitation and choose a password; Refused, with the link unspent, when the password is weak."""
    user = _spend(token, LinkKind.INVITATION, now)
    _set(user, password)
    record("accept_invitation", user, by=user, now=now)
    return user


@transaction.atomic
def make_sign_in_link(user: User, *, now: datetime, by: User | None = None, life: timedelta = LINK_LIFE) -> str:
    """Return the token of a link that lets a colleague in once, within its `life`; earlier links are void."""
    require(by, Power.OWN)
    if not user.is_active:
        raise Refused(_("%s's account is closed. Open it again first.") % user)
    user.invitations.filter(used_at=None).delete()
    token = _fresh_token(user, LinkKind.SIGN_IN, now, life)
    record("make_sign_in_link", user, by=by, now=now)
    return token


@transaction.atomic
def use_sign_in_link(token: str, *, now: datetime) -> User:
    """Come in by a link, once. Refused in the same words when it is unknown, used, too old or of a closed account."""
    user = _spend(token, LinkKind.SIGN_IN, now)
    record("use_sign_in_link", user, by=user, now=now)
    return user


def _spend(token: str, kind: LinkKind, now: datetime) -> User:
    """Use a link up, by one conditional update, so that of two who use it at once one is refused."""
    found = links_open(token, now, kind).first()
    if found is None or not Invitation.objects.filter(pk=found.pk, used_at=None).update(used_at=now):
        raise Refused(_("This link no longer works: it was used, or it is too old. Ask for another."))
    if found.user.joined_at is None:
        found.user.joined_at = now
        found.user.save(update_fields=["joined_at"])
    return found.user


@transaction.atomic
def set_password(user: User, password: str, *, by: User, now: datetime) -> User:
    """Choose a password of one's own; every session with the one before ends. Refused when it is weak."""
    if by.pk != user.pk:
        raise Refused(_("Everybody chooses their own password."))
    _set(user, password)
    end_sessions(user)
    record("set_password", user, by=by, now=now)
    return user


def _set(user: User, password: str) -> None:
    choose_password(user, password)
    user.save(update_fields=["password"])
