"""Mail providers that let us in by a person's leave instead of a password: Microsoft 365 and Google (OAuth 2).

The firm registers Amends with the provider once and gets an id and a secret; each person then agrees on a page of the
provider's (`sign_in_url`), which sends a code back; the code buys a first token (`token_from_code`), and that buys the
next ones (`renewed`). RFC 6749 is the protocol, RFC 7636 (PKCE) the guard against a stolen code.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field, replace
from hashlib import sha256
from http.client import HTTPException
from secrets import token_urlsafe
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from amends.sources.part import SourceError

if TYPE_CHECKING:
    from collections.abc import Mapping

TIMEOUT_SECONDS = 20.0
"""Silence after which a provider counts as out of reach (judgement)."""

MOST_BYTES = 65_536
"""Bytes read of an answer; tokens have a few thousand."""

MOST_WORDS = 200
"""Characters kept of what a provider says."""

SECRET_BYTES = 48
"""Chance in a verifier: 64 characters, of the 43 to 128 that RFC 7636 allows."""

EXPIRES_IN_SECONDS = 3_600
"""How long a token is taken to live where the provider does not say, as RFC 6749 allows: both give an hour."""

WITHDRAWN = frozenset({"invalid_grant", "interaction_required", "consent_required", "login_required", "access_denied"})
"""Errors after which a person has to agree anew (RFC 6749, and Microsoft's own)."""

UNKNOWN_APPLICATION = frozenset({"invalid_client", "unauthorized_client"})
TRANSIENT = frozenset({"temporarily_unavailable", "server_error", "slow_down"})
TOO_MANY_REQUESTS = 429
SERVER_FAILED = 500
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True, slots=True)
class Provider:
    """A mail provider: its servers, its pages, and what we ask to be allowed. The first scope is that of the mail."""

    name: str
    imap_host: str
    imap_port: int
    smtp_host: str
    smtp_port: int
    authorize_url: str
    token_url: str
    scopes: tuple[str, ...]
    asks: tuple[tuple[str, str], ...] = ()  # what only this provider wants to hear at `authorize_url`


