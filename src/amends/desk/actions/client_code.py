"""A code by mail before a client's page is shown: whoever has the link has to have the mailbox, too."""

from __future__ import annotations

from datetime import timedelta
from secrets import randbelow
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from amends.desk.actions.event import record
from amends.desk.actions.outgoing import queue_letter
from amends.desk.models import ClientPage, LetterKind, Outgoing
from amends.desk.queries.client_page import address_of
from amends.desk.queries.firm import the_firm
from amends.desk.rules import Refused

if TYPE_CHECKING:
    from datetime import datetime

DIGITS = 6  # a million codes; with `MOST_TRIES` an hour a guesser needs years (judgement)
WORKS = timedelta(minutes=15)  # judgement: mail takes minutes, a stranger longer
AGAIN = timedelta(minutes=1)  # until another may be asked for (judgement)
MOST_CODES = 5  # sent to one person within `PAUSE`, whatever page asks: nobody's mailbox is flooded (judgement)
MOST_TRIES = 5  # wrong ones, after which none is tried for `PAUSE` (judgement)
PAUSE = timedelta(hours=1)  # since the last code was sent (judgement)
CODED = ("code_hash", "code_sent_at", "code_tries")


@transaction.atomic
def send_code(page: ClientPage, *, now: datetime) -> None:
    """Send the person of a page a code, to the address that we know: at most one a minute, and a few an hour."""
    _lock(page)
    address = address_of(page)
    if not address:
        raise Refused(_("We know no mail address of yours to send a code to."))
    if page.code_sent_at and now - page.code_sent_at < (PAUSE if page.code_tries >= MOST_TRIES else AGAIN):
        raise Refused(_too_often(page))
    lately = Outgoing.objects.filter(kind=LetterKind.CODE, person=page.person_id, added_at__gt=now - PAUSE)
    if lately.count() >= MOST_CODES:
        raise Refused(_("We have sent you several codes already. Use the last one, or ask again in an hour."))
    code = f"{randbelow(10**DIGITS):0{DIGITS}}"
    if page.code_sent_at is None or now - page.code_sent_at >= PAUSE:
        page.code_tries = 0  # a new code alone gives nobody new tries
    page.code_hash, page.code_sent_at = _hash_of(page, code), now
    page.save(update_fields=CODED)
    told = {"code": code, "firm": the_firm().name}
    text = _(
        "%(code)s\n\nThis is the code for the page that %(firm)s made for you. It works for 15 minutes.\n\nYou did not"
        " ask for it? Then you need to do nothing."
    )
    subject = _("%(code)s is your code") % told
    words = text % told
    queue_letter(LetterKind.CODE, address, subject, words, now=now, client=page.client, person=page.person, page=page)
    record("send_page_code", page, by=None, now=now, person=page.person)


def enter_code(page: ClientPage, code: str, *, now: datetime) -> None:
    """Let somebody in who has the code; Refused otherwise. A wrong one is counted although it is refused."""
    with transaction.atomic():
        problem = _tried(page, code, now)
    if problem:
        raise Refused(problem)


def _tried(page: ClientPage, code: str, now: datetime) -> str:
    """Try a code, and return what is wrong with it, if anything. A code lets somebody in once."""
    _lock(page)
    if page.code_tries >= MOST_TRIES:
        return _too_often(page)
    if not page.code_hash or page.code_sent_at is None or now - page.code_sent_at > WORKS:
        return _("This code is over. Ask for a new one.")
    bare = "".join(sign for sign in code if sign.isdigit())
    if not constant_time_compare(_hash_of(page, bare), page.code_hash):
        page.code_tries += 1
        page.save(update_fields=CODED)
        return _too_often(page) if page.code_tries >= MOST_TRIES else _("That is not the code. Look at the last mail.")
    page.code_hash, page.code_tries = "", 0
    page.save(update_fields=CODED)
    record("enter_page_code", page, by=None, now=now, person=page.person)
    return ""


def _too_often(page: ClientPage) -> str:
    if page.code_tries >= MOST_TRIES:
        return _("That was the wrong code too often. You can ask for a new one in an hour, or call us.")
    return _("We have just sent you a code. If it does not come, ask again in a minute.")


def _hash_of(page: ClientPage, code: str) -> str:
    """Return what is kept of a code; without the desk's own key nobody finds it by trying a million of them."""
    return salted_hmac("amends.desk.page_code", f"{page.pk} {code}", algorithm="sha256").hexdigest()


def _lock(page: ClientPage) -> None:
    row = ClientPage.objects.select_for_update().get(pk=page.pk)
    for name in CODED:
        setattr(page, name, getattr(row, name))
