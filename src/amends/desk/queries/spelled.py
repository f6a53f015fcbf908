"""How somebody is written in what others wrote: what an erasure finds in a text, and what it leaves alone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from amends.desk.models import Message

if TYPE_CHECKING:
    from collections.abc import Iterable

    from amends.desk.models import Person

SHORTEST_NAME = 3  # letters; shorter ones are initials, or parts of many names ("Le", "Jo"); judgement
FEWEST_DIGITS = 7  # of a phone number that is nobody else's extension or price; judgement
# First and last names that are English words, days or months as well: capitalised at the beginning of a sentence
# they are no name, so alone they stay. From the lists of common names; what a client writes small is left, too.
WORDS_TOO = frozenset(
    """
    abbey able amber angel april archer art ash august autumn baker banks barber barker basil bay beach bean bell
    berry best bill bird bishop black blaze blue bond booth bowman boy branch brand brandy bridge bridges bright brook
    brooks brown buck bud burn burns bush butcher butler cable candy carpenter carter case cash chance chandler
    charity chase chip christian church clay cliff close cold cole con cook cooper cope cotton craft crane crest cross
    crow crystal curt dale dan dawn day days deacon dean december dell destiny dick dollar dolly don dot drew duke
    earl east ember eve ever fair faith february fern field fields finch fisher fleet flint flood flower flowers ford
    forest forester foster fox francs frank free freeman french friday frost fuller gardener garland garner gay gene
    german gift glass glen gold golden good grace grant grass gray green grey guy hale hall ham hand hank hardy
    harmony harry hart harvest haven hawk hay hazel head heath heather heaven herb hill hills holiday holly home hood
    hook hooks hope house hunt hunter ice iris ivy jack jade january jasmine jay jet jewel jewels john joy joyce july
    june justice key keys king kings knight lake lamb lance land lane lark law leaf lee level lily lime link little
    lock long lord love low lucky mac major man march mark marks marsh marshal marshall mason master masters matt max
    may meadow melody mercy merry mike mild miles mill miller mills miner mint misty monday moon moor morning moss
    mount myrtle nelson new newman nick night noble norm norman north november oak oaks october olive opal page paige
    pain park parks parson parsons patience patsy patty pearl peg penny pepper perry pick pike piper pitt place plant
    pole pool poole poor poppy porter post potter pound power powers price pride priest prince prior pry quick rain
    ralph ransom raven ray read red reed reef reeves regal rich rick rider ridge rip river rivers rob robin rock rocky
    rod rose rosemary rowan royal ruby rush russet rusty sage sailor salt sand sands sandy saturday savage scarlet
    self september sexton shade sharp shepherd shore short silver singer skinner sky slater small smart smith snow
    south sparks speed spring star stark starr steel stella sterling stern stone storm story stout street strong sue
    summer summers sunday sunny swan sweet tab tad tailor tanner taylor teal temple thursday tiffany tiger tim timber
    tom tommy town trade travers trinity true tucker tuesday turner vale van velvet verity vic victor victory viola
    violet wade wager walker wall ward ware waters way weaver webb wednesday weeks well wells west wheeler white wild
    wilder will willow wills win wind winter wise wolf wood woods worth wren wright young
    """.split()  # noqa: SIM905  (a page of words reads better than a page of quotes)
)


@dataclass(frozen=True, slots=True)
class Spelled:
    """What stands for somebody: in every text (`whole`, `addresses`, `phone`), alone (`parts`), or is left alone."""

    whole: str
    addresses: tuple[str, ...]
    phone: str
    parts: tuple[str, ...]
    left: tuple[str, ...]

    @property
    def everywhere(self) -> tuple[str, ...]:
        """Return all that is replaced, as the page says it."""
        return tuple(filter(None, (self.whole, *self.parts, *self.addresses, self.phone)))

    def pattern(self) -> re.Pattern[str] | None:
        """Return what finds them in a text; None where there is nothing to look for."""
        wanted = [f"(?i:{re.escape(address)})" for address in sorted(self.addresses, key=len, reverse=True)]
        wanted += [*self._names(), *self._numbers()]
        return re.compile(rf"(?<!\w)(?:{'|'.join(wanted)})(?!\w)") if wanted else None

    def _names(self) -> Iterable[str]:
        """Yield the whole name, also turned round, and then its parts as they are written."""
        words = self.whole.split()
        if len(words) > 1:
            turned = [" ".join((f"{words[-1]},", *words[:-1])), self.whole]
            cased = turned if self.parts else [*turned, *(one.upper() for one in turned)]  # "it will long be"
            told = "|".join(r"\s+".join(map(re.escape, one.split())) for one in cased)
            yield f"(?i:{told})" if self.parts else told
        yield from map(re.escape, sorted(self.parts, key=len, reverse=True))

    def _numbers(self) -> Iterable[str]:
        digits = re.findall(r"\d", self.phone)
        if len(digits) >= FEWEST_DIGITS:
            yield r"\+?" + r"[\s().\-/]*".join(digits)


def spelled(person: Person) -> Spelled:
    """Return how somebody is written. A part of a name alone counts only where it can be nothing else.

    Not a word, a day or a month (`WORDS_TOO`), not short, capitalised, and nowhere written small by this client.
    """
    parts = dict.fromkeys(re.findall(r"[^\W\d_]+", person.name))
    names = [part for part in parts if _is_a_name(person, part)]
    return Spelled(
        whole=" ".join(person.name.split()) if len(parts) > 1 or names else "",
        addresses=tuple(person.addresses.order_by("address").values_list("address", flat=True)),
        phone=person.phone,
        parts=tuple(names),
        left=tuple(part for part in parts if part not in names),
    )


def _is_a_name(person: Person, part: str) -> bool:
    small = part.lower()
    if len(part) < SHORTEST_NAME or part == small or small in WORDS_TOO:
        return False
    written_small = re.compile(rf"(?<![\w@.-]){re.escape(small)}(?![\w@-]|\.\w)")  # not in an address
    texts = Message.objects.filter(client=person.client_id, from_us=False, text__contains=small)
    return not any(written_small.search(text) for text in texts.values_list("text", flat=True).iterator())
