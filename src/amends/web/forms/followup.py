"""What is said about a client's orders, and why something is mended although it lacks something."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy

from amends.desk.actions.check_in import LONGEST_REASON
from amends.web.forms.meanwhile import MeanwhileForm

if TYPE_CHECKING:
    from amends.desk.models import Case


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


class AnywayForm(forms.Form):
    """Why it is mended although something lacks."""

    reason = forms.CharField(
        label=gettext_lazy("Why is it mended all the same?"),
        help_text=gettext_lazy("It stays on record with your name."),
        max_length=LONGEST_REASON,
        error_messages={"required": gettext_lazy("Say why it is mended all the same")},
    )