@dataclass(frozen=True, slots=True)
class Token:
    """Leave to read a mailbox for a while, and what buys the next one."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_in_seconds: int


PROVIDERS: Mapping[str, Provider] = {
    # As Microsoft documents it in "Authenticate an IMAP, POP or SMTP connection using OAuth".
    "microsoft": Provider(
        name="Microsoft 365",
        imap_host="outlook.office365.com",
        imap_port=993,
        smtp_host="smtp.office365.com",
        smtp_port=587,
        authorize_url="https://login.microsoftonline.com/common/oauth2/v2.0/authorize",
        token_url="https://login.microsoftonline.com/common/oauth2/v2.0/token",  # noqa: S106  (an address)
        scopes=("https://outlook.office.com/IMAP.AccessAsUser.All", "offline_access"),
        asks=(("response_mode", "query"),),
    ),
    # As Google documents it in "IMAP, POP, and SMTP" of Gmail and "Using OAuth 2.0 for Web Server Applications".
    "google": Provider(
        name="Google",
        imap_host="imap.gmail.com",
        imap_port=993,
        smtp_host="smtp.gmail.com",
        smtp_port=587,
        authorize_url="https://accounts.google.com/o/oauth2/v2/auth",
        token_url="https://oauth2.googleapis.com/token",  # noqa: S106  (an address)
        scopes=("https://mail.google.com/",),
        asks=(("access_type", "offline"), ("prompt", "consent")),  # else no lasting leave, or only the first time
    ),
}


def in_tenant(provider: Provider, tenant: str) -> Provider:
    """Point Microsoft's addresses to one firm's directory, for an application registered for that firm alone."""
    return replace(
        provider,
        authorize_url=provider.authorize_url.replace("/common/", f"/{tenant}/"),
        token_url=provider.token_url.replace("/common/", f"/{tenant}/"),
    )


def new_secret() -> str:
    """Draw a secret by chance, fit for a `state` and for the verifier of a code (RFC 7636)."""
    return token_urlsafe(SECRET_BYTES)


def challenge_of(verifier: str) -> str:
    """Give what may be shown of a verifier (RFC 7636, S256)."""
    return urlsafe_b64encode(sha256(verifier.encode("ascii")).digest()).rstrip(b"=").decode("ascii")


def sign_in_url(
    provider: Provider, *, client_id: str, redirect: str, state: str, challenge: str, hint: str = ""
) -> str:
    """Give the provider's page where a person agrees; `hint` is the address of the mailbox.

    The browser comes back to `redirect` with `state` and a `code`, or with an `error`.
    """
    asked = {
        "client_id": client_id,
        "response_type": "code",
        "redirect_uri": redirect,
        "scope": " ".join(provider.scopes),
        "state": state,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
        **dict(provider.asks),
        **({"login_hint": hint} if hint else {}),
    }
    return f"{provider.authorize_url}?{urlencode(asked)}"


def token_from_code(  # the protocol asks for each of them
    provider: Provider, code: str, *, verifier: str, redirect: str, client_id: str, client_secret: str
) -> Token:
    """Buy the first token with the code that the browser brought.

    Raise SourceError when it is refused, or when the person did not allow reading mail, or not for long.
    """
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect, "code_verifier": verifier}
    token = _token(provider, form, client_id, client_secret)
    if not token.refresh_token:
        raise SourceError(
            f"{provider.name} let Amends in for an hour only and gave nothing to come back with; connect the mailbox "
            "again, and allow access while you are away."
        )
    return token


def renewed(provider: Provider, refresh_token: str, *, client_id: str, client_secret: str) -> Token:
    """Buy the next token. Its `refresh_token` is the one to keep: Microsoft gives a new one each time, Google does not.

    Raise SourceError: permanent when the leave was taken back, or the firm's registration is refused.
    """
    form = {"grant_type": "refresh_token", "refresh_token": refresh_token}
    token = _token(provider, form, client_id, client_secret)
    return token if token.refresh_token else replace(token, refresh_token=refresh_token)


def _token(provider: Provider, form: dict[str, str], client_id: str, client_secret: str) -> Token:
    """Ask for a token and read the answer."""
    form = {**form, "client_id": client_id, "scope": " ".join(provider.scopes)}
    if client_secret:
        form["client_secret"] = client_secret
    status, answer = _answer(provider, form)
    if not answer.get("access_token"):
        raise _refused(provider, status, answer, form)
    granted = str(answer.get("scope") or provider.scopes[0])  # left out when it is what was asked for
    if _short(provider.scopes[0]) not in map(_short, granted.split()):
        raise SourceError(
            f"{provider.name} let Amends in, but not to read mail; connect the mailbox again and leave that box ticked."
        )
    lives = str(answer.get("expires_in"))
    seconds = int(lives) if lives.isdecimal() else EXPIRES_IN_SECONDS
    return Token(str(answer["access_token"]), str(answer.get("refresh_token") or ""), seconds)


def _short(scope: str) -> str:
    """Give the last part of a scope: Microsoft answers by another of its hosts, or by none."""
    return scope.lower().rstrip("/").rpartition("/")[2]


class _StayHere(HTTPRedirectHandler):
    """Follow nobody elsewhere: what is sent are secrets."""

    def redirect_request(self, *_: Any) -> None:
        """Give no further request, so that the answer counts as a failure."""
        return


def _answer(provider: Provider, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
    """Send a form to the token address; give the status and the JSON object of the answer, empty when it is none."""
    url = urlsplit(provider.token_url)
    if url.scheme != "https" and url.hostname not in LOOPBACK:
        raise SourceError(f"The address {provider.token_url} is not encrypted; write https://.")
    headers = {"Accept": "application/json"}
    request = Request(provider.token_url, urlencode(form).encode("ascii"), headers)  # noqa: S310  (https, see above)
    try:
        with build_opener(_StayHere).open(request, timeout=TIMEOUT_SECONDS) as response:
            return response.status, _object(response.read(MOST_BYTES))
    except HTTPError as error:
        with error:
            return error.code, _object(error.read(MOST_BYTES))
    except (OSError, HTTPException, ValueError) as error:
        why = _words(getattr(error, "reason", None) or error, form)
        raise SourceError(
            f"{provider.name} cannot be reached at {url.hostname} ({why}); check the connection.", permanent=False
        ) from error


def _object(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _refused(provider: Provider, status: int, answer: dict[str, Any], form: dict[str, str]) -> SourceError:
    """Say why there is no token, and whether trying again may help."""
    kind = str(answer.get("error") or "")
    words = _words(answer.get("error_description") or kind or f"status {status}", form)
    if kind in WITHDRAWN:
        return SourceError(
            f"{provider.name} no longer lets Amends read this mailbox: the permission was taken back or has run out "
            f"({words}); connect the mailbox again."
        )
    if kind in UNKNOWN_APPLICATION:
        return SourceError(
            f"{provider.name} refused the application's id or secret ({words}); check both where Amends is registered "
            "(a secret runs out after a time)."
        )
    if not kind or kind in TRANSIENT or status == TOO_MANY_REQUESTS or status >= SERVER_FAILED:
        return SourceError(f"{provider.name} gives no token at the moment ({words}); try again later.", permanent=False)
    return SourceError(f"{provider.name} refused the sign-in ({words}); check how Amends is registered there.")


def _words(said: object, form: dict[str, str]) -> str:
    """Put a provider's words on one short line; one that repeats a secret is not quoted on it."""
    text = str(said)
    for name in ("client_secret", "refresh_token", "code", "code_verifier"):
        if form.get(name):
            text = text.replace(form[name], "…")
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:MOST_WORDS]
