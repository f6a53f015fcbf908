"""Write src/amends/locale/amends.pot, every text that can be translated; `--check` only says whether it is up to date.

Where a text stands is told by its file alone, without a line, and nothing is dated: the page changes with the texts.
"""

from __future__ import annotations

import re
import sys
import tomllib
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.pofile import write_po
from django.utils.translation.template import templatize

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = Path(__file__).resolve().parent.parent / "src" / "amends"
TEMPLATE = PACKAGE / "locale" / "amends.pot"
ENGLISH = ("cli", "sources")  # the offline commands, and the sample mailbox, are English
SHOWN = Path("sources/listing")  # what is wrong with a row of a list is read on a page
KEYWORDS = DEFAULT_KEYWORDS | {
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    # src/amends/core/wording.py
    "say": None,
    "later": None,
    "plural": (1, 2),
    "counted": (2, 3),
}
CALL = re.compile(r"""\b(?:_|n?p?gettext)\((?:[^()"']|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')*\)""")
HEADER = r"""# Every text of Amends that can be translated. docs/words.py writes this file: edit the program.
# docs/developer/translate.md says how to add a language.
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\n"

"""


def catalogue() -> str:
    """Return the whole file."""
    found = Catalog(charset="utf-8")
    for path in sorted(PACKAGE.rglob("*")):
        where = path.relative_to(PACKAGE)
        is_shown = where.parts[0] not in ENGLISH or where.is_relative_to(SHOWN)
        if is_shown and "migrations" not in where.parts:
            for text, comments, context in _texts(path):
                found.add(text, locations=[(where.as_posix(), 0)], auto_comments=comments, context=context)
    written = BytesIO()
    write_po(written, found, sort_output=True, include_lineno=False, omit_header=True, width=120)
    return HEADER + written.getvalue().decode()


def _texts(path: Path) -> Iterator[tuple[str | tuple[str, ...], list[str], str | None]]:
    """Yield the texts of a file, each with what is told to the translator and its context."""
    if path.parent.name == "playbooks" and path.suffix == ".toml":
        for book in tomllib.loads(path.read_text("utf-8")).values():
            yield from ((play[part], [], None) for play in book["action"] for part in ("what", "measure"))
        return
    if path.suffix == ".py":
        source = path.read_text("utf-8")
    elif path.suffix in {".html", ".txt"} and "templates" in path.parts:
        source = "\n".join(CALL.findall(templatize(path.read_text("utf-8"), origin=path.name)))
    else:
        return
    given = BytesIO(source.encode())
    for _, text, comments, context in extract("python", given, KEYWORDS, ["Translators:"], {"encoding": "utf-8"}):
        yield text, comments, context


def main() -> None:
    """Write the file, or exit with 1 and a sentence where it is not what the program says."""
    words = catalogue()
    if "--check" not in sys.argv:
        TEMPLATE.parent.mkdir(exist_ok=True)
        TEMPLATE.write_text(words, "utf-8")
        print(f"Wrote {TEMPLATE}.")
    elif not TEMPLATE.exists() or TEMPLATE.read_text("utf-8") != words:
        sys.exit(f"{TEMPLATE} is not what the program says. Run: make words")


if __name__ == "__main__":
    main()
