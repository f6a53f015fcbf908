"""When a check-in is, what is said about a client's orders, and why something is mended though it lacks something."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy

from amends.desk.actions.call import LONGEST_CALL
from amends.desk.actions.check_in import LONGEST_REASON
from amends.desk.queries.calendar import CALL_MINUTES
from amends.web.forms.meanwhile import MeanwhileForm
from amends.web.forms.moment import DayField

if TYPE_CHECKING:
    from amends.desk.models import Case, FollowUp

SHORTEST_CALL = 5  # minutes; judgement


class OrdersForm(MeanwhileForm):
    """How it is with their orders, in a line."""

    KEPT_AS: ClassVar = {"words": "orders_explained"}
    words = forms.CharField(
        label=gettext_lazy("How is it with their orders?"),
        help_text=gettext_lazy("Why there are fewer, or what you know where none are counted here."),
        max_length=LONGEST_REASON,
        required=False,
    )

    @classmethod
    def of(cls, case: Case) -> dict[str, Any]:
        """Return what the form shows first."""
        return {"words": case.orders_explained}


class CallForm(MeanwhileForm):
    """The day of a check-in, its hour, and whether whom we call is invited."""

    KEPT_AS: ClassVar = {"on": "due_on", "hour": "call_at"}
    on = DayField(label=gettext_lazy("Day"))
    hour = forms.TimeField(
        label=gettext_lazy("Hour"),
        help_text=gettext_lazy("In the firm’s own time. Left empty: some time that day."),
        required=False,
        widget=forms.TimeInput({"type": "time"}, format="%H:%M"),
        error_messages={"invalid": gettext_lazy("Write an hour, like 15:30")},
    )
    minutes = forms.IntegerField(
        label=gettext_lazy("Minutes"), min_value=SHORTEST_CALL, max_value=LONGEST_CALL, required=False
    )
    invites = forms.BooleanField(
        label=gettext_lazy("Invite them by mail"),
        help_text=gettext_lazy("A letter with an entry for their calendar. You read it before it goes."),
        required=False,
    )

    @classmethod
    def of(cls, followup: FollowUp) -> dict[str, Any]:
        """Return what the form shows first."""
        hour = localtime(followup.call_at).time().replace(second=0, microsecond=0) if followup.call_at else None
        return {"on": followup.due_on, "hour": hour, "minutes": followup.minutes or CALL_MINUTES}


class AnywayForm(forms.Form):
    """Why it is mended although something lacks."""

    reason = forms.CharField(
        label=gettext_lazy("Why is it mended all the same?"),
        help_text=gettext_lazy("It stays on record with your name."),
        max_length=LONGEST_REASON,
        error_messages={"required": gettext_lazy("Say why it is mended all the same")},
    )
