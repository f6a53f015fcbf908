"""`amends scan`, from mail files to what a person or a program reads."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from amends.cli import running
from amends.cli.progress import Progress
from amends.cli.scan import scan_command
from amends.core.hours import OFFICE
from letters import DANA, MARCUS, PRIYA, Letter, mbox, weekly

NOBODY_CAME = "Nobody called. Six lanes shut, two trucks sent away full. I need someone to explain this to me."
TENDER = "We are going out to tender and will use other agencies from January."
TROUBLE = [
    *weekly(DANA, PRIYA, first="3 Mar 08:00", weeks=30),
    Letter(DANA, PRIYA, "30 Sep 07:12", NOBODY_CAME, "No-show", "lanes@brightwater.example"),
    Letter(DANA, PRIYA, "2 Oct 09:00", TENDER, "Our supplier review", "tender@brightwater.example"),
]
CALM = weekly(MARCUS, PRIYA, first="4 Mar 10:00", weeks=31)
ROBOT = Letter(
    "Timesheets <no-reply@timesheets.example>", PRIYA, "1 Oct 06:00", "I am furious. We terminate the contract."
)


def scan(*arguments: object) -> Result:
    return CliRunner().invoke(scan_command, ["--zone", "America/New_York", *map(str, arguments)])


def results(*arguments: object) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(scan(*arguments, "--format", "json").stdout)
    return found


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    return mbox(tmp_path / "inbox.mbox", [*TROUBLE, *CALM, ROBOT])


def test_the_client_in_trouble_comes_first_with_its_own_words(inbox: Path) -> None:
    found = results(inbox)

    assert found["us"] == ["alderquay.example"]
    assert found["messages"] == 125
    first, second = found["relationships"]
    assert (first["client"], second["client"]) == ("brightwater.example", "penhallow.example")
    assert second["state"] == "Steady"
    quotes = {evidence["quote"] for signal in first["signals"] for evidence in signal["evidence"]}
    assert TENDER in quotes
    assert first["points"] == sum(signal["points"] for signal in first["signals"])
    assert {signal["rule"] for signal in first["signals"]} >= {"exit words", "unanswered"}


def test_the_day_told_is_that_of_the_newest_message_a_circular_too_but_no_future_one(tmp_path: Path) -> None:
    future = Letter(DANA, PRIYA, "1 Oct 09:00", "From a clock gone wrong.").message()
    future.replace_header("Date", "Wed, 1 Oct 2098 09:00:00 +0000")
    path = mbox(tmp_path / "a.mbox", [*CALM[:4], future, ROBOT])

    assert "As of Wednesday, October 1, 2025." in scan(path).stdout


def test_a_program_is_never_read_for_mood(inbox: Path) -> None:
    assert "timesheets.example" not in scan(inbox, "--format", "json").stdout


def test_any_past_day_can_be_asked_for(inbox: Path) -> None:
    before = {r["client"]: r["state"] for r in results(inbox, "--as-of", "2025-09-29")["relationships"]}

    assert before == {"brightwater.example": "Steady", "penhallow.example": "Steady"}


def test_two_processes_say_what_one_says(inbox: Path) -> None:
    assert results(inbox, "--jobs", 2) == results(inbox)


def test_many_files_are_all_read_by_two_processes(tmp_path: Path) -> None:
    files = [
        mbox(tmp_path / f"{number}.mbox", [letter]) for number, letter in enumerate([*TROUBLE, *CALM[:8], *TROUBLE[:2]])
    ]

    found = results(*files, "--jobs", 2)

    assert found["messages"] == len(TROUBLE) + 8
    assert found == results(*files)


def test_large_clients_are_handed_out_one_by_one() -> None:
    clients = [("a", 900), ("b", 300), ("c", 150), ("d", 80), ("e", 3)]

    assert list(running.handfuls(clients)) == [["a"], ["b"], ["c", "d"], ["e"]]


def test_copies_in_several_files_count_once(inbox: Path, tmp_path: Path) -> None:
    again = mbox(tmp_path / "again.mbox", TROUBLE)

    assert results(inbox, again, "--jobs", 2) == results(inbox, again) == results(inbox)


def test_who_we_are_can_be_told(inbox: Path) -> None:
    found = results(inbox, "--us", "Brightwater.example", "--us", "marcus@penhallow.example")

    assert found["us"] == ["brightwater.example", "penhallow.example"]
    assert [r["client"] for r in found["relationships"]] == ["alderquay.example"]


def test_a_supplier_can_be_left_out(inbox: Path) -> None:
    assert [r["client"] for r in results(inbox, "--ignore", "penhallow.example")["relationships"]] == [
        "brightwater.example"
    ]


def test_one_client_opens_with_all_its_evidence(inbox: Path) -> None:
    shown = scan(inbox, "--client", "brightwater")

    assert shown.exit_code == 0
    assert TENDER in " ".join(shown.stdout.split())
    assert "penhallow" not in shown.stdout


def test_a_name_that_fits_none_or_several_says_what_to_do(inbox: Path) -> None:
    assert scan(inbox, "--client", "Kestrel").output == (
        "Error: No client here is called 'Kestrel'. Run the scan without --client to see them all.\n"
    )
    assert scan(inbox, "--client", "example").output == (
        "Error: 'example' could be brightwater.example, penhallow.example. Give more of the name.\n"
    )


def test_csv_has_a_line_for_each_client(inbox: Path) -> None:
    lines = list(csv.DictReader(StringIO(scan(inbox, "--format", "csv").stdout)))

    assert [line["client"] for line in lines] == ["brightwater.example", "penhallow.example"]


def test_html_is_one_file_that_fetches_nothing(inbox: Path) -> None:
    page = scan(inbox, "--format", "html").stdout

    assert page.startswith("<!doctype html>")
    assert TENDER in page
    assert "http://" not in page.replace("http://www.w3.org/", "")


def test_what_cannot_be_read_is_said_and_the_rest_is_read(inbox: Path, tmp_path: Path) -> None:
    shown = scan(inbox, tmp_path / "nowhere.mbox", "--format", "json")

    assert shown.exit_code == 1
    assert shown.stderr.count("\n") == 1
    assert shown.stderr.startswith(f"Not read: {tmp_path / 'nowhere.mbox'}: ")
    assert json.loads(shown.stdout)["messages"] == 125
    assert [skipped["where"] for skipped in json.loads(shown.stdout)["skipped"]] == [str(tmp_path / "nowhere.mbox")]


def test_many_unreadable_things_are_counted(tmp_path: Path) -> None:
    shown = scan(*(tmp_path / f"nowhere{n}" for n in range(13)))

    assert shown.exit_code == 1
    assert shown.stderr.splitlines()[-1] == "Not read: 3 more; --format json lists them all."


def test_mail_without_a_date_has_no_place_and_says_so(tmp_path: Path) -> None:
    letter = Letter(DANA, PRIYA, "1 Oct 09:00", "When?").message()
    del letter["Date"]
    path = tmp_path / "undated.eml"
    path.write_bytes(letter.as_bytes())

    found = results(path)

    assert found["messages"] == 0
    assert [skipped["why"] for skipped in found["skipped"]] == [
        "It carries no date that can be believed, so it has no place in the history."
    ]


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_copy_that_kept_its_date_still_counts(tmp_path: Path, jobs: int) -> None:
    letter = Letter(DANA, PRIYA, "1 Oct 09:00", "When?", id="when@brightwater.example")
    undated = letter.message()
    del undated["Date"]
    first = tmp_path / "first.eml"
    first.write_bytes(undated.as_bytes())

    found = results(first, mbox(tmp_path / "second.mbox", [letter]), "--jobs", jobs)

    assert (found["messages"], len(found["skipped"])) == (1, 1)


def test_a_wrong_zone_is_refused_with_an_example(inbox: Path) -> None:
    shown = CliRunner().invoke(scan_command, [str(inbox), "--zone", "Mars/Base"])

    assert shown.exit_code == 2
    assert "'Mars/Base' is not a time zone. Write it like Europe/London or America/Chicago." in shown.output


@pytest.mark.parametrize("moment", ["while reading", "while weighing"])
def test_ctrl_c_leaves_what_was_found_so_far(inbox: Path, moment: str) -> None:
    now = datetime(2025, 10, 6, tzinfo=UTC)
    calls = iter(range(1_000_000))
    interrupted_at = 60 if moment == "while reading" else 129

    def clock() -> float:
        if next(calls) == interrupted_at:
            raise KeyboardInterrupt
        return 0.0

    found, is_cut_short = running.run(running.Order([str(inbox)], OFFICE), now, Progress(StringIO(), clock))

    assert is_cut_short
    assert len(found.rows) == 1
    assert found.messages == (59 if moment == "while reading" else 125)


def test_a_stopped_scan_says_so(inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> float:
        raise KeyboardInterrupt

    monkeypatch.setattr(Progress, "tell", interrupted)
    shown = scan(inbox, "--format", "csv")

    assert shown.exit_code == 130
    assert shown.stderr == "Stopped early. This is what was found so far.\n"


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (
            ["--us", "nosuch.example"],
            "No message here is from or to nosuch.example. Check",
        ),
        (["--ignore", "a.example,b.example"], "No message here is from or to a.example or b.example."),
        (["--as-of", "2025-02-30"], "'2025-02-30' is no day of the calendar. Write it like 2025-10-14."),
        (["--client", ""], "'' could be brightwater.example, penhallow.example. Give more of the name."),
        ([""], "One of the paths is empty. Name a file, a folder or a mailbox."),
    ],
)
def test_a_slip_is_told_not_guessed_at(inbox: Path, options: list[str], complaint: str) -> None:
    shown = scan(inbox, *options)

    assert shown.exit_code in (1, 2)
    assert complaint in shown.output


def test_a_full_disk_is_one_sentence(inbox: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "amends", "scan", str(inbox), "--format", "csv"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )

    assert done.returncode == 1
    assert done.stderr.startswith("Error: The result could not be written (No space left on device).")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("form", ["table", "csv", "html", "json"])
def test_a_terminal_without_unicode_gets_its_result_all_the_same(tmp_path: Path, form: str) -> None:
    path = mbox(tmp_path / "a.mbox", [Letter("Ренат <r@north.example>", PRIYA, "1 Oct 09:00", "Café “closed” – 漢字?")])
    done = subprocess.run(
        [sys.executable, "-m", "amends", "scan", str(path), "--format", form],
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": "cp1252"},
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout


def test_mail_that_does_not_tell_who_we_are_asks_for_it(tmp_path: Path) -> None:
    path = mbox(tmp_path / "a.mbox", CALM)

    shown = scan(path)

    assert shown.stderr == "This mail does not tell who you are. Say it with --us and your firm's domain.\n"
    assert scan(path, "--us", "alderquay.example").stderr == ""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_closed_terminal_leaves_nothing_of_the_clients_words(
    inbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    place = tmp_path / "working"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    seen: list[int] = []
    ticks = iter(range(1_000))

    def clock() -> float:
        if next(ticks) == 60:
            seen.append(len(list(place.iterdir())))
            signal.raise_signal(number)
        return 0.0

    _, is_cut_short = running.run(
        running.Order([str(inbox)], OFFICE), datetime(2025, 10, 6, tzinfo=UTC), Progress(StringIO(), clock)
    )

    assert is_cut_short
    assert (seen, list(place.iterdir())) == ([1], [])
