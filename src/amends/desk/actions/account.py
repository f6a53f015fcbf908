"""The way into a mailbox: its account with the secret opened, and its token renewed before it runs out."""

from __future__ import annotations

import json
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal, cast

from django.conf import settings
from django.db import transaction
from django.utils.dateparse import parse_datetime

from amends.desk.models import Mailbox
from amends.desk.seal import seal, unseal
from amends.sources import provider, watch
from amends.sources.mail_server import Account

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from amends.sources.provider import Token
    from amends.sources.watch import Session

RENEWED_BEFORE = timedelta(minutes=5)  # a token's end: it must last for a reading (judgement; tokens last an hour)
PATIENCE_SECONDS = 20.0  # of silence until a server counts as broken: a lease runs for a minute (judgement)
DEFAULT_SECONDS = 3600  # a token is good for where nobody says: both providers' own hour


def sealed_password(password: str) -> str:
    """Return a password as `Mailbox.secret` keeps it."""
    return seal(json.dumps({"password": password}))


def sealed_token(token: Token, *, now: datetime, kept: str = "") -> str:
    """Return a token as `Mailbox.secret` keeps it; `kept` is the refresh token where no new one came with it."""
    expires_at = now + timedelta(seconds=token.expires_in_seconds or DEFAULT_SECONDS)
    told = {
        "access_token": token.access_token,
        "refresh_token": token.refresh_token or kept,
        "expires_at": expires_at.isoformat(),
    }
    return seal(json.dumps(told))


def account_of(mailbox: Mailbox, *, now: datetime, is_renewed: bool = False) -> Account:
    """Return the account of a mailbox, ready to sign in; a token that runs out soon is renewed first, and kept.

    With `is_renewed` it is renewed in any case. Raises SealError when the secret cannot be opened, SourceError when the
    permission was taken back (then for good) or the provider cannot be asked.
    """
    secret: dict[str, Any] = json.loads(unseal(mailbox.secret)) if mailbox.secret else {}
    if "refresh_token" in secret:
        expires_at = parse_datetime(secret["expires_at"])
        if is_renewed or expires_at is None or expires_at - RENEWED_BEFORE <= now:
            secret = _renewed(mailbox, secret["refresh_token"], now)
    return Account(
        host=mailbox.host,
        user=mailbox.login,
        password=secret.get("password", ""),
        token=secret.get("access_token", ""),
        port=mailbox.port,
        security=cast("Literal['tls', 'starttls', 'none']", mailbox.security),
        ca_file=settings.MAIL_CERTIFICATES,
        timeout_seconds=PATIENCE_SECONDS,
    )


def _renewed(mailbox: Mailbox, refresh_token: str, now: datetime) -> dict[str, Any]:
    """Renew the token of a mailbox; what came is kept at once, because the one before may be void from now on."""
    client_id, client_secret = settings.SIGN_IN_WITH[mailbox.provider]
    of = provider.PROVIDERS[mailbox.provider]
    token = provider.renewed(of, refresh_token, client_id=client_id, client_secret=client_secret)
    before, mailbox.secret = mailbox.secret, sealed_token(token, now=now, kept=refresh_token)
    with transaction.atomic():
        Mailbox.objects.filter(pk=mailbox.pk, secret=before).update(secret=mailbox.secret)
    return {"access_token": token.access_token}


@contextmanager
def signed_in(mailbox: Mailbox, *, now: datetime) -> Iterator[tuple[Session, Account]]:
    """Give a session of a mailbox; a token that is refused is renewed once, for it may have ended before its time."""
    with ExitStack() as stack:
        account = account_of(mailbox, now=now)
        try:
            session = stack.enter_context(watch.session(account))
        except watch.SignInError as error:
            if not error.is_token:
                raise
            account = account_of(mailbox, now=now, is_renewed=True)
            session = stack.enter_context(watch.session(account))
        yield session, account
