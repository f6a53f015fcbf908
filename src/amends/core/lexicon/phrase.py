"""Compiles one line of a phrase list: to a regular expression, and to the words that must be there at all.

A phrase is written as it is read::

    <we> are [still|now] waiting for ..3 (answer|reply)

`(a|b)` one of them, `[a|b]` may be left out, `<name>` a slot of `slots.txt`, `..3` up to three words between, `~3` the
same without a comma among them, `^` at the start of the sentence, `$` at its end, `?` the sentence is a question.
Phrases are folded (`fold.py`) like the text they are looked for in.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import chain, product
from math import fsum, prod

_TOKEN = re.compile(r"<([^<>]{1,40})>|(\.\.|~)(\d{1,2})|([()\[\]|^$?])|([^\s()\[\]|<>^$?]+)")
_GAP = {"..": "[^ ]", "~": "[^ ,;:]"}  # what the words of a gap are made of
_BETWEEN = "[,:;]? "
_WORD_ENDS = r"(?!\w)"
_MOST_LITERALS = 60  # strings of one sequence that are spelled out
MOST_NEEDS = 3  # sets of words that are looked up before an expression is tried
# How often a word is met, guessed by its length (each letter makes it rarer by this factor), and the lengths that words
# count as which are met far more often than that.
_RARER = 1.8
_FREQUENT_LETTERS = 1.5
_FREQUENT = frozenset(
    """a an and are as at be been by can could did do does for from had has have he her his how i if in is it its may me
    my no not of on or our please she should so than that the their them there they this to up us was we were what when
    which who will with would you your still again now any all more am get need know just out back one time day week
    de la le les des du un une et en que qui pas ne nous vous est der die das und ist nicht wir sie ich ein eine zu mit
    den von el los las y se es por con para o os as um uma nao il lo gli una che non di per het een van niet wij ik u
    op te""".split(),  # noqa: SIM905  (a list of words reads better as words)
)


class PhraseError(ValueError):
    """A phrase list holds a line that cannot be compiled."""


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a phrase: its expression, and the strings it can be (None where they are open or too many)."""

    regex: str
    literals: tuple[str, ...] | None
    needs: tuple[frozenset[str], ...]  # of each set, one word is in every text that matches
    may_miss: bool = False


@dataclass(frozen=True, slots=True)
class Phrase:
    """One compiled phrase.

    A word of each set of `needs`, the rarest set first, is in every sentence in which `regex` matches. `literals` are
    all strings the phrase can be, where it is just a list of them.
    """

    regex: str
    needs: tuple[frozenset[str], ...]
    literals: tuple[str, ...] = ()


def compile_phrase(line: str, slots: dict[str, Part]) -> Phrase:
    """Compile one line; raises PhraseError where it is malformed or holds no word to look for."""
    tokens = _tokens(line)
    starts, ends = " ", _WORD_ENDS
    if tokens and tokens[-1][3] == "^":
        tokens.pop()
        starts = "^ "
    if tokens and tokens[0][3] in {"$", "?"}:
        ends = r"(?=[ .,;:!]*$)" if tokens[0][3] == "$" else r"(?!\w)(?=[^?]{0,200}\?)"
        del tokens[0]
    part = _alternatives(tokens, slots, line)
    if tokens:
        raise PhraseError(f"unexpected {tokens[-1][3]} in phrase: {line}")
    literals = part.literals if part.literals and (starts, ends) == (" ", _WORD_ENDS) else ()
    needs = tuple(sorted(part.needs, key=_by_frequency)[:MOST_NEEDS])
    return Phrase(f"{starts}{part.regex}{ends}", needs, literals)


def compile_slot(line: str, slots: dict[str, Part]) -> Part:
    """Compile the alternatives of one slot, which may use slots defined before it."""
    return _alternatives(_tokens(line), slots, line)


def words_in(text: str) -> list[str]:
    """Return the words of a folded text, apostrophes inside them included."""
    return _WORD.findall(text)


_WORD = re.compile(r"\w+(?:'\w+)?")
_Token = tuple[str | None, ...]


def _tokens(line: str) -> list[_Token]:
    """Return the tokens of a line, the last one first."""
    return [match.groups() for match in _TOKEN.finditer(line)][::-1]


def _alternatives(tokens: list[_Token], slots: dict[str, Part], line: str) -> Part:
    """Read sequences parted by `|` up to a closing bracket or the end."""
    parts = [_sequence(tokens, slots, line)]
    while tokens and tokens[-1][3] == "|":
        tokens.pop()
        parts.append(_sequence(tokens, slots, line))
    if len(parts) == 1:
        return parts[0]
    literals = None
    if all(part.literals for part in parts):
        literals = tuple(chain.from_iterable(part.literals or () for part in parts))
    rarest = [min(part.needs, key=_by_frequency) for part in parts]
    return Part("(?:" + "|".join(part.regex for part in parts) + ")", literals, (frozenset().union(*rarest),))


def _sequence(tokens: list[_Token], slots: dict[str, Part], line: str) -> Part:
    """Read pieces that follow each other."""
    parts: list[Part] = []
    while tokens and tokens[-1][3] not in {"|", ")", "]"}:
        parts.append(_piece(tokens, slots, line))
    while parts and parts[-1].may_miss:  # what may be missing at the end changes nothing
        parts.pop()
    if not any(part.needs for part in parts):
        raise PhraseError(f"no word to look for in phrase: {line}")
    regex = "".join([part.regex if part.may_miss else part.regex + _BETWEEN for part in parts[:-1]])
    return Part(regex + parts[-1].regex, _literals(parts), tuple(chain.from_iterable(part.needs for part in parts)))


def _piece(tokens: list[_Token], slots: dict[str, Part], line: str) -> Part:
    """Read one word, slot, gap or bracket."""
    slot, gap, most, sign, word = tokens.pop()
    if slot is not None:
        if slot not in slots:
            raise PhraseError(f"no slot <{slot}> for phrase: {line}")
        return slots[slot]
    if gap is not None:
        return Part(f"(?:{_GAP[gap]}{{1,40}} ){{0,{most}}}", None, (), may_miss=True)
    if word is not None:
        return Part(re.escape(word), (word,), tuple(frozenset([each]) for each in words_in(word)))
    if sign not in {"(", "["}:
        raise PhraseError(f"unexpected {sign} in phrase: {line}")
    inner = _alternatives(tokens, slots, line)
    if not tokens or tokens.pop()[3] != {"(": ")", "[": "]"}[sign]:
        raise PhraseError(f"bracket not closed in phrase: {line}")
    return inner if sign == "(" else Part(f"(?:{inner.regex}{_BETWEEN})?", None, (), may_miss=True)


def _literals(parts: list[Part]) -> tuple[str, ...] | None:
    """Return every string the parts can be together, or None where that is open or too many."""
    choices = [part.literals or () for part in parts]
    if not 0 < prod(map(len, choices)) <= max(_MOST_LITERALS, *map(len, choices)):
        return None
    return tuple(" ".join(choice) for choice in product(*choices))


def rarest_word(text: str) -> str:
    """Return the word of a folded text that is met least often in mail."""
    return min(words_in(text), key=lambda word: (_frequency(word), word))


def _by_frequency(words: frozenset[str]) -> tuple[float, list[str]]:
    """Sort sets of words by how often one of them is met, the same on every machine."""
    return fsum(map(_frequency, words)), sorted(words)


def _frequency(word: str) -> float:
    """Estimate how often a word is met in mail: long and unusual words are rare."""
    return float(_RARER ** -(_FREQUENT_LETTERS if word in _FREQUENT else len(word)))
