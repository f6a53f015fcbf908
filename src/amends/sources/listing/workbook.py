"""Excel workbooks (.xlsx): which sheets they have, and the source of each one's rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from amends.sources.listing.formats import formats_of
from amends.sources.listing.package import beside, elements, local, opened
from amends.sources.listing.sheet import Sheet
from amends.sources.listing.strings import Strings
from amends.sources.part import SourceError

if TYPE_CHECKING:
    from pathlib import Path
    from zipfile import ZipFile

    from amends.sources.listing.package import Attributes

MOST_SHEETS = 500
HIDDEN = frozenset({"hidden", "veryHidden"})
NOT_XLSX = {
    "xl/workbook.bin": "This is a binary Excel workbook (.xlsb)",
    "content.xml": "This is an OpenDocument file (.ods)",
    "Index/Document.iwa": "This is a Numbers file",
}
OTHER_ZIP = "This is a zip file without a workbook. Unpack it, and choose the list in it: CSV or Excel (.xlsx)."


def sheets_of(path: Path) -> dict[str, Sheet]:
    """Return the sheets of a workbook that people see, by name, in their order; SourceError when it is no workbook."""
    with opened(path) as package:
        book = _book(package)
        said = elements(package, book)
        targets = _targets(package, book)
        parts = dict(targets.values())
        strings = Strings(package, parts.get("sharedStrings", ""))
        formats = formats_of(package, parts.get("styles", ""))
        is_1904 = any(name == "workbookPr" and each.get("date1904") in {"1", "true"} for name, each in said)
        named = [each for name, each in said if name == "sheet" and each.get("state") not in HIDDEN][:MOST_SHEETS]
        found = {}
        for each in named:
            kind, part = targets.get(_id(each), ("", ""))
            if kind == "worksheet" and part in package.NameToInfo:
                found[each.get("name", "")] = Sheet(path, part, strings, formats, is_1904=is_1904)
    return found


def _book(package: ZipFile) -> str:
    """Return the part that names the sheets."""
    for kind, part in _targets(package, "").values():
        if kind == "officeDocument" and part.endswith(".xml") and part in package.NameToInfo:
            return part
    for part, what in NOT_XLSX.items():
        if part in package.NameToInfo:
            raise SourceError(f"{what}. Open it, save it as an Excel workbook (.xlsx) or as CSV, and choose that file.")
    raise SourceError(OTHER_ZIP)


def _targets(package: ZipFile, part: str) -> dict[str, tuple[str, str]]:
    """Return what a part points to inside the workbook, by the id of the pointer; links to elsewhere are left out."""
    folder, _, name = part.rpartition("/")
    relations = f"{folder}/_rels/{name}.rels" if folder else f"_rels/{name}.rels"
    return {
        said.get("Id", ""): (said.get("Type", "").rpartition("/")[2], beside(part, said.get("Target", "")))
        for element, said in elements(package, relations)
        if element == "Relationship" and said.get("TargetMode") != "External"
    }


def _id(said: Attributes) -> str:
    return next((value for name, value in said.items() if ":" in name and local(name) == "id"), "")
