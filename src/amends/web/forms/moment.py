"""Fields for a moment and for what was promised, in the firm's own time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from amends.desk import clock

if TYPE_CHECKING:
    from datetime import date, datetime

    from django.utils.functional import _StrPromise

FIRST_YEAR = 1990  # nobody here has older dealings to write down (judgement)
YEARS_AHEAD = 5  # nobody promises anything for later than that (judgement)
AS_TYPED = "%Y-%m-%dT%H:%M"  # what <input type="datetime-local"> gives
LONGEST_PROMISE = 300  # characters, as `Promise.what`


def near(on: date) -> None:
    """Refuse a day that can only be a slip of the keyboard: before `FIRST_YEAR`, or more than `YEARS_AHEAD` ahead."""
    last = clock.now().year + YEARS_AHEAD
    if not FIRST_YEAR <= on.year <= last:
        told = {"first": FIRST_YEAR, "last": last}
        raise forms.ValidationError(_("Look at the year: it has to lie between %(first)s and %(last)s") % told)


class MomentField(forms.DateTimeField):
    """A day and a time, as the browser's own picker gives them."""

    def __init__(self, *, only_if: _StrPromise | str = "", **more: Any) -> None:
        self.only_if = only_if  # shown in place of "optional"
        more.setdefault(
            "error_messages",
            {
                "invalid": gettext_lazy("Write a day and a time, like 2025-10-14 15:30"),
                "required": gettext_lazy("Say when"),
            },
        )
        super().__init__(widget=forms.DateTimeInput({"type": "datetime-local"}, format=AS_TYPED), **more)

    def to_python(self, value: Any) -> datetime | None:
        """Return the moment; years that nobody means are refused before anything is reckoned with them."""
        moment = super().to_python(value)
        if moment:
            near(moment.date())
        return moment


class DayField(forms.DateField):
    """A day, as the browser's own picker gives it."""

    def __init__(self, **more: Any) -> None:
        more.setdefault("error_messages", {"invalid": gettext_lazy("Write a day, like 2025-10-14")})
        super().__init__(widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"), validators=[near], **more)


class PromiseForm(forms.Form):
    """What was promised, and by when: both or neither. `now` is set by the form that asks for it."""

    promised = forms.CharField(label=gettext_lazy("What I promised"), max_length=LONGEST_PROMISE, required=False)
    due_at = MomentField(
        label=gettext_lazy("By when"), required=False, only_if=gettext_lazy("if you promised something")
    )
    now: datetime

    def clean(self) -> dict[str, Any]:
        """Ask for the other half of a promise."""
        typed = super().clean() or self.cleaned_data
        promised, due_at = typed.get("promised"), typed.get("due_at")
        if promised and not due_at and "due_at" not in self.errors:
            self.add_error("due_at", _("Say by when you promised it"))
        if due_at and promised and due_at <= self.now:
            self.add_error("due_at", _("That moment has passed. When will it be done?"))
        return typed
