"""What our side says of a client's page: how it stands, what they answered, what is new on Today."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from amends.core.mended import FEELINGS
from amends.core.wording import say
from amends.desk.actions.envelope import PAGE_MARK
from amends.desk.queries.client_page_news import PageState, standing_of
from amends.desk.queries.pulse_page import told_of
from amends.web import wording
from amends.web.plan_words import ANSWERS, UNANSWERED

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from amends.core.plan import Answer
    from amends.desk.models import ClientPage, PageLine, Pulse, User
    from amends.desk.queries.client_page_news import Answers, News
    from amends.desk.queries.plan import Shown, WholePlan

Row = dict[str, Any]
# How a page stands: the class of its tag, and its word.
STATES = {
    PageState.ENDED: ("", gettext_lazy("Ended")),
    PageState.UNSENT: ("", gettext_lazy("Nobody has the link")),
    PageState.EXPIRED: ("strained", gettext_lazy("The link is over")),
    PageState.SENT: ("", gettext_lazy("Not opened yet")),
    PageState.OPENED: ("blue", gettext_lazy("Opened")),
    PageState.ANSWERED: ("gold", gettext_lazy("Answered")),
}
RIGHT = {
    True: ("gold", gettext_lazy("That’s right")),
    False: ("blue", gettext_lazy("Not quite")),
    None: ("", gettext_lazy("Not answered")),
}


def of_page(page: ClientPage, now: datetime) -> Row:
    """Return how a page stands: tag, word, sentence, until when a link leads to it."""
    standing = standing_of(page, now)
    tag, word = ("blue", _("New answers")) if standing.is_news else STATES[standing.state]
    return {
        "page": page,
        "state": standing.state,
        "tag": tag,
        "stands": word,
        "says": _says(page, standing.state, now),
        "works_until": wording.day(standing.ends_at, now) if standing.ends_at else "",
        "is_news": standing.is_news,
        "name": page.person.first_name or page.person.name,
        "href": reverse("client-page", args=[page.pk]),
    }


def _says(page: ClientPage, state: PageState, now: datetime) -> str:
    """Say in a sentence what has become of a page."""
    told = {"name": page.person.first_name or page.person.name}
    told |= {"opened": wording.when(page.last_opened_at or page.opened_at, now) if page.opened_at else ""}
    told |= {"answered": wording.when(page.answered_at, now) if page.answered_at else ""}
    return {
        PageState.ENDED: _("No link leads to it any more. What was answered stays."),
        PageState.UNSENT: _("Nobody outside has seen it. Write to %(name)s, or copy a link."),
        PageState.EXPIRED: _("Every link to it is over. Make a new one, and %(name)s can answer."),
        PageState.SENT: _("%(name)s has not opened it yet."),
        PageState.OPENED: _("%(name)s opened it last on %(opened)s, and has not answered."),
        PageState.ANSWERED: _("%(name)s answered on %(answered)s."),
    }[state] % told


def opened(page: ClientPage, now: datetime) -> str:
    """Say when somebody opened their page; programs that look at links do not count."""
    if page.opened_at is None:
        return _("Not yet")
    told = {"first": wording.when(page.opened_at, now), "last": wording.when(page.last_opened_at, now)}
    many = _("First on %(first)s, last on %(last)s")
    return (many if page.opens > 1 else "%(first)s") % told


def of_answers(answers: Answers) -> Row:
    """Return what somebody answered, line by line, and in a sentence."""
    return {
        "lines": [_line(one) for one in answers.lines],
        "changes": [_change(one) for one in answers.plan],
        "pulses": [_pulse(one) for one in answers.pulses],
        "sum": counted(answers.agreed, answers.questions, answers.unheard),
    }


def _line(line: PageLine) -> Row:
    tag, word = RIGHT[line.is_right]
    return {"text": line.text, "words": line.words, "tag": tag, "word": word}


def _change(change: Shown) -> Row:
    answer: Answer | str = change.answer
    tag, word = ANSWERS.get(answer, UNANSWERED) if answer else UNANSWERED  # type: ignore[call-overload]  # kept as text
    return {
        "what": change.what,
        "who": change.who,
        "by": change.by,
        "words": change.answer_words,
        "tag": tag,
        "word": word,
    }


def _pulse(pulse: Pulse) -> Row:
    feeling = say(FEELINGS[pulse.feeling]) if pulse.feeling else ""
    return {"at": pulse.at, "feeling": feeling, "words": pulse.words, "told": list(told_of(pulse))}


def counted(agreed: int, asked: int, unheard: int = 0) -> str:
    """Say what somebody answered: "Agreed to 2 changes and questioned one."; empty where nothing."""
    parts = []
    if agreed:
        parts.append(ngettext("agreed to one change", "agreed to %(count)d changes", agreed) % {"count": agreed})
    if asked:
        parts.append(ngettext("questioned one", "questioned %(count)d", asked) % {"count": asked})
    sentence = get_text_list(parts, _("and"))
    said = [f"{sentence[:1].upper()}{sentence[1:]}."] if sentence else []
    if unheard:
        told = ngettext("One line was not quite right.", "%(count)d lines were not quite right.", unheard)
        said.append(told % {"count": unheard})
    return " ".join(said)


def of_case(pages: Sequence[ClientPage], plan: WholePlan, now: datetime) -> Row:
    """Return what the plan says of the client's pages: how each stands, and what it waits for."""
    rows = [of_page(page, now) for page in pages if page.revoked_at is None]
    return {"pages": rows, "page_waits": waits_for(rows, len(plan.questions))}


def waits_for(pages: Sequence[Row], questions: int) -> str:
    """Say what a plan waits for on the client's pages: questions first, then who has to answer."""
    if pages and questions:
        told = ngettext("%(count)d question to answer", "%(count)d questions to answer", questions)
        return told % {"count": questions}
    asked = [row["name"] for row in pages if row["state"] in {PageState.SENT, PageState.OPENED}]
    return _("Waiting for %(names)s to answer") % {"names": get_text_list(asked, _("and"))} if asked else ""


def news_row(news: News, now: datetime) -> Row:
    """Write a row of Today: somebody answered on their page."""
    page = news.page
    name = page.person.first_name or page.person.name
    if page.call_asked_at and (page.noted_at is None or page.call_asked_at > page.noted_at):
        title = _("%(name)s would rather be called") % {"name": name}
    else:
        title = _("%(name)s answered on their page") % {"name": name}
    return {
        "href": reverse("client-page", args=[page.pk]),
        "title": title,
        "beside": page.client.name,
        "detail": counted(news.agreed, news.asked, news.unheard),
        "note": wording.when(page.answered_at, now),
        "urgency": "",
    }


def first_letter(page: ClientPage, by: User) -> dict[str, str]:
    """Return the letter that is proposed to bring somebody their link."""
    name = page.person.first_name or page.person.name
    text = _(
        "%(name)s,\n\nThank you for telling us plainly what this has cost you. I have written down what I heard, and"
        " what we will do about it. It is one page, made for you alone:\n\n%(mark)s\n\nSay yes to each line, or tell me"
        " what you would change. Nothing is settled without you. If you would rather talk, call me or say so there.\n\n"
        "%(writer)s\n"
    ) % {"name": name, "mark": PAGE_MARK, "writer": by.name}
    first = page.person.addresses.order_by("address").values_list("address", flat=True).first()
    return {"to": first or "", "subject": _("What we heard, and what we will do"), "text": text}
