"""What is typed into the settings: one form for each subject."""

from __future__ import annotations

from datetime import time
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar
from zoneinfo import TZPATH, available_timezones

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from amends.desk.actions.firm import MOST_ANSWER_HOURS, MOST_LEVEL_HOURS
from amends.desk.models import ESCALATE_HOURS, MORNING_AT, Branch, Role, Theme, User
from amends.desk.queries.holiday import countries, parts_of
from amends.desk.queries.notice import can_be_told
from amends.desk.queries.number import NUMBERS, PERCENT
from amends.desk.rules import Refused
from amends.web.forms.meanwhile import MeanwhileForm

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from django.utils.functional import _StrPromise

    from amends.desk.models import Firm
    from amends.desk.queries.number import Number

DAYS = (_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"))
PERIODS = 2  # a day at least: a pause at noon; one more than the firm has, so that another can be added
OLD_ZONES = ("Etc/", "posix", "right", "SystemV", "US/")  # kept by the database for old programs alone
KEEP_CHOICES = (1, 2, 3, 5, 7, 10)  # years; judgement
DATE = {"type": "date"}
LEVELS = ("level_1", "level_2", "level_3")  # whom a late answer is told to, one after the other
_DEFAULT = _("Working hours after the answer was due. {hours} where you set nothing (a judgement).")


@cache
def zones() -> list[tuple[str, str]]:
    """Return the time zones that people choose among, each under its one name where the system lists those."""
    known = {zone for zone in available_timezones() if "/" in zone and not zone.startswith(OLD_ZONES)}
    return [(zone, zone.replace("_", " ")) for zone in ["UTC", *sorted(known & _listed() or known)]]


def _listed() -> set[str]:
    """Return the zones of the system's list of places (zone.tab), in which none stands twice; none without a list."""
    lists = [Path(folder, "zone.tab") for folder in TZPATH]
    text = next((file.read_text("utf-8") for file in lists if file.exists()), "")
    return {line.split("\t")[2] for line in text.splitlines() if line and not line.startswith("#")}


def zones_with(zone: str) -> list[tuple[str, str]]:
    """Return them, with the one that was chosen already if it is known by another name."""
    return zones() if zone in dict(zones()) else [(zone, zone.replace("_", " ")), *zones()]


def _level(label: _StrPromise, place: int) -> forms.IntegerField:
    """Return the field for the hours after which a level is told of a late answer."""
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=0,
        max_value=MOST_LEVEL_HOURS,
        help_text=format_lazy(_DEFAULT, hours=ESCALATE_HOURS[place]),
        widget=forms.NumberInput(attrs={"class": "short"}),
    )


class FirmForm(MeanwhileForm):
    """The firm's name, where its mail comes from, its clock and its money."""

    name = forms.CharField(label=_("Name"), max_length=200, error_messages={"required": _("Write the firm's name")})
    addresses = forms.CharField(
        label=_("Our addresses"),
        required=False,
        help_text=_("The domains and mail addresses that are yours, one on each line. Mail from them counts as ours."),
        widget=forms.Textarea(attrs={"rows": 4, "autocapitalize": "off", "spellcheck": "false"}),
    )
    zone = forms.ChoiceField(label=_("Time zone"), choices=zones)
    currency = forms.CharField(
        label=_("Currency"), max_length=3, min_length=3, help_text=_("Three letters, as in USD, GBP or EUR."),
        widget=forms.TextInput(attrs={"class": "short"}),
    )  # fmt: skip
    morning_at = forms.TimeField(
        label=_("Morning mail at"),
        help_text=_("On working days, to everybody with somebody to call. 8:00 where you set nothing (a judgement)."),
        required=False,
        error_messages={"invalid": _("Write a time, as in 08:00")},
        widget=forms.TimeInput(attrs={"type": "time", "class": "short"}, format="%H:%M"),
    )
    level_1 = _level(_("Late answers: tell who looks after the client after"), 0)
    level_2 = _level(_("Tell who manages it after"), 1)
    level_3 = _level(_("Tell the owners after"), 2)

    KEPT_AS: ClassVar[Mapping[str, str]] = dict.fromkeys(LEVELS, "escalate_hours")

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["zone"].choices = zones_with(self.initial["zone"])  # type: ignore[attr-defined]  # it is a choice

    @classmethod
    def of(cls, firm: Firm) -> dict[str, Any]:
        """Return what the form shows first."""
        return {
            "name": firm.name, "addresses": "\n".join(firm.addresses), "zone": firm.zone, "currency": firm.currency,
            "morning_at": firm.morning_at, **dict(zip(LEVELS, firm.escalate_hours, strict=True)),
        }  # fmt: skip

    def told(self) -> dict[str, Any]:
        """Return the fields as `actions.firm.change_firm` takes them, once the form is valid; empty is the default."""
        typed = self.cleaned_data
        levels = [typed[name] if typed[name] is not None else ESCALATE_HOURS[at] for at, name in enumerate(LEVELS)]
        told = {name: value for name, value in typed.items() if name not in LEVELS}
        return {**told, "morning_at": typed["morning_at"] or MORNING_AT, "escalate_hours": levels}

    def clean_addresses(self) -> list[str]:
        """Return the lines."""
        return str(self.cleaned_data["addresses"]).replace(",", "\n").split()


