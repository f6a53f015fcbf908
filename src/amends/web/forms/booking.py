"""What is typed to reckon how many to book, and how full the desk is."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from amends.core.booking import LEAST_LOSS, MOST_LOSS, MOST_ORDERED

WHOLE = 100  # per cent
MOST_DUE = 10_000  # promises, or hours, in a week: nobody has more (judgement)


class BookingForm(forms.Form):
    """How many people they need, and how many of a hundred do not come."""

    needed = forms.IntegerField(
        label=gettext_lazy("How many people do they need?"), min_value=1, max_value=MOST_ORDERED
    )
    loss = forms.FloatField(
        label=gettext_lazy("How many of a hundred do not come?"),
        min_value=LEAST_LOSS * WHOLE,
        max_value=MOST_LOSS * WHOLE,
        required=False,
        help_text=gettext_lazy("Leave it empty to reckon with what is known of your own bookings."),
    )


class DeskForm(forms.Form):
    """What is due in a week, and what the desk can do in one: promises, or hours of work."""

    due = forms.IntegerField(label=gettext_lazy("Due this week"), min_value=0, max_value=MOST_DUE)
    keeps = forms.IntegerField(
        label=gettext_lazy("What the desk can do in a week"),
        min_value=1,
        max_value=MOST_DUE,
        help_text=gettext_lazy("Promises or hours, as long as both are the same."),
    )
