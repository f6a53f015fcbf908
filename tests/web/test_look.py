"""The look: colours that can be read, parts that come out as written down, pages that are light and open to all."""

from __future__ import annotations

import gzip
import re
from datetime import date
from itertools import product
from typing import TYPE_CHECKING, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.template import loader
from playwright.sync_api import Locator

from amends.core.health import State
from amends.web.forms.outbox import ROWS
from amends.web.templatetags import look
from pieces import STATIC, STEPS, Correction, drawn, open_page, rendered, shell

if TYPE_CHECKING:
    from playwright.sync_api import Browser

CSS = (STATIC / "web" / "amends.css").read_text()
MOST_CSS_BYTES, MOST_SCRIPT_BYTES, MOST_PAGE_BYTES = 33 * 1024, 8 * 1024, 120_000


# ── Colours (WCAG 2.2: 4.5 to 1 for text, 3 to 1 for what is drawn)

TOKENS = {
    name: colours for name, *colours in re.findall(r"--([\w-]+):light-dark\((#[0-9A-F]{6}),(#[0-9A-F]{6})\)", CSS)
}
STATES = ("steady", "unsettled", "strained", "risk")
TEXT = [
    *product(("ink", "ink2", "ink3", "primary", "gold-text", *STATES), ("bg", "surface", "sunk")),
    *((state, f"{state}-t") for state in STATES),
    ("gold-text", "gold-tint"),
    ("primary", "tint"),
    ("ink2", "tint"),
    ("on-primary", "primary"),
    ("on-primary", "primary-h"),
    ("bg", "ink"),
]
DRAWN = [*product(("edge", "gold", "primary"), ("bg", "surface"))]


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(front: str, back: str) -> float:
    light, dark = sorted((luminance(front), luminance(back)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_every_text_can_be_read(theme: int) -> None:
    weak = {pair: contrast(TOKENS[pair[0]][theme], TOKENS[pair[1]][theme]) for pair in TEXT}
    assert {pair: ratio for pair, ratio in weak.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_every_line_that_means_something_can_be_seen(theme: int) -> None:
    weak = {pair: contrast(TOKENS[pair[0]][theme], TOKENS[pair[1]][theme]) for pair in DRAWN}
    assert {pair: ratio for pair, ratio in weak.items() if ratio < 3} == {}


@pytest.mark.parametrize(
    ("front", "back", "light", "dark"),
    [
        ("ink", "surface", 16.3, 14.2),
        ("ink2", "surface", 7.9, 8.9),
        ("ink3", "surface", 5.6, 6.3),
        ("ink3", "bg", 5.3, 6.9),
        ("edge", "surface", 3.6, 3.9),
        ("primary", "surface", 8.8, 7.9),
        ("on-primary", "primary", 8.8, 8.2),
        ("primary", "tint", 7.6, 6.6),
        ("gold", "surface", 3.5, 7.9),
        ("gold-text", "surface", 6.4, 9.6),
        ("gold-text", "gold-tint", 5.8, 8.8),
        ("steady", "surface", 6.3, 8.3),
        ("steady", "steady-t", 5.4, 7.0),
        ("unsettled", "surface", 6.5, 8.3),
        ("unsettled", "unsettled-t", 5.5, 7.0),
        ("strained", "surface", 6.0, 7.6),
        ("strained", "strained-t", 5.2, 6.8),
        ("risk", "surface", 7.4, 7.4),
        ("risk", "risk-t", 6.1, 6.9),
    ],
)
def test_the_palette_is_the_one_that_was_measured(front: str, back: str, light: float, dark: float) -> None:
    found = [round(contrast(TOKENS[front][theme], TOKENS[back][theme]), 1) for theme in (0, 1)]
    assert found == [light, dark]


def test_gold_is_never_a_warning_or_a_button() -> None:
    golden = [rule.partition("{")[0] for rule in re.findall(r"[^{}]+\{[^{}]*var\(--gold[^{}]*\}", CSS)]
    assert [rule.strip() for rule in golden if re.search(r"\.(btn|err|late|soon|bad|banner|f)\b", rule)] == []


# ── What is served


def test_the_style_sheet_and_the_script_stay_small() -> None:
    assert (STATIC / "web" / "amends.css").stat().st_size <= MOST_CSS_BYTES
    assert (STATIC / "web" / "amends.js").stat().st_size <= MOST_SCRIPT_BYTES


def test_every_font_that_the_style_sheet_names_is_there_with_its_licence() -> None:
    named = set(re.findall(r"url\((fonts/[\w.-]+)\)", CSS))
    kept = {f"fonts/{file.name}" for file in (STATIC / "web" / "fonts").glob("*.woff2")}
    assert named == kept
    for family in ("hanken-grotesk", "newsreader"):
        assert "SIL Open Font License" in (STATIC / "web" / "fonts" / f"{family}-LICENSE.txt").read_text()


@pytest.mark.parametrize("piece", ["today", "client", "states"])
def test_a_whole_page_weighs_little(piece: str) -> None:
    squeezed = [drawn(piece).encode(), CSS.encode(), (STATIC / "web" / "amends.js").read_bytes()]
    fonts = [file.stat().st_size for file in (STATIC / "web" / "fonts").glob("*.woff2")]
    assert sum(len(gzip.compress(part)) for part in squeezed) + sum(fonts) <= MOST_PAGE_BYTES


# ── Parts


@pytest.mark.parametrize("state", State)
def test_every_state_has_a_word_and_a_shape_of_its_own(state: State) -> None:
    html = rendered('{% include "web/parts/state.html" %}', {"state": state.value})
    assert f"</svg>{state.value}</span>" in html
    assert html.startswith(f'<span class="state {look.state_of(state)}"><svg class="ring"')


def test_no_two_states_look_alike() -> None:
    shapes = [(look.state_of(state), str(look.ring(state))) for state in State]
    assert len({kind for kind, _ in shapes}) == 6
    # Steady, mended and "not enough yet" share a circle: the sheet draws the seam gold and the last one dotted.
    assert len({ring for _, ring in shapes}) == 4


def test_an_unknown_state_says_not_enough_yet() -> None:
    assert (look.state_of("?"), look.state_word("?")) == ("unknown", "Not enough yet")


def test_an_icon_is_small_and_hidden_from_readers() -> None:
    html = look.icon("phone", "s")
    assert html.startswith("<svg")
    assert 'class="i s"' in html
    assert 'aria-hidden="true"' in html
    assert "\n" not in html


def test_the_lines_of_why_show_what_they_take() -> None:
    html = rendered('{% include "web/parts/evidence.html" with text="Late" points=8 href="/s" %}')
    assert html.startswith('<a class="r" href="/s" data-row><span>Late</span>')
    assert '<span class="p">−8</span></a>' in html
    assert rendered('{% include "web/parts/evidence.html" with text="Pays" points=-4 %}').startswith('<div class="r">')


def test_what_a_client_wrote_is_never_markup() -> None:
    words = "<script>alert(1)</script>"
    for part in ("first", "timeline_entry"):
        assert "<script>" not in rendered(f'{{% include "web/parts/{part}.html" %}}', {"words": words, "place": 1})
    assert "&lt;script&gt;" in rendered("{% load look %}{{ words|said }}", {"words": words})


@pytest.mark.parametrize(
    ("numbers", "sentence"),
    [
        ([92, 80, 44], "Health over 3 weeks, from 92 down to 44. It fell fastest in the week of April 30."),
        ([44, 90], "Health over 2 weeks, from 44 up to 90."),
        ([90, None, 90], "Health over 3 weeks, at 90 now as at the beginning."),
        ([None, 90], "Health this week: 90."),
        ([None], "No health numbers yet."),
    ],
)
def test_a_trend_says_what_it_shows(numbers: list[int | None], sentence: str) -> None:
    told = {"numbers": numbers, "since": date(2025, 4, 22)}
    html = rendered('{% load look %}{% trend numbers "At risk" since=since %}', told)
    assert f'role="img" aria-label="{sentence}"' in html
    assert "Steady is above 90" in html
    assert ">April</text>" in html


def test_a_small_trend_has_no_words() -> None:
    told = {"numbers": [90, 92, 70, None], "since": date(2025, 4, 22)}
    html = rendered('{% load look %}{% spark numbers "Steady" since=since %}', told)
    assert html == (
        '<svg class="spark s steady" viewBox="0 0 96 24" role="img"'
        ' aria-label="Health over 3 weeks, from 90 down to 70. It fell fastest in the week of April 30.">'
        '<polyline class="t-line" points="2.0,8.1 32.3,7.1 62.7,18.4"/>'
        '<polyline class="t-fell" points="32.3,7.1 62.7,18.4"/></svg>'
    )


def test_the_distribution_says_its_numbers() -> None:
    html = rendered("{% load look %}{% distribution counts %}", {"counts": {"Steady": 31, "Strained": 0, "At risk": 2}})
    assert 'aria-label="31 Steady, 2 At risk"' in html
    assert html.count("<dd>") == 2


def test_the_wide_seam_tells_where_it_stands() -> None:
    steps = [{"name": name, "href": "/s"} for name in STEPS]
    html = rendered("{% load look %}{% seam_wide steps 4 %}", {"steps": steps})
    assert '<li class="now" aria-current="step"><a href="/s">Plan</a></li>' in html
    assert html.count('<li class="done">') == 3
    assert "<span>Step 4 of 8: <b>Plan</b></span><span>Next: Fix</span>" in html
    assert "Next" not in rendered("{% load look %}{% seam_wide steps 9 %}", {"steps": steps})


def test_a_promise_is_kept_by_a_button_that_names_it() -> None:
    part = '{% include "web/parts/promise_row.html" with what="Send the roster" action="/k" next="/" %}'
    html = rendered(part, {"can_keep": True})
    assert 'aria-label="Mark as kept: Send the roster"' in html
    assert '<form method="post" action="/k">' in html
    assert "<button" not in rendered(part)


def test_a_form_says_its_mistakes_at_the_top_and_at_the_field() -> None:
    html = rendered('{% include "web/parts/form.html" with submit="Save" %}', {"form": Correction({"branch": "a"})})
    assert '<h2 id="wrong">Three things to correct</h2>' in html
    assert '<a href="#id_owner">Choose who will own the new confirmation call</a>' in html
    assert '<a href="#id_feeling_0">' in html
    assert 'aria-describedby="id_owner_helptext id_owner_error"' in html
    assert '<fieldset class="f" id="id_feeling" aria-describedby="id_feeling_error">' in html
    for said in ("id_owner_helptext", "id_owner_error", "id_by_error", "id_feeling_error", "id_is_private_helptext"):
        assert html.count(f'id="{said}"') == 1


def test_a_form_keeps_what_was_typed() -> None:
    form = Correction({"words": "Nobody <called>", "branch": "b", "is_private": "on", "feeling": "2"})
    html = rendered('{% include "web/parts/form.html" with submit="Save" %}', {"form": form})
    assert "Nobody &lt;called&gt;</textarea>" in html
    assert '<option value="b" selected>' in html
    assert len(re.findall(r"<input[^>]* checked", html)) == 2


def test_a_mistake_of_the_whole_form_is_said_without_a_link() -> None:
    form = Correction({"branch": "a", "owner": "Jo", "by": "2025-10-14", "feeling": "1"})
    form.add_error(None, "Jo is away until Thursday.")
    html = rendered('{% include "web/parts/error_summary.html" %}', {"form": form})
    assert '<h2 id="wrong">One thing to correct</h2><ul><li>Jo is away until Thursday.</li></ul>' in html


def test_a_form_without_mistakes_has_no_summary() -> None:
    assert rendered('{% include "web/parts/error_summary.html" %}', {"form": Correction()}) == "\n"


def test_the_pages_of_a_list_keep_its_filters() -> None:
    html = drawn("states")
    assert '<a class="btn sm" rel="prev" href="?page=1&amp;branch=a">' in html
    assert "Page 2 of 10" in html


def test_the_title_of_a_page_with_mistakes_says_so() -> None:
    assert "<title>Error: States and pieces – Amends</title>" in drawn("states", form=Correction({}))
    assert "<title>Today – Amends</title>" in drawn("today")


@pytest.mark.parametrize(
    ("address", "entry", "tab"),
    [
        ("/", "Today7", "Today"),
        ("/clients/1/messages", "Clients", "Clients"),
        ("/people/1", "Clients", "Clients"),
        ("/recoveries/1/call", "Recoveries3", "Recoveries"),
        ("/promises", "Promises5", "More"),
        ("/clients/confirm", "Settings", "More"),
        ("/settings/team/1", "Settings", "More"),
        ("/upset", None, "Upset"),
        ("/find", None, None),
    ],
)
def test_the_menu_shows_where_you_are(address: str, entry: str | None, tab: str | None) -> None:
    html = rendered('{% extends "web/shell.html" %}', {"shell": shell()}, at=address)
    menu, tabs = re.split(r'<nav class="tabs"', html.partition('<aside class="side"')[2])
    here = [re.findall(r'aria-current="page">(.*?)</a>', part, re.DOTALL) for part in (menu, tabs)]
    words = [re.sub(r"<span class=\"sr\">.*?</span>|<.*?>", "", found[0]).strip() if found else None for found in here]
    assert words == [entry, tab]


def test_the_menu_counts_only_what_needs_you() -> None:
    idle = shell()
    idle.today = idle.recoveries = 0
    html = rendered('{% extends "web/shell.html" %}', {"shell": idle}, at="/")
    assert re.findall(r"needing you: </span>(\d+)", html) == ["5"]


def test_the_demo_firm_says_that_it_is_one() -> None:
    words = "This is the demo firm. No one here is real."
    assert words in drawn("today", shell=shell(is_demo=True))
    assert words not in drawn("today")


def test_keys_can_be_turned_off() -> None:
    off = drawn("today", shell=shell(has_keys=False))
    assert 'data-keys="off"' in off
    assert '<dialog id="keys"' not in off
    assert '<dialog id="keys"' in drawn("today")


@pytest.mark.parametrize("number", ["400", "403", "404", "413", "500", "csrf"])
def test_an_error_page_needs_neither_a_request_nor_the_database(number: str) -> None:
    html = loader.get_template(f"web/error/{number}.html").render({"shell": None})
    assert '<a class="btn p" href="/">Go to Today</a>' in html


# ── In a browser


@pytest.mark.browser
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("piece", ["today", "client", "states", "sign_in"])
def test_the_parts_are_open_to_everybody(chromium: Browser, piece: str, width: int, theme: str) -> None:
    form = Correction({"branch": "a"}) if piece == "states" else None
    page = open_page(chromium, drawn(piece, theme, form=form), width=width)
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    found = Axe().run(page)
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    page.context.close()
    assert found.response["violations"] == []
    assert wide == 0


@pytest.mark.browser
@pytest.mark.parametrize(
    ("theme", "device", "ground"),
    [
        ("auto", "light", "rgb(245, 247, 248)"),
        ("auto", "dark", "rgb(15, 21, 32)"),
        ("light", "dark", "rgb(245, 247, 248)"),
        ("dark", "light", "rgb(15, 21, 32)"),
    ],
)
def test_the_device_decides_on_light_or_dark_unless_the_person_did(
    chromium: Browser, theme: str, device: Literal["light", "dark"], ground: str
) -> None:
    page = open_page(chromium, drawn("today", theme))
    page.emulate_media(color_scheme=device)
    found = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.context.close()
    assert found == ground


@pytest.mark.browser
def test_on_paper_only_the_page_is_printed_and_always_light(chromium: Browser) -> None:
    page = open_page(chromium, drawn("client", "dark"))
    page.emulate_media(media="print")
    for left_out in (".side", ".top", ".tabs", ".filters", ".acts"):
        assert not page.locator(left_out).first.is_visible()
    ink = page.evaluate("getComputedStyle(document.body).color")
    page.context.close()
    assert ink == "rgb(21, 32, 51)"


@pytest.mark.browser
@pytest.mark.parametrize("width", [320, 800, 1080])
@pytest.mark.parametrize("piece", ["today", "client", "states"])
def test_nothing_scrolls_sideways_on_the_widths_between(chromium: Browser, piece: str, width: int) -> None:
    page = open_page(chromium, drawn(piece, form=Correction({})), width=width)
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    page.context.close()
    assert wide == 0


@pytest.mark.browser
def test_on_a_phone_everything_to_press_is_large_enough(chromium: Browser) -> None:
    page = open_page(chromium, drawn("today"), width=390)
    pressed = page.locator(".btn:visible, .tabs a:visible, .ib:visible").all()
    heights = [box["height"] for box in map(Locator.bounding_box, pressed) if box]
    page.context.close()
    assert len(heights) > 8
    assert min(heights) >= 44


@pytest.mark.browser
def test_a_page_asks_for_nothing_from_elsewhere(chromium: Browser) -> None:
    asked: list[str] = []
    page = open_page(chromium, drawn("client"))
    page.on("request", lambda request: asked.append(request.url))
    page.reload()
    page.evaluate("document.fonts.ready")
    page.context.close()
    assert {address.split("/")[2] for address in asked} == {"desk.test"}
    assert [address for address in asked if "-ext.woff2" in address] == []


def test_a_letter_has_room_for_a_letter_even_where_fields_grow_with_their_text() -> None:
    """`field-sizing:content` leaves the rows of a field out of account, so its height is said in the sheet."""
    assert f'textarea[rows="{ROWS}"]{{min-height:calc({ROWS}lh + 18px)}}' in CSS
