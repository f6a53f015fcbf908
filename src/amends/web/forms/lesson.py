"""What a team looks back on, and one change for every client."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy

from amends.desk.queries.who import colleagues
from amends.web.forms.meanwhile import SHOWN, MeanwhileForm
from amends.web.forms.moment import DayField

if TYPE_CHECKING:
    from amends.desk.models import Lesson, Retrospective

LONGEST = 5_000  # characters of an answer (judgement)
LINES = {"rows": 3}


class LookBackForm(MeanwhileForm):
    """What went well, what could be done better, and why nobody noticed."""

    did_well = forms.CharField(
        label=gettext_lazy("What did we do well?"), max_length=LONGEST, required=False, widget=forms.Textarea(LINES)
    )
    do_better = forms.CharField(
        label=gettext_lazy("What could we do better?"), max_length=LONGEST, required=False, widget=forms.Textarea(LINES)
    )
    escape_point = forms.CharField(
        label=gettext_lazy("Why did we not notice, and what would have told us?"),
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea(LINES),
    )

    @classmethod
    def of(cls, row: Retrospective) -> dict[str, Any]:
        """Return what the form shows first."""
        return {name: getattr(row, name) for name in cls.base_fields if name != SHOWN}

    def told(self) -> dict[str, Any]:
        """Return the fields as the action takes them."""
        return {name: value for name, value in self.cleaned_data.items() if name != SHOWN}


class LessonForm(MeanwhileForm):
    """One change: what, why, who sees to it, by when."""

    KEPT_AS: ClassVar = {"owner": "owner_id"}
    what = forms.CharField(
        label=gettext_lazy("What changes for every client?"),
        max_length=LONGEST,
        widget=forms.Textarea({"rows": 2}),
        error_messages={"required": gettext_lazy("Say what changes for every client")},
    )
    why = forms.CharField(
        label=gettext_lazy("Why"), max_length=LONGEST, required=False, widget=forms.Textarea({"rows": 2})
    )
    owner: forms.ModelChoiceField[Any] = forms.ModelChoiceField(
        label=gettext_lazy("Who sees to it"),
        queryset=None,
        empty_label=gettext_lazy("Choose somebody"),
        error_messages={"required": gettext_lazy("Choose who sees to it")},
    )
    due_on = DayField(label=gettext_lazy("By when"), error_messages={"required": gettext_lazy("Say by when")})

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["owner"].queryset = colleagues()  # type: ignore[attr-defined]  # of rows

    @classmethod
    def of(cls, row: Lesson) -> dict[str, Any]:
        """Return what the form shows first."""
        return {"what": row.what, "why": row.why, "owner": row.owner_id, "due_on": row.due_on}

    def told(self) -> dict[str, Any]:
        """Return the fields as the actions take them."""
        return {name: value for name, value in self.cleaned_data.items() if name != SHOWN}
