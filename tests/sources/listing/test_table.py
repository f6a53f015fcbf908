"""CSV as programs write it: encodings, delimiters, headings, torn rows."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from amends.sources import SourceError
from amends.sources.listing import open_table
from amends.sources.listing.table import columns_of

if TYPE_CHECKING:
    from pathlib import Path

    from amends.sources.listing import Table

EXCEL = "Kunde;Ort;Betrag;Notiz\r\nMüller & Söhne;Köln;1.234,50;zahlt spät\r\n"


def listed(path: Path, written: str | bytes, encoding: str = "utf-8") -> Table:
    path /= "list.csv"
    path.write_bytes(written if isinstance(written, bytes) else written.encode(encoding))
    return open_table(path)


def cells(table: Table) -> list[tuple[int, list[str]]]:
    return [(number, list(row.values())) for number, row in table.rows()]


@pytest.mark.parametrize(
    ("encoding", "found"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("cp1252", "cp1252"),
        ("utf-16", "utf-16"),
        ("utf-32", "utf-32"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
    ],
)
def test_every_encoding_that_programs_write_is_read(tmp_path: Path, encoding: str, found: str) -> None:
    table = listed(tmp_path, EXCEL, encoding)
    assert (table.encoding, table.delimiter, table.columns) == (found, ";", ["Kunde", "Ort", "Betrag", "Notiz"])
    assert cells(table) == [(2, ["Müller & Söhne", "Köln", "1.234,50", "zahlt spät"])]


def test_a_letter_of_windows_far_down_the_file_tells_its_encoding(tmp_path: Path) -> None:
    table = listed(tmp_path, b"Client,Status\n" + b"North,ok\n" * 60_000 + b"Zo\xeb,ok\n")
    assert table.encoding == "cp1252"
    assert cells(table)[-1] == (60_002, ["Zoë", "ok"])


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_though_others_stand_in_the_text(tmp_path: Path, mark: str) -> None:
    rows = [
        ["Client", "Note", "Fee"],
        ["North, Inc.", "a;b;c | d\te", "1,5"],
        ["South; Ltd", "two\nlines, more", "2,5"],
    ]
    out = io.StringIO()
    csv.writer(out, delimiter=mark).writerows(rows)
    table = listed(tmp_path, out.getvalue())
    assert table.delimiter == mark
    assert cells(table) == [(2, rows[1]), (3, rows[2])]


def test_a_list_of_one_column_is_a_list(tmp_path: Path) -> None:
    table = listed(tmp_path, "Client\nNorth\nSouth\n")
    assert (table.delimiter, table.columns, cells(table)) == (",", ["Client"], [(2, ["North"]), (3, ["South"])])


@pytest.mark.parametrize("mark", [";", "^"])
def test_the_first_line_of_excel_that_names_the_delimiter_is_no_row(tmp_path: Path, mark: str) -> None:
    table = listed(tmp_path, f"sep={mark}\r\nClient{mark}Fee\r\nNorth{mark}1,5\r\n")
    assert (table.heading, table.columns, cells(table)) == (1, ["Client", "Fee"], [(2, ["North", "1,5"])])


def test_the_heading_is_found_beneath_the_title_of_a_report(tmp_path: Path) -> None:
    title = 'Placements of October,,\n,,\n"Run on","10/31/2026",\n\n'
    table = listed(tmp_path, title + " Client ,Start Date,Status\nNorth,10/1/26,ok\n\n,,\nEast,,\n")
    assert (table.heading, table.columns) == (5, ["Client", "Start Date", "Status"])
    assert cells(table) == [(6, ["North", "10/1/26", "ok"]), (9, ["East", "", ""])]


def test_a_column_may_be_called_by_a_year(tmp_path: Path) -> None:
    table = listed(tmp_path, "Client,Status,Branch,2025\nNorth,ok,East,7\nSouth,ok,West,\n")
    assert (table.heading, table.columns) == (1, ["Client", "Status", "Branch", "2025"])


def test_torn_rows_keep_all_that_they_hold(tmp_path: Path) -> None:
    table = listed(tmp_path, "Client,Status\nNorth\nSouth,ok,more, ,last\n   ,\t\nWest,\x00ok\x00\n")
    assert list(table.rows()) == [
        (2, {"Client": "North", "Status": ""}),
        (3, {"Client": "South", "Status": "ok", "Column C": "more", "Column E": "last"}),
        (5, {"Client": "West", "Status": "ok"}),
    ]


def test_columns_without_a_name_and_with_the_same_name_are_told_apart() -> None:
    given_names = ["\ufeff Email ", "", "Email", "Email", "Name  of\nclient", "Email (2)", "", " "]
    assert columns_of(given_names) == [
        "Email",
        "Column B",
        "Email (2)",
        "Email (3)",
        "Name of client",
        "Email (2) (2)",
    ]
    assert columns_of([""] * 27 + ["x"])[26] == "Column AA"


def test_what_was_found_can_be_shown_before_anything_is_read(tmp_path: Path) -> None:
    table = listed(tmp_path, "Client,Note\n" + "".join(f"North {number},{'x' * 500}\n" for number in range(20)))
    looks = table.looks()
    assert looks.pop("rows") == [
        {"number": number + 2, "cells": {"Client": f"North {number}", "Note": "x" * 200}} for number in range(8)
    ]
    assert looks == {
        "sheet": "",
        "sheets": [],
        "encoding": "utf-8",
        "delimiter": ",",
        "heading": 1,
        "columns": ["Client", "Note"],
    }


CELL = st.text(st.characters(codec="utf-8", include_characters="\n\t", exclude_categories=["Cc", "Cs"]), max_size=20)


@given(st.lists(st.lists(CELL, min_size=3, max_size=3), min_size=1, max_size=8), st.sampled_from(",;\t|"))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_a_csv_writer_wrote_is_what_is_read(tmp_path: Path, rows: list[list[str]], mark: str) -> None:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=mark, quoting=csv.QUOTE_ALL)
    writer.writerows([["Client", "Note", "Status"], *rows])
    table = listed(tmp_path, out.getvalue())
    expected = [(number, row) for number, row in enumerate(rows, 2) if any(cell.strip() for cell in row)]
    assert cells(table) == expected


@given(st.binary(max_size=400))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_are_read_or_refused_in_a_sentence(tmp_path: Path, written: bytes) -> None:
    try:
        found = cells(listed(tmp_path, written))
    except SourceError as error:
        found, said = [], error.message
    else:
        said = "."
    assert said.endswith(".")
    assert all(number > 1 for number, _ in found)
