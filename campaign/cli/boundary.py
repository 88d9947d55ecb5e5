"""The one place where errors become sentences and exit codes.

Nothing below catches `Exception`; here it is caught once, shown without local variables (they
could hold a password), and called what it is: a bug.
"""

import json
import os
import re
import shlex
import sys
import traceback
from collections.abc import Mapping

import click

from campaign.errors import CampaignError, Exit

_OUR_COMMAND = re.compile(
    r"\bcampaign (?:resume|report|status|unknown|resolve|runs|retry|doctor|pause|cancel"
    r"|stoplist \w+)\b"
)


def guarded(command: click.Command) -> int:
    """Run the command line; returns the exit code."""
    os.umask(0o077)
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")  # an old console cannot print every letter
    try:
        code = command.main(standalone_mode=False)
    except BaseException as error:  # noqa: BLE001  # the boundary
        return _told(error)
    return code if isinstance(code, int) else Exit.DONE


def _told(error: BaseException) -> int:  # noqa: PLR0911  # one return a kind of ending
    """Say what ended the command; returns its exit code."""
    match error:
        case click.exceptions.Exit():
            return error.exit_code
        case CampaignError():
            if "--json" in sys.argv:
                click.echo(json.dumps(_no_run(error), ensure_ascii=False))
            show_error(error)
            return error.exit_code
        case click.ClickException():
            error.show()
            return error.exit_code
        case click.Abort() | KeyboardInterrupt():
            click.echo("Interrupted; `campaign resume` goes on safely.", err=True)
            return Exit.INTERRUPTED
        case BrokenPipeError():
            # Whoever read our output has gone (`| head`): stdout must not be flushed at the end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return Exit.DONE
        case SystemExit():
            return Exit.DONE  # click's way of saying that whoever read our output has gone
        case OSError():
            click.echo(f"Error [output]: the output cannot be written: {error.strerror}", err=True)
            return Exit.JOURNAL
        case _:
            traceback.print_exception(error)
            click.echo(
                "\nError [bug]: this is a mistake in campaign, not in your file. What was sent "
                "is in the journal; `campaign resume` goes on safely.",
                err=True,
            )
            return Exit.BUG


def show_error(error: CampaignError) -> None:
    """What happened, and what to do next, on stderr."""
    from campaign.compose.words import visible  # start-up time

    click.echo(f"Error [{error.code}]: {visible(error.message)}", err=True)
    if error.hint:
        click.echo(f"Hint: {visible(_with_store(error.hint))}", err=True)


def _with_store(hint: str) -> str:
    """A command to copy must find the same journal."""
    words = sys.argv
    named = next((word[8:] for word in words if word.startswith("--store=")), "")
    if "--store" in words[:-1]:
        named = words[words.index("--store") + 1]
    if not named or "--store" in hint:
        return hint
    return _OUR_COMMAND.sub(lambda found: f"{found[0]} --store {shlex.quote(named)}", hint)


def _no_run(error: CampaignError) -> Mapping[str, object]:
    """The object of `--json` for a command that ended before there was a run to speak of."""
    return {
        "schema": 1,
        "run": None,
        "state": None,
        "rows": 0,
        "fates": {},
        "attempts": {"answered": 0, "not_sent": 0, "refused": 0, "unknown": 0, "settled": 0},
        "cost": {},
        "segments": {"estimated": 0, "billed": 0},
        "reports": [],
        "exit": int(error.exit_code),
        "next": "",
        "error": {"code": error.code, "message": error.message, "hint": error.hint},
    }
