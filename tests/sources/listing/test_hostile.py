"""Lists that were made to do harm, or that are torn: each is refused in a sentence, in bounded time and memory."""

from __future__ import annotations

import struct
import subprocess
import sys
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from amends.sources import SourceError
from amends.sources.listing import open_table
from amends.sources.listing.package import MOST_PARTS
from spreadsheets import by_hand, inline

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HEADING = inline("Client", "Status")
MEGABYTE = 1024**2


def refused(path: Path) -> str:
    with pytest.raises(SourceError) as error:
        for _ in open_table(path).rows():
            pass
    return error.value.message


def csv(path: Path, *pieces: str) -> Path:
    with path.open("w", encoding="utf-8", newline="") as out:
        out.writelines(pieces)
    return path


def test_a_million_columns(tmp_path: Path) -> None:
    path = csv(tmp_path / "a.csv", "x," * 1_000_000, "\n", "1," * 1_000_000)
    assert refused(path) == ("Row 1 has 1,000,001 columns; at most 2,000 are read. Export the columns that are needed.")


def test_three_million_columns_are_not_even_counted(tmp_path: Path) -> None:
    path = csv(tmp_path / "a.csv", "x," * 3_000_000)
    assert refused(path) == (
        "Line 1 has more than 2,097,152 columns; at most 2,000 are read. Export the columns that are needed."
    )


def test_one_value_of_a_hundred_megabytes(tmp_path: Path) -> None:
    path = csv(tmp_path / "a.csv", "Client,Status\nNorth,", *("x" * MEGABYTE for _ in range(100)))
    assert refused(path) == "Line 2 is longer than 4,194,304 characters: this is no list. Export it again."


def test_a_quotation_mark_that_swallows_the_rest(tmp_path: Path) -> None:
    path = csv(tmp_path / "a.csv", 'Client,Status\nNorth,"open\n', *("South,fine\n" for _ in range(20_000)))
    assert refused(path) == (
        "Row 2 holds a value longer than 131,072 characters; a quotation mark is probably missing there. "
        "Correct it, or export the list as an Excel workbook (.xlsx)."
    )


def test_a_quotation_mark_that_swallows_a_short_rest(tmp_path: Path) -> None:
    path = csv(tmp_path / "a.csv", 'Client,Status\nEast,ok\nNorth,"open\nSouth,fine\n')
    assert refused(path) == (
        "A quotation mark opens in row 3 and never closes, so that all that follows would be one value. "
        "Correct that row, or export the list as an Excel workbook (.xlsx)."
    )


def test_inches_are_no_quotation_marks(tmp_path: Path) -> None:
    path = csv(tmp_path / "a.csv", 'Client,Skill\nNorth,5" pipe\nSouth,"6"" pipe,\nfitted"\nEast,"a" b\n')
    assert [list(cells.values()) for _, cells in open_table(path).rows()] == [
        ["North", '5" pipe'],
        ["South", '6" pipe,\nfitted'],
        ["East", "a b"],
    ]


def bomb(path: Path) -> Path:
    by_hand(path, HEADING)
    with ZipFile(path, "a", ZIP_DEFLATED) as package, package.open("xl/media/picture.png", "w") as picture:
        for _ in range(400):
            picture.write(b"0" * MEGABYTE)
    return path


def doctype(path: Path) -> Path:
    path = by_hand(path, HEADING)
    with ZipFile(path, "a") as package:
        package.writestr("xl/other.xml", "")
    return rewritten(path, "xl/sheet.xml", b'<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet>&a;</worksheet>')


def odd_encoding(path: Path) -> Path:
    sheet = b'<?xml version="1.0" encoding="utf-7"?><worksheet/>'
    return rewritten(by_hand(path, HEADING), "xl/sheet.xml", sheet)


def rewritten(path: Path, part: str, content: bytes) -> Path:
    with ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    with ZipFile(path, "w", ZIP_DEFLATED) as package:
        for name, old in parts.items():
            package.writestr(name, content if name == part else old)
    return path


def many_parts(path: Path) -> Path:
    path = by_hand(path, HEADING)
    with ZipFile(path, "a") as package:
        for number in range(MOST_PARTS):
            package.writestr(f"xl/media/{number}", "")
    return path


def encrypted(path: Path) -> Path:
    raw = bytearray(by_hand(path, HEADING).read_bytes())
    place = raw.find(b"PK\x01\x02")
    while place >= 0:  # the flag in each entry of the directory
        raw[place + 8] |= 1
        place = raw.find(b"PK\x01\x02", place + 4)
    path.write_bytes(raw)
    return path


def understated(path: Path) -> Path:
    """Say in the directory that the sheet is small: no more than that is unpacked."""
    raw = bytearray(by_hand(path, HEADING + f"<row><c><v>{'0' * 30 * MEGABYTE}</v></c></row>").read_bytes())
    place = raw.find(b"xl/sheet.xml", raw.find(b"PK\x01\x02")) - 46
    raw[place + 24 : place + 28] = struct.pack("<I", 2000)
    path.write_bytes(raw)
    return path


