"""Who is on the stage of the demo firm, by the keys of the sample mailbox."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from amends.desk.models import Case, Client, ClientKey, Person, PersonAddress, User

if TYPE_CHECKING:
    from datetime import datetime

    from amends.desk.models import Branch

VISITOR = "priya@alderquay.example"  # whom the link of `amends demo` signs in
OWNER = "helen@alderquay.example"


@cache
def read_story() -> dict[str, Any]:
    """Return what happened beside the mail."""
    return tomllib.loads(resources.files(__package__).joinpath("story.toml").read_text(encoding="utf-8"))


@dataclass(slots=True)
class Scene:
    """Rows of the demo firm, found by the names that the story uses."""

    users: dict[str, User] = field(default_factory=dict)
    branches: dict[str, Branch] = field(default_factory=dict)
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo(read_story()["zone"]))

    def at(self, told: datetime) -> datetime:
        """Return a moment of the story, which is told in the firm's time."""
        return told.replace(tzinfo=self.zone)

    def client(self, key: str) -> Client:
        """Return the client whose mail comes from a domain or an address."""
        return ClientKey.objects.select_related("client").get(key=key).client

    def person(self, client: str, key: str) -> Person:
        """Return somebody at a client."""
        return PersonAddress.objects.select_related("person").get(address=f"{key}@{client}").person

    def case(self, client: str) -> Case:
        """Return the recovery of a client that has one."""
        return Case.objects.select_related("client").get(client__keys__key=client)
