"""What is typed about a recovery itself: what it is about, who mends it, which others belong to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from amends.core.case import Role, Severity
from amends.desk.actions.case_team import Team
from amends.desk.models import CaseRole, Person, User
from amends.desk.queries.case import may_join, status_name
from amends.desk.queries.theme import KINDS, THEMES
from amends.desk.queries.who import people_of
from amends.desk.rules import POWERS, Power
from amends.web import wording
from amends.web.forms.meanwhile import MeanwhileForm
from amends.web.forms.moment import MomentField
from amends.web.forms.touch import LONGEST_WORDS, WORDS
from amends.web.forms.who import Several
from amends.web.recovery_words import FEELINGS

if TYPE_CHECKING:
    from datetime import datetime

    from amends.desk.models import Case

NOT_SAID = ("", gettext_lazy("Nobody has said yet"))
LONGEST_SAID = 120  # characters of a client's words in a choice (judgement)
YES_OR_NO = {"yes": True, "no": False}


def _three_ways(told: str) -> bool | None:
    """Return yes, no, or that nobody has said."""
    return YES_OR_NO.get(told)


def _said(case: Case, name: str) -> str:
    return {True: "yes", False: "no", None: ""}[getattr(case, name)]


class AboutForm(MeanwhileForm):
    """What a recovery is about."""

    KEPT_AS: ClassVar = {"person": "person_id"}
    person: forms.ModelChoiceField[Any] = forms.ModelChoiceField(
        label=gettext_lazy("Who is upset"),
        queryset=None,
        required=False,
        empty_label=gettext_lazy("Nobody in particular"),
    )
    words = forms.CharField(
        label=gettext_lazy("What did they say?"),
        help_text=gettext_lazy("Their words, as near as you can."),
        max_length=LONGEST_WORDS,
        required=False,
        widget=forms.Textarea(WORDS),
    )
    remedy = forms.CharField(
        label=gettext_lazy("What do they ask for?"),
        help_text=gettext_lazy("In their words. It is no promise."),
        max_length=LONGEST_WORDS,
        required=False,
        widget=forms.Textarea({"class": "said write", "rows": 2}),
    )
    severity = forms.TypedChoiceField(
        label=gettext_lazy("How bad does it feel?"),
        choices=[(each.value, FEELINGS[each]) for each in Severity],
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose how bad it feels")},
    )
    theme = forms.ChoiceField(
        label=gettext_lazy("What failed?"),
        help_text=gettext_lazy("Of one theme it is the same failure again."),
        choices=[NOT_SAID, *[(each.value, name) for each, name in THEMES.items()]],
        required=False,
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("What kind of failure was it?"),
        help_text=gettext_lazy("It decides what may be said when you apologise."),
        choices=[NOT_SAID, *[(each.value, name) for each, name in KINDS.items()]],
        required=False,
    )
    is_process = forms.TypedChoiceField(
        label=gettext_lazy("What of it went wrong?"),
        choices=[NOT_SAID, ("yes", gettext_lazy("How it was done")), ("no", gettext_lazy("What came of it"))],
        coerce=_three_ways,
        empty_value=None,
        required=False,
    )
    is_verified = forms.TypedChoiceField(
        label=gettext_lazy("Did we check that it was so?"),
        help_text=gettext_lazy("Only a failure that somebody checked counts in how the client stands."),
        choices=[NOT_SAID, ("yes", gettext_lazy("Yes, it was so")), ("no", gettext_lazy("No, it was not so"))],
        coerce=_three_ways,
        empty_value=None,
        required=False,
    )
    known_at = MomentField(
        label=gettext_lazy("Since when have we known?"),
        help_text=gettext_lazy("Left empty: since the recovery was opened. Deadlines run from here."),
        required=False,
    )

    def __init__(self, *given: Any, case: Case, **more: Any) -> None:
        super().__init__(*given, **more)
        person: Any = self.fields["person"]
        person.queryset = people_of(case.client) | Person.objects.filter(pk=case.person_id or 0)

    @classmethod
    def of(cls, case: Case) -> dict[str, Any]:
        """Return what the form shows first."""
        plain = {name: getattr(case, name) for name in ("words", "remedy", "severity", "theme", "kind", "known_at")}
        told = {name: _said(case, name) for name in ("is_process", "is_verified")}
        return {**plain, **told, "person": case.person_id}


class TeamForm(MeanwhileForm):
    """Who mends a recovery, and whether they alone see it."""

    lead: forms.ModelChoiceField[Any] = forms.ModelChoiceField(
        label=gettext_lazy("Lead"), queryset=None, required=False, empty_label=gettext_lazy("Nobody yet")
    )
    sponsor: forms.ModelMultipleChoiceField[Any] = Several(
        label=gettext_lazy("Sponsor"),
        help_text=gettext_lazy("Clears the way, and approves."),
        queryset=None,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    scribe: forms.ModelMultipleChoiceField[Any] = Several(
        label=gettext_lazy("Scribe"),
        help_text=gettext_lazy("Writes down what is said."),
        queryset=None,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    team: forms.ModelMultipleChoiceField[Any] = Several(
        label=gettext_lazy("Who else works on it"), queryset=None, required=False, widget=forms.CheckboxSelectMultiple
    )
    is_restricted = forms.BooleanField(
        label=gettext_lazy("Only this team sees it"),
        help_text=gettext_lazy(
            "And the owners. Its words, talks, promises and letters are gone from every other page. Mail that the"
            " client wrote is read by everybody who sees the client."
        ),
        required=False,
    )

    def __init__(self, *given: Any, case: Case, **more: Any) -> None:
        super().__init__(*given, **more)
        theirs = CaseRole.objects.filter(case=case).values("user")
        here = User.objects.filter(is_active=True) | User.objects.filter(pk__in=theirs)
        workers = [role for role in POWERS if Power.WORK in POWERS[role]]
        leads = User.objects.filter(is_active=True, role__in=workers) | User.objects.filter(pk=case.lead_id or 0)
        self._of("lead").queryset = leads.order_by("name", "pk")
        for name in ("sponsor", "scribe", "team"):
            self._of(name).queryset = here.order_by("name", "pk")

    def _of(self, name: str) -> Any:
        return self.fields[name]

    @classmethod
    def of(cls, case: Case) -> dict[str, Any]:
        """Return what the form shows first."""
        parts = list(case.roles.order_by("user_id").values_list("role", "user_id"))
        told = {"sponsor": Role.SPONSOR, "scribe": Role.SCRIBE, "team": Role.OTHER}
        chosen = {name: [user for part, user in parts if part == role] for name, role in told.items()}
        return {"lead": case.lead_id, **chosen, "is_restricted": case.is_restricted}

    @property
    def chosen(self) -> Team:
        """The team that was chosen."""
        typed = self.cleaned_data
        sponsors, scribes, rest = (tuple(typed[name]) for name in ("sponsor", "scribe", "team"))
        return Team(typed["lead"], sponsors, scribes, rest, is_restricted=typed["is_restricted"])


class OthersForm(forms.Form):
    """Which other recovery of the client belongs to this one."""

    other: forms.ModelChoiceField[Any] = forms.ModelChoiceField(
        label=gettext_lazy("Which other recovery?"),
        queryset=None,
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose the other recovery")},
    )

    def __init__(self, *given: Any, case: Case, user: User, now: datetime, **more: Any) -> None:
        super().__init__(*given, **more)
        other: Any = self.fields["other"]
        other.queryset = may_join(case, user)
        other.label_from_instance = lambda one: _named(one, now)


def _named(case: Case, now: datetime) -> str:
    """Return what a recovery is called among others of one client: when it was opened, where it stands, its words."""
    told = {"day": wording.day(case.opened_at, now), "status": status_name(case.status)}
    opened = _("Opened %(day)s, %(status)s") % told
    return f"{opened}: {wording.said(' '.join(case.words.split())[:LONGEST_SAID])}" if case.words else opened
