"""`campaign unknown [RUN]`."""

import json

import click

from campaign.cli import options
from campaign.cli.context import session


@click.command("unknown")
@options.run_name
@options.talk
@options.store
def command(run: str, *, as_json: bool, **_: object) -> None:
    """Show attempts whose answer was lost, their people and the evidence (default: all runs)."""
    from campaign.cli.show import doubt_lines
    from campaign.compose.doubts import doubt_as_json
    from campaign.compose.words import visible

    with session() as now:
        doubts = now.app.unknown(run)
    if as_json:
        click.echo(json.dumps([doubt_as_json(doubt) for doubt in doubts], ensure_ascii=False))
    else:
        for line in doubt_lines(doubts, "ru" if now.lang == "ru" else "en"):
            click.echo(visible(line))
