"""Words that a form says are from a talk are looked for in this recovery, and in no other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from amends.desk.actions.touch import record_touch
from amends.desk.queries.listening import source_named
from cast import NOW, a_client, upset

if TYPE_CHECKING:
    from amends.desk.models import User

SAID = "We lost a customer."


def test_a_talk_of_another_recovery_is_no_source(bob: User) -> None:
    north = a_client(looked_after_by=bob)
    case, other = upset(bob, north), upset(bob, north)
    talks = [record_touch(north, "call", by=bob, now=NOW, words=SAID, case=one) for one in (case, None, other)]
    assert [source_named(case, f"t{talk.pk}", SAID) for talk in talks] == [*talks[:2], None]