class WeekForm(forms.Form):
    """The periods of each day of the week, and the answer promised in them."""

    answer_hours = forms.IntegerField(
        label=_("Answer promised within"),
        min_value=1,
        max_value=MOST_ANSWER_HOURS,
        help_text=_("Working hours. A client may have been promised another answer; that is set at the client."),
    )

    def __init__(self, firm: Firm, typed: Any = None) -> None:
        super().__init__(typed, initial=self.of(firm))
        self.places = range(max(PERIODS, 1 + max(map(len, firm.week))))
        for day, name in enumerate(DAYS):
            for place in self.places:
                for end, label in (("opens", _("from")), ("closes", _("to"))):
                    self.fields[f"day{day}_{place}_{end}"] = forms.TimeField(
                        label=f"{name} {label}" if not place else f"{name} {label}, {place + 1}",
                        required=False,
                        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
                    )

    @classmethod
    def of(cls, firm: Firm) -> dict[str, Any]:
        """Return what the form shows first."""
        shown: dict[str, Any] = {"answer_hours": firm.answer_hours}
        for day, periods in enumerate(firm.week):
            for place, (opens, closes) in enumerate(periods):
                shown[f"day{day}_{place}_opens"] = time.fromisoformat(opens)
                shown[f"day{day}_{place}_closes"] = time.fromisoformat(closes)
        return shown

    def days(self) -> list[dict[str, Any]]:
        """Return the days with their fields, for the page: {"name", "periods"}, each period two fields."""
        return [
            {"name": name, "periods": [self._pair(day, place) for place in self.places]}
            for day, name in enumerate(DAYS)
        ]

    def _pair(self, day: int, place: int) -> list[forms.BoundField]:
        return [self[f"day{day}_{place}_{end}"] for end in ("opens", "closes")]

    def clean(self) -> dict[str, Any]:
        """Say where a period has a beginning and no end."""
        told = super().clean() or {}
        for day in range(len(DAYS)):
            for place in self.places:
                opens, closes = f"day{day}_{place}_opens", f"day{day}_{place}_closes"
                if (told.get(opens) is None) != (told.get(closes) is None) and not {opens, closes} & set(self.errors):
                    missing = opens if told.get(opens) is None else closes
                    self.add_error(missing, _("%s: write both times, or neither") % DAYS[day])
        return told

    def week(self) -> list[list[list[str]]]:
        """Return the week as `actions.firm.set_week` takes it."""
        return [
            [
                [f"{self.cleaned_data[f'day{day}_{place}_{end}']:%H:%M}" for end in ("opens", "closes")]
                for place in self.places
                if self.cleaned_data[f"day{day}_{place}_opens"] is not None
            ]
            for day in range(len(DAYS))
        ]


