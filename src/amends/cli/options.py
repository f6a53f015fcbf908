"""What every command that reads mail asks for, made into one order."""

from __future__ import annotations

import os
import sys
from datetime import UTC, date, datetime, time, timedelta
from functools import partial, wraps
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click

if TYPE_CHECKING:
    from collections.abc import Callable


def zone_of_this_machine() -> str:
    """Return the IANA name of this machine's time zone, UTC when it cannot be told."""
    try:
        linked = Path("/etc/localtime").resolve().as_posix()
    except OSError:
        return "UTC"
    return linked.partition("zoneinfo/")[2] or "UTC"


class Zone(click.ParamType[ZoneInfo]):
    """An IANA time zone such as Europe/London."""

    name = "zone"

    def convert(self, value: str | ZoneInfo, param: click.Parameter | None, ctx: click.Context | None) -> ZoneInfo:
        """Refuse a name that is no zone, with an example of one that is."""
        try:
            return value if isinstance(value, ZoneInfo) else ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            self.fail(f"{value!r} is not a time zone. Write it like Europe/London or America/Chicago.", param, ctx)


class Day(click.ParamType[datetime]):
    """A day written as 2025-10-14."""

    name = "day"

    def convert(self, value: str | datetime, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Refuse what is no day of the calendar, with an example of one that is."""
        try:
            return value if isinstance(value, datetime) else datetime.combine(date.fromisoformat(value), time())
        except ValueError:
            self.fail(f"{value!r} is no day of the calendar. Write it like 2025-10-14.", param, ctx)


FILE = click.Path(dir_okay=False, path_type=Path)
PARAMETERS = (
    click.argument("paths", nargs=-1, required=True, metavar="PATH…"),
    click.option(
        "--us",
        multiple=True,
        metavar="DOMAIN",
        help="A domain or address of ours; may be given again. Default: found from the mail.",
    ),
    click.option(
        "--ignore",
        multiple=True,
        metavar="DOMAIN",
        help="A domain or address that is no client (a supplier); may be given again.",
    ),
    click.option(
        "--as-of",
        type=Day(),
        metavar="YYYY-MM-DD",
        help="Tell how things stood at the end of this day. Default: the day of the newest message.",
    ),
    click.option(
        "--jobs",
        type=click.IntRange(1, 64),
        default=1,
        show_default=True,
        help="Processes that read and weigh side by side.",
    ),
    click.option(
        "--zone",
        type=Zone(),
        default=zone_of_this_machine,
        help="The firm's time zone, for its business hours. Default: this machine's.",
    ),
    click.option(
        "--password-file",
        type=FILE,
        help="A file with the password for an imap:// or imaps:// path. Else AMENDS_IMAP_PASSWORD, else a prompt.",
    ),
    click.option(
        "--ca-file",
        type=FILE,
        help="Certificates to trust for an imap:// or imaps:// path, in place of the system's.",
    ),
)


def reads_mail(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options about mail; it is called with the `order` they make, before its own options."""

    @wraps(command)
    def with_order(
        *,
        paths: tuple[str, ...],
        us: tuple[str, ...],
        ignore: tuple[str, ...],
        as_of: datetime | None,
        jobs: int,
        zone: ZoneInfo,
        password_file: Path | None,
        ca_file: Path | None,
        **own: object,
    ) -> None:
        from amends.cli.account import accounts_in, is_account  # noqa: PLC0415  (`--help` need not load it)
        from amends.cli.running import NameNotMetError, Order  # noqa: PLC0415  (the same)
        from amends.core.hours import BusinessHours  # noqa: PLC0415  (the same)

        if "" in paths:
            raise click.UsageError("One of the paths is empty. Name a file, a folder or a mailbox.")
        accounts, refused = accounts_in(paths, partial(password_from, password_file), ca_file)
        order = Order(
            [path for path in paths if not is_account(path)],
            BusinessHours(zone=zone),
            accounts=accounts,
            refused=refused,
            us=names_in(us),
            ignored=names_in(ignore),
            as_of=end_of(as_of, zone) if as_of else None,
            jobs=jobs,
        )
        try:
            command(order, **own)
        except NameNotMetError as error:
            raise click.ClickException(str(error)) from None

    for parameter in reversed(PARAMETERS):
        with_order = parameter(with_order)
    return with_order


def names_in(given: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names given one by one or with commas between them."""
    return tuple(name.strip() for one in given for name in one.split(",") if name.strip())


def end_of(day: datetime, zone: ZoneInfo) -> datetime:
    """Return the last second of a day in a zone, in UTC."""
    next_midnight = datetime.combine(day.date() + timedelta(days=1), time(), zone)
    return next_midnight.astimezone(UTC) - timedelta(seconds=1)


def password_from(password_file: Path | None, owner: str) -> str:
    """Return the password of a mailbox: from the file, the environment or a prompt; never from the command line."""
    from amends.cli.account import PASSWORD_VARIABLE, read_password  # noqa: PLC0415  (loads for a server only)
    from amends.sources import SourceError  # noqa: PLC0415  (the same)

    def ask() -> str:
        if not sys.stdin.isatty():
            raise SourceError(f"There is no terminal to ask on. Use --password-file or {PASSWORD_VARIABLE}.")
        return str(click.prompt(f"Password of {owner}", hide_input=True, err=True))

    return read_password(password_file, os.environ, ask)
