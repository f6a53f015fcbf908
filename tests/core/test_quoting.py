"""Mails as the programs of seven languages write them: what stays is what the client wrote."""

import pytest

from amends.core.text import written_now

OWN = {
    "en": "Nobody came to the site this morning. Please call me.",
    "de": "Heute Morgen war niemand auf der Baustelle. Bitte rufen Sie mich an.",
    "fr": "Personne n'est venu sur le chantier ce matin. Merci de me rappeler.",
    "es": "Nadie vino a la obra esta mañana. Llámeme, por favor.",
    "nl": "Vanochtend kwam er niemand op de bouwplaats. Bel mij alstublieft.",
    "it": "Stamattina in cantiere non è venuto nessuno. Mi chiami, per favore.",
    "pt": "Hoje de manhã ninguém veio à obra. Ligue-me, por favor.",
}
EARLIER = "We will send two electricians at seven."

GMAIL = {
    "en": "On Tue, 3 Mar 2026 at 09:40, Nora Quay <nora@alderquay.example> wrote:",
    "de": "Am Di., 3. März 2026 um 09:40 Uhr schrieb Nora Quay <nora@alderquay.example>:",
    "fr": "Le mar. 3 mars 2026 à 09:40, Nora Quay <nora@alderquay.example> a écrit :",
    "es": "El mar, 3 mar 2026 a las 9:40, Nora Quay (<nora@alderquay.example>) escribió:",
    "nl": "Op di 3 mrt 2026 om 09:40 schreef Nora Quay <nora@alderquay.example>:",
    "it": "Il giorno mar 3 mar 2026 alle ore 09:40 Nora Quay <nora@alderquay.example> ha scritto:",
    "pt": "Nora Quay <nora@alderquay.example> escreveu (terça, 3/03/2026 à(s) 09:40):",
}
APPLE = {
    "en": "On 3 Mar 2026, at 09:40, Nora Quay wrote:",
    "de": "Am 03.03.2026 um 09:40 schrieb Nora Quay:",
    "fr": "Le 3 mars 2026 à 09:40, Nora Quay a écrit :",
    "es": "El 3 mar 2026, a las 9:40, Nora Quay escribió:",
    "nl": "Op 3 mrt. 2026, om 09:40 heeft Nora Quay het volgende geschreven:",
    "it": "Il giorno 3 mar 2026, alle ore 09:40, Nora Quay ha scritto:",
    "pt": "Em 3 de mar. de 2026, à(s) 09:40, Nora Quay escreveu:",
}
OUTLOOK = {
    "en": "From: Nora Quay <nora@alderquay.example>\nSent: Tuesday, 3 March 2026 09:40\nTo: Gary\nSubject: Site 4",
    "de": "Von: Nora Quay <nora@alderquay.example>\nGesendet: Dienstag, 3. März 2026 09:40\nAn: Gary\nBetreff: Site 4",
    "fr": "De : Nora Quay <nora@alderquay.example>\nEnvoyé : mardi 3 mars 2026 09:40\nÀ : Gary\nObjet : Site 4",
    "es": "De: Nora Quay <nora@alderquay.example>\nEnviado: martes 3/3/2026 9:40\nPara: Gary\nAsunto: Site 4",
    "nl": "Van: Nora Quay <nora@alderquay.example>\nVerzonden: di 3 maart 2026 09:40\nAan: Gary\nOnderwerp: Site 4",
    "it": "Da: Nora Quay <nora@alderquay.example>\nInviato: martedì 3 marzo 2026 09:40\nA: Gary\nOggetto: Site 4",
    "pt": "De: Nora Quay <nora@alderquay.example>\nEnviada: terça, 3/3/2026 09:40\nPara: Gary\nAssunto: S4",
}
SEPARATOR = {
    "en": "-----Original Message-----",
    "de": "-----Ursprüngliche Nachricht-----",
    "fr": "-----Message d'origine-----",
    "es": "-----Mensaje original-----",
    "nl": "-----Oorspronkelijk bericht-----",
    "it": "-----Messaggio originale-----",
    "pt": "-----Mensagem original-----",
}
FORWARD = {
    "en": "Begin forwarded message:",
    "de": "Anfang der weitergeleiteten Nachricht:",
    "fr": "Début du message réexpédié :",
    "es": "Inicio del mensaje reenviado:",
    "nl": "Begin doorgestuurd bericht:",
    "it": "Inizio messaggio inoltrato:",
    "pt": "Início da mensagem reencaminhada:",
}


@pytest.mark.parametrize("language", OWN)
def test_what_stands_above_a_gmail_quote_stays(language: str) -> None:
    mail = f"{OWN[language]}\n\n{GMAIL[language]}\n\n> {EARLIER}\n>\n> Nora\n"
    assert written_now(mail).text == OWN[language]


@pytest.mark.parametrize("language", OWN)
def test_a_gmail_quote_without_marks_is_dropped_to_the_end(language: str) -> None:
    assert written_now(f"{OWN[language]}\n\n{GMAIL[language]}\n{EARLIER}\n\nNora").text == OWN[language]