class HolidayForm(forms.Form):
    """One day off."""

    on = forms.DateField(
        label=_("Day"), widget=forms.DateInput(attrs=DATE, format="%Y-%m-%d"),
        error_messages={"required": _("Choose the day")},
    )  # fmt: skip
    name = forms.CharField(label=_("What it is called"), max_length=200, required=False)


class FillForm(forms.Form):
    """The public holidays of a country, for a year."""

    country = forms.ChoiceField(label=_("Country"), choices=countries)
    part = forms.CharField(
        label=_("State or region"), max_length=10, required=False, help_text=_("Its short code, as in CA or NSW."),
        widget=forms.TextInput(attrs={"class": "short"}),
    )  # fmt: skip
    year = forms.TypedChoiceField(label=_("Year"), coerce=int)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [(year, str(year)) for year in (today.year, today.year + 1)]  # type: ignore[attr-defined]  # it is a choice

    def clean(self) -> dict[str, Any]:
        """Say which parts a country has, when the one typed is none of them."""
        told = super().clean() or {}
        told["part"] = str(told.get("part", "")).strip().upper()
        known = parts_of(str(told.get("country", "")))
        if told["part"] and told["part"] not in known:
            words = _("Choose one of %s") % ", ".join(known) if known else _("This country has none: leave it empty")
            self.add_error("part", words)
        return told


class NumberForm(forms.Form):
    """One number of the method, as the firm has it; empty goes back to the method's."""

    value = forms.FloatField(required=False)

    def __init__(self, number: Number, firm: Firm, *args: Any, **kwargs: Any) -> None:
        self.number = number
        own = firm.numbers.get(number.key)
        factor = PERCENT if number.is_share else 1
        kwargs.setdefault("prefix", number.key.translate(str.maketrans(" ._", "---")))
        kwargs["initial"] = {"value": "" if own is None else f"{own * factor:g}"}
        super().__init__(*args, **kwargs)
        step, words = ("0.1", "decimal") if number.is_share or number.own else ("1", "numeric")
        bounds = {"min": f"{number.least * factor:g}", "max": f"{number.most * factor:g}"}
        told = {"placeholder": f"{number.default * factor:g}", "step": step, "inputmode": words}
        self.fields["value"].widget = forms.NumberInput(attrs={**bounds, **told})
        self.fields["value"].label = number.name

    def clean_value(self) -> float | None:
        """Return the firm's own value as `actions.firm.set_numbers` takes it."""
        value: float | None = self.cleaned_data["value"]
        if value is None:
            return None
        try:
            return self.number.checked(value / PERCENT if self.number.is_share else value)
        except Refused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal

    def own(self) -> float | None:
        """Return the firm's own value, once the form is valid."""
        value: float | None = self.cleaned_data["value"]
        return value


def number_forms(firm: Firm, typed: Any = None) -> list[NumberForm]:
    """Return a form for each number, in the order of the page."""
    return [NumberForm(number, firm, typed) for number in NUMBERS.values()]


class ColleagueForm(forms.Form):
    """A colleague: who they are and what they may do."""

    name = forms.CharField(label=_("Name"), max_length=200, error_messages={"required": _("Write their name")})
    email = forms.EmailField(
        label=_("E-mail"),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Write their e-mail address"), "invalid": _("Write a whole e-mail address")},
    )
    role = forms.ChoiceField(
        label=_("Role"),
        choices=Role,
        initial=Role.MEMBER,
        help_text=_(
            "Members log, promise and mend. Managers also import mail, and see what is restricted in their branch."
            " Owners do everything. Viewers only look."
        ),
    )
    branch = forms.ModelChoiceField(
        label=_("Branch"), queryset=Branch.objects.all(), required=False, empty_label=_("No branch"),
        help_text=_("A manager without a branch manages all of them."),
    )  # fmt: skip
    title = forms.CharField(label=_("Job title"), max_length=200, required=False)
    phone = forms.CharField(
        label=_("Phone"), max_length=60, required=False, widget=forms.TextInput(attrs={"type": "tel"})
    )


