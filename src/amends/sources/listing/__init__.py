"""Lists as programs export them: CSV and Excel to rows, columns matched, values typed, facts and talks told.

`open_table` finds out what a file holds; `guess` and `match` say which column is what, for a person to confirm;
`read_row` turns each row into values, or into problems that name the column, the value and what to do. Nothing is kept.
"""

from __future__ import annotations

from amends.sources.listing.export import neutralised
from amends.sources.listing.field import FIELDS, KINDS, ONE_OF, Field, ValueType, missing
from amends.sources.listing.folding import name_key
from amends.sources.listing.habits import Habits, habits_of
from amends.sources.listing.match import guess, match
from amends.sources.listing.options import Options
from amends.sources.listing.preset import PRESETS, Heading, Preset
from amends.sources.listing.problem import Problem
from amends.sources.listing.row import ClientNamed, Row, read_row
from amends.sources.listing.table import Table, open_table
from amends.sources.listing.talk import Talk

__all__ = [
    "FIELDS",
    "KINDS",
    "ONE_OF",
    "PRESETS",
    "ClientNamed",
    "Field",
    "Habits",
    "Heading",
    "Options",
    "Preset",
    "Problem",
    "Row",
    "Table",
    "Talk",
    "ValueType",
    "guess",
    "habits_of",
    "match",
    "missing",
    "name_key",
    "neutralised",
    "open_table",
    "read_row",
]
