"""The planted conversations: what the story tells word for word."""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING, Any

from amends.sources.sample.cast import read_clients, read_firm, read_toml
from amends.sources.sample.clock import ZONE
from amends.sources.sample.letter import Letter

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from amends.sources.sample.cast import Client


def story_letters() -> Iterator[Letter]:
    """Yield every mail of the files in `story/`, conversation by conversation."""
    clients = {client.key: client for client in (*read_clients(), *read_clients("side.toml"))}
    for told in _files():
        for row in told["client"]:
            client = clients[row["client"]]
            for thread in row["thread"]:
                yield from _conversation(client, thread)


def _files() -> list[dict[str, Any]]:
    folder = resources.files(__package__).joinpath("story")
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".toml"))
    return [read_toml("story", name) for name in names]


def _conversation(client: Client, thread: dict[str, Any]) -> Iterator[Letter]:
    people = {person.key: person for person in (*client.people, *client.others)} | read_firm().people
    before: Letter | None = None
    answered: list[str] = []  # the first mail of a conversation names whom it is to
    for mail in thread["mail"]:
        sender = people[mail["from"]]
        to = tuple(people[key] for key in mail.get("to", answered))
        cc = tuple(people[key] for key in mail.get("cc", ()))
        subject = thread["subject"] if before is None else f"Re: {thread['subject']}"
        at = _moment(mail["at"])
        before = Letter(at, sender, to, subject, mail["text"].strip(), cc=cc, answers=before)
        answered = [mail["from"]]
        yield before


def _moment(told: datetime) -> datetime:
    """Return the moment with seconds that nobody would choose: a mail is never sent on the full minute."""
    return told.replace(second=(told.minute * 7 + told.day * 11) % 60, tzinfo=ZONE)
