"""A paper as a PDF: in order, tagged, and with nothing that people wrote taken for anything but words."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from pypdf import PdfReader

from amends.desk.rules import Refused
from amends.web.paper import pdf
from amends.web.paper.shape import Items, Paper, Quote, Room, Section, Table, Words, bullets, section

if TYPE_CHECKING:
    from amends.web.paper.shape import Block


def paper(*blocks: Block, title: str = "A plan", **more: str) -> Paper:
    return Paper(title, "What we change.", "Alder & Quay", (Section("First", blocks),), **more)


def read(told: Paper, currency: str = "USD") -> PdfReader:
    return PdfReader(BytesIO(pdf.pdf_of(told, currency)))


def words_of(told: Paper) -> str:
    return " ".join(" ".join(page.extract_text() for page in read(told).pages).split())


def test_everything_stands_on_it_in_order() -> None:
    blocks = (
        Words("One\n\nTwo\nThree"),
        Quote("Six lanes shut.", "Dana, Oct 6"),
        Items((("Call Luis", True), ("Call Dana", False), ("No box", None))),
        Table(("We heard", "Who"), (("“Nobody phoned.”", "Priya Raman"),)),
        Room(2),
    )
    assert words_of(paper(*blocks, private="Only your team", foot="Alder & Quay")) == (
        "Only your team A plan What we change. First One Two Three Six lanes shut. Dana, Oct 6 "
        "x Call Luis Call Dana – No box We heard Who “Nobody phoned.” Priya Raman Alder & Quay Page 1 of 1"
    )


def test_a_screen_reader_finds_its_way() -> None:
    made = read(paper(Words("One")))
    root: Any = made.trailer["/Root"]  # pypdf says no more of it than that it is an object
    told = (root["/MarkInfo"]["/Marked"], root["/Lang"], made.metadata and made.metadata.title)
    assert told == (True, "en", "A plan")
    assert root["/StructTreeRoot"]["/Type"] == "/StructTreeRoot"


@pytest.mark.parametrize(
    "words",
    [
        '#import "/etc/passwd"', '#eval("1 + 1")', "*not bold* _nor slanted_ $x^2$", "= no heading",
        "<script>alert(1)</script>",
        "\\ backslash \" quote ' and `code`", "@reference",
    ],
)  # fmt: skip
def test_words_stay_words(words: str) -> None:
    assert f"First {words} Page" in words_of(paper(Words(words)))
    assert read(paper(Words("One"), title=words)).metadata.title == words  # type: ignore[union-attr]  # every PDF of ours has one


def test_a_letter_that_no_font_has_does_not_stop_it() -> None:
    assert "Thank you" in words_of(paper(Words("Thank you \U0001f642 \u4f60\u597d")))


def test_long_papers_go_on_over_pages() -> None:
    rows = tuple((f"Change {number}", "Priya") for number in range(100))
    first, *others = (page.extract_text().split() for page in read(paper(Table(("What", "Who"), rows))).pages)
    assert (first[:2], [page[:2] for page in others]) == (["A", "plan"], [["What", "Who"]] * 2)  # the head again


@pytest.mark.parametrize(("currency", "width"), [("USD", 612), ("EUR", 595)])
def test_paper_is_what_the_country_prints_on(currency: str, width: int) -> None:
    assert round(read(paper(Words("One")), currency).pages[0].mediabox.width) == width


def test_without_the_extra_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "find_spec", lambda _name: None)
    with pytest.raises(Refused, match=r"^No PDF can be made here: whoever runs this desk installs the extra “pdf”\."):
        pdf.pdf_of(paper(Words("One")), "USD")


def test_what_is_empty_is_left_out() -> None:
    assert section("Nothing", [Words(" "), Quote(""), Items(()), Table(("What",), ()), bullets(["", " "])]) == ()
    assert section("A little", [Words(" "), bullets(["One", ""])]) == (Section("A little", (bullets(["One"]),)),)
    assert section("Room", [Room(2)]) == (Section("Room", (Room(2),)),)
