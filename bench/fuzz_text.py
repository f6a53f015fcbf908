"""Coverage-guided fuzzing of the splitter of mails and of sentences.

    python -m venv build/fuzz && build/fuzz/bin/pip install atheris
    PYTHONPATH=src build/fuzz/bin/python bench/fuzz_text.py -max_total_time=60

It stops at the first text for which a kept character is not found where `Written.at` says, a sentence is empty, too
long or out of order, or anything raises.
"""

from __future__ import annotations

import importlib
import sys
from itertools import pairwise
from typing import Any

atheris: Any = importlib.import_module("atheris")
with atheris.instrument_imports():
    from amends.core.text import LONGEST_SENTENCE, sentences, written_now

PIECES = (
    *(
        "\n",
        "> ",
        "On Tue, 3 Mar 2026 at 09:40, ",
        "Nora <n@a.example> ",
        "wrote:",
        "From: ",
        "Sent: ",
        "To: ",
        "Subject: ",
    ),
    *(
        "-----Original Message-----",
        "-- ",
        "_____",
        "Best regards,",
        "Thanks",
        "Sent from my iPhone",
        "P.S. ",
        "| ",
        "NQ> ",
    ),
    *(
        "-----BEGIN PGP SIGNATURE-----",
        "BEGIN:VCARD",
        "This e-mail and any attachments ",
        "intended recipient",
        "To\n",
        ". ",
    ),
)


def try_one(seed: bytes) -> None:
    """Read one text made of pieces of mails and of arbitrary characters."""
    provider = atheris.FuzzedDataProvider(seed)
    parts = []
    while provider.remaining_bytes():
        chosen = provider.ConsumeIntInRange(0, len(PIECES))
        parts.append(PIECES[chosen] if chosen < len(PIECES) else provider.ConsumeUnicodeNoSurrogates(8))
    check("".join(parts))


def check(mail: str) -> None:
    """Raise AssertionError where a promise of the module is broken."""
    written = written_now(mail)
    starts = [begins for begins, _ in written.pieces]
    between = {start - back for start in starts[1:] for back in (1, 2)}
    for offset, character in enumerate(written.text):
        if offset not in between and mail[written.at(offset)] != character:
            raise AssertionError(offset, mail)
    spans = sentences(mail)
    if not all(0 < end - start <= LONGEST_SENTENCE for start, end in spans):
        raise AssertionError(spans, mail)
    if not all(first[1] <= second[0] for first, second in pairwise(spans)):
        raise AssertionError(spans, mail)


if __name__ == "__main__":
    atheris.Setup(sys.argv, try_one)
    atheris.Fuzz()
