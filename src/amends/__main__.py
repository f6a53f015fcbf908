"""The `amends` command: names its parts, and loads only the one that is asked for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

import click

from amends import __version__

if TYPE_CHECKING:
    from collections.abc import Callable

# Command -> where it is, and its line in `amends --help` (here, so that help loads none of them).
COMMANDS = {
    "serve": ("amends.cli.serve:serve_command", "Open the desk in a browser, on this machine."),
    "demo": ("amends.cli.demo:demo_command", "Open the desk of a firm that does not exist."),
    "import": ("amends.cli.import_:import_command", "Take in a list of your ATS, as from a schedule."),
    "worker": ("amends.cli.worker:worker_command", "Do the desk's work in a process of its own."),
    "drop": ("amends.cli.drop:drop_command", "Take in mail that colleagues send to the desk."),
    "sign-in": ("amends.cli.sign_in:sign_in_command", "Print a link that signs a colleague in, once."),
    "doctor": ("amends.cli.doctor:doctor_command", "Say what is missing or unsafe."),
    "scan": ("amends.cli.scan:scan_command", "Name the client relationships at risk in a mailbox."),
    "hear": ("amends.cli.hear:hear_command", "Tell what each text says, one JSON object a line."),
    "tone": ("amends.cli.tone:tone_command", "Check a draft to an unhappy client before you send it."),
    "backtest": ("amends.cli.backtest:backtest_command", "Show how well the signals would have warned in the past."),
    "sample": ("amends.cli.sample:sample_command", "Write the sample mailbox of Alder & Quay."),
}


class Commands(click.Group):
    """A group that imports a command when it is used: `amends --help` starts at once."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  (click's signature)
        """Return the names, in the order people need them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  (click's signature)
        """Import one command."""
        if cmd_name not in COMMANDS:
            return None
        module, _, function = COMMANDS[cmd_name][0].partition(":")
        command = getattr(import_module(module), function)
        assert isinstance(command, click.Command)  # noqa: S101  (for the type checker)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002  (click's signature)
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="amends")
def commands() -> None:
    """Amends notices when a client relationship goes wrong. Everything stays on this machine."""


main: Callable[[], None] = commands

if __name__ == "__main__":
    main()
