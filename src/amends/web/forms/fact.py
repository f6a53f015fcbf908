"""What is typed about a fact of the trade: only what its kind needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from amends.core.staffing import FactKind
from amends.web.forms.meanwhile import MeanwhileForm
from amends.web.forms.moment import MomentField

if TYPE_CHECKING:
    from amends.desk.models import StaffingFact

MOST_PEOPLE = 100_000  # beyond it is a slip of the finger
MOST_DAYS = 3_650  # ten years
LONGEST_NOTE = 300  # characters, as `StaffingFact.note`
LONGEST_WORDS = 20_000  # characters (judgement: ten pages)
NAMES = {
    FactKind.NO_SHOW: _("People did not arrive"),
    FactKind.FALL_OFF: _("Somebody left early"),
    FactKind.EARLY_END: _("An assignment ended early"),
    FactKind.RATING: _("They rated a placement"),
    FactKind.FEEDBACK: _("They answered on candidates"),
    FactKind.ORDER: _("They ordered people"),
    FactKind.PLACEMENT: _("People started"),
    FactKind.PAYMENT: _("They paid"),
    FactKind.DISPUTE: _("They disputed an invoice"),
    FactKind.SURVEY: _("Would they recommend us?"),
    FactKind.PULSE: _("How they feel about us"),
}


def _people(label: Any) -> forms.Field:
    return forms.IntegerField(label=label, min_value=1, max_value=MOST_PEOPLE)


def _days(label: Any, *, required: bool = True) -> forms.Field:
    return forms.IntegerField(label=label, min_value=0, max_value=MOST_DAYS, required=required)


def _mark(least: int, most: int, says: Any) -> forms.Field:
    return forms.DecimalField(
        label=_("What they said"), min_value=least, max_value=most, max_digits=3, decimal_places=1, help_text=says
    )


def _amount() -> forms.Field:
    return forms.DecimalField(label=_("Amount"), min_value=0, max_digits=14, decimal_places=2, required=False)


def fields_of(kind: FactKind) -> dict[str, forms.Field]:
    """Return the fields that a kind of fact needs (`core.staffing.FactKind` says what they mean)."""
    expected = forms.IntegerField(label=_("Of how many expected"), min_value=1, max_value=MOST_PEOPLE, required=False)
    needed: dict[FactKind, dict[str, forms.Field]] = {
        FactKind.ORDER: {"count": _people(_("How many people"))},
        FactKind.PLACEMENT: {"count": _people(_("How many people"))},
        FactKind.NO_SHOW: {"count": _people(_("How many did not arrive")), "of": expected},
        FactKind.FALL_OFF: {
            "count": _people(_("How many people")),
            "days": _days(_("After how many days"), required=False),
            "of": _days(_("How many days were guaranteed"), required=False),
        },
        FactKind.EARLY_END: {"count": _people(_("How many assignments"))},
        FactKind.RATING: {"value": _mark(1, 5, _("From 1 to 5."))},
        FactKind.FEEDBACK: {"days": _days(_("How many days after the candidates were sent"))},
        FactKind.PAYMENT: {"days": _days(_("How many days after the invoice")), "value": _amount()},
        FactKind.DISPUTE: {"value": _amount()},
        FactKind.SURVEY: {"value": _mark(0, 10, _("From 0 to 10."))},
        FactKind.PULSE: {"value": _mark(1, 5, _("From 1, ready to leave, to 5, good."))},
    }
    return needed[kind]


class FactForm(MeanwhileForm):
    """What happened, when, what we note of it, and what they said."""

    at = MomentField(label=_("When"))
    note = forms.CharField(label=_("Note"), max_length=LONGEST_NOTE, required=False)
    words = forms.CharField(
        label=_("Their words"),
        help_text=_("As near as you can."),
        max_length=LONGEST_WORDS,
        required=False,
        widget=forms.Textarea({"class": "said", "rows": 3}),
    )

    def __init__(self, *given: Any, kind: FactKind, **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields.update(fields_of(kind))
        self.order_fields([*fields_of(kind), "at", "note", "words"])

    @classmethod
    def of(cls, fact: StaffingFact) -> dict[str, Any]:
        """Return what the form shows first."""
        shown = {name: getattr(fact, name) for name in ("count", "value", "days", "at", "note", "words")}
        return shown | {"of": fact.of or None}

    def clean(self) -> dict[str, Any]:
        """Refuse more people missing than were expected."""
        typed = super().clean() or self.cleaned_data
        if "of" in self.fields:
            typed["of"] = typed.get("of") or 0
        if "days" not in self.fields and typed.get("of") and typed.get("count", 0) > typed["of"]:
            self.add_error("of", _("More did not arrive than were expected"))
        return typed
