"""What is typed about a plan: an action, what the client says to each, what colleagues would do, how it went."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.db.models import Q
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from amends.core.plan import Answer
from amends.desk.models import Role, User
from amends.desk.queries.firm import the_day
from amends.web.forms.meanwhile import MeanwhileForm
from amends.web.forms.moment import DayField

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from django.db.models import Model

    from amends.desk.models import Case, PlanAction

LONGEST_WHAT = 2_000  # characters: an action is a sentence or two, not an essay (judgement)
LONGEST_MEASURE = 300  # characters, as `PlanAction.measure`
LONGEST_WORDS = 20_000  # characters of what somebody says to a plan (judgement)
LONGEST_CHOICE = 90  # characters of their words where one is chosen (judgement)
KINDS = (
    ("cause", gettext_lazy("Removes a cause, so that it stays away")),
    ("stop", gettext_lazy("Stops the harm now")),
)
SAID = (
    ("", gettext_lazy("Has not answered")),
    (Answer.AGREED.value, gettext_lazy("Agrees")),
    (Answer.QUESTION.value, gettext_lazy("Has a question, or would change it")),
    (Answer.NO.value, gettext_lazy("Says no")),
)


class ShortChoiceField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not subscriptable when it runs
    """A choice among texts that may be long: each is shown by its beginning."""

    def label_from_instance(self, obj: Model) -> str:
        """Return the beginning of a text."""
        return Truncator(" ".join(str(obj).split())).chars(LONGEST_CHOICE)


class ActionForm(MeanwhileForm):
    """One action of a plan. Without a row it is a new one."""

    KEPT_AS: ClassVar = {"heard": "heard_id", "owner": "owner_id", "cause": "cause_id", "kind": "is_containment"}
    heard = ShortChoiceField(
        label=gettext_lazy("We heard"),
        queryset=None,
        required=False,
        empty_label=gettext_lazy("None of their words"),
        help_text=gettext_lazy("Which of their words does it answer?"),
    )
    what = forms.CharField(
        label=gettext_lazy("So we will"),
        max_length=LONGEST_WHAT,
        widget=forms.Textarea({"rows": 2}),
        error_messages={"required": gettext_lazy("Say what will be different")},
    )
    owner = ShortChoiceField(
        label=gettext_lazy("Who"),
        queryset=None,
        empty_label=gettext_lazy("Choose somebody"),
        error_messages={"required": gettext_lazy("Choose who will own it")},
    )
    due_on = DayField(label=gettext_lazy("By"), error_messages={"required": gettext_lazy("Say by when")})
    measure = forms.CharField(
        label=gettext_lazy("How will we know that it worked?"), max_length=LONGEST_MEASURE, required=False
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("What does it do?"), choices=KINDS, initial="cause", widget=forms.RadioSelect
    )
    cause = ShortChoiceField(
        label=gettext_lazy("Which cause does it remove?"),
        queryset=None,
        required=False,
        empty_label=gettext_lazy("None that is written down"),
        help_text=gettext_lazy("Only your team sees this."),
    )
    is_visible = forms.BooleanField(
        label=gettext_lazy("The client sees it"),
        help_text=gettext_lazy("Left out: it is for the team alone."),
        initial=True,
        required=False,
    )

    def __init__(self, *given: Any, case: Case, now: datetime, **more: Any) -> None:
        super().__init__(*given, **more)
        self.now, fields = now, dict[str, Any](self.fields)
        fields["heard"].queryset, fields["cause"].queryset = case.heard.all(), case.causes.all()
        owner = self.initial.get("owner")
        fields["owner"].queryset = owners(owner if isinstance(owner, User) else None)
        for name in ("heard", "cause"):
            if not fields[name].queryset.exists():
                del self.fields[name]

    @classmethod
    def of(cls, action: PlanAction) -> dict[str, Any]:
        """Return the values of an action."""
        names = ("heard", "what", "owner", "due_on", "measure", "cause", "is_visible")
        kind = "stop" if action.is_containment else "cause"
        return {**{name: getattr(action, name) for name in names}, "kind": kind}

    @property
    def told(self) -> dict[str, Any]:
        """What was typed, by the names of the row."""
        typed = dict(self.cleaned_data)
        typed["is_containment"] = typed.pop("kind") == "stop"
        return typed

    def clean_due_on(self) -> date:
        """Refuse a day that has passed, unless it stood there before."""
        day: date = self.cleaned_data["due_on"]
        if day < the_day(self.now) and day != self.initial.get("due_on"):
            raise forms.ValidationError(_("That day has passed. By when will it be done?"))
        return day


def owners(known: User | None = None) -> Any:
    """Return who can own an action, and who owns it now, whoever that is."""
    able = Q(is_active=True) & ~Q(role=Role.VIEWER)
    return User.objects.filter(able | Q(pk=known.pk) if known else able)


class AnswersForm(MeanwhileForm):
    """What the client says to each change that they see."""

    def __init__(self, *given: Any, rows: Sequence[PlanAction], **more: Any) -> None:
        super().__init__(*given, **more)
        self.rows = rows
        for row in rows:
            answer, words = names_of(row)
            self.fields[answer] = forms.ChoiceField(
                label=row.what, choices=SAID, required=False, widget=forms.RadioSelect, initial=row.answer
            )
            self.fields[words] = forms.CharField(
                label=_("In their words"),
                max_length=LONGEST_WORDS,
                required=False,
                widget=forms.Textarea({"class": "said", "rows": 2}),
                initial=row.answer_words,
            )

    def told(self) -> list[tuple[PlanAction, str, str]]:
        """Return each change with its answer and the words, where there is one."""
        typed = self.cleaned_data
        named = [(row, *names_of(row)) for row in self.rows]
        return [(row, typed[answer], typed[words]) for row, answer, words in named if typed[answer]]

    def clean(self) -> dict[str, Any]:
        """Ask for the words of a question, and for the answer where there are only words."""
        typed = super().clean() or self.cleaned_data
        for row in self.rows:
            answer, words = names_of(row)
            if typed.get(answer) == Answer.QUESTION and not typed.get(words):
                self.add_error(words, _("Write what they ask, or what they would change"))
            if typed.get(words) and not typed.get(answer):
                self.add_error(answer, _("Choose what they say to it"))
            if not typed.get(answer) and row.answer:
                self.add_error(answer, _("They answered this. Choose what they say now"))
        return typed

    def pairs(self) -> list[tuple[PlanAction, Any, Any]]:
        """Return each change with its two fields, for the page."""
        return [(row, self[answer], self[words]) for row in self.rows for answer, words in (names_of(row),)]


def names_of(row: PlanAction) -> tuple[str, str]:
    """Return what the two fields of a change are called."""
    return f"answer_{row.pk}", f"words_{row.pk}"


class InputForm(forms.Form):
    """What a colleague would do."""

    words = forms.CharField(
        label=gettext_lazy("What would you do, and what must not be forgotten?"),
        max_length=LONGEST_WORDS,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": gettext_lazy("Write what you would do")},
    )


class DoneForm(forms.Form):
    """How an action was done."""

    note = forms.CharField(
        label=gettext_lazy("How was it done?"),
        help_text=gettext_lazy("For us alone. Nobody is told."),
        max_length=LONGEST_WHAT,
        required=False,
    )


class AgainForm(forms.Form):
    """By when what does not hold is done again."""

    due_on = DayField(
        label=gettext_lazy("Done again by"), error_messages={"required": gettext_lazy("Say by when it is done again")}
    )
