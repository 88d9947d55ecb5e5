"""`campaign runs`."""

import json

import click

from campaign.cli import options
from campaign.cli.context import session


@click.command("runs")
@options.talk
@options.store
def command(*, as_json: bool, **_: object) -> None:
    """List all runs of the journal, latest first."""
    from campaign.cli.show import run_lines
    from campaign.compose.outcome import Outcome
    from campaign.compose.words import visible

    with session() as now:
        runs = now.app.runs()
    if as_json:
        click.echo(json.dumps([Outcome(tally).as_json() for _, tally in runs], ensure_ascii=False))
    else:
        for line in run_lines(runs, "ru" if now.lang == "ru" else "en"):
            click.echo(visible(line))
