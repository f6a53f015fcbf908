"""The options that every command reading mail shares."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner

from amends.cli.options import end_of, names_in, password_from, zone_of_this_machine
from amends.sources import SourceError


def test_a_day_ends_in_the_firms_zone() -> None:
    assert end_of(datetime(2025, 10, 14), ZoneInfo("America/New_York")) == datetime(  # noqa: DTZ001  (a day, as typed)
        2025, 10, 15, 3, 59, 59, tzinfo=UTC
    )


def test_this_machines_zone_is_one_that_exists() -> None:
    assert ZoneInfo(zone_of_this_machine()).key == zone_of_this_machine()


def test_a_machine_without_a_zone_is_in_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_: Path) -> Path:
        raise OSError

    monkeypatch.setattr(Path, "resolve", fails)

    assert zone_of_this_machine() == "UTC"


def test_a_password_that_is_nowhere_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AMENDS_IMAP_PASSWORD", raising=False)
    asked: list[str] = []
    with CliRunner().isolation(input="hunter2\n") as (_, prompt, *_):
        monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
        asked.append(password_from(None, "dana at mail.example"))

        assert prompt.getvalue().decode() == "Password of dana at mail.example: \n"
    assert asked == ["hunter2"]


def test_without_a_terminal_nobody_can_be_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AMENDS_IMAP_PASSWORD", raising=False)
    with CliRunner().isolation(), pytest.raises(SourceError) as refused:
        password_from(None, "dana at mail.example")

    assert str(refused.value) == "There is no terminal to ask on. Use --password-file or AMENDS_IMAP_PASSWORD."


def test_names_come_one_by_one_or_with_commas() -> None:
    assert names_in(("a.example, b.example", "c.example", "")) == ("a.example", "b.example", "c.example")
