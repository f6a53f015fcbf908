"""The page of a scan, read as its text and its markup."""

from __future__ import annotations

from dataclasses import replace

import pytest
from selectolax.lexbor import LexborHTMLParser

from amends.cli.report import POLICY, SKIPPED_SHOWN, calmest_first, render_html
from amends.cli.results import Results, tally
from amends.core.evidence import Family, Signal
from scanned import BRIGHTWATER, GARY, INVOICE, KESTREL, LANES, PENHALLOW, RESULTS, TARN

PROMISED = "We wrote: “I will send the roster by noon tomorrow.”"
HOSTILE = "</style></title><script>alert(1)</script><img src=x onerror=alert(1)>'\" &lt;"


def page(results: Results) -> LexborHTMLParser:
    return LexborHTMLParser(render_html(results))


def texts(parsed: LexborHTMLParser, selector: str) -> list[str]:
    return [" ".join(node.text(separator=" ").split()) for node in parsed.css(selector)]


def test_the_page_begins_with_how_many_need_you_and_whom_to_start_with() -> None:
    parsed = page(RESULTS)
    assert texts(parsed, "h1, .lead, title") == [
        "Two of 4 clients need you – Amends",
        "Two of 4 clients need you.",
        "Start with Penhallow Dairy. 2,974 messages of alderquay.example, as of Tuesday, October 14, 2025.",
    ]


def test_nobody_is_named_where_nobody_needs_you() -> None:
    parsed = page(replace(RESULTS, us=(), rows=(TARN, KESTREL)))
    assert texts(parsed, ".lead") == ["2,974 messages of us, as of Tuesday, October 14, 2025."]


def test_the_clients_come_worst_first_with_their_state_in_a_word() -> None:
    parsed = page(RESULTS)
    assert texts(parsed, ".client > .who") == [
        "Penhallow Dairy penhallowdairy.example At risk",
        "Brightwater Cold Storage brightwater.example Strained",
        "Kestrel Ridge Clinics kestrelridge.example Unsettled",
    ]
    assert texts(parsed, ".quiet > summary") == [
        "Tarn Valley Foods tarnvalley.example Steady",
        "Gary Hollis gary.hollis@freemail.example 4 messages Not enough yet",
    ]


def test_a_client_that_is_well_enough_shows_what_weighs_most() -> None:
    slow = replace(
        TARN, points=3, signals=(Signal("shorter and cooler", Family.QUIET, 3, "Their messages seem shorter"),)
    )
    assert texts(page(replace(RESULTS, rows=(slow,))), ".quiet > summary") == [
        "Tarn Valley Foods tarnvalley.example Their messages seem shorter Steady"
    ]


def test_a_card_holds_the_number_the_chance_the_words_and_what_was_seen() -> None:
    card = page(replace(RESULTS, rows=(PENHALLOW,)))
    assert texts(card, ".now p, .words, .seen") == [
        f"“{INVOICE}” Friday, October 10, 2025",
        "64 of 100",
        "About 6 in 10 would leave this quarter.",
        "164 messages in 41 conversations with three people. Seen: mail yes, orders no, payments no.",
    ]


def test_the_lines_add_up_to_the_number_shown() -> None:
    parsed = page(replace(RESULTS, rows=(PENHALLOW,)))
    points = [int(text.replace("−", "-")) for text in texts(parsed, ".points")]
    assert points == [-16, -14, -10, 4]
    assert texts(parsed, ".number b") == [str(100 + sum(points))]


def test_each_line_opens_the_messages_behind_it() -> None:
    parsed = page(replace(RESULTS, rows=(BRIGHTWATER, KESTREL)))
    assert texts(parsed, ".evidence") == [
        f"“{LANES}” Friday, October 3, 2025, message m5@brightwater.example Rule: exit words. Family: language.",
        f"{PROMISED} Wednesday, October 8, 2025, message m6@alderquay.example Rule: promise. Family: ours.",
        "Counted over all of their mail. Rule: silence. Family: quiet.",
    ]


