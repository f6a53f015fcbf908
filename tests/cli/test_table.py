"""The scan on a terminal: what a person reads, wide or narrow, coloured or not."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from amends.cli.table import render_client, render_table
from scanned import BRIGHTWATER, GARY, INVOICE, KESTREL, PENHALLOW, RESULTS, TARN

if TYPE_CHECKING:
    from rich.console import RenderableType

MENDED = replace(TARN, client="greyfriars.example", name="Greyfriars Logistics", state="Mended")


def drawn(picture: RenderableType, width: int = 120, *, is_terminal: bool = False) -> str:
    screen = io.StringIO()
    Console(file=screen, width=width, highlight=False, force_terminal=is_terminal).print(picture)
    return "\n".join(line.rstrip() for line in screen.getvalue().splitlines())


def test_a_wide_terminal_shows_a_client_side_by_side() -> None:
    assert drawn(render_table(replace(RESULTS, rows=(PENHALLOW,)), top=25), width=106).splitlines() == [
        "Your one client needs you.",
        "2,974 messages of alderquay.example, 311 of them automated. As of Tuesday, October 14, 2025.",
        "",
        "● At risk        Penhallow Dairy           −16  Two complaints in 30 days",
        "  64 of 100      about 6 in 10 would       −14  Nine threads fewer than their own norm",
        "                 leave this quarter        “Third invoice in a row with hours for someone who left in",
        "                                           August. Does anyone there read these?”",
        "                                           Friday, October 10, 2025",
        "",
        "● 1 At risk",
        "",
        "--client NAME opens one with all its evidence; --format html writes a page to read or print.",
        "The chance is a starting guess until your own history replaces it. This speaks about relationships. It is",
        "not for judging employees.",
    ]


def test_a_narrow_terminal_stacks_the_same() -> None:
    assert drawn(render_table(replace(RESULTS, rows=(PENHALLOW,)), top=25), width=60).splitlines()[4:10] == [
        "● At risk  Penhallow Dairy",
        "  64 of 100, about 6 in 10 would leave this quarter",
        "  −16  Two complaints in 30 days",
        "  −14  Nine threads fewer than their own norm",
        "  “Third invoice in a row with hours for someone who left in",
        "  August. Does anyone there read these?”",
    ]


@pytest.mark.parametrize("width", [60, 80, 100, 200])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    long_name = replace(TARN, client="x" * 200, name="The Very Long Name " * 10)
    everyone = replace(RESULTS, rows=(replace(PENHALLOW, name="Penhallow " * 20), long_name, *RESULTS.rows))
    for picture in (render_table(everyone, top=25), render_client(everyone.rows[0])):
        assert max(len(line) for line in drawn(picture, width=width).splitlines()) <= width


def test_clients_that_are_well_take_one_line_each() -> None:
    shown = drawn(render_table(replace(RESULTS, rows=(MENDED, TARN, GARY)), top=25)).splitlines()
    assert shown[3:8] == [
        "◎ Mended          Greyfriars Logistics  211 messages",
        "○ Steady          Tarn Valley Foods     211 messages",
        "◌ Not enough yet  Gary Hollis             4 messages",
        "",
        "◎ 1 Mended ○ 1 Steady ◌ 1 Not enough yet",
    ]


def test_what_is_left_out_is_counted() -> None:
    shown = drawn(render_table(RESULTS, top=2))
    assert "Three more not shown: --top 5 shows all." in shown.splitlines()
    assert KESTREL.name not in shown


def test_an_empty_mailbox_is_said_in_a_sentence() -> None:
    nothing = replace(RESULTS, us=(), messages=0, automated=0, rows=())
    assert drawn(render_table(nothing, top=25)).splitlines() == [
        "No clients found in this mail.",
        "0 messages, 0 of them automated. As of Tuesday, October 14, 2025.",
    ]


def test_one_client_opens_with_all_its_evidence() -> None:
    assert drawn(render_client(BRIGHTWATER)).splitlines() == [
        "Brightwater Cold Storage  brightwater.example",
        "◐ Strained  74 of 100, about 4 in 10 would leave this quarter",
        "402 messages in 88 conversations with two people",
        "“Nobody called. Six lanes shut, two trucks sent away full. I need someone to explain this to me.”",
        "Friday, October 3, 2025",
        "",
        "100  to begin with",
        "−20  They speak of leaving  ▇▇▇▇▇▇▇▇▇▇  exit words",
        "     “Nobody called. Six lanes shut, two trucks sent away full. I need someone to explain this to me.”",
        "     Friday, October 3, 2025, message m5@brightwater.example",
        " −6  A promise for October 9 seems broken  ▇▇▇  promise",
        "     We wrote: “I will send the roster by noon tomorrow.”",
        "     Wednesday, October 8, 2025, message m6@alderquay.example",
        " 74  is left",
        "",
        "Seen: mail yes, orders no, payments no.",
        "The chance is a starting guess until your own history replaces it.",
        "This speaks about relationships. It is not for judging employees.",
    ]


def test_evidence_without_a_sentence_still_names_its_message() -> None:
    assert (
        "     Thursday, October 2, 2025, message m2@penhallowdairy.example"
        in drawn(render_client(PENHALLOW)).splitlines()
    )


def test_a_sentence_without_a_date_stands_alone() -> None:
    shown = drawn(render_client(replace(GARY, said="Hello?", said_at=None))).splitlines()
    assert shown[1] == "◌ Not enough yet  We have seen 4 messages and need about 20"
    assert shown[2:5] == ["4 messages in 1 conversation with one person", "“Hello?”", ""]


def test_colour_is_left_out_for_pipes_and_where_nobody_wants_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert "\x1b[" in drawn(render_table(RESULTS, top=25), is_terminal=True)
    assert "\x1b" not in drawn(render_table(RESULTS, top=25))
    monkeypatch.setenv("NO_COLOR", "1")
    coloured = drawn(render_table(RESULTS, top=25), is_terminal=True)
    assert "\x1b[31m" not in coloured
    assert "38;5" not in coloured


@pytest.mark.parametrize("hostile", ["\x1b]0;owned\x07", "\x1b[2J", "\x9b2J", "\r\n\x08", "[bold]markup[/bold]", "[/]"])
def test_nothing_a_client_wrote_commands_the_terminal(hostile: str) -> None:
    signals = tuple(
        replace(signal, summary=hostile, evidence=tuple(replace(one, quote=hostile) for one in signal.evidence))
        for signal in PENHALLOW.signals
    )
    row = replace(PENHALLOW, client=hostile, name=hostile, said=hostile, chance_words=hostile, signals=signals)
    for picture in (render_table(replace(RESULTS, us=(hostile,), rows=(row, TARN)), top=25), render_client(row)):
        shown = drawn(picture)
        assert [letter for letter in shown if not letter.isprintable() and letter != "\n"] == []
    assert INVOICE not in shown
