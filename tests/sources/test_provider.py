"""Microsoft 365 and Google let us in by a person's leave: the pages, the tokens, and what is said when it ends."""

# ruff: noqa: S105, S106  (the secrets and addresses of a test)

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from amends.sources import SourceError
from amends.sources.provider import (
    MOST_BYTES,
    PROVIDERS,
    Provider,
    Token,
    challenge_of,
    in_tenant,
    new_secret,
    renewed,
    sign_in_url,
    token_from_code,
)
from dovecot import free_port
from token_server import TokenServer, token_server

if TYPE_CHECKING:
    from collections.abc import Iterator

MICROSOFT, GOOGLE = PROVIDERS["microsoft"], PROVIDERS["google"]
BACK = "https://desk.example/settings/mailbox/back"


@pytest.fixture
def shop() -> Iterator[TokenServer]:
    with token_server() as running:
        yield running


def at(shop: TokenServer, provider: Provider) -> Provider:
    return replace(provider, token_url=f"{shop.url}/token")


def bought(provider: Provider) -> Token:
    return token_from_code(
        provider, "code-1", verifier="verifier-1", redirect=BACK, client_id="us", client_secret="firm-secret"
    )


def next_token(provider: Provider) -> Token:
    return renewed(provider, "refresh-1", client_id="us", client_secret="firm-secret")


def refusal(provider: Provider) -> SourceError:
    with pytest.raises(SourceError) as refused:
        next_token(provider)
    return refused.value


def asked(url: str) -> tuple[str, dict[str, str]]:
    return url.partition("?")[0], dict(parse_qsl(urlsplit(url).query))


def test_the_page_where_a_person_agrees() -> None:
    state = {"client_id": "us", "redirect": BACK, "state": "s-1", "challenge": "c-1"}
    same = {
        "client_id": "us",
        "response_type": "code",
        "redirect_uri": BACK,
        "state": "s-1",
        "code_challenge": "c-1",
        "code_challenge_method": "S256",
    }
    assert asked(sign_in_url(MICROSOFT, **state, hint="ann@firm.example")) == (
        "https://login.microsoftonline.com/common/oauth2/v2.0/authorize",
        same
        | {
            "scope": "https://outlook.office.com/IMAP.AccessAsUser.All offline_access",
            "response_mode": "query",
            "login_hint": "ann@firm.example",
        },
    )
    assert asked(sign_in_url(GOOGLE, **state)) == (
        "https://accounts.google.com/o/oauth2/v2/auth",
        same | {"scope": "https://mail.google.com/", "access_type": "offline", "prompt": "consent"},
    )


def test_where_their_mail_is() -> None:
    assert (MICROSOFT.imap_host, MICROSOFT.imap_port) == ("outlook.office365.com", 993)
    assert (GOOGLE.imap_host, GOOGLE.imap_port) == ("imap.gmail.com", 993)
    assert MICROSOFT.token_url == "https://login.microsoftonline.com/common/oauth2/v2.0/token"
    assert GOOGLE.token_url == "https://oauth2.googleapis.com/token"


def test_an_application_registered_for_one_firm_asks_in_its_directory() -> None:
    ours = in_tenant(MICROSOFT, "firm.onmicrosoft.com")
    assert ours.authorize_url == "https://login.microsoftonline.com/firm.onmicrosoft.com/oauth2/v2.0/authorize"
    assert ours.token_url == "https://login.microsoftonline.com/firm.onmicrosoft.com/oauth2/v2.0/token"


def test_the_guard_against_a_stolen_code_is_that_of_the_standard() -> None:
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"  # RFC 7636, appendix B
    assert challenge_of(verifier) == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    secret = new_secret()
    assert (len(secret), secret == new_secret()) == (64, False)


def test_a_code_buys_a_token(shop: TokenServer) -> None:
    shop.sells(access_token="access-1", refresh_token="refresh-1", expires_in=3599, scope="https://mail.google.com/")
    assert bought(at(shop, GOOGLE)) == Token("access-1", "refresh-1", 3599)
    assert shop.forms == [
        {
            "grant_type": "authorization_code",
            "code": "code-1",
            "redirect_uri": BACK,
            "code_verifier": "verifier-1",
            "client_id": "us",
            "client_secret": "firm-secret",
            "scope": "https://mail.google.com/",
        }
    ]


