"""What somebody chooses about the notices they get, and who covers while they are away."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from amends.desk.actions.notice import service_name
from amends.desk.actions.notice_way import LONGEST_ADDRESS
from amends.desk.models import Way
from amends.desk.queries.notice import KINDS, can_be_told

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.forms.boundfield import BoundField

    from amends.desk.models import LetterKind, NoticeChoice, User


class NoticeForm(forms.Form):
    """How somebody wants to hear of one kind of notice."""

    way = forms.ChoiceField(label=gettext_lazy("How it comes"), choices=Way, widget=forms.RadioSelect)
    address = forms.CharField(
        label=gettext_lazy("Address of the service"),
        required=False,
        max_length=LONGEST_ADDRESS,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}),
    )

    def __init__(self, choice: NoticeChoice, typed: Any = None) -> None:
        super().__init__(typed, prefix=choice.kind, initial={"way": choice.way})
        self.choice = choice
        self.kind: LetterKind = choice.kind  # type: ignore[assignment]  # one of them, as a text
        self.title, self.says = KINDS[self.kind]
        privacy = _("The names of people and clients leave this machine with it; their words do not.")
        self.fields["address"].only_if = _("for another service")  # type: ignore[attr-defined]  # for the template
        self.fields["address"].help_text = f"{self._now()} {privacy}"

    def _now(self) -> str:
        """Return what stands there already: the address itself is never shown again."""
        if self.choice.secret:
            told = _("It goes to %(service)s. Leave this empty to keep that.")
            return told % {"service": service_name(self.choice) or _("an address that cannot be read any more")}
        return _("Copy it from Slack, Teams or another: https://hooks.slack.com/services/…")


class Together:
    """Several forms that are sent and corrected as one: what the summary of mistakes asks of a form."""

    meanwhile = ""

    def __init__(self, *of: forms.Form) -> None:
        self.of = of

    def __iter__(self) -> Iterator[BoundField]:
        return chain.from_iterable(self.of)

    def is_valid(self) -> bool:
        """Whether each of them is."""
        valid = [form.is_valid() for form in self.of]  # each is to say what is wrong with it
        return all(valid)

    @property
    def errors(self) -> list[Any]:
        """What is wrong in any of them."""
        return [form.errors for form in self.of if form.is_bound and form.errors]

    def non_field_errors(self) -> list[str]:
        """Return what is wrong, and with no field."""
        return [str(error) for form in self.of for error in form.non_field_errors()]


class AbsenceForm(forms.Form):
    """Until when somebody is away, and who covers."""

    away_until = forms.DateField(
        label=gettext_lazy("Away until"),
        required=False,
        help_text=gettext_lazy("Your last day away. Until then you get no notices."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    covered_by = forms.ModelChoiceField(
        label=gettext_lazy("Who covers for you"),
        queryset=can_be_told().none(),
        required=False,
        empty_label=gettext_lazy("Nobody: whoever manages your clients is told"),
        help_text=gettext_lazy("While you are away they get your notices, marked as yours."),
    )

    def __init__(self, user: User, typed: Any = None) -> None:
        super().__init__(typed, initial={"away_until": user.away_until, "covered_by": user.covered_by_id})
        self.fields["covered_by"].queryset = coverers_of(user)  # type: ignore[attr-defined]  # it is a choice of rows


def coverers_of(user: User) -> Any:
    """Return who may cover for somebody."""
    return can_be_told().exclude(pk=user.pk)
