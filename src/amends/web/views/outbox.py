"""The outbox: what goes out by mail, and letters to clients, which a person reads before they go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from amends.desk import clock
from amends.desk.actions.apology import send_with_reason
from amends.desk.actions.envelope import PAGE_MARK, sender_of, to_of
from amends.desk.actions.letter import (
    change_letter,
    close_letter,
    drop_letter,
    resend_letter,
    seal_of,
    send_letter,
    send_test,
    take_back_letter,
    write_letter,
)
from amends.desk.models import LetterKind, Message, PageKind
from amends.desk.queries.firm import the_firm
from amends.desk.queries.outbox import (
    Tab,
    counts_of,
    filed_as,
    held,
    last_test,
    letters_in,
    letters_seen_by,
    subject_of_answer,
    writable,
)
from amends.desk.queries.tone import answered_by
from amends.desk.rules import Power
from amends.web import check_in_words, posting
from amends.web.access import client_or_404, letter_or_404, number_asked, page, user_of
from amends.web.forms.attempt import attempt, posted
from amends.web.forms.meanwhile import attempt_on
from amends.web.forms.outbox import LetterForm
from amends.web.looking_over import looked_over

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from amends.desk.models import Client, Outgoing

ON_A_PAGE = 50  # letters; judgement


@page(Power.WORK, methods=("GET", "HEAD"))
def outbox(request: HttpRequest) -> HttpResponse:
    """Show what goes out by mail, and what became of it."""
    user, now, asked = user_of(request), clock.now(), request.GET.get("show", "")
    counts = counts_of(user, now)
    tab = Tab(asked) if asked in set(Tab) else next((tab for tab in posting.FIRST if counts[tab]), Tab.SENT)
    letters = Paginator(letters_in(tab, user, now), ON_A_PAGE).get_page(request.GET.get("page"))
    shown = {
        "tab": tab,
        "tabs": posting.tabs(counts),
        "page": letters,
        "rows": [posting.row_of(letter, tab, now) for letter in letters],
        "held": held(the_firm()),
        "empty": posting.empty(tab),
        "now": now,
    }
    return render(request, "web/outbox.html", shown)


@page(Power.WORK)
def letter_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Write to somebody at a client."""
    client, user = client_or_404(request, pk), user_of(request)
    answered = _answered(request, client)
    first = _anew(request, client) or _first(request, client, answered)
    form = LetterForm(posted(request), client=client, initial=first)
    if request.method == "POST":
        told: dict[str, Any] = {"by": user, "now": clock.now(), "answers": answered}
        letter = attempt(form, lambda: write_letter(client, **form.cleaned_data, **told))
        if letter:
            return redirect("letter", letter.pk)
    shown = {"form": form, "client": client, "answered": answered, "is_possible": form.is_possible}
    return render(request, "web/letter_edit.html", shown)


def _answered(request: HttpRequest, client: Client) -> Message | None:
    """Return the message that is to be answered, if it is one of the client's."""
    pk = number_asked(request, "answers")
    return Message.objects.filter(client=client, pk=pk).select_related("person").first() if pk else None


def _anew(request: HttpRequest, client: Client) -> dict[str, str]:
    """Return what a letter said that did not arrive and is written anew."""
    pk = number_asked(request, "again")
    seen = letters_seen_by(user_of(request)).filter(kind=LetterKind.CLIENT, client=client)
    before = seen.filter(pk=pk).first() if pk else None
    return LetterForm.of(before) if before else {}


def _first(request: HttpRequest, client: Client, answered: Message | None) -> dict[str, str]:
    """Return whom a letter is to and what about, as far as the way here tells."""
    asked = number_asked(request, "person")
    if answered is None:
        theirs = writable(client).filter(person=asked).first() if asked else writable(client).first()
        return {"to": theirs.address if theirs else ""}
    to = next(iter(answered.to), "") if answered.from_us else answered.sender
    return {"to": to, "subject": subject_of_answer(answered)}


