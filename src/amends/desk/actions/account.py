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
from amends.desk.rules import Refused
from amends.desk.seal import seal, unseal
from amends.sources import SourceError, provider, watch
from amends.sources.mail_server import Account

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from amends.sources.provider import Token
    from amends.sources.watch import Session

RENEWED_BEFORE = timedelta(minutes=5)  # a token's end: it must last for a reading (judgement; tokens last an hour)
PATIENCE_SECONDS = 20.0  # of silence until a server counts as broken: a lease runs for a minute (judgement)


def sealed_password(password: str) -> str:
    """Return a password as `Mailbox.secret` keeps it."""
    return seal(json.dumps({"password": password}))


def sealed_token(token: Token, *, now: datetime) -> str:
    """Return a token as `Mailbox.secret` keeps it."""
    told = {
        "access_token": token.access_token,
        "refresh_token": token.refresh_token,
        "expires_at": (now + timedelta(seconds=token.expires_in_seconds)).isoformat(),
    }
    return seal(json.dumps(told))


def signs_in_with() -> list[str]:
    """Return the providers (`models.Provider`) where the firm has registered an application to sign in with."""
    return [name for name, (client_id, _secret) in settings.SIGN_IN_WITH.items() if client_id]


def provider_of(name: str) -> provider.Provider:
    """Return a provider's servers and addresses; Microsoft's in the firm's own directory, where one is set."""
    of = provider.PROVIDERS[name]
    return provider.in_tenant(of, settings.MICROSOFT_TENANT) if name == "microsoft" else of


def sign_in_page(name: str, *, redirect: str, state: str, verifier: str, hint: str = "") -> str:
    """Return the provider's page where a person agrees, and comes back from to `redirect` with `state` and a code.

    `state` and `verifier` are drawn by `sources.provider.new_secret` and kept in the session until then.
    """
    client_id, _secret = settings.SIGN_IN_WITH[name]
    challenge = provider.challenge_of(verifier)
    given = {"client_id": client_id, "redirect": redirect, "state": state, "challenge": challenge, "hint": hint}
    return provider.sign_in_url(provider_of(name), **given)


def token_for(name: str, code: str, *, verifier: str, redirect: str) -> Token:
    """Return the token that a code from the provider buys. Refused with a sentence when it buys none."""
    client_id, client_secret = settings.SIGN_IN_WITH[name]
    way = {"verifier": verifier, "redirect": redirect, "client_id": client_id, "client_secret": client_secret}
    try:
        return provider.token_from_code(provider_of(name), code, **way)
    except SourceError as error:
        raise Refused(error.message) from error


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
    of = provider_of(mailbox.provider)
    token = provider.renewed(of, refresh_token, client_id=client_id, client_secret=client_secret)
    before, mailbox.secret = mailbox.secret, sealed_token(token, now=now)
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
