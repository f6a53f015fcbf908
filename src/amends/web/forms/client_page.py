"""What is typed to prepare a client's page: its words, what we heard line by line, which parts it has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from amends.desk.actions.client_page import TOLD, Line
from amends.desk.actions.envelope import PAGE_MARK, has_page_mark
from amends.desk.actions.firm import LONGEST_FOOT, MOST_PAGE_DAYS
from amends.desk.actions.letter import LONGEST_TEXT
from amends.web.forms.meanwhile import MeanwhileForm
from amends.web.forms.outbox import LetterForm, shown_address

if TYPE_CHECKING:
    from collections.abc import Iterator

    from amends.desk.models import Case, ClientPage, Firm, Heard, PageLine, Person

FIRST_LINES = 4  # of what they said are played back without being asked for: more is no listening (judgement)
NEW_LINES = 2  # empty lines at the end (judgement)
LONGEST_TITLE, LONGEST_LINE, LONGEST_NOTE = 200, 500, 300  # characters, as the columns
LONGEST_LEAD = 2_000  # characters: three sentences, not a letter (judgement)
ASKED = ("asks_feeling", "asks_four", "asks_code")


@dataclass(frozen=True, slots=True)
class Slot:
    """A place for one line: the name of its field, what they said, and the line as it is kept."""

    name: str
    heard: Heard | None = None
    row: PageLine | None = None


class PageForm(MeanwhileForm):
    """The page of a recovery as one person will read it; without `page` it is a new one."""

    KEPT_AS: ClassVar = {"lead": "page_lead"}
    title = forms.CharField(
        label=gettext_lazy("Title"),
        help_text=gettext_lazy("It owns what happened, in one short sentence."),
        max_length=LONGEST_TITLE,
        error_messages={"required": gettext_lazy("Write a title: it is what they read first")},
    )
    lead = forms.CharField(
        label=gettext_lazy("What happened"),
        help_text=gettext_lazy("What happened, that it was ours, and what follows. Then stop."),
        max_length=LONGEST_LEAD,
        required=False,
        widget=forms.Textarea({"rows": 4}),
    )
    shows_reparation = forms.BooleanField(
        label=gettext_lazy("Show what we put right"),
        help_text=gettext_lazy("What was approved, with its sums. An offer that still waits is never shown."),
        required=False,
    )
    amends_note = forms.CharField(
        label=gettext_lazy("How it reaches them"),
        help_text=gettext_lazy("As in “On your October statement. You don’t need to ask for it or sign anything.”"),
        max_length=LONGEST_NOTE,
        required=False,
    )
    asks_feeling = forms.BooleanField(
        label=gettext_lazy("Ask how they feel about working with us today"),
        help_text=gettext_lazy("Five words, one tap. It counts as a pulse."),
        required=False,
    )
    asks_four = forms.BooleanField(
        label=gettext_lazy("Ask the four questions, too"),
        help_text=gettext_lazy("Better at a monthly check-in than beside a first plan."),
        required=False,
    )
    asks_code = forms.BooleanField(
        label=gettext_lazy("Ask for a code before anything is shown"),
        help_text=gettext_lazy(
            "It goes to their own address by mail, and works once. A link that is passed on then lets nobody in."
        ),
        required=False,
    )

    def __init__(self, *given: Any, case: Case, page: ClientPage | None = None, **more: Any) -> None:
        super().__init__(*given, **more)
        self.slots = list(slots_of(case, page))
        for number, slot in enumerate(self.slots, start=1):
            self.fields[slot.name] = forms.CharField(
                label=_label(slot, number),
                max_length=LONGEST_LINE,
                required=False,
                widget=forms.TextInput({"autocomplete": "off"}),
                initial=self.initial.get(slot.name, ""),
            )

    @classmethod
    def of(cls, page: ClientPage) -> dict[str, Any]:
        """Return the values of a page as the form shows them."""
        lines = {slot.name: slot.row.text if slot.row else "" for slot in slots_of(_case_of(page), page)}
        return {name: getattr(page, name) for name in TOLD} | lines

    @classmethod
    def first(cls, case: Case, person: Person) -> dict[str, Any]:
        """Return what a new page proposes: a title that owns it, and what they said in their own words."""
        name = person.first_name or person.name
        said_by = {person.pk, None} if case.person_id == person.pk else {person.pk}  # nobody reads another's words
        heard = [slot for slot in slots_of(case, None) if slot.heard and slot.heard.person_id in said_by]
        said = {slot.name: slot.heard.words[:LONGEST_LINE] for slot in heard[:FIRST_LINES] if slot.heard}
        return {
            "title": _("%(name)s, we let you down.") % {"name": name} if name else _("We let you down."),
            "lead": _("That is ours. Here is what we heard from you, and what we will do about it.")
            if said
            else _("That is ours. Here is what we will do about it."),
            "asks_feeling": True,
            **said,
        }

    @property
    def told(self) -> dict[str, Any]:
        """What was typed, as the action takes it."""
        typed = self.cleaned_data
        lines = [Line(typed[slot.name], slot.heard, slot.row) for slot in self.slots]
        return {**{name: typed[name] for name in TOLD}, "lines": lines}

    def lines(self) -> list[tuple[Slot, Any]]:
        """Return each place for a line with its field, for the page."""
        return [(slot, self[slot.name]) for slot in self.slots]

    def asked(self) -> list[Any]:
        """Return the fields that say what is asked, for the page."""
        return [self[name] for name in ASKED]


def _label(slot: Slot, number: int) -> str:
    """Return what the field of a line is called."""
    return _("Line %(number)d") % {"number": number} if slot.heard or slot.row else _("One more line")


def _case_of(page: ClientPage) -> Case:
    assert page.case is not None  # noqa: S101  (a database check says so of the page of a recovery)
    return page.case


def slots_of(case: Case, page: ClientPage | None) -> Iterator[Slot]:
    """Yield the places for lines: one for each thing they said, those of our own words, and some empty ones."""
    rows = list(page.lines.all()) if page else []
    of_heard = {row.heard_id: row for row in rows if row.heard_id}
    heard = list(case.heard.all())
    words = {one.pk: one for one in heard}
    for row in rows:  # as they stand on the page: what is saved keeps their order
        of = words.get(row.heard_id or 0) if of_heard.get(row.heard_id or 0) is row else None
        yield Slot(f"heard_{of.pk}" if of else f"line_{row.pk}", of, row)
    yield from (Slot(f"heard_{one.pk}", one, None) for one in heard if one.pk not in of_heard)
    yield from (Slot(f"new_{number}") for number in range(NEW_LINES))


class PageLookForm(MeanwhileForm):
    """How the pages of clients look, and how long their links work."""

    page_colour = forms.CharField(
        label=gettext_lazy("Colour"),
        help_text=gettext_lazy("Of the head of the page. The letters on it turn black or white, as reads better."),
        widget=forms.TextInput({"type": "color", "class": "short"}),
        error_messages={"required": gettext_lazy("Choose a colour")},
    )
    page_foot = forms.CharField(
        label=gettext_lazy("Under the page"),
        help_text=gettext_lazy("Your address, your register, who answers for it. The firm’s name stands above."),
        max_length=LONGEST_FOOT,
        required=False,
        widget=forms.Textarea({"rows": 4}),
    )
    page_days = forms.IntegerField(
        label=gettext_lazy("A link works for so many days"),
        help_text=gettext_lazy("From when it is made. Those that are out keep their day."),
        min_value=1,
        max_value=MOST_PAGE_DAYS,
        widget=forms.NumberInput({"class": "short"}),
        error_messages={"required": gettext_lazy("Say for how many days")},
    )

    @classmethod
    def of(cls, firm: Firm) -> dict[str, Any]:
        """Return what the form shows first."""
        return {"page_colour": firm.page_colour, "page_foot": firm.page_foot, "page_days": firm.page_days}


class PageLetterForm(LetterForm):
    """The letter that brings somebody the link to their page; nobody else gets it."""

    text = forms.CharField(
        label=gettext_lazy("Text"),
        help_text=gettext_lazy("In place of the line [link] goes the link, made when the letter leaves."),  # PAGE_MARK
        max_length=LONGEST_TEXT,
        error_messages={"required": gettext_lazy("Write what they are to read")},
        widget=forms.Textarea({"rows": 12}),
    )

    def __init__(self, *given: Any, page: ClientPage, **more: Any) -> None:
        super().__init__(*given, client=page.client, **more)
        addresses = list(page.person.addresses.order_by("address").select_related("person"))
        to: Any = self.fields["to"]
        to.choices = [(each.address, shown_address(each)) for each in addresses]
        self.is_possible = bool(addresses)

    def clean_text(self) -> str:
        """Ask for the line that becomes the link."""
        text = str(self.cleaned_data["text"])
        if not has_page_mark(text):
            told = _("Put the line %(mark)s where the link is to stand, on a line of its own")
            raise forms.ValidationError(told % {"mark": PAGE_MARK})
        return text
