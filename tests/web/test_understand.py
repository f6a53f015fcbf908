"""Understand: the client's words are kept, what they wrote is filled in, and what lies underneath stays here."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from amends.core.case import Step
from amends.core.listening import Question
from amends.desk.actions.cause import add_cause, map_contribution
from amends.desk.actions.listening import hear_words, log_fact
from amends.desk.actions.touch import record_touch
from amends.desk.models import Case, Cause, Contribution, Heard, LoggedFact, Person, Touch
from cast import NOW, WORDS, a_client, at, browser_of, upset
from shown import text_of, words_in

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

    from amends.desk.models import User

pytestmark = pytest.mark.usefixtures("at_noon")
STORY = "You billed eleven hours for Kyle, who left in August. I told you."
COST = "My finance team holds every invoice of yours now."
LETTERS = f"""
    3 Mar 09:00  client: I have heard nothing about Kyle. Any update? {COST}
    9 Mar 06:09  client: {STORY}
"""


@pytest.fixture
def case(bob: User) -> Case:
    """Gary of North wrote twice before the recovery was opened."""
    north = a_client(LETTERS, looked_after_by=bob)
    return upset(bob, north, person=Person.objects.get(), words="")


def typed(page: str, **changes: str) -> dict[str, str]:
    """Return what a browser sends of the first form with fields as it stands, with changes."""
    page = page[page.index(" novalidate") :].partition("</form>")[0]
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
    fields |= {
        name: words.strip()
        for name, words in re.findall(r'<textarea name="(\w+)"[^>]*>\s?(.*?)</textarea>', page, re.DOTALL)
    }
    return {**fields, "is_all": "no", **changes}


def source(bob: User, case: Case) -> str:
    return browser_of(bob).get(f"/recoveries/{case.pk}/understand").content.decode()


def save(bob: User, case: Case, **changes: str) -> list[tuple[str, int]]:
    answer = browser_of(bob).post(f"/recoveries/{case.pk}/understand", typed(source(bob, case), **changes), follow=True)
    return answer.redirect_chain


# ── What they said


def test_what_the_client_wrote_is_filled_in_and_says_where_it_is_from(bob: User, case: Case) -> None:
    fields = typed(source(bob, case))
    assert {name: fields[name] for name in Question} == {"happened": STORY, "cost": COST, "expected": "", "else": ""}
    page = text_of(browser_of(bob), f"/recoveries/{case.pk}/understand")
    assert "From Gary’s message, yesterday" not in page
    assert "From Gary’s message, Sunday" in page
    assert "From Gary’s message, Mar 3" in page
    assert "Hear Gary out" in page
    assert Heard.objects.count() == 0  # a suggestion is no row


def test_simply_saving_takes_it(bob: User, case: Case) -> None:
    assert save(bob, case) == [(f"/recoveries/{case.pk}/understand", 302)]
    heard = [
        (row.question, row.words, row.said_at, row.message and row.message.at, row.by) for row in Heard.objects.all()
    ]
    assert heard == [
        ("cost", COST, at("3 Mar 09:00"), at("3 Mar 09:00"), bob),
        ("happened", STORY, at("9 Mar 06:09"), at("9 Mar 06:09"), bob),
    ]
    page = text_of(browser_of(bob), f"/recoveries/{case.pk}/understand")
    assert f"“{STORY}” Gary wrote it, Sunday" in page
    assert "Saved just now" in page


def test_what_was_changed_is_said_now_and_not_from_the_message(bob: User, case: Case) -> None:
    save(bob, case, cost="It cost us a customer.")
    row = Heard.objects.get(question="cost")
    assert (row.words, row.message, row.person) == ("It cost us a customer.", None, case.person)
    assert row.said_at >= NOW
    assert "Gary said it, today. Bob Reed wrote it down." in text_of(
        browser_of(bob), f"/recoveries/{case.pk}/understand"
    )


def test_what_was_emptied_is_offered_and_taken_with_one_click(bob: User, case: Case) -> None:
    save(bob, case, cost="")
    assert [row.question for row in Heard.objects.all()] == ["happened"]
    page = source(bob, case)
    assert typed(page)["cost"] == ""
    assert 'name="take" value="cost"' in page
    save(bob, case, take="cost")
    assert Heard.objects.get(question="cost").message is not None
    assert 'name="take"' not in source(bob, case)


def test_several_answers_stand_under_one_question(bob: User, case: Case) -> None:
    for words in ("A replacement within two hours.", "A call before the shift."):
        save(bob, case, expected=words)
    assert list(Heard.objects.filter(question="expected").values_list("words", flat=True)) == [
        "A replacement within two hours.",
        "A call before the shift.",
    ]


def test_a_form_that_is_sent_twice_adds_nothing(bob: User, case: Case) -> None:
    fields = typed(source(bob, case), expected="A call.")
    for _ in range(2):
        browser_of(bob).post(f"/recoveries/{case.pk}/understand", fields)
    assert Heard.objects.count() == 3


def test_two_who_write_at_once_lose_nothing(bob: User, mona: User, case: Case) -> None:
    hers = typed(source(mona, case), expected="Mona heard this.")
    save(bob, case, expected="Bob heard this.")
    browser_of(mona).post(f"/recoveries/{case.pk}/understand", hers)
    assert sorted(Heard.objects.filter(question="expected").values_list("words", flat=True)) == [
        "Bob heard this.",
        "Mona heard this.",
    ]


def test_the_remedy_is_not_written_over_unseen(bob: User, mona: User, case: Case) -> None:
    hers = typed(source(mona, case), remedy="A credit.", expected="A call.")
    save(bob, case, remedy="A clean invoice.")
    page = browser_of(mona).post(f"/recoveries/{case.pk}/understand", hers).content.decode()
    assert "Bob Reed changed “What do they ask for?” to “A clean invoice.”" in words_in(page)
    assert (typed(page)["remedy"], typed(page)["expected"]) == ("A credit.", "A call.")
    browser_of(mona).post(f"/recoveries/{case.pk}/understand", typed(page))
    case.refresh_from_db()
    assert case.remedy == "A credit."


def test_a_long_verbatim_is_kept_whole_and_markup_is_text(bob: User, case: Case) -> None:
    words = "<script>alert(1)</script> <b>Nobody</b> came. " + "Nobody called either. " * 2_500
    save(bob, case, happened=words)
    assert Heard.objects.get(question="happened").words == words.strip()
    page = source(bob, case)
    assert "<script>alert" not in page
    assert "&lt;b&gt;Nobody&lt;/b&gt;" in page


def test_a_made_up_source_is_no_source(bob: User, case: Case) -> None:
    south = a_client("3 Mar 09:00 client: Nobody came again, and nobody called.", name="South")
    made_up = {"happened": f"m{south.messages.get().pk}", "cost": "mx", "expected": f"t{'9' * 19}", "else": "t1"}
    said = dict.fromkeys(Question, "Nobody came again, and nobody called.")
    save(bob, case, **said, **{f"from_{name}": named for name, named in made_up.items()})
    assert not Heard.objects.exclude(message=None, touch=None).exists()
    assert Heard.objects.count() == 4


def test_what_was_said_when_it_was_opened_tells_what_happened(bob: User) -> None:
    case = upset(bob)
    assert typed(source(bob, case))["happened"] == WORDS
    assert "From what they said, today" in text_of(browser_of(bob), f"/recoveries/{case.pk}/understand")
    save(bob, case)
    heard = Heard.objects.get()
    assert (heard.words, heard.said_at, heard.message, heard.touch) == (WORDS, case.opened_at, None, None)
    save(bob, case, from_cost="c", cost="Not what they said.")
    assert Heard.objects.get(question="cost").said_at > case.opened_at


def test_what_was_said_in_a_talk_is_from_there(bob: User, case: Case) -> None:
    Person.objects.update(name="")
    record_touch(case.client, "call", by=bob, now=NOW, words="You should have called me. I sat there.")
    assert "From what they said, today" in text_of(browser_of(bob), f"/recoveries/{case.pk}/understand")
    save(bob, case)
    heard = Heard.objects.get(question="expected")
    assert (heard.words, heard.touch, heard.person) == (
        "You should have called me. I sat there.",
        Touch.objects.get(),
        case.person,
    )
    page = text_of(browser_of(bob), f"/recoveries/{case.pk}/understand")
    assert "said it, today (call). Bob Reed wrote it down." in page


def test_yes_finishes_the_step_and_goes_on(bob: User, case: Case) -> None:
    assert save(bob, case, is_all="yes") == [(f"/recoveries/{case.pk}/decide", 302)]
    case.refresh_from_db()
    assert list(case.steps.values_list("step", flat=True)) == [Step.UNDERSTAND]
    page = text_of(browser_of(bob), f"/recoveries/{case.pk}/understand")
    assert "Have you heard all of it?" not in page
    assert save(bob, case, is_all="yes", expected="One more thing.")  # it may go on
    assert Heard.objects.filter(question="expected").count() == 1


def test_who_only_looks_sees_it_and_changes_nothing(bob: User, vera: User, case: Case) -> None:
    hear_words(case, Question.COST, COST, by=bob, now=NOW)
    map_contribution(case, by=bob, now=NOW, side="ours", what="Left his message for two days")
    page = text_of(browser_of(vera), f"/recoveries/{case.pk}/understand")
    assert f"“{COST}”" in page
    assert "Left his message for two days" in page
    assert "Save and continue" not in page
    assert "<textarea" not in browser_of(vera).get(f"/recoveries/{case.pk}/understand").content.decode()
    assert browser_of(vera).post(f"/recoveries/{case.pk}/understand", {"cost": "x"}).status_code == 403


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_asks_as_often_for_three_as_for_one(
    bob: User, case: Case, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        hear_words(case, Question.ELSE, f"Small thing {number}", by=bob, now=NOW)
        map_contribution(case, by=bob, now=NOW, side="ours", what=f"Slip {number}", share=20)
        root = add_cause(case, by=bob, now=NOW, what=f"Why {number}")
        add_cause(case, by=bob, now=NOW, what=f"Deeper {number}", parent=root)
        log_fact(case, by=bob, now=NOW, what=f"Fact {number}")
    browser = browser_of(bob)
    with django_assert_num_queries(27):
        browser.get(f"/recoveries/{case.pk}/understand")


# ── What lies underneath


def test_the_map_is_drawn_with_its_shares_and_reactions(bob: User, case: Case) -> None:
    browser = browser_of(bob)
    new = f"/recoveries/{case.pk}/contributions/new"
    browser.post(
        f"{new}?side=ours", {"side": "ours", "what": "Fixed the invoice twice, never the cause", "share": "80"}
    )
    browser.post(
        new, {"side": "theirs", "what": "Told the line lead, not us", "evidence": "Marcus said so", "share": "40"}
    )
    browser.post(f"/recoveries/{case.pk}/reactions", {"our_reaction": "We apologised by mail", "their_reaction": ""})
    page = text_of(browser, f"/recoveries/{case.pk}/understand")
    assert "What lies underneath Only your team sees this" in page
    assert "What we did Fixed the invoice twice, never the cause 80 % How we took it: We apologised by mail" in page
    assert (
        "What they did Told the line lead, not us 40 % Marcus said so Know it, so you don’t overcorrect. Don’t say it."
        in page
    )
    assert "What the situation did " not in page.replace("Add what the situation did", "")
    assert "Together the shares make 120 %. Look at them again: there is only one whole." in page


def test_the_whys_branch_and_say_what_is_missing(bob: User, case: Case) -> None:
    browser = browser_of(bob)
    page = text_of(browser, f"/recoveries/{case.pk}/understand")
    assert "Nobody has asked why yet. Why did we not notice? Nobody has said." in page
    new = f"/recoveries/{case.pk}/causes/new"
    browser.post(new, {"what": "The invoice had hours for a leaver", "theme": "billing"})
    root = Cause.objects.get()
    browser.post(f"{new}?parent={root.pk}", {"what": "Bob forgot the sheet"})
    page = text_of(browser, f"/recoveries/{case.pk}/understand")
    assert "There is one chain of whys only." in page
    assert "No cause says how we work." in page
    assert "“Bob forgot the sheet” ends at Bob." in page
    assert "“Bob forgot the sheet”: would removing it have prevented this?" in page
    told = {"what": "Leavers stay on the sheet", "is_process": "on", "would_have_prevented": "yes"}
    browser.post(f"{new}?parent={root.pk}", told)
    blamed = Cause.objects.get(what="Bob forgot the sheet")
    browser.post(f"/causes/{blamed.pk}/edit", {"what": "Nobody compares the sheet", "would_have_prevented": "no"})
    browser.post(f"/recoveries/{case.pk}/escape", {"escape_point": "The finance team never sees the sheet."})
    page = text_of(browser, f"/recoveries/{case.pk}/understand")
    assert "The invoice had hours for a leaver Billing and paperwork And why was that?" in page
    assert "Leavers stay on the sheet Billing and paperwork How we work" not in page  # nobody said its theme
    assert "Removing it would have prevented this." in page
    assert "Why we did not notice: The finance team never sees the sheet." in page
    for gone in ("Nobody has asked why", "one chain", "No cause says", "ends at", "Nobody has said. Add"):
        assert gone not in page


def test_a_why_beneath_one_that_is_gone_is_kept(bob: User, case: Case) -> None:
    root = add_cause(case, by=bob, now=NOW, what="Root")
    browser_of(bob).post(f"/causes/{root.pk}/edit", {"do": "remove"})
    browser_of(bob).post(f"/recoveries/{case.pk}/causes/new?parent={root.pk}", {"what": "Deeper"})
    assert [(row.what, row.parent) for row in Cause.objects.all()] == [("Deeper", None)]


def test_each_row_is_changed_and_taken_out_after_asking(bob: User, case: Case) -> None:
    browser = browser_of(bob)
    rows = {
        "heard": hear_words(case, Question.COST, "Their words", by=bob, now=NOW),
        "contributions": map_contribution(case, by=bob, now=NOW, side="ours", what="A slip"),
        "causes": add_cause(case, by=bob, now=NOW, what="A why"),
        "established": log_fact(case, by=bob, now=NOW, what="A fact"),
    }
    for place, row in rows.items():
        assert str(row) in words_in(browser.get(f"/{place}/{row.pk}/edit").content.decode())
        assert "Take it out?" in text_of(browser, f"/{place}/{row.pk}/edit?remove=ask")
        answer = browser.post(f"/{place}/{row.pk}/edit", {"do": "remove"}, follow=True)
        assert "Taken out. The record keeps what it was." in words_in(answer.content.decode())
    assert [model.objects.count() for model in (Heard, Contribution, Cause, LoggedFact)] == [0, 0, 0, 0]


@pytest.mark.parametrize(
    ("place", "mistake"),
    [
        ("contributions", "Say what was done"),
        ("causes", "Say why it happened"),
        ("established", "Say what is established"),
    ],
)
def test_an_empty_row_is_asked_for(bob: User, case: Case, place: str, mistake: str) -> None:
    typed = {"evidence": "As I said", "side": "ours"}
    page = browser_of(bob).post(f"/recoveries/{case.pk}/{place}/new", typed).content.decode()
    assert mistake in page
    assert "As I said" in page


def test_a_change_does_not_overwrite_anothers_unseen(bob: User, mona: User, case: Case) -> None:
    row = log_fact(case, by=bob, now=NOW, what="Eleven hours were billed")
    hers = typed(browser_of(mona).get(f"/established/{row.pk}/edit").content.decode(), what="Twelve hours were billed")
    browser_of(bob).post(f"/established/{row.pk}/edit", {"what": "Ten hours were billed"})
    page = words_in(browser_of(mona).post(f"/established/{row.pk}/edit", hers).content.decode())
    assert "Bob Reed changed “What is established” to “Ten hours were billed”" in page
    row.refresh_from_db()
    assert row.what == "Ten hours were billed"


def test_another_recovery_is_nobodys_who_may_not_see_it(bob: User, charlie: User, case: Case) -> None:
    Case.objects.update(is_restricted=True)
    row = map_contribution(case, by=bob, now=NOW, side="theirs", what="Told the line lead")
    assert browser_of(charlie).get(f"/recoveries/{case.pk}/understand").status_code == 404
    assert browser_of(charlie).get(f"/contributions/{row.pk}/edit").status_code == 404
    assert browser_of(charlie).get(f"/recoveries/{case.pk}/causes/new").status_code == 404
