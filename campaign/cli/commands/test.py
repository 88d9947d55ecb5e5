"""`campaign test FILE --to PHONE`."""

import click

from campaign.cli.command import Result, command
from campaign.cli.context import Effect, Session
from campaign.cli.options import file_names, option
from campaign.text import tr


@command(
    file_names(),
    option("--to", required=True, metavar="PHONE", help=tr("Your own phone: +79...")),
    option(
        "--sample",
        type=click.IntRange(1, 20),
        default=3,
        show_default=True,
        help=tr("How many texts: the longest, the first, a typical one, then others."),
    ),
    "reading",
    "account",
    "pace",
    "report",
    "yes",
    effect=Effect.SENDS,
    help=tr(
        "Send a few texts of FILE to yourself, exactly as they would go out, at once.\n\n"
        "It is a run of its own, confirmed and reported like every other. No recipient of the file "
        "counts as having got the text; the price of a part is known afterwards.\n\n"
        "Exit codes: as of `campaign run`."
    ),
)
def test(now: Session, to: str, sample: int) -> Result:
    return now.app.test(now.files, to=to, sample=sample)
