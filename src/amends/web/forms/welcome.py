"""What is typed into the first screens."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from amends.desk.actions.firm import MOST_ANSWER_HOURS
from amends.desk.models.firm import ANSWER_HOURS
from amends.web.forms.settings import zones
from amends.web.forms.sign_in import NewPasswordForm


class FoundForm(NewPasswordForm):
    """The firm and its owner."""

    field_order = ("firm", "zone", "name", "email", "password")
    firm = forms.CharField(
        label=_("What is your firm called?"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "organization", "autofocus": True}),
        error_messages={"required": _("Write your firm’s name")},
    )
    zone = forms.ChoiceField(
        label=_("Time zone"), choices=zones, initial="UTC", widget=forms.Select(attrs={"data-zone": True})
    )
    name = forms.CharField(
        label=_("And what is your name?"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Write your name")},
    )
    email = forms.EmailField(
        label=_("Your e-mail"),
        max_length=254,
        help_text=_("You sign in with it. We take its domain to be your firm’s."),
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
        error_messages={"required": _("Write your e-mail address"), "invalid": _("Write it as in you@company.com")},
    )


class AnswerForm(forms.Form):
    """How fast the firm answers."""

    answer_hours = forms.IntegerField(
        label=_("How fast do you promise to answer?"),
        help_text=_("In working hours. Whoever waits longer comes first on Today."),
        min_value=1,
        max_value=MOST_ANSWER_HOURS,
        initial=ANSWER_HOURS,
        error_messages={"required": _("Write a number of working hours"), "invalid": _("Write a whole number")},
    )
