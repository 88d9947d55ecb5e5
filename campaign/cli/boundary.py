"""The one place where errors become sentences and exit codes.

Nothing below catches `Exception`; here it is caught once, shown without local variables (they
could hold a password), and called what it is: a bug.
"""

import os
import sys
import traceback

import click

from campaign.errors import CampaignError, Exit


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


def _told(error: BaseException) -> int:
    """Say what ended the command; returns its exit code."""
    match error:
        case click.exceptions.Exit():
            return error.exit_code
        case CampaignError():
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
            raise error
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
        click.echo(f"Hint: {visible(error.hint)}", err=True)
