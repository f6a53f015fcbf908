"""A scan as one self-contained page to read or print: no script, nothing loaded, everything a client wrote escaped."""

from __future__ import annotations

from base64 import b64encode
from importlib.resources import files
from typing import TYPE_CHECKING

from amends import __version__
from amends.cli import shapes
from amends.cli.markup import Markup, element, joined
from amends.cli.results import (
    NEEDING_YOU,
    OUR_RULES,
    STATES,
    counted,
    coverage_in_words,
    day_in_words,
    harm_first,
    headline,
    points_in_words,
    read_in_words,
    standing,
    tally,
    weighing_lines,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from amends.cli.results import Results, Row
    from amends.core.evidence import Evidence, Signal

POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; font-src data:; img-src data:; base-uri 'none'; form-action 'none'"
)
FONTS = {"Hanken Grotesk": ("hanken-grotesk.woff2", "100 900"), "Newsreader": ("newsreader.woff2", "200 800")}
OPEN_STATES = ("At risk", "Strained", "Unsettled")  # shown as a card; the others take one line that opens
SKIPPED_SHOWN = 200  # messages that could not be read; --format json lists them all


def render_html(results: Results) -> str:
    """Write the whole page; it works without a network, without JavaScript, on paper and by keyboard."""
    body = element(
        "body",
        element("a", "Skip to the clients", href="#clients", class_="skip"),
        _page_header(results),
        element("div", _clients(results.rows), _rail(results), class_="columns"),
        _page_footer(),
    )
    return f"<!doctype html>\n{element('html', _head(results), body, lang='en')}\n"


def _head(results: Results) -> Markup:
    return element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=POLICY),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="robots", content="noindex"),
        element("meta", name="color-scheme", content="light dark"),
        element("title", f"{headline(results)} – Amends"),
        element("style", Markup(_fonts() + _packaged("report.css"))),
    )


def _fonts() -> str:
    faces = []
    for family, (name, weights) in FONTS.items():
        font = b64encode(files("amends.cli").joinpath("fonts", name).read_bytes()).decode("ascii")
        source = f"url(data:font/woff2;base64,{font}) format('woff2')"
        faces.append(f"@font-face{{font-family:'{family}';font-weight:{weights};src:{source}}}\n")
    return "".join(faces)


def _packaged(name: str) -> str:
    return files("amends.cli").joinpath(name).read_text("utf-8")


def _page_header(results: Results) -> Markup:
    needing = [row for row in results.rows if row.state in NEEDING_YOU]
    facts = (
        f"{counted(results.messages, 'message')} of {', '.join(results.us) or 'us'}, "
        f"as of {day_in_words(results.as_of)}."
    )
    return element(
        "header",
        element("p", shapes.bowl(), element("b", "Amends"), class_="brand"),
        element("h1", f"{headline(results)}."),
        element("p", f"Start with {needing[0].name}. {facts}" if needing else facts, class_="lead"),
        class_="top",
    )


def _clients(rows: Sequence[Row]) -> Markup:
    troubled = [row for row in rows if row.state in OPEN_STATES]
    quiet = [row for row in rows if row.state not in OPEN_STATES]
    return element(
        "main",
        *[_card(row) for row in troubled],
        _quiet(quiet, is_alone=not troubled) if quiet else None,
        id="clients",
        tabindex="-1",
    )


def _card(row: Row) -> Markup:
    heading = element("h2", row.name)
    return element(
        "article",
        element("header", element("div", heading, _domain(row)), _state(row), class_="who"),
        _their_words(row),
        _health(row),
        class_="card client",
    )


def _quiet(rows: Sequence[Row], *, is_alone: bool) -> Markup:
    heading = "Your clients" if is_alone else "Everyone else"
    return element(
        "section",
        element("h2", f"{heading} ", element("span", f"{len(rows):,}", class_="count"), class_="section"),
        element("div", *[_quiet_row(row) for row in rows], class_="card rows"),
    )


def _quiet_row(row: Row) -> Markup:
    summary = element(
        "summary",
        element("span", element("b", row.name), _domain(row), _in_short(row), class_="name"),
        _state(row),
        shapes.chevron(),
    )
    return element("details", summary, _their_words(row), _health(row), class_="quiet")


def _domain(row: Row) -> Markup | None:
    return element("span", row.client, class_="domain") if row.client != row.name else None


def _in_short(row: Row) -> Markup | None:
    """Give a client that needs nothing its one line: what weighs most, or how little there was to read."""
    if row.state == STATES[-1]:
        return element("span", counted(row.messages, "message"), class_="domain")
    worst = next((signal.summary for signal in harm_first(row) if signal.points > 0), None)
    return element("span", worst, class_="domain") if worst else None


def _state(row: Row) -> Markup:
    return element("span", shapes.ring(row.state), row.state, class_=f"state {shapes.CLASSES[row.state]}")


def _their_words(row: Row) -> Markup | None:
    if not row.said:
        return None
    caption = element("figcaption", day_in_words(row.said_at)) if row.said_at else None
    return element("figure", element("blockquote", f"“{row.said}”"), caption, class_="words")


