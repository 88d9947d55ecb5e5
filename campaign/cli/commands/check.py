"""`campaign check FILE`."""

from campaign.cli.command import Shown, command, summary_shown
from campaign.cli.context import Effect, Session
from campaign.cli.options import file_names
from campaign.errors import Exit
from campaign.options import row
from campaign.text import tr


@command(
    file_names(),
    "reading",
    row("gateway", tr("Check against that gateway's options.")),
    effect=Effect.READS,
    help=tr(
        "Read and validate FILE (a table, a folder of tables, several); plan and send nothing.\n\n"
        "Exit codes: 0 every row can be sent; 3 some rows cannot; 4 file or settings unusable."
    ),
)
def check(now: Session) -> Shown:
    summary = now.app.check(now.files)
    return summary_shown(now, summary, Exit.SOME_NOT_REACHED if summary.rejected else Exit.DONE)
