"""What a client does with an agreement on their own page: fills in their part, and answers the words line by line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from amends.desk.actions.client_answer import note_answer
from amends.desk.actions.sheet import answer_item, fill_theirs
from amends.desk.models import Sheet
from amends.desk.rules import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from amends.core.agreement import Level
    from amends.desk.models import ClientPage, SheetItem


@transaction.atomic
def fill_sheet_page(page: ClientPage, levels: Mapping[int, Level], *, now: datetime) -> None:
    """Take in the part that somebody filled in on their page; the same part twice changes nothing.

    Refused once both parts are there, or the sheet is over.
    """
    sheet = Sheet.objects.select_for_update().get(pages=page)
    before = sheet.they_filled_at
    if fill_theirs(sheet, levels, person=page.person, now=now).they_filled_at != before:
        note_answer(page, now=now)


@transaction.atomic
def answer_sheet(
    page: ClientPage, said: Mapping[int, tuple[bool, str]], seen: Mapping[int, str], *, now: datetime
) -> list[int]:
    """Take in what somebody says to each line (do they agree, what would they change); return what has moved since.

    What they saw (`seen`: a print of the words by line) decides: an answer to other words is not taken in, nor one to a
    sheet that is over. The same answers twice change nothing.
    """
    sheet = Sheet.objects.select_for_update().get(pages=page)
    moved, is_new = [], False
    for item in sheet.items.filter(pk__in=said):
        agrees, words = said[item.pk]
        change = "" if agrees else words.strip()
        if (item.they_confirmed_at is not None, item.their_change) == (agrees, change):
            continue
        if _is_taken(item, page, agrees=agrees, change=change, seen=seen.get(item.pk, ""), now=now):
            is_new = True
        else:
            moved.append(item.pk)
    if is_new:
        note_answer(page, now=now)
    return moved


def _is_taken(item: SheetItem, page: ClientPage, *, agrees: bool, change: str, seen: str, now: datetime) -> bool:
    try:
        return answer_item(item, seen=seen, agrees=agrees, change=change, person=page.person, now=now)
    except Refused:
        return False