@pytest.mark.parametrize(("given", "kept"), [({"refresh_token": "refresh-2"}, "refresh-2"), ({}, "refresh-1")])
def test_a_token_is_renewed_and_what_buys_the_next_is_kept(shop: TokenServer, given: dict[str, Any], kept: str) -> None:
    shop.sells(access_token="access-2", scope="https://outlook.office365.com/IMAP.AccessAsUser.All openid", **given)
    assert next_token(at(shop, MICROSOFT)) == Token("access-2", kept, 3600)
    assert (shop.forms[0]["grant_type"], shop.forms[0]["refresh_token"]) == ("refresh_token", "refresh-1")


def test_an_application_without_a_secret_sends_none(shop: TokenServer) -> None:
    shop.sells(access_token="access-2", expires_in="soon")
    assert renewed(at(shop, MICROSOFT), "refresh-1", client_id="us", client_secret="").expires_in_seconds == 3600
    assert "client_secret" not in shop.forms[0]


def test_leave_for_an_hour_is_not_enough(shop: TokenServer) -> None:
    shop.sells(access_token="access-1")
    with pytest.raises(SourceError) as refused:
        bought(at(shop, GOOGLE))
    assert refused.value.permanent
    assert refused.value.message == (
        "Google let Amends in for an hour only and gave nothing to come back with; connect the mailbox again, and "
        "allow access while you are away."
    )


def test_leave_without_the_mail_is_not_enough(shop: TokenServer) -> None:
    shop.sells(access_token="access-1", refresh_token="refresh-1", scope="openid email")
    with pytest.raises(SourceError) as refused:
        bought(at(shop, GOOGLE))
    assert refused.value.message == (
        "Google let Amends in, but not to read mail; connect the mailbox again and leave that box ticked."
    )


@pytest.mark.parametrize(
    ("status", "answer", "is_permanent", "message"),
    [
        (
            400,
            {"error": "invalid_grant", "error_description": "AADSTS70008: The refresh token\r\nhas expired."},
            True,
            (
                "Microsoft 365 no longer lets Amends read this mailbox: the permission was taken back or has run out "
                "(AADSTS70008: The refresh token has expired.); connect the mailbox again."
            ),
        ),
        (
            401,
            {"error": "invalid_client", "error_description": "Secret firm-secret is wrong"},
            True,
            (
                "Microsoft 365 refused the application's id or secret (Secret … is wrong); check both where Amends is "
                "registered (a secret runs out after a time)."
            ),
        ),
        (
            400,
            {"error": "invalid_scope"},
            True,
            "Microsoft 365 refused the sign-in (invalid_scope); check how Amends is registered there.",
        ),
        (
            503,
            {"error": "temporarily_unavailable"},
            False,
            "Microsoft 365 gives no token at the moment (temporarily_unavailable); try again later.",
        ),
        (
            429,
            {"error": "throttled"},
            False,
            "Microsoft 365 gives no token at the moment (throttled); try again later.",
        ),
        (200, {}, False, "Microsoft 365 gives no token at the moment (status 200); try again later."),
    ],
)
def test_no_token_and_why(
    shop: TokenServer, status: int, answer: dict[str, Any], *, is_permanent: bool, message: str
) -> None:
    shop.sells(status, **answer)
    refused = refusal(at(shop, MICROSOFT))
    assert (refused.permanent, refused.message) == (is_permanent, message)


@pytest.mark.parametrize(
    "body", [b"<html>captive portal</html>", b"[]", b"\xff", b'{"access_token": "' + b"x" * MOST_BYTES]
)
def test_an_answer_that_is_none(shop: TokenServer, body: bytes) -> None:
    shop.answer = body
    refused = refusal(at(shop, GOOGLE))
    assert (refused.permanent, refused.message) == (
        False,
        "Google gives no token at the moment (status 200); try again later.",
    )


def test_secrets_are_not_sent_on_to_elsewhere(shop: TokenServer) -> None:
    shop.status, shop.headers = 302, {"Location": f"{shop.url}/elsewhere"}
    assert not refusal(at(shop, GOOGLE)).permanent
    assert len(shop.forms) == 1
    assert refusal(replace(GOOGLE, token_url="http://tokens.example/")).message == (
        "The address http://tokens.example/ is not encrypted; write https://."
    )


def test_a_provider_out_of_reach() -> None:
    refused = refusal(replace(GOOGLE, token_url=f"http://127.0.0.1:{free_port()}/token"))
    assert not refused.permanent
    assert refused.message.startswith("Google cannot be reached at 127.0.0.1 (")


def test_tokens_are_never_shown() -> None:
    assert repr(Token("access-1", "refresh-1", 3600)) == "Token(expires_in_seconds=3600)"
