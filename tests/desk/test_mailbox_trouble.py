"""What goes wrong with a mailbox: said on its row, tried again less and less often, and nothing is lost."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from threading import Event as Stop
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import OperationalError

from amends.desk import clock, watches
from amends.desk.actions.account import sign_in_page, signs_in_with, token_for
from amends.desk.actions.mailbox import connect_mailbox, resume_mailbox
from amends.desk.actions.polling import notice_mail, take_watch
from amends.desk.models import Mailbox, Message
from amends.desk.queries.mailbox import freshness, reading_progress
from amends.desk.queries.safety import findings
from amends.desk.rules import Refused
from amends.desk.seal import seal, unseal
from amends.sources import SourceError, provider
from cast import NOW, told
from dovecot import free_port
from mailbag import mail
from nursery import OwnDesk
from posted import connected, counts, polled, trusted, way_to
from token_server import TokenServer, server, tokens

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django import Settings

    from amends.desk.models import User
    from dovecot import Dovecot

__all__ = ["server", "tokens", "trusted"]
pytestmark = [pytest.mark.dovecot, pytest.mark.usefixtures("firm", "trusted")]
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
BACK = "https://desk.example/settings/mailboxes/back"


@pytest.fixture
def shop(tokens: TokenServer, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> TokenServer:
    """Sell tokens in the name of Microsoft."""
    of = replace(provider.PROVIDERS["microsoft"], token_url=f"{tokens.url}/token")
    monkeypatch.setattr(provider, "PROVIDERS", {"microsoft": of})
    settings.SIGN_IN_WITH = {"microsoft": ("us", "firm-secret"), "google": ("", "")}
    tokens.users, tokens.is_down = {}, False
    tokens.forms.clear()
    return tokens


def elsewhere(mailbox: Mailbox, port: int) -> None:
    Mailbox.objects.filter(pk=mailbox.pk).update(port=port)


# ── A server that is away, a password that is refused


def test_a_server_that_is_away_for_a_day_is_asked_less_and_less_and_then_nothing_is_missing(
    server: Dovecot, alice: User
) -> None:
    server.deliver("one", mail("Before", id="a"))
    mailbox = polled(connected(server, "one"))
    elsewhere(mailbox, free_port())
    server.deliver("one", mail("Meanwhile", id="b"))
    at, tries = NOW + HOUR, []
    while at < NOW + 25 * HOUR:
        polled(mailbox, now=at)
        assert mailbox.poll_due_at is not None
        tries.append(round((mailbox.poll_due_at - at) / MINUTE))
        at = mailbox.poll_due_at
    assert tries[:8] == [1, 2, 4, 8, 16, 32, 60, 60]
    assert (mailbox.failures, mailbox.failing_since, mailbox.read_at) == (len(tries), NOW + HOUR, NOW)
    assert mailbox.problem.startswith(f"localhost:{mailbox.port} cannot be reached as a mail server")
    stale = freshness(at)
    assert stale is not None
    assert (stale.mailbox, stale.since, stale.seen_until, stale.more) == (mailbox, NOW + HOUR, NOW, 0)
    assert (stale.problem, stale.is_given_up) == (mailbox.problem, False)
    assert reading_progress(mailbox, at, alice).left is None
    elsewhere(mailbox, server.tls_port)
    assert counts(polled(mailbox, now=at)) == {"read": 2, "kept": 2}
    assert (mailbox.problem, mailbox.failures, mailbox.failing_since, freshness(at)) == ("", 0, None, None)
    assert [len(told(verb)) for verb in ("fail_mailbox", "recover_mailbox")] == [1, 1]


def test_a_refused_password_pauses_and_says_so(server: Dovecot, alice: User) -> None:
    mailbox = connected(server, "two")
    Mailbox.objects.update(secret=seal(json.dumps({"password": "wrong"})))
    polled(mailbox)
    assert (mailbox.is_paused, mailbox.failing_since) == (True, NOW)
    assert mailbox.problem == (
        f"localhost:{server.tls_port} refused the user two or the password; check both (many providers want an app"
        " password for mail programs)."
    )
    assert told("fail_mailbox") == [({}, {"problem": mailbox.problem, "is_paused": True})]
    assert f"The mailbox two@alder.example is not read: {mailbox.problem}" in findings(NOW)
    stale = freshness(NOW)
    assert stale is not None
    assert (stale.is_given_up, stale.seen_until) == (True, None)
    assert freshness(NOW - MINUTE) is None
    resume_mailbox(mailbox, by=alice, now=NOW + HOUR)
    assert polled(mailbox, now=NOW + HOUR).problem != ""
    assert mailbox.is_paused


def test_a_lost_key_is_said_and_costs_no_mail(server: Dovecot, settings: Settings) -> None:
    server.deliver("three", mail("Hello", id="a"))
    mailbox = connected(server, "three")
    settings.SEAL_KEY = "another-key-than-the-one-that-was-used-before"
    polled(mailbox)
    assert mailbox.problem.startswith("The stored password cannot be opened: it was sealed with another key.")
    assert [each for each in findings(NOW) if each.startswith("The stored password of three@alder.example")]
    settings.SEAL_KEY = ""
    resume_mailbox(mailbox, by=None, now=NOW)
    assert counts(polled(mailbox)) == {"read": 1, "kept": 1}


@pytest.mark.parametrize(
    "trouble", [OSError(28, "No space left on device"), OperationalError("database or disk is full")]
)
def test_a_full_disk_is_said_and_nothing_is_lost(
    server: Dovecot, monkeypatch: pytest.MonkeyPatch, trouble: Exception
) -> None:
    user = f"full{type(trouble).__name__.lower()}"
    server.deliver(user, mail("Hello", id="a"))
    mailbox = connected(server, user)

    def full(*_: Any, **__: Any) -> None:
        raise trouble

    monkeypatch.setattr("amends.desk.actions.polling.keep_messages", full)
    polled(mailbox)
    assert mailbox.problem == "The disk is full. Nothing that is here already is lost. Make room, then try again."
    assert (mailbox.is_paused, counts(mailbox)) == (False, {})
    monkeypatch.undo()
    assert counts(polled(mailbox, now=NOW + HOUR)) == {"read": 1, "kept": 1}


def test_a_database_that_is_locked_is_the_workers_matter(server: Dovecot, monkeypatch: pytest.MonkeyPatch) -> None:
    server.deliver("locked", mail("Hello", id="a"))
    mailbox = connected(server, "locked")

    def locked(*_: Any, **__: Any) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr("amends.desk.actions.polling.keep_messages", locked)
    with pytest.raises(OperationalError):
        polled(mailbox)
    monkeypatch.undo()
    assert counts(polled(mailbox)) == {}  # its lease runs
    assert counts(polled(mailbox, now=NOW + HOUR)) == {"read": 1, "kept": 1}


def test_a_server_that_breaks_off_costs_nothing_that_was_read(server: Dovecot, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("polling.BATCH", "fetching.BATCH", "fetching.STEP"):
        monkeypatch.setattr(f"amends.desk.actions.{name}", 2)
    for number in range(6):
        server.deliver("broken", mail(f"Mail {number}", id=f"m{number}"))
    mailbox = connected(server, "broken")
    kept = 0

    def breaks(*given: Any, **more: Any) -> Any:
        nonlocal kept
        kept += 1
        if kept == 3:
            raise SourceError("localhost broke off.", permanent=False)
        return keep(*given, **more)

    from amends.desk.actions.mail import keep_messages as keep  # noqa: PLC0415  (the one that is stood in for)

    monkeypatch.setattr("amends.desk.actions.polling.keep_messages", breaks)
    polled(mailbox)
    assert (counts(mailbox), mailbox.problem) == ({"read": 4, "kept": 4}, "localhost broke off.")
    assert counts(polled(mailbox, now=NOW + HOUR)) == {"read": 6, "kept": 6}


# ── Tokens


def connected_by_token(server: Dovecot, shop: TokenServer, user: str) -> Mailbox:
    shop.users["access-1"] = user
    shop.sells(access_token="access-1", refresh_token="refresh-1", expires_in=3600)  # noqa: S106  (of nobody)
    token = token_for("microsoft", "code-1", verifier="verifier-1", redirect=BACK)
    given = {**way_to(server, user), "provider": "microsoft"}
    return connect_mailbox(**given, token=token, by=None, now=NOW)


def secret_of(mailbox: Mailbox) -> dict[str, str]:
    mailbox.refresh_from_db()
    return dict(json.loads(unseal(mailbox.secret)))


@pytest.mark.usefixtures("shop")
def test_the_page_where_a_person_agrees() -> None:
    page = sign_in_page("microsoft", redirect=BACK, state="s-1", verifier="v" * 43, hint="bob@alder.example")
    asked = parse_qs(urlsplit(page).query)
    assert (asked["client_id"], asked["state"], asked["login_hint"]) == (["us"], ["s-1"], ["bob@alder.example"])
    assert signs_in_with() == ["microsoft"]


def test_a_code_that_buys_nothing_is_refused(shop: TokenServer) -> None:
    shop.sells(400, error="invalid_grant")
    with pytest.raises(Refused, match="no longer lets Amends read this mailbox"):
        token_for("microsoft", "code-1", verifier="verifier-1", redirect=BACK)


def test_a_token_is_renewed_before_it_runs_out_and_kept_sealed(server: Dovecot, shop: TokenServer) -> None:
    server.deliver("seven", mail("Hello", id="a"))
    mailbox = connected_by_token(server, shop, "seven")
    assert counts(polled(mailbox, now=NOW + 54 * MINUTE)) == {"read": 1, "kept": 1}
    assert len(shop.forms) == 1
    shop.users = {"access-2": "seven"}
    shop.sells(access_token="access-2", refresh_token="refresh-2", expires_in=3600)  # noqa: S106  (of nobody)
    later = NOW + 56 * MINUTE
    assert polled(mailbox, now=later).problem == ""
    assert (shop.forms[-1]["grant_type"], shop.forms[-1]["refresh_token"]) == ("refresh_token", "refresh-1")
    assert secret_of(mailbox) == {
        "access_token": "access-2",
        "refresh_token": "refresh-2",
        "expires_at": (later + HOUR).isoformat(),
    }
    assert "refresh-2" not in mailbox.secret


def test_a_token_that_is_refused_early_is_renewed_once(server: Dovecot, shop: TokenServer) -> None:
    mailbox = connected_by_token(server, shop, "eight")
    shop.users = {"access-2": "eight"}
    shop.sells(access_token="access-2", refresh_token="refresh-2", expires_in=3600)  # noqa: S106  (of nobody)
    assert (polled(mailbox).problem, secret_of(mailbox)["access_token"]) == ("", "access-2")


def test_a_permission_that_was_taken_back_pauses_and_says_so(server: Dovecot, shop: TokenServer) -> None:
    mailbox = connected_by_token(server, shop, "nine")
    shop.users = {}
    shop.sells(400, error="invalid_grant", error_description="The grant was revoked.")
    polled(mailbox)
    assert mailbox.is_paused
    assert mailbox.problem == (
        "Microsoft 365 no longer lets Amends read this mailbox: the permission was taken back or has run out (The grant"
        " was revoked.); connect the mailbox again."
    )
    assert secret_of(mailbox)["refresh_token"] == "refresh-1"  # noqa: S105  (of nobody)


def test_a_provider_that_is_away_is_asked_again(server: Dovecot, shop: TokenServer) -> None:
    mailbox = connected_by_token(server, shop, "ten")
    shop.sells(503, error="temporarily_unavailable")
    polled(mailbox, now=NOW + HOUR)
    assert (mailbox.is_paused, mailbox.failures) == (False, 1)


# ── Word that mail came


def test_word_of_mail_only_makes_it_earlier(server: Dovecot) -> None:
    mailbox = polled(connected(server, "eleven"))
    notice_mail(mailbox.pk, now=NOW + MINUTE)
    notice_mail(mailbox.pk, now=NOW + HOUR)
    mailbox.refresh_from_db()
    assert mailbox.poll_due_at == NOW + MINUTE


def test_one_watches_a_mailbox(server: Dovecot) -> None:
    mailbox = polled(connected(server, "twelve"))
    assert watches.unwatched(NOW) == [watches.Watch(mailbox.pk, None)]
    assert take_watch(mailbox.pk, None, NOW + HOUR)
    assert not take_watch(mailbox.pk, None, NOW + HOUR)
    free_again = [watches.Watch(mailbox.pk, NOW + HOUR)]
    assert (watches.unwatched(NOW), watches.unwatched(NOW + 2 * HOUR)) == ([], free_again)
    Mailbox.objects.update(is_paused=True)
    assert not take_watch(mailbox.pk, NOW + HOUR, NOW + 2 * HOUR)
    assert take_watch(mailbox.pk, NOW + HOUR, None)


def test_a_watched_mailbox_is_due_when_mail_comes(server: Dovecot, tmp_path: Path) -> None:
    server.deliver("thirteen", mail("Hello", id="a"))
    desk = OwnDesk.at(tmp_path)
    desk.run("nursed_mailbox.connect", server.tls_port, str(server.certificate), ["thirteen"])
    watching = desk.start("nursed_mailbox.watch", str(server.certificate))
    assert watching.stdout
    assert watching.stdout.readline() == "watched\n"
    server.deliver("thirteen", mail("New", id="b"))
    told, _ = watching.communicate()
    assert json.loads(told) == {"due": True, "read": 2, "watched": False}


@pytest.mark.django_db(transaction=True)
def test_a_watch_that_breaks_off_rests(server: Dovecot) -> None:
    mailbox = polled(connected(server, "fourteen", now=clock.now()), now=clock.now())
    elsewhere(mailbox, free_port())
    watch = watches.Watch(mailbox.pk, None)
    watch.run(Stop())
    mailbox.refresh_from_db()
    assert mailbox.watched_until is not None
    assert mailbox.watched_until > clock.now() + 9 * MINUTE
    assert (mailbox.problem, Message.objects.count()) == ("", 0)  # the poll says so, a watch does not
