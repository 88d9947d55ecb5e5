"""`campaign preview FILE`."""

import json
from pathlib import Path

import click

from campaign.cli import options
from campaign.cli.context import session
from campaign.i18n import language_of


@click.command("preview")
@options.file_names
@click.option("--row", type=click.IntRange(1), metavar="N", help="That row of the file only.")
@options.reading
@options.option("--gateway", metavar="NAME", help="Prices and options of that gateway.")
@options.talk
@options.store
def command(files: tuple[Path, ...], *, row: int | None, as_json: bool, **_: object) -> None:
    """Show texts of FILE as people would get them: parts, price, local time; send nothing.

    Exit codes: 0 shown; 4 file or settings unusable, or no such row.
    """
    from campaign.app.preview import preview_as_json
    from campaign.cli.output.preview import preview_lines
    from campaign.domain.printable import visible

    with session(files) as now:
        found = now.app.preview(now.files, row_no=row)
    if as_json:
        rows = [preview_as_json(one) for one in found]
        click.echo(json.dumps({"schema": 1, "rows": rows}, ensure_ascii=False))
        return
    for line in preview_lines(found, language_of(now.lang)):
        click.echo(visible(line))
