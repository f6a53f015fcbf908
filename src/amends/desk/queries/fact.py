"""Staffing facts as people say them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from amends.core.staffing import FactKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from amends.desk.models import StaffingFact

# What hurts the client when it happens, whatever its numbers say.
HURTS = frozenset({FactKind.NO_SHOW, FactKind.FALL_OFF, FactKind.EARLY_END, FactKind.DISPUTE})


def fact_in_words(fact: StaffingFact) -> str:
    """Return what happened, as one would tell a colleague: "6 of 14 people did not arrive"."""
    return SAID[FactKind(fact.kind)](fact)


def hurts(fact: StaffingFact) -> bool:
    """Whether this was a failure of ours."""
    return fact.kind in HURTS


def _order(fact: StaffingFact) -> str:
    return ngettext("They ordered %(count)d person", "They ordered %(count)d people", fact.count) % {
        "count": fact.count
    }


def _placement(fact: StaffingFact) -> str:
    return ngettext("%(count)d person started", "%(count)d people started", fact.count) % {"count": fact.count}


def _no_show(fact: StaffingFact) -> str:
    told = {"count": fact.count, "of": fact.of}
    if fact.of:
        return (
            ngettext("%(count)d of %(of)d person did not arrive", "%(count)d of %(of)d people did not arrive", fact.of)
            % told
        )
    return ngettext("%(count)d person did not arrive", "%(count)d people did not arrive", fact.count) % told


def _fall_off(fact: StaffingFact) -> str:
    people = ngettext("%(count)d person left early", "%(count)d people left early", fact.count) % {"count": fact.count}
    if fact.days is None:
        return people
    after = ngettext("after %(days)d day", "after %(days)d days", fact.days) % {"days": fact.days}
    return _("%(people)s, %(after)s") % {"people": people, "after": after}


def _early_end(fact: StaffingFact) -> str:
    return ngettext("%(count)d assignment ended early", "%(count)d assignments ended early", fact.count) % {
        "count": fact.count
    }


def _rating(fact: StaffingFact) -> str:
    return _("They rated a placement %(value)s of 5") % {"value": _figure(fact)}


def _feedback(fact: StaffingFact) -> str:
    days = fact.days or 0
    told = ngettext(
        "They answered on candidates after %(days)d day", "They answered on candidates after %(days)d days", days
    )
    return told % {"days": days}


def _payment(fact: StaffingFact) -> str:
    days = fact.days or 0
    told = ngettext("They paid %(days)d day after the invoice", "They paid %(days)d days after the invoice", days)
    return told % {"days": days}


def _dispute(fact: StaffingFact) -> str:
    del fact
    return _("They disputed an invoice")


def _survey(fact: StaffingFact) -> str:
    return _("Would they recommend us? They said %(value)s of 10") % {"value": _figure(fact)}


def _pulse(fact: StaffingFact) -> str:
    return _("They said how they feel about us: %(value)s of 5") % {"value": _figure(fact)}


def _figure(fact: StaffingFact) -> str:
    """Return a figure without the zeros behind it."""
    return f"{float(fact.value or 0):g}"


SAID: dict[FactKind, Callable[[StaffingFact], str]] = {
    FactKind.ORDER: _order,
    FactKind.PLACEMENT: _placement,
    FactKind.NO_SHOW: _no_show,
    FactKind.FALL_OFF: _fall_off,
    FactKind.EARLY_END: _early_end,
    FactKind.RATING: _rating,
    FactKind.FEEDBACK: _feedback,
    FactKind.PAYMENT: _payment,
    FactKind.DISPUTE: _dispute,
    FactKind.SURVEY: _survey,
    FactKind.PULSE: _pulse,
}
