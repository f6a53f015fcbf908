"""Build the demo firm: found it, read its mailbox, confirm its clients, and let its half year happen."""

from __future__ import annotations

import shutil
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from amends.desk.actions import health, intake
from amends.desk.actions.client import change_client, confirm_clients, decline_clients
from amends.desk.actions.firm import add_branch, add_holidays, finish_welcome, found_firm, set_week
from amends.desk.actions.look import look_through
from amends.desk.actions.past import draw_history
from amends.desk.actions.person import add_person
from amends.desk.actions.user import change_user, invite_user, make_sign_in_link, use_sign_in_link
from amends.desk.demo.replay import cover, replay
from amends.desk.demo.scene import Scene, read_story
from amends.desk.models import Client, ClientKey, ImportStatus, Role
from amends.sources.sample import NOW, read_clients, read_firm, write_sample
from amends.sources.sample.cast import FREE_MAIL

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from amends.desk.models import Firm, User
    from amends.sources.sample.cast import Client as Told
    from amends.sources.sample.cast import Writer

WEEKDAYS, DAYS = 5, 7
OFFICE_DAY = ("08:00", "17:30")  # as firm.toml of the sample mailbox


def build_demo(mailbox: Path) -> None:
    """Build the firm as it is at `NOW` in an empty database; its mailbox is written to `mailbox` and read from it."""
    story, scene = read_story(), Scene()
    firm = _found(scene, story)
    _read_mail(scene, mailbox, scene.at(story["imported"]))
    _name_clients(scene, story)
    for told in story["moment"]:
        replay(scene, told)
    finish_welcome(firm, by=scene.users[story["owner"]], now=NOW)
    _work_out()
    for told in story["cover"]:
        cover(scene, told)


def _found(scene: Scene, story: dict[str, Any]) -> Firm:
    """Found the firm with its branches and colleagues, each of whom comes in once."""
    told, now = read_firm(), scene.at(story["founded"])
    owner = told.people[story["owner"]]
    firm, boss = found_firm(
        told.name,
        addresses=[told.domain],
        zone=story["zone"],
        owner_name=owner.name,
        owner_email=owner.address,
        now=now,
        is_demo=True,
    )
    scene.branches = {
        key: add_branch(branch.name, phone=branch.phone, by=boss, now=now) for key, branch in told.branches.items()
    }
    set_week(firm, [[list(OFFICE_DAY)]] * WEEKDAYS + [[]] * (DAYS - WEEKDAYS), by=boss, now=now)
    add_holidays([(day["on"], day["name"]) for day in story["holidays"]], by=boss, now=now)
    change_user(boss, by=boss, now=now, title=owner.title, phone=owner.phone)
    scene.users[story["owner"]] = boss
    for key, person in told.people.items():
        if key != story["owner"]:
            role = Role.MANAGER if key in story["managers"] else Role.MEMBER
            scene.users[key] = _join(person, role, scene, boss, now)
    return firm


def _join(person: Writer, role: Role, scene: Scene, boss: User, now: datetime) -> User:
    """Invite a colleague, who comes in by a link: nobody there has a password."""
    branch = scene.branches[person.branch]
    user, _ = invite_user(
        person.name,
        person.address,
        role,
        by=boss,
        now=now,
        branch=branch,
        title=person.title,
        phone=person.phone,
    )
    return use_sign_in_link(make_sign_in_link(user, now=now), now=now)


def _read_mail(scene: Scene, mailbox: Path, now: datetime) -> None:
    """Give the desk the firm's mailbox, as Tom would, and read it to its end."""
    write_sample(mailbox, force=True)
    copy = mailbox.with_name(f"{mailbox.name}.upload")  # is moved to where uploads lie
    shutil.copyfile(mailbox, copy)
    tom = scene.users["tom"]
    mailing = intake.receive_upload(mailbox.name, copy, copy.stat().st_size, by=tom, now=now)
    look_through(mailing, now=now, clock=lambda: now)
    intake.begin_import(mailing, by=tom, now=now, us=[read_firm().domain])
    while mailing.status == ImportStatus.READING:
        intake.work_on_import(mailing, now=now, clock=lambda: now)


def _name_clients(scene: Scene, story: dict[str, Any]) -> None:
    """Say who is a client and who is not; the newest stay for the visitor to decide."""
    now, boss = scene.at(story["imported"]), scene.users[story["owner"]]
    keys = dict(ClientKey.objects.values_list("key", "client_id"))
    found = Client.objects.in_bulk()
    others = [found[keys[told.key]] for told in read_clients("side.toml") if told.key in keys]
    decline_clients(others, by=boss, now=now)
    ours = [told for told in read_clients() if told.domain not in FREE_MAIL and told.weekly]
    confirm_clients([found[keys[told.key]] for told in ours], by=boss, now=now)
    for told in ours:
        _describe(scene, story, found[keys[told.key]], told)


def _describe(scene: Scene, story: dict[str, Any], client: Client, told: Told) -> None:
    """Write down what the firm knows of a client, and of the people there."""
    now, boss = scene.at(story["imported"]), scene.users[story["owner"]]
    carer = scene.users[story["looked_after"].get(told.key, told.cared_for_by)]
    change_client(
        client,
        by=boss,
        now=now,
        name=told.name,
        branch=carer.branch,
        looked_after_by=carer,
        yearly_value=Decimal(story["worth"].get(told.key, told.on_assignment * story["value_of_one"])),
        since_year=told.since,
        on_assignment=told.on_assignment,
    )
    manners = {(one["client"], one["key"]): one for one in story["person"]}
    for place, person in enumerate((*told.people, *told.others)):
        manner = manners.get((told.key, person.key), {})
        add_person(
            client,
            person.name,
            by=carer,
            now=now,
            addresses=[person.address],
            title=spoken_title(person.title),
            phone=person.phone,
            preferred_way=manner.get("preferred_way", ""),
            best_hour=manner.get("best_hour", ""),
            is_main=place == 0,
        )


def spoken_title(title: str) -> str:
    """Return a title as one says it: "Head of procurement", and "HR manager" with the capitals of its own."""
    first, _, rest = title.partition(" ")
    return " ".join([first, *(word if word.isupper() else word.lower() for word in rest.split())])


def _work_out() -> None:
    """Work out how every client stands now, and stood in the past half year."""
    for client in Client.objects.all():
        health.assess_client(client, now=NOW)
        draw_history(client, now=NOW)
