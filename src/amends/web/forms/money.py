"""Fields for sums, shares and hours, as people write them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from amends.core.money import LONGEST, NoMoney, read_money

WHOLE = 100  # per cent
MOST_HOURS = 9_999  # of a client's own effort (judgement)
TENTH = Decimal("0.1")


class MoneyField(forms.CharField):
    """A sum in one currency; empty is zero, or nothing where `may_be_unset`."""

    def __init__(self, *, currency: str = "USD", may_be_unset: bool = False, **more: Any) -> None:
        more.setdefault("required", False)
        self.currency, self.may_be_unset = currency, may_be_unset
        wanted = {"class": "short", "inputmode": "decimal", "autocomplete": "off"}
        super().__init__(widget=forms.TextInput(wanted), **more)

    def clean(self, value: Any) -> Any:
        """Return the sum; a sentence for what is none."""
        told = str(super().clean(value))
        if not told and self.may_be_unset:
            return None
        try:
            return read_money(told, self.currency)
        except NoMoney as refused:
            raise forms.ValidationError(str(refused)) from refused

    def prepare_value(self, value: Any) -> Any:
        """Show a sum as people write it; zero is an empty field."""
        if not isinstance(value, Decimal):
            return value
        places = 0 if value == value.to_integral_value() else 2
        return number_format(value, decimal_pos=places, force_grouping=True) if value or self.may_be_unset else ""


class ShareField(forms.CharField):
    """A share, written in per cent and kept in 0..1; empty is zero."""

    def __init__(self, **more: Any) -> None:
        more.setdefault("required", False)
        wanted = {"class": "short", "inputmode": "decimal", "autocomplete": "off"}
        super().__init__(widget=forms.TextInput(wanted), **more)

    def clean(self, value: Any) -> Any:
        """Return the share; a sentence for what is none."""
        told = _number(str(super().clean(value)).replace("%", ""), _("Write a share from 0 to 100, like 60."))
        if told > WHOLE:
            raise forms.ValidationError(_("A share lies between 0 and 100 %."))
        return told.quantize(TENTH) / WHOLE

    def prepare_value(self, value: Any) -> Any:
        """Show a share in per cent; none is an empty field."""
        return f"{(value * WHOLE).normalize():f}" if isinstance(value, Decimal) and value else _kept(value)


class HoursField(forms.CharField):
    """Hours, as in "4" or "4,5"; empty is none."""

    def __init__(self, **more: Any) -> None:
        more.setdefault("required", False)
        wanted = {"class": "short", "inputmode": "decimal", "autocomplete": "off"}
        super().__init__(widget=forms.TextInput(wanted), **more)

    def clean(self, value: Any) -> Any:
        """Return the hours; a sentence for what are none."""
        told = _number(str(super().clean(value)), _("Write hours, like 4 or 4.5."))
        if told > MOST_HOURS:
            raise forms.ValidationError(_("That is more than a year of hours. Look at the zeros."))
        return told

    def prepare_value(self, value: Any) -> Any:
        """Show hours without needless zeros; none is an empty field."""
        return f"{value.normalize():f}" if isinstance(value, Decimal) and value else _kept(value)


def _kept(value: Any) -> Any:
    return "" if isinstance(value, Decimal | int) and not value else value


def _number(told: str, sentence: str) -> Decimal:
    """Read a number as a sum is read, and say `sentence` where it is none."""
    try:
        return read_money(told[: LONGEST + 1], "")
    except NoMoney as refused:
        raise forms.ValidationError(sentence) from refused
