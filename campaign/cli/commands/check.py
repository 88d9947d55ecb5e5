"""`campaign check FILE`."""

from pathlib import Path

import click

from campaign.cli import options
from campaign.cli.context import session, show_summary
from campaign.errors import Exit


@click.command("check")
@options.file_names
@options.reading
@options.option("--gateway", metavar="NAME", help="Check against that gateway's options.")
@options.talk
@options.store
def command(files: tuple[Path, ...], *, as_json: bool, **_: object) -> None:
    """Read and validate FILE (a table, a folder of tables, several); plan and send nothing.

    Exit codes: 0 every row can be sent; 3 some rows cannot; 4 file or settings unusable.
    """
    with session(files) as now:
        summary = now.app.check(now.files)
        show_summary(now, summary, as_json=as_json)
    raise click.exceptions.Exit(Exit.SOME_NOT_REACHED if summary.rejected else Exit.DONE)