def _health(row: Row) -> Markup:
    seen = f"{read_in_words(row)}. Seen: {coverage_in_words(row.coverage)}."
    return joined(
        element("div", element("div", *_number(row), class_="now"), _why(row), class_="health"),
        element("p", seen, class_="seen"),
    )


def _number(row: Row) -> tuple[Markup, ...]:
    if row.state == STATES[-1]:
        return (element("p", f"{standing(row)}. A call tells more."),)
    return (
        element("p", element("b", f"{min(100, row.health)}"), " of 100", class_="number"),
        element("p", f"{row.chance_words[:1].upper()}{row.chance_words[1:]}.", class_="chance"),
    )


def _why(row: Row) -> Markup:
    if not row.signals:
        return element("p", "Nothing of note in their mail.", class_="why small")
    lines, folded = weighing_lines(row)
    return element(
        "div",
        element("h3", "Why ", element("span", "most harm first", class_="count")),
        *[_line(signal) for signal in lines],
        element("p", folded, class_="small") if folded else None,
        element("p", "100, less what you see here. Each line opens the messages behind it.", class_="small"),
        class_="why",
    )


def _line(signal: Signal) -> Markup:
    summary = element(
        "summary",
        element("span", signal.summary, class_="reason"),
        shapes.bar(signal.points),
        element("span", points_in_words(signal.points), class_="points"),
        shapes.chevron(),
    )
    rule = element("p", f"Rule: {signal.rule}. Family: {signal.family}.", class_="small")
    shown = [_evidence(piece, is_ours=signal.rule in OUR_RULES) for piece in signal.evidence]
    proof = element("ul", *shown) if shown else element("p", "Counted over all of their mail.", class_="small")
    return element("details", summary, element("div", proof, rule, class_="evidence"), class_="line")


def _evidence(piece: Evidence, *, is_ours: bool) -> Markup:
    theirs = element("blockquote", f"“{piece.quote}”")
    said = element("p", f"We wrote: “{piece.quote}”") if is_ours else theirs
    where = element("p", f"{day_in_words(piece.at)}, message ", element("code", piece.message_id), class_="small")
    return element("li", said if piece.quote else None, where)


def _rail(results: Results) -> Markup:
    return element(
        "aside",
        _distribution(results) if results.rows else None,
        _read(results),
        _limits(),
        aria_label="About this scan",
        class_="rail",
    )


def _distribution(results: Results) -> Markup:
    counts = calmest_first(tally(results))
    lines = [
        joined(
            element("dt", element("span", shapes.ring(state), state, class_=f"state {shapes.CLASSES[state]}")),
            element("dd", f"{count:,}"),
        )
        for state, count in counts.items()
    ]
    return element(
        "section",
        element("h2", f"Your {counted(len(results.rows), 'client')}"),
        shapes.distribution(counts),
        element("dl", *lines),
    )


def calmest_first(counts: dict[str, int]) -> dict[str, int]:
    """Turn a tally round, so that the bar fills from the left; what is not known yet stays last."""
    *known, unknown = STATES
    return {state: counts[state] for state in (*reversed(known), unknown) if state in counts}


def _read(results: Results) -> Markup:
    skipped, left_out = len(results.skipped), len(results.left_out)
    return element(
        "section",
        element("h2", "What was read"),
        element(
            "dl",
            *_fact("Messages", results.messages),
            *_fact("Written by machines, not weighed", results.automated),
            *_fact("Could not be read", skipped),
            *(_fact("Deleted, unwanted or unsent, left out", left_out) if left_out else ()),
        ),
        _skipped(results.skipped) if skipped else None,
    )


def _fact(name: str, number: int) -> tuple[Markup, Markup]:
    return element("dt", name), element("dd", f"{number:,}")


def _skipped(skipped: Sequence[tuple[str, str]]) -> Markup:
    more = len(skipped) - SKIPPED_SHOWN
    lines = [element("li", element("b", where), " ", why) for where, why in skipped[:SKIPPED_SHOWN]]
    return element(
        "details",
        element("summary", "What could not be read, and why", shapes.chevron()),
        element("ul", *lines),
        element("p", f"And {more:,} more. The JSON format lists them all.", class_="small") if more > 0 else None,
        class_="skipped",
    )


def _limits() -> Markup:
    return element(
        "section",
        element("h2", "Before you act on it"),
        element(
            "ul",
            element("li", "Not for judging employees. It speaks about relationships, not about who wrote what."),
            element(
                "li", "Ten points double the odds. The chance is a starting guess until your own history replaces it."
            ),
            element("li", "A call tells more than a count. Ask before you conclude."),
            class_="plain",
        ),
    )


def _page_footer() -> Markup:
    return element(
        "footer",
        element(
            "p",
            f"Made by Amends {__version__} on this machine. Nothing was sent anywhere, and this page loads nothing.",
        ),
        class_="foot",
    )
