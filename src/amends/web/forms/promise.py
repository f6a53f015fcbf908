"""What is typed when a promise is made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from amends.desk.queries.who import colleagues
from amends.web.forms.moment import LONGEST_PROMISE, MomentField
from amends.web.forms.who import WhomForm

if TYPE_CHECKING:
    from datetime import datetime

    from amends.desk.models import User


class PromisedForm(forms.Form):
    """What was promised, by when, and who answers for it."""

    what = forms.CharField(
        label=gettext_lazy("What did we promise?"),
        max_length=LONGEST_PROMISE,
        error_messages={"required": gettext_lazy("Say what was promised")},
    )
    due_at = MomentField(label=gettext_lazy("By when"))
    promised_by: forms.ModelChoiceField[Any] = forms.ModelChoiceField(
        label=gettext_lazy("Who keeps it?"), queryset=None, empty_label=None
    )

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        keepers: Any = self.fields["promised_by"]
        keepers.queryset = colleagues()


class NewPromiseForm(PromisedForm, WhomForm):
    """To whom, what, by when, and who answers for it."""

    WHOM = gettext_lazy("To whom")
    anyway = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)  # what was said to be too much

    def __init__(self, *given: Any, user: User, **more: Any) -> None:
        super().__init__(*given, user=user, **more)
        self.fields["promised_by"].initial = user.pk

    def asks_anyway(self, load: str) -> bool:
        """Whether a load has not been said to who promises yet; the form then says that it was."""
        is_new: bool = self.cleaned_data["anyway"] != load
        self.data = {**dict(self.data.items()), self.add_prefix("anyway"): load}
        return is_new

    def clean_due_at(self) -> datetime:
        """Refuse a moment that has passed."""
        due_at: datetime = self.cleaned_data["due_at"]
        if due_at <= self.now:
            raise forms.ValidationError(_("That moment has passed. When will it be done?"))
        return due_at


class FoundPromiseForm(PromisedForm):
    """What is on record of a promise that was found in our mail; its day may have passed."""
