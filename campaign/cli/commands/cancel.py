"""`campaign cancel RUN`."""

import click

from campaign.cli import options
from campaign.cli.context import finish, session


@click.command("cancel")
@click.argument("run", metavar="RUN")
@click.option("--why", default="", help="Kept in the journal.")
@options.yes
@options.talk
@options.store
def command(run: str, *, why: str, as_json: bool, **_: object) -> None:
    """Send nobody more of RUN: whoever is pending becomes `cancelled`, for good.

    People who were handed over, or who are in doubt, stay as they are: `campaign status` and
    `campaign report` still follow them. A terminal asks for the number of people; elsewhere --yes
    is needed.

    Exit codes: 3 cancelled, some people do not get it; 5 nobody said yes; 8 people in doubt;
    9 nobody is pending; 11 another process drives the run (campaign pause RUN).
    """
    with session() as now:
        outcome = now.app.cancel(run, why=why)
    finish(outcome, as_json=as_json, lang=now.lang)
