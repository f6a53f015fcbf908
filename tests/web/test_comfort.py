"""What `amends.js` adds for people who have JavaScript: keys, focus, drafts, progress. And that nothing needs it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pieces import Correction, drawn, open_page, rendered, shell

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Dialog, Page, Route

pytestmark = pytest.mark.browser

FORM = """{% extends "web/shell.html" %}{% block content %}
{% include "web/parts/form.html" with submit="Save" draft=draft %}{% endblock %}"""
IMPORT = """{% extends "web/plain.html" %}{% block content %}
<div data-poll="/progress" data-every="0.05" aria-live="polite"><h1>Reading</h1><p id="told">1 of 9 messages.</p></div>
{% endblock %}"""


def form_page(*, draft: str = "", typed: dict[str, str] | None = None) -> str:
    form = Correction(typed) if typed is not None else Correction()
    return rendered(FORM, {"shell": shell(), "form": form, "draft": draft})


def path_of(page: Page) -> str:
    return page.url.removeprefix("http://desk.test")


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.innerText.split('\\n')[0]"))


def test_a_slash_goes_to_find(chromium: Browser) -> None:
    page = open_page(chromium, drawn("today"))
    page.keyboard.press("/")
    page.keyboard.type("jkx")
    assert page.locator("[data-find]").input_value() == "jkx"
    page.context.close()


def test_two_keys_go_to_a_page(chromium: Browser) -> None:
    for key, path in (("c", "/clients"), ("r", "/recoveries"), ("t", "/")):
        page = open_page(chromium, drawn("client"))
        page.keyboard.press("g")
        with page.expect_navigation():
            page.keyboard.press(key)
        assert path_of(page) == path
        page.context.close()


def test_j_and_k_walk_the_rows_and_enter_opens(chromium: Browser) -> None:
    page = open_page(chromium, drawn("today"))
    rows = []
    for key in ("j", "j", "j", "k", "k", "k"):
        page.keyboard.press(key)
        rows.append(focused(page))
    assert rows[:2] == ["Dana Whitlock at Brightwater Cold Storage", "Anita Rowe at Kestrel Ridge Clinics"]
    assert rows[2:4] == ["Send the safety certificates", rows[1]]
    assert rows[4:] == [rows[0], rows[0]]
    page.keyboard.press("Enter")
    page.wait_for_url("**/a")
    assert path_of(page) == "/a"
    page.context.close()


def test_enter_opens_the_row_of_a_table(chromium: Browser) -> None:
    page = open_page(chromium, drawn("states", form=Correction()))
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/c")
    assert path_of(page) == "/c"
    page.context.close()


def test_x_keeps_the_promise_under_the_focus(chromium: Browser) -> None:
    page = open_page(chromium, drawn("today"))
    page.keyboard.press("x")  # nothing is under the focus yet
    for _ in range(3):
        page.keyboard.press("j")
    page.keyboard.press("x")
    page.wait_for_url("**/k")
    assert path_of(page) == "/k"
    page.context.close()


def test_a_question_mark_lists_the_keys_and_escape_closes_them(chromium: Browser) -> None:
    page = open_page(chromium, drawn("today"))
    page.keyboard.press("?")
    assert page.locator("#keys").is_visible()
    page.keyboard.press("j")
    assert page.locator("#keys").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("#keys").is_visible()
    page.context.close()


def test_keys_that_are_off_do_nothing(chromium: Browser) -> None:
    page = open_page(chromium, drawn("today", shell=shell(has_keys=False)))
    for key in ("/", "j", "?"):
        page.keyboard.press(key)
    assert page.evaluate("document.activeElement === document.body")
    page.context.close()


def test_a_key_with_a_modifier_is_the_browsers_own(chromium: Browser) -> None:
    page = open_page(chromium, drawn("today"))
    page.keyboard.press("Control+/")
    assert page.evaluate("document.activeElement === document.body")
    page.context.close()


def test_after_a_mistake_the_focus_is_on_what_to_correct_and_goes_to_the_field(chromium: Browser) -> None:
    page = open_page(chromium, form_page(typed={"branch": "a"}))
    assert focused(page) == "Three things to correct"
    page.get_by_role("link", name="The date must be today or later").click()
    assert page.evaluate("document.activeElement.id") == "id_by"
    page.context.close()


def test_a_form_is_sent_once(chromium: Browser) -> None:
    page = open_page(chromium, form_page())
    sent = page.evaluate("""() => {
        const form = document.querySelector("main form");
        let sent = 0;
        window.addEventListener("submit", (event) => {
            sent += event.defaultPrevented ? 0 : 1;
            event.preventDefault();
        });
        for (let turn = 0; turn < 3; turn++) form.requestSubmit();
        return sent;
    }""")
    assert sent == 1
    assert page.locator("main form button").get_attribute("aria-disabled") == "true"
    page.context.close()


def test_a_file_that_is_too_large_is_not_sent(chromium: Browser) -> None:
    upload = (
        '{% extends "web/plain.html" %}{% block content %}<h1>Add</h1><form method="post" action="/sent" novalidate>'
        '<input type="file" name="file" aria-label="File" data-most="4" data-too-large="Too large">'
        '<button class="btn">Add</button></form>{% endblock %}'
    )
    page = open_page(chromium, rendered(upload))
    page.set_input_files("[data-most]", {"name": "a.mbox", "mimeType": "text/plain", "buffer": b"12345"})
    page.click("main button")
    assert page.evaluate("document.querySelector('[data-most]').validationMessage") == "Too large"
    assert path_of(page) == "/"
    page.set_input_files("[data-most]", {"name": "a.mbox", "mimeType": "text/plain", "buffer": b"1234"})
    page.click("main button")
    page.wait_for_url("**/sent")
    assert path_of(page) == "/sent"
    page.context.close()


def test_what_was_typed_comes_back_until_it_is_saved(chromium: Browser) -> None:
    page = open_page(chromium, form_page(draft="upset"), answers={"/saved": drawn("today")})
    page.fill("#id_words", "Nobody called.")
    page.check("#id_feeling_1")
    page.reload()
    assert page.locator("#id_words").input_value() == "Nobody called."
    assert page.is_checked("#id_feeling_1")
    assert page.get_by_text("What you typed earlier is back.").is_visible()
    page.evaluate("document.querySelector('main form').action = '/saved'")
    page.click("main form button")
    page.wait_for_url("**/saved")
    page.goto("http://desk.test/")
    assert page.locator("#id_words").input_value() == ""
    page.context.close()


def test_signing_out_leaves_no_draft_behind(chromium: Browser) -> None:
    page = open_page(chromium, form_page(draft="upset"))
    page.fill("#id_words", "Nobody called.")
    page.evaluate("document.querySelector('[data-sign-out]').action = '/gone'")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/gone")
    assert page.evaluate("Object.keys(localStorage)") == []
    page.context.close()


def test_leaving_what_is_unsaved_asks_first(chromium: Browser) -> None:
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page = open_page(chromium, form_page())
    page.on("dialog", stay)
    page.fill("#id_owner", "Jo")
    page.goto("http://desk.test/clients")
    assert asked == ["beforeunload"]
    page.context.close()


def test_work_under_way_is_told_until_it_is_done(chromium: Browser) -> None:
    done, read = "<div data-done></div>", "<!doctype html><html lang=en><title>Read</title><h1>All is read.</h1>"
    answers = {"/progress": '<div data-poll="/progress"><h1>Reading</h1><p id="told">4 of 9 messages.</p></div>'}
    page = open_page(chromium, rendered(IMPORT), answers=answers)
    page.get_by_text("4 of 9 messages.").wait_for()
    page.route("http://desk.test/", lambda route: route.fulfill(body=read, content_type="text/html"))
    with page.expect_navigation():
        page.route("**/progress", lambda route: route.fulfill(body=done, content_type="text/html"))
    assert (path_of(page), page.locator("h1").inner_text()) == ("/", "All is read.")
    page.context.close()


def test_a_network_that_fails_is_asked_again(chromium: Browser) -> None:
    asked: list[str] = []

    def fail_twice(route: Route) -> None:
        asked.append(route.request.url)
        if len(asked) > 2:
            route.fulfill(body='<p id="told">4 of 9 messages.</p>', content_type="text/html")
        else:
            route.abort()

    page = open_page(chromium, rendered(IMPORT), answers={"/progress": rendered(IMPORT)})
    page.route("**/progress", fail_twice)
    page.get_by_text("4 of 9 messages.").wait_for()
    assert page.locator("#told").inner_text() == "4 of 9 messages."
    assert asked[:3] == ["http://desk.test/progress"] * 3
    page.context.close()


@pytest.mark.parametrize("piece", ["today", "states"])
def test_without_javascript_everything_is_still_a_link_or_a_form(chromium: Browser, piece: str) -> None:
    page = open_page(chromium, drawn(piece, form=Correction()), script=False)
    for element in page.locator("main [data-row]").all():
        assert element.locator("a, button").count() + int(element.get_attribute("href") is not None) > 0
    page.locator("main form button").first.click()
    assert page.locator("h1").count() == 1
    page.context.close()
