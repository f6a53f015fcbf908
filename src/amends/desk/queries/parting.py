"""Part well: what is planned for a farewell, how far it has come, and whose words are said."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy

from amends.core.parting import Farewell, Missing, still_missing
from amends.desk.models import Parting
from amends.desk.queries.firm import the_firm
from amends.desk.queries.number import number_of

if TYPE_CHECKING:
    from datetime import date

    from django.utils.functional import _StrPromise

    from amends.desk.models import Case, HandOver, User

MISSING: dict[Missing, _StrPromise] = {
    Missing.CALL: gettext_lazy("the call"),
    Missing.NOTE: gettext_lazy("the note by hand"),
    Missing.MEETING: gettext_lazy("the offer to meet"),
    Missing.HAND_OVER: gettext_lazy("the hand-over"),
    Missing.OWED: gettext_lazy("what is owed"),
    Missing.HELLO: gettext_lazy("the day of the hello"),
    Missing.WHO_HEARS: gettext_lazy("who may hear of it"),
}


def parting_of(case: Case) -> Parting | None:
    """Return how a recovery is to end, None where nobody has planned it."""
    return Parting.objects.filter(case=case).first()


def hand_over_of(parting: Parting | None) -> list[HandOver]:
    """Return what is handed over, in its order."""
    return list(parting.hand_over.all()) if parting else []


def farewell_of(parting: Parting | None, rows: list[HandOver]) -> Farewell:
    """Return how far a farewell has come."""
    if parting is None:
        return Farewell()
    return Farewell(
        is_called=parting.called_at is not None,
        is_note_sent=parting.note_sent_on is not None,
        is_met=parting.met_on is not None or parting.is_meeting_declined,
        open_things=sum(row.done_at is None for row in rows),
        is_handed_over=bool(rows),
        is_owed_settled=parting.owed_paid_on is not None or parting.is_nothing_owed,
        has_hello=parting.hello_on is not None,
        has_who_hears=bool(parting.who_may_hear),
    )


def lacking(parting: Parting | None, rows: list[HandOver]) -> list[str]:
    """Return what a farewell still lacks, as people say it."""
    return [str(MISSING[missing]) for missing in still_missing(farewell_of(parting, rows))]


def hello_and_second_thought(today: date) -> tuple[date, date]:
    """Return the days of the hello and of the second thought after a goodbye today, as the firm counts them."""
    firm = the_firm()
    after = (number_of(firm, "parting.hello_after"), number_of(firm, "parting.win_back_after"))
    return today + timedelta(days=after[0]), today + timedelta(days=after[1])


def who_says_it(case: Case, user: User) -> User:
    """Return who says goodbye: who leads the recovery, else who asks."""
    return case.lead or user
