"""What is typed when somebody owns a failure: who says sorry and how, what was said, and the note that follows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from amends.core.apology import Way, asks_for_a_reason
from amends.desk.actions.letter import LONGEST_REASON
from amends.desk.actions.outgoing import LONGEST_SUBJECT
from amends.desk.models import TouchKind
from amends.desk.queries.outbox import writable
from amends.web.forms.meanwhile import MeanwhileForm
from amends.web.forms.moment import MomentField
from amends.web.forms.outbox import shown_address
from amends.web.forms.touch import LONGEST_WORDS, WORDS
from amends.web.tone_words import PARTS, SIX

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from amends.desk.models import Apology, Client, User

WAYS = (
    (Way.CALL.value, gettext_lazy("By phone")),
    (Way.VISIT.value, gettext_lazy("We go there")),
    (Way.MEETING.value, gettext_lazy("In a meeting")),
    (Way.MAIL.value, gettext_lazy("In writing only")),
)
SAID_BY = (
    (TouchKind.CALL.value, gettext_lazy("By phone")),
    (TouchKind.VISIT.value, gettext_lazy("There, in person")),
    (TouchKind.MEETING.value, gettext_lazy("In a meeting")),
    (TouchKind.VOICEMAIL.value, gettext_lazy("I left a message")),
)


class PrepareForm(MeanwhileForm):
    """Who apologises, how, and in what words."""

    KEPT_AS: ClassVar = {"apologiser": "apologiser_id"}
    apologiser = forms.TypedChoiceField(
        label=gettext_lazy("Who says it?"), coerce=int, empty_value=None, required=False
    )
    way = forms.ChoiceField(
        label=gettext_lazy("How?"),
        choices=WAYS,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose how it is said")},
    )
    why_by_mail = forms.CharField(
        label=gettext_lazy("Why in writing?"),
        help_text=gettext_lazy("Only where it is not said. For example “He asked for it in writing.”"),
        max_length=LONGEST_REASON,
        required=False,
    )
    script = forms.CharField(
        label=gettext_lazy("What you mean to say"),
        help_text=gettext_lazy("In your own words; a starter stands beside it. Only your team sees this."),
        max_length=LONGEST_WORDS,
        required=False,
        widget=forms.Textarea({"rows": 7}),
    )
    ticked = forms.MultipleChoiceField(
        label=gettext_lazy("What is in it?"),
        choices=[(part.value, PARTS[part]) for part in SIX],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, *given: Any, people: Sequence[User], **more: Any) -> None:
        super().__init__(*given, **more)
        choices = [(user.pk, f"{user.name}, {user.title}" if user.title else user.name) for user in people]
        self.fields["apologiser"].choices = [("", _("Not settled yet")), *choices]  # type: ignore[attr-defined]  # it has choices

    @classmethod
    def of(cls, apology: Apology) -> dict[str, Any]:
        """Return what the form shows first."""
        names = ("way", "why_by_mail", "script", "ticked")
        return {"apologiser": apology.apologiser_id, **{name: getattr(apology, name) for name in names}}

    def clean(self) -> dict[str, Any]:
        """Ask for the reason where it is only written."""
        typed = super().clean() or self.cleaned_data
        if asks_for_a_reason(typed.get("way", "")) and not typed.get("why_by_mail", "").strip():
            self.add_error("why_by_mail", _("Say why you write instead of calling"))
        return typed


class SaidForm(forms.Form):
    """How it was said, in what words, and what they answered."""

    kind = forms.ChoiceField(
        label=gettext_lazy("How did you say it?"),
        choices=SAID_BY,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose how you said it")},
    )
    said = forms.CharField(
        label=gettext_lazy("What you said"),
        max_length=LONGEST_WORDS,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": gettext_lazy("Write what you said, as near as you can")},
    )
    answer = forms.CharField(
        label=gettext_lazy("What they answered"), max_length=LONGEST_WORDS, required=False, widget=forms.Textarea(WORDS)
    )
    at = MomentField(label=gettext_lazy("When"), help_text=gettext_lazy("Left empty: just now."), required=False)

    def __init__(self, *given: Any, now: datetime, **more: Any) -> None:
        super().__init__(*given, **more)
        self.now = now

    def clean_at(self) -> datetime | None:
        """Refuse a moment that is still to come."""
        at: datetime | None = self.cleaned_data["at"]
        if at and at > self.now:
            raise forms.ValidationError(_("That is still to come. Log it when it has happened."))
        return at


class NoteForm(forms.Form):
    """To whom the note goes, and under which subject."""

    to = forms.ChoiceField(label=gettext_lazy("To"), error_messages={"required": gettext_lazy("Say who is to read it")})
    subject = forms.CharField(
        label=gettext_lazy("Subject"),
        max_length=LONGEST_SUBJECT,
        error_messages={"required": gettext_lazy("Write a subject: without one, mail is easily taken for junk")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *given: Any, client: Client, **more: Any) -> None:
        super().__init__(*given, **more)
        to: Any = self.fields["to"]
        to.choices = [(each.address, shown_address(each)) for each in writable(client)]
        self.is_possible = bool(to.choices)
