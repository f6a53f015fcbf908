"""Notices, footers and armour that nobody wrote for this message."""

import pytest

from amends.core.text import written_now

OWN = "Nobody came to the site this morning."


@pytest.mark.parametrize(
    "notice",
    [
        "This e-mail and any attachments are confidential. If you have received it in error, notify the sender.",
        "CONFIDENTIALITY NOTICE: this message is intended only for the use of the addressee and is legally privileged.",
        "Diese E-Mail ist vertraulich. Wenn Sie nicht der richtige Adressat sind, löschen Sie sie.",
        "Ce message et toutes les pièces jointes sont confidentiels et à l'attention exclusive du destinataire.",
        "Este mensaje va dirigido exclusivamente a su destinatario y puede contener información confidencial.",
        "Dit bericht kan informatie bevatten die niet voor u is bestemd of vertrouwelijk is.",
        "Le informazioni contenute in questo messaggio sono riservate e per uso esclusivo del destinatario.",
        "Esta mensagem pode conter informações confidenciais, destinadas apenas ao destinatário indicado acima.",
        "Please consider the environment before printing this e-mail.",
        "Bitte denken Sie an die Umwelt, bevor Sie diese Nachricht ausdrucken.",
        "This email has been scanned for viruses by North.",
        "CAUTION: This email originated from outside of the organization.",
        "To unsubscribe from this group, send an email to: north-unsubscribe@groups.example",
        "*****\nThis e-mail and any attachments are confidential and intended solely for the addressee named above.",
    ],
)
def test_a_notice_goes(notice: str) -> None:
    assert written_now(f"{OWN}\n\n{notice}\n").text == OWN
    assert written_now(f"{notice}\n\n{OWN}\n").text == OWN


@pytest.mark.parametrize(
    "own",
    [
        "This email is confidential between you and me.",
        "This email was sent in error to your whole team and disclosed our salaries. We are not happy.",
        "The information you gave us was wrong, and nobody told us about it for two long weeks of waiting.",
        "Confidential: he drinks.",
        "Before we go on, one word about the invoice.",
        "-----\nA heading without a list\n\nand more words of the client below it here",
    ],
)
def test_a_sentence_that_begins_like_a_notice_stays(own: str) -> None:
    assert written_now(own).text == own


@pytest.mark.parametrize(
    "footer",
    [
        "_______________________________________________\nnorth mailing list\nnorth@lists.example",
        "__\nnorth mailing list\nnorth@lists.example",
        "-- \nNorth Users' Group: north@lists.example\nhttp://lists.example/mailman/listinfo/north",
        "http://lists.example/mailman/listinfo/north",
        "-------------------------------------------------------\nThis sf.net email is sponsored by:North\nWelcome",
        "------------------------ Yahoo! Groups Sponsor ---------------------~-->\nBuy a home?",
    ],
)
def test_the_footer_of_a_list_goes_and_is_no_signature(footer: str) -> None:
    written = written_now(f"{OWN}\n\n{footer}\n")
    assert (written.text, written.signature) == (OWN, "")


def test_a_list_named_under_a_rule_in_a_long_text_takes_its_paragraph_only() -> None:
    story = "\n\n".join(f"Then, on day {number}, the client waited again for an answer." for number in range(12))
    assert written_now(f"{OWN}\n\n-----\nOur mailing list is wrong.\n\n{story}").text == f"{OWN}\n\n{story}"


def test_the_armour_of_a_signed_message_goes_and_its_text_stays() -> None:
    mail = f"-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA1\n\n{OWN}\n-----BEGIN PGP SIGNATURE-----\niQCV\n"
    assert written_now(f"{mail}-----END PGP SIGNATURE-----\n").text == OWN
    assert written_now(mail).text == OWN
    assert written_now(f"{OWN}\n\nBEGIN:VCARD\n> FN:Gary\nEND:VCARD").text == OWN
    assert written_now(f"{OWN}\n\nBEGIN:VCARD\nFN:Gary\nEND:VCARD").text == OWN
