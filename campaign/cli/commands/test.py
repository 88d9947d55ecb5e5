"""`campaign test FILE --to PHONE`."""

from pathlib import Path

import click

from campaign.cli import options
from campaign.cli.context import finish, session


@click.command("test")
@options.file_names
@click.option("--to", required=True, metavar="PHONE", help="Your own phone: +79...")
@click.option(
    "--sample",
    type=click.IntRange(1, 20),
    default=3,
    show_default=True,
    help="How many texts: the longest, the first, a typical one, then others.",
)
@options.reading
@options.gateway
@options.pace
@options.output
@options.yes
@options.talk
@options.store
def command(files: tuple[Path, ...], *, to: str, sample: int, as_json: bool, **_: object) -> None:
    """Send a few texts of FILE to yourself, exactly as they would go out, at once.

    It is a run of its own, asked for and reported like every other. Nobody in the file counts as
    told; the price of a part is known afterwards.

    Exit codes: as of `campaign run`.
    """
    with session(files) as now:
        outcome = now.app.test(now.files, to=to, sample=sample)
    finish(outcome, as_json=as_json, lang=now.lang)
