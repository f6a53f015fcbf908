"""The firm's colour on a client's page can be read, whichever it is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from django.test import Client as Browser
from hypothesis import given
from hypothesis import strategies as st

from amends.portal import colour

if TYPE_CHECKING:
    from amends.desk.models import Firm
    from client_pages import DanasPage


@given(st.from_regex(r"\A#[0-9a-f]{6}\Z"))
def test_the_letters_on_every_colour_can_be_read(head: str) -> None:
    tokens = dict(re.findall(r"--([\w-]+):(#[0-9a-f]{6})", colour.style_of(head)))
    assert tokens["head"] == head
    assert min(colour.contrast(tokens[name], head) for name in ("on-head", "lead")) >= 4.5


def test_the_measured_contrast_is_that_of_the_standard() -> None:
    assert round(colour.contrast("#ffffff", colour.OURS), 1) == 14.5
    assert colour.contrast("#000000", "#ffffff") == 21


@pytest.mark.django_db
@pytest.mark.usefixtures("at_noon")
def test_a_page_is_in_the_colour_of_the_firm(dana: DanasPage, firm: Firm) -> None:
    assert '<link rel="stylesheet" href="/c/look/14294b.css">' in dana.html()
    firm.page_colour = "#7A1F2B"
    firm.save()
    assert '<link rel="stylesheet" href="/c/look/7a1f2b.css">' in dana.html()
    firm.page_colour = "red"  # nobody can set it so; a page is shown all the same
    firm.save()
    assert '<link rel="stylesheet" href="/c/look/14294b.css">' in dana.html()


@pytest.mark.django_db
def test_a_colour_has_a_style_sheet_that_may_be_kept() -> None:
    answer = Browser().get("/c/look/7a1f2b.css")
    assert (answer.headers["Content-Type"], answer.headers["Cache-Control"]) == (
        "text/css; charset=utf-8", "public, max-age=86400",
    )  # fmt: skip
    sheet = answer.content.decode()
    assert sheet.startswith("@font-face{font-family:Hanken;src:url(/static/web/fonts/hanken-grotesk.woff2)")
    assert "@media screen{:root{--head:#7a1f2b;--on-head:#ffffff;--lead:" in sheet


@pytest.mark.django_db
@pytest.mark.parametrize("look", ["red", "7a1f2b;}", "7A1F2B0", "%3C/style%3E"])
def test_what_is_no_colour_has_none(look: str) -> None:
    assert Browser().get(f"/c/look/{look}.css").status_code == 404
