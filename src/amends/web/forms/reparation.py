"""What it cost a client, what is offered, and how somebody decides about it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from amends.web.forms.meanwhile import SHOWN, MeanwhileForm
from amends.web.forms.moment import DayField
from amends.web.forms.money import HoursField, MoneyField, ShareField

if TYPE_CHECKING:
    from amends.desk.models import Firm, Reparation

LONGEST = 2_000  # characters of a reason (judgement)
LONGEST_SEEN = 40  # characters of a moment; ISO 8601 with microseconds and a zone has 32
LINES = {"rows": 2}


class ReparationForm(MeanwhileForm):
    """One offer: the loss, and what makes it good."""

    direct_loss = MoneyField(
        label=gettext_lazy("What it cost them, in money"), help_text=gettext_lazy("As far as you have checked it.")
    )
    effort_hours = HoursField(label=gettext_lazy("Hours of their own that it took"))
    hour_rate = MoneyField(label=gettext_lazy("What such an hour counts"))
    failed_fee = MoneyField(
        label=gettext_lazy("Or: the fee for what failed"), help_text=gettext_lazy("The larger of both counts.")
    )
    share_lost = ShareField(label=gettext_lazy("How much of its value was lost, in per cent"))
    our_share = ShareField(
        label=gettext_lazy("Our part in it, in per cent"),
        help_text=gettext_lazy("From the contributions under Understand. Only your team sees it."),
    )
    promised_on = DayField(
        label=gettext_lazy("Promised for"), help_text=gettext_lazy("Each week later adds 2.5 points."), required=False
    )
    in_kind = forms.CharField(
        label=gettext_lazy("In kind"), max_length=LONGEST, required=False, widget=forms.Textarea(LINES)
    )
    in_kind_cost = MoneyField(label=gettext_lazy("What that costs us"))
    owed = MoneyField(
        label=gettext_lazy("Owed anyway"),
        help_text=gettext_lazy("An overcharge, a refund that is due. It is paid in full, and is no part of the offer."),
    )
    offer = MoneyField(label=gettext_lazy("Offered, in money"))
    reason = forms.CharField(
        label=gettext_lazy("Why so much, or so little"),
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea(LINES),
    )
    reason.only_if = gettext_lazy("if it lies outside the band")  # type: ignore[attr-defined]  # read by the template
    SUMS = ("direct_loss", "hour_rate", "failed_fee", "in_kind_cost", "owed", "offer")

    def __init__(self, *given: Any, currency: str, **more: Any) -> None:
        super().__init__(*given, **more)
        for name in self.SUMS:
            self.fields[name].currency = currency  # type: ignore[attr-defined]  # the field is ours

    @classmethod
    def of(cls, row: Reparation) -> dict[str, Any]:
        """Return what the form shows first."""
        return {name: getattr(row, name) for name in cls.base_fields if name != SHOWN}

    def told(self) -> dict[str, Any]:
        """Return the fields as the actions take them."""
        return {name: value for name, value in self.cleaned_data.items() if name != SHOWN}


class GivenForm(forms.Form):
    """When it was given."""

    given_on = DayField(label=gettext_lazy("Given on"))
    seen = forms.CharField(max_length=LONGEST_SEEN, required=False, widget=forms.HiddenInput)

    def clean_seen(self) -> datetime | None:
        """Return when what was looked at had been agreed to."""
        return _moment(self.cleaned_data["seen"])


class AnswerForm(forms.Form):
    """Whether somebody agrees, and what they say to it; `seen` is which offer they looked at."""

    agrees = forms.TypedChoiceField(
        label=gettext_lazy("Do you agree?"),
        choices=[("yes", gettext_lazy("Yes, I agree")), ("no", gettext_lazy("No, not like this"))],
        coerce=lambda told: told == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Say whether you agree")},
    )
    words = forms.CharField(
        label=gettext_lazy("What you say to it"), max_length=LONGEST, required=False, widget=forms.Textarea(LINES)
    )
    seen = forms.CharField(max_length=LONGEST_SEEN, required=False, widget=forms.HiddenInput)

    def clean_seen(self) -> datetime | None:
        """Return when what was looked at had been asked for."""
        return _moment(self.cleaned_data["seen"])


def _moment(told: str) -> datetime | None:
    """Return the moment that a page carried; None where it carried none of ours."""
    try:
        return datetime.fromisoformat(told)
    except ValueError:
        return None


class LimitForm(MeanwhileForm):
    """Above which sums somebody else has to agree."""

    money_limit = MoneyField(
        label=gettext_lazy("A manager agrees above"),
        help_text=gettext_lazy("For all that one recovery costs. Nobody agrees to their own offer above it."),
    )
    owner_limit = MoneyField(
        label=gettext_lazy("An owner agrees above"),
        help_text=gettext_lazy("Left empty, a manager may agree to any sum."),
        may_be_unset=True,
    )
    effort_rate = MoneyField(
        label=gettext_lazy("What an hour of a client’s own effort counts"),
        help_text=gettext_lazy("Where nothing else is known. 50 where you set nothing (docs/method.md rule 7)."),
    )

    def __init__(self, firm: Firm, *given: Any, **more: Any) -> None:
        super().__init__(*given, initial=self.of(firm), **more)
        for name in ("money_limit", "owner_limit", "effort_rate"):
            self.fields[name].currency = firm.currency  # type: ignore[attr-defined]  # the field is ours

    @classmethod
    def of(cls, firm: Firm) -> dict[str, Any]:
        """Return what the form shows first."""
        return {"money_limit": firm.money_limit, "owner_limit": firm.owner_limit, "effort_rate": firm.effort_rate}

    def clean(self) -> dict[str, Any]:
        """Refuse an owner's limit below that of a manager."""
        typed = super().clean() or self.cleaned_data
        lower, upper = typed.get("money_limit"), typed.get("owner_limit")
        if lower is not None and upper is not None and upper < lower:
            self.add_error("owner_limit", _("This has to be no less than what a manager agrees to"))
        return typed
