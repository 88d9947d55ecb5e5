"""`campaign plan FILE`."""

from campaign.cli.command import Result, command
from campaign.cli.context import Effect, Session
from campaign.cli.options import file_names
from campaign.text import tr


@command(
    file_names(),
    "reading",
    "guards",
    "account",
    effect=Effect.WRITES,
    help=tr(
        "Check FILE and freeze it in the journal; send nothing.\n\n"
        "The file may be changed or deleted afterwards: `campaign resume RUN` sends what was "
        "planned.\n\n"
        "Exit codes: 0 every row can be sent; 3 some rows cannot; 4 file or settings unusable; 5 a "
        "limit is exceeded, or recipients got the text before; 9 no rows."
    ),
)
def plan(now: Session) -> Result:
    return now.app.plan(now.files)
