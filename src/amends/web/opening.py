"""What a recovery is opened from: the address names a message, a talk, a finding or a feeling, and it is filled in."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from amends.core.case import Origin, Severity
from amends.core.language import Rule
from amends.desk.models import Message, Person, Signal, Touch
from amends.desk.queries.erased import kept_words
from amends.desk.queries.sheet import hard_sentence_of
from amends.desk.queries.who import Who
from amends.web.access import client_asked, number_asked, of_client_or_404

if TYPE_CHECKING:
    from django.http import HttpRequest

    from amends.desk.actions.case import From
    from amends.desk.models import Client

LEAVING = 20  # points of a finding that speaks of leaving: docs/method.md rule 1, exit words
COMPLAINS = 8  # points of one that speaks of a complaint: docs/method.md rule 1
ENDING = frozenset({Rule.EXIT, Rule.LEAVING})  # who says so is about to go


@dataclass(frozen=True)
class Opening:
    """What is known before anybody types: whose matter it is, their words, how bad it seems, and the row it is from."""

    client: Client | None = None
    person: Person | None = None
    words: str = ""
    severity: int | None = None
    origin: From = field(default_factory=dict)  # type: ignore[assignment]  # nothing of it is known

    @property
    def initial(self) -> dict[str, Any]:
        """What the form shows first."""
        who = {"who": str(Who(self.client, self.person))} if self.client else {}
        return {**who, "words": self.words, "severity": self.severity}

    def of(self, who: Who | str) -> From:
        """Return the row that a recovery is opened from; none where another client was typed in the end."""
        is_same = self.client is None or (isinstance(who, Who) and who.client == self.client)
        return self.origin if is_same else {}

    @property
    def is_feeling(self) -> bool:
        """Whether nobody complained, and somebody has a feeling."""
        return self.origin.get("origin") is Origin.FEELING


def opening_of(request: HttpRequest) -> Opening:
    """Return what the address names; of what somebody may not see there is no such page."""
    for name, read in (("message", _of_message), ("touch", _of_touch), ("signal", _of_signal)):
        pk = number_asked(request, name)
        if pk is not None:
            return read(request, pk)
    client, asked = client_asked(request), number_asked(request, "person")
    person = Person.objects.filter(client=client, pk=asked).first() if client and asked else None
    return Opening(client, person, origin={"origin": Origin.FEELING} if "feeling" in request.GET else {})


def _of_message(request: HttpRequest, pk: int) -> Opening:
    """Read what was hard to hear in a message; it has been known since it came."""
    message: Message = of_client_or_404(request, Message.objects.select_related("person"), pk)
    rules = {rule for rule, _ in message.said}
    severity = Severity.READY_TO_LEAVE if rules & ENDING else Severity.LET_DOWN if rules else None
    words = kept_words(hard_sentence_of(message) or message.opening)
    origin: From = {"origin": Origin.MESSAGE, "message": message, "known_at": message.at}
    return Opening(message.client, message.person, words, severity, origin)


def _of_touch(request: HttpRequest, pk: int) -> Opening:
    touch: Touch = of_client_or_404(request, Touch.objects.select_related("person"), pk)
    origin: From = {"origin": Origin.TOUCH, "touch": touch, "known_at": touch.at}
    return Opening(touch.client, touch.person, kept_words(touch.words), None, origin)


def _of_signal(request: HttpRequest, pk: int) -> Opening:
    """Read the newest words that a finding stands on; how bad it seems is told by how much it takes."""
    signal: Signal = of_client_or_404(request, Signal.objects.all(), pk)
    told = [(datetime.fromisoformat(each["at"]), each.get("quote", "")) for each in signal.evidence]
    at, words = max(told, default=(signal.found_at, ""))
    ladder = ((LEAVING, Severity.READY_TO_LEAVE), (COMPLAINS, Severity.LET_DOWN), (1, Severity.ANNOYED))
    severity = next((felt for points, felt in ladder if signal.points >= points), None)
    origin: From = {"origin": Origin.SIGNAL, "signal": signal, "known_at": at}
    return Opening(signal.client, None, kept_words(words), severity, origin)
