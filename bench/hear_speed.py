"""How many mails a second are heard on one core: `python bench/hear_speed.py [MBOX...]`.

Hears texts of 900 characters made of the labelled development sentences (dense with findings), and of the mails of an
mbox where one is given (ordinary mail). Prints the whole pipeline and its parts, and what loading costs.
"""

from __future__ import annotations

import json
import mailbox
import resource
import sys
from itertools import cycle
from pathlib import Path
from time import process_time
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Given = TypeVar("Given")
LABELLED = Path(__file__).parent.parent / "tests" / "labelled" / "client_sentences_dev.jsonl"
LENGTH = 900  # characters of one mail
MAILS = 400
ROUNDS = 9  # the fastest round counts: a busy machine only ever adds time


def main(paths: Sequence[str]) -> None:
    """Print a table."""
    from amends.core import language, lexicon, mood, text  # noqa: PLC0415  (what loading costs is measured)

    before, started = peak_kilobytes(), process_time()
    lexicon.find(["any update?"])
    print(f"lexicon: loaded in {1000 * (process_time() - started):.0f} ms, {peak_kilobytes() - before:,} kB")
    started = process_time()
    mood.judge(["any update?"])
    print(f"mood: loaded in {1000 * (process_time() - started):.0f} ms")
    for name, mails in [("dense with findings", dense_mails()), *((path, mails_of(path)) for path in paths)]:
        split = [[mail[start:end] for start, end in text.sentences(mail)] for mail in mails]
        print(f"\n{name}: {len(mails)} mails of {LENGTH} characters")
        print(f"  hear       {rate(language.hear, mails):8,.0f} a second")
        print(f"  sentences  {rate(text.sentences, mails):8,.0f}")
        print(f"  lexicon    {rate(lexicon.find, split):8,.0f}")
        print(f"  mood       {rate(mood.judge, split):8,.0f}")
    print(f"\npeak memory {peak_kilobytes() / 1000:,.0f} MB")


def rate(work: Callable[[Given], object], given: Sequence[Given]) -> float:
    """Return how many are done in a second of processor time, in the fastest of ROUNDS."""
    fastest = float("inf")
    for _ in range(ROUNDS):
        started = process_time()
        for each in given:
            work(each)
        fastest = min(fastest, process_time() - started)
    return len(given) / fastest


def dense_mails() -> list[str]:
    """Join labelled messages, in their order, to mails of LENGTH characters."""
    messages = cycle([json.loads(line)["text"] for line in LABELLED.read_text(encoding="utf-8").splitlines()])
    mails = []
    for _ in range(MAILS):
        mail = ""
        while len(mail) < LENGTH:
            mail += next(messages) + " "
        mails.append(mail[:LENGTH])
    return mails


def mails_of(path: str) -> list[str]:
    """Return the beginnings of the plain mails of an mbox that are long enough."""
    mails = []
    for message in mailbox.mbox(path):
        body = message.get_payload(decode=True)
        if isinstance(body, bytes) and len(body) >= LENGTH:
            mails.append(body.decode("latin-1").replace("\r\n", "\n")[:LENGTH])
    return mails[:MAILS]


def peak_kilobytes() -> int:
    """Return the highest memory of this process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    main(sys.argv[1:])
