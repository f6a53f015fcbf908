"""The record of every change, in words: who, when, what, before and after."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from amends.desk.models import Branch, Client, Event, Person, User
from amends.desk.queries.field_name import field_name, value_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import tzinfo

    from django.db.models import Model, QuerySet
    from django.utils.functional import _StrPromise

A_DAY = timedelta(days=1)
EARLIEST, LATEST = date(1970, 1, 1), date(2999, 12, 31)  # of a record; days beyond have no moment in every zone
ISO_DAY = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])-(?:[01]\d|2[0-8])")  # days that every month has; others stay as they are
ISO_MOMENT = re.compile(rf"{ISO_DAY.pattern}T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{{1,6}})?(?:Z|[+-]\d\d:\d\d)")
LONGEST_VALUE = 200  # characters of a value that the list shows; judgement

VERBS: dict[str, _StrPromise] = {
    "add_phrase": gettext_lazy("Added words not to write"),
    "change_phrase": gettext_lazy("Changed words not to write"),
    "remove_phrase": gettext_lazy("Took words off the list of what not to write"),
    "prepare_apology": gettext_lazy("Prepared an apology"),
    "keep_note": gettext_lazy("Wrote the note that follows an apology"),
    "say_apology": gettext_lazy("Apologised"),
    "move_followup": gettext_lazy("Moved a check-in"),
    "hear_agreement": gettext_lazy("Heard that they call it mended"),
    "explain_orders": gettext_lazy("Said how it is with their orders"),
    "overrule_mended": gettext_lazy("Called it mended although something lacks"),
    "look_back": gettext_lazy("Looked back on a recovery"),
    "ask_to_look_back": gettext_lazy("Asked to look back on a recovery"),
    "add_lesson": gettext_lazy("Wrote down a lesson"),
    "change_lesson": gettext_lazy("Changed a lesson"),
    "finish_lesson": gettext_lazy("Changed it for every client"),
    "remove_lesson": gettext_lazy("Took a lesson back"),
    "draft_reparation": gettext_lazy("Began to make something good"),
    "change_reparation": gettext_lazy("Changed what is offered"),
    "offer_reparation": gettext_lazy("Put an offer forward"),
    "answer_reparation": gettext_lazy("Decided about an offer"),
    "give_reparation": gettext_lazy("Gave what was offered"),
    "reach_reparation": gettext_lazy("What was given has reached the client"),
    "drop_reparation": gettext_lazy("Took an offer back"),
    "accept_invitation": gettext_lazy("Accepted the invitation"),
    "acknowledge_case": gettext_lazy("Said that the client knows that we know"),
    "add_branch": gettext_lazy("Opened a branch"),
    "add_client": gettext_lazy("Added a client"),
    "add_holiday": gettext_lazy("Added a holiday"),
    "add_holidays": gettext_lazy("Filled in public holidays"),
    "add_person": gettext_lazy("Added a person"),
    "add_plan_action": gettext_lazy("Added an action to a plan"),
    "answer_plan_action": gettext_lazy("Took down what the client says to a change"),
    "apply_playbook": gettext_lazy("Began a plan with a playbook"),
    "approve_plan": gettext_lazy("Approved a plan"),
    "ask_for_input": gettext_lazy("Asked colleagues what they would do"),
    "change_plan_action": gettext_lazy("Changed an action of a plan"),
    "decline_plan_action": gettext_lazy("Could not take on an action of a plan"),
    "finish_plan_action": gettext_lazy("Finished an action of a plan"),
    "fix_case": gettext_lazy("The client says that it is fixed"),
    "give_input": gettext_lazy("Said what to put into a plan"),
    "keep_plan_action_anyway": gettext_lazy("Left an action with its owner, although it is much"),
    "move_plan_action": gettext_lazy("Moved an action of a plan"),
    "own_plan_action": gettext_lazy("Agreed to own an action of a plan"),
    "remove_plan_action": gettext_lazy("Took an action out of a plan"),
    "reopen_plan_action": gettext_lazy("Opened an action of a plan again"),
    "restore_playbook": gettext_lazy("Went back to the original playbook"),
    "save_playbook": gettext_lazy("Changed a playbook"),
    "verify_plan_action": gettext_lazy("The client says that an action holds"),
    "agree_item": gettext_lazy("Wrote down what was agreed"),
    "assess_client": gettext_lazy("Looked at a client again"),
    "begin_import": gettext_lazy("Began to read a mail file"),
    "change_columns": gettext_lazy("Went back to the columns of a list"),
    "fail_list": gettext_lazy("A list could not be read"),
    "finish_list": gettext_lazy("Took in a list to its end"),
    "finish_undo": gettext_lazy("Took back a list to its first row"),
    "match_columns": gettext_lazy("Said what the columns of a list hold"),
    "receive_list": gettext_lazy("Uploaded a list"),
    "stop_list": gettext_lazy("Stopped a list"),
    "take_in_list": gettext_lazy("Began to take in a list"),
    "undo_list": gettext_lazy("Began to take back a list"),
    "break_promise": gettext_lazy("Said that a promise was not kept"),
    "change_case": gettext_lazy("Changed what a recovery is about"),
    "change_team": gettext_lazy("Changed who mends"),
    "change_branch": gettext_lazy("Changed a branch"),
    "change_client": gettext_lazy("Changed a client"),
    "change_fact": gettext_lazy("Corrected a fact"),
    "change_firm": gettext_lazy("Changed the firm"),
    "change_person": gettext_lazy("Changed a person"),
    "change_item": gettext_lazy("Changed what was agreed"),
    "change_mailbox": gettext_lazy("Changed a mailbox"),
    "change_touch": gettext_lazy("Changed what was logged"),
    "change_user": gettext_lazy("Changed a colleague"),
    "choose_notice": gettext_lazy("Chose how to hear of notices"),
    "choose_folders": gettext_lazy("Chose the folders of a mailbox"),
    "change_letter": gettext_lazy("Changed a letter"),
    "close_letter": gettext_lazy("Saw that a letter did not arrive"),
    "close_user": gettext_lazy("Closed a colleague’s account"),
    "connect_mailbox": gettext_lazy("Connected a mailbox"),
    "cover_waiting": gettext_lazy("Asked somebody to cover"),
    "delete_client": gettext_lazy("Deleted a client"),
    "delete_fact": gettext_lazy("Deleted a fact"),
    "delete_touch": gettext_lazy("Deleted what was logged"),
    "dismiss_signal": gettext_lazy("Marked a finding wrong"),
    "drop_letter": gettext_lazy("Discarded a letter"),
    "drop_promise": gettext_lazy("Let a promise go"),
    "end_drop": gettext_lazy("Ended a drop address"),
    "end_all_sign_ins": gettext_lazy("Signed out everywhere"),
    "end_override": gettext_lazy("Went back to the computed state"),
    "end_sign_in": gettext_lazy("Signed out of one browser"),
    "clear_imports": gettext_lazy("Cleared the list of mail files"),
    "erase_person": gettext_lazy("Erased a person"),
    "fail_import": gettext_lazy("A mail file could not be read"),
    "fail_mailbox": gettext_lazy("A mailbox could not be read"),
    "finish_followup": gettext_lazy("Finished a check-in"),
    "finish_import": gettext_lazy("Read a mail file to its end"),
    "finish_mailbox": gettext_lazy("Read a mailbox to its end"),
    "finish_step": gettext_lazy("Finished a step of a recovery"),
    "finish_welcome": gettext_lazy("Finished the first screens"),
    "forget_old": gettext_lazy("Blanked what was older than the firm keeps"),
    "found_firm": gettext_lazy("Set up the firm"),
    "give_back_letter": gettext_lazy("A letter whose writer writes there no more was not sent"),
    "hear_of_letter": gettext_lazy("Heard what became of a letter"),
    "add_cause": gettext_lazy("Wrote down why it happened"),
    "change_cause": gettext_lazy("Corrected a cause"),
    "change_contribution": gettext_lazy("Corrected a contribution"),
    "change_heard": gettext_lazy("Corrected what a client said"),
    "change_logged_fact": gettext_lazy("Corrected what is established"),
    "hear_words": gettext_lazy("Wrote down what a client said"),
    "log_fact": gettext_lazy("Logged what is established"),
    "map_contribution": gettext_lazy("Wrote down a contribution"),
    "note_escape": gettext_lazy("Wrote down why nobody noticed"),
    "note_reactions": gettext_lazy("Wrote down how each side took it"),
    "note_remedy": gettext_lazy("Wrote down what the client asks for"),
    "remove_cause": gettext_lazy("Took out a cause"),
    "remove_contribution": gettext_lazy("Took out a contribution"),
    "remove_heard": gettext_lazy("Took out what a client said"),
    "remove_logged_fact": gettext_lazy("Took out what was established"),
    "hear_again": gettext_lazy("Heard that a client in recovery is upset again"),
    "give_view": gettext_lazy("Gave a view of a recovery"),
    "change_view": gettext_lazy("Changed their view of a recovery"),
    "set_worth": gettext_lazy("Changed what the worth-it sum reckons with"),
    "decide_case": gettext_lazy("Decided what becomes of a recovery"),
    "move_step": gettext_lazy("Took a recovery to another step"),
    "plan_parting": gettext_lazy("Planned how to part"),
    "add_hand_over": gettext_lazy("Added something to hand over"),
    "hand_over": gettext_lazy("Handed something over"),
    "take_back_hand_over": gettext_lazy("Took back that something was handed over"),
    "remove_hand_over": gettext_lazy("Removed something to hand over"),
    "say_goodbye": gettext_lazy("Said goodbye"),
    "invite_again": gettext_lazy("Made a new invitation"),
    "hold_meeting": gettext_lazy("Logged a meeting that was held"),
    "invite_user": gettext_lazy("Invited a colleague"),
    "join_case": gettext_lazy("Joined a recovery to another"),
    "keep_messages": gettext_lazy("Kept messages"),
    "keep_promise": gettext_lazy("Kept a promise"),
    "look_through": gettext_lazy("Looked through a mail file"),
    "make_drop": gettext_lazy("Made a drop address"),
    "make_promise": gettext_lazy("Made a promise"),
    "make_sign_in_link": gettext_lazy("Made a sign-in link"),
    "mark_mended": gettext_lazy("Marked a client mended"),
    "mark_private": gettext_lazy("Marked an address or a domain as private"),
    "end_mended": gettext_lazy("Said that a repair did not hold"),
    "merge_clients": gettext_lazy("Merged two clients"),
    "move_case": gettext_lazy("Moved a recovery"),
    "open_case": gettext_lazy("Opened a recovery"),
    "part_client": gettext_lazy("Said that it is no longer a client"),
    "pause_mailbox": gettext_lazy("Paused a mailbox"),
    "override_state": gettext_lazy("Set a state by hand"),
    "plan_next": gettext_lazy("Planned what comes next"),
    "receive_upload": gettext_lazy("Uploaded a mail file"),
    "record_fact": gettext_lazy("Logged a fact"),
    "record_touch": gettext_lazy("Logged a contact"),
    "recover_mailbox": gettext_lazy("A mailbox can be read again"),
    "relate_case": gettext_lazy("Said which recoveries are related"),
    "release_cover": gettext_lazy("Took back that somebody covers"),
    "remove_branch": gettext_lazy("Closed a branch"),
    "move_item_up": gettext_lazy("Moved a line of what was agreed"),
    "remove_item": gettext_lazy("Removed a line of what was agreed"),
    "remove_holiday": gettext_lazy("Removed a holiday"),
    "remove_mailbox": gettext_lazy("Removed a mailbox"),
    "reopen_user": gettext_lazy("Opened a colleague’s account again"),
    "reopen_waiting": gettext_lazy("Somebody waits again"),
    "resume_mailbox": gettext_lazy("Read a mailbox on"),
    "resend_letter": gettext_lazy("Sent a letter again"),
    "schedule_followup": gettext_lazy("Planned a check-in"),
    "send_letter": gettext_lazy("Sent a letter"),
    "send_test": gettext_lazy("Sent a test mail"),
    "set_number": gettext_lazy("Set a number"),
    "set_password": gettext_lazy("Chose a password"),
    "set_week": gettext_lazy("Changed the business hours"),
    "settle_waiting": gettext_lazy("Said that nobody waits any more"),
    "sign_in": gettext_lazy("Signed in"),
    "stop_import": gettext_lazy("Stopped a mail file"),
    "tell_late": gettext_lazy("Was told that somebody waits longer than agreed"),
    "tell_morning": gettext_lazy("Was told whom to call"),
    "take_in_dropped": gettext_lazy("Took in a mail that came to a drop address"),
    "tell_stuck": gettext_lazy("Was told that a recovery is stuck"),
    "take_back_call": gettext_lazy("Took back that a call-back took place"),
    "take_back_letter": gettext_lazy("Held a letter back"),
    "write_letter": gettext_lazy("Wrote a letter"),
    "take_back": gettext_lazy("Took it back as a client"),
    "undo_dismissal": gettext_lazy("Took back that a finding was wrong"),
    "unmark_private": gettext_lazy("Took back that an address or a domain is private"),
    "use_sign_in_link": gettext_lazy("Signed in by a link"),
}
KINDS: dict[str, _StrPromise] = {  # of things, as the page offers them
    "client": gettext_lazy("Clients"),
    "person": gettext_lazy("People"),
    "touch": gettext_lazy("Calls, visits and notes"),
    "promise": gettext_lazy("Promises"),
    "case": gettext_lazy("Recoveries"),
    "planaction": gettext_lazy("Actions of plans"),
    "playbook": gettext_lazy("Playbooks"),
    "mailimport": gettext_lazy("Mail files"),
    "outgoing": gettext_lazy("Letters"),
    "listimport": gettext_lazy("Lists"),
    "mailbox": gettext_lazy("Mailboxes"),
    "private": gettext_lazy("Who is private"),
    "noticechoice": gettext_lazy("Notices"),
    "drop": gettext_lazy("Drop addresses"),
    "user": gettext_lazy("Colleagues and sign-ins"),
    "firm": gettext_lazy("The firm"),
    "firmphrase": gettext_lazy("Words not to write"),
    "apology": gettext_lazy("Apologies"),
}
# Fields whose value is the number of a row, and the row that has the name.
NAMED_BY: dict[str, type[Model]] = {
    "apologiser": User,
    "approved_by": User,
    "asked_by": User,
    "branch": Branch,
    "by": User,
    "client": Client,
    "colleague": User,
    "covered_by": User,
    "decided_by": User,
    "into": Client,
    "lead": User,
    "looked_after_by": User,
    "owner": User,
    "person": Person,
    "plan_approved_by": User,
    "promised_by": User,
    "scribe": User,
    "sponsor": User,
    "team": User,
    "user": User,
}


# What reads badly as "so and so was this, and is empty now".
ENDED: dict[str, _StrPromise] = {
    "away_until": gettext_lazy("Away until %(before)s no more."),
    "failing_since": gettext_lazy("Since %(before)s it had failed, and does so no more."),
    "left_on": gettext_lazy("Had left on %(before)s, and is there again."),
    "problem": gettext_lazy("What was wrong is over: %(before)s"),
    "settled_at": gettext_lazy("Settled on %(before)s, and open again."),
}
BEGUN: dict[str, _StrPromise] = {
    "failing_since": gettext_lazy("Since %(after)s it fails."),
    "problem": gettext_lazy("What is wrong: %(after)s"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One field of a change; empty text where there was nothing. `key` is the field as it is stored."""

    name: str
    before: str
    after: str
    key: str = field(default="", compare=False)

    @property
    def sentence(self) -> str:
        """What was there before and what is there now, in a sentence; what was only put in says itself."""
        told = {"name": self.name, "before": self.before, "after": self.after}
        if not self.after:
            return str(ENDED.get(self.key, _("%(name)s was %(before)s, and is empty now."))) % told
        if not self.before:
            return str(BEGUN.get(self.key, _("%(name)s: %(after)s"))) % told
        return _("%(name)s was %(before)s, and is %(after)s now.") % told


