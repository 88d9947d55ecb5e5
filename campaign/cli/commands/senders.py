"""`campaign senders`."""

import json

import click

from campaign.cli import options
from campaign.cli.context import session


@click.command("senders")
@options.gateway
@options.talk
@options.store
def command(*, as_json: bool, **_: object) -> None:
    """Show which senders the account may use (+) and which not (-)."""
    from campaign.cli.output.results import sender_lines
    from campaign.domain.printable import visible

    with session() as now:
        senders = now.app.senders()
    if as_json:
        found = [
            {"name": one.name, "status": one.status, "info": one.info, "usable": one.usable}
            for one in senders
        ]
        click.echo(json.dumps(found, ensure_ascii=False))
    else:
        for line in sender_lines(senders):
            click.echo(visible(line))
