"""Workbooks for tests: written by LibreOffice as its users write them, and by hand as an attacker would."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

if TYPE_CHECKING:
    from pathlib import Path

OFFICE = "soffice"
OFFICE_SECONDS = 180
NAMES = (
    " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for short, name in (
            ("office", "office"),
            ("style", "style"),
            ("table", "table"),
            ("text", "text"),
            ("number", "datastyle"),
        )
    )
    + ' xmlns:of="urn:oasis:names:tc:opendocument:xmlns:of:1.2"'
)
STYLES = """
<office:automatic-styles>
<number:date-style style:name="N1"><number:year number:style="long"/><number:text>-</number:text>
<number:month number:style="long"/><number:text>-</number:text><number:day number:style="long"/></number:date-style>
<number:date-style style:name="N2"><number:day/><number:text>.</number:text><number:month/><number:text>. </number:text>
<number:hours/><number:text>:</number:text><number:minutes number:style="long"/></number:date-style>
<number:percentage-style style:name="N3"><number:number number:min-integer-digits="1"/><number:text>%</number:text>
</number:percentage-style>
<number:boolean-style style:name="N4"><number:boolean/></number:boolean-style>
<style:style style:name="day" style:family="table-cell" style:data-style-name="N1"/>
<style:style style:name="hour" style:family="table-cell" style:data-style-name="N2"/>
<style:style style:name="share" style:family="table-cell" style:data-style-name="N3"/>
<style:style style:name="truth" style:family="table-cell" style:data-style-name="N4"/>
</office:automatic-styles>"""
EMPTY = "<table:table-cell/>"

CONTENT_TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
ONE_SHEET = '<workbook xmlns:r="r"><sheets><sheet name="One" r:id="worksheet"/></sheets></workbook>'
RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def text(value: str, more: str = "") -> str:
    """Give a cell with text; `more` are attributes of it."""
    return f'<table:table-cell office:value-type="string" {more}><text:p>{value}</text:p></table:table-cell>'


def day(value: str, style: str = "day") -> str:
    """Give a cell with a day, shown as `style` says."""
    return f'<table:table-cell table:style-name="{style}" office:value-type="date" office:date-value="{value}"/>'


def share(value: float) -> str:
    """Give a cell with a percentage."""
    return f'<table:table-cell table:style-name="share" office:value-type="percentage" office:value="{value}"/>'


def truth(value: str) -> str:
    """Give a cell with a boolean."""
    return f'<table:table-cell table:style-name="truth" office:value-type="boolean" office:boolean-value="{value}"/>'


def number(value: float, formula: str = "") -> str:
    """Give a cell with a number, or with a formula that computes it."""
    computed = f'table:formula="of:={formula}"' if formula else ""
    return f'<table:table-cell {computed} office:value-type="float" office:value="{value}"/>'


def row(*cells: str) -> str:
    """Give a row."""
    return f"<table:table-row>{''.join(cells) or EMPTY}</table:table-row>"


def sheet(name: str, *rows: str) -> str:
    """Give a sheet."""
    return f'<table:table table:name="{name}">{"".join(rows) or row()}</table:table>'


def document(*sheets: str, is_1904: bool = False) -> str:
    """Give a document that LibreOffice opens (Flat OpenDocument)."""
    null = '<table:calculation-settings><table:null-date table:date-value="1904-01-01"/></table:calculation-settings>'
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document {NAMES} office:version="1.3" '
        f'office:mimetype="application/vnd.oasis.opendocument.spreadsheet">{STYLES}'
        f"<office:body><office:spreadsheet>{null if is_1904 else ''}{''.join(sheets)}</office:spreadsheet>"
        "</office:body></office:document>"
    )


def converted(folder: Path, ending: str, **documents: str) -> dict[str, Path]:
    """Let LibreOffice save documents in another format, and give the files by name."""
    if not shutil.which(OFFICE):
        pytest.skip("LibreOffice is not installed (Debian package: libreoffice-calc-nogui)")
    for name, written in documents.items():
        (folder / f"{name}.fods").write_text(written, "utf-8")
    subprocess.run(
        [OFFICE, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", ending]
        + ["--outdir", str(folder)]
        + [str(folder / f"{name}.fods") for name in documents],
        check=True,
        capture_output=True,
        timeout=OFFICE_SECONDS,
        env={**os.environ, "HOME": str(folder)},
    )
    return {name: folder / f"{name}.{ending}" for name in documents}


def by_hand(path: Path, cells: str, *, strings: str = "", styles: str = "", book: str = "", more: str = "") -> Path:
    """Write a workbook with one sheet from its XML: `cells` is what stands in `sheetData`, `more` what follows it."""
    relations = "".join(
        f'<Relationship Id="{each}" Type="{RELATED}/{each}" Target="{target}"/>'
        for each, target in (("worksheet", "sheet.xml"), ("sharedStrings", "strings.xml"), ("styles", "styles.xml"))
    )
    parts = {
        "[Content_Types].xml": CONTENT_TYPES,
        "_rels/.rels": f'<R><Relationship Id="a" Type="{RELATED}/officeDocument" Target="/xl/workbook.xml"/></R>',
        "xl/_rels/workbook.xml.rels": f"<R>{relations}</R>",
        "xl/workbook.xml": book
        or '<workbook xmlns:r="r"><sheets><sheet name="One" r:id="worksheet"/></sheets></workbook>',
        "xl/sheet.xml": f"<worksheet><sheetData>{cells}</sheetData>{more}</worksheet>",
        "xl/strings.xml": strings or "<sst/>",
        "xl/styles.xml": styles or "<styleSheet/>",
    }
    with ZipFile(path, "w", ZIP_DEFLATED) as package:
        for name, written in parts.items():
            package.writestr(name, written)
    return path


def inline(*values: str) -> str:
    """Give a row of cells that hold their own text."""
    return "<row>" + "".join(f'<c t="inlineStr"><is><t>{value}</t></is></c>' for value in values) + "</row>"
