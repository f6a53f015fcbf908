"""A change is written down in the transaction that makes it, or not at all."""

from __future__ import annotations

import pytest

from amends.desk.actions.event import record
from amends.desk.models import Firm
from cast import NOW


def test_nothing_is_written_down_outside_of_a_transaction() -> None:
    with pytest.raises(RuntimeError, match="set_week was recorded outside of the transaction that makes the change"):
        record("set_week", Firm(pk=1), by=None, now=NOW)
