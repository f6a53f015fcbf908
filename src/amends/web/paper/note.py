"""The note that follows an apology, as it goes to the client: nothing but what was written for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from amends.desk.models import Apology
from amends.web.paper.shape import Paper, Words, section

if TYPE_CHECKING:
    from amends.desk.models import Case, Firm


def note_to_client(case: Case, firm: Firm) -> Paper:
    """Return the note of a recovery as a letter; without one, a paper that says so."""
    apology = Apology.objects.filter(case=case).first()
    text = apology.note if apology else ""
    lead = "" if text else _("No note is written yet. It is written at Own it.")
    name = (case.person.name if case.person else "") or str(case.client)
    return Paper(_("A note to %(name)s") % {"name": name}, lead, firm.name, section("", [Words(text)]), foot=firm.name)
