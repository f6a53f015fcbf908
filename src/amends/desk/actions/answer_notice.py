"""Whoever leads hears at once, while the firm works, that a client answered on their page or would rather be called.

Each answer is told once; further ones of the same page within the hour are told together with the next. The row that
says so and the mail are one transaction: who was killed before it is found due again, and nobody is told twice.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from amends.desk.actions.event import record
from amends.desk.actions.notice_words import Words, why
from amends.desk.actions.outgoing import queue_letter
from amends.desk.models import ClientPage, Firm, LetterKind, Notice, PageKind, User, Way
from amends.desk.queries.client_page_news import NEWS, answers_on, told_of_page, unseen_pages
from amends.desk.queries.firm import hours_of
from amends.desk.queries.notice import can_reach, choice_of

if TYPE_CHECKING:
    from amends.desk.models import Outgoing

ANSWERS_REST = timedelta(hours=1)  # between two notices of the answers on one page, to one colleague (judgement)
PAGE = "page"  # how what such a notice is about begins: "page 4 answer 2025-03-10T12:00:00"
CALL, ANSWER = "call", "answer"


def tell_answers(*, now: datetime) -> bool:
    """Tell whoever leads of answers that nobody has looked at; return whether anybody was. The demo tells nobody."""
    firm = Firm.objects.filter(is_demo=False).first()
    if firm is None or not hours_of(firm).is_open(now):
        return False
    with timezone.override(ZoneInfo(firm.zone)):
        pages = unseen_pages()
        told = [_tell(user, page, now) for page in pages if (user := told_of_page(page, now, firm))]
    return any(told)


@transaction.atomic
def _tell(user: User, page: ClientPage, now: datetime) -> bool:
    """Tell one colleague of one page; of two workers one does."""
    User.objects.select_for_update().get(pk=user.pk)
    choice = choice_of(user, LetterKind.ANSWER)
    about = about_of(page)
    theirs = Notice.objects.filter(user=user, kind=LetterKind.ANSWER)
    if not about or not can_reach(choice) or theirs.filter(about=about).exists():
        return False
    before = theirs.filter(about__startswith=f"{PAGE} {page.pk} {ANSWER} ", at__gt=now - ANSWERS_REST)
    if not wants_call(page) and before.exclude(way=Way.NONE).exists():
        return False
    letter = answer_letter(user, page, answer_words(page), now) if choice.way == Way.MAIL else None
    Notice.objects.create(
        user=user, kind=LetterKind.ANSWER, about=about, case=page.case, way=choice.way, letter=letter, at=now
    )
    record("tell_answers", page, by=None, now=now, after={"colleague": user.pk, "way": choice.way})
    return choice.way != Way.NONE


def wants_call(page: ClientPage) -> bool:
    """Whether somebody would rather be called, and nobody has seen that yet."""
    return page.call_asked_at is not None and (page.noted_at is None or page.call_asked_at > page.noted_at)


def about_of(page: ClientPage) -> str:
    """Return what a notice of the newest on a page is about; empty where there is nothing new."""
    at = page.call_asked_at if wants_call(page) else page.answered_at
    return f"{PAGE} {page.pk} {CALL if wants_call(page) else ANSWER} {at:%Y-%m-%dT%H:%M:%S}" if at else ""


def page_told(notice: Notice) -> ClientPage | None:
    """Return the page that a notice tells of, as long as nobody has looked at its answers."""
    key = notice.about.split()[1] if notice.about.startswith(f"{PAGE} ") else ""
    rows = ClientPage.objects.select_related("person", "client", "case__lead")
    return rows.filter(NEWS, pk=int(key)).first() if key.isdecimal() else None


def answer_words(page: ClientPage) -> Words:
    """Return what a colleague is told: who answered, how many changes they agree to or question, and their own words.

    Of a restricted recovery none of the words: who manages reads in the outbox what was told to colleagues.
    """
    told = {"who": page.person.name or page.person.first_name, "client": page.client.name}
    calls, answered = _("%(who)s at %(client)s would rather be called"), _("%(who)s at %(client)s answered")
    subject = (calls if wants_call(page) else answered) % told
    lines, quotes = _counted(page)
    link = settings.ADDRESS.rstrip("/") + reverse("client-page", args=[page.pk])
    is_open = page.case is None or not page.case.is_restricted
    text = "\n\n".join([f"{subject}.", *lines, *(quotes if is_open else ()), link])
    return Words(subject, f"{text}\n", "\n".join([f"{subject}.", *lines, link]))


def _counted(page: ClientPage) -> tuple[list[str], list[str]]:
    """Return what somebody answered: in numbers, and in their words."""
    if page.kind != PageKind.RECOVERY:
        return [], []
    answers = answers_on(page)
    agreed = ngettext("Agreed to one change.", "Agreed to %(count)d changes.", answers.agreed)
    asked = ngettext("Questions one.", "Questions %(count)d.", answers.questions)
    unheard = ngettext("One line was not quite right.", "%(count)d lines were not quite right.", answers.unheard)
    numbers = ((agreed, answers.agreed), (asked, answers.questions), (unheard, answers.unheard))
    lines = [sentence % {"count": count} for sentence, count in numbers if count]
    words = [one.answer_words for one in answers.plan] + [one.words for one in answers.lines]
    return [" ".join(lines)] if lines else [], [f"“{one}”" for one in words if one]


def answer_letter(user: User, page: ClientPage, words: Words, now: datetime) -> Outgoing:
    """Queue the mail that tells of answers; it is kept with the recovery, and so from whoever may not see it."""
    return queue_letter(
        LetterKind.ANSWER,
        user.email,
        words.subject,
        words.text,
        now=now,
        user=user,
        client=page.client,
        case=page.case,
        person=page.person,
        why=why(LetterKind.ANSWER),
    )
