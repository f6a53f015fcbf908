"""Mail that no person wrote: told by its header fields, its sender and its subject, never by its text.

docs/method.md rule 1: automated mail is never a signal of mood. Sources of the marks: RFC 3834 (automatic responses),
RFC 2919 and 2369 (lists), RFC 3464 and 8098 (reports), RFC 5546 (calendars), and what programs are seen to write.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from amends.core.message import Automated

if TYPE_CHECKING:
    from collections.abc import Mapping

AUTO_REPLY_MARKS = frozenset(
    {"x-autoreply", "x-autorespond", "x-autoresponder", "x-mail-autoreply", "x-autoreply-from", "x-vacation"}
)
MACHINE_MARKS = frozenset(
    {
        "x-auto-response-suppress",
        "x-ms-exchange-generated-message-source",
        "x-cron-env",
        "x-github-reason",
        "x-gitlab-project",
        "x-jira-fingerprint",
        "x-bugzilla-reason",
        "x-rt-ticket",
        "x-failed-recipients",
    }
)
LIST_MARKS = frozenset(
    {
        "list-id",
        "list-post",
        "mailing-list",
        "x-mailing-list",
        "x-beenthere",
        "x-mailman-version",
        "x-egroups-return",
        "x-listname",
        "x-listserver",
        "x-list-host",
        "x-listprocessor-version",
        "x-loop",
    }
)
CAMPAIGN_MARKS = frozenset(
    {
        "list-unsubscribe-post",
        "x-campaign",
        "x-campaign-id",
        "x-campaignid",
        "x-mailchimp-campaign-id",
        "x-mc-user",
        "x-cmailid",
        "x-job",
        "x-rpcampaign",
        "x-mailer-lid",
        "x-mailer-recptid",
        "x-bulkmail",
        "x-csa-complaints",
        "x-mailru-msgtype",
        "x-newsletter",
        "x-sfmc-stack",
    }
)
"""Fields that only mass-mailing programs write."""

SENDING_SERVICE_MARKS = frozenset(
    {
        "feedback-id",
        "x-mailgun-sid",
        "x-mailgun-tag",
        "x-ses-outgoing",
        "x-sg-eid",
        "x-pm-message-id",
        "x-mandrill-user",
    }
)
"""Fields of services that send newsletters, but now and then also a person's answer: they do not count in a reply."""

HEADERS = (
    AUTO_REPLY_MARKS
    | MACHINE_MARKS
    | LIST_MARKS
    | CAMPAIGN_MARKS
    | SENDING_SERVICE_MARKS
    | {
        "auto-submitted",
        "content-class",
        "content-type",
        "delivered-to",
        "errors-to",
        "in-reply-to",
        "list-unsubscribe",
        "precedence",
        "preference",
        "return-path",
        "sender",
        "x-precedence",
    }
)
"""Every header field this module looks at, in lower case; the reader of mail keeps these."""

CIRCULARS = frozenset({Automated.LIST, Automated.NEWSLETTER, Automated.NO_REPLY, Automated.MACHINE})
"""Automated mail that no signal looks at; bounces, calendar notices and automatic replies can tell of a client."""

PRECEDENCES = {
    "list": Automated.LIST,
    "bulk": Automated.NEWSLETTER,
    "junk": Automated.NEWSLETTER,
    "auto_reply": Automated.AUTO_REPLY,
    "auto-reply": Automated.AUTO_REPLY,
}

BOUNCER = re.compile(r"(?:mailer-?daemon|postmaster|mail-daemon|mdaemon)(?:[+._-].{0,60})?@", re.IGNORECASE)
NO_REPLY = re.compile(
    r"(?:.{0,60}[._+-])?(?:no-?_?\.?-?reply|do-?_?\.?not-?_?\.?reply|no-?_?answer"
    r"|(?:bitte-?)?nicht-?antworten|keine-?antwort|kein-?reply"
    r"|ne-?_?pas-?_?repondre|pas-?de-?reponse|sans-?reponse"
    r"|no-?_?respond(?:er|a)|no-?_?contestar|sin-?respuesta"
    r"|niet-?(?:be)?antwoorden|niet-?reageren|geen-?antwoord"
    r"|non-?_?rispondere|nessuna-?risposta|nao-?_?respond(?:a|er)|sem-?resposta)"
    r"(?:[._+-].{0,60}|\d{0,6})@",
    re.IGNORECASE,
)
"""Senders that say nobody reads an answer: English, German, French, Spanish, Dutch, Italian, Portuguese."""

PROGRAM = re.compile(
    r"(?:notif(?:y|ications?)|alerts?|automailer|autoresponder|auto-?confirm|cron|daemon|root|nobody|bounces?|mailer"
    r"|rss(?:-?feeds?)?)"
    r"(?:[+._-].{0,60})?@",
    re.IGNORECASE,
)
NEWSLETTER_SENDER = re.compile(
    r"(?:(?:e-?)?newsletters?(?:[+._-].{0,60})?@|[^@]{0,100}@(?:(?:e-?)?newsletters?|mailings?|campaigns?)\."
    r"|[^@]{0,60}\d{12})",
    re.IGNORECASE,
)
"""Senders that call themselves a newsletter, or whose name is a number that tells them who unsubscribes."""

BOUNCE_PATH = re.compile(r"<?bounces?[+._=-]", re.IGNORECASE)
"""A Return-Path that counts bounces, as mass-mailing services and some programs for single mails write it."""

