"""The results of a scan: they add up, they sort, and they leave the program in documented shapes."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from io import StringIO

import pytest
from rich.console import Console

from amends.cli.results import (
    CSV_COLUMNS,
    Results,
    Row,
    coverage_in_words,
    csv_rows,
    day_in_words,
    harm_first,
    headline,
    in_words,
    points_in_words,
    read_in_words,
    standing,
    tally,
    to_json,
    weighing_lines,
    worst_first,
)
from amends.cli.table import render_client
from amends.core.evidence import Evidence, Family, Signal
from scanned import BRIGHTWATER, GARY, INVOICE, KESTREL, LANES, PENHALLOW, RESULTS, TARN, day

ACCOUNT = (
    "Two complaints in 30 days (-16); Nine threads fewer than their own norm (-14); "
    "No answer for 6 business days (-10); Praise on October 1 (+4)"
)


def results_of(*rows: Row) -> Results:
    return replace(RESULTS, rows=rows)


def test_a_row_refuses_points_that_do_not_add_up() -> None:
    with pytest.raises(ValueError, match=r"brightwater\.example: the signals add up to 26, not to 30"):
        replace(BRIGHTWATER, points=30)


def test_a_row_refuses_a_state_that_nobody_knows() -> None:
    with pytest.raises(ValueError, match=r"brightwater\.example: there is no state called 'Doomed'"):
        replace(BRIGHTWATER, state="Doomed")


def test_health_is_a_hundred_less_the_points_and_never_below_nothing() -> None:
    hopeless = replace(
        BRIGHTWATER, points=120, signals=tuple(replace(BRIGHTWATER.signals[0], points=60) for _ in range(2))
    )
    assert [row.health for row in (PENHALLOW, BRIGHTWATER, TARN, GARY, hopeless)] == [64, 74, 104, 100, 0]


def test_worst_first_and_those_with_too_little_mail_last() -> None:
    calm = replace(TARN, client="a.example", name="Abbey Row", points=0, signals=())
    assert worst_first([GARY, TARN, calm, KESTREL, PENHALLOW, BRIGHTWATER]) == (
        PENHALLOW,
        BRIGHTWATER,
        KESTREL,
        calm,
        TARN,
        GARY,
    )


def test_the_lines_of_an_account_are_read_most_harm_first() -> None:
    assert [signal.points for signal in harm_first(PENHALLOW)] == [16, 14, 10, -4]


def test_the_tally_counts_each_state_that_has_a_client() -> None:
    assert tally(results_of(PENHALLOW, TARN, GARY, GARY)) == {"At risk": 1, "Steady": 1, "Not enough yet": 2}


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ((), "No clients found in this mail"),
        ((TARN,), "Nobody needs you today"),
        ((PENHALLOW,), "Your one client needs you"),
        ((TARN, KESTREL), "Nobody is at risk, and one of 2 clients may need a word"),
        ((TARN, TARN), "None of 2 clients needs you"),
        ((PENHALLOW, TARN), "One of 2 clients needs you"),
        ((PENHALLOW, BRIGHTWATER, KESTREL), "Two of 3 clients need you"),
    ],
)
def test_the_headline_says_how_many_need_you(rows: tuple[Row, ...], sentence: str) -> None:
    assert headline(results_of(*rows)) == sentence


def test_a_client_with_too_little_mail_gets_no_guess() -> None:
    assert [standing(row) for row in (BRIGHTWATER, TARN, GARY)] == [
        "74 of 100, about 4 in 10 would leave this quarter",
        "100 of 100, fewer than 1 in 10 would leave this quarter",
        "We have seen 4 messages and need about 20",
    ]


def test_counts_are_words_up_to_ten() -> None:
    assert [in_words(number) for number in (0, 3, 10, 11, 1200)] == ["no", "three", "ten", "11", "1,200"]


def test_a_day_is_written_as_it_is_said() -> None:
    assert day_in_words(day(3)) == "Friday, October 3, 2025"


def test_what_was_read_of_a_client_is_said_in_words() -> None:
    assert [read_in_words(row) for row in (PENHALLOW, GARY)] == [
        "164 messages in 41 conversations with three people",
        "4 messages in 1 conversation with one person",
    ]


def test_coverage_says_what_could_not_be_seen() -> None:
    assert coverage_in_words(PENHALLOW.coverage) == "mail yes, orders no, payments no"


def test_a_line_counts_down_for_harm_and_up_for_praise() -> None:
    assert [points_in_words(points) for points in (16, -4, 0)] == ["−16", "+4", "0"]


def test_json_follows_the_documented_schema() -> None:
    document = to_json(results_of(BRIGHTWATER))
    assert json.loads(json.dumps(document)) == {
        "version": 1,
        "us": ["alderquay.example"],
        "messages": 2974,
        "skipped": [{"where": "inbox.mbox, message 12", "why": "The base64 part ends in the middle."}],
        "relationships": [
            {
                "client": "brightwater.example",
                "name": "Brightwater Cold Storage",
                "state": "Strained",
                "points": 26,
                "chance": 0.382,
                "messages": 402,
                "threads": 88,
                "people": 2,
                "coverage": {"mail": True, "orders": False, "payments": False},
                "signals": [
                    {
                        "rule": "exit words",
                        "family": "language",
                        "points": 20,
                        "summary": "They speak of leaving",
                        "evidence": [
                            {
                                "message_id": "m5@brightwater.example",
                                "date": "2025-10-03T07:12:00+00:00",
                                "quote": LANES,
                            }
                        ],
                    },
                    {
                        "rule": "promise",
                        "family": "ours",
                        "points": 6,
                        "summary": "A promise for October 9 seems broken",
                        "evidence": [
                            {
                                "message_id": "m6@alderquay.example",
                                "date": "2025-10-08T09:12:00+00:00",
                                "quote": "I will send the roster by noon tomorrow.",
                            }
                        ],
                    },
                ],
            }
        ],
    }


def test_json_points_add_up_for_every_client() -> None:
    document = json.loads(json.dumps(to_json(RESULTS)))
    totals = [sum(line["points"] for line in row["signals"]) for row in document["relationships"]]
    assert totals == [row["points"] for row in document["relationships"]]


def test_csv_has_a_header_and_one_line_a_client() -> None:
    header, first, *_ = csv_rows(RESULTS)
    assert header == CSV_COLUMNS
    assert first == (
        "penhallowdairy.example",
        "Penhallow Dairy",
        "At risk",
        36,
        0.551,
        "about 6 in 10 would leave this quarter",
        164,
        41,
        3,
        ACCOUNT,
        INVOICE,
        day(10).isoformat(),
    )
    assert len(list(csv_rows(RESULTS))) == 1 + len(RESULTS.rows)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\uff1d", "\t=", "\r=", " =", "\x1b[0m="])
def test_no_text_of_a_client_becomes_a_formula(start: str) -> None:
    hostile = replace(GARY, name=f"{start}HYPERLINK(1)", said=f"{start}cmd|' /C calc'!A0")
    written = io.StringIO()
    csv.writer(written).writerows(csv_rows(results_of(hostile)))
    written.seek(0)
    line = dict(zip(CSV_COLUMNS, list(csv.reader(written))[1], strict=True))
    assert (line["name"][0], line["said"][0]) == ("'", "'")


def test_a_sentence_over_several_lines_stays_in_one_line_of_csv() -> None:
    [_, line] = csv_rows(results_of(replace(GARY, said="Hello\nthere\x00")))
    assert line[CSV_COLUMNS.index("said")] == "Hello there"


def test_reasons_that_no_longer_count_are_told_in_one_sentence() -> None:
    spent = [Signal("complaint", Family.LANGUAGE, 0, f"Complained on Oct {n} (counted already)") for n in (1, 2)]
    row = replace(PENHALLOW, signals=(*PENHALLOW.signals, *spent))

    lines, folded = weighing_lines(row)

    assert [line.points for line in lines] == [16, 14, 10, -4]
    assert folded == "and 2 more reasons of the same kind, counted already"
    assert weighing_lines(PENHALLOW)[1] == ""
    assert folded in drawn_account(row)


def test_many_messages_behind_one_line_are_counted() -> None:
    many = tuple(Evidence(f"m{n}@x", day(1), f"Reason {n}.") for n in range(7))
    row = replace(PENHALLOW, points=16, signals=(replace(PENHALLOW.signals[0], evidence=many),))

    shown = drawn_account(row)

    assert "Reason 4." in shown
    assert "Reason 5." not in shown
    assert "and 2 more messages" in shown


def drawn_account(row: Row) -> str:
    console = Console(width=100, file=StringIO(), record=True)
    console.print(render_client(row))
    return console.export_text()
