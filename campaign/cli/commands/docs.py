"""`campaign docs [NAME]`."""

import click

from campaign.cli.command import plain_command
from campaign.cli.options import argument
from campaign.text import tr


@plain_command(
    argument("name", "[NAME]", required=False, default=""),
    help=tr("Print a page of the documentation; without NAME, the list of pages."),
)
def docs(name: str) -> None:
    from campaign.app.maintenance import page, page_names

    click.echo(page(name) if name else "\n".join(page_names()))
