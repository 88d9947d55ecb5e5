"""`campaign pause RUN`."""

import click

from campaign.cli import options
from campaign.cli.context import finish, session


@click.command("pause")
@click.argument("run", metavar="RUN")
@options.talk
@options.store
def command(run: str, *, as_json: bool, **_: object) -> None:
    """Ask the process that drives RUN to stop after the chunk in hand.

    That process then ends with exit code 7; `campaign resume RUN` goes on. Who asked, and when, is
    kept in the journal.

    Exit codes: 0 it is asked or paused, whatever became of people so far; 9 when
    nobody of the run is left to be sent.
    """
    with session() as now:
        outcome = now.app.pause(run)
    finish(outcome, as_json=as_json, lang=now.lang)
