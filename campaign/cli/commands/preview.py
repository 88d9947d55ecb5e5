"""`campaign preview FILE`."""

import click

from campaign.cli.command import Shown, command
from campaign.cli.context import Effect, Session
from campaign.cli.options import file_names, option
from campaign.options import row
from campaign.text import tr


@command(
    file_names(),
    option("--row", type=click.IntRange(1), metavar="N", help=tr("That row of the file only.")),
    "reading",
    row("gateway", tr("Prices and options of that gateway.")),
    effect=Effect.READS,
    help=tr(
        "Show texts of FILE as recipients would get them: parts, price, local time; send nothing.\n\n"
        "Exit codes: 0 shown; 4 file or settings unusable, or no such row."
    ),
)
def preview(now: Session, row: int | None) -> Shown:
    from campaign.app.preview import preview_as_json
    from campaign.cli.output.preview import preview_lines

    found = now.app.preview(now.files, row_no=row)
    rows = [preview_as_json(one) for one in found]
    return Shown({"schema": 1, "rows": rows}, preview_lines(found, now.lang))
