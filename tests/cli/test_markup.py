"""HTML that cannot forget to escape."""

from __future__ import annotations

import pytest

from amends.cli.markup import Markup, element, joined


@pytest.mark.parametrize(
    ("built", "html"),
    [
        (element("p"), "<p></p>"),
        (element("p", "Tom & Jo ", element("b", "<b>")), "<p>Tom &amp; Jo <b>&lt;b&gt;</b></p>"),
        (element("p", "one", None, " two"), "<p>one two</p>"),
        (element("p", " "), "<p> </p>"),
        (element("p", ""), "<p></p>"),
        (element("p", "\x1b[31m\u202enot\nred"), "<p>not red</p>"),
        (element("p", Markup("&copy;")), "<p>&copy;</p>"),
        (
            element("span", class_="small", aria_label='say "hi"'),
            '<span class="small" aria-label="say &quot;hi&quot;"></span>',
        ),
        (element("a", href=None), "<a></a>"),
        (element("meta", charset="utf-8"), '<meta charset="utf-8"/>'),
        (joined(element("i"), "<script>"), "<i></i>&lt;script&gt;"),
    ],
)
def test_text_is_escaped_and_markup_is_not(built: Markup, html: str) -> None:
    assert built == html
    assert isinstance(built, Markup)
