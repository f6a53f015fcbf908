"""The clients: the list of all, and how much hangs on one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from amends.desk.models import Case, Message, Person, Promise, StaffingFact, Touch

if TYPE_CHECKING:
    from amends.desk.models import Client


@dataclass(frozen=True, slots=True)
class WhatGoes:
    """How much hangs on a client, and goes with it."""

    messages: int
    people: int
    touches: int
    facts: int
    promises: int
    recoveries: int


def what_goes_with(client: Client) -> WhatGoes:
    """Count what hangs on a client."""
    return WhatGoes(
        messages=Message.objects.filter(client=client).count(),
        people=Person.objects.filter(client=client).count(),
        touches=Touch.objects.filter(client=client).count(),
        facts=StaffingFact.objects.filter(client=client).count(),
        promises=Promise.objects.filter(client=client).count(),
        recoveries=Case.objects.filter(client=client).count(),
    )
