"""How a checked draft is shown: the letter with its numbered marks, a card for each, the six parts, the questions."""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from amends.core.apology import QUESTIONS, Part, Rule, gaps_of, is_cut, signs_of, weighty, with_better
from amends.core.wording import say
from amends.web.wording import counted

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from django.utils.functional import _StrPromise

    from amends.core.apology import Checked, Fault

ADVICE = re.compile(r"\([^,;:()]*(?:, or|;|:) ([^()]*)\)")  # what else a better wording says that takes words out
KEY_LENGTH = 10  # hexadecimal digits: enough to tell the marks of one draft apart (judgement)
HEADINGS: dict[Rule, _StrPromise] = {
    Rule.FIRM: gettext_lazy("Not how your firm says it"),
    Rule.CONDITIONAL: gettext_lazy("The “if” takes the sorry back"),
    Rule.THEIR_FEELINGS: gettext_lazy("This is sorry for their feelings"),
    Rule.APOLOGY_BUT: gettext_lazy("The “but” takes the sorry back"),
    Rule.CONTEMPT: gettext_lazy("This is aimed at them"),
    Rule.ALWAYS_NEVER: gettext_lazy("This judges them"),
    Rule.BLAME_CLIENT: gettext_lazy("This hands them the blame"),
    Rule.DEFENSIVE: gettext_lazy("This explains before it owns"),
    Rule.BLAME_THIRD: gettext_lazy("This hands the blame on"),
    Rule.AGENTLESS: gettext_lazy("Nobody did it"),
    Rule.MINIMISE: gettext_lazy("This makes it small"),
    Rule.CONDESCEND: gettext_lazy("This talks down"),
    Rule.OVER_PROMISE: gettext_lazy("A promise you can’t keep"),
    Rule.FANFARE: gettext_lazy("This praises the repair"),
    Rule.SOOTHER: gettext_lazy("Every letter says this"),
    Rule.DENIAL: gettext_lazy("This denies what is true"),
    Rule.ADMISSION: gettext_lazy("Not on record yet"),
}
SHADES = {  # which of three marks; the number and the heading say it, too
    **dict.fromkeys((Rule.CONDESCEND, Rule.MINIMISE, Rule.SOOTHER, Rule.FANFARE, Rule.FIRM), "b"),
    **dict.fromkeys((Rule.OVER_PROMISE, Rule.ADMISSION, Rule.DENIAL), "c"),
}
PARTS: dict[Part, _StrPromise] = {
    Part.RESPONSIBILITY: gettext_lazy("Takes the responsibility"),
    Part.REPAIR: gettext_lazy("Puts right what can be put right"),
    Part.REGRET: gettext_lazy("Says sorry, with no “if”"),
    Part.EXPLANATION: gettext_lazy("Says what happened"),
    Part.CHANGE: gettext_lazy("Says what will change"),
    Part.FORGIVENESS: gettext_lazy("Asks for forgiveness (may be left out)"),
    Part.EMPATHY: gettext_lazy("Says what it did to them"),
}
SIX = tuple(part for part in PARTS if part is not Part.EMPATHY)
READS: dict[str, _StrPromise] = {
    "open": gettext_lazy("It reads as open to how they see it."),
    "neutral": gettext_lazy("It reads as neither open nor closed to how they see it."),
    "closed": gettext_lazy("It reads as closed to how they see it."),
}


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of the draft: `number` of its mark (0: none), the mark's shade, and the end of a part's words."""

    text: str
    number: int = 0
    shade: str = ""
    is_part: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """One mark: what, why, and what could stand there instead; `key` names it as long as its words stay."""

    number: int
    key: str
    heading: str
    why: str
    quote: str
    better: str
    advice: str
    is_cut: bool


@dataclass(frozen=True, slots=True)
class PartLine:
    """One part of an apology: where it was found, or what is asked instead. Never called missing."""

    name: str
    title: str
    quote: str
    asks: str


@dataclass(frozen=True, slots=True)
class Shown:
    """Everything that a page shows of one checked draft."""

    title: str
    is_checked: bool
    pieces: Sequence[Piece] = ()
    cards: Sequence[Card] = ()
    parts: Sequence[PartLine] = ()
    found: int = 0
    questions: Sequence[str] = ()
    hints: Sequence[str] = ()
    notes: Sequence[str] = ()
    reads: str = ""
    opens: Sequence[str] = ()
    closes: Sequence[str] = ()
    gaps: Sequence[str] = ()


def shown_of(text: str, checked: Checked, *, left: Collection[str] = (), reader: str = "") -> Shown:
    """Return what is shown of a draft; `left` are the marks that its writer leaves alone, `reader` is who reads it."""
    if not checked.is_checked:
        return Shown(checked.notes[0], is_checked=False, pieces=[Piece(text)])
    faults = [(key, fault) for key, fault in keyed(checked.faults) if key not in left]
    signs = signs_of(text, checked.language)
    reads = READS[checked.openness.reads] if checked.openness else ""
    parts = list(_parts(text, checked))
    return Shown(
        title(len(faults), reader),
        is_checked=True,
        pieces=list(_pieces(text, faults, checked)),
        cards=[_card(number, key, fault) for number, (key, fault) in enumerate(faults, start=1)],
        parts=parts,
        found=sum(bool(part.quote) for part in parts),
        questions=checked.questions[len(checked.asked) :],
        hints=list(dict.fromkeys(hint.says for hint in checked.hints)),
        notes=checked.notes,
        reads=str(reads),
        opens=_words(text[sign.start : sign.end] for sign in signs if sign.weight > 0),
        closes=_words(text[sign.start : sign.end] for sign in signs if sign.weight < 0),
        gaps=gaps_of(text),
    )


def title(number: int, reader: str = "") -> str:
    """Say how many places there are to look at again; a draft without one is not called good."""
    if not number:
        return _("No place found to look at again. That alone makes no good letter: the questions below are yours.")
    told = {"count": str(counted(number)).capitalize(), "name": reader}
    if reader:
        one = "%(count)s place to look at again before %(name)s reads this."
        return ngettext(one, "%(count)s places to look at again before %(name)s reads this.", number) % told
    return (
        ngettext(
            "%(count)s place to look at again before you send this.",
            "%(count)s places to look at again before you send this.",
            number,
        )
        % told
    )


def keyed(faults: Sequence[Fault]) -> list[tuple[str, Fault]]:
    """Return each fault with a key that stays the same while its words do, wherever they move to."""
    seen: dict[str, int] = {}
    found = []
    for fault in faults:
        told = f"{fault.rule.value} {fault.quote}"
        seen[told] = seen.get(told, 0) + 1
        found.append((sha256(f"{told} {seen[told]}".encode()).hexdigest()[:KEY_LENGTH], fault))
    return found


def used(text: str, checked: Checked, key: str) -> str:
    """Return the draft with the better wording of one mark in its place; as it was where that mark is gone."""
    fault = dict(keyed(checked.faults)).get(key)
    return with_better(text, fault, weighty(checked.parts)) if fault else text


def _card(number: int, key: str, fault: Fault) -> Card:
    cut, heading = is_cut(fault.better), str(HEADINGS[fault.rule])
    more = ADVICE.fullmatch(fault.better) if cut else None
    return Card(
        number=number,
        key=key,
        heading=heading,
        why=fault.why.removeprefix(f"{heading}. "),
        quote=" ".join(fault.quote.split()),
        better="" if cut else fault.better,
        advice=f"{more[1][:1].upper()}{more[1][1:]}." if more else "",
        is_cut=cut,
    )


def _parts(text: str, checked: Checked) -> Iterator[PartLine]:
    """Yield the parts that are looked for, the weightiest first."""
    for part, name in PARTS.items():
        spans = checked.parts.get(part)
        if part is Part.EMPATHY and part not in checked.asked:
            continue  # it is asked for where a process failed, and none of the six
        if spans:
            yield PartLine(part.value, str(name), " ".join(text[spans[0][0] : spans[0][1]].split()), "")
        else:
            yield PartLine(part.value, str(name), "", say(QUESTIONS[part]))


def _pieces(text: str, faults: Sequence[tuple[str, Fault]], checked: Checked) -> Iterator[Piece]:
    """Yield the draft in pieces: marks with their number, words of a found part, and what is neither."""
    part_spans = [span for part, spans in checked.parts.items() if part in PARTS for span in spans]
    edges = {0, len(text), *(edge for span in part_spans for edge in span)}
    for _key, fault in faults:
        edges = {edge for edge in edges if not fault.start < edge < fault.end} | {fault.start, fault.end}
    numbers = {fault.start: (number, fault) for number, (_key, fault) in enumerate(faults, start=1)}
    for start, end in pairwise(sorted(edges)):
        if start in numbers:
            number, fault = numbers[start]
            yield Piece(text[start:end], number, SHADES.get(fault.rule, "a"))
        elif start < end:
            yield Piece(text[start:end], is_part=any(first <= start and end <= last for first, last in part_spans))


def _words(found: Iterator[str]) -> list[str]:
    told = {" ".join(one.split()).lower(): " ".join(one.split()) for one in found}
    return list(told.values())
