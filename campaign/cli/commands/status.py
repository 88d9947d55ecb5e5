"""`campaign status [RUN]`."""

from campaign.cli.command import Result, command
from campaign.cli.context import Effect, Session
from campaign.cli.options import run_name
from campaign.options import row
from campaign.text import tr


@command(
    run_name(),
    "offline",
    "account",
    row("wait", tr("Check again and again until all statuses are final.")),
    effect=Effect.WRITES,
    help=tr("Ask the gateway once, or until TIME is over, then show where RUN stands (default: latest)."),
)
def status(now: Session, run: str, offline: bool) -> Result:
    return now.app.status(run, offline=offline)
