"""The group of commands; each command's module is imported only when it is used."""

import difflib
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any, Final, cast

import click

from campaign import __version__
from campaign.cli.errors import Speech, typed_value, wished_language
from campaign.cli.options import HelpGroup, HelpOption, in_language
from campaign.text import Text, tr

_COMMANDS: Final[dict[str, Text]] = {
    "run": tr("Check, plan, ask, send, wait for statuses, report."),
    "resume": tr("Go on with what is left of a run."),
    "report": tr("Update the statuses and write the report."),
    "status": tr("Update the statuses and show the tally."),
    "unknown": tr("Show attempts whose reply was lost, and the evidence."),
    "resolve": tr("Decide what became of an attempt whose status is unknown."),
    "pause": tr("Ask the process that drives a run to stop after the current chunk."),
    "cancel": tr("Cancel the unsent part of a run."),
    "stoplist": tr("Numbers that no run may text: add, remove, list, import, export."),
    "doctor": tr("Examine the journal, and the account with --online."),
    "check": tr("Read and validate a file; send nothing."),
    "preview": tr("Show texts as recipients would get them; send nothing."),
    "test": tr("Send a few texts of a file to yourself."),
    "plan": tr("Check and freeze a file; `resume` sends it."),
    "runs": tr("List runs."),
    "retry": tr("Send once more, as a new run, to recipients whom a run did not reach."),
    "balance": tr("Show the account's balance."),
    "senders": tr("Show which senders the account may use."),
    "sandbox": tr("Run the sandbox gateway alone; no SMS leaves the machine."),
    "docs": tr("Print a page of the documentation."),
}
"""A row a command, in the order of need; the command is the file of its name in `commands/`."""


class _LazyCommands(HelpGroup):
    """Knows the commands by name; imports one when it is called or asked for help."""

    def main(self, args: Sequence[str] | None = None, *more: Any, **extra: Any) -> Any:  # noqa: ANN401  # click's own
        """As click does it, in the language that the arguments name, wherever they do."""
        typed = list(sys.argv[1:] if args is None else args)
        speech = extra["obj"] = extra.get("obj") or Speech()
        speech.named = typed_value("--lang", typed)
        speech.lang = wished_language(speech.named, os.environ)
        _let_click_speak(speech.lang)
        return super().main(typed, *more, **extra)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order of need."""
        del ctx
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, None for an unknown one."""
        del ctx
        if cmd_name not in _COMMANDS:
            return None
        module = import_module(f"campaign.cli.commands.{cmd_name}")
        return cast("click.Command", getattr(module, cmd_name))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does it, but a mistyped command gets the one that was meant."""
        name = args[0] if args else ""
        if name and not name.startswith("-") and name not in _COMMANDS:
            near = difflib.get_close_matches(name.lower(), _COMMANDS, 1)
            if near:
                text = tr("No such command {name!r}. Did you mean {near!r}?", name=name, near=near[0])
                ctx.fail(in_language(text, ctx))
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them: `--help` answers at once."""
        with formatter.section(in_language(tr("Commands"), ctx)):
            formatter.write_dl([(name, in_language(text, ctx)) for name, text in _COMMANDS.items()])

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """As click does it."""
        self.epilog = in_language(
            tr("First steps: campaign docs. Exit codes: campaign docs exit-codes."), ctx
        )
        super().format_epilog(ctx, formatter)


def _let_click_speak(lang: str) -> None:
    """Usage errors and the frame of `--help`: click asks gettext's default domain for them."""
    if lang == "en" and "LANGUAGE" not in os.environ:
        return  # importing gettext's machinery is not needed
    import gettext
    from importlib.resources import as_file

    from campaign.i18n import DOMAIN, catalogue_folder

    with as_file(catalogue_folder(lang)) as folder:
        gettext.bindtextdomain(DOMAIN, str(folder))
    gettext.textdomain(DOMAIN)
    os.environ["LANGUAGE"] = lang


root = _LazyCommands(
    "campaign",
    tr("Bulk SMS from a spreadsheet: nobody twice, nobody skipped, a report workbook back."),
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
click.version_option(
    __version__,
    prog_name="campaign",
    message="%(prog)s %(version)s",
    cls=HelpOption,
    help=tr("Show the version and exit."),
)(root)
