"""`campaign check FILE`."""

import json
from pathlib import Path

import click

from campaign.cli import options
from campaign.cli.context import session
from campaign.errors import Exit


@click.command("check")
@options.file_name
@options.reading
@options.option("--gateway", metavar="NAME", help="Check against that gateway's options.")
@options.talk
@options.store
def command(file: Path, *, as_json: bool, **_: object) -> None:
    r"""Read and validate FILE; plan and send nothing.

    \b
    Exit codes: 0 every row can be sent; 3 some rows cannot; 4 file or settings unusable.
    """
    from campaign.cli.show import reason_table
    from campaign.compose.checks import as_json_object, by_reason
    from campaign.compose.words import visible

    with session(file) as now:
        brief = now.app.check(now.file or file)
        now.app.desk.ui.brief(brief)
    if as_json:
        click.echo(json.dumps(as_json_object(brief), ensure_ascii=False))
    else:
        for line in reason_table(by_reason(brief), "ru" if now.lang == "ru" else "en"):
            click.echo(visible(line))
    raise click.exceptions.Exit(Exit.SOME_NOT_REACHED if brief.rejected else Exit.DONE)
