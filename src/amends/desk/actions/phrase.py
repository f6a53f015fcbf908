"""The words that a firm asks its people not to write are added, changed and taken off the list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from amends.core.lexicon.fold import fold, words_of
from amends.desk.actions.event import record, values_of
from amends.desk.models import FirmPhrase
from amends.desk.rules import Power, Refused, require

if TYPE_CHECKING:
    from datetime import datetime

    from amends.desk.models import User

FIELDS = ("words", "why", "better")
MOST_PHRASES = 200  # each is looked for in every draft; nobody keeps more in mind (judgement)


@transaction.atomic
def add_phrase(words: str, *, by: User | None, now: datetime, why: str = "", better: str = "") -> FirmPhrase:
    """Ask that some words be written no more. Refused where they are on the list already."""
    require(by, Power.OWN)
    if FirmPhrase.objects.count() >= MOST_PHRASES:
        raise Refused(_("The list is full. Nobody keeps more in mind: take one off first."))
    phrase = FirmPhrase.objects.create(words=_free(words), why=_line(why), better=_line(better))
    record("add_phrase", phrase, by=by, now=now, after=values_of(phrase, FIELDS))
    return phrase


@transaction.atomic
def change_phrase(
    phrase: FirmPhrase, *, by: User | None, now: datetime, words: str, why: str = "", better: str = ""
) -> FirmPhrase:
    """Say other words, another reason or a better wording. Nothing is written where nothing changes."""
    require(by, Power.OWN)
    before = values_of(phrase, FIELDS)
    phrase.words, phrase.why, phrase.better = _free(words, but=phrase), _line(why), _line(better)
    if (after := values_of(phrase, FIELDS)) != before:
        phrase.save(update_fields=FIELDS)
        record("change_phrase", phrase, by=by, now=now, before=before, after=after)
    return phrase


@transaction.atomic
def remove_phrase(phrase: FirmPhrase, *, by: User | None, now: datetime) -> None:
    """Take words off the list: they may be written again."""
    require(by, Power.OWN)
    record("remove_phrase", phrase, by=by, now=now, before=values_of(phrase, FIELDS))
    phrase.delete()


def _free(words: str, but: FirmPhrase | None = None) -> str:
    """Return words as they are kept; Refused where they are none, or stand on the list in other letters."""
    wanted = _line(words)
    folded = _folded(wanted)
    if not folded:
        raise Refused(_("Write words: signs alone are not looked for."))
    others = FirmPhrase.objects.exclude(pk=but.pk) if but else FirmPhrase.objects.all()
    if any(_folded(other) == folded for other in others.values_list("words", flat=True)):
        raise Refused(_("“%s” is on the list already.") % wanted)
    return wanted


def _folded(words: str) -> list[str]:
    """Return words as they are compared: whatever their case, accents, contractions and signs."""
    return words_of(fold([words]))[0]


def _line(text: str) -> str:
    return " ".join(text.split())
