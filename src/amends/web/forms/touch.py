"""What is typed when a call is logged, or corrected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from amends.desk.models import TouchKind
from amends.web.forms.attempt import begin_at
from amends.web.forms.meanwhile import MeanwhileForm
from amends.web.forms.moment import MomentField, PromiseForm
from amends.web.forms.who import WhomForm

if TYPE_CHECKING:
    from datetime import datetime

    from amends.desk.models import Touch, User

LONGEST_LINE = 300  # characters, as `Touch.summary`
LONGEST_WORDS = 60_000  # characters: what a client said is kept whole (judgement: thirty pages)
MOST_MINUTES = 24 * 60
WORDS = {"class": "said", "rows": 3}


class TouchForm(WhomForm, PromiseForm):
    """A call, visit, meeting, voicemail or note."""

    kind = forms.ChoiceField(label=gettext_lazy("What was it?"), choices=TouchKind, widget=forms.RadioSelect)
    summary = forms.CharField(label=gettext_lazy("In a line"), max_length=LONGEST_LINE, required=False)
    words = forms.CharField(
        label=gettext_lazy("Their words"),
        help_text=gettext_lazy("As near as you can. You can tidy up later."),
        max_length=LONGEST_WORDS,
        required=False,
        widget=forms.Textarea(WORDS),
    )
    at = MomentField(label=gettext_lazy("When"), help_text=gettext_lazy("Left empty: just now."), required=False)
    minutes = forms.IntegerField(
        label=gettext_lazy("Minutes"),
        help_text=gettext_lazy("As far as you know."),
        min_value=0,
        max_value=MOST_MINUTES,
        required=False,
    )
    field_order = ("kind", "who", "person", "summary", "words", "at", "minutes", "promised", "due_at")

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        begin_at(self, "who" if self.client is None else "summary")

    def clean_at(self) -> datetime | None:
        """Refuse a moment that is still to come."""
        at: datetime | None = self.cleaned_data["at"]
        if at and at > self.now:
            raise forms.ValidationError(_("That is still to come. Log it when it has happened, or make it a promise."))
        return at

    @property
    def logged(self) -> dict[str, Any]:
        """What `record_talk` takes, and `change_touch` of what was logged before."""
        names = ("kind", "summary", "words", "minutes", "at", "promised", "due_at")
        typed = {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}
        return {**typed, "person": self.whom.person}


class TouchEditForm(MeanwhileForm, TouchForm):
    """The same for what was logged before: no promise."""

    KEPT_AS: ClassVar = {"person": "person_id"}
    promised = None  # type: ignore[assignment]  # how Django takes a field out
    due_at = None  # type: ignore[assignment]  # the same

    def __init__(self, *given: Any, touch: Touch, user: User, now: datetime) -> None:
        super().__init__(*given, user=user, now=now, client=touch.client, initial=self.of(touch))
        self.fields["at"].required = True
        self.fields["at"].help_text = ""

    @classmethod
    def of(cls, touch: Touch) -> dict[str, Any]:
        """Return what the form shows first."""
        return {name: getattr(touch, name) for name in ("kind", "summary", "words", "at", "minutes", "person")}
