"""The ordinary days: orders, rosters, hours, invoices, visits and small talk between a client and the firm."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from amends.sources.sample.cast import read_firm
from amends.sources.sample.chance import Chance, Deck
from amends.sources.sample.clock import BEGIN, NOW, at_hour, is_working, later
from amends.sources.sample.letter import Letter
from amends.sources.sample.phrase import crew, fill, read_book, slots

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from amends.sources.sample.cast import Client, Writer
    from amends.sources.sample.phrase import Kind, Turn

OUR_HOURS = 1.2  # the firm's usual answer, working hours, well within the four agreed
SPREAD = (0.15, 0.3, 0.45, 0.6, 0.8, 1.0, 1.2, 1.5, 1.9, 2.6)  # answers around their median: many quick, a few slow
JITTER = (0.75, 1.25)  # steady clients write at steady intervals
SECOND_PERSON = 0.35  # conversations that somebody other than the main contact has
GREETS_FIRST, GREETS_LATER = 0.92, 0.6
THANKS, CLOSES = 0.6, 0.8
CHATS = 0.25
SECOND_THOUGHT = 0.5  # how often a list marked "?" is drawn
BUSY_FROM, BUSY_TO = 0.05, 0.75  # conversations begin in this part of a working day


@dataclass(slots=True)
class Talk:
    """What stays the same through one conversation."""

    client: Client
    kind: Kind
    ours: Writer
    theirs: Writer
    words: dict[str, str]
    subject: str


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
        """Yield every mail, conversation by conversation; a conversation that would run past the end is left out."""
        for on in self._days():
            kind = self._next_kind(on)
            if kind is None:
                continue
            letters = list(self._conversation(kind, on))
            if letters[-1].at < NOW:
                yield from letters

    def _days(self) -> Iterator[date]:
        """Yield the days on which a conversation begins."""
        turn, day = self._client.turn, float(self._chance.between(0, 7 / max(0.1, self._client.weekly)))
        while True:
            on = BEGIN + timedelta(days=int(day))
            weekly = self._client.weekly * self._scale * (turn.weekly if turn and on >= turn.since else 1.0)
            if on >= NOW.date() or not weekly:
                return
            yield on
            day += 7 / weekly * self._chance.between(*JITTER)

    def _next_kind(self, on: date) -> Kind | None:
        kinds = [kind for kind in self._book.kinds if kind.name not in self._client.without]
        kind = self._deck.draw("kind", [kind for kind in kinds for _ in range(kind.weight)])
        turn = self._client.turn
        fades = turn and on >= turn.since and kind.starts == "client"
        return None if turn and fades and not self._chance.happens(turn.starts) else kind

    def _talk(self, kind: Kind, on: date) -> Talk:
        client, people = self._client, read_firm().people
        second = len(client.people) > 1 and self._chance.happens(SECOND_PERSON)
        theirs = self._chance.pick(client.people[1:]) if second else client.people[0]
        ours = people[kind.writer or client.cared_for_by]
        words = slots(client, self._chance, on, self._crew)
        mates = [person.first for person in client.people if person != theirs] or [self._crew[-1].split()[0]]
        words["mate"] = self._chance.pick(mates)
        words["colleague"] = self._chance.pick([one.first for one in people.values() if one != ours])
        subject = fill(self._deck.draw(f"{kind.name} subject", kind.subjects), words)
        return Talk(client, kind, ours, theirs, words, subject)

    def _conversation(self, kind: Kind, on: date) -> Iterator[Letter]:
        talk = self._talk(kind, on)
        before: Letter | None = None
        for turn in kind.turns:
            if before is not None and not self._chance.happens(turn.chance):
                continue
            sender, to = (talk.ours, talk.theirs) if turn.by == "us" else (talk.theirs, talk.ours)
            at = self._moment(sender, on, before)
            subject = talk.subject if before is None else f"{_reply_mark(sender)} {talk.subject}"
            text = self._text(talk, turn, sender, to, before, at)
            before = Letter(at, sender, (to,), subject, text, answers=before)
            yield before

    def _moment(self, sender: Writer, on: date, before: Letter | None) -> datetime:
        opens, closes = sender.day
        if before is None:
            while not is_working(on):
                on += timedelta(days=1)
            return at_hour(on, opens + (closes - opens) * self._chance.between(BUSY_FROM, BUSY_TO))
        usual = OUR_HOURS if sender.is_ours else self._client.reply_hours
        turn = self._client.turn
        if turn and not sender.is_ours and before.at.date() >= turn.since:
            usual *= turn.slower
        return later(before.at, usual * self._deck.draw(f"{sender.is_ours} delay", SPREAD), sender.day)

    def _text(self, talk: Talk, turn: Turn, sender: Writer, to: Writer, before: Letter | None, at: datetime) -> str:
        terse = self._client.turn is not None and self._client.turn.terse and at.date() >= self._client.turn.since
        if terse and not sender.is_ours:
            return fill(self._draw("terse_reply" if before else "terse_start", self._book.manner), talk.words)
        said = [self._say(talk, name) for name in turn.says if self._is_said(name)]
        lines = [" ".join(said)]
        if before is None or self._chance.happens(GREETS_LATER) or not sender.is_ours:
            share = GREETS_FIRST if before is None else GREETS_LATER
            if self._chance.happens(share):
                lines.insert(0, self._greeting(to, sender))
        lines.append(self._ending(sender))
        return "\n\n".join(line for line in lines if line)

    def _is_said(self, name: str) -> bool:
        return not name.endswith("?") or self._chance.happens(CHATS if name == "chat?" else SECOND_THOUGHT)

    def _say(self, talk: Talk, name: str) -> str:
        bare = name.rstrip("?")
        if bare == "chat":
            return self._draw("chat", self._book.manner)
        return fill(self._deck.draw(f"{talk.kind.name} {bare}", talk.kind.say[bare]), talk.words)

    def _draw(self, name: str, lists: dict[str, list[str]]) -> str:
        return self._deck.draw(name, lists[name])

    def _greeting(self, to: Writer, sender: Writer) -> str:
        greet = self._deck.draw(f"greet {sender.key}", self._book.manner["greet"])
        return greet.format(to=to.first)

    def _ending(self, sender: Writer) -> str:
        manner = self._book.manner
        if self._chance.happens(THANKS):
            return f"{self._deck.draw('thank', manner['thank'])}\n{sender.first}"
        if self._chance.happens(CLOSES):
            return f"{self._deck.draw('close', manner['close'])}\n{sender.first}"
        return sender.first


def _reply_mark(sender: Writer) -> str:
    return {"de": "AW:", "fr": "RE :"}.get(sender.language, "Re:") if sender.manner != "gmail" else "Re:"


def ordinary_letters(client: Client, seed: int, scale: float) -> Iterator[Letter]:
    """Yield the ordinary mail of one client; `scale` multiplies how many conversations there are."""
    return Ordinary(client, seed, scale).letters()
