"""Folds sentences to one spelling: lower case, straight quotes, no accents, nothing contracted, single spaces."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

# Typographic signs that would otherwise make an English text non-ASCII and miss the fast path below.
_TYPOGRAPHY = (
    ("\u2019", "'"), ("\u2018", "'"), ("\u02bc", "'"), ("\u00b4", "'"), ("`", "'"), ("\u201c", " "), ("\u201d", " "),
    ("\u201e", " "), ("\u00ab", " "), ("\u00bb", " "), ("\u2013", " "), ("\u2014", " "), ("\u2011", " "),
    ("\u2026", " "), ("\u2022", " "), ("\u00a0", " "), ("\u202f", " "),
)  # fmt: skip
_TO_SPACE = str.maketrans(dict.fromkeys('()[]{}"/\\*_<>|-~#+=^¿¡', " "))
_NO_PUNCTUATION = str.maketrans(dict.fromkeys(".,:;!?@&%$", " "))
_CONTRACTIONS = (
    ("won't", "will not"), ("can't", "can not"), ("shan't", "shall not"), ("n't", " not"), ("'re ", " are "),
    ("'ve ", " have "), ("'ll ", " will "), ("'d ", " would "), ("i'm ", "i am "), ("it's", "it is"),
    ("that's", "that is"), ("there's", "there is"), ("what's", "what is"), ("here's", "here is"), ("he's", "he is"),
)  # fmt: skip
_WRITTEN_OUT = {
    "cannot": "can not", "dont": "do not", "doesnt": "does not", "didnt": "did not", "cant": "can not",
    "wont": "will not", "havent": "have not", "hasnt": "has not", "hadnt": "had not", "isnt": "is not",
    "arent": "are not", "wasnt": "was not", "werent": "were not", "couldnt": "could not", "wouldnt": "would not",
    "shouldnt": "should not", "im": "i am", "ive": "i have", "weve": "we have", "youre": "you are",
    "youve": "you have", "theyre": "they are", "thats": "that is", "pls": "please", "plz": "please",
    "thx": "thanks", "thanx": "thanks", "ur": "your",
}  # fmt: skip
_SHORT = frozenset(_WRITTEN_OUT)


def _without_accents() -> dict[int, str]:
    """Map each accented Latin letter to its first plain letter, one for one."""
    plain = {}
    for code in range(0xC0, 0x250):
        first = unicodedata.normalize("NFKD", chr(code).lower())[0]
        plain[code] = first
    return plain


_ACCENTS = _without_accents()
_COMBINING = dict.fromkeys(range(0x300, 0x370))


def fold(sentences: Sequence[str]) -> list[str]:
    """Return each sentence folded, its words not yet parted by single spaces (`spaced`).

    Punctuation at the end of words stays; dashes, slashes, brackets and double quotes become spaces. Linear in the
    length of the text.
    """
    folded = "\n".join([sentence.replace("\n", " ") for sentence in sentences])
    folded = plain(folded).translate(_TO_SPACE)
    if "'" in folded:
        folded = folded.replace("\n", " \n ") + " "
        for short, written in _CONTRACTIONS:
            folded = folded.replace(short, written)
    return folded.split("\n")


def words_of(folded: Sequence[str]) -> list[list[str]]:
    """Return the words of each folded sentence, written out and without the punctuation around them."""
    lines = "\n".join(folded).translate(_NO_PUNCTUATION)
    if "'" in lines:
        lines = lines.replace("' ", " ")
    return [_written_out(line.split()) for line in lines.split("\n")]


def spaced(folded: str) -> str:
    """Return a folded sentence with single spaces between its words, before the first and after the last."""
    return f" {' '.join(_written_out(folded.split()))} "


def _written_out(words: list[str]) -> list[str]:
    """Write out the words that lost their apostrophe."""
    if _SHORT.isdisjoint(words):
        return words
    return " ".join([_WRITTEN_OUT.get(word, word) for word in words]).split()


def plain(text: str) -> str:
    """Return `text` in lower case, without accents and with straight quotes."""
    lower = text.lower()
    return lower if lower.isascii() else _to_ascii(lower)


def _to_ascii(text: str) -> str:
    """Replace typographic signs, then accents where any letter beyond ASCII is left."""
    for sign, plain in _TYPOGRAPHY:
        text = text.replace(sign, plain)
    if text.isascii():
        return text
    return text.translate(_COMBINING).translate(_ACCENTS)
