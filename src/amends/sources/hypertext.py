"""HTML mail to the text a reader sees, with quotes marked as in plain mail so that they are recognised afterwards."""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

UNSEEN = frozenset(
    {"style", "script", "head", "title", "template", "noscript", "object", "svg", "map", "select", "textarea", "iframe"}
    | {"audio", "video", "math", "-comment"}
)
BLOCKS = frozenset(
    {"p", "div", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "section", "article", "header"}
    | {"footer", "main", "center", "address", "dl", "dd", "dt", "fieldset", "form", "pre", "blockquote", "hr", "body"}
)
CELLS = frozenset({"td", "th"})
SPACED = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "pre"})
"""Blocks that browsers show with an empty line after them."""


class Mark(Enum):
    """What mail programs mean by the elements they name."""

    QUOTE = ".yahoo_quoted,#OLK_SRC_BODY_SECTION,#mail-editor-reference-message-container,.tutanota_quote"
    QUOTE_TOO = ".ms-outlook-mobile-reference-message,.protonmail_quote,.zmail_extra,.gmail_quote>.gmail_quote"
    HISTORY = "#divRplyFwdMsg,#x_divRplyFwdMsg"  # Outlook: all that follows is the message answered
    SIGNATURE = ".gmail_signature,.moz-signature,#Signature,#ms-outlook-mobile-signature"
    HIDDEN = '[hidden],[style*="display"],[style*="mso-hide"]'


MARKED = (
    "yahoo_quoted",
    "OLK_SRC",
    "reference-message",
    "_quote",
    "zmail_extra",
    "divRplyFwdMsg",
    "ignature",
    "hidden",
    "mso-hide",
    "none",
)
"""Text without which no element needs a second look."""

HIDDEN_STYLE = re.compile(r"display\s{0,5}:\s{0,5}none|mso-hide\s{0,5}:\s{0,5}all")
HISTORY_LINE = "-----Original Message-----"
SIGNATURE_LINE = "-- "

BREAK = "\ue000"
"""Stands for the end of a line while white space is folded (a private-use character)."""

TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]{0,20})[^<>]*>?")
MANY_TAGS = 3_000
"""Fewer tags cannot nest deep enough to slow the parser down."""

MOST_NESTING = 1_500
"""Elements nested deeper are no mail: the parser needs quadratic time for them, so their tags are only cut out."""

BLANK_LINES = re.compile(r"\n{3,}")


def text_of_html(html: str) -> str:
    """Turn the HTML of a mail into plain text: a line per block, `> ` before quoted lines, nothing hidden."""
    if "<" not in html and "&" not in html:
        return html
    if html.count("<") > MANY_TAGS and _nesting(html) > MOST_NESTING:
        return TAG.sub("\n", html)
    from selectolax.lexbor import LexborHTMLParser  # noqa: PLC0415  (30 ms that plain mail does without)

    tree = LexborHTMLParser(html)
    root = tree.body or tree.root
    if root is None:
        return ""
    marked = _marked(tree) if any(word in html for word in MARKED) else {}
    return _Page(marked, is_word="MsoNormal" in html).text(root)


def _nesting(html: str) -> int:
    """Count how deep elements nest at most, end tags that many programs leave out counted as missing."""
    depth = deepest = 0
    for closing, name in TAG.findall(html):
        if closing:
            depth -= depth > 0
        elif name.lower() not in {"br", "img", "hr", "meta", "link", "input", "td", "tr", "p", "li", "col", "wbr", "o"}:
            depth += 1
            deepest = max(deepest, depth)
    return deepest


def _marked(tree: LexborHTMLParser) -> dict[int, Mark]:
    """Find the elements that mail programs mark, by their place in the tree."""
    found: dict[int, Mark] = {}
    for mark in Mark:
        for node in tree.css(mark.value):
            if mark is not Mark.HIDDEN or _is_hidden(node):
                found[node.mem_id] = mark
    return found