def test_the_serif_is_only_for_what_the_client_wrote() -> None:
    parsed = page(replace(RESULTS, rows=(BRIGHTWATER,)))
    assert texts(parsed, ".evidence blockquote, .evidence li > p:first-child") == [
        f"“{LANES}”",
        PROMISED,
    ]


def test_a_client_with_too_little_mail_gets_no_number() -> None:
    parsed = page(replace(RESULTS, rows=(GARY,)))
    assert texts(parsed, ".now") == ["We have seen 4 messages and need about 20. A call tells more."]


def test_a_client_that_is_its_own_name_is_written_once() -> None:
    parsed = page(replace(RESULTS, rows=(replace(GARY, name=GARY.client, said="Hello?", said_at=None),)))
    assert texts(parsed, ".quiet > summary, .section, .words, .why") == [
        "Your clients 1",
        "gary.hollis@freemail.example 4 messages Not enough yet",
        "“Hello?”",
        "Nothing of note in their mail.",
    ]


def test_what_could_not_be_read_is_listed_with_its_reason() -> None:
    assert texts(page(RESULTS), ".skipped li") == ["inbox.mbox, message 12 The base64 part ends in the middle."]
    many = tuple((f"message {number}", "torn") for number in range(SKIPPED_SHOWN + 1_000))
    parsed = page(replace(RESULTS, skipped=many))
    assert len(parsed.css(".skipped li")) == SKIPPED_SHOWN
    assert texts(parsed, ".skipped > p") == ["And 1,000 more. The JSON format lists them all."]


def test_a_scan_that_read_everything_lists_nothing() -> None:
    assert page(replace(RESULTS, skipped=())).css(".skipped") == []


def test_what_was_left_out_on_purpose_is_counted_apart() -> None:
    facts = texts(page(replace(RESULTS, left_out=(("Trash", "deleted mail is left out"),))), ".rail section dl")[1]
    assert facts.endswith("Could not be read 1 Deleted, unwanted or unsent, left out 1")


def test_an_empty_mailbox_still_makes_a_page() -> None:
    parsed = page(replace(RESULTS, rows=()))
    assert texts(parsed, "h1, main, .distribution") == ["No clients found in this mail.", ""]


def test_the_page_says_what_it_is_not_for() -> None:
    assert texts(page(RESULTS), ".plain li")[0].startswith("Not for judging employees.")


def test_the_bar_fills_from_the_calm_to_the_troubled_and_the_unknown_last() -> None:
    assert list(calmest_first(tally(RESULTS))) == ["Steady", "Unsettled", "Strained", "At risk", "Not enough yet"]


def test_the_page_may_load_and_run_nothing() -> None:
    html = render_html(RESULTS)
    parsed = LexborHTMLParser(html)
    assert parsed.css("script, link, img, iframe, object, form, base") == []
    assert [meta.attributes["content"] for meta in parsed.css("meta[http-equiv]")] == [POLICY]
    assert [node.attributes for node in parsed.css("*") if any(name.startswith("on") for name in node.attributes)] == []
    assert "http" not in html.replace("http-equiv", "").replace("&#x27;none&#x27;", "")


@pytest.mark.parametrize("hostile", [HOSTILE, '" onmouseover="alert(1)', "<!--", "]]>", "\x00\x1b[2J\u202e<b>"])
def test_nothing_a_client_wrote_becomes_markup(hostile: str) -> None:
    calm = page(RESULTS)
    row = replace(
        PENHALLOW,
        client=hostile,
        name=hostile,
        said=hostile,
        chance_words=hostile,
        coverage={hostile: True},
        signals=tuple(
            replace(
                signal,
                rule=hostile,
                summary=hostile,
                evidence=tuple(replace(one, message_id=hostile, quote=hostile) for one in signal.evidence),
            )
            for signal in PENHALLOW.signals
        ),
    )
    results = replace(RESULTS, us=(hostile,), skipped=((hostile, hostile),), rows=(row, *RESULTS.rows[1:]))
    parsed = page(results)
    names = [node.tag for node in parsed.css("*") if node.tag not in {"blockquote", "span"}]
    assert names == [node.tag for node in calm.css("*") if node.tag not in {"blockquote", "span"}]
    assert parsed.css("script, img, [onerror], [onmouseover]") == []
