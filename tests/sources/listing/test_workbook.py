"""Excel workbooks: as LibreOffice writes them, and by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from python_calamine import CalamineWorkbook

from amends.sources import SourceError
from amends.sources.listing import open_table
from amends.sources.listing.sheet import column_of
from amends.sources.listing.strings import Strings
from spreadsheets import EMPTY, by_hand, converted, day, document, inline, number, row, share, sheet, text, truth

if TYPE_CHECKING:
    from pathlib import Path

ROWS = (
    row(),
    row(text("Placements of October")),
    row(
        text(" Client "),
        text("Start Date"),
        text("No Show"),
        text("Markup"),
        text("Weeks"),
        text("Notes"),
        text("Seen"),
    ),
    row(
        text("Brightwater", 'table:number-rows-spanned="2"'),
        day("2026-03-04"),
        truth("true"),
        share(0.2),
        number(6, "2*3"),
        text("Zoë &amp; Ann"),
        day("2026-03-04T09:30:00", "hour"),
    ),
    row(
        "<table:covered-table-cell/>",
        day("2026-03-05"),
        truth("false"),
        share(0.125),
        number(0.1),
        text("<text:span>two</text:span> runs"),
        EMPTY,
    ),
    row(),
    row(text("Harbor"), day("1999-12-31"), EMPTY, EMPTY, number(1234567890123)),
)
EXPECTED = [
    (4, ["Brightwater", "2026-03-04", "TRUE", "20%", "6", "Zoë & Ann", "2026-03-04T09:30:00"]),
    (5, ["Brightwater", "2026-03-05", "FALSE", "12.5%", "0.1", "two runs", ""]),
    (7, ["Harbor", "1999-12-31", "", "", "1234567890123", "", ""]),
]


@pytest.fixture(scope="session")
def saved(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return converted(
        tmp_path_factory.mktemp("office"),
        "xlsx",
        usual=document(sheet("Cover", row(text("Alder Quay"))), sheet("October", *ROWS), sheet("Later", *ROWS)),
        mac=document(sheet("October", *ROWS), is_1904=True),
        bare=document(sheet("Empty")),
        heading=document(sheet("One", row(text("Client"), text("Status")))),
    )


def read(path: Path) -> list[tuple[int, list[str]]]:
    return [(number, list(cells.values())) for number, cells in open_table(path).rows()]


@pytest.mark.parametrize("name", ["usual", "mac"])
def test_a_workbook_of_libreoffice_is_read_as_it_shows(saved: dict[str, Path], name: str) -> None:
    assert read(saved[name]) == EXPECTED


def test_the_first_sheet_with_a_table_is_read_and_named(saved: dict[str, Path]) -> None:
    looks = open_table(saved["usual"]).looks()
    assert (looks["sheet"], looks["sheets"], looks["heading"]) == ("October", ["Cover", "October", "Later"], 3)
    assert looks["columns"] == ["Client", "Start Date", "No Show", "Markup", "Weeks", "Notes", "Seen"]
    assert [each["number"] for each in looks["rows"]] == [4, 5, 7]


def test_another_sheet_is_read_when_it_is_named(saved: dict[str, Path]) -> None:
    assert open_table(saved["usual"], "Later").sheet == "Later"
    with pytest.raises(SourceError, match=r"^The workbook has no sheet with cells\."):
        open_table(saved["usual"], "Earlier")


def test_another_reader_sees_the_same_days_and_texts(saved: dict[str, Path]) -> None:
    theirs = CalamineWorkbook.from_path(str(saved["usual"])).get_sheet_by_name("October").to_python()
    shown = [[str(cell) for cell in (each[1], each[5])] for each in theirs if each[1] and str(each[1])[0].isdigit()]
    assert shown == [[cells[1], cells[5]] for _, cells in EXPECTED]


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("bare", "The list is empty: there is no heading. Export it again, with the names of the columns."),
        ("heading", "The list has a heading and no rows beneath it. Export it again."),
    ],
)
def test_a_workbook_without_a_table_is_refused(saved: dict[str, Path], name: str, why: str) -> None:
    with pytest.raises(SourceError) as refused:
        open_table(saved[name])
    assert refused.value.message == why


def test_an_old_workbook_is_refused_with_what_to_do(tmp_path: Path) -> None:
    old = converted(tmp_path, "xls", old=document(sheet("One", *ROWS)))["old"]
    with pytest.raises(SourceError) as refused:
        open_table(old)
    assert refused.value.message == (
        "This is an old Excel file (.xls), or one with a password. "
        "Open it, save it as an Excel workbook (.xlsx) or as CSV, and choose that file."
    )


def test_an_opendocument_file_is_refused_with_what_to_do(tmp_path: Path) -> None:
    open_document = converted(tmp_path, "ods", new=document(sheet("One", *ROWS)))["new"]
    with pytest.raises(SourceError, match=r"^This is an OpenDocument file \(\.ods\)\. Open it, save it as an Excel"):
        open_table(open_document)


HEADING = inline("Client", "Status")


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ('<row><c t="s"><v>0</v></c><c t="s"><v>9</v></c></row>', ["shared", ""]),
        ('<row><c t="s"><v>-1</v></c><c t="s"><v>1</v></c></row>', ["", "tworuns"]),
        ('<row><c t="e"><v>#REF!</v></c><c t="b"><v>1</v></c></row>', ["", "TRUE"]),
        ('<row><c t="str"><f>1/0</f><v>said_x000D_\n</v></c><c t="b"><v>0</v></c></row>', ["said\n", "FALSE"]),
        ('<row><c><f>[1]Other!A1</f><v>7</v></c><c t="d"><v>2026-03-04</v></c></row>', ["7", "2026-03-04"]),
        ('<row><c><f>HYPERLINK("http://x.example")</f></c><c><v>1.1000000000000001</v></c></row>', ["", "1.1"]),
        ('<row><c s="1"><v>46085</v></c><c s="2"><v>0.07</v></c></row>', ["2026-03-04", "7%"]),
        ('<row><c s="3"><v>46085.5</v></c><c s="4"><v>1.5</v></c></row>', ["2026-03-04T12:00:00", "1.5"]),
        ('<row><c s="1"><v>0.25</v></c><c s="1"><v>-3</v></c></row>', ["06:00:00", "-3"]),
        ('<row><c s="99"><v>1E+5</v></c><c s="x"><v>oops</v></c></row>', ["100000", "oops"]),
        (
            '<row><c t="inlineStr"><is><t>a</t><rPh><t>b</t></rPh><r><t>c</t></r></is></c><c><v>1</v></c></row>',
            ["ac", "1"],
        ),
        ('<row r="2"><c r="B2"><v>5</v></c><c r="A2"><v>4</v></c></row>', ["4", "5"]),
    ],
)
def test_a_cell_shows_what_it_last_held(tmp_path: Path, cells: str, expected: list[str]) -> None:
    strings = "<sst><si><t>shared</t></si><si><r><t>two</t></r><r><t>runs</t></r><rPh><t>spoken</t></rPh></si></sst>"
    styles = (
        '<styleSheet><numFmts><numFmt numFmtId="164" formatCode="[Red]d/m/yyyy h:mm"/>'
        '<numFmt numFmtId="165" formatCode="[h]:mm"/></numFmts>'
        '<cellStyleXfs><xf numFmtId="9"/></cellStyleXfs><cellXfs><xf/><xf numFmtId="14"/><xf numFmtId="9"/>'
        '<xf numFmtId="164"/><xf numFmtId="165"/></cellXfs></styleSheet>'
    )
    path = by_hand(tmp_path / "a.xlsx", HEADING + cells, strings=strings, styles=styles)
    assert read(path) == [(2, expected)]


def test_names_with_a_prefix_are_read_too(tmp_path: Path) -> None:
    path = by_hand(tmp_path / "a.xlsx", "")
    rows = '<x:row r="1"><x:c t="str"><x:v>Client</x:v></x:c></x:row><x:row r="9"><x:c><x:v>5</x:v></x:c></x:row>'
    with ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    parts["xl/sheet.xml"] = f'<x:worksheet xmlns:x="x"><x:sheetData>{rows}</x:sheetData></x:worksheet>'.encode()
    with ZipFile(path, "w") as package:
        for name, part in parts.items():
            package.writestr(name, part)
    assert read(path) == [(9, ["5"])]


def test_a_hidden_sheet_is_passed_over(tmp_path: Path) -> None:
    book = (
        '<workbook xmlns:r="r"><sheets><sheet name="Codes" state="hidden" r:id="worksheet"/>'
        '<sheet name="Chart" r:id="styles"/><sheet name="Gone" r:id="nothing"/></sheets></workbook>'
    )
    path = by_hand(tmp_path / "a.xlsx", HEADING, book=book)
    with pytest.raises(SourceError, match=r"^The workbook has no sheet with cells\. Export the list again\.$"):
        open_table(path)


def test_cells_merged_downwards_stand_in_each_row_and_end_there(tmp_path: Path) -> None:
    cells = HEADING + inline("North", "a") + inline("", "b") + inline("", "") + inline("", "c")
    merged = '<mergeCells><mergeCell ref="A2:A4"/><mergeCell ref="A1:B1"/><mergeCell ref="C2:C3"/></mergeCells>'
    path = by_hand(tmp_path / "a.xlsx", cells, more=merged)
    assert read(path) == [(2, ["North", "a"]), (3, ["North", "b"]), (5, ["", "c"])]


def test_texts_beyond_what_memory_may_hold_are_read_from_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("amends.sources.listing.strings.HELD_CHARACTERS", 8)
    strings = "<sst>" + "".join(f"<si><t>täxt {count}</t></si>" for count in range(4)) + "</sst>"
    path = by_hand(tmp_path / "a.xlsx", "", strings=strings)
    with ZipFile(path) as package:
        texts = Strings(package, "xl/strings.xml")
    assert len(texts.held) == 1
    assert [texts[place] for place in (3, 0, 2, 1)] == ["täxt 3", "täxt 0", "täxt 2", "täxt 1"]
    with pytest.raises(IndexError):
        texts[4]


def test_columns_have_the_places_of_their_letters() -> None:
    assert [column_of(letters) for letters in ("A", "Z", "AA", "AB", "XFD")] == [0, 25, 26, 27, 16383]


def test_a_workbook_without_its_parts_is_no_workbook(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    with ZipFile(path, "w", ZIP_DEFLATED) as package:
        package.writestr("list.csv", "Client,Status")
    with pytest.raises(SourceError, match=r"^This is a zip file without a workbook\. Unpack it"):
        open_table(path)
