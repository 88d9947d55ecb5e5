"""`campaign status [RUN]`."""

import click

from campaign.cli import options
from campaign.cli.context import finish, session


@click.command("status")
@options.run_name
@options.offline
@options.gateway
@options.option("--wait", metavar="TIME", help="Look again and again until all are final.")
@options.talk
@options.store
def command(run: str, *, offline: bool, as_json: bool, verbose: bool, **_: object) -> None:
    """Ask the gateway once, or until TIME is over, then show where RUN stands (default: latest)."""
    with session() as now:
        outcome = now.app.status(run, offline=offline)
    finish(outcome, as_json=as_json, lang=now.lang, verbose=verbose)
