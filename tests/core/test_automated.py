"""Mail that no person wrote is told from mail that a person wrote."""

from __future__ import annotations

import pytest

from amends.core.automated import HEADERS, automated
from amends.core.message import Automated

DANA = "dana@brightwater.example"


@pytest.mark.parametrize(
    ("headers", "why"),
    [
        ({"list-id": "<users.httpd.apache.org>"}, Automated.LIST),
        ({"mailing-list": "contact users-help@example.org; run by ezmlm"}, Automated.LIST),
        ({"x-beenthere": "fork@example.com", "precedence": "bulk"}, Automated.LIST),
        ({"sender": "fork-admin@xent.example"}, Automated.LIST),
        ({"errors-to": "<owner-exmh@example.com>"}, Automated.LIST),
        ({"return-path": "<users-return-119-dana=brightwater.example@httpd.example>"}, Automated.LIST),
        ({"precedence": "List "}, Automated.LIST),
        ({"list-unsubscribe": "<https://news.example/u/1>"}, Automated.NEWSLETTER),
        ({"list-id": "<1.mc.example>", "x-mailchimp-campaign-id": "1"}, Automated.NEWSLETTER),
        ({"precedence": "bulk"}, Automated.NEWSLETTER),
        ({"precedence": "junk"}, Automated.NEWSLETTER),
        ({"feedback-id": "1.eu-west-1.example:AmazonSES"}, Automated.NEWSLETTER),
        ({"return-path": "<bounce+dana=brightwater.example@mg.example>"}, Automated.NEWSLETTER),
        ({"precedence": "auto_reply"}, Automated.AUTO_REPLY),
        ({"auto-submitted": "auto-replied (vacation)"}, Automated.AUTO_REPLY),
        ({"x-autoreply": "yes"}, Automated.AUTO_REPLY),
        ({"preference": "autoreply"}, Automated.AUTO_REPLY),
        ({"delivered-to": "Autoresponder"}, Automated.AUTO_REPLY),
        ({"return-path": "<>", "auto-submitted": "auto-replied"}, Automated.AUTO_REPLY),
        ({"auto-submitted": "auto-generated"}, Automated.MACHINE),
        ({"x-auto-response-suppress": "All"}, Automated.MACHINE),
        ({"content-type": "multipart/report; report-type=disposition-notification"}, Automated.MACHINE),
        ({"content-type": "multipart/report; report-type=delivery-status"}, Automated.BOUNCE),
        ({"return-path": "<>"}, Automated.BOUNCE),
        ({"content-type": "text/calendar; method=REQUEST"}, Automated.CALENDAR),
        ({"content-class": "urn:content-classes:calendarmessage"}, Automated.CALENDAR),
        ({"return-path": "<>", "content-type": "TEXT/CALENDAR"}, Automated.CALENDAR),
    ],
    ids=str,
)
def test_header_fields_tell_why(headers: dict[str, str], why: Automated) -> None:
    assert headers.keys() <= HEADERS
    assert automated(headers, DANA) is why


@pytest.mark.parametrize(
    ("sender", "why"),
    [
        ("noreply@shop.example", Automated.NO_REPLY),
        ("no-reply+case12@shop.example", Automated.NO_REPLY),
        ("billing.do-not-reply@shop.example", Automated.NO_REPLY),
        ("nicht-antworten@bank.example", Automated.NO_REPLY),
        ("bittenichtantworten@bank.example", Automated.NO_REPLY),
        ("ne-pas-repondre@impots.example", Automated.NO_REPLY),
        ("nepasrepondre@impots.example", Automated.NO_REPLY),
        ("no-responder@banco.example", Automated.NO_REPLY),
        ("niet-beantwoorden@gemeente.example", Automated.NO_REPLY),
        ("non-rispondere@comune.example", Automated.NO_REPLY),
        ("nao-responda@banco.example", Automated.NO_REPLY),
        ("mailer-daemon@mx.example", Automated.BOUNCE),
        ("Postmaster@brightwater.example", Automated.BOUNCE),
        ("newsletter@trade.example", Automated.NEWSLETTER),
        ("press@newsletter.trade.example", Automated.NEWSLETTER),
        ("body_216095411795471888@hermes.example", Automated.NEWSLETTER),
        ("notifications@tracker.example", Automated.MACHINE),
        ("rssfeeds@weblog.example", Automated.MACHINE),
    ],
)
def test_senders_that_call_themselves_a_machine(sender: str, why: Automated) -> None:
    assert automated({}, sender) is why


@pytest.mark.parametrize(
    "subject",
    [
        "Automatic reply: Your invoice",
        "Out of Office AutoReply: shifts",
        "Out of office: back on Monday",
        "Automatische Antwort: Rechnung",
        "Abwesenheitsnotiz",
        "Réponse automatique : facture",
        "Respuesta automática: factura",
        "Automatisch antwoord: factuur",
        "Risposta automatica: fattura",
        "Resposta automática: fatura",
    ],
)
def test_absence_notices_in_seven_languages(subject: str) -> None:
    assert automated({}, DANA, subject=subject) is Automated.AUTO_REPLY


@pytest.mark.parametrize(
    "subject", ["Undeliverable: shifts", "Undelivered Mail Returned to Sender", "Unzustellbar: Hallo"]
)
def test_bounces_without_any_mark(subject: str) -> None:
    assert automated({}, DANA, subject=subject) is Automated.BOUNCE


def test_a_mail_with_a_calendar_inside_is_a_calendar_notice() -> None:
    assert automated({"content-type": "multipart/mixed"}, DANA, calendar_method="CANCEL") is Automated.CALENDAR


@pytest.mark.parametrize(
    ("headers", "sender", "subject"),
    [
        ({}, DANA, "Out of office next week: who covers the night shift?"),
        ({}, DANA, "Automatic doors still broken"),
        ({"return-path": f"<{DANA}>", "content-type": "text/plain"}, DANA, "Re: shifts"),
        ({"auto-submitted": "no", "precedence": "normal"}, DANA, "Re: shifts"),
        ({"in-reply-to": "<1@us.example>", "feedback-id": "1:crm"}, DANA, "Re: shifts"),
        ({"content-type": "multipart/alternative"}, "norman.reply@brightwater.example", "Hello"),
        ({}, "alertson@brightwater.example", "Hello"),
        ({}, "", ""),
    ],
)
def test_what_a_person_may_have_written_is_left_to_be_read(headers: dict[str, str], sender: str, subject: str) -> None:
    assert automated(headers, sender, subject=subject) is None


def test_a_list_that_marks_its_mail_as_generated_is_still_a_list() -> None:
    assert automated({"list-id": "<a.b>", "auto-submitted": "auto-forwarded"}, DANA) is Automated.LIST


@pytest.mark.parametrize(
    "hostile", ["no-" * 400_000, "a." * 500_000, "-" * 1_000_000, "bounce" * 170_000, "1" * 1_000_000]
)
def test_hostile_senders_and_subjects_take_no_longer_than_others(hostile: str) -> None:
    headers = dict.fromkeys(HEADERS - {"list-id"}, hostile)
    automated(headers, hostile, subject=hostile)
    assert automated({}, hostile, subject=hostile) in {None, Automated.NEWSLETTER}
