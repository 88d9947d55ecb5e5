"""`campaign docs [NAME]`."""

import click


@click.command("docs")
@click.argument("name", metavar="[NAME]", required=False, default="")
def command(name: str) -> None:
    """Print a page of the documentation; without NAME, the list of pages."""
    from campaign.app.maintenance import (
        page,
        page_names,
    )

    click.echo(page(name) if name else "\n".join(page_names()))
