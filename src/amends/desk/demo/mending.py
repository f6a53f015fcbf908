"""The verbs of story.toml that mend: views, words, causes, apology, plan and amends, each an action of the desk."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from decimal import Decimal
from itertools import cycle
from typing import TYPE_CHECKING, Any

from amends.core.case import Kind, Role, Theme
from amends.core.decision import Choice
from amends.core.listening import Question
from amends.desk.actions import reparation
from amends.desk.actions.apology import keep_note, prepare_apology, say_apology
from amends.desk.actions.case_about import change_case
from amends.desk.actions.case_team import Team, change_team
from amends.desk.actions.cause import add_cause, map_contribution, note_escape, note_reactions
from amends.desk.actions.decision import decide_case, give_view
from amends.desk.actions.fix import finish_action, verify_action
from amends.desk.actions.listening import hear_words, log_fact, note_remedy
from amends.desk.actions.plan import add_action, answer_action, approve_plan, own_action
from amends.desk.actions.promise import keep_promise, make_promise
from amends.desk.actions.touch import change_touch
from amends.desk.models import Message

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from amends.desk.demo.scene import Scene
    from amends.desk.models import Client, PlanAction, User

    Told = Mapping[str, Any]
    Verb = Callable[[Scene, Told, Client, User, datetime], object]

WEEK = timedelta(days=7)
WORKDAYS = 5
FRIDAY, OPEN_DAYS = 4, 3  # what is still open is due from Wednesday to Friday
DONE_AT = time(9)  # before anybody asks
HALF_A_DAY = timedelta(hours=8)  # from when they come in


def _team(scene: Scene, told: Told, client: Client, by: User, now: datetime) -> None:
    """Say who mends, and what went wrong."""
    del client
    case, parts = scene.case(told["client"]), told["parts"]

    def those(role: Role) -> tuple[User, ...]:
        return tuple(scene.users[key] for key, part in parts.items() if part == role)

    team = Team(case.lead, those(Role.SPONSOR), those(Role.SCRIBE), those(Role.OTHER))
    change_team(case, team, by=by, now=now)
    change_case(
        case, by=by, now=now, kind=Kind(told["kind"]), theme=Theme(told["theme"]), is_process=told["is_process"]
    )


def _views(scene: Scene, told: Told, client: Client, by: User, now: datetime) -> None:
    """Let each on the account give a view, then record what was decided."""
    del client
    case = scene.case(told["client"])
    for view in told["views"]:
        given = {name: view.get(name, "") for name in ("reason", "matters", "ideas")}
        give_view(case, Choice(view["choice"]), by=scene.users[view["by"]], now=now, **given)
    decide_case(case, Choice(told["choice"]), by=by, now=now, note=told.get("note", ""))


def _heard(scene: Scene, told: Told, client: Client, by: User, now: datetime) -> None:
    """Write down what they said; what stands in a mail of theirs is from there."""
    case = scene.case(told["client"])
    for line in told["lines"]:
        found = Message.objects.filter(client=client, from_us=False, text__contains=line["words"]).first()
        hear_words(case, Question(line["question"]), line["words"], by=by, now=now, source=found)
    if "remedy" in told:
        note_remedy(case, told["remedy"], by=by, now=now)


def _underneath(scene: Scene, told: Told, client: Client, by: User, now: datetime) -> None:
    """Write down what lies underneath: who did what, why it happened, what is established."""
    del client
    case = scene.case(told["client"])
    for line in told["sides"]:
        map_contribution(case, by=by, now=now, **line)
    parent = None
    for line in told.get("whys", ()):
        parent = add_cause(case, by=by, now=now, parent=parent, **{**line, "theme": Theme(line["theme"])})
    for fact in told.get("facts", ()):
        log_fact(case, by=by, now=now, what=fact)
    if "ours" in told:
        note_reactions(case, by=by, now=now, our_reaction=told["ours"], their_reaction=told["theirs"])
    if "escape" in told:
        note_escape(case, by=by, now=now, escape_point=told["escape"])


def _apology(scene: Scene, told: Told, client: Client, by: User, now: datetime) -> None:
    """Say sorry, in person."""
    del client
    case, at = scene.case(told["client"]), scene.at(told["when"])
    prepare_apology(case, by=by, now=now, apologiser=by, way=told["kind"], script=told["script"])
    touch = say_apology(case, told["kind"], by=by, now=now, said=told["said"], answer=told["answer"], at=at)
    change_touch(touch, by=by, now=now, minutes=told["minutes"], summary=told["summary"], detail=told["detail"])
    keep_note(case, told["note"], by=by, now=now)


def _plan(scene: Scene, told: Told, client: Client, by: User, now: datetime) -> None:
    """Lay down a plan whose owners agree to it at once."""
    del client
    case = scene.case(told["client"])
    for line in told["actions"]:
        heard = case.heard.filter(words=line["heard"]).first()
        action = add_action(
            case,
            line["what"],
            by=by,
            now=now,
            due_on=line["due"],
            owner=scene.users[line["owner"]],
            heard=heard,
            measure=line["measure"],
            is_containment=line.get("stops", False),
        )
        own_action(action, by=scene.users[line["owner"]], now=now)
    approve_plan(case, by=by, now=now)


def _answers(scene: Scene, told: Told, client: Client, by: User, now: datetime) -> None:
    """Take down what the client says to the plan, change by change."""
    del client
    for action, line in zip(_actions(scene, told), told["answers"], strict=False):
        answer_action(action, line["answer"], line.get("words", ""), by=by, now=now)


def _fixed(scene: Scene, told: Told, client: Client, by: User, now: datetime) -> None:
    """Say that every change was done on its day, and that the client says it holds."""
    del client
    actions = _actions(scene, told)
    for action in actions:
        finish_action(action, by=by, now=scene.at(datetime.combine(action.due_on, DONE_AT)), note=told.get("note", ""))
    for action in actions:
        verify_action(action, by=by, now=now)


def _actions(scene: Scene, told: Told) -> list[PlanAction]:
    return list(scene.case(told["client"]).plan.select_related("case__client", "owner"))


def _amends(scene: Scene, told: Told, client: Client, by: User, now: datetime) -> None:
    """Offer what makes good, and let it reach them."""
    del client
    sums = {name: Decimal(value) for name, value in told["sums"].items()}
    row = reparation.draft_reparation(scene.case(told["client"]), by=by, now=now, in_kind=told["in_kind"], **sums)
    reparation.offer_reparation(row, by=by, now=now)
    reparation.give_reparation(row, by=by, now=now)
    reparation.reach_reparation(row, by=by, now=now)


def _weeks(scene: Scene, told: Told, client: Client, by: User, now: datetime) -> None:
    """Let somebody promise and keep so many things a week, to one client after another; the last week is still open."""
    del client
    whom, what = cycle(told["to"]), cycle(told["what"])
    for number, count in enumerate(told["counts"]):
        monday = now + number * WEEK
        for place in range(count):
            is_over = number + 1 < len(told["counts"])
            due_at = monday + timedelta(days=place % WORKDAYS if is_over else FRIDAY - place % OPEN_DAYS) + HALF_A_DAY
            promise = make_promise(scene.client(next(whom)), next(what), due_at=due_at, by=by, now=monday)
            if is_over:
                keep_promise(promise, by=by, now=due_at)


VERBS: dict[str, Verb] = {
    "team": _team,
    "views": _views,
    "heard": _heard,
    "underneath": _underneath,
    "apology": _apology,
    "plan": _plan,
    "answers": _answers,
    "fixed": _fixed,
    "amends": _amends,
    "weeks": _weeks,
}
