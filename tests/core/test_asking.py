import pytest

from amends.core.asking import asking_sentence


@pytest.mark.parametrize(
    "text",
    [
        "Can you send two people on Monday?",
        "Could you please confirm the rate.",
        "Which invoice is the right one?",
        "Still nobody.",
        "Nobody came on site this morning.",
        "We still need the certificates.",
        "Any update?",
        "PLEASE CALL ME",
        "Let me know whether Maria can start.",
        "You said \u201cMonday?\u201d",
        "Hope you are well, could you send the timesheets?",
        "I\u2019d like a word about the invoice.",
        "Bitte rufen Sie mich an.",
        "Pourriez-vous confirmer",
        "Kunt u dat bevestigen",
        "¿Pueden enviar a dos personas?",
        "Potete confermare",
        "Aguardamos a fatura.",
    ],
)
def test_a_question_or_a_request_waits_for_an_answer(text: str) -> None:
    assert asking_sentence(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Thanks, perfect.",
        "Ok",
        "FYI",
        "Great, see you Monday.",
        "Please find attached the timesheets.",
        "Let me know if you have any questions.",
        "Please don't hesitate to call.",
        "How are you?",
        "Hope you had a good weekend?",
        "Any questions?",
        "Graag gedaan",
        "The pleased client went home.",
        "See https://north.example/jobs?id=7 for the list.",
        "We want to thank you for the quick help.",
    ],
)
def test_a_closing_word_waits_for_none(text: str) -> None:
    assert asking_sentence(text) == ""


def test_the_first_sentence_that_asks_is_shown_on_one_line() -> None:
    text = (
        "Hi Priya, thanks for Monday, the two people were good and the whole team\n"
        "liked them. For the week that follows could you once more send us\n"
        "the same two?\n\nWhen can they start?\n"
    )
    assert asking_sentence(text) == "For the week that follows could you once more send us the same two?"


def test_a_letter_that_grows_in_lower_case_moves_no_sentence() -> None:
    assert asking_sentence("\u0130zmir is fine. can you send two people?") == "can you send two people?"


def test_what_stands_behind_pages_of_text_was_pasted() -> None:
    assert asking_sentence("We met. " * 1_000 + "Can you send two people?") == ""


@pytest.mark.parametrize("piece", ["?", "please ", "\n", " ", "if you have any questions please ", "a"])
def test_a_hostile_megabyte_is_read_in_passing(piece: str) -> None:
    assert len(asking_sentence(piece * (1_000_000 // len(piece)))) <= 400
