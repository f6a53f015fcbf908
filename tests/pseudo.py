"""A language that is English between brackets: what stands on a page without them never passed through gettext.

with spoken_between_brackets(folder): …
bare_texts(page)        # ["Save"], where somebody forgot
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from html.parser import HTMLParser
from io import StringIO
from pathlib import Path
from runpy import run_path
from typing import TYPE_CHECKING

import django
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.test import override_settings

if TYPE_CHECKING:
    from collections.abc import Iterator

LANGUAGE = "eo"  # two forms, one and many, as English has
CUT = "…"  # a stored sentence that was too long for a list has lost its closing bracket
OPEN, CLOSE = "⟦", "⟧"
COLLECTOR = Path(__file__).resolve().parents[1] / "docs" / "words.py"
DJANGO = Path(django.__file__).parent
OF_DJANGO = ("conf", "contrib/auth", "contrib/humanize")
READ_ALOUD = frozenset({"aria-label", "title", "placeholder", "alt", "aria-description", "aria-roledescription"})
CHOICES = re.compile(r"\w+(?:,\w+)+")  # what Django's filter `yesno` is given
LETTER = re.compile(r"[^\W\d_]")


def wrapped(text: object) -> str:
    if CHOICES.fullmatch(str(text)):
        return ",".join(map(wrapped, str(text).split(",")))
    return f"{OPEN}{text}{CLOSE}"


def write_language(folder: Path) -> None:
    """Write the compiled catalogue of the language into a folder of catalogues."""
    ours = Catalog(locale=LANGUAGE)
    django_has = [(DJANGO / part / "locale/en/LC_MESSAGES/django.po").read_text("utf-8") for part in OF_DJANGO]
    for source in (*django_has, run_path(str(COLLECTOR))["catalogue"]()):
        for message in read_po(StringIO(source), locale=LANGUAGE, ignore_obsolete=True):
            if message.id:
                forms = message.id if isinstance(message.id, tuple) else (message.id,)
                said = tuple(map(wrapped, forms)) if message.pluralizable else wrapped(forms[0])
                ours.add(message.id, said, context=message.context)
    place = folder / LANGUAGE / "LC_MESSAGES"
    place.mkdir(parents=True)
    with (place / "django.mo").open("wb") as opened:
        write_mo(opened, ours)


@contextmanager
def spoken_between_brackets(folder: Path) -> Iterator[None]:
    """Let the whole desk speak the language."""
    write_language(folder)
    with override_settings(LANGUAGE_CODE=LANGUAGE, LOCALE_PATHS=[folder]):
        yield


class _Bare(HTMLParser):
    """Collects what stands outside of all brackets; a translated text may reach over several elements."""

    def __init__(self) -> None:
        super().__init__()
        self.depth, self.unread, self.found = 0, "", list[str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"script", "style"}:
            self.unread = tag
        for name, value in attrs:
            if value and (name in READ_ALOUD or (name.startswith("data-") and " " in value.strip())):
                self.found.append(_outside(value, 0)[0])

    def handle_endtag(self, tag: str) -> None:
        if tag == self.unread:
            self.unread = ""

    def handle_data(self, data: str) -> None:
        if not self.unread:
            text, depth = _outside(data, self.depth)
            self.depth = self.depth if data.rstrip().endswith(CUT) else depth
            self.found.append(text)


def _outside(text: str, depth: int) -> tuple[str, int]:
    """Return what of a text stands outside of brackets, and how many are open at its end."""
    kept = []
    for character in text:
        depth += (character == OPEN) - (character == CLOSE)
        if depth == 0 and character != CLOSE:
            kept.append(character)
        elif character == OPEN and depth == 1:
            kept.append("\0")
    return "".join(kept), depth


def bare_texts(page: str) -> list[str]:
    """Return the pieces of text with letters that a page shows or reads aloud outside of all brackets."""
    reader = _Bare()
    reader.feed(page)
    assert reader.depth == 0, page
    pieces = (piece for text in reader.found for piece in text.split("\0"))
    return [" ".join(piece.split()) for piece in pieces if LETTER.search(piece)]
