"""Compiles the phrase lists into the file that the package reads: `python bench/build_lexicon.py` after each change."""

from __future__ import annotations

from pathlib import Path

from amends.core import lexicon
from amends.core.lexicon.lists import compiled_text, read_lists


def main() -> None:
    """Write `compiled.json` beside the lists."""
    lists = read_lists()
    target = Path(lexicon.__path__[0]) / "compiled.json"
    target.write_text(compiled_text(lists), encoding="ascii")
    words = {word for listed in lists.phrases for word in listed.needs[0]}
    print(f"{len(lists.phrases)} phrases, {len(words)} words looked for, {target.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
