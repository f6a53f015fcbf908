"""Reads the phrase lists: the files of the package, or what was compiled from them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING

from amends.core.lexicon.fold import plain
from amends.core.lexicon.phrase import Part, PhraseError, compile_phrase, compile_slot

if TYPE_CHECKING:
    from collections.abc import Iterable
    from importlib.resources.abc import Traversable

RULES = ("complaint", "exit", "chaser", "escalation", "remedy", "leaving", "dispute", "praise", "thanks")
SAY, NOT, NEVER = "say", "not", "never"  # says it; takes back a phrase it touches; takes back the rule in its sentence

_PREFIXES = (("-- ", NEVER), ("- ", NOT))
_COMPILED = "compiled.json"


@dataclass(frozen=True, slots=True)
class Listed:
    """One compiled phrase (`phrase.Phrase`) and the list it stands in; `regex` is empty where `literals` are all."""

    rule: str
    kind: str
    regex: str
    needs: tuple[frozenset[str], ...]
    literals: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lists:
    """All phrases, and the guards (`guard.py`) that each rule asks for."""

    phrases: tuple[Listed, ...]
    guards: dict[str, tuple[str, ...]]


def compiled_lists() -> Lists:
    """Return the lists as `bench/build_lexicon.py` compiled them, which takes a tenth of the time."""
    content = json.loads(_folder().joinpath(_COMPILED).read_text(encoding="ascii"))
    words = [frozenset(need) for need in content["words"]]
    phrases = tuple(
        Listed(rule, kind, regex, tuple(words[place] for place in places), tuple(literals))
        for rule, kind, regex, places, literals in content["phrases"]
    )
    return Lists(phrases, {rule: tuple(names) for rule, names in content["guards"].items()})


def compiled_text(lists: Lists) -> str:
    """Return the content of the compiled file for `lists`; each set of words is written once."""
    words: dict[frozenset[str], int] = {}
    phrases = [
        [each.rule, each.kind, each.regex, [words.setdefault(need, len(words)) for need in each.needs], each.literals]
        for each in lists.phrases
    ]
    content = {"guards": lists.guards, "words": [sorted(need) for need in words], "phrases": phrases}
    return json.dumps(content, separators=(",", ":")) + "\n"


def read_lists() -> Lists:
    """Compile the lists from their files; raises PhraseError with the line that is wrong."""
    slots = read_slots(entries("slots.txt"))
    phrases = []
    guards: dict[str, tuple[str, ...]] = {}
    for rule in RULES:
        guards[rule] = ()
        for line in entries(f"{rule}.txt"):
            if line.startswith("@"):
                guards[rule] = tuple(line[1:].split())
            else:
                phrases.append(_listed(rule, line, slots))
    return Lists(tuple(phrases), guards)


def _listed(rule: str, line: str, slots: dict[str, Part]) -> Listed:
    kind = SAY
    for prefix, its_kind in _PREFIXES:
        if line.startswith(prefix):
            line, kind = line.removeprefix(prefix), its_kind
            break
    phrase = compile_phrase(line, slots)
    literals = phrase.literals if kind == SAY else ()
    return Listed(rule, kind, "" if literals else phrase.regex, phrase.needs, literals)


def read_slots(lines: Iterable[str]) -> dict[str, Part]:
    """Compile slots, written `name = words|words`; each may use those before it."""
    slots: dict[str, Part] = {}
    for line in lines:
        name, equals, meaning = line.partition(" = ")
        if not equals:
            raise PhraseError(f"a slot is written `name = words|words`: {line}")
        slots[name] = compile_slot(meaning, slots)
    return slots


def entries(name: str) -> list[str]:
    """Return the entries of the list in the file `name`."""
    return entries_in(_folder().joinpath("phrases", name).read_text(encoding="utf-8"))


def entries_in(text: str) -> list[str]:
    """Return the entries of a list, folded: no comments, and a line that begins with a space goes on with the last."""
    found: list[str] = []
    for line in plain(text).splitlines():
        content = line.partition("#")[0].rstrip()
        if content.startswith(" ") and found:
            found[-1] += content.strip()
        elif content:
            found.append(content)
    return found


def _folder() -> Traversable:
    return files("amends.core.lexicon")