@pytest.mark.parametrize("language", OWN)
def test_an_introduction_wrapped_over_lines_is_one(language: str) -> None:
    words = GMAIL[language].split(" ")
    wrapped = "\n".join((" ".join(words[:6]), " ".join(words[6:9]), " ".join(words[9:])))
    assert written_now(f"{OWN[language]}\n\n{wrapped}\n> {EARLIER}").text == OWN[language]


@pytest.mark.parametrize("language", OWN)
def test_an_apple_mail_quote_goes(language: str) -> None:
    assert written_now(f"{OWN[language]}\n\n{APPLE[language]}\n\n{EARLIER}").text == OWN[language]


@pytest.mark.parametrize("language", OWN)
def test_an_outlook_block_ends_the_mail(language: str) -> None:
    assert written_now(f"{OWN[language]}\n\n{OUTLOOK[language]}\n\n{EARLIER}\n").text == OWN[language]


@pytest.mark.parametrize("language", OWN)
def test_bold_labels_and_a_rule_belong_to_the_block(language: str) -> None:
    bold = "\n".join(f"*{line.replace(':', ':*', 1)}" for line in OUTLOOK[language].split("\n"))
    assert written_now(f"{OWN[language]}\n\n{'_' * 32}\n{bold}\n\n{EARLIER}").text == OWN[language]


@pytest.mark.parametrize("language", OWN)
def test_answers_between_marked_lines_below_an_outlook_block_stay(language: str) -> None:
    mail = f"{OUTLOOK[language]}\n\n> {EARLIER}\n\n{OWN[language]}\n\n> Nora\n"
    assert written_now(mail).text == OWN[language]


@pytest.mark.parametrize("language", OWN)
def test_an_original_message_goes(language: str) -> None:
    assert written_now(f"{OWN[language]}\n\n{SEPARATOR[language]}\n{EARLIER}").text == OWN[language]


@pytest.mark.parametrize("language", OWN)
def test_a_forward_with_a_note_keeps_the_note(language: str) -> None:
    mail = f"{OWN[language]}\n\n{FORWARD[language]}\n\n{OUTLOOK[language]}\n\n{EARLIER}"
    assert written_now(mail).text == OWN[language]


@pytest.mark.parametrize(
    "introduction",
    [
        "W dniu 2026-03-03 09:40:12 użytkownik Nora <nora@alderquay.example> napisał:",
        "Den tis 3 mars 2026 kl 09:40 skrev Nora Quay <nora@alderquay.example>:",
        "Den 3. mar. 2026 kl. 09.40 skrev Nora Quay <nora@alderquay.example>:",
        "tir. 3. mar. 2026 kl. 09:40 skrev Nora Quay <nora@alderquay.example\n>:",
        "ti 3. maalisk. 2026 klo 9.40 Nora Quay (nora@alderquay.example) kirjoitti:",
        "út 3. 3. 2026 v 9:40 odesílatel Nora Quay <nora@alderquay.example> napsal:",
        "Nora Quay <nora@alderquay.example> ezt írta (időpont: 2026. márc. 3., K, 9:40):",
        "În mar., 3 mar. 2026 la 09:40, Nora Quay <nora@alderquay.example> a scris:",
        "вт, 3 мар. 2026 в 09:40, Nora Quay <nora@alderquay.example>:",
        "Nora Quay <nora@alderquay.example> 于2026年3月3日周二 09:40写道：",  # noqa: RUF001 - a full-width colon is meant
        "2026年3月3日(火) 9:40 Nora Quay <nora@alderquay.example>:",
        "2026년 3월 3일 (화) 오전 9:40, Nora Quay <nora@alderquay.example>님이 작성:",
        "---- On Tue, 03 Mar 2026 09:40:12 +0000 nora@alderquay.example wrote ----",
        "--- On Tue, 3/3/26, Nora Quay <nora@alderquay.example> wrote:",
        "At 09:40 AM 3/3/2026 -0500, Nora Quay wrote:",
        "Nora Quay <nora@alderquay.example> wrote:",
        "On Nov 21, 2025,\nat 10:18,\nNora Quay <nora@alderquay.example> wrote:",
        "---------- Forwarded message ---------\nFrom: Nora Quay <nora@alderquay.example>\nDate: Tue, 3 Mar 2026",
        "-------- Forwarded Message --------\nSubject: Site 4\nDate: Tue, 3 Mar 2026\nFrom: Nora Quay\nTo: Gary",
        "----- Forwarded by Nora Quay/AQ on 03/03/2026 09:40 AM -----\n\nNora Quay/AQ\n03/03/2026 09:40 AM",
        "Nora Quay/AQ@ALDERQUAY\n03/03/2026 09:40 AM\n\nTo\nGary\ncc\n\nSubject\nSite 4\n",
        "Nora Quay <nora@alderquay.example>@mail on 03/03/2026 09:40:12 AM\n\nTo: Gary\ncc: Bob\nSubject: Site 4\n",
        "From:\tNora Quay/AQ\nTo:\tGary\nDate:\t03/03/2026 09:40\nSubject:\tSite 4\n________________________________",
        "From: Nora <nora@alderquay.example> Sent: Tuesday, 3 March 2026 To: Gary <g@n.example> Subject: Site 4",
        "From: Nora Quay \n<nora@alderquay.example> \nSent: Tuesday, 3 March 2026\nTo: Gary\nSubject: Site 4",
        "====\n\nMessage du : 03/03/2026 09:40\nDe : Nora <nora@alderquay.example>\nA : Gary\nSujet : Site 4",
        " ------------------------------\n\n*From:* Nora\n*Sent:* Tuesday\n*To:* Gary\n*Subject:* Site 4",
    ],
)
def test_what_other_programs_put_above_an_unmarked_quote_goes_with_it(introduction: str) -> None:
    assert written_now(f"{OWN['en']}\n\n{introduction}\n\n{EARLIER}\n").text == OWN["en"]


