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
    """Return each sentence folded: it starts and ends with a space, and single spaces part its words.

    Punctuation at the end of words stays; dashes, slashes, brackets and double quotes become spaces. Linear in the
    length of the text.
    """
    folded = "\n".join([sentence.replace("\n", " ") for sentence in sentences])
    folded = plain(folded).translate(_TO_SPACE)
    if "'" in folded:
        for short, written in _CONTRACTIONS:
            folded = folded.replace(short, written)
    return [_spaced(line.split()) for line in folded.split("\n")]


def words_of(folded: Sequence[str]) -> list[list[str]]:
    """Return the words of each folded sentence, without the punctuation around them."""
    return [line.split() for line in "\n".join(folded).translate(_NO_PUNCTUATION).replace("' ", " ").split("\n")]


def _spaced(words: list[str]) -> str:
    """Join words, writing out those that lost their apostrophe."""
    if not _SHORT.isdisjoint(words):
        words = [_WRITTEN_OUT.get(word, word) for word in words]
    return f" {' '.join(words)} "


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
