"""`amends backtest`: a mailbox's own past, and what is said when there is too little of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from click.testing import CliRunner, Result

from amends.cli.backtest import backtest_command
from letters import DANA, MARCUS, PRIYA, mbox, weekly

if TYPE_CHECKING:
    from pathlib import Path


def backtest(*arguments: object) -> Result:
    return CliRunner().invoke(backtest_command, ["--zone", "America/New_York", *map(str, arguments)])


def lost_and_kept(path: Path) -> Path:
    """Write a year with Marcus, and a Dana who fell silent at the end of May."""
    return mbox(
        path,
        [
            *weekly(DANA, PRIYA, first="6 Jan 08:00", weeks=20),
            *weekly(MARCUS, PRIYA, first="7 Jan 10:00", weeks=50),
        ],
    )


def test_the_past_is_told_beside_the_baseline(tmp_path: Path) -> None:
    shown = backtest(lost_and_kept(tmp_path / "a.mbox"))

    assert shown.exit_code == 0
    assert shown.stdout.splitlines()[0] == "11 snapshots of 2 clients on the first of 6 months; 1 lost."
    assert "Days since their last message" in shown.stdout
    assert "Fewer than 10 losses: read these figures as an anecdote, not as a measure." in shown.stdout


def test_json_holds_the_figures(tmp_path: Path) -> None:
    told = json.loads(backtest(lost_and_kept(tmp_path / "a.mbox"), "--format", "json").stdout)

    assert (told["clients"], told["losses"], told["enough"]) == (2, 1, False)


def test_a_past_day_ends_the_history(tmp_path: Path) -> None:
    told = json.loads(backtest(lost_and_kept(tmp_path / "a.mbox"), "--as-of", "2025-06-30", "--format", "json").stdout)

    assert told is None


def test_too_little_mail_says_what_is_needed(tmp_path: Path) -> None:
    shown = backtest(mbox(tmp_path / "a.mbox", weekly(DANA, PRIYA, first="6 Jan 08:00", weeks=3)))

    assert shown.exit_code == 0
    assert " ".join(shown.stdout.split()) == (
        "Not enough mail yet: a backtest needs clients with 20 messages or more, and a quarter of mail after them to"
        " know what became of them."
    )


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    shown = backtest(tmp_path / "nowhere.mbox")

    assert shown.exit_code == 1
    assert shown.stderr.startswith(f"Not read: {tmp_path / 'nowhere.mbox'}: ")
