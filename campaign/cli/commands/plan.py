"""`campaign plan FILE`."""

from pathlib import Path

import click

from campaign.cli import options
from campaign.cli.context import finish, session


@click.command("plan")
@options.file_names
@options.reading
@options.guards
@options.gateway
@options.talk
@options.store
def command(files: tuple[Path, ...], *, as_json: bool, **_: object) -> None:
    """Check FILE and freeze it in the journal; send nothing.

    The file may be changed or deleted afterwards: `campaign resume RUN` sends what was planned.

    Exit codes: 0 every row can be sent; 3 some rows cannot; 4 file or settings unusable; 5 a bound
    is exceeded, or people got the text before; 9 no rows.
    """
    with session(files) as now:
        outcome = now.app.plan(now.files)
    finish(outcome, as_json=as_json, lang=now.lang)