@pytest.mark.parametrize(
    "quote",
    [
        "> We will come.\n>> When?\n> > > Soon.",
        " > We will come.\n >\n > Nora",
        "&gt; We will come.\n&gt; Nora",
        "| We will come.\n| Nora",
        "» We will come.\n» Nora",
        "NQ> We will come.\nNQ> Nora",
        "On Tue, 3 Mar 2026 at 09:40, Nora Quay wrote:\n\n# We will come.\n#\n# Nora",
        "On Tue, 3 Mar 2026, Nora Quay wrote:\n--]We will come.\n--]Nora",
        "On Tuesday Nora wrote:\n> We will come.",
        "On Tue, 3 Mar at 09:40 or so it is rumoured Nora\nthought:\n> We will come.",
        "Quoting Nora Quay (nora@alderquay.example):\n> We will come.",
        "> We will send two electricians to the site in Leeds at seven in the\nmorning of Tuesday\n> and a plumber.",
        "-----BEGIN PGP SIGNATURE-----\nVersion: 2\n\niQCVAwUBPUA6\n-----END PGP SIGNATURE-----",
        "BEGIN:VCARD\nFN:Gary\nEND:VCARD",
    ],
)
def test_marked_lines_go_and_the_answer_below_them_stays(quote: str) -> None:
    assert written_now(f"Dear Nora,\n\n{quote}\n\n{OWN['en']}").text == f"Dear Nora,\n\n{OWN['en']}"


def test_answers_are_kept_apart_where_a_quote_was_taken_out() -> None:
    written = written_now("> Monday?\nNo.\n> Tuesday?\nNo.\n> Then when?\nToday.\n")
    assert written.text == "No.\n\nNo.\n\nToday."


def test_a_pure_quote_leaves_nothing() -> None:
    assert written_now("> We will come.\n> Nora").text == ""
    assert written_now(f"{OUTLOOK['en']}\n\n{EARLIER}").text == ""


def test_the_writer_goes_on_after_the_end_of_a_forwarded_message() -> None:
    begins, ends = "----- Forwarded message from Nora -----", "----- End forwarded message -----"
    mail = f"See below.\n{begins}\n\nHello\n-- \nNora\n\n{ends}\nUnacceptable."
    assert written_now(mail).text == "See below.\n\nUnacceptable."


@pytest.mark.parametrize(
    "own",
    [
        "On Monday we waited 2 hours.\nOn Tuesday your colleague wrote:\nWe are on our way.\nNobody came.",
        "On 12 March at 10:15 your colleague wrote:\n\nWe will be there.\n\nNobody came.",
        'On 12 March at 10:15 Nora Quay wrote:\n\n"We will be there."\n\nNobody came.',
        "On 12 March at 10:00 I wrote the following to nora@alderquay.example:\n\nPlease come.",
        "We want to travel:\nFrom: Berlin\nTo: Hamburg\nDate: 3 March\n\nPlease book.",
        "From: our side there is nothing to add.\n\nTo: be clear, we leave.",
        ">From the start nobody answered.",
        "mysql> select 1\nfails",
        "| Day | Nurses |\n| Mon | 3 |",
        "| one line only",
        "» one line only",
        "Our wish: two drivers.\n--- and a fork lift\nThanks for the list:\n- one\n- two",
        "To\nthe point: it is late.",
        "It is your turn. 3 people wrote:",
        "As we said:\nno.",
    ],
)
def test_words_that_only_look_like_a_quote_stay(own: str) -> None:
    assert written_now(own).text == own


def test_an_unusual_mark_is_known_again_further_down() -> None:
    mail = "On Tue, 3 Mar 2026, Nora wrote:\n=>We will come.\n=>When?\nToday.\n\n=>Nora\nNow."
    assert written_now(mail).text == "Today.\n\nNow."


def test_words_below_an_introduction_that_opens_the_mail_are_the_answer() -> None:
    assert written_now(f"{GMAIL['en']}\n\n{OWN['en']}").text == OWN["en"]
    assert written_now(GMAIL["en"]).text == ""
