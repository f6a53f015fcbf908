"""What people at a client answered when asked about working with us, wherever it was kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from amends.core.pulse import STATEMENTS, Answer, figure_of
from amends.desk.models import FollowUp, Pulse

if TYPE_CHECKING:
    from amends.desk.models import Person


def answer_of(pulse: Pulse) -> Answer:
    """Return what was answered as the method reads it."""
    statements = {name: getattr(pulse, name) for name in STATEMENTS}
    return Answer(pulse.feeling, statements, pulse.next_order)


def figures_of(person: Person, but: Pulse | None = None) -> list[int]:
    """Return somebody's answers as figures of five, in order of time, those heard at check-ins with them."""
    rows = Pulse.objects.filter(person=person).exclude(pk=but.pk if but else None)
    found = [(row.at, figure_of(answer_of(row))) for row in rows]
    asked = FollowUp.objects.filter(person=person).exclude(done_at=None).exclude(feeling=None)
    found += asked.values_list("done_at", "feeling")
    return [figure for _, figure in sorted(found, key=lambda one: one[0]) if figure is not None]
