"""What is typed when a promise is made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from amends.desk.queries.who import Who, colleagues, people_of
from amends.web.forms.moment import LONGEST_PROMISE, MomentField
from amends.web.forms.who import WhoField

if TYPE_CHECKING:
    from datetime import datetime

    from amends.desk.models import Client, User


class NewPromiseForm(forms.Form):
    """To whom, what, by when, and who answers for it. With `client` given it asks only to whom there."""

    who = WhoField()
    person: forms.ModelChoiceField[Any] = forms.ModelChoiceField(
        label=gettext_lazy("To whom"), queryset=None, required=False, empty_label=gettext_lazy("Nobody in particular")
    )
    what = forms.CharField(
        label=gettext_lazy("What did we promise?"),
        max_length=LONGEST_PROMISE,
        error_messages={"required": gettext_lazy("Say what was promised")},
    )
    due_at = MomentField(label=gettext_lazy("By when"))
    promised_by: forms.ModelChoiceField[Any] = forms.ModelChoiceField(
        label=gettext_lazy("Who keeps it?"), queryset=None, empty_label=None
    )

    def __init__(self, *given: Any, user: User, now: datetime, client: Client | None = None, **more: Any) -> None:
        super().__init__(*given, **more)
        self.client, self.now = client, now
        keepers: Any = self.fields["promised_by"]
        keepers.queryset, keepers.initial = colleagues(), user.pk
        whom: Any = self.fields["person" if client else "who"]
        if client is None:
            whom.ask(user)
            del self.fields["person"]
        else:
            whom.queryset = people_of(client)
            del self.fields["who"]

    def clean_due_at(self) -> datetime:
        """Refuse a moment that has passed."""
        due_at: datetime = self.cleaned_data["due_at"]
        if due_at <= self.now:
            raise forms.ValidationError(_("That moment has passed. When will it be done?"))
        return due_at

    @property
    def whom(self) -> Who:
        """The client and the person that the form is about."""
        if self.client is None:
            who: Who = self.cleaned_data["who"]
            return who
        return Who(self.client, self.cleaned_data["person"])