def _is_hidden(node: LexborNode) -> bool:
    attributes = node.attributes
    return "hidden" in attributes or bool(HIDDEN_STYLE.search((attributes.get("style") or "")[:1000].lower()))


class _Page:
    """One walk over a tree, collecting text, breaks and quotes."""

    __slots__ = ("is_word", "marked", "out", "quotes")

    def __init__(self, marked: dict[int, Mark], *, is_word: bool) -> None:
        self.marked = marked
        self.is_word = is_word  # Word's paragraphs have no margins: an empty one is an empty line
        self.out: list[str] = []
        self.quotes: list[tuple[int, int]] = []

    def text(self, root: LexborNode) -> str:
        """Walk the tree without recursion (depth is the sender's choice) and give its text."""
        node: LexborNode | None = root
        last = root.mem_id
        while node is not None:
            child = self._enter(node)
            if child is not None:
                node = child
                continue
            while node is not None:
                if node.mem_id == last:
                    return _tidied(_lines("".join(self.out)))
                following = node.next
                if following is not None:
                    node = following
                    break
                node = node.parent
                if node is not None:
                    self._leave(node)
        return _tidied(_lines("".join(self.out)))

    def _enter(self, node: LexborNode) -> LexborNode | None:
        """Take in one node; give its first child when it is to be walked."""
        tag = node.tag
        out = self.out
        if tag == "-text":
            text = node.text_content or ""
            # Between blocks white space is nothing, but a hard space is what Word leaves in an empty line.
            if not out or out[-1] is not BREAK or not text.isspace() or "\xa0" in text:
                out.append(text)
            return None
        if tag == "br":
            out.append(BREAK)
            return None
        if tag in UNSEEN:
            return None
        mark = self.marked.get(node.mem_id) if self.marked else None
        if mark is Mark.HIDDEN:
            return None
        if tag in BLOCKS:
            self._edge()
        if mark or tag in {"blockquote", "hr", "pre"}:
            self._enter_special(node, tag, mark)
        child = node.child if tag != "pre" else None
        if child is None:
            self._leave(node)
        return child

    def _enter_special(self, node: LexborNode, tag: str | None, mark: Mark | None) -> None:
        """Take in an element that stands for more than its text."""
        if mark is Mark.SIGNATURE:
            self._line(SIGNATURE_LINE)
        elif mark is Mark.HISTORY:
            self._line(HISTORY_LINE)
        elif mark or tag == "blockquote":
            self._edge()
            self.quotes.append((node.mem_id, len(self.out)))
        elif tag == "hr":
            self._line("_" * 32)
        else:
            self.out.append(node.text(deep=True).replace("\n", BREAK))

    def _leave(self, node: LexborNode) -> None:
        """Close an element: end its line, and its quote."""
        tag = node.tag
        if tag in CELLS:
            self.out.append(" ")
        elif tag in BLOCKS:
            self._edge()
            if tag in SPACED and not (self.is_word and tag == "p"):
                self.out.append(BREAK)
        if self.quotes and self.quotes[-1][0] == node.mem_id:
            _, start = self.quotes.pop()
            quoted = _tidied(_lines("".join(self.out[start:])))
            self.out[start:] = [each for line in quoted.split("\n") for each in (f"> {line}", BREAK)]

    def _edge(self) -> None:
        """End the line unless it has just ended."""
        if self.out and self.out[-1] is not BREAK:
            self.out.append(BREAK)

    def _line(self, text: str) -> None:
        """Put a line of our own."""
        self._edge()
        self.out += [text, BREAK]


def _lines(text: str) -> list[str]:
    """Fold white space and split at the breaks; the line before a signature keeps its space."""
    folded = (" ".join(piece.split()) for piece in text.split(BREAK))
    return [SIGNATURE_LINE if line == "--" else line for line in folded]


def _tidied(lines: list[str]) -> str:
    """Join lines, at most one empty line in a row."""
    return BLANK_LINES.sub("\n\n", "\n".join(lines)).strip("\n")
