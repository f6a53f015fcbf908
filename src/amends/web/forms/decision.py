"""What is typed at Decide: a view, what the worth-it sum reckons with, and the decision."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from amends.core.decision import Choice, Expects
from amends.core.money import NoMoney, read_money
from amends.desk.queries.decision import CHOICES, TERMS
from amends.desk.queries.number import NUMBERS, PERCENT, number_of
from amends.web.forms.meanwhile import MeanwhileForm
from amends.web.forms.moment import DayField

if TYPE_CHECKING:
    from datetime import datetime

    from amends.desk.models import Case, Firm

LONGEST_VIEW = 4_000  # characters of a reason: nobody reads more (judgement)
MOST_HOURS = 2_000  # of ours: a year of one colleague (judgement)
LEAST_TENURE, MOST_TENURE = 0.5, 50  # years (judgement)
LINES = {"rows": 3}
EXPECTS = (
    (Expects.RESOLVED.value, gettext_lazy("We put it right")),
    (Expects.FAST.value, gettext_lazy("We put it right quickly, within a week")),
    (Expects.LEFT.value, gettext_lazy("They have left already")),
)
OPTIONS = [(choice.value, name) for choice, name in CHOICES.items()]


class MoneyField(forms.CharField):
    """A sum as people write it, in the firm's currency; kept as text, exact to the coin. Empty is None."""

    currency = ""  # set by the form

    def clean(self, value: Any) -> str | None:
        """Return the sum, "1200.50"; a sentence where it is none."""
        text = super().clean(value)
        if not text:
            return None
        try:
            return str(read_money(text, self.currency))
        except NoMoney as wrong:
            raise forms.ValidationError(str(wrong)) from wrong


class ViewForm(forms.Form):
    """What somebody thinks should be done, before they see what the others think."""

    choice = forms.ChoiceField(
        label=gettext_lazy("What should we do?"),
        choices=OPTIONS,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose one of the three")},
    )
    reason = forms.CharField(
        label=gettext_lazy("Why?"),
        max_length=LONGEST_VIEW,
        widget=forms.Textarea(LINES),
        error_messages={"required": gettext_lazy("Say why, in a sentence")},
    )
    matters = forms.CharField(
        label=gettext_lazy("Why does this client matter?"),
        max_length=LONGEST_VIEW,
        required=False,
        widget=forms.Textarea({"rows": 2}),
    )
    ideas = forms.CharField(
        label=gettext_lazy("Ideas for putting it right"),
        max_length=LONGEST_VIEW,
        required=False,
        widget=forms.Textarea({"rows": 2}),
    )


class DecideForm(forms.Form):
    """What is done, by whoever records it. `seen` is the decision that the page showed."""

    what = forms.ChoiceField(
        label=gettext_lazy("What do we do?"),
        choices=OPTIONS,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what you do")},
    )
    because = forms.CharField(
        label=gettext_lazy("In a sentence"),
        help_text=gettext_lazy("It stands beside every later step: “Four years together, and the fault is ours.”"),
        max_length=LONGEST_VIEW,
        required=False,
        widget=forms.Textarea({"rows": 2}),
    )
    again_on = DayField(
        label=gettext_lazy("Ask again on"),
        help_text=gettext_lazy("Left empty: in four weeks."),
        required=False,
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *given: Any, case: Case, **more: Any) -> None:
        self.now_seen = case.decided_at.isoformat() if case.decided_at else ""
        more["initial"] = {"seen": self.now_seen, **more.get("initial", {})}
        super().__init__(*given, **more)

    def clean_seen(self) -> datetime | None:
        """Return when the decision was made that the page showed; what is no moment is none."""
        try:
            return parse_datetime(self.cleaned_data["seen"]) if self.cleaned_data["seen"] else None
        except ValueError:
            return None

    def look_again(self) -> None:
        """Let the same form, sent once more, stand for having seen what was decided meanwhile."""
        typed: Any = self.data.copy()  # type: ignore[attr-defined]  # what was posted is a QueryDict
        typed["seen"] = self.now_seen
        self.data = typed


