"""Who a form is about: a client or a person, typed or chosen, found by the server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from amends.desk.queries.who import Who, familiar_to, people_of, who_is
from amends.web.ids import id_in

if TYPE_CHECKING:
    from datetime import datetime

    from django.utils.functional import _StrPromise

    from amends.desk.models import Client, User

LONGEST = 200  # characters, as a client's name
FEW = 5  # names offered when several are meant (judgement)


class Offered(forms.TextInput):
    """A text field that offers names while one types (`<datalist>`); any other text is taken too."""

    template_name = "web/widgets/offered.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"maxlength": LONGEST, "autocomplete": "off", "spellcheck": "false", **(attrs or {})})
        self.offered: list[str] = []

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Give the template the names."""
        context = super().get_context(name, value, attrs)
        context["widget"]["attrs"]["list"] = f"{context['widget']['attrs'].get('id', name)}_list"
        return {**context, "offered": self.offered}


class WhoField(forms.CharField):
    """Whose value, cleaned, is a `Who`; with `may_be_new` an unknown name stays a text."""

    widget = Offered

    def __init__(self, *, may_be_new: bool = False, **more: Any) -> None:
        super().__init__(
            label=gettext_lazy("Who?"),
            max_length=LONGEST,
            error_messages={"required": gettext_lazy("Say who it is: a client or a person")},
            **more,
        )
        self.may_be_new = may_be_new
        self.user: User | None = None

    def ask(self, user: User) -> None:
        """Look among the clients that somebody sees, and offer those they know."""
        self.user = user
        self.widget.offered = familiar_to(user)

    def clean(self, value: Any) -> Any:
        """Return whom the text means."""
        asked: str = super().clean(value)
        if self.user is None or not asked:
            return asked
        found = who_is(asked, self.user)
        if len(found) == 1:
            return found[0]
        if found:
            raise forms.ValidationError(_several(found))
        if self.may_be_new:
            return asked
        raise forms.ValidationError(_("We know nobody called %(asked)s") % {"asked": asked})


class Several(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # not subscriptable when it runs
    """Several rows; a number that no row can have is refused here, before a database stumbles over it."""

    def clean(self, value: Any) -> Any:
        """Return the rows; a sentence for what is none."""
        for one in value or ():
            if not id_in(one):
                raise forms.ValidationError(self.error_messages["invalid_pk_value"], params={"pk": one})
        return super().clean(value)


class WhomForm(forms.Form):
    """A form about somebody: it asks who it is, or, with `client` given, only for the person there."""

    WHOM: ClassVar[_StrPromise] = gettext_lazy("With whom")
    who = WhoField()
    person: forms.ModelChoiceField[Any] = forms.ModelChoiceField(
        queryset=None, required=False, empty_label=gettext_lazy("Nobody in particular")
    )

    def __init__(self, *given: Any, user: User, now: datetime, client: Client | None = None, **more: Any) -> None:
        super().__init__(*given, **more)
        self.client, self.now = client, now
        who: Any = self.fields["who"]
        person: Any = self.fields["person"]
        if client is None:
            who.ask(user)
            del self.fields["person"]
        else:
            person.queryset, person.label = people_of(client), self.WHOM
            del self.fields["who"]

    @property
    def whom(self) -> Who:
        """The client and the person that the form is about."""
        if self.client is None:
            who: Who = self.cleaned_data["who"]
            return who
        return Who(self.client, self.cleaned_data["person"])


def _several(found: list[Who]) -> str:
    names = " · ".join(map(str, found[:FEW]))
    return _("Say which one you mean: %(names)s") % {"names": names}
