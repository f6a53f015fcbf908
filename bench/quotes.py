"""How well and how fast quotes and signatures are told from the writer's own words, beside three libraries from PyPI.

    python -m venv build/quotes && build/quotes/bin/pip install -r bench/requirements-quotes.txt
    PYTHONPATH=src build/quotes/bin/python bench/quotes.py

It prints Markdown. The mails are the test fixtures of two open-source projects in AMENDS_DATA; `quotes_expected.jsonl`
holds, for each that a reader could judge, a few words of what has to stay (`own`), of what was quoted (`quoted`) and of
signature, footer and "Sent from my phone" (`ending`). A mail counts as right when all its words are there, or gone.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import subprocess
import sys
import tarfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from amends.core.text import written_now

if TYPE_CHECKING:
    from collections.abc import Callable

FIXTURES = Path(os.environ.get("AMENDS_DATA", "../shared/data")) / "mail_quote_signature"
EXPECTED = Path(__file__).with_name("quotes_expected.jsonl")
ARCHIVES = {"crisp": "email-reply-parser.tar.gz", "github": "email_reply_parser.tar.gz"}
TIMEOUT = 10.0  # seconds for one hostile text
MEASURED_FOR = 2.0  # seconds of repetition behind "mails a second"
HOSTILE_SIZE = 100_000  # characters
LANGUAGES = ["en", "de", "cs", "da", "es", "fr", "it", "ja", "ko", "nl", "pl", "sv", "zh"]
HOSTILE = {
    "a line of `>`": ">",
    "empty lines": "\n",
    "one line of `On `": "On ",
    "lines of `On `": "On \n",
    "lines of `From: `": "From: \n",
    "a line of `-`": "-",
    "spaces": " ",
    "lines of `> `": "> \n",
    "`On … wrote` without end": "On Tue, 3 Mar 2026 Nora wrote ",
    "lines of `x: `": "Sent: x\nTo: x\n",
}


def ours(text: str) -> str:
    """Run the splitter of this project."""
    return written_now(text).text


def mail_parser_reply(text: str) -> str:
    """Run mail-parser-reply with every language it knows."""
    parser: Any = importlib.import_module("mailparser_reply").EmailReplyParser
    return str(parser(languages=LANGUAGES).parse_reply(text=text))


def email_reply_parser(text: str) -> str:
    """Run email-reply-parser."""
    parser: Any = importlib.import_module("email_reply_parser").EmailReplyParser
    return str(parser.parse_reply(text))


def quotequail(text: str) -> str:
    """Run quotequail and join the parts that it shows."""
    library: Any = importlib.import_module("quotequail")
    return "\n".join(part for is_shown, part in library.quote(text, quote_intro_line=True) if is_shown)


LIBRARIES: dict[str, Callable[[str], str]] = {
    "Amends": ours,
    "mail-parser-reply": mail_parser_reply,
    "email-reply-parser": email_reply_parser,
    "quotequail": quotequail,
}


def fixtures() -> dict[str, str]:
    """Read the fixtures, by project and name."""
    texts: dict[str, str] = {}
    for project, archive in ARCHIVES.items():
        with tarfile.open(FIXTURES / archive) as tar:
            for member in tar:
                opened = tar.extractfile(member) if member.name.endswith(".txt") else None
                if opened:
                    texts[f"{project}/{Path(member.name).name}"] = opened.read().decode("utf-8", "replace")
    return texts


def quality(split: Callable[[str], str], texts: dict[str, str]) -> dict[str, tuple[int, int]]:
    """Count the mails done right and the mails that could be, for each of own, quoted and ending."""
    counts = {"own": (0, 0), "quoted": (0, 0), "ending": (0, 0)}
    for line in EXPECTED.read_text(encoding="utf-8").splitlines():
        expected = json.loads(line)
        kept = " ".join(split(texts[expected["file"]]).split())
        for kind, (right, asked) in counts.items():
            fragments = expected[kind]
            if fragments:
                is_right = all((fragment in kept) == (kind == "own") for fragment in fragments)
                counts[kind] = (right + is_right, asked + 1)
    return counts


def mails_a_second(split: Callable[[str], str], texts: dict[str, str]) -> float:
    """Mails a second over the fixtures, repeated until the clock is steady."""
    done = 0
    begun = time.perf_counter()
    while time.perf_counter() - begun < MEASURED_FOR:
        for text in texts.values():
            split(text)
        done += len(texts)
    return done / (time.perf_counter() - begun)


def hostile_seconds(library: str, case: str) -> float | None:
    """Seconds for one hostile text in a process of its own; None when it was stopped."""
    command = [sys.executable, __file__, "--library", library, "--case", case]
    try:
        ran = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT + 1, check=False)
    except subprocess.TimeoutExpired:
        return None
    return float(ran.stdout) if ran.returncode == 0 else None


def run_hostile(library: str, case: str) -> None:
    """Split one hostile text and print the seconds it took."""
    text = HOSTILE[case] * (HOSTILE_SIZE // len(HOSTILE[case]))
    LIBRARIES[library]("On 3 March.")
    begun = time.perf_counter()
    LIBRARIES[library](text)
    print(time.perf_counter() - begun)


def print_tables() -> None:
    """Print the table of quality and speed, and the table of hostile texts."""
    texts = fixtures()
    print(
        "| | own words kept | quotes removed | signatures and footers removed | mails a second |\n|---|--:|--:|--:|--:|"
    )
    for name, split in LIBRARIES.items():
        counts = quality(split, texts)
        cells = " | ".join(f"{right} of {asked}" for right, asked in counts.values())
        print(f"| {name} | {cells} | {mails_a_second(split, texts):,.0f} |")
    print(f"\n| {HOSTILE_SIZE:,} characters of | {' | '.join(LIBRARIES)} |\n|---|{'--:|' * len(LIBRARIES)}")
    for case in HOSTILE:
        taken = [hostile_seconds(name, case) for name in LIBRARIES]
        cells = " | ".join("over 10 s" if seconds is None else f"{seconds:.3f} s" for seconds in taken)
        print(f"| {case} | {cells} |")


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--library", choices=LIBRARIES)
    arguments.add_argument("--case", choices=HOSTILE)
    chosen = arguments.parse_args()
    if chosen.library:
        run_hostile(chosen.library, chosen.case)
    else:
        print_tables()
