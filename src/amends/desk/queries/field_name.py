"""What the fields and the stored words of a change are called when the record is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.utils.translation import gettext_lazy

from amends.core.case import Step, Theme
from amends.core.health import State
from amends.core.mended import FEELINGS
from amends.core.pulse import AGREED, HANDLED, ORDER_WORDS, STATEMENTS
from amends.core.wording import say
from amends.desk.queries.case import status_name, step_name
from amends.desk.queries.number import NAMES, number_name
from amends.desk.queries.theme import kind_name, origin_name, theme_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.utils.functional import _StrPromise

FIELDS: dict[str, _StrPromise] = {
    "acknowledged_at": gettext_lazy("They know that we know since"),
    "actions": gettext_lazy("Actions"),
    "added": gettext_lazy("Added"),
    "added_at": gettext_lazy("Added at"),
    "address": gettext_lazy("Address"),
    "addresses": gettext_lazy("Addresses"),
    "agreed_hours": gettext_lazy("Answer promised within, in hours"),
    "agrees_it_is_mended_at": gettext_lazy("They said that it is mended at"),
    "amends_note": gettext_lazy("How it reaches them"),
    "answer": gettext_lazy("Answer"),
    "answer_hours": gettext_lazy("Answer promised within, in hours"),
    "answered_at": gettext_lazy("Answered at"),
    "apologiser": gettext_lazy("Who apologises"),
    "approved_at": gettext_lazy("Decided at"),
    "approved_by": gettext_lazy("Decided by"),
    "asked": gettext_lazy("Asked"),
    "asked_at": gettext_lazy("Asked at"),
    "asked_by": gettext_lazy("Asked by"),
    "asks_code": gettext_lazy("Asks for a code"),
    "asks_feeling": gettext_lazy("Asks how they feel"),
    "asks_four": gettext_lazy("Asks the four questions"),
    "at": gettext_lazy("At"),
    "auto_replied_at": gettext_lazy("An automatic reply came at"),
    "away_until": gettext_lazy("Away until"),
    "before": gettext_lazy("Before"),
    "best_hour": gettext_lazy("Best hour"),
    "better": gettext_lazy("Better wording"),
    "bounced_at": gettext_lazy("Came back at"),
    "branch": gettext_lazy("Branch"),
    "browser": gettext_lazy("Browser"),
    "by": gettext_lazy("By"),
    "call_at": gettext_lazy("Call planned for"),
    "call_back_by": gettext_lazy("Call back by"),
    "called_back_at": gettext_lazy("Called back at"),
    "case": gettext_lazy("Case"),
    "cause": gettext_lazy("Cause"),
    "cc": gettext_lazy("Cc"),
    "client": gettext_lazy("Client"),
    "clients": gettext_lazy("Clients"),
    "closed_at": gettext_lazy("Closed at"),
    "computed_state": gettext_lazy("State by the messages"),
    "count": gettext_lazy("Count"),
    "country": gettext_lazy("Country"),
    "covered_by": gettext_lazy("Covered by"),
    "currency": gettext_lazy("Currency"),
    "days": gettext_lazy("Days"),
    "detail": gettext_lazy("Detail"),
    "did_well": gettext_lazy("What we did well"),
    "direct_loss": gettext_lazy("What it cost them"),
    "do_better": gettext_lazy("What we could do better"),
    "done": gettext_lazy("Done"),
    "done_at": gettext_lazy("Done at"),
    "done_note": gettext_lazy("How it was done"),
    "due_at": gettext_lazy("Due at"),
    "due_on": gettext_lazy("Due on"),
    "effort_hours": gettext_lazy("Their own hours"),
    "effort_rate": gettext_lazy("What an hour of theirs counts"),
    "email": gettext_lazy("E-mail"),
    "ended_at": gettext_lazy("Ended at"),
    "ends_at": gettext_lazy("Works until"),
    "escalate_hours": gettext_lazy("Working hours of each level"),
    "escape_point": gettext_lazy("Why nobody noticed"),
    "evidence": gettext_lazy("Evidence"),
    "external_id": gettext_lazy("External id"),
    "failed_at": gettext_lazy("Failed at"),
    "failed_fee": gettext_lazy("The fee that failed"),
    "failing_since": gettext_lazy("Fails since"),
    "does": gettext_lazy("We do what we say"),
    "feeling": gettext_lazy("How they feel"),
    "handling": gettext_lazy("How we handled it"),
    "interests": gettext_lazy("We act in their interest"),
    "next_order": gettext_lazy("The next order"),
    "no_pulse_at": gettext_lazy("Not to be asked since"),
    "sequence": gettext_lazy("Times it was moved"),
    "straight": gettext_lazy("We tell them straight"),
    "finished_at": gettext_lazy("Finished at"),
    "first_at": gettext_lazy("First at"),
    "fixed_at": gettext_lazy("Fixed at"),
    "folders": gettext_lazy("Folders that are read"),
    "given_on": gettext_lazy("Given on"),
    "has_keys": gettext_lazy("Single keys"),
    "heard": gettext_lazy("Their words"),
    "held_at": gettext_lazy("Looked back at"),
    "holds": gettext_lazy("Still working"),
    "holidays": gettext_lazy("Holidays"),
    "host": gettext_lazy("Server"),
    "hour_rate": gettext_lazy("What an hour of theirs counts"),
    "how_kept": gettext_lazy("How kept"),
    "in_kind": gettext_lazy("In kind"),
    "in_kind_cost": gettext_lazy("What that costs us"),
    "into": gettext_lazy("Into"),
    "is_active": gettext_lazy("Account open"),
    "is_containment": gettext_lazy("Stops the harm now"),
    "is_demo": gettext_lazy("Demo firm"),
    "is_domain": gettext_lazy("A whole domain"),
    "is_every_folder": gettext_lazy("All folders"),
    "is_kept": gettext_lazy("Is it kept?"),
    "is_kept_anyway": gettext_lazy("Kept anyway"),
    "is_main": gettext_lazy("Main contact"),
    "is_paused": gettext_lazy("Paused"),
    "is_process": gettext_lazy("How we work"),
    "is_restricted": gettext_lazy("Only its team sees it"),
    "is_right": gettext_lazy("Heard right"),
    "is_settled_by_hand": gettext_lazy("Settled by hand"),
    "is_verified": gettext_lazy("Checked"),
    "is_visible": gettext_lazy("The client sees it"),
    "items": gettext_lazy("Lines"),
    "joined": gettext_lazy("Joined"),
    "joined_at": gettext_lazy("Joined at"),
    "keep_years": gettext_lazy("Years kept"),
    "kept": gettext_lazy("Kept"),
    "key": gettext_lazy("Key"),
    "keys": gettext_lazy("Keys"),
    "kind": gettext_lazy("Kind"),
    "known_at": gettext_lazy("Known since"),
    "last_at": gettext_lazy("Last at"),
    "lead": gettext_lazy("Lead"),
    "left_on": gettext_lazy("Left on"),
    "left_out": gettext_lazy("Left out"),
    "lines": gettext_lazy("Lines"),
    "login": gettext_lazy("Signs in as"),
    "looked_after_by": gettext_lazy("Looked after by"),
    "made_at": gettext_lazy("Made at"),
    "measure": gettext_lazy("How we know that it worked"),
    "mended_anyway": gettext_lazy("Why it is mended anyway"),
    "mended_on": gettext_lazy("Mended on"),
    "message": gettext_lazy("Message"),
    "messages": gettext_lazy("Messages"),
    "minutes": gettext_lazy("Minutes"),
    "money_limit": gettext_lazy("A manager agrees above"),
    "name": gettext_lazy("Name"),
    "next_at": gettext_lazy("Next at"),
    "next_note": gettext_lazy("Next note"),
    "note": gettext_lazy("Note"),
    "noted_at": gettext_lazy("Answers looked at up to"),
    "number": gettext_lazy("Number"),
    "numbers": gettext_lazy("Numbers"),
    "of": gettext_lazy("Of"),
    "offer": gettext_lazy("Offered"),
    "older_than": gettext_lazy("Older than"),
    "on": gettext_lazy("On"),
    "on_assignment": gettext_lazy("Our people who work there"),
    "opened_at": gettext_lazy("Opened at"),
    "opened_by": gettext_lazy("Opened by"),
    "opens": gettext_lazy("Times opened"),
    "orders_explained": gettext_lazy("How it is with their orders"),
    "origin": gettext_lazy("Opened from"),
    "our_reaction": gettext_lazy("How we took it"),
    "our_share": gettext_lazy("Our part"),
    "outcome": gettext_lazy("Outcome"),
    "owed": gettext_lazy("Owed anyway"),
    "owner": gettext_lazy("Owner"),
    "owner_agreed_at": gettext_lazy("Owner agreed at"),
    "owner_limit": gettext_lazy("An owner agrees above"),
    "page_colour": gettext_lazy("Colour of clients’ pages"),
    "page_days": gettext_lazy("Days for which a link works"),
    "page_foot": gettext_lazy("What stands under clients’ pages"),
    "page_lead": gettext_lazy("What happened, on the page"),
    "parent": gettext_lazy("Beneath"),
    "part": gettext_lazy("Part"),
    "password": gettext_lazy("Password"),
    "person": gettext_lazy("Person"),
    "phone": gettext_lazy("Phone"),
    "place": gettext_lazy("Place"),
    "plan_approved_at": gettext_lazy("Plan approved at"),
    "plan_approved_by": gettext_lazy("Plan approved by"),
    "playbook": gettext_lazy("Playbook"),
    "points": gettext_lazy("Points"),
    "port": gettext_lazy("Port"),
    "position": gettext_lazy("Position"),
    "preferred_way": gettext_lazy("Preferred way"),
    "private": gettext_lazy("Private"),
    "problem": gettext_lazy("Problem"),
    "promised": gettext_lazy("Promised"),
    "promised_by": gettext_lazy("Promised by"),
    "promised_on": gettext_lazy("Promised for"),
    "provider": gettext_lazy("Provider"),
    "question": gettext_lazy("Question"),
    "quote": gettext_lazy("Quote"),
    "reached_at": gettext_lazy("Reached them at"),
    "read": gettext_lazy("Read"),
    "reason": gettext_lazy("Reason"),
    "related": gettext_lazy("Related"),
    "remedy": gettext_lazy("What they ask for"),
    "role": gettext_lazy("Role"),
    "rule": gettext_lazy("Rule"),
    "said_at": gettext_lazy("Said at"),
    "scribe": gettext_lazy("Scribe"),
    "script": gettext_lazy("What to say"),
    "security": gettext_lazy("Encryption"),
    "sender": gettext_lazy("Sender"),
    "settled_at": gettext_lazy("Settled at"),
    "severity": gettext_lazy("Severity"),
    "share": gettext_lazy("Share, in per cent"),
    "share_lost": gettext_lazy("How much of its value was lost"),
    "shows_reparation": gettext_lazy("Shows what we put right"),
    "side": gettext_lazy("Whose"),
    "signed_in_again": gettext_lazy("Signed in again"),
    "since": gettext_lazy("Since"),
    "since_year": gettext_lazy("Client since"),
    "size": gettext_lazy("Size"),
    "skipped": gettext_lazy("Skipped"),
    "source": gettext_lazy("Source"),
    "sponsor": gettext_lazy("Sponsor"),
    "stand_in": gettext_lazy("Stands in"),
    "standing": gettext_lazy("Standing"),
    "started_at": gettext_lazy("Started at"),
    "starts_at": gettext_lazy("Begins at"),
    "state": gettext_lazy("State"),
    "status": gettext_lazy("Status"),
    "step": gettext_lazy("Step"),
    "step_since": gettext_lazy("Step since"),
    "subject": gettext_lazy("Subject"),
    "summary": gettext_lazy("Summary"),
    "target": gettext_lazy("Figure that is measured"),
    "team": gettext_lazy("Team"),
    "text": gettext_lazy("Text"),
    "their_change": gettext_lazy("What they would change"),
    "their_reaction": gettext_lazy("How they took it"),
    "theme": gettext_lazy("Theme"),
    "they_confirmed_at": gettext_lazy("They said yes at"),
    "thing": gettext_lazy("Thing"),
    "ticked": gettext_lazy("Parts that it has"),
    "title": gettext_lazy("Title"),
    "total": gettext_lazy("Total"),
    "touch": gettext_lazy("Logged as"),
    "touches": gettext_lazy("Touches"),
    "undone_at": gettext_lazy("Undone at"),
    "until": gettext_lazy("Until"),
    "us": gettext_lazy("Us"),
    "used_at": gettext_lazy("Used at"),
    "value": gettext_lazy("Value"),
    "verified_at": gettext_lazy("Holds since"),
    "version": gettext_lazy("Version"),
    "waiting_for": gettext_lazy("Waiting for"),
    "way": gettext_lazy("How"),
    "week": gettext_lazy("Week"),
    "welcomed_at": gettext_lazy("Finished at"),
    "what": gettext_lazy("What"),
    "where": gettext_lazy("Where"),
    "who": gettext_lazy("Who"),
    "why": gettext_lazy("Why"),
    "why_by_mail": gettext_lazy("Why in writing"),
    "wording": gettext_lazy("What both confirm"),
    "words": gettext_lazy("Words"),
    "would_have_prevented": gettext_lazy("Would have prevented it"),
    "yearly_value": gettext_lazy("Gross profit a year"),
    "zone": gettext_lazy("Time zone"),
}


OF_FIVE = {"feeling": FEELINGS, "handling": HANDLED, **dict.fromkeys(STATEMENTS, AGREED)}
WORDS: dict[str, Mapping[str, _StrPromise]] = {  # what the values of some fields are called, whatever it is told of
    "rule": NAMES,
    "next_order": {str(order): gettext_lazy(word) for order, word in ORDER_WORDS.items()},
    **{name: {str(value): gettext_lazy(word) for value, word in words.items()} for name, words in OF_FIVE.items()},
}
OF_A_CASE = {"status": status_name, "kind": kind_name, "origin": origin_name}  # what its words are called


def field_name(field: str) -> str:
    """Return what a field is called: "Looked after by"; one that has no name is called as it is stored."""
    bare = field.removesuffix("_id")
    return str(FIELDS.get(bare) or number_name(field) or bare.replace("_", " ").capitalize())


def value_name(thing: str, field: str, value: str) -> str:
    """Return a stored word as people say it: a status, a rule. `thing` is the kind of row, its model's name."""
    if field in {"step", "done"} and value in {*Step}:
        return step_name(value)
    if field == "theme" and value in {*Theme}:
        return theme_name(value)
    if thing == "case" and field in OF_A_CASE:
        return OF_A_CASE[field](value)
    if field in {"state", "computed_state"} and value in {*State}:
        return say(value)
    if field in WORDS:
        return str(WORDS[field].get(value, value))
    if field in {"role", "theme"}:
        thing = "user"  # whoever it is told of: only colleagues have them
    return _choices(thing, field).get(value, value)


def _choices(thing: str, field: str) -> dict[str, str]:
    """Return the words that the model of a thing has for the values of a field; none where it has none."""
    try:
        found = apps.get_model("desk", thing)._meta.get_field(field)  # noqa: SLF001  (Django's own way to ask)
    except (LookupError, FieldDoesNotExist):
        return {}
    return {str(value): str(name) for value, name in getattr(found, "flatchoices", ())}
