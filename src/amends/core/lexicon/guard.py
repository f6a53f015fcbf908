"""Takes back what is negated, only supposed, or about others: "not unhappy", "if you complain", "our landlord"."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from amends.core.lexicon.lists import entries

if TYPE_CHECKING:
    from collections.abc import Callable

_NEGATION_REACH = 60  # characters looked at before a phrase
_CONDITION_REACH = 120
_NEGATORS = (
    "not|no|never|without|neither|nor|hardly|nobody|none|kein|keine|keinen|keinerlei|nicht|nie|ohne|pas|jamais|sans|"
    "aucun|aucune|nunca|sin|ningun|ninguna|geen|niet|nooit|zonder|non|mai|senza|nessun|nessuna|nao|sem|nenhum|nenhuma"
)
_LINKS = (
    "a|an|any|the|at|all|been|be|being|going|to|want|wanting|wish|plan|planning|looking|intend|intending|intention|"
    "thinking|of|about|consider|considering|have|had|has|so|very|really|too|that|particularly|completely|entirely|we|"
    "are|am|is|was|were|ever|i|there|get|getting|feel|feeling|need|reason|asking|further|more|other|yet|saying|mean|"
    "meant|here|"
    "de|des|d'|du|que|la|le|una|um|uma|zu|sehr|zeer|muy|muito|molto|tres"
)
_NEGATED = re.compile(rf" (?:{_NEGATORS})(?: (?:{_LINKS})){{0,4}} $")
_SUPPOSED = re.compile(
    r" (?:if|in case|in the event|whether|unless|should (?:you|we|there|they|he|she|anyone|anything|this|it)|"
    r"were (?:you|we|there) to|wenn|falls|sofern|sollten|sollte|au cas ou|indien|mocht|mochten|qualora|en caso de|"
    r"in caso di|em caso de|caso) "
    r"|^ (?:si|se|als|s'il) ",
)
_CONSEQUENCE = re.compile(
    r"(?:[^ ]+ ){2}(?:.*? )?(?:(?:we|i) (?:will|would|shall|must|may|might|have to|have no|can only|am|are)|then) |"
    r"(?:[^ ]+ ){2}(?:.*? )?(?:werden|mussen|sehen) wir |(?:[^ ]+ ){2}(?:.*? )?(?:zullen|moeten|gaan|zijn) we ",
)
_YOU = re.compile(
    r" (?:you|your|yours|yourselves|sie|ihr|ihre|ihrem|ihren|ihrer|ihres|euch|vous|votre|vos|usted|ustedes|su|sus|"
    r"vuestro|vuestra|u|uw|jullie|je|jouw|voi|vi|vostro|vostra|vostri|vostre|voces|vos|vosso|vossa|vossos|vossas)(?!\w)",
)
_CLAUSE_END = re.compile(r"[,;:.!] ")


def is_negated(sentence: str, span: tuple[int, int]) -> bool:
    """Tell whether the words right before the phrase deny it ("no complaints", "we are not going to cancel")."""
    before = sentence[max(0, span[0] - _NEGATION_REACH) : span[0]]
    return _NEGATED.search(before) is not None


def is_supposed(sentence: str, span: tuple[int, int]) -> bool:
    """Tell whether the phrase stands in an if-clause; what follows from one ("if it recurs we will leave") is said."""
    before = sentence[max(0, span[0] - _CONDITION_REACH) : span[0]]
    clause = " " + _CLAUSE_END.split(before)[-1].lstrip(" ")
    conditions = list(_SUPPOSED.finditer(clause))
    if not conditions:
        return False
    rest = clause[conditions[-1].end() :] + sentence[span[0] : span[1]] + " "
    return _CONSEQUENCE.match(rest) is None


def is_about_others(sentence: str, span: tuple[int, int]) -> bool:  # noqa: ARG001  (all guards are called alike)
    """Tell whether the sentence is about a landlord, a courier, a former supplier …, and speaks of no "you"."""
    return _others().search(sentence) is not None and _YOU.search(sentence) is None


@cache
def _others() -> re.Pattern[str]:
    return re.compile(" (?:" + "|".join(map(re.escape, entries("others.txt"))) + r")(?!\w)")


GUARDS: dict[str, Callable[[str, tuple[int, int]], bool]] = {
    "negated": is_negated,
    "supposed": is_supposed,
    "others": is_about_others,
}
