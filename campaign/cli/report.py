"""`campaign report [RUN]`."""

import click

from campaign.cli import options
from campaign.cli.context import session
from campaign.cli.ending import finish


@click.command("report")
@options.run_name
@options.offline
@options.gateway
@options.option("--wait", metavar="TIME", help="Look again and again until all are final.")
@options.output
@options.talk
@options.store
def command(run: str, *, offline: bool, as_json: bool, **_: object) -> None:
    """Ask the gateway once, then write the report of RUN (default: latest): every row, its fate."""
    with session() as now:
        outcome = now.app.report(run, offline=offline)
    finish(outcome, as_json=as_json, lang=now.lang)
