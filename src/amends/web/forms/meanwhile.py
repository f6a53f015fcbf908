"""What a colleague changed while a form was being filled in: nothing is written over unseen.

A form that changes a row carries, hidden and signed, a fingerprint of each value that it showed. When the row has other
values by the time it is saved, the form comes back: what was typed is kept, what was left alone shows the new value, a
sentence says who changed what to what, and saving once more ("Save mine") saves what is now seen.
"""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.core import signing
from django.db import transaction
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from amends.desk.queries.record import latest_change
from amends.web.forms.attempt import attempt

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from django.db.models import Model

    from amends.desk.models import Event, User

SHOWN = "shown"
SALT = "amends.web.meanwhile"
FINGERPRINT = 16  # hexadecimal digits: enough to tell two values apart (judgement)
LONGEST_SAID = 120  # characters of a value in a sentence (judgement)


class MeanwhileForm(forms.Form):
    """A form that changes a row which others may change too; saved by `attempt_on`.

    `KEPT_AS` says under which name the record keeps a field, where that is another.
    """

    KEPT_AS: ClassVar[Mapping[str, str]] = {}
    meanwhile = False  # whether it came back because the row had changed
    row: Model | None = None

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        # Signed only when the page is written, with the values that stand in it.
        self.fields[SHOWN] = forms.CharField(required=False, widget=forms.HiddenInput, initial=self._seal)

    def meet(self, row: Model, values: dict[str, Any], by: User) -> None:
        """Take the values that the row has now; they are compared with those that were shown."""
        self.row, self.initial, self.by = row, values, by

    def full_clean(self) -> None:
        """Read what was typed, and object if the row is no longer what was shown."""
        super().full_clean()
        if not self.is_bound:
            return
        sealed = self.cleaned_data.pop(SHOWN, "")
        if self.row is not None and not self.errors:
            shown = _opened(sealed)
            changed = [name for name in self._watched() if name in shown and shown[name] != self._printed(name)]
            if changed:
                self._come_back(shown, changed)

    def _watched(self) -> Iterable[str]:
        return [name for name in self.fields if name != SHOWN]

    def _seal(self) -> str:
        return signing.dumps({name: self._printed(name) for name in self._watched()}, salt=SALT)

    def _first(self, name: str) -> list[str]:
        """Return a field as the page shows it first, in the words that a browser sends back."""
        field = self.fields[name]
        value = field.prepare_value(self.get_initial_for_field(field, name))
        return _sent(value if isinstance(field.widget, forms.CheckboxInput) else field.widget.format_value(value))

    def _printed(self, name: str) -> str:
        return _fingerprint(self._first(name))

    def _come_back(self, shown: Mapping[str, str], changed: Iterable[str]) -> None:
        """Say what changed; show the new value of what was left alone."""
        typed: Any = self.data.copy()  # type: ignore[attr-defined]  # what was posted is a QueryDict
        for name in changed:
            key, widget = self.add_prefix(name), self.fields[name].widget
            was_sent = _sent(widget.value_from_datadict(self.data, self.files, key))
            if _fingerprint(was_sent) == shown[name]:
                typed.pop(key, None)
                if now := self._first(name):
                    typed.setlist(key, now)
            self.add_error(None, self._sentence(name))
        typed[self.add_prefix(SHOWN)] = self._seal()
        self.data, self.meanwhile = typed, True

    def _sentence(self, name: str) -> str:
        field = self.fields[name]
        now = _said(field, self.get_initial_for_field(field, name))
        told = {"what": str(field.label), "now": now or _("nothing"), "who": "", "when": ""}
        event = latest_change(self.row, self.KEPT_AS.get(name, name)) if self.row else None
        if event is None:
            return _("“%(what)s” has become “%(now)s” meanwhile.") % told
        told |= {"who": self._who(event), "when": date_format(localtime(event.at), "TIME_FORMAT")}
        return _("%(who)s changed “%(what)s” to “%(now)s” at %(when)s.") % told

    def _who(self, event: Event) -> str:
        if event.by is None:
            return _("The desk")
        return _("You, in another window,") if event.by == self.by else event.by.name


def attempt_on(
    form: MeanwhileForm, row: Model, of: Callable[[Any], dict[str, Any]], by: User, change: Callable[[], Any]
) -> Any:
    """Do as `attempt`, with a row that others may have changed since its form was shown; it is locked meanwhile.

    `of` returns the values of the row that the form shows first.
    """
    with transaction.atomic():
        row.refresh_from_db(from_queryset=type(row)._default_manager.select_for_update())  # noqa: SLF001  (whichever model it is)
        form.meet(row, of(row), by)
        return attempt(form, change)


def _opened(sealed: str) -> dict[str, str]:
    """Return the fingerprints that a form carried; none where it carried none of ours."""
    try:
        found: dict[str, str] = signing.loads(sealed, salt=SALT)
    except signing.BadSignature:
        return {}
    return found


def _fingerprint(sent: Iterable[str]) -> str:
    return sha256("\0".join(sent).encode()).hexdigest()[:FINGERPRINT]


def _sent(value: Any) -> list[str]:
    """Return what a browser sends for a value: several for a list, nothing for an empty or unticked one."""
    if value is None or value is False or value == "":
        return []
    if value is True:
        return ["on"]
    if isinstance(value, list | tuple | set):
        return sorted(str(one) for one in value if one not in {None, ""})
    return [line] if (line := "\n".join(str(value).splitlines()).strip()) else []


def _said(field: forms.Field, value: Any) -> str:
    """Return a value as people say it."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return date_format(localtime(value), "DATETIME_FORMAT")
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    if isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField):
        return str(dict(field.choices).get(value, value))  # type: ignore[arg-type]  # its choices are flat
    text = ", ".join(str(value).splitlines()) if value is not None else ""
    return text if len(text) <= LONGEST_SAID else f"{text[:LONGEST_SAID]}…"
