"""What is typed while a client is upset, at the phone, and on the way through a recovery."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID, uuid4

from django import forms
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from amends.core.case import Severity
from amends.core.listening import Question
from amends.core.mended import FEELINGS as PULSE
from amends.core.wording import say
from amends.desk.models import TouchKind
from amends.desk.queries.case import is_mending
from amends.desk.queries.who import colleagues
from amends.web.forms.attempt import begin_at
from amends.web.forms.meanwhile import MeanwhileForm
from amends.web.forms.moment import DayField, MomentField, PromiseForm
from amends.web.forms.touch import LONGEST_WORDS, MOST_MINUTES, WORDS
from amends.web.forms.understand import LONGEST_VERBATIM
from amends.web.forms.who import WhoField

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.utils.functional import _StrPromise

    from amends.desk.models import User
    from amends.web.opening import Opening

later_said = lazy(say, str)  # in the reader's language, once it is read
LONGEST_NOTE = 200  # characters, as `Case.waiting_for`
HEARD = tuple(question.value for question in Question if question is not Question.ELSE)  # the last is "words"
FEELINGS = (
    (Severity.ANNOYED.value, gettext_lazy("Annoyed")),
    (Severity.LET_DOWN.value, gettext_lazy("Let down")),
    (Severity.READY_TO_LEAVE.value, gettext_lazy("Ready to leave")),
)
FELT = [(feeling, later_said(name)) for feeling, name in PULSE.items()]
REACHED = (
    (TouchKind.CALL.value, gettext_lazy("We spoke")),
    (TouchKind.VISIT.value, gettext_lazy("I went there")),
    (TouchKind.VOICEMAIL.value, gettext_lazy("I left a message")),
)


class UpsetForm(forms.Form):
    """Who it is, what they said, how bad it feels: sixty seconds."""

    who = WhoField(may_be_new=True, help_text=gettext_lazy("A person or a company."))
    is_new = forms.BooleanField(label=gettext_lazy("New client: add this name"), required=False)
    words = forms.CharField(
        label=gettext_lazy("What did they say?"),
        help_text=gettext_lazy("Their words, as near as you can. You can tidy up later."),
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(WORDS),
        error_messages={"required": gettext_lazy("Write what they said, as near as you can")},
    )
    severity = forms.TypedChoiceField(
        label=gettext_lazy("How bad does it feel?"),
        choices=FEELINGS,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose how bad it feels")},
    )
    call_back_by = MomentField(
        label=gettext_lazy("Promised to call back by"),
        help_text=gettext_lazy("Left empty: within the hour, in business hours."),
        required=False,
    )

    is_another = forms.BooleanField(
        label=gettext_lazy("Open another recovery"),
        help_text=gettext_lazy("Only for another matter: else it is added to the one that is under way."),
        required=False,
    )

    def __init__(self, *given: Any, user: User, now: datetime, opening: Opening, **more: Any) -> None:
        super().__init__(*given, **{"initial": opening.initial, **more})
        self.now, client = now, opening.client
        if opening.is_feeling:
            self._ask_for_a_feeling()
        self.asks_new = False
        self.fields["who"].ask(user)  # type: ignore[attr-defined]  # the field is ours
        begin_at(self, "words" if self.initial.get("who") else "who")
        if client and not is_mending(client, user):
            del self.fields["is_another"]
        elif client:
            told = _("%(client)s has a recovery under way: without this it is added there.") % {"client": client}
            self.fields["is_another"].help_text = told

    def _ask_for_a_feeling(self) -> None:
        """Nobody complained: there may be no words, and nobody was promised a call."""
        words: Any = self.fields["words"]
        words.required, words.label = False, _("What have they said, if anything?")
        words.help_text = _("What gives you the feeling, in their words where there are any.")
        del self.fields["call_back_by"]

    def clean(self) -> dict[str, Any]:
        """Ask before a name becomes a new client."""
        typed = super().clean() or self.cleaned_data
        self.asks_new = isinstance(typed.get("who"), str)
        if self.asks_new and not typed.get("is_new"):
            self.add_error("who", _("We don’t know %(name)s yet. Is this a new client?") % {"name": typed["who"]})
        return typed

    def clean_call_back_by(self) -> datetime | None:
        """Refuse a moment that has passed."""
        at: datetime | None = self.cleaned_data["call_back_by"]
        if at and at <= self.now:
            raise forms.ValidationError(_("That moment has passed. By when will you call?"))
        return at


def _words(label: str | _StrPromise) -> forms.CharField:
    """Return room for the client's own words, on the page and on paper."""
    look = forms.Textarea({"class": "said write", "rows": 2})
    return forms.CharField(label=label, max_length=LONGEST_VERBATIM, required=False, widget=look)