class AwayForm(ColleagueForm):
    """The same, once they are here: they may be away."""

    away_until = forms.DateField(
        label=_("Away until"),
        required=False,
        help_text=_("The last day away. Until then they get no notices."),
        widget=forms.DateInput(attrs=DATE, format="%Y-%m-%d"),
    )
    covered_by = forms.ModelChoiceField(
        label=_("Who covers for them"),
        queryset=can_be_told().none(),
        required=False,
        empty_label=_("Nobody: whoever manages their clients is told"),
        help_text=_("While they are away this colleague gets their notices."),
    )

    def __init__(self, user: User, typed: Any = None) -> None:
        super().__init__(typed, initial=self.of(user))
        self.fields["covered_by"].queryset = can_be_told().exclude(pk=user.pk)  # type: ignore[attr-defined]  # rows

    @classmethod
    def of(cls, user: User) -> dict[str, Any]:
        """Return what the form shows first."""
        return {name: getattr(user, name) for name in cls.base_fields}


class BranchForm(forms.Form):
    """A branch."""

    name = forms.CharField(label=_("Name"), max_length=200, error_messages={"required": _("Write the branch's name")})
    phone = forms.CharField(
        label=_("Phone"), max_length=60, required=False, widget=forms.TextInput(attrs={"type": "tel"})
    )


def id_of(branch: Branch | None) -> str:
    """Return how the fields of a branch's form are known on a page with several."""
    return f"branch{branch.pk}_%s" if branch else "branch_%s"


def branch_form(branch: Branch | None = None) -> BranchForm:
    """Return the form of a branch as it is, or an empty one."""
    initial = {"name": branch.name, "phone": branch.phone} if branch else {}
    return BranchForm(initial=initial, auto_id=id_of(branch))


def keep_choices() -> list[tuple[str | int, Any]]:
    """Return for how many years words may be kept."""
    return [(0, _("As long as we like")), *((n, ngettext("%d year", "%d years", n) % n) for n in KEEP_CHOICES)]


class KeepForm(forms.Form):
    """How long the words of messages are kept."""

    keep_years = forms.TypedChoiceField(
        label=_("Keep what was written for"),
        coerce=lambda years: int(years) or None,
        choices=keep_choices,
        help_text=_("Older words, names and addresses are blanked every night. How often people wrote stays."),
    )


class RecordForm(forms.Form):
    """Which changes are shown."""

    who = forms.ModelChoiceField(
        label=_("Who"), queryset=User.objects.all(), required=False, empty_label=_("Everybody")
    )
    what = forms.ChoiceField(label=_("What"), required=False)
    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs=DATE, format="%Y-%m-%d"))
    until = forms.DateField(label=_("To"), required=False, widget=forms.DateInput(attrs=DATE, format="%Y-%m-%d"))

    def __init__(self, *args: Any, kinds: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["what"].choices = [("", _("Everything")), *kinds]  # type: ignore[attr-defined]  # it is a choice


class YouForm(forms.Form):
    """What everybody decides for themselves."""

    name = forms.CharField(label=_("Name"), max_length=200, error_messages={"required": _("Write your name")})
    title = forms.CharField(label=_("Job title"), max_length=200, required=False)
    phone = forms.CharField(
        label=_("Phone"), max_length=60, required=False, widget=forms.TextInput(attrs={"type": "tel"})
    )
    theme = forms.ChoiceField(label=_("Light or dark"), choices=Theme, widget=forms.RadioSelect)
    has_keys = forms.BooleanField(
        label=_("Single keys"), required=False, help_text=_("As in u for “A client is upset”. Press ? to see them all.")
    )

    @classmethod
    def of(cls, user: User) -> dict[str, Any]:
        """Return what the form shows first."""
        return {name: getattr(user, name) for name in cls.base_fields}


class PersonSearchForm(forms.Form):
    """Whose words are asked for."""

    q = forms.CharField(label=_("Name or e-mail address"), max_length=200)
