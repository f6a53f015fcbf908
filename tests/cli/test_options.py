"""The options that every command reading mail shares."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from click.testing import CliRunner

from amends.cli.options import end_of, password_from, zone_of_this_machine

if TYPE_CHECKING:
    import pytest


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
        asked.append(password_from(None, "dana at mail.example"))

        assert prompt.getvalue().decode() == "Password of dana at mail.example: \n"
    assert asked == ["hunter2"]
