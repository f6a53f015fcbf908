"""What is typed while a client is heard out, and what lies underneath."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from amends.core.case import Theme
from amends.core.cause import SHARES, Side
from amends.core.listening import Question
from amends.desk.queries.theme import theme_name
from amends.web.forms.meanwhile import MeanwhileForm

if TYPE_CHECKING:
    from collections.abc import Mapping

    from amends.desk.models import Case, Cause, Contribution, Heard, LoggedFact
    from amends.desk.queries.listening import Suggested

LONGEST_VERBATIM = 100_000  # characters: forty pages; what a client says is kept whole (judgement)
LONGEST_NOTE = 20_000  # characters of what we write about it ourselves (judgement)
SAID = {"class": "said", "rows": 2}
LINES = {"rows": 2}
UNKNOWN, YES, NO = "", "yes", "no"
PREVENTS = {UNKNOWN: None, YES: True, NO: False}
SIDES = {
    Side.OURS: _("What we did"),
    Side.THEIRS: _("What they did"),
    Side.SITUATION: _("What the situation did"),
}


def verbatim(**more: Any) -> forms.CharField:
    """Return a field for a client's own words."""
    more.setdefault("widget", forms.Textarea(SAID))
    return forms.CharField(max_length=LONGEST_VERBATIM, **{"required": False, **more})


class ListenForm(MeanwhileForm):
    """The client's words under the four questions, the remedy they ask for, and whether that was all of it.

    A field shows first what the client already wrote (`suggested`); beside it, hidden, stands where that is from.
    """

    remedy = verbatim(label=_("What do they ask for?"), help_text=_("In their words, even if it is not ours to give."))
    is_all = forms.ChoiceField(
        label=_("Have you heard all of it?"),
        choices=[],
        widget=forms.RadioSelect({"form": "heard"}),
        required=False,
    )

    def __init__(
        self,
        *given: Any,
        name: str,
        asks: Mapping[Question, str],
        hints: Mapping[Question, Any],
        suggested: Mapping[Question, Suggested],
    ) -> None:
        super().__init__(*given)
        self.fields["is_all"].choices = [  # type: ignore[attr-defined]  # of choices
            (YES, gettext("Yes. I could tell it back and %(name)s would say “that’s right”") % {"name": name}),
            (NO, _("Not yet. I’ll call again")),
        ]
        for question in Question:
            found = suggested.get(question)
            look = forms.Textarea({**SAID, "placeholder": hints[question]})
            self.fields[question] = verbatim(label=asks[question], initial=found.words if found else "", widget=look)
            named = found.named if found else ""
            self.fields[f"from_{question}"] = forms.CharField(
                required=False, max_length=20, initial=named, widget=forms.HiddenInput
            )

    def _watched(self) -> list[str]:
        return ["remedy"]  # the only one that writes over what stands there; answers are added

    @staticmethod
    def of(case: Case) -> dict[str, Any]:
        """Return what is compared with what was shown, and that it is not all heard until somebody says so."""
        return {"remedy": case.remedy, "is_all": NO}

    def answers(self) -> list[tuple[Question, str, str]]:
        """Return each answer that was given, with its question and the name of where it is from."""
        typed = self.cleaned_data
        return [(each, typed[each], typed[f"from_{each}"]) for each in Question if typed[each]]


class HeardForm(MeanwhileForm):
    """One thing that was heard, and under which question it stands."""

    words = verbatim(
        label=_("Their words"),
        required=True,
        error_messages={"required": _("Write what they said, as near as you can")},
    )
    question = forms.ChoiceField(
        label=_("What it answers"),
        choices=[
            (Question.HAPPENED.value, _("What happened")),
            (Question.COST.value, _("What it has cost them")),
            (Question.EXPECTED.value, _("What they would have expected")),
            (Question.ELSE.value, _("Anything else")),
        ],
    )

    @staticmethod
    def of(heard: Heard) -> dict[str, Any]:
        """Return what the form shows first."""
        return {"words": heard.words, "question": heard.question}