def cut(path: Path) -> Path:
    path.write_bytes(by_hand(path, HEADING * 1000).read_bytes()[:-200])
    return path


def torn(path: Path) -> Path:
    return rewritten(by_hand(path, HEADING), "xl/sheet.xml", b"<worksheet><sheetData><row><c>")


def wide(path: Path) -> Path:
    return by_hand(path, HEADING + '<row><c r="XFD2"><v>1</v></c></row>')


def tall(path: Path) -> Path:
    return by_hand(path, HEADING + '<row r="9999999"><c><v>1</v></c></row>')


def long_cell(path: Path) -> Path:
    return by_hand(path, HEADING + inline("".join(chr(97 + place * 7 % 26) for place in range(200_000)), "x"))


def long_string(path: Path) -> Path:
    return by_hand(path, HEADING, strings=f"<sst><si><t>{'ab' * 100_000}</t></si></sst>")


DAMAGED = (
    "The workbook is damaged and cannot be read to its end. Open it in Excel or LibreOffice and save it again as .xlsx."
)


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (
            bomb,
            "The workbook would unpack to 400 MB, far more than its size: it is not opened. Export the list as CSV.",
        ),
        (doctype, "The workbook holds a document type, which no program writes into one: it is not opened."),
        (odd_encoding, DAMAGED),
        (many_parts, "The workbook has 5,007 parts; that is no list. Export it again."),
        (encrypted, "The workbook is protected by a password. Save it without one, or export the list as CSV."),
        (understated, DAMAGED),
        (cut, DAMAGED),
        (torn, DAMAGED),
        (
            wide,
            "Row 2 has more than 2,000 columns; at most that many are read. Export the columns that are needed.",
        ),
        (tall, "The sheet has more than 1,048,576 rows, which no spreadsheet writes."),
        (
            long_cell,
            "A cell holds more than 131,072 characters, which no spreadsheet writes; export the list again.",
        ),
        (
            long_string,
            "A cell holds more than 131,072 characters, which no spreadsheet writes; export the list again.",
        ),
    ],
)
def test_a_hostile_workbook(tmp_path: Path, make: Callable[[Path], Path], why: str) -> None:
    assert refused(make(tmp_path / "a.xlsx")) == why


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "The file is empty. Export the list again."),
        (b"\n\n \n", "The list is empty: there is no heading. Export it again, with the names of the columns."),
        (b"1,2\n3,4\n", "No row names the columns. Export the list again, with a heading."),
        (
            b"\x89PNG\r\n\x1a\n\x00\x00\x01\x02",
            "This file is no list: it holds no text. Export the list as CSV or as an Excel workbook (.xlsx).",
        ),
        (
            b"\n<HTML><table>",
            (
                "This is a web page that is named like a list, as some reports are exported. "
                "Open it, save it as an Excel workbook (.xlsx) or as CSV, and choose that file."
            ),
        ),
        (b"PK\x03\x04 and no more", DAMAGED),
    ],
)
def test_what_is_no_list(tmp_path: Path, content: bytes, why: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    assert refused(path) == why


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert refused(tmp_path / "gone.csv") == ("The file cannot be read (No such file or directory); choose it again.")


def test_a_hundred_thousand_rows_take_no_more_memory_than_a_thousand(tmp_path: Path) -> None:
    program = (
        "import resource, sys; from amends.sources.listing import *\n"
        "t = open_table(sys.argv[1]); p, k = guess(t.columns); c = match(t.columns, p, k)\n"
        "n = sum(len(read_row(k, c, Options(), r).facts) for _, r in t.rows())\n"
        "print(n, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    peaks = []
    for count in (1_000, 100_000):
        lines = (f"{number},Client {number % 99},Worker {number},3/{number % 28 + 1}/26\n" for number in range(count))
        path = csv(tmp_path / f"{count}.csv", "Placement ID,Client Name,Employee,Start Date\n", *lines)
        ran = subprocess.run([sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=True)
        facts, peak = map(int, ran.stdout.split())
        assert facts == count
        peaks.append(peak / 1024)
    assert peaks[1] - peaks[0] < 12, peaks  # megabytes; the caches of values are bounded


def test_more_texts_than_any_list_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("amends.sources.listing.strings.HELD_STRINGS", 1)
    monkeypatch.setattr("amends.sources.listing.strings.MOST_STRINGS", 2)
    path = by_hand(tmp_path / "a.xlsx", HEADING, strings="<sst>" + "<si><t>x</t></si>" * 4 + "</sst>")
    assert refused(path) == "The workbook holds more than 2 texts; export the list as CSV."


def test_more_styles_than_any_workbook_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("amends.sources.listing.package.MOST_ELEMENTS", 20)
    path = by_hand(tmp_path / "a.xlsx", HEADING, styles=f"<styleSheet>{'<xf/>' * 50}</styleSheet>")
    assert refused(path) == DAMAGED


def test_a_file_too_large_to_be_a_list(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with path.open("wb") as sparse:
        sparse.truncate(2 * 1024**3 + 1)
    assert refused(path) == "The file is larger than 2 GB; export it in parts."
