"""The tables know their values."""

from __future__ import annotations

import os

import pytest
from django.db import IntegrityError, connection, transaction

from amends.desk.models import Firm


@pytest.mark.django_db
def test_there_is_one_firm() -> None:
    Firm.objects.create(pk=1, name="Alder & Quay")
    with pytest.raises(IntegrityError), transaction.atomic():
        Firm.objects.create(pk=2, name="Another")
    assert [firm.name for firm in Firm.objects.all()] == ["Alder & Quay"]


@pytest.mark.django_db
def test_the_database_is_the_one_asked_for() -> None:
    asked = "postgresql" if os.environ.get("AMENDS_TEST_DATABASE") == "postgres" else "sqlite"
    assert connection.vendor == asked