class SheetForm(PromiseForm):
    """What is written down beside the phone: their words, and what was promised."""

    words = _words(gettext_lazy("Their words"))
    kind = forms.ChoiceField(
        label=gettext_lazy("Did you reach them?"), choices=REACHED, initial=TouchKind.CALL, widget=forms.RadioSelect
    )
    minutes = forms.IntegerField(label=gettext_lazy("Minutes"), min_value=0, max_value=MOST_MINUTES, required=False)
    # What tells the same talk sent twice from two talks: kept with the draft, so it is no hidden field.
    token = forms.CharField(required=False, initial=uuid4, widget=forms.TextInput({"hidden": True}))
    field_order = (*HEARD, "words", "kind", "promised", "due_at", "minutes")

    def __init__(self, *given: Any, now: datetime, asks: Sequence[str] = (), **more: Any) -> None:
        super().__init__(*given, **more)
        self.now = now
        self.asked = HEARD if asks else ()
        for name, asked in zip(self.asked, asks, strict=False):
            self.fields[name] = _words(asked)
        if asks:
            self.fields["words"] = _words(asks[-1])
        self.order_fields(self.field_order)

    def prompts(self) -> list[forms.BoundField]:
        """Return the fields under the questions; none where nobody is heard out."""
        return [self[name] for name in (*self.asked, "words")] if self.asked else []

    def answers(self) -> dict[Question | None, str]:
        """Return their words by question; under none where they were not asked."""
        typed: dict[Question | None, str] = {Question(name): self.cleaned_data[name] for name in self.asked}
        typed[Question.ELSE if self.asked else None] = self.cleaned_data["words"]
        return typed

    def talk(self) -> dict[str, Any]:
        """Return what else `take_call` takes."""
        names = ("kind", "promised", "due_at", "minutes", "token")
        return {name: self.cleaned_data[name] for name in names}

    def clean_token(self) -> UUID | None:
        """Return the token of the form; one that is none makes it a talk of its own."""
        try:
            return UUID(self.cleaned_data["token"])
        except ValueError:
            return None


class NextForm(MeanwhileForm):
    """When somebody gets back to the client, why, and for whom the recovery waits."""

    KEPT_AS: ClassVar = {"note": "next_note"}
    next_at = MomentField(label=gettext_lazy("Get back to them"), required=False)
    note = forms.CharField(
        label=gettext_lazy("Why then"),
        help_text=gettext_lazy("For Today: “Has had the plan since Friday.”"),
        max_length=LONGEST_NOTE,
        required=False,
    )
    waiting_for = forms.CharField(
        label=gettext_lazy("What it waits for"),
        help_text=gettext_lazy("For example “Waiting for their answer”"),
        max_length=LONGEST_NOTE,
        required=False,
    )


class CheckInForm(forms.Form):
    """What a check-in came to."""

    kind = forms.ChoiceField(
        label=gettext_lazy("How did you ask?"),
        choices=[(kind.value, kind.label) for kind in (TouchKind.CALL, TouchKind.VISIT, TouchKind.MEETING)],
        initial=TouchKind.CALL,
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label=gettext_lazy("What did they say?"),
        max_length=LONGEST_WORDS,
        required=False,
        widget=forms.Textarea(WORDS),
    )
    holds = forms.TypedChoiceField(
        label=gettext_lazy("Is it still working?"),
        choices=[("yes", gettext_lazy("Yes, it holds")), ("no", gettext_lazy("No, it has slipped"))],
        coerce=lambda told: told == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Say whether it still works")},
    )
    feeling = forms.TypedChoiceField(
        label=gettext_lazy("How do they feel about working with us today?"),
        help_text=gettext_lazy("In their words, not yours. Ask, if they have not said."),
        choices=FELT,
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )
    agrees = forms.BooleanField(label=gettext_lazy("I asked whether it is mended, and they said yes"), required=False)
    next_on = DayField(label=gettext_lazy("Next check-in"), required=False)


class CoverForm(forms.Form):
    """Which colleague is asked."""

    colleague: forms.ModelChoiceField[Any] = forms.ModelChoiceField(
        label=gettext_lazy("Who can answer?"),
        queryset=None,
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": gettext_lazy("Choose who can answer")},
    )

    def __init__(self, *given: Any, user: User, **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["colleague"].queryset = colleagues().exclude(pk=user.pk)  # type: ignore[attr-defined]  # of rows
