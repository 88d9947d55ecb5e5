"""`campaign run FILE`."""

from campaign.cli.command import Result, command, summary_shown
from campaign.cli.context import Effect, Session
from campaign.cli.options import file_names, option
from campaign.text import tr


@command(
    file_names(),
    "reading",
    "guards",
    "account",
    "pace",
    "report",
    "yes",
    option("--dry-run", is_flag=True, help=tr("Check and show only; plan and send nothing.")),
    effect=Effect.SENDS,
    help=tr(
        "Check, plan, ask, send, wait for statuses, report.\n\n"
        "FILE is a table (csv, tsv, txt, xlsx, xlsm, ods, xls), a folder of tables, or a campaign file "
        "(.toml); several tables are one run. The same command typed again finds the same run and goes "
        "on with it: no recipient gets the text twice.\n\n"
        "Exit codes: 0 every row handed over; 3 some rows rejected, refused or undelivered; 4 file or "
        "settings unusable; 5 not confirmed; 6 login refused; 7 gateway not available, resume later; "
        "8 status of some recipients unknown; 9 sent before; 11 another process drives the run; 74 "
        "journal."
    ),
)
def run(now: Session, dry_run: bool) -> Result:
    if dry_run:
        return summary_shown(now, now.app.check(now.files))
    return now.app.run(now.files)
