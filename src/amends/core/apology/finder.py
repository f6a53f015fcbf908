"""Finds the phrases of a draft, each with its place: `text[start:end]` of the text as given is what was found."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from amends.core.apology.book import book
from amends.core.lexicon.fold import fold, spaced, words_of
from amends.core.text import sentences, written_now

if TYPE_CHECKING:
    from collections.abc import Iterator

    from amends.core.apology.book import Book, Line
    from amends.core.text import Written

Span = tuple[int, int]
# What the fold makes a space of, so that what stands between two of these becomes whole words.
_CHUNK = re.compile(r"""[^\s()\[\]{}"/\\*_<>|~#+=^¿¡\-\u2011\u2013\u2014\u2026\u2022\u201c-\u201e\u00ab\u00bb]+""")
_EDGES = ".,:;!?'\u2018\u2019"
_MOST_SPANS = 40  # of one section in one sentence that are weighed: no person writes more, and the cost stays linear


@dataclass(frozen=True, slots=True)
class Found:
    """One phrase of a section, in the sentence with that number; `start` and `end` are places in the text."""

    section: str
    sentence: int
    start: int
    end: int


@dataclass(slots=True)
class Reading:
    """A draft, and its writer's own words cut into sentences: where each stands in them, folded, and its words."""

    text: str
    own: Written
    spans: list[Span]
    folded: list[str]
    listed: list[list[str]]
    _places: dict[int, list[Span]] = field(default_factory=dict)

    @property
    def joined(self) -> str:
        """All of it folded, the sentences parted by " . " so that no phrase crosses them."""
        return " . ".join([spaced(line) for line in self.folded])

    def place(self, start: int, end: int) -> Span:
        """Return where `own.text[start:end]`, which must not be empty, stands in the text."""
        return self.own.at(start), self.own.at(end - 1) + 1

    def place_in(self, number: int, sentence: str, span: Span) -> Span:
        """Return where a span of the folded sentence of that number stands in the text, without the marks around it."""
        first, last = sentence.count(" ", 0, span[0]) - 1, sentence.count(" ", 0, span[1]) - 1
        begins, ends = self.spans[number]
        if self.own.text[begins:ends].lower() == sentence[1:-1]:  # nothing was folded but capitals
            return self.place(begins + span[0] - 1, begins + span[1] - 1)
        words = self._places.get(number)
        if words is None:
            words = self._places[number] = _places(self.own.text, self.spans[number])
        begin, stop = words[first][0], words[last][1]
        quote = self.own.text[begin:stop]
        begin += len(quote) - len(quote.lstrip(_EDGES))
        return self.place(begin, stop - (len(quote) - len(quote.rstrip(_EDGES))))

    def found(self, language: str) -> list[Found]:
        """Find every phrase of a language, in the order of the text; linear in its length."""
        known = book(language)
        hits: list[Found] = []
        for number, words in enumerate(self.listed):
            hits.extend(self._in_sentence(number, frozenset(words), known))
        return sorted(hits, key=lambda hit: (hit.start, -hit.end, hit.section))

    def _in_sentence(self, number: int, words: frozenset[str], known: Book) -> Iterator[Found]:
        sentence = ""
        by_section: dict[str, list[Span]] = {}
        for line in known.near(words):
            sentence = sentence or spaced(self.folded[number])
            spans = line.spans(sentence)
            if spans:
                by_section.setdefault(line.section, []).extend(spans)
        for name, spans in by_section.items():
            for span in _kept(known, name, spans[:_MOST_SPANS], (sentence, words)):
                yield Found(name, number, *self.place_in(number, sentence, span))


def read(text: str) -> Reading:
    """Cut the writer's own words in a text into sentences and fold them."""
    own = written_now(text)
    spans = sentences(own.text)
    folded = fold([own.text[start:end] for start, end in spans]) if spans else []
    return Reading(text, own, spans, folded, words_of(folded) if spans else [])


def _places(text: str, span: Span) -> list[Span]:
    """Return the span of the chunk that each folded word of one sentence came from, in order."""
    chunks = [match.span() for match in _CHUNK.finditer(text, *span)]
    told = fold([text[start:end] for start, end in chunks])
    return [chunk for chunk, folded in zip(chunks, told, strict=False) for _ in spaced(folded).split()]


def _may_stand(line: Line, words: frozenset[str]) -> bool:
    return not any(map(words.isdisjoint, line.needs))


def _kept(known: Book, name: str, spans: list[Span], sentence: tuple[str, frozenset[str]]) -> list[Span]:
    """Return the spans of a section that nothing takes back, joined where they overlap."""
    section = known.sections[name]
    folded, words = sentence
    if any(_may_stand(line, words) and line.spans(folded) for line in section.sentence):
        return []
    against = [span for line in section.touched if _may_stand(line, words) for span in line.spans(folded)]
    return joined([span for span in spans if not any(touches(span, other) for other in against)])


def joined(spans: list[Span]) -> list[Span]:
    """Return the spans with those that overlap made one, in order."""
    whole: list[Span] = []
    for start, end in sorted(spans):
        if whole and start < whole[-1][1]:
            whole[-1] = (whole[-1][0], max(whole[-1][1], end))
        else:
            whole.append((start, end))
    return whole


def touches(one: Span, other: Span) -> bool:
    """Tell whether two spans share a place."""
    return one[0] < other[1] and other[0] < one[1]
