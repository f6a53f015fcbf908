"""The page of a plan: the table, the call, what lacks, who promises too much; its forms and its bad input."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from amends.desk.actions.plan import add_action, answer_action, approve_plan
from amends.desk.actions.plan_input import ask_for_input
from amends.desk.actions.promise import make_promise
from amends.desk.models import Case, Cause, Heard, Person, PlanAction, PlanInput, Promise
from cast import NOW, a_client, a_restricted_client, at, browser_of, upset
from desk_week import kept
from shown import text_of, words_in

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

    from amends.desk.models import Branch, User

pytestmark = pytest.mark.usefixtures("at_noon")
FRIDAY = date(2025, 3, 14)


def a_case(bob: User, **more: Any) -> Case:
    """Open a recovery with Gary at North, who said two things."""
    client = more.pop("client", None) or a_client(looked_after_by=bob)
    gary = Person.objects.create(client=client, name="Gary Nash")
    case = upset(bob, client, person=gary, lead=bob, **more)
    for words in ("Nobody came.", "Nobody called."):
        Heard.objects.create(case=case, question="happened", words=words, said_at=NOW)
    return case


def planned(case: Case, bob: User, what: str = "Confirm every name", **more: Any) -> PlanAction:
    told = {"by": bob, "now": NOW, "due_on": FRIDAY, "owner": bob, "measure": "None late", **more}
    return add_action(case, what, **told)


def page_of(case: Case) -> str:
    return f"/recoveries/{case.pk}/plan"


def typed(**more: Any) -> dict[str, Any]:
    return {"do": "add", "what": "Call first", "due_on": "2025-03-14", "kind": "cause", "is_visible": "on", **more}


def test_an_empty_plan_says_how_to_begin(bob: User) -> None:
    case = a_case(bob)
    page = text_of(browser_of(bob), page_of(case))
    assert "Agree the plan with Gary" in page
    assert "Every change answers something they said. Nobody is bound until they agree and the owner agrees." in page
    assert "No plan yet. Begin with a playbook" in page
    assert "What the plan still lacks There is no action yet. Add one, or begin with a playbook." in page
    assert "They also said 2 “Nobody came.” Answer it : Nobody came. “Nobody called.”" in page


def test_the_table_says_what_we_heard_do_who_by_when_and_what_they_say(bob: User, mona: User) -> None:
    case = a_case(bob)
    first, second = case.heard.all()
    agreed = planned(case, bob, heard=first)
    asked = planned(case, bob, "Call before each shift", heard=second, owner=mona, due_on=date(2025, 3, 21))
    planned(case, bob, "Ask why", is_visible=False, is_containment=True)
    answer_action(agreed, "agreed", by=bob, now=NOW)
    answer_action(asked, "question", "Who calls?", by=bob, now=NOW)
    page = text_of(browser_of(bob), page_of(case))
    assert "“Nobody came.” Confirm every name BR Bob Reed Mar 14 Agreed" in page
    assert "“Nobody called.” Call before each shift MQ Mona Quay was asked Mar 21 Has a question" in page
    assert "Ask why Stops the harm now BR Bob Reed Mar 14 Team only" in page
    assert (
        "When you call First, answer the question: “Who calls?” Then ask: Do you feel that by making these two changes,"
        " we can get back to how it was?"
    ) in page


def test_one_change_is_asked_for_as_one(bob: User) -> None:
    case = a_case(bob)
    answer_action(planned(case, bob), "no", "Not by mail.", by=bob, now=NOW)
    page = text_of(browser_of(bob), page_of(case))
    assert (
        "First, hear what is wrong with it: “Not by mail.” Then ask: Do you feel that by making this change, we can get"
    ) in page


def test_an_action_is_added_to_answer_what_they_said(bob: User, mona: User) -> None:
    case = a_case(bob)
    heard, browser = case.heard.all()[0], browser_of(bob)
    cause = Cause.objects.create(case=case, what="Nobody checks", at=NOW)
    page = browser.get(f"{page_of(case)}?heard={heard.pk}").content.decode()
    assert f'<option value="{heard.pk}" selected>' in page
    told = typed(heard=heard.pk, owner=mona.pk, measure="None late", cause=cause.pk, kind="stop")
    answer = browser.post(page_of(case), told, follow=True)
    assert answer.redirect_chain == [(page_of(case), 302)]
    assert "Added to the plan." in answer.content.decode()
    [action] = case.plan.all()
    assert (action.heard, action.owner, action.cause, action.is_containment) == (heard, mona, cause, True)


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"what": ""}, "Say what will be different"),
        ({"owner": ""}, "Choose who will own it"),
        ({"due_on": ""}, "Say by when"),
        ({"due_on": "2025-03-07"}, "That day has passed. By when will it be done?"),
        ({"due_on": "2525-03-07"}, "Look at the year"),
        ({"heard": "999"}, "Select a valid choice"),
        ({"what": "x" * 2001}, "at most 2000 characters"),
    ],
)
def test_what_cannot_be_is_said_and_all_stays_typed(bob: User, told: dict[str, str], why: str) -> None:
    case = a_case(bob)
    page = browser_of(bob).post(page_of(case), {**typed(owner=bob.pk, measure="Kept typing"), **told}).content.decode()
    assert "<title>Error: " in page
    assert why in page
    assert "Kept typing" in page
    assert not case.plan.exists()


def test_sent_twice_it_is_added_once(bob: User) -> None:
    case, browser = a_case(bob), browser_of(bob)
    browser.post(page_of(case), typed(owner=bob.pk))
    page = browser.post(page_of(case), typed(owner=bob.pk)).content.decode()
    assert "This is in the plan already." in page
    assert case.plan.count() == 1


def test_pasted_markup_stays_text(bob: User) -> None:
    case = a_case(bob)
    planned(case, bob, "<script>alert(1)</script>" + "y" * 600)
    page = browser_of(bob).get(page_of(case)).content.decode()
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
    assert "y" * 500 not in page


def test_a_playbook_is_added_with_one_click(bob: User) -> None:
    case, browser = a_case(bob), browser_of(bob)
    Case.objects.update(theme="billing")
    assert text_of(browser, page_of(case)).index("An invoice was late") < text_of(browser, page_of(case)).index(
        "arrive"
    )
    answer = browser.post(page_of(case), {"do": "playbook", "playbook": "invoice"}, follow=True)
    assert "6 actions added. Look at each: whose words does it answer, and is the day right?" in answer.content.decode()
    assert case.plan.count() == 6
    answer = browser.post(page_of(case), {"do": "playbook", "playbook": "invoice"}, follow=True)
    assert "All of it is in the plan already." in answer.content.decode()
    assert browser.post(page_of(case), {"do": "playbook", "playbook": "no such"}).status_code == 404


def test_colleagues_are_asked_and_answer_on_their_today(bob: User, mona: User) -> None:
    case = a_case(bob, client=a_client(looked_after_by=mona))
    answer = browser_of(bob).post(page_of(case), {"do": "ask"}, follow=True)
    assert "Asked: Mona. It stands on their Today." in answer.content.decode()
    theirs = browser_of(mona)
    assert ("The plan for North Asked on Mar 10: what would you do, and what must not be forgotten?") in text_of(theirs)
    assert "Mona Quay asked on Mar 10, nothing yet" in text_of(theirs, page_of(case))
    page = theirs.post(page_of(case), {"do": "input", "words": ""}).content.decode()
    assert "Write what you would do" in page
    theirs.post(page_of(case), {"do": "input", "words": "Ask Luis"})
    assert "Mona Quay Ask Luis" in text_of(browser_of(bob), page_of(case))
    assert PlanInput.objects.get().at is not None


def test_an_owner_says_yes_or_no_where_they_are_asked(bob: User, mona: User) -> None:
    case = a_case(bob)
    action, browser = planned(case, bob, owner=mona), browser_of(mona)
    assert "Confirm every name Will you own this? By Mar 14." in text_of(browser)
    assert "Will you own this? Confirm every name by Mar 14 Yes, it is mine" in text_of(browser, page_of(case))
    answer = browser.post(f"/plan-actions/{action.pk}", {"do": "own"}, follow=True)
    assert "It is yours. It binds you once the client agrees, too." in answer.content.decode()
    answer = browser.post(f"/plan-actions/{action.pk}", {"do": "decline"}, follow=True)
    assert "Noted. It has no owner now, and the plan says so." in answer.content.decode()
    assert "Nobody yet" in text_of(browser, page_of(case))


def test_the_lead_approves_what_was_seen(bob: User, charlie: User) -> None:
    case = a_case(bob)
    planned(case, bob)
    browser = browser_of(bob)
    page = browser.get(page_of(case)).content.decode()
    seen = page.partition('name="print" value="')[2].partition('"')[0]
    planned(case, bob, "Another")
    answer = browser.post(page_of(case), {"do": "approve", "print": seen}, follow=True)
    assert "Somebody has changed the plan since you opened it. Look at it again." in answer.content.decode()
    assert "Approve the plan" not in text_of(browser_of(charlie), page_of(case))
    page = browser.get(page_of(case)).content.decode()
    seen = page.partition('name="print" value="')[2].partition('"')[0]
    answer = browser.post(page_of(case), {"do": "approve", "print": seen}, follow=True)
    assert "Bob Reed approved it on Mar 10." in words_in(answer.content.decode())


def test_answers_are_entered_after_a_call(bob: User) -> None:
    case = a_case(bob)
    first, second = planned(case, bob, heard=case.heard.all()[0]), planned(case, bob, "Call first")
    browser, address = browser_of(bob), f"{page_of(case)}/answers"
    page = browser.get(address).content.decode()
    assert "What Gary says" in page
    told = {f"answer_{first.pk}": "agreed", f"answer_{second.pk}": "question", **shown_in(page)}
    page = browser.post(address, told).content.decode()
    assert "Write what they ask, or what they would change" in page
    answer = browser.post(address, told | {f"words_{second.pk}": "Who calls?"}, follow=True)
    assert "Written down." in answer.content.decode()
    assert list(case.plan.values_list("answer", "answer_words")) == [("agreed", ""), ("question", "Who calls?")]
    assert [promise.what for promise in Promise.objects.all()] == ["Confirm every name"]
    told = {f"words_{first.pk}": "Well", **shown_in(browser.get(address).content.decode())}
    assert "Choose what they say to it" in browser.post(address, told).content.decode()


def test_two_who_enter_answers_see_what_the_other_wrote(bob: User, mona: User) -> None:
    case = a_case(bob)
    action, browser, address = planned(case, bob), browser_of(bob), f"{page_of(case)}/answers"
    shown = shown_in(browser.get(address).content.decode())
    answer_action(action, "no", "Never.", by=mona, now=NOW)
    page = browser.post(address, {f"answer_{action.pk}": "agreed", **shown}).content.decode()
    assert "Somebody else changed this meanwhile" in page
    assert "Never." in page
    assert PlanAction.objects.get().answer == "no"


def shown_in(page: str) -> dict[str, str]:
    """Return the sealed fingerprint that a form carries."""
    return {"shown": page.partition('name="shown" value="')[2].partition('"')[0]}


def test_without_anything_to_answer_the_page_says_so(bob: User) -> None:
    case = a_case(bob)
    assert "There is nothing to answer yet." in text_of(browser_of(bob), f"{page_of(case)}/answers")
    assert "Nothing yet." in text_of(browser_of(bob), f"{page_of(case)}/seen")


def test_what_the_client_sees_is_shown_as_they_see_it(bob: User) -> None:
    case = a_case(bob)
    planned(case, bob, heard=case.heard.all()[0], measure="Secretum")
    planned(case, bob, "Secretum inside", is_visible=False)
    address = f"{page_of(case)}/seen"
    page = text_of(browser_of(bob), address)
    assert "Not approved yet" in page
    assert "“Nobody came.” Confirm every name Bob Reed, by Friday, Mar 14" in page
    assert "Secretum" not in page
    approve_plan(case, by=bob, now=NOW)
    assert "Not approved yet" not in text_of(browser_of(bob), address)


def test_two_who_change_one_action_lose_nothing(bob: User, mona: User) -> None:
    case = a_case(bob)
    action, browser = planned(case, bob), browser_of(bob)
    address = f"/plan-actions/{action.pk}"
    shown = shown_in(browser.get(address).content.decode())
    told = {"what": "Confirm every name", "owner": bob.pk, "kind": "cause", "is_visible": "on", "measure": "None late"}
    theirs = {**told, **shown_in(browser_of(mona).get(address).content.decode()), "due_on": "2025-03-20"}
    browser_of(mona).post(address, theirs)
    page = browser.post(address, {**told, **shown, "due_on": "2025-03-14", "measure": "Mine"}).content.decode()
    assert "Mona Quay changed “By” to" in page
    assert 'value="Mine"' in page
    answer = browser.post(address, {**told, **shown_in(page), "due_on": "2025-03-20", "measure": "Mine"}, follow=True)
    assert "Saved." in answer.content.decode()
    assert list(case.plan.values_list("due_on", "measure")) == [(date(2025, 3, 20), "Mine")]


def test_an_owner_who_left_is_named_and_handed_on(bob: User, mona: User) -> None:
    case = a_case(bob)
    action = planned(case, bob, owner=mona)
    mona.is_active = False
    mona.save()
    browser = browser_of(bob)
    assert "Mona Quay has left" in text_of(browser, page_of(case))
    assert "Mona Quay cannot do it any more. Who takes over “Confirm every name”?" in text_of(browser, page_of(case))
    assert "Mona Quay has left. Who takes it over?" in text_of(browser)
    page = browser.get(f"/plan-actions/{action.pk}").content.decode()
    assert f'<option value="{mona.pk}" selected>' in page
    told = {"what": action.what, "owner": bob.pk, "kind": "cause", "due_on": "2025-03-14", **shown_in(page)}
    browser.post(f"/plan-actions/{action.pk}", told)
    assert PlanAction.objects.get().owner == bob


def test_an_action_is_moved_and_taken_out_after_asking(bob: User) -> None:
    case = a_case(bob)
    planned(case, bob, "One")
    second, browser = planned(case, bob, "Two"), browser_of(bob)
    browser.post(f"/plan-actions/{second.pk}", {"do": "up"})
    assert [row.what for row in case.plan.all()] == ["Two", "One"]
    assert "It goes from the plan." in text_of(browser, f"/plan-actions/{second.pk}?remove=ask")
    answer_action(second, "agreed", "Good.", by=bob, now=NOW)
    assert "They agreed to this." in text_of(browser, f"/plan-actions/{second.pk}")
    answer = browser.post(f"/plan-actions/{second.pk}", {"do": "remove"}, follow=True)
    assert "The client counts on this." in answer.content.decode()
    answer_action(second, "no", by=bob, now=NOW)
    browser.post(f"/plan-actions/{second.pk}", {"do": "remove"})
    assert [row.what for row in case.plan.all()] == ["One"]


def test_who_promises_too_much_is_said_and_may_stay(bob: User, mona: User) -> None:
    case = a_case(bob)
    kept(case.client, mona, weeks=5, each=1)
    kept(case.client, mona, weeks=4, each=1)
    make_promise(case.client, "Ring", due_at=at("13 Mar 12:00"), by=mona, now=NOW)
    make_promise(case.client, "Ring twice", due_at=at("13 Mar 12:00"), by=mona, now=NOW)
    planned(case, bob, owner=mona)
    browser = browser_of(bob)
    page = text_of(browser, page_of(case))
    assert (
        "Mona is promising too much Mona has 3 promises due the week of March 10, and usually keeps 2 a week. Move one,"
        " or ask someone else to own it, before Gary counts on it. See Mona’s week Keep it anyway For planning. It says"
        " nothing about how well anybody works."
    ) in page
    week = text_of(browser, f"/promises/of/{mona.pk}?week=2025-03-12")
    assert "What is due from March 10 on" in week
    assert "Actions of plans 1 Confirm every name For the recovery of North. Friday, Mar 14" in week
    told = {"do": "anyway", "owner": mona.pk, "week": "2025-03-10"}
    answer = browser.post(page_of(case), told, follow=True)
    assert "Kept. It is not said again for these." in answer.content.decode()
    assert "promising too much" not in text_of(browser, page_of(case))
    browser.post(page_of(case), told)  # sent twice


@pytest.mark.parametrize("week", ["", "?week=soon", "?week=0001-01-01", "?week=9999-12-31"])
def test_a_week_that_is_none_is_this_one(bob: User, week: str) -> None:
    page = text_of(browser_of(bob), f"/promises/of/{bob.pk}{week}")
    assert "What is due from March 10 on" in page
    assert "Nothing is due that week." in page


def test_a_viewer_reads_the_plan_and_has_no_buttons(bob: User, vera: User) -> None:
    case = a_case(bob)
    planned(case, bob)
    page = text_of(browser_of(vera), page_of(case))
    assert "Confirm every name" in page
    assert "Add to the plan" not in page
    assert "Approve the plan" not in page
    assert browser_of(vera).post(page_of(case), typed(owner=bob.pk)).status_code == 403


def test_a_restricted_recovery_is_no_page_for_others(bob: User, charlie: User, riverside: Branch) -> None:
    case = a_case(bob, client=a_restricted_client(branch=riverside, looked_after_by=bob))
    action = planned(case, bob)
    for address in (page_of(case), f"{page_of(case)}/seen", f"{page_of(case)}/answers", f"/plan-actions/{action.pk}"):
        assert browser_of(charlie).get(address).status_code == 404


@pytest.mark.parametrize("many", [1, 3])
def test_the_page_asks_as_often_with_three_as_with_one(
    bob: User, mona: User, many: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    case = a_case(bob, client=a_client(looked_after_by=mona))
    for number in range(many):
        planned(case, bob, f"Action {number}", heard=case.heard.all()[0], owner=mona)
    ask_for_input(case, by=bob, now=NOW)
    browser = browser_of(bob)
    browser.get(page_of(case))
    with django_assert_num_queries(PLAN_QUERIES):
        browser.get(page_of(case))


PLAN_QUERIES = 29
