"""What is typed about a client."""

from __future__ import annotations

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from amends.core.health import State
from amends.desk.actions.firm import MOST_ANSWER_HOURS
from amends.desk.models import Branch, Client, User
from amends.desk.queries.client import Asked, colleagues, others_called, others_offered
from amends.desk.rules import Power, clients_seen_by, may, may_manage
from amends.web.forms.meanwhile import MeanwhileForm
from amends.web.forms.who import LONGEST, Offered, Several

EARLIEST_YEAR, LATEST_YEAR = 1900, 2100  # outside of these it is a slip of the finger
MOST_PEOPLE = 1_000_000
STATES = [("", _("Any")), *[(str(state), _(str(state))) for state in State]]


class ClientsForm(forms.Form):
    """Which clients are shown."""

    state = forms.ChoiceField(label=_("How it is"), choices=STATES, required=False)
    branch = forms.ModelChoiceField(label=_("Branch"), queryset=Branch.objects.all(), required=False)
    looked_after_by = forms.ModelChoiceField(label=_("Looked after by"), queryset=User.objects.none(), required=False)
    changed = forms.BooleanField(label=_("Changed this week"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("branch", "looked_after_by"):
            self._choices_of(name).empty_label = _("Any")
        self._choices_of("looked_after_by").queryset = colleagues()

    def _choices_of(self, name: str) -> Any:
        return self.fields[name]

    def asked(self) -> Asked:
        """Return what was chosen; what makes no sense asks for all."""
        self.is_valid()
        chosen = self.cleaned_data
        return Asked(
            state=chosen.get("state") or "",
            branch=chosen.get("branch"),
            looked_after_by=chosen.get("looked_after_by"),
            is_changed=bool(chosen.get("changed")),
        )


class ClientForm(MeanwhileForm):
    """A client, as people know it. Who may not restrict clients is not asked."""

    name = forms.CharField(label=_("Name"), max_length=200, error_messages={"required": _("Write the client's name")})
    keys = forms.CharField(
        label=_("Where their mail comes from"),
        required=False,
        help_text=_("One domain a line, as in company.com. Of somebody at Gmail or the like, the whole address."),
        widget=forms.Textarea(attrs={"rows": 3, "autocapitalize": "off", "spellcheck": "false"}),
    )
    looked_after_by = forms.ModelChoiceField(label=_("Looked after by"), queryset=User.objects.none(), required=False)
    branch = forms.ModelChoiceField(label=_("Branch"), queryset=Branch.objects.all(), required=False)
    team = Several(
        label=_("Who else works on it"),
        queryset=User.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    yearly_value = forms.DecimalField(
        label=_("Gross profit a year"),
        required=False,
        min_value=0,
        max_digits=14,
        decimal_places=2,
        localize=True,
        widget=forms.TextInput(attrs={"class": "short", "inputmode": "decimal"}),
    )
    since_year = forms.IntegerField(
        label=_("Client since"), required=False, min_value=EARLIEST_YEAR, max_value=LATEST_YEAR
    )
    on_assignment = forms.IntegerField(
        label=_("Our people who work there now"), required=False, min_value=0, max_value=MOST_PEOPLE
    )
    answer_hours = forms.IntegerField(
        label=_("Answer promised within"),
        required=False,
        min_value=1,
        max_value=MOST_ANSWER_HOURS,
        help_text=_("Working hours. Leave it empty to keep what your firm promises everybody."),
    )
    is_small_market = forms.BooleanField(
        label=_("In their market everybody knows everybody"), required=False, help_text=_("Then word travels further.")
    )
    is_restricted = forms.BooleanField(
        label=_("Only its team sees it"),
        required=False,
        help_text=_("The team, who looks after it, the managers of its branch, and owners."),
    )
    note = forms.CharField(label=_("Note"), required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 3}))
    is_another = forms.BooleanField(label=_("This is another client of the same name"), required=False)

    def __init__(self, *args: Any, user: User, currency: str, client: Client | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        for name in ("looked_after_by", "team"):
            self._choices_of(name).queryset = colleagues()
        self._choices_of("looked_after_by").empty_label = _("Nobody yet")
        self._choices_of("branch").empty_label = _("None")
        self.fields["yearly_value"].help_text = _("In %(currency)s.") % {"currency": currency}
        is_managed = may_manage(user, client) if client else may(user, Power.MANAGE)
        if not is_managed:
            del self.fields["is_restricted"]
        if (client and client.branch_id and not is_managed) or not Branch.objects.exists():
            del self.fields["branch"]
        if client or not self._is_known():
            del self.fields["is_another"]

    def _choices_of(self, name: str) -> Any:
        return self.fields[name]

    def _is_known(self) -> bool:
        """Whether somebody adds a client who is called like one they know."""
        typed = " ".join(str(self.data.get("name", "")).replace("\x00", "").split()) if self.is_bound else ""
        self.known = clients_seen_by(self.user).filter(name__iexact=typed).order_by("pk").first() if typed else None
        return self.known is not None

    def clean(self) -> dict[str, Any]:
        """Ask who adds a client by a known name whether it is another."""
        typed = super().clean() or self.cleaned_data
        if "is_another" in self.fields and not typed.pop("is_another", False):
            href = reverse("client", args=[self.known.pk]) if self.known else ""
            told = _now('There is a client called so already: <a href="{href}">open it</a>, or add another.')
            self.add_error("is_another", format_html(told, href=href))
        return typed

    @classmethod
    def of(cls, client: Client) -> dict[str, Any]:
        """Return what the form shows first."""
        plain = {name: getattr(client, name) for name in cls.base_fields if name not in {"keys", "team", "is_another"}}
        keys = client.keys.order_by("key").values_list("key", flat=True)
        return plain | {"keys": "\n".join(keys), "team": list(client.team.all())}

    def clean_keys(self) -> list[str]:
        """Return the lines."""
        return str(self.cleaned_data["keys"]).replace(",", "\n").split()


class MergeForm(forms.Form):
    """Which other client is the same company."""

    into = forms.CharField(
        label=_("The client that stays"),
        help_text=_("Its name, or where its mail comes from."),
        max_length=LONGEST,
        error_messages={"required": _("Choose the client that stays")},
        widget=Offered,
    )

    def __init__(self, *args: Any, client: Client, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.client, self.user = client, user
        self.fields["into"].widget.offered = others_offered(client, user)

    def clean_into(self) -> Client:
        """Return the one client that was meant."""
        asked = str(self.cleaned_data["into"])
        found = others_called(asked, self.client, self.user)
        if not found:
            raise forms.ValidationError(_now("We know no other client called %(asked)s") % {"asked": asked})
        if len(found) > 1:
            names = " · ".join(", ".join([one.name, *one.keys.values_list("key", flat=True)[:1]]) for one in found)
            raise forms.ValidationError(_now("Say which one you mean, by its domain: %(names)s") % {"names": names})
        return found[0]
