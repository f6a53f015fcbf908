"""HTML mail as a reader sees it, quotes and signatures marked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amends.sources.hypertext import text_of_html


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("no markup", "no markup"),
        ("<p>One</p><p>Two</p>", "One\n\nTwo"),
        ("<div>One</div><div>Two</div>", "One\nTwo"),
        ("<div>One<br></div><div><br></div><div>Two</div>", "One\n\nTwo"),
        ("One<br>Two<BR/>Three", "One\nTwo\nThree"),
        ("<p>One\n   <b>and</b>\n a&nbsp;half</p>", "One and a half"),
        ("<p class=MsoNormal>One</p>\n<p class=MsoNormal>Two</p>", "One\nTwo"),
        ("<ul><li>One</li><li>Two</li></ul>Three", "One\nTwo\n\nThree"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><th>c</th></tr></table>", "a b\nc"),
        ("<pre>one\n  two</pre>three", "one\ntwo\n\nthree"),
        ("One<hr>Two", f"One\n{'_' * 32}\nTwo"),
        ("<h1>Title</h1>text", "Title\n\ntext"),
        ("a&lt;b &amp; &#8364;&eacute;", "a<b & €é"),
        ("<style>p {}</style><script>x()</script><title>t</title>One<!-- no -->", "One"),
        ("<span style='display : none'>no</span><p hidden>no</p><i style='mso-hide:all'>no</i>yes", "yes"),
        ("<b style='display:block'>yes</b>", "yes"),
        ("unclosed <b>bold <i>and", "unclosed bold and"),
        ("<", "<"),
        ("<p>", ""),
        ("<frameset><frame></frameset>", ""),
    ],
)
def test_lines_as_a_reader_sees_them(html: str, text: str) -> None:
    assert text_of_html(html) == text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        (
            "Yes.<blockquote>Monday?<br>Or<blockquote>Sunday?</blockquote></blockquote>Fine.",
            "Yes.\n> Monday?\n> Or\n> > Sunday?\nFine.",
        ),
        ("Yes.<div class='yahoo_quoted'>Monday?</div>", "Yes.\n> Monday?"),
        ("Yes.<div id='mail-editor-reference-message-container'>Monday?</div>", "Yes.\n> Monday?"),
        (
            "Yes.<div class='gmail_quote'>On Monday Dana wrote:<blockquote>x</blockquote></div>",
            "Yes.\nOn Monday Dana wrote:\n> x",
        ),
        (
            "Yes.<hr><div id='divRplyFwdMsg'><b>From:</b> Dana<br><b>Sent:</b> Monday</div><div>Monday?</div>",
            f"Yes.\n{'_' * 32}\n-----Original Message-----\nFrom: Dana\nSent: Monday\nMonday?",
        ),
        ("Yes.<div class='gmail_signature'>Dana</div>", "Yes.\n-- \nDana"),
        ("Yes.<div class='gmail_signature'>--<br>Dana</div>", "Yes.\n-- \n-- \nDana"),
    ],
)
def test_quotes_and_signatures_are_marked_as_in_plain_mail(html: str, text: str) -> None:
    assert text_of_html(html) == text


def test_elements_nested_too_deep_for_the_parser_lose_their_tags_only() -> None:
    deep = "<div>" * 100_000 + "Nobody came." + "</div>" * 100_000
    assert text_of_html(deep).strip() == "Nobody came."


def test_a_long_flat_page_is_read_as_a_page() -> None:
    assert text_of_html("<p>x</p>" * 5_000).count("x\n\n") == 4_999


@given(st.text(alphabet="<>/pbdivblockquote='\" &;!-a\n", max_size=200))
def test_no_markup_ever_raises(html: str) -> None:
    assert isinstance(text_of_html("<p>" + html), str)


@pytest.mark.parametrize(
    "hostile",
    [
        "<" * 1_000_000,
        "<p " * 330_000,
        "<!--" * 250_000,
        "<blockquote>" * 80_000,
        "&" * 1_000_000,
        "<b><p>" * 160_000,
        "<table><tr>" * 90_000,
    ],
)
def test_hostile_markup_takes_no_longer_than_other(hostile: str) -> None:
    assert isinstance(text_of_html(hostile), str)
