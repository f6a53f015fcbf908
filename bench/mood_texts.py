"""The texts that the judgement may learn from: four public corpora, a part of the Apache mail, and our own sentences.

Only corpora whose licence lets a trained model be shipped are read here. Nothing here uses the product's own mail
reader or sentence splitter, so that a better reader never changes the model.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import re
import tarfile
from dataclasses import dataclass
from email import message_from_bytes
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import Message

HERE = Path(__file__).resolve().parent
OWN = HERE / "mood"
CORPORA = Path(os.environ.get("AMENDS_DATA", HERE.parent.parent / "shared" / "data"))

GRADED = {  # how unhappy with somebody each emotion of GoEmotions is
    "annoyance": 1.0,
    "disappointment": 1.0,
    "anger": 0.9,
    "disapproval": 0.8,
    "disgust": 0.7,
    "sadness": 0.4,
    "confusion": 0.3,
    "embarrassment": 0.3,
}
STRANGERS = 0.55  # anger on a public forum is rarely with the reader's firm, so it counts this much
TOXIC = 0.3  # a toxic comment in an issue tracker
FILLED = 24  # sentences made of every frame
LEARNED_FROM = ("maven-dev-2017-11", "maven_duplicates", "commits_ponymail", "asterix-dev")  # the other lists measure
SHORTEST = 9  # characters: shorter pieces of mail say nothing
LONGEST = 400  # characters of one piece
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n\s*\n")
_SLOT = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Text:
    """One training text: its target (1 is unhappy with the reader), the weight of that target, and what it is."""

    text: str
    target: float
    weight: float
    kind: str


def rows(name: str) -> Iterator[dict[str, Any]]:
    """Read one corpus of the measuring folder, row by row."""
    with gzip.open(CORPORA / name / "data.jsonl.gz", "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def own_lines(name: str) -> list[str]:
    """Read one of our own files: a text a line, comments and empty lines left out."""
    lines = (OWN / name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def filled(name: str) -> list[str]:
    """Fill every frame of a file `FILLED` times; a hash of the frame chooses the fillers, so the choice never moves."""
    fillers = {slot: tuple(map(str.strip, told.split("|"))) for slot, told in _slots()}
    made = (_fill(frame, number, fillers) for frame in own_lines(name) for number in range(FILLED))
    return list(dict.fromkeys(made))


def _slots() -> Iterator[tuple[str, str]]:
    for line in own_lines("slots.txt"):
        slot, _, told = line.partition(":")
        yield slot, told


def _fill(frame: str, number: int, fillers: dict[str, tuple[str, ...]]) -> str:
    text = frame
    for place, slot in enumerate(_SLOT.findall(frame)):
        choices = fillers[slot]
        digest = hashlib.sha256(f"{frame}|{number}|{place}".encode()).digest()
        text = text.replace(f"{{{slot}}}", choices[int.from_bytes(digest[:6], "big") % len(choices)], 1)
    return text[:1].upper() + text[1:] if frame.startswith("{") else text


def own_texts() -> Iterator[Text]:
    """Our own complaints and ordinary texts: the lines themselves, and the filled frames at a third of their weight."""
    for name, target in (("complaints.txt", 1.0), ("ordinary.txt", 0.0)):
        yield from (Text(text, target, 3.0, "line") for text in own_lines(name))
    for name, target in (("frames_unhappy.txt", 1.0), ("frames_ordinary.txt", 0.0)):
        yield from (Text(text, target, 1.0, "frame") for text in filled(name))


def corpus_texts() -> Iterator[Text]:
    """Texts of the corpora with what their labels say about unhappiness; GoEmotions without its test part."""
    for row in rows("goemotions"):
        if row["split"] != "test":
            yield Text(row["text"], STRANGERS * max(GRADED.get(label, 0.0) for label in row["labels"]), 1.0, "forum")
    for number, row in enumerate(rows("strudel_issue_toxicity")):
        if not is_held_out(number):
            yield Text(row["text"], TOXIC * (row["toxic"] == "y"), 0.5, "issue")
    for number, row in enumerate(rows("email_intent")):
        if not is_held_out(number):
            yield Text(row["text"], 0.0, 0.75, "intent")
    for number, row in enumerate(rows("receptiveness")):
        if not is_held_out(number):
            yield from (Text(piece, 0.0, 0.15, "debate") for piece in pieces(row["text"]))


def is_held_out(number: int) -> bool:
    """Every fifth row of a corpus without a test part is kept for measuring."""
    return number % 5 == 4


def mail_texts() -> Iterator[Text]:
    """Sentences of the ordinary list mail that may be learned from."""
    for mail in list_mail(learned_from=True):
        yield from (Text(piece, 0.0, 1.0, "mail") for piece in pieces(mail))


def texts() -> list[Text]:
    """Every training text once, in an order that depends on nothing but the texts."""
    found: dict[str, Text] = {}
    for text in (*own_texts(), *corpus_texts(), *mail_texts()):
        found.setdefault(text.text, text)
    return [found[key] for key in sorted(found)]


def pieces(text: str) -> list[str]:
    """Sentences of a text, roughly: to learn from, not to quote."""
    found = (" ".join(piece.split())[:LONGEST] for piece in _SENTENCE_END.split(text))
    return [piece for piece in found if len(piece) >= SHORTEST]


def list_mail(*, learned_from: bool) -> list[str]:
    """Plain text of the Apache list mails, the writer's own lines only: those to learn from, or those to measure."""
    found: dict[str, None] = {}
    with tarfile.open(CORPORA / "mail_apache_lists" / "incubator-ponymail-unit-tests.tar.gz") as archive:
        for member in sorted(archive.getmembers(), key=lambda member: member.name):
            if member.name.endswith(".mbox") and learned_from == any(part in member.name for part in LEARNED_FROM):
                content = archive.extractfile(member)
                raw = content.read() if content else b""
                found.update(dict.fromkeys(map(_own_lines_of, re.split(rb"^From [^\n]*\n", raw, flags=re.MULTILINE))))
    return [text for text in found if text]


def _own_lines_of(raw: bytes) -> str:
    """Keep the plain part of a mail, without quoted lines and without what follows a signature mark."""
    message = message_from_bytes(raw)
    part = next((part for part in message.walk() if part.get_content_type() == "text/plain"), None)
    text = _decoded(part).replace("\r\n", "\n") if part is not None else ""
    written = re.split(r"^(?:-- ?|-{5,}.*)$", text, maxsplit=1, flags=re.MULTILINE)[0]
    kept = (line for line in written.split("\n") if not line.startswith(">") and not line.endswith("wrote:"))
    return "\n".join(kept).strip()


def _decoded(part: Message) -> str:
    content = part.get_payload(decode=True)
    return content.decode("utf-8", "replace") if isinstance(content, bytes) else ""