@page(Power.WORK, methods=("GET", "HEAD"))
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    """Show exactly what goes out and to whom, before a person sends it; and afterwards what became of it."""
    asked, now = letter_or_404(request, pk), clock.now()
    shown = {
        "letter": asked,
        "client": asked.client,
        "sender": posting.named(*sender_of(asked)),
        "to": posting.named(*to_of(asked)),
        "seal": seal_of(asked),
        "fate": posting.fate_of(asked, now),
        "is_clients": asked.kind == LetterKind.CLIENT,
        "filed": filed_as(asked),
        "invited": check_in_words.invited(asked, now),
        "page_mark": PAGE_MARK,
        "held": held(the_firm()),
        "now": now,
        "looked": looked_over(asked, user_of(request), now) if asked.read_at is None else None,
    }
    return render(request, "web/letter.html", shown)


@page(Power.WORK)
def letter_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Write a draft anew."""
    asked, user = letter_or_404(request, pk, is_clients=True), user_of(request)
    form = LetterForm(posted(request), client=asked.client, initial=LetterForm.of(asked))  # type: ignore[arg-type]  # it is a client's
    if request.method == "POST":
        change: dict[str, Any] = {"by": user, "now": clock.now()}
        if attempt_on(form, asked, form.of, user, lambda: change_letter(asked, **form.cleaned_data, **change)):
            return redirect("letter", asked.pk)
    shown = {"form": form, "client": asked.client, "letter": asked, "is_possible": True}
    return render(request, "web/letter_edit.html", shown)


@page(Power.WORK, methods=("POST",))
def letter_send(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a letter that was read."""
    asked = letter_or_404(request, pk, is_clients=True)
    told: dict[str, Any] = {"by": user_of(request), "now": clock.now(), "seen": request.POST.get("seal", "")}
    if reason := request.POST.get("why_by_mail", "").strip():
        answered = answered_by(asked, user_of(request))
        send_with_reason(asked, reason, case=answered.case if answered else None, **told)
    else:
        send_letter(asked, **told)
    messages.success(request, _("On its way to %(name)s.") % {"name": posting.reader_of(asked)})
    return _after(asked)


def _after(letter: Outgoing) -> HttpResponse:
    """Return to where a letter began: to the page whose link it brings, to the next that waits, or to the client."""
    if letter.page is None:
        return redirect("client", letter.client_id)
    if letter.page.kind == PageKind.PULSE:
        return redirect("outbox")  # several are asked at once, and each letter is read
    if letter.page.kind == PageKind.AGREEMENT:
        return redirect("client-agreement", letter.client_id)
    return redirect("client-page", letter.page.pk)


@page(Power.WORK, methods=("POST",))
def letter_drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a letter go that was not sent."""
    asked = letter_or_404(request, pk, is_clients=True)
    drop_letter(asked, by=user_of(request), now=clock.now())
    messages.success(request, _("Discarded. Nothing was sent."))
    return redirect("outbox")


@page(Power.WORK, methods=("POST",))
def letter_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a letter that waits a draft again."""
    asked = letter_or_404(request, pk, is_clients=True)
    take_back_letter(asked, by=user_of(request), now=clock.now())
    messages.success(request, _("It is a draft again, and goes nowhere."))
    return redirect("letter", asked.pk)


@page(Power.WORK, methods=("POST",))
def letter_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a letter again that was refused, or whose fate nobody knows."""
    asked = letter_or_404(request, pk)
    resend_letter(asked, by=user_of(request), now=clock.now())
    messages.success(request, _("It is sent again."))
    return redirect("outbox")


@page(Power.WORK, methods=("POST",))
def letter_close(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a letter that came back, or is lost, off the list."""
    asked = letter_or_404(request, pk)
    close_letter(asked, by=user_of(request), now=clock.now())
    messages.success(request, _("Taken off the list."))
    return redirect("outbox")


@page(Power.OWN)
def settings_mail(request: HttpRequest) -> HttpResponse:
    """Show whether mail goes out, and send a test to oneself."""
    user, now = user_of(request), clock.now()
    if request.method == "POST":
        send_test(by=user, now=now)
        messages.success(request, _("A test is on its way to %(address)s.") % {"address": user.email})
        return redirect("settings-mail-out")
    test = last_test(user)
    fate = posting.fate_of(test, now) if test else None
    shown = {"held": held(the_firm()), "test": test, "fate": fate, "setup": posting.setup(), "now": now}
    return render(request, "web/settings/mail_out.html", shown)