class WorthForm(MeanwhileForm):
    """What the sum of one recovery reckons with; an empty number is the firm's."""

    gross_profit = MoneyField(
        label=gettext_lazy("Gross profit they bring a year"),
        required=False,
        help_text=gettext_lazy("What is left of their invoices after wages."),
    )
    hours = forms.FloatField(
        label=gettext_lazy("Hours of yours that mending takes"), required=False, min_value=0, max_value=MOST_HOURS
    )
    goodwill = MoneyField(
        label=gettext_lazy("Goodwill beyond what is owed"),
        required=False,
        help_text=gettext_lazy("What you owe them is paid either way, and is no part of this."),
    )
    expects = forms.ChoiceField(label=gettext_lazy("What you expect"), choices=EXPECTS)
    is_small_market = forms.BooleanField(
        label=gettext_lazy("A small market: word travels"), required=False,
        help_text=gettext_lazy("Where everybody knows everybody, the story costs more."),
    )  # fmt: skip
    tenure = forms.FloatField(
        label=gettext_lazy("Years such a client usually stays"), required=False,
        min_value=LEAST_TENURE, max_value=MOST_TENURE,
    )  # fmt: skip
    new_client = MoneyField(label=gettext_lazy("Gross profit a year of a new client"), required=False)
    FIRST: ClassVar = ("gross_profit", "hours", "goodwill", "expects", "is_small_market")

    def __init__(self, *given: Any, case: Case, firm: Firm, **more: Any) -> None:
        more["initial"] = worth_shown(case)
        super().__init__(*given, **more)
        self.case, self.firm = case, firm
        for field in self.fields.values():
            if isinstance(field, MoneyField):
                field.currency = firm.currency
        self.fields["new_client"].widget.attrs["placeholder"] = _("as this one")
        for name in TERMS:
            self.fields[name] = self._term(name)

    def _term(self, name: str) -> forms.FloatField:
        """Return the field of one of the firm's numbers, with the firm's value shown where nothing is typed."""
        number = NUMBERS[f"decision.{name}"]
        factor = PERCENT if number.is_share else 1
        least, most = number.least * factor, number.most * factor
        field = forms.FloatField(label=number.name, required=False, min_value=least, max_value=most)
        field.only_if = number.unit  # type: ignore[attr-defined]  # said in place of "optional"
        field.widget.attrs |= {"placeholder": number.shown(number_of(self.firm, number.key)), "step": "any"}
        return field

    @property
    def first(self) -> list[forms.BoundField]:
        """The fields that everybody needs."""
        return [self[name] for name in self.FIRST]

    @property
    def behind(self) -> list[forms.BoundField]:
        """The numbers behind them."""
        return [self[name] for name in ("tenure", "new_client", *TERMS)]

    @property
    def has_own(self) -> bool:
        """Whether one of the numbers behind is this recovery's own, or was typed wrongly."""
        return any(field.value() not in {None, ""} or field.errors for field in self.behind)

    def told(self) -> dict[str, Any]:
        """Return what was typed as `actions.decision.set_worth` takes it; None where it is the default."""
        typed, client = self.cleaned_data, self.case.client
        worth = {name: typed[name] for name in ("gross_profit", "hours", "goodwill", "tenure", "new_client")}
        gross = worth["gross_profit"]
        if gross is not None and client.yearly_value == Decimal(gross):
            worth["gross_profit"] = None  # theirs, wherever it changes
        worth["expects"] = typed["expects"] if typed["expects"] != Expects.RESOLVED else None
        small = typed["is_small_market"]
        worth["is_small_market"] = small if small != client.is_small_market else None
        return worth | {name: self._kept(name) for name in TERMS}

    def _kept(self, name: str) -> float | None:
        value = self.cleaned_data[name]
        if value is None:
            return None
        return float(value / PERCENT if NUMBERS[f"decision.{name}"].is_share else value)


def worth_shown(case: Case) -> dict[str, Any]:
    """Return what the form of a recovery's worth shows first."""
    kept = case.worth
    shown = {name: _figure(kept.get(name)) for name in ("hours", "tenure")}
    shown |= {name: kept.get(name) for name in ("goodwill", "new_client")}
    shown["gross_profit"] = kept.get("gross_profit", case.client.yearly_value)
    for name in ("gross_profit", "goodwill", "new_client"):
        shown[name] = _plain(shown[name])
    shown["expects"] = kept.get("expects", Expects.RESOLVED.value)
    shown["is_small_market"] = kept.get("is_small_market", case.client.is_small_market)
    for name in TERMS:
        is_share = NUMBERS[f"decision.{name}"].is_share
        shown[name] = _figure(kept.get(name), PERCENT if is_share else 1)
    return shown


def _figure(value: float | None, factor: int = 1) -> str | None:
    """Write a kept number as one types it: "20", "12.5"."""
    return None if value is None else f"{value * factor:g}"


def _plain(amount: str | Decimal | None) -> str | None:
    """Write a kept sum as one types it: "40000", "1200.50"."""
    return None if amount is None else f"{Decimal(amount):.2f}".removesuffix(".00")


def chosen(form: forms.Form, name: str) -> Choice:
    """Return what was chosen in a valid form."""
    return Choice(form.cleaned_data[name])
