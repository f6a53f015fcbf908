"""The verbs of story.toml in which a client is asked and answers: their page, how they feel, what both sides expect."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from amends.core.agreement import Level
from amends.core.plan import Answer
from amends.desk.actions.client_answer import Given, Seen, answer_page
from amends.desk.actions.client_page import Line, make_link, note_answers, prepare_page
from amends.desk.actions.pulse import take_pulse
from amends.desk.actions.sheet import answer_item, confirm_items, fill_ours, fill_theirs, start_sheet, word_item
from amends.desk.queries.agreement import print_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from amends.desk.demo.scene import Scene
    from amends.desk.models import Client, ClientPage, User

    Told = Mapping[str, Any]
    Verb = Callable[[Scene, Told, Client, User, datetime], object]


def _page(scene: Scene, told: Told, client: Client, by: User, now: datetime) -> None:
    """Prepare a page of a recovery for somebody, and a link to it."""
    del client
    case, person = scene.case(told["client"]), scene.person(told["client"], told["person"])
    heard = {row.words: row for row in case.heard.all()}
    lines = [Line(line["text"], heard[line["heard"]]) for line in told["lines"]]
    page = prepare_page(case, person, by=by, now=now, lines=lines, title=told["title"], lead=told["lead"])
    make_link(page, by=by, now=now)


def _page_answers(scene: Scene, told: Told, client: Client, by: User, now: datetime) -> None:
    """Let somebody answer their page, and a colleague see it."""
    del client
    page: ClientPage = scene.case(told["client"]).pages.select_related("person", "client", "case").get()
    rows = list(page.lines.all())
    changes = [row for row in scene.case(told["client"]).plan.select_related("owner") if row.is_visible]
    given = Given(
        lines={row.pk: (is_right, "") for row, is_right in zip(rows, told["lines"], strict=False)},
        heard={row.pk: row.text for row in rows},
        plan={
            row.pk: (Answer(line["answer"]), line.get("words", ""))
            for row, line in zip(changes, told["plan"], strict=False)
        },
        seen={row.pk: Seen(row.what, row.owner.name if row.owner else "", row.due_on) for row in changes},
    )
    answer_page(page, given, now=now)
    note_answers(page, by=by, now=scene.at(told["noted"]))


def _pulse(scene: Scene, told: Told, client: Client, by: User, now: datetime) -> None:
    """Let somebody say how they feel about working with us."""
    del by
    take_pulse(client, person=scene.person(told["client"], told["person"]), now=now, **told["said"])


def _sheet(scene: Scene, told: Told, client: Client, by: User, now: datetime) -> None:
    """Let both sides fill in what they expect, and agree on the words of each line."""
    person, lines = scene.person(told["client"], told["person"]), told["lines"]
    sheet = start_sheet(client, person, by=by, now=now, keys=lines)
    items = list(sheet.items.all())
    fill_ours(sheet, {item.pk: _level(lines[item.key]["ours"]) for item in items}, by=by, now=now)
    fill_theirs(sheet, {item.pk: _level(lines[item.key]["theirs"]) for item in items}, person=person, now=now)
    for item in items:
        line = lines[item.key]
        word_item(item, line["wording"], target=_figure(line.get("target")), by=by, now=now)
    confirm_items(sheet, {item.pk: print_of(item) for item in items}, by=by, now=now)
    for item in sheet.items.select_related("sheet"):
        answer_item(item, seen=print_of(item), agrees=True, person=person, now=now)


def _level(told: Told) -> Level:
    return Level(_figure(told.get("desired")), _figure(told.get("adequate")), told.get("words", ""))


def _figure(told: int | None) -> Decimal | None:
    return None if told is None else Decimal(told)


VERBS: dict[str, Verb] = {
    "pulse": _pulse,
    "sheet": _sheet,
    "page": _page,
    "page_answers": _page_answers,
}