@dataclass(frozen=True, slots=True)
class Told:
    """One change in words. `who` is empty for the desk itself; `about` is the client it belongs to."""

    at: datetime
    who: str
    sentence: str
    about: Client | None
    lines: tuple[Line, ...]


def changes(
    *, who: User | None = None, what: str = "", since: date | None = None, until: date | None = None, zone: tzinfo
) -> QuerySet[Event]:
    """Return the changes, the latest first, of one colleague, of one kind of thing, between two days of a zone."""
    found = Event.objects.select_related("by", "client")
    if who:
        found = found.filter(by=who)
    if what:
        found = found.filter(thing=what)
    if since:
        found = found.filter(at__gte=datetime.combine(max(since, EARLIEST), time(), zone))
    if until:
        found = found.filter(at__lt=datetime.combine(min(until, LATEST) + A_DAY, time(), zone))
    return found


def latest_change(thing: Model, field: str) -> Event | None:
    """Return the last change of one field of a row; None where the record knows of none."""
    found = Event.objects.filter(thing=type(thing).__name__.lower(), thing_id=thing.pk, after__has_key=field)
    return found.select_related("by").order_by("-at", "-pk").first()


def page_of(found: QuerySet[Event], *, below: int, many: int) -> tuple[list[Event], int]:
    """Return so many of the changes from below one of them on, and the number of the last if there are more.

    Nothing is counted, and no change before them is read: the last page costs what the first one does.
    """
    last = Event.objects.filter(pk=below).first()
    if last:
        found = found.filter(Q(at__lt=last.at) | Q(at=last.at, pk__lt=last.pk))
    rows = list(found[: many + 1])
    return rows[:many], rows[many - 1].pk if len(rows) > many else 0


