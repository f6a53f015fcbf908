"""What is chosen to ask people how it is to work with us, and what one of them told a colleague."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from amends.core.mended import FEELINGS
from amends.core.pulse import AGREED, NEXT_ORDER, ORDER_WORDS, STATEMENTS
from amends.core.wording import say
from amends.desk.actions.pulse import LONGEST_WORDS
from amends.desk.models import Person
from amends.web.forms.touch import WORDS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from amends.desk.models import Client

later_said = lazy(say, str)  # in the reader's language, once it is read
ONE_LINE, FOUR = "one", "four"


class AskForm(forms.Form):
    """Whom to ask, and what."""

    people = forms.TypedMultipleChoiceField(
        label=_("Whom"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose whom to ask")},
    )
    what = forms.ChoiceField(
        label=_("What"),
        choices=[(ONE_LINE, _("How they feel, in one line")), (FOUR, _("The four questions, too"))],
        widget=forms.RadioSelect,
    )

    def __init__(self, *given: Any, who: Sequence[tuple[int, str]], **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["people"].choices = who  # type: ignore[attr-defined]  # a field with choices


def _of_five(label: Any, words: Mapping[int, str]) -> forms.TypedChoiceField:
    """Return a question with five answers, the worst first; it may be left out."""
    return forms.TypedChoiceField(
        label=label,
        choices=[(figure, later_said(word)) for figure, word in words.items()],
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )


class HeardForm(forms.Form):
    """What one of them said when asked: how they feel, the four questions, and their words."""

    person = forms.ModelChoiceField(
        label=_("Who"),
        queryset=Person.objects.none(),
        empty_label=None,
        error_messages={"required": _("Choose who said it")},
    )
    feeling = _of_five(_("“How do you feel about working with us today?”"), FEELINGS)
    words = forms.CharField(
        label=_("Their words"), max_length=LONGEST_WORDS, required=False, widget=forms.Textarea(WORDS)
    )
    does = _of_five(later_said(STATEMENTS["does"]), AGREED)
    interests = _of_five(later_said(STATEMENTS["interests"]), AGREED)
    straight = _of_five(later_said(STATEMENTS["straight"]), AGREED)
    next_order = forms.ChoiceField(
        label=later_said(NEXT_ORDER),
        choices=[(order.value, later_said(word)) for order, word in ORDER_WORDS.items()],
        required=False,
        widget=forms.RadioSelect,
    )

    def __init__(self, *given: Any, client: Client, **more: Any) -> None:
        super().__init__(*given, **more)
        people: Any = self.fields["person"]
        people.queryset = client.people.filter(left_on=None)
        people.label_from_instance = _called

    @property
    def four(self) -> list[forms.BoundField]:
        """The fields of the four questions."""
        return [self[name] for name in (*STATEMENTS, "next_order")]


def _called(person: Person) -> str:
    return person.name or str(_("Somebody there"))
