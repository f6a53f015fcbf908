"""A recovery whose internal fields all hold words that no client may read, and whose outward ones hold others."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from amends.desk.models import (
    Apology,
    Case,
    Cause,
    Contribution,
    FollowUp,
    HandOver,
    Heard,
    Lesson,
    LoggedFact,
    Opinion,
    Parting,
    Person,
    PersonAddress,
    PlanAction,
    PlanInput,
    Reparation,
    Retrospective,
)
from cast import NOW, a_client, upset

if TYPE_CHECKING:
    from amends.desk.models import User

HUSH = "Hush"  # what begins with it is for the team alone
SAID, DONE, ASKED, NOTE = (
    "Six lanes shut.",
    "Phone Luis by four.",
    "Who picks up?",
    "We did not call you. That was ours.",
)
FAREWELL = "Thank you for four good years."
SECRET_SHARE, SECRET_LIMIT = 80, Decimal("8642.00")
SECRET_SUMS = {"failed_fee": Decimal("7531.00"), "hour_rate": Decimal("6429.00"), "in_kind_cost": Decimal("5317.00")}


def hushed(bob: User) -> Case:
    """Return a recovery of Dana's at North, approved and apologised for, with everything a team thinks of it."""
    north = a_client(looked_after_by=bob, note=f"{HUSH} note", yearly_value=Decimal(97531))
    dana = Person.objects.create(client=north, name="Dana Whitlock", is_main=True)
    PersonAddress.objects.create(person=dana, address="dana@north.example")
    case = upset(bob, north, person=dana)
    fields = (
        "decision_note", "our_reaction", "their_reaction", "escape_point", "orders_explained", "mended_anyway",
        "next_note", "waiting_for",
    )  # fmt: skip
    Case.objects.filter(pk=case.pk).update(
        **{name: f"{HUSH} {name}" for name in fields},
        decision="save",
        worth={"profit": "97531", "hours": "20"},
        plan_approved_at=NOW,
        plan_approved_by=bob,
    )
    case.refresh_from_db()
    heard = Heard.objects.create(case=case, question="happened", words=SAID, said_at=NOW, person=dana, by=bob)
    told = {"case": case, "at": NOW, "by": bob}
    cause = Cause.objects.create(what=f"{HUSH} cause", evidence=f"{HUSH} evidence", **told)
    Contribution.objects.create(side="theirs", what=f"{HUSH} theirs", evidence=HUSH, share=SECRET_SHARE, **told)
    LoggedFact.objects.create(what=f"{HUSH} fact", evidence=f"{HUSH} proof", **told)
    Opinion.objects.create(
        case=case, user=bob, choice="let_go", reason=f"{HUSH} view", matters=f"{HUSH} m", ideas=f"{HUSH} i", at=NOW
    )
    PlanInput.objects.create(case=case, user=bob, words=f"{HUSH} input", asked_at=NOW, at=NOW)
    plan = {"owner": bob, "due_on": date(2025, 3, 14), "measure": f"{HUSH} measure", "cause": cause, **told}
    PlanAction.objects.create(what=DONE, heard=heard, answer="question", answer_words=ASKED, **plan)
    PlanAction.objects.create(what=f"{HUSH} action", is_visible=False, done_note=f"{HUSH} done", **plan)
    Apology.objects.create(
        case=case, apologiser=bob, way="call", why_by_mail=f"{HUSH} mail", script=f"{HUSH} script", note=NOTE,
        said_at=NOW, said="It was ours.", answer="Thank you for saying so."
    )  # fmt: skip
    _offered(told)
    _parted(case)
    Retrospective.objects.create(
        case=case, did_well=f"{HUSH} well", do_better=f"{HUSH} better", escape_point=f"{HUSH} escape"
    )
    Lesson.objects.create(what=f"{HUSH} lesson", why=f"{HUSH} why", due_on=date(2025, 4, 1), **told)
    return case


def _offered(told: dict[str, Any]) -> None:
    """Keep an offer that nobody gave yet: no client knows of it."""
    words = {"reason": f"{HUSH} reason", "answer": f"{HUSH} no", "in_kind": f"{HUSH} hours"}
    Reparation.objects.create(currency="USD", direct_loss=SECRET_LIMIT, **SECRET_SUMS, **words, **told)


def _parted(case: Case) -> None:
    """Keep a farewell, and the check-in that follows."""
    parting = Parting.objects.create(case=case, note=FAREWELL, who_may_hear=f"{HUSH} ears")
    HandOver.objects.create(parting=parting, what=f"{HUSH} keys")
    FollowUp.objects.create(
        client=case.client,
        case=case,
        person=case.person,
        due_on=date(2025, 6, 1),
        note=f"{HUSH} hello",
        outcome="Glad.",
    )
