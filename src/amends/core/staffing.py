"""What people record beside the mail: facts of the staffing trade, talks, promises and failures.

Values that the method reads together with messages (docs/method.md rule 1). Every `id` names the record they come from,
so that a line of the account can lead back to it; every `at` is aware.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from amends.core.wording import later

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal


class FactKind(StrEnum):
    """What happened in the trade; each says what the fields of a `Fact` mean."""

    ORDER = "order"  # count: people ordered
    PLACEMENT = "placement"  # count: people who started
    NO_SHOW = "no_show"  # count: people who did not arrive, of: people expected (0 when nobody wrote it down)
    FALL_OFF = "fall_off"  # count: people; days: from their start to the end; of: days guaranteed (0: not known)
    EARLY_END = "early_end"  # count: assignments that ended before their planned end
    RATING = "rating"  # value: the client's rating of a placement, 1 to 5
    FEEDBACK = "feedback"  # days: from the candidates sent to what the client said of them
    PAYMENT = "payment"  # days: from the invoice to its payment; value: the amount
    DISPUTE = "dispute"  # an invoice disputed, by phone or in person; value: the amount
    SURVEY = later("survey")  # value: would they recommend us, 0 to 10 (NPS)
    PULSE = later("pulse")  # value: how they feel about us, 1 (ready to leave) to 5 (good)


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact of the trade, as somebody recorded it or a list told it; `FactKind` says what its numbers mean.

    `note` is ours, `words` are the client's own where somebody wrote them down, `who` names who of them it was, if any.
    """

    kind: FactKind
    at: datetime
    count: int = 1
    of: int = 0
    value: Decimal | float | None = None
    days: int | None = None
    note: str = ""
    id: str = ""
    words: str = ""
    who: str = ""


class TouchKind(StrEnum):
    """How we were in touch outside of mail."""

    CALL = "call"
    VISIT = "visit"
    MEETING = "meeting"
    VOICEMAIL = "voicemail"
    NOTE = "note"


# Both sides spoke; nobody has spoken to a voicemail or a note.
TALKS = frozenset({TouchKind.CALL, TouchKind.VISIT, TouchKind.MEETING})


@dataclass(frozen=True, slots=True)
class Touch:
    """One call, visit, meeting, voicemail or note.

    `from_us` says who sought it. `with_` holds the addresses (lower case) of the people at the client who took part, or
    their names where no address is known; empty when that is not known: then it was with the client as a whole.
    """

    at: datetime
    kind: TouchKind
    from_us: bool = True
    with_: frozenset[str] = frozenset()

    @property
    def is_talk(self) -> bool:
        """Whether both sides spoke."""
        return self.kind in TALKS


@dataclass(frozen=True, slots=True)
class Commitment:
    """A promise of ours that is on record: `what`, made when, to be kept `by`, and what became of it.

    `broken_at` is set when a person said that it was not kept; with neither it is open. `message_id` names the mail it
    was made in, which is then judged by this record alone.
    """

    made_at: datetime
    by: datetime
    what: str
    kept_at: datetime | None = None
    broken_at: datetime | None = None
    id: str = ""
    message_id: str = ""

    def until(self, now: datetime) -> Commitment:
        """Return the promise as it stood at `now`: what became of it later is not in it."""
        return replace(self, kept_at=_known(self.kept_at, now), broken_at=_known(self.broken_at, now))


@dataclass(frozen=True, slots=True)
class Failure:
    """A failure of ours that somebody verified: of which kind (in the firm's own words), open from when to when.

    Where it `is_private` only some may know of which kind: it counts, and its line does not say.
    """

    kind: str
    opened_at: datetime
    closed_at: datetime | None = None
    id: str = ""
    is_private: bool = False

    def until(self, now: datetime) -> Failure:
        """Return the failure as it stood at `now`: still open when it was closed later."""
        return replace(self, closed_at=_known(self.closed_at, now))


def _known(at: datetime | None, now: datetime) -> datetime | None:
    return at if at and at <= now else None
