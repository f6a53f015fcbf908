"""Many rows of one table at once, without making an object of each: for messages, where that is most of the time.

A quarter of the time of `bulk_create` on SQLite (docs/benchmarks.md). The rules of the table hold: what breaks one,
breaks all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import DateTimeField, JSONField

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from django.db.models import Model


def insert_rows(model: type[Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows of values, in the order of the field names given. Raises what the database raises."""
    fields: list[Any] = [model._meta.get_field(name) for name in names]  # noqa: SLF001  (how Django names it, and documents it)
    quote = connection.ops.quote_name
    table = quote(model._meta.db_table)  # noqa: SLF001  (the same)
    columns = ", ".join(quote(field.column) for field in fields)
    special = {place: prepare for place, field in enumerate(fields) if (prepare := _preparation(field))}
    prepared = (_prepared(row, special) for row in rows)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in prepared:
                    copy.write_row(row)
        else:
            marks = ", ".join(["%s"] * len(fields))
            cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", list(prepared))  # noqa: S608  (names of ours)


def update_rows(model: type[Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Set the fields of rows, in the order of the names given; each row's key comes last. What is gone stays gone."""
    fields: list[Any] = [model._meta.get_field(name) for name in names]  # noqa: SLF001  (see `insert_rows`)
    quote = connection.ops.quote_name
    settings = ", ".join(f"{quote(field.column)} = %s" for field in fields)
    special = {place: prepare for place, field in enumerate(fields) if (prepare := _preparation(field))}
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {quote(model._meta.db_table)} SET {settings} WHERE id = %s",  # noqa: S608, SLF001  (names of ours)
            [_prepared(row, special) for row in rows],
        )


def next_ids(model: type[Model], count: int) -> list[int]:
    """Return keys for so many rows that are about to be inserted, so that others can name them before.

    On SQLite only within a transaction that writes already: nobody else inserts until it ends.
    """
    table = model._meta.db_table  # noqa: SLF001  (how Django names it, and documents it)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            asked = "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)"
            cursor.execute(asked, [connection.ops.quote_name(table), count])
            return [int(row[0]) for row in cursor.fetchall()]
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        row = cursor.fetchone()
    last = int(row[0]) if row else 0
    return list(range(last + 1, last + 1 + count))


def _preparation(field: Any) -> Callable[[Any], Any] | None:
    """Return what turns a field's value into what the database takes; None where it takes it as it is."""
    if isinstance(field, JSONField):
        return lambda value: connection.ops.adapt_json_value(value, None)
    if isinstance(field, DateTimeField):
        return connection.ops.adapt_datetimefield_value
    return None


def _prepared(row: Sequence[Any], special: dict[int, Callable[[Any], Any]]) -> list[Any]:
    values = list(row)
    for place, prepare in special.items():
        values[place] = prepare(values[place])
    return values
