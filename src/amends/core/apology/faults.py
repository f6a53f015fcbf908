"""Which of the phrases found are faults in this draft: each section of the lists says what must hold for it.

Gates: `apologetic` the draft says sorry or takes responsibility; `irresponsible` it takes none; `businesslike` it
speaks of work, or is apologetic; `no_how` it does not say what will be different; `no_date` it names no day.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from amends.core.apology.finder import touches
from amends.core.apology.rules import Fault, Part, Rule, why
from amends.core.wording import say

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from amends.core.apology.book import Book
    from amends.core.apology.finder import Found, Reading
    from amends.core.apology.parts import Parts

_ORDER = {rule.value: place for place, rule in enumerate(Rule)}
_LIMITS = frozenset({Rule.DENIAL.value, Rule.ADMISSION.value})
_INTENT = "defensive.intent"
_DISOWNED = "disowned"  # "I did not mean it. That does not matter."
_DISOWNED_WITHIN = 2  # sentences (judgement)
_NEAR = 15  # sentences: a "sorry" farther away is about something else (judgement; letters of apology are shorter)
_APOLOGETIC = frozenset({"apologetic"})
_PROMISED = "over_promise.promise"
_BUSINESSLIKE, _VAGUE = "businesslike", "vague"
_SHORT = 20  # sentences; in a longer text "we should have …" alone makes no apology (judgement)
_OWNS = frozenset({"responsibility"})
# An apology spoilt is one all the same.
_SAYS_SORRY = frozenset(
    {
        "regret",
        "conditional",
        "conditional.any",
        "their_feelings",
        "their_feelings.nouns",
        "their_feelings.sad",
        "apology_but",
    }
)
_DATED = re.compile(
    r"(?<!\w)(?:today|tonight|tomorrow|(?:mon|tues|wednes|thurs|fri|satur|sun)day|jan(?:uary)?|feb(?:ruary)?|march|april|"
    r"may \d|june|july|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?|noon|midnight|"
    r"(?:this|next|end of|within|in|by) (?:the |an? |one |two |three |\d{1,3} )?(?:days?|weeks?|month|hours?|half)"
    r"|\d{1,2}(?::\d\d)? ?(?:am|pm)|\d{1,2}[./]\d{1,2}|\d{1,2}(?:st|nd|rd|th))(?!\w)"
)
_CLAUSE = "clause"
_REST = re.compile(
    r"[^,;:.!?()\u2013\u2014\u2026]{0,160}?(?=[,;:.!?()\u2013\u2014\u2026]|\s(?:but|and|so|because|while|or)\s|\Z)"
)
_FIRST_PERSON = re.compile(r"(?<!\w)(i|my|me|we|our|us)(?!\w)")
_ONE = frozenset({"i", "my", "me"})


@dataclass(frozen=True, slots=True)
class Holds:
    """What holds for the draft: gates open everywhere, and the sentences near which "apologetic" is."""

    gates: frozenset[str]
    apologetic: frozenset[int]

    def for_(self, hit: Found) -> frozenset[str]:
        """Return the gates that are open at a place."""
        near = any(abs(hit.sentence - number) <= _NEAR for number in self.apologetic)
        return self.gates | _APOLOGETIC if near else self.gates


def holds_of(reading: Reading, found: Sequence[Found], parts: Parts) -> Holds:
    """Return what holds for a draft."""
    sections = {hit.section for hit in found}
    proof = _SAYS_SORRY | _OWNS if len(reading.spans) <= _SHORT else _SAYS_SORRY
    sorry = frozenset(hit.sentence for hit in found if hit.section in proof)
    is_so = {
        "irresponsible": Part.RESPONSIBILITY not in parts,
        "businesslike": bool(sorry) or _BUSINESSLIKE in sections,
        "no_how": not _says_how(found),
        "no_date": _PROMISED in sections and not _DATED.search(reading.joined),
    }
    return Holds(frozenset(gate for gate, is_open in is_so.items() if is_open), sorry)


def _says_how(found: Sequence[Found]) -> bool:
    """Tell whether a change is named in words that are not vague."""
    vague = [(hit.start, hit.end) for hit in found if hit.section == _VAGUE]
    changes = [(hit.start, hit.end) for hit in found if hit.section == Part.CHANGE]
    return any(not any(touches(change, other) for other in vague) for change in changes)


def faults_of(
    reading: Reading, found: Sequence[Found], known: Book, *, holds: Holds, limits: Collection[str] = ()
) -> tuple[Fault, ...]:
    """Return the faults in the order of the text; where two share words, the one that stands first in `Rule`.

    `limits` names the sections of the stance that are looked at.
    """
    disowned = {hit.sentence for hit in found if hit.section == _DISOWNED}
    standing = [
        _shown(reading, hit, known)
        for hit in found
        if _stands(hit, known, holds, limits) and not _is_disowned(hit, disowned)
    ]
    kept: list[Found] = []
    for hit in sorted(standing, key=lambda hit: (_ORDER[_rule(hit)], hit.start - hit.end)):
        if not any(touches((hit.start, hit.end), (other.start, other.end)) for other in kept):
            kept.append(hit)
    kept.sort(key=lambda hit: hit.start)
    words = _words_for(reading) if kept else {}
    return tuple(_fault(reading.text, hit, known.sections[hit.section].better, words) for hit in kept)


def _rule(hit: Found) -> str:
    return hit.section.partition(".")[0]


def _stands(hit: Found, known: Book, holds: Holds, limits: Collection[str]) -> bool:
    rule = _rule(hit)
    if rule not in _ORDER or (rule in _LIMITS and rule not in limits):
        return False
    return known.sections[hit.section].gates - {_CLAUSE} <= holds.for_(hit)


def _is_disowned(hit: Found, disowned: set[int]) -> bool:
    near = range(hit.sentence, hit.sentence + _DISOWNED_WITHIN + 1)
    return hit.section == _INTENT and not disowned.isdisjoint(near)


def _words_for(reading: Reading) -> dict[str, str]:
    """Return who speaks, for the better wording: "I" where the draft says it more often than "we"."""
    said = _FIRST_PERSON.findall(reading.joined)
    me = sum(map(_ONE.__contains__, said))
    return {"we": "I" if me * 2 > len(said) else "we"}


def _shown(reading: Reading, hit: Found, known: Book) -> Found:
    """Return the phrase with the rest of its clause where its section asks for it: what is marked can be replaced."""
    if _CLAUSE not in known.sections[hit.section].gates:
        return hit
    _, end = reading.place(*reading.spans[hit.sentence])
    rest = _REST.match(reading.text, hit.end, end)
    return replace(hit, end=hit.end + len(rest[0].rstrip())) if rest else hit


def _fault(text: str, hit: Found, better: str, words: dict[str, str]) -> Fault:
    quote = text[hit.start : hit.end]
    better = better.replace("{we}", words["we"])
    if quote[:1].isupper():
        better = better[:1].upper() + better[1:]
    return Fault(Rule(_rule(hit)), hit.start, hit.end, quote, say(why(hit.section)), better)
