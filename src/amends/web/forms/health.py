"""What people say against the account, and instead of it."""

from __future__ import annotations

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from amends.desk.actions.health import MOST_OVERRIDE_DAYS, SAYABLE


class WrongForm(forms.Form):
    """Why a finding is wrong."""

    reason = forms.CharField(
        label=_("Why is it wrong?"),
        help_text=_("A few words. Your colleagues see them, and the finding stays out."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Say in a few words why this is wrong")},
    )


class OverrideForm(forms.Form):
    """How they stand as you know it, why, and until when."""

    state = forms.ChoiceField(
        label=_("How they stand"),
        choices=[(str(state), _(str(state))) for state in SAYABLE],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how they stand")},
    )
    reason = forms.CharField(
        label=_("Why"),
        help_text=_("So that your colleagues understand it next week."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Say in a few words why")},
    )
    until = forms.DateField(
        label=_("Until"),
        help_text=format_lazy(
            _("The last day it holds, at most {days} days away. After that the messages decide again."),
            days=MOST_OVERRIDE_DAYS,
        ),
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"required": _("Choose the last day"), "invalid": _("Write the day as in 2025-10-31")},
    )
