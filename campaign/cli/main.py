"""The group of verbs; each verb's module is imported only when it is used."""

import difflib
from importlib import import_module

import click

from campaign import __version__

_VERBS = {
    "run": "Check, plan, ask, send, wait for statuses, report.",
    "resume": "Go on with what is left of a run.",
    "report": "Bring the statuses up to date and write the report.",
    "status": "Bring the statuses up to date and show the tally.",
    "unknown": "Show attempts whose answer was lost, and the evidence.",
    "resolve": "Say what became of an attempt in doubt.",
    "pause": "Ask the process that drives a run to stop after the chunk in hand.",
    "cancel": "Send nobody more of a run.",
    "stoplist": "Numbers that no run may text: add, remove, list, import, export.",
    "doctor": "Examine the journal, and the account with --online.",
    "check": "Read and validate a file; send nothing.",
    "preview": "Show texts as people would get them; send nothing.",
    "test": "Send a few texts of a file to yourself.",
    "plan": "Check and freeze a file; `resume` sends it.",
    "runs": "List runs.",
    "retry": "Send once more, as a new run, to people whom a run did not reach.",
    "balance": "Show the account's balance.",
    "senders": "Show which senders the account may use.",
    "sandbox": "Run the practice gateway alone; no SMS leaves the machine.",
    "docs": "Print a page of the documentation.",
}


class _LazyVerbs(click.Group):
    """Knows the verbs by name; imports a verb's module when it is called or asked for help."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order in which people need them."""
        del ctx
        return list(_VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The verb's command, None for an unknown one."""
        del ctx
        if cmd_name not in _VERBS:
            return None
        command = import_module(f"campaign.cli.commands.{cmd_name}").command
        return command if isinstance(command, click.Command) else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does it, but a mistyped verb gets the one that was meant."""
        name = args[0] if args else ""
        if name and not name.startswith("-") and name not in _VERBS:
            near = difflib.get_close_matches(name.lower(), _VERBS, 1)
            if near:
                ctx.fail(f"No such command {name!r}. Did you mean {near[0]!r}?")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the verbs without importing them: `--help` answers at once."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(_VERBS.items()))


@click.group(
    cls=_LazyVerbs,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="First steps: campaign docs. Exit codes: campaign docs exit-codes.",
)
@click.version_option(__version__, prog_name="campaign")
def root() -> None:
    """Bulk SMS from a spreadsheet: nobody twice, nobody skipped, a report workbook back."""
