"""The ordinary days: orders, rosters, hours, invoices, visits and small talk between a client and the firm."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from amends.sources.sample.cast import read_firm
from amends.sources.sample.chance import Chance, Deck
from amends.sources.sample.clock import BEGIN, NOW, at_hour, is_working, later
from amends.sources.sample.letter import Letter
from amends.sources.sample.phrase import Step, crew, fill, read_book, slots

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from amends.sources.sample.cast import Client, Turn, Writer
    from amends.sources.sample.phrase import Kind

OUR_HOURS = 1.2  # the firm's usual answer, working hours, well within the four agreed
SPREAD = (0.15, 0.3, 0.45, 0.6, 0.8, 1.0, 1.2, 1.5, 1.9, 2.6)  # answers around their median: many quick, a few slow
JITTER = (0.75, 1.25)  # steady clients write at steady intervals
SECOND_PERSON = 0.35  # conversations that somebody other than the main contact has
COPIED = 0.15  # conversations with a colleague of theirs in cc
GREETS_FIRST, GREETS_LATER = 0.92, 0.6  # first mails and answers that begin with a greeting
THANKS, CLOSES = 0.6, 0.8  # mails that end with thanks, and how many of the others with a closing
CHATS = 0.25  # how often there is small talk where it fits
SECOND_THOUGHT = 0.5  # how often a list marked "?" is drawn
BUSY = (0.05, 0.75)  # conversations begin in this part of a working day
DAYS_A_WEEK = 7
LAST_WORD = Step("us", ("acknowledge",), chance=0.0)  # where the client's last mail asked for something


@dataclass(frozen=True, slots=True)
class Talk:
    """What stays the same through one conversation."""

    kind: Kind
    ours: Writer
    theirs: Writer
    copied: tuple[Writer, ...]
    words: dict[str, str]
    subject: str


def ordinary_letters(client: Client, seed: int, scale: float) -> Iterator[Letter]:
    """Yield the ordinary mail of one client; `scale` multiplies how many conversations there are."""
    return Ordinary(client, seed, scale).letters()


class Ordinary:
    """The ordinary mail of one client; the same seed gives the same mail, whatever other clients do."""

    def __init__(self, client: Client, seed: int, scale: float) -> None:
        self._client = client
        self._scale = scale
        self._chance = Chance(seed, client.key)
        self._deck = Deck(self._chance)
        self._book = read_book(client.phrases)
        self._crew = crew(client, self._chance)

    def letters(self) -> Iterator[Letter]:
        """Yield every mail, conversation by conversation; none runs past the end or into a pause."""
        for on in self._days():
            kind = self._next_kind()
            if self._has_faded(kind, on):
                continue
            letters = list(self._conversation(kind, _opening_day(kind, on)))
            if letters[-1].at < NOW and not any(self._is_paused(letter.at.date()) for letter in letters):
                yield from letters

    def _is_paused(self, on: date) -> bool:
        return any(first <= on <= last for first, last in self._client.pauses)

    def _turned(self, on: date) -> Turn | None:
        """Return the change in this client's habits if it has come by a day."""
        turn = self._client.turn
        return turn if turn and on >= turn.since else None

    def _days(self) -> Iterator[date]:
        """Yield the days on which a conversation begins."""
        day = self._chance.between(0, DAYS_A_WEEK / max(self._client.weekly, 1 / DAYS_A_WEEK))
        while (on := BEGIN + timedelta(days=int(day))) < NOW.date():
            turn = self._turned(on)
            weekly = self._client.weekly * self._scale * (turn.weekly if turn else 1)
            if not weekly:
                return
            yield on
            day += DAYS_A_WEEK / weekly * self._chance.between(*JITTER)

    def _next_kind(self) -> Kind:
        kinds = [kind for kind in self._book.kinds if kind.name not in self._client.without]
        return self._deck.draw("kind", [kind for kind in kinds for _ in range(kind.weight)])

    def _has_faded(self, kind: Kind, on: date) -> bool:
        """Whether this is one of the conversations that the client no longer begins."""
        turn = self._turned(on)
        return turn is not None and kind.starts == "client" and not self._chance.happens(turn.starts)

    def _talk(self, kind: Kind, on: date) -> Talk:
        client, people = self._client, read_firm().people
        second = len(client.people) > 1 and self._chance.happens(SECOND_PERSON)
        theirs = self._chance.pick(client.people[1:]) if second else client.people[0]
        ours = people[kind.writer or client.cared_for_by]
        words = slots(client, self._chance, on, self._crew)
        mates = [person.first for person in client.people if person != theirs] or [self._crew[-1].split()[0]]
        words["mate"] = self._chance.pick(mates)
        words["colleague"] = self._chance.pick([one.first for one in people.values() if one != ours])
        copied = tuple(person for person in client.people if person != theirs and self._chance.happens(COPIED))
        subject = fill(self._deck.draw(f"{kind.name} subject", kind.subjects), words)
        return Talk(kind, ours, theirs, copied, words, subject)

    def _conversation(self, kind: Kind, on: date) -> Iterator[Letter]:
        """Yield the mails of one conversation; a request of the client's never stays without an answer."""
        talk = self._talk(kind, on)
        before: Letter | None = None
        for step in (*kind.steps, LAST_WORD):
            is_owed = step.by == "us" and before is not None and self._asks(before)
            if is_owed or before is None or self._chance.happens(step.chance):
                before = self._letter(talk, step, on, before)
                yield before

    def _asks(self, letter: Letter) -> bool:
        text = letter.text.lower()
        return not letter.sender.is_ours and any(mark in text for mark in self._book.manner["asks"])

    def _letter(self, talk: Talk, step: Step, on: date, before: Letter | None) -> Letter:
        sender, to = (talk.ours, talk.theirs) if step.by == "us" else (talk.theirs, talk.ours)
        at = self._answered_at(sender, before) if before else self._begun_at(sender, on)
        subject = f"{_reply_mark(sender)} {talk.subject}" if before else talk.subject
        if self._is_terse(sender, at):
            text = self._terse(talk, before)
        else:
            text = self._dressed(self._said(talk, step), sender, to, is_first=before is None)
        return Letter(at, sender, (to,), subject, text, cc=talk.copied, answers=before)

    def _begun_at(self, sender: Writer, on: date) -> datetime:
        opens, closes = sender.day
        return at_hour(on, opens + (closes - opens) * self._chance.between(*BUSY))

    def _answered_at(self, sender: Writer, before: Letter) -> datetime:
        turn = self._turned(before.at.date())
        usual = OUR_HOURS if sender.is_ours else self._client.reply_hours * (turn.slower if turn else 1)
        return later(before.at, usual * self._deck.draw(f"delay, ours: {sender.is_ours}", SPREAD), sender.day)

    def _is_terse(self, sender: Writer, at: datetime) -> bool:
        turn = self._turned(at.date())
        return turn is not None and turn.terse and not sender.is_ours

    def _terse(self, talk: Talk, before: Letter | None) -> str:
        name = "terse_reply" if before else "terse_start"
        return fill(self._deck.draw(name, self._book.manner[name]), talk.words)

    def _said(self, talk: Talk, step: Step) -> str:
        """Return a sentence from each list of the step."""
        names = [name for name in step.says if not name.endswith("?") or self._chance.happens(_share(name))]
        return " ".join(self._sentence(talk, name.rstrip("?")) for name in names)

    def _sentence(self, talk: Talk, name: str) -> str:
        if name in self._book.manner:
            return self._deck.draw(name, self._book.manner[name])
        return fill(self._deck.draw(f"{talk.kind.name} {name}", talk.kind.say[name]), talk.words)

    def _dressed(self, said: str, sender: Writer, to: Writer, *, is_first: bool) -> str:
        """Return what is said with a greeting and an ending, as often as people write them."""
        manner = self._book.manner
        blocks = [said]
        if self._chance.happens(GREETS_FIRST if is_first else GREETS_LATER):
            blocks.insert(0, self._deck.draw(f"greet {sender.key}", manner["greet"]).format(to=to.first))
        if self._chance.happens(THANKS):
            blocks.append(f"{self._deck.draw('thank', manner['thank'])}\n{sender.first}")
        elif self._chance.happens(CLOSES):
            blocks.append(f"{self._deck.draw('close', manner['close'])}\n{sender.first}")
        else:
            blocks.append(sender.first)
        return "\n\n".join(blocks)


def _opening_day(kind: Kind, on: date) -> date:
    """Return the first day from `on` on which such a conversation begins."""
    while not is_working(on) or on.weekday() not in kind.weekdays:
        on += timedelta(days=1)
    return on


def _share(name: str) -> float:
    return CHATS if name == "chat?" else SECOND_THOUGHT


def _reply_mark(sender: Writer) -> str:
    return {"de": "AW:", "fr": "RE :"}.get(sender.language, "Re:") if sender.manner != "gmail" else "Re:"
