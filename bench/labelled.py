"""Precision and recall of hearing on the labelled client sentences: `python bench/labelled.py`.

Counts messages, not sentences: a rule is right where it is heard anywhere in a message that carries its label. Prints
no sentence, so that the test half stays unseen.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from amends.core.language import UNHAPPY_FROM, Rule, hear

if TYPE_CHECKING:
    from collections.abc import Iterator

LABELLED = Path(__file__).parent.parent / "tests" / "labelled"
HALVES = ("dev", "test")


def main() -> None:
    """Print one table for both halves."""
    counts = {half: count(half) for half in HALVES}
    print("| rule | " + " | ".join(f"{half}: precision | recall | labelled" for half in HALVES) + " |")
    print("|---|" + "---:|---:|---:|" * len(HALVES))
    for name in [*(rule.value for rule in Rule if rule is not Rule.UNHAPPY), "all rules", "unhappy"]:
        print(f"| {name} | " + " | ".join(figures(counts[half], name) for half in HALVES) + " |")


def count(half: str) -> Counter[tuple[str, str]]:
    """Count what was rightly heard, wrongly heard and missed, by rule."""
    counted: Counter[tuple[str, str]] = Counter()
    for text, labels, is_unhappy in messages(half):
        heard = hear(text)
        said = {finding.rule.value for finding in heard.findings} - {Rule.UNHAPPY.value}
        for kind, names in (("right", said & labels), ("wrong", said - labels), ("missed", labels - said)):
            counted.update({(name, kind): 1 for name in names})
            counted["all rules", kind] += len(names)
        sounds_unhappy = heard.unhappy >= UNHAPPY_FROM
        if sounds_unhappy or is_unhappy:
            counted[
                "unhappy", "right" if sounds_unhappy and is_unhappy else "wrong" if sounds_unhappy else "missed"
            ] += 1
    return counted


def messages(half: str) -> Iterator[tuple[str, set[str], bool]]:
    """Yield the text, the labels and the mood of each message."""
    for line in (LABELLED / f"client_sentences_{half}.jsonl").read_text(encoding="utf-8").splitlines():
        message = json.loads(line)
        yield message["text"], set(message["labels"]), message["unhappy"]


def figures(counts: Counter[tuple[str, str]], name: str) -> str:
    """Return the three cells of a rule."""
    right, wrong, missed = (counts[name, kind] for kind in ("right", "wrong", "missed"))
    precision = f"{right / (right + wrong):.2f}" if right + wrong else "–"
    return f"{precision} | {right / max(1, right + missed):.2f} | {right + missed}"


if __name__ == "__main__":
    main()
