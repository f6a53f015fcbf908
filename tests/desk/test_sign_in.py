"""Passwords are tried, failures counted, sessions ended."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.contrib.sessions.models import Session

from amends.desk.actions.sign_in import end_all_sign_ins, end_sign_in, keep_sign_in, sign_in
from amends.desk.models import Event, Refusal, SignIn
from amends.desk.queries.user import open_sign_ins
from amends.desk.rules import Refused
from cast import NOW, PASSWORD, browser_of
from signed_in import is_in

if TYPE_CHECKING:
    from datetime import datetime

    from amends.desk.models import User

pytestmark = pytest.mark.django_db
WORD = "a wrong one"
HOME = "192.0.2.7"
WRONG = "That e-mail and password do not go together. Check both, or ask an owner for a link."


def refused(email: str, password: str = WORD, *, address: str = HOME, now: datetime = NOW) -> str:
    with pytest.raises(Refused) as refusal:
        sign_in(email, password, address=address, now=now)
    return str(refusal.value)


def test_the_right_password_opens(bob: User) -> None:
    assert refused("bob@alder.example") == WRONG
    assert sign_in(" Bob@Alder.example", PASSWORD, address=HOME, now=NOW) == bob
    assert (Refusal.objects.count(), Event.objects.get().after) == (0, {"address": HOME})


def test_nobody_learns_who_has_an_account(bob: User) -> None:
    assert refused("bob@alder.example") == refused("nobody@alder.example") == WRONG
    bob.is_active = False
    bob.save()
    assert refused("bob@alder.example", PASSWORD) == WRONG


@pytest.mark.parametrize("email", ["bob@alder.example", "nobody@alder.example"])
def test_five_failures_close_the_door_for_a_quarter_of_an_hour(bob: User, email: str) -> None:
    for minute in range(5):
        assert refused(email, now=NOW + timedelta(minutes=minute)) == WRONG
    shut = "That was the wrong password too often. You can try again at 12:19 p.m., or ask an owner for a link."
    assert refused(email, PASSWORD, now=NOW + timedelta(minutes=5)) == shut
    assert refused(email, PASSWORD, now=NOW + timedelta(minutes=18), address="192.0.2.8") == shut
    assert sign_in(bob.email, PASSWORD, address=HOME, now=NOW + timedelta(minutes=19)) == bob


def test_many_names_from_one_address_close_it_too(bob: User) -> None:
    for name in range(20):
        refused(f"name{name}@alder.example")
    assert refused(bob.email, PASSWORD).startswith("That was the wrong password too often.")
    assert sign_in(bob.email, PASSWORD, address="192.0.2.9", now=NOW) == bob


def test_old_failures_are_forgotten(bob: User) -> None:
    refused("nobody@alder.example", now=NOW - timedelta(days=2))
    sign_in(bob.email, PASSWORD, address=HOME, now=NOW)
    assert Refusal.objects.count() == 0


def test_a_session_ends_when_its_row_does(bob: User, alice: User, charlie: User) -> None:
    browsers = [browser_of(bob), browser_of(bob)]
    rows = [
        keep_sign_in(bob, browser.session.session_key or "", address=HOME, browser="Firefox " * 100, now=NOW)
        for browser in browsers
    ]
    assert len(rows[0].browser) == 300
    with pytest.raises(Refused):
        end_sign_in(rows[0], by=charlie, now=NOW)
    end_sign_in(rows[0], by=bob, now=NOW)
    end_sign_in(rows[1], by=alice, now=NOW)
    assert (SignIn.objects.count(), Session.objects.count()) == (0, 0)
    assert [event.verb for event in Event.objects.all()] == ["end_sign_in", "end_sign_in"]


def test_everywhere_is_everywhere(bob: User, charlie: User, alice: User) -> None:
    untold, told = browser_of(bob), browser_of(bob)
    keep_sign_in(bob, told.session.session_key or "", address=HOME, browser="", now=NOW)
    with pytest.raises(Refused):
        end_all_sign_ins(bob, by=charlie, now=NOW)
    for by in (bob, alice):
        end_all_sign_ins(bob, by=by, now=NOW)
    assert [is_in(browser) for browser in (untold, told)] == [False, False]
    assert SignIn.objects.count() == 0


def test_sessions_that_ran_out_are_not_shown(bob: User) -> None:
    for days in (0, 15):
        keep_sign_in(bob, f"key{days}", address=HOME, browser="", now=NOW - timedelta(days=days))
    assert [one.session_key for one in open_sign_ins(bob, NOW)] == ["key0"]