class ContributionForm(MeanwhileForm):
    """What one side did, with evidence and its share."""

    what = forms.CharField(
        label=_("What was done"),
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(LINES),
        error_messages={"required": _("Say what was done")},
    )
    side = forms.ChoiceField(
        label=_("By whom"), choices=[(side.value, name) for side, name in SIDES.items()], widget=forms.RadioSelect
    )
    evidence = forms.CharField(
        label=_("How do we know?"), max_length=LONGEST_NOTE, required=False, widget=forms.Textarea(LINES)
    )
    share = forms.TypedChoiceField(
        label=_("Its share"),
        choices=[(UNKNOWN, _("Nobody can say")), *((share, f"{share} %") for share in SHARES)],
        coerce=int,
        empty_value=None,
        required=False,
    )

    @staticmethod
    def of(row: Contribution) -> dict[str, Any]:
        """Return what the form shows first."""
        return {"what": row.what, "side": row.side, "evidence": row.evidence, "share": row.share}


class ReactionsForm(MeanwhileForm):
    """How each side took it when it happened."""

    our_reaction = forms.CharField(
        label=_("How did we take it?"), max_length=LONGEST_NOTE, required=False, widget=forms.Textarea(LINES)
    )
    their_reaction = forms.CharField(
        label=_("How did they take it?"), max_length=LONGEST_NOTE, required=False, widget=forms.Textarea(LINES)
    )

    @staticmethod
    def of(case: Case) -> dict[str, Any]:
        """Return what the form shows first."""
        return {"our_reaction": case.our_reaction, "their_reaction": case.their_reaction}


class CauseForm(MeanwhileForm):
    """One why: what it is, how we know, and whether removing it would have prevented this."""

    what = forms.CharField(
        label=_("Why did it happen?"),
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(LINES),
        error_messages={"required": _("Say why it happened")},
    )
    evidence = forms.CharField(
        label=_("How do we know?"), max_length=LONGEST_NOTE, required=False, widget=forms.Textarea(LINES)
    )
    theme = forms.ChoiceField(label=_("What it is about"), required=False)
    is_process = forms.BooleanField(
        label=_("It is how we work"), help_text=_("Whoever does it, it would happen again."), required=False
    )
    would_have_prevented = forms.TypedChoiceField(
        label=_("Would removing it have prevented this?"),
        choices=[(UNKNOWN, _("Nobody has asked yet")), (YES, _("Yes")), (NO, _("No"))],
        coerce=PREVENTS.__getitem__,
        empty_value=None,
        widget=forms.RadioSelect,
        required=False,
    )

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        named = [(theme.value, theme_name(theme)) for theme in Theme]
        self.fields["theme"].choices = [("", _("Nobody has said")), *named]  # type: ignore[attr-defined]  # of choices

    @staticmethod
    def of(row: Cause) -> dict[str, Any]:
        """Return what the form shows first."""
        told = {name: getattr(row, name) for name in ("what", "evidence", "theme", "is_process")}
        said = next(word for word, prevents in PREVENTS.items() if prevents is row.would_have_prevented)
        return {**told, "would_have_prevented": said}


class EscapeForm(MeanwhileForm):
    """Why nobody noticed."""

    escape_point = forms.CharField(
        label=_("Why did we not notice?"),
        help_text=_("Where could it have been seen before the client saw it, and what let it pass?"),
        max_length=LONGEST_NOTE,
        required=False,
        widget=forms.Textarea(LINES),
    )

    @staticmethod
    def of(case: Case) -> dict[str, Any]:
        """Return what the form shows first."""
        return {"escape_point": case.escape_point}


class EstablishedForm(MeanwhileForm):
    """What is established."""

    what = forms.CharField(
        label=_("What is established"),
        help_text=_("Only what you would show them. An apology admits what stands here, and nothing beyond."),
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(LINES),
        error_messages={"required": _("Say what is established")},
    )
    evidence = forms.CharField(
        label=_("How do we know?"), max_length=LONGEST_NOTE, required=False, widget=forms.Textarea(LINES)
    )

    @staticmethod
    def of(row: LoggedFact) -> dict[str, Any]:
        """Return what the form shows first."""
        return {"what": row.what, "evidence": row.evidence}
