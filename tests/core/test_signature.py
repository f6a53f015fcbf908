"""How clients sign, in seven languages, and what they still say below."""

import pytest

from amends.core.text import written_now

OWN = "Nobody came to the site this morning."
CARD = "Gary North\nSite Manager\nNorth Build Ltd\n+44 113 496 0000\ngary@north.example"


@pytest.mark.parametrize(
    "goodbye",
    [
        "Best regards,",
        "Kind regards",
        "*Regards,*",
        "Yours sincerely,",
        "Cheers 🎉",
        "Mit freundlichen Grüßen",
        "MfG",
        "Cordialement,",
        "Bien à vous,",
        "Saludos cordiales,",
        "Un saludo,",
        "Met vriendelijke groet,",
        "Groeten,",
        "Cordiali saluti,",
        "Distinti saluti",
        "Atenciosamente,",
        "Com os melhores cumprimentos,",
        "Med vänlig hälsning",
        "Best regards from sunny Leeds",
    ],
)
def test_a_goodbye_and_the_card_below_it_are_the_signature(goodbye: str) -> None:
    written = written_now(f"{OWN}\n\n{goodbye}\n\n{CARD}\n")
    assert (written.text, written.signature.split("\n")[-5:]) == (OWN, CARD.split("\n"))


@pytest.mark.parametrize(
    "delimiter", ["-- ", "--", "\u2014", "__", "- -- ", "\u2014\u2014\u2014\u2014\u2014", "_" * 20]
)
def test_what_follows_a_delimiter_is_the_signature(delimiter: str) -> None:
    written = written_now(f"{OWN}\n{delimiter}\n{CARD}\n")
    assert (written.text, written.signature) == (OWN, CARD)


def test_a_card_needs_no_delimiter() -> None:
    written = written_now(f"{OWN}\n\n{CARD}")
    assert (written.text, written.signature) == (OWN, CARD)


@pytest.mark.parametrize(
    "note",
    [
        "Sent from my iPhone",
        "Sent from my BlackBerry 10 smartphone.",
        "Get Outlook for iOS<https://aka.ms/o0ukef>",
        "Von meinem iPhone gesendet",
        "Gesendet von Outlook für Android<https://aka.ms/AAb9ysg>",
        "Envoyé de mon iPhone",
        "Enviado desde mi iPhone",
        "Verstuurd vanaf mijn iPhone",
        "Inviato da iPhone",
        "Enviado do meu iPhone",
        "Skickat från min iPhone",
    ],
)
def test_the_note_of_a_phone_goes_and_is_no_signature(note: str) -> None:
    written = written_now(f"{OWN}\n\n{note}\n")
    assert (written.text, written.signature) == (OWN, "")


def test_thanks_are_said_to_the_reader_and_stay() -> None:
    written = written_now(f"{OWN}\n\nMany thanks,\n{CARD}")
    assert (written.text, written.signature) == (f"{OWN}\n\nMany thanks,", CARD)
    assert written_now(f"{OWN}\n\nThanks!").text == f"{OWN}\n\nThanks!"
    assert written_now(f"{OWN}\n\nThanks, Gary").text == f"{OWN}\n\nThanks, Gary"


@pytest.mark.parametrize(
    "below",
    [
        "P.S. This is the third time that nobody told us anything.",
        "PS: We are looking at other agencies.",
        "We will speak to another agency on Monday if this goes on.",
        "- three nurses\n- two drivers",
        "1. three nurses\n2. two drivers",
    ],
)
@pytest.mark.parametrize("ending", ["Best regards,\nGary", "Best regards, Gary", "Regards"])
def test_what_is_written_below_the_name_stays(ending: str, below: str) -> None:
    assert written_now(f"{OWN}\n\n{ending}\n\n{below}").text == f"{OWN}\n\n{below}"


def test_a_postscript_below_a_delimiter_stays() -> None:
    assert written_now(f"{OWN}\n-- \nGary\n\nPS: third time").text == f"{OWN}\n\nPS: third time"


@pytest.mark.parametrize("name", ["-Gary North", "- Gary", "--Gary", "/Gary"])
def test_a_name_behind_a_dash_is_a_signature(name: str) -> None:
    written = written_now(f"{OWN}\n{name}")
    assert (written.text, written.signature) == (OWN, name)


def test_the_signature_above_the_quoted_history_goes() -> None:
    quoted = "On Tue, 3 Mar 2026 at 09:40, Nora Quay wrote:\n> We will come.\n> -- \n> Nora"
    written = written_now(f"{OWN}\n\nRegards,\nGary\n\n{quoted}")
    assert (written.text, written.signature) == (OWN, "Regards,\nGary")


@pytest.mark.parametrize(
    "own",
    [
        "Sent from my desk, is much easier than from my phone.",
        "With regards to the order we are late.",
        "Best of all was the cook.",
        "We need these people:\n\nJohn Smith\n+44 113 496 0000",
        "Our points:\n-- first\n-- second\nPlease answer.",
        "Thanks\n\nMonday three nurses are needed on ward four please\nThat is all.",
        "Key points\n-----\nThe dashes above are a heading, not a signature.",
        "A line\n\n-----\n\nAnother line that is a sentence and has more words.",
        "See\n\n[1] http://north.example/a\n[2] http://north.example/b",
        "psychology",
        "Please call\nme at +44 113 496 0000",
    ],
)
def test_words_that_only_look_like_a_signature_stay(own: str) -> None:
    assert written_now(own).text == own


def test_a_long_text_below_two_dashes_is_no_signature() -> None:
    long = "\n".join(f"This is line {number} of what the client has to say." for number in range(30))
    assert written_now(f"{OWN}\n--\n{long}").text == f"{OWN}\n--\n{long}"


def test_a_delimiter_at_the_end_and_a_signature_alone_leave_no_words() -> None:
    assert written_now(f"{OWN}\n-- \n").text == OWN
    assert written_now(f"{OWN}\n_____\n_____\nsee above, it is all said there already").text.startswith(OWN)
    assert written_now("-- \nGary").text == ""


@pytest.mark.parametrize("twice", ["Regards\nRegards", "-----\n----------"])
def test_a_line_said_twice_opens_no_signature(twice: str) -> None:
    below = "and then the client goes on to say what else is wrong with it."
    assert written_now(f"{OWN}\n{twice}\n{below}").text.startswith(OWN)
    assert written_now(f"{OWN}\n{twice}\n{below}").text.endswith(below)


def test_a_telephone_number_below_a_row_of_dashes_is_a_signature() -> None:
    assert (
        written_now(f"{OWN}\n-----\nGary\n\nNorth\n\n+44 113 496 0000").signature == "Gary\n\nNorth\n\n+44 113 496 0000"
    )


def test_the_writers_signature_above_the_footer_of_a_list_is_kept_apart() -> None:
    footer = "_______________\nnorth mailing list\nnorth@lists.example"
    written = written_now(f"{OWN}\n-- \nGary North, Site Manager\n{footer}")
    assert (written.text, written.signature) == (OWN, "Gary North, Site Manager")
