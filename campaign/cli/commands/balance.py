"""`campaign balance`."""

import json

import click

from campaign.cli import options
from campaign.cli.context import session


@click.command("balance")
@options.gateway
@options.talk
@options.store
def command(*, as_json: bool, **_: object) -> None:
    """Show the account's balance."""
    from campaign.cli.output.results import balance_lines
    from campaign.domain.printable import visible

    with session() as now:
        lines = now.app.balance()
    if as_json:
        found = [
            {"type": one.kind, "balance": str(one.amount), "credit": str(one.credit)}
            for one in lines
        ]
        click.echo(json.dumps(found))
    else:
        for line in balance_lines(lines):
            click.echo(visible(line))
