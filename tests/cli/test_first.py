"""Where a person begins, and what stops a command of the desk, in words for people."""

from __future__ import annotations

import os
import sys
from datetime import timedelta
from typing import TYPE_CHECKING

import click
import pytest
from click.testing import CliRunner
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError
from django.test import Client as Browser

from amends.cli.desk import plainly
from amends.cli.doctor import doctor_command
from amends.cli.first import colleague, link_for, program, spoken, where_to_begin
from amends.cli.showing import has_screen
from amends.cli.sign_in import sign_in_command
from amends.desk.actions.user import close_user
from amends.desk.models import User
from amends.desk.queries.beginning import first_key
from cast import NOW, alice, bob, firm, riverside

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytest_django.fixtures import Settings

    from amends.desk.models import Firm

__all__ = ["alice", "bob", "firm", "riverside"]  # fixtures


@pytest.fixture(autouse=True)
def mask() -> Iterator[None]:
    """Give other tests the mask back under which they make files: a command of the desk is strict with its own."""
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.mark.django_db
def test_a_new_desk_leads_to_its_first_screen() -> None:
    told = where_to_begin(NOW).splitlines()
    assert told == ["It is new. Begin here:", f"  http://127.0.0.1:8321/welcome?key={first_key()}"]


def test_where_somebody_was_already_they_sign_in_as_usual(alice: User) -> None:
    del alice
    assert where_to_begin(NOW) == ("Sign in there as usual. A way in without a password: amends sign-in EMAIL")


def test_an_owner_who_never_came_gets_a_link(alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(joined_at=None)
    told, link = where_to_begin(NOW).splitlines()
    assert told == "Nobody has signed in yet. This link signs Alice Alder in, once, within 15 minutes:"
    assert link.startswith("  http://127.0.0.1:8321/sign-in/")


def test_a_firm_without_anybody_is_sent_to_the_doctor(firm: Firm) -> None:
    del firm
    assert where_to_begin(NOW) == "Nobody may sign in: run amends doctor."


def test_the_link_lets_in_once(bob: User) -> None:
    said = CliRunner().invoke(sign_in_command, ["BOB@alder.example"])
    assert said.exit_code == 0
    path = said.output.split()[-1].removeprefix("http://127.0.0.1:8321")
    browser = Browser()
    assert [browser.post(path).status_code, Browser().post(path).status_code] == [302, 410]
    assert browser.session["_auth_user_id"] == str(bob.pk)


def test_who_is_not_known_is_told_who_owns_the_desk(alice: User) -> None:
    del alice
    with pytest.raises(click.ClickException) as refused:
        colleague("ghost@alder.example")
    assert refused.value.message == "Nobody here signs in as ghost@alder.example. The owner is alice@alder.example."


def test_whose_account_is_closed_gets_no_link(alice: User, bob: User) -> None:
    close_user(bob, by=alice, now=NOW)
    with pytest.raises(click.ClickException, match=r"Bob Reed may not sign in any more\."):
        colleague(bob.email)


def test_a_link_says_how_long_it_works(bob: User) -> None:
    assert "once, within 24 hours:" in link_for(bob, NOW, timedelta(hours=24))
    assert [spoken(timedelta(minutes=15)), spoken(timedelta(minutes=90)), spoken(timedelta(hours=2))] == [
        "15 minutes",
        "90 minutes",
        "2 hours",
    ]


def test_the_doctor_has_nothing_to_say_of_a_sound_desk(alice: User) -> None:
    del alice
    said = CliRunner().invoke(doctor_command)
    assert (said.exit_code, said.output) == (0, "Nothing is missing, and nothing looks unsafe.\n")


def test_the_doctor_leaves_with_1_where_something_is_wrong(alice: User, settings: Settings) -> None:
    del alice
    settings.ADDRESS = "http://desk.example.com"
    said = CliRunner().invoke(doctor_command)
    assert (said.exit_code, "cross the network in the clear" in said.output) == (1, True)


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (OperationalError("database is locked"), "Another program holds the database, and did not let go of it."),
        (
            OperationalError("database or disk is full"),
            "The disk is full. Nothing is lost: make room, then start again.",
        ),
        (OperationalError("connection refused\nmore"), "The database does not answer: connection refused."),
        (OperationalError("no such table: desk_firm"), "This desk has no database yet. Start it first: amends serve"),
        (ImproperlyConfigured("AMENDS_WORKERS is 'x'."), "AMENDS_WORKERS is 'x'."),
        (PermissionError(13, "Permission denied", "/srv/desk"), "/srv/desk cannot be used: Permission denied."),
    ],
)
def test_what_is_in_the_way_is_one_sentence(error: Exception, sentence: str) -> None:
    with pytest.raises(click.ClickException) as told, plainly():
        raise error
    assert told.value.message.startswith(sentence)


@pytest.mark.parametrize("error", [ZeroDivisionError(), BrokenPipeError(), click.UsageError("Choose a port.")])
def test_what_no_sentence_explains_is_left_as_it_is(error: Exception) -> None:
    with pytest.raises(type(error)), plainly():
        raise error


@pytest.mark.parametrize(("name", "shown"), [("DISPLAY", True), ("WAYLAND_DISPLAY", True), ("TERM", False)])
def test_a_browser_is_opened_only_where_there_is_a_screen(
    name: str, monkeypatch: pytest.MonkeyPatch, *, shown: bool
) -> None:
    for other in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(other, raising=False)
    monkeypatch.setenv(name, ":0")
    monkeypatch.setattr("sys.platform", "linux")
    assert has_screen() is shown


def test_what_to_type_is_the_way_to_the_program_from_here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    here = tmp_path / "desk" / ".venv" / "bin"
    here.mkdir(parents=True)
    (here / "amends").write_text("#!/bin/sh\n")
    (here / "amends").chmod(0o700)
    monkeypatch.chdir(tmp_path / "desk")
    monkeypatch.setattr(sys, "argv", [str(here / "amends"), "serve"])
    monkeypatch.setenv("PATH", "/nowhere")
    assert program() == ".venv/bin/amends"
    monkeypatch.setenv("PATH", str(here))
    assert program() == "amends"