LIST_SENDER = re.compile(
    r"<?(?:owner-[^@<>]{1,80}|[^@<>]{1,80}-(?:owner|admin|bounces?|errors|return-[^@<>]{0,160})(?:[+=][^@<>]{0,160})?"
    r"|sentto-[^@<>]{1,80}|listserv|majordomo)@",
    re.IGNORECASE,
)
"""The envelope addresses of list programs (Mailman, ezmlm, Majordomo, LISTSERV, eGroups)."""

AUTO_REPLY_SUBJECT = re.compile(
    r"(?:auto(?:matic)?[ -]?(?:reply|response|responder)|auto:|out of (?:the )?office(?: auto ?-?reply)?\s?:"
    r"|automatische antwort|abwesenheitsnotiz|abwesenheitsnachricht|abwesend\s?:"
    r"|r[eé]ponse automatique|absence du bureau|message d['’]absence|absent(?:e)? du bureau"
    r"|respuesta autom[aá]tica|fuera de (?:la )?oficina\s?:|mensaje de ausencia"
    r"|automatisch(?:e)? (?:antwoord|beantwoording|bericht)|afwezigheids?(?:bericht|melding)|afwezig\s?:"
    r"|risposta automatica|fuori (?:sede|ufficio)\s?:|messaggio di assenza"
    r"|resposta autom[aá]tica|fora do escrit[oó]rio\s?:|aus[eê]ncia tempor[aá]ria)",
    re.IGNORECASE,
)
"""How programs begin the subject of an absence notice in seven languages; "Out of office next week" is a person."""

BOUNCE_SUBJECT = re.compile(
    r"(?:undeliverable\s?:|undelivered mail returned|delivery status notification|mail delivery (?:failed|failure)"
    r"|delivery (?:failure|has failed)|failure notice$|returned mail\s?:|mail system error|unzustellbar\s?:"
    r"|non remis\s?:|no se puede entregar\s?:|onbestelbaar\s?:|non recapitabile\s?:|n[aã]o entregue\s?:)",
    re.IGNORECASE,
)


def automated(
    headers: Mapping[str, str], sender: str, *, subject: str = "", calendar_method: str = ""
) -> Automated | None:
    """Say why no person wrote this mail, or None when somebody may have.

    `headers` maps field names in lower case to unfolded values (only those in `HEADERS` matter), `sender` is the
    address in From, `subject` is decoded, `calendar_method` that of a calendar part, else empty.
    """
    return (
        _report(headers, sender, subject)
        or _calendar(headers, calendar_method)
        or _answered_by_program(headers, subject)
        or _named_sender(sender)
        or _mass_mail(headers)
        or (Automated.MACHINE if not MACHINE_MARKS.isdisjoint(headers) else None)
    )


def _report(headers: Mapping[str, str], sender: str, subject: str) -> Automated | None:
    """Recognise reports about mail: bounces, read receipts, complaints (RFC 3464, 8098, 5965)."""
    content_type = headers.get("content-type", "")[:200].lower()
    if content_type.startswith("multipart/report"):
        return Automated.MACHINE if "notification" in content_type or "feedback" in content_type else Automated.BOUNCE
    if BOUNCER.match(sender) or BOUNCE_SUBJECT.match(subject):
        return Automated.BOUNCE
    if headers.get("return-path", "").replace(" ", "") == "<>":
        return _answered_by_program(headers, subject) or _calendar(headers, "") or Automated.BOUNCE
    return None


def _calendar(headers: Mapping[str, str], calendar_method: str) -> Automated | None:
    """Recognise invitations and their answers: a calendar as the mail itself or as one of its parts."""
    if calendar_method or headers.get("content-type", "")[:13].lower() == "text/calendar":
        return Automated.CALENDAR
    return Automated.CALENDAR if "calendarmessage" in headers.get("content-class", "") else None


def _answered_by_program(headers: Mapping[str, str], subject: str) -> Automated | None:
    """Recognise automatic answers, and what RFC 3834 calls generated mail."""
    submitted = headers.get("auto-submitted", "no")[:60].lower()
    if submitted.startswith("auto-replied") or not AUTO_REPLY_MARKS.isdisjoint(headers):
        return Automated.AUTO_REPLY
    if "autoresponder" in headers.get("delivered-to", "").lower() or "auto" in headers.get("preference", "").lower():
        return Automated.AUTO_REPLY
    if AUTO_REPLY_SUBJECT.match(subject):
        return Automated.AUTO_REPLY
    return Automated.MACHINE if submitted.startswith("auto-") and LIST_MARKS.isdisjoint(headers) else None


def _named_sender(sender: str) -> Automated | None:
    """Recognise senders that call themselves a machine."""
    if NO_REPLY.match(sender):
        return Automated.NO_REPLY
    if NEWSLETTER_SENDER.match(sender):
        return Automated.NEWSLETTER
    return Automated.MACHINE if PROGRAM.match(sender) else None


def _mass_mail(headers: Mapping[str, str]) -> Automated | None:
    """Tell mailing lists, where people write to a list, from newsletters, where a firm writes to many."""
    if not CAMPAIGN_MARKS.isdisjoint(headers):
        return Automated.NEWSLETTER
    if not LIST_MARKS.isdisjoint(headers) or any(
        LIST_SENDER.match(headers.get(name, "")) for name in ("sender", "errors-to", "return-path")
    ):
        return Automated.LIST
    if "list-unsubscribe" in headers:
        return Automated.NEWSLETTER
    precedence = headers.get("precedence") or headers.get("x-precedence")
    if precedence:
        return PRECEDENCES.get(precedence.strip().lower())
    if "in-reply-to" in headers:
        return None
    is_sent_by_service = BOUNCE_PATH.match(headers.get("return-path", ""))
    return Automated.NEWSLETTER if is_sent_by_service or not SENDING_SERVICE_MARKS.isdisjoint(headers) else None
