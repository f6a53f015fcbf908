"""The verbs of story.toml: each is one action of the desk, at the time the story tells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from amends.core.case import Step
from amends.core.staffing import FactKind
from amends.desk.actions import case as recovery
from amends.desk.actions.followup import move_followup
from amends.desk.actions.health import mark_mended
from amends.desk.actions.promise import agree_item, keep_promise, make_promise
from amends.desk.actions.touch import record_fact, record_touch
from amends.desk.actions.waiting import cover_waiting
from amends.desk.demo import asking, mending
from amends.desk.models import Case, FollowUp, Waiting

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from amends.desk.demo.scene import Scene
    from amends.desk.models import Client, Person, User

    Told = Mapping[str, Any]
    Verb = Callable[[Scene, Told, Client, User, datetime], object]


def replay(scene: Scene, told: Told) -> None:
    """Let one moment of the story happen."""
    VERBS[told["do"]](scene, told, scene.client(told["client"]), scene.users[told["by"]], scene.at(told["at"]))


def cover(scene: Scene, told: Told) -> None:
    """Let a colleague answer whoever waits at a client."""
    waiting = Waiting.objects.get(client__keys__key=told["client"], settled_at=None)
    by, colleague = scene.users[told["by"]], scene.users[told["colleague"]]
    cover_waiting(waiting, colleague, by=by, now=scene.at(told["at"]))


def _person(scene: Scene, told: Told) -> Person | None:
    return scene.person(told["client"], told["person"]) if "person" in told else None


def _case(client: Client) -> Case | None:
    return Case.objects.filter(client=client).first()


def _touch(scene: Scene, told: Told, client: Client, by: User, now: datetime) -> None:
    is_mending = told.get("mending", False)
    record_touch(
        client,
        told["kind"],
        by=by,
        now=now,
        at=scene.at(told["when"]) if "when" in told else None,
        person=_person(scene, told),
        minutes=told.get("minutes"),
        summary=told["summary"],
        detail=told.get("detail", ""),
        words=told.get("words", ""),
        case=_case(client) if is_mending else None,
        is_mending=is_mending,
    )


def _fact(scene: Scene, told: Told, client: Client, by: User, now: datetime) -> None:
    numbers = {name: told[name] for name in ("count", "of", "value", "days", "note", "words") if name in told}
    record_fact(client, FactKind(told["kind"]), by=by, now=now, at=scene.at(told["when"]), **numbers)


def _promise(scene: Scene, told: Told, client: Client, by: User, now: datetime) -> None:
    due = scene.at(told["due"])
    promise = make_promise(
        client, told["what"], due_at=due, by=by, now=now, person=_person(scene, told), promised_by=by
    )
    if "kept" in told:
        keep_promise(promise, by=by, now=scene.at(told["kept"]))


def _agree(scene: Scene, told: Told, client: Client, by: User, now: datetime) -> None:
    del scene
    for line in told["lines"]:
        agree_item(client, line["what"], by=by, now=now, how_kept=line["how_kept"], is_kept=line["is_kept"])


def _open_case(scene: Scene, told: Told, client: Client, by: User, now: datetime) -> None:
    call_back = scene.at(told["call_back"]) if "call_back" in told else None
    person = _person(scene, told)
    recovery.open_case(
        client, by=by, now=now, words=told["words"], severity=told["severity"], person=person, call_back_by=call_back
    )


def _step(scene: Scene, told: Told, client: Client, by: User, now: datetime) -> None:
    del client
    for step in told["steps"]:
        recovery.finish_step(scene.case(told["client"]), Step(step), by=by, now=now)


def _next(scene: Scene, told: Told, client: Client, by: User, now: datetime) -> None:
    del client
    case, when = scene.case(told["client"]), scene.at(told["when"]) if "when" in told else None
    note, waiting_for = told.get("note", ""), told.get("waiting_for", "")
    recovery.plan_next(case, by=by, now=now, next_at=when, note=note, waiting_for=waiting_for)


def _follow_up(scene: Scene, told: Told, client: Client, by: User, now: datetime) -> None:
    case, number, of, note = _case(client), told["number"], told["of"], told.get("note", "")
    coming = FollowUp.objects.filter(client=client, case=case, done_at=None).first()  # laid down when it was fixed
    if coming is None:
        person = _person(scene, told)
        coming = recovery.schedule_followup(client, told["due"], by=by, now=now, case=case, person=person)
    followup = move_followup(coming, told["due"], by=by, now=now, number=number, of=of, note=note)
    if "done" in told:
        recovery.finish_followup(
            followup, by=by, now=scene.at(told["done"]), outcome=told["outcome"], feeling=told["feeling"], holds=True
        )


def _mended(scene: Scene, told: Told, client: Client, by: User, now: datetime) -> None:
    del scene, told
    mark_mended(client, now.date(), by=by, now=now)


VERBS: dict[str, Verb] = {
    "touch": _touch,
    "fact": _fact,
    "promise": _promise,
    "agree": _agree,
    "open_case": _open_case,
    "step": _step,
    "next": _next,
    "follow_up": _follow_up,
    "mended": _mended,
    **mending.VERBS,
    **asking.VERBS,
}
