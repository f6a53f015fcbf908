"""HTML mail to the text a reader sees, with quotes marked as in plain mail so that they are recognised afterwards."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser

INVISIBLE = "style,script,head,title,template,noscript,object,svg,map,select,textarea,[hidden]"
BLOCKS = (
    "p,div,li,tr,h1,h2,h3,h4,h5,h6,ul,ol,table,section,article,header,footer,center,address,dd,dt,fieldset,form,pre"
)
QUOTES = (
    "blockquote,.yahoo_quoted,#OLK_SRC_BODY_SECTION,#mail-editor-reference-message-container"
    ",.ms-outlook-mobile-reference-message,.protonmail_quote,.tutanota_quote"
)
"""Elements in which mail programs put the message that is answered."""

HISTORY = "#divRplyFwdMsg,#x_divRplyFwdMsg,#stopSpelling"
"""Elements after which Outlook puts the message that is answered, without an element around it."""

HISTORY_LINE = "-----Original Message-----"
SIGNATURES = ".gmail_signature,.moz-signature,#Signature,#ms-outlook-mobile-signature"
SIGNATURE_LINE = "-- "

BREAK = "\u2028"
"""Stands for a line break while white space is folded; replaced at the end."""

SPACES = re.compile(r"[ \t\r\n\f\xa0]+")
HIDDEN_STYLE = re.compile(
    r"display\s{0,5}:\s{0,5}none|mso-hide\s{0,5}:\s{0,5}all|font-size\s{0,5}:\s{0,5}0(?:px|pt)?\s{0,5}(?:;|$)"
)
BLANK_LINES = re.compile(r"\n{3,}")
MOST_QUOTES = 200
"""Quotes of one message that are marked; deeper history is all quoted anyway."""


def text_of_html(html: str) -> str:
    """Turn the HTML of a mail into plain text: a line per block, `> ` before quoted lines, nothing hidden."""
    if "<" not in html:
        return html
    tree = LexborHTMLParser(html)
    root = tree.body or tree.root
    if root is None:
        return ""
    _drop_hidden(tree, html)
    _break_lines(tree, html)
    _mark_history(tree)
    return _lines(root.text(deep=True))


def _drop_hidden(tree: LexborHTMLParser, html: str) -> None:
    """Take out what no reader sees: styles, scripts, preheaders."""
    for node in tree.css(INVISIBLE):
        node.decompose()
    if "none" in html or "mso-hide" in html or "font-size" in html:
        for node in tree.css('[style*="display"],[style*="mso-hide"],[style*="font-size"]'):
            if HIDDEN_STYLE.search((node.attributes.get("style") or "")[:500].lower()):
                node.decompose()


def _break_lines(tree: LexborHTMLParser, html: str) -> None:
    """Put a break where a block begins and ends, and for every `<br>`."""
    if "<pre" in html or "<PRE" in html:
        for node in tree.css("pre"):
            node.replace_with(BREAK + node.text(deep=True).replace("\n", BREAK) + BREAK)
    for node in tree.css("br"):
        node.replace_with(BREAK)
    for node in tree.css("hr"):
        node.replace_with(BREAK + "_" * 32 + BREAK)
    for node in tree.css(BLOCKS):
        node.insert_before(BREAK)
        node.insert_after(BREAK)
    for node in tree.css("td,th"):
        node.insert_after(" ")


def _mark_history(tree: LexborHTMLParser) -> None:
    """Mark signatures, and the message that is answered, as plain mail does."""
    for node in tree.css(SIGNATURES):
        node.insert_before(BREAK + SIGNATURE_LINE + BREAK)
    for node in tree.css(HISTORY):
        node.insert_before(BREAK + HISTORY_LINE + BREAK)
    for node in reversed(tree.css(QUOTES)[:MOST_QUOTES]):
        quoted = "".join(f"{BREAK}> {line}" for line in _lines(node.text(deep=True)).split("\n"))
        node.replace_with(quoted + BREAK)


def _lines(text: str) -> str:
    """Fold white space and turn the breaks into lines, at most one empty line in a row."""
    folded = SPACES.sub(" ", text).replace(BREAK, "\n")
    lines = "\n".join(line.strip() if line.strip() != "--" else SIGNATURE_LINE for line in folded.split("\n"))
    return BLANK_LINES.sub("\n\n", lines).strip("\n")