def told(events: Iterable[Event]) -> list[Told]:
    """Put changes into words: at most one query for each kind of row that their values name."""
    asked = list(events)
    names = _names(asked)
    return [
        Told(
            at=event.at,
            who=event.by.name if event.by else "",
            sentence=str(VERBS.get(event.verb, event.verb.replace("_", " ").capitalize())),
            about=event.client,
            lines=tuple(_lines(event, names)),
        )
        for event in asked
    ]


def _lines(event: Event, names: Mapping[tuple[type[Model], int], str]) -> Iterable[Line]:
    for key in dict.fromkeys([*event.before, *event.after]):
        before, after = (_value(event.thing, key, told.get(key), names) for told in (event.before, event.after))
        if before != after and key != "uid":  # which only programs read
            yield Line(field_name(key), before, after, key)


def _value(thing: str, field: str, value: Any, names: Mapping[tuple[type[Model], int], str]) -> str:
    """Return one value as people say it: yes and no, names instead of numbers, lists side by side."""
    if value is None or value in ("", [], {}):
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(_value(thing, field, one, names) for one in value)
    if isinstance(value, dict):
        return ", ".join(f"{name}: {_value(thing, name, one, names)}" for name, one in value.items())
    row = NAMED_BY.get(field.removesuffix("_id"))
    if row and isinstance(value, int):
        return names.get((row, value), _("somebody who is gone"))
    text = _moment(str(value)) or value_name(thing, field, str(value))
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"


def _moment(text: str) -> str:
    """Return a day or a moment, as JSON keeps them, the way people write it; empty for anything else."""
    if ISO_DAY.fullmatch(text):
        return date_format(date.fromisoformat(text), "DATE_FORMAT")
    if ISO_MOMENT.fullmatch(text):
        return date_format(localtime(datetime.fromisoformat(text)), "DATETIME_FORMAT")
    return ""


def _names(events: Iterable[Event]) -> dict[tuple[type[Model], int], str]:
    """Return the names of the rows that the values of some changes name by number."""
    asked: dict[type[Model], set[int]] = {}
    for event in events:
        for key, value in [*event.before.items(), *event.after.items()]:
            row = NAMED_BY.get(key.removesuffix("_id"))
            many = value if isinstance(value, list) else [value]
            if row:
                asked.setdefault(row, set()).update(one for one in many if isinstance(one, int))
    return {
        (row, pk): name
        for row, pks in asked.items()
        if pks
        for pk, name in row._default_manager.filter(pk__in=pks).values_list("pk", "name")  # noqa: SLF001  (whichever model it is)
    }
