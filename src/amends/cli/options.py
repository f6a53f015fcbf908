"""What every command that reads mail asks for, made into one order."""

from __future__ import annotations

import os
from datetime import UTC, datetime, time, timedelta
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
        type=click.DateTime(["%Y-%m-%d"]),
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
        from amends.cli.running import Order  # noqa: PLC0415  (the same)
        from amends.core.hours import BusinessHours  # noqa: PLC0415  (the same)

        accounts, refused = accounts_in(paths, partial(password_from, password_file), ca_file)
        order = Order(
            [path for path in paths if not is_account(path)],
            BusinessHours(zone=zone),
            accounts=accounts,
            refused=refused,
            us=us,
            ignored=ignore,
            as_of=end_of(as_of, zone) if as_of else None,
            jobs=jobs,
        )
        command(order, **own)

    for parameter in reversed(PARAMETERS):
        with_order = parameter(with_order)
    return with_order


def end_of(day: datetime, zone: ZoneInfo) -> datetime:
    """Return the last second of a day in a zone, in UTC."""
    next_midnight = datetime.combine(day.date() + timedelta(days=1), time(), zone)
    return next_midnight.astimezone(UTC) - timedelta(seconds=1)


def password_from(password_file: Path | None, owner: str) -> str:
    """Return the password of a mailbox: from the file, the environment or a prompt; never from the command line."""
    from amends.cli.account import read_password  # noqa: PLC0415  (loads for a server only)

    def ask() -> str:
        return str(click.prompt(f"Password of {owner}", hide_input=True, err=True))

    return read_password(password_file, os.environ, ask)
