"""`campaign cancel RUN`."""

from campaign.cli.command import Result, command
from campaign.cli.context import Effect, Session
from campaign.cli.options import option, run_name
from campaign.text import tr


@command(
    run_name(required=True),
    option("--why", default="", help=tr("Stored in the journal.")),
    "yes",
    effect=Effect.WRITES,
    help=tr(
        "Cancel the unsent part of RUN: pending recipients become `cancelled`, for good.\n\n"
        "Recipients whose message was handed over, or whose status is unknown, stay as they are: "
        "`campaign status` and `campaign report` still follow them. A terminal asks for the number of "
        "recipients; elsewhere --yes is needed.\n\n"
        "Exit codes: 3 cancelled, some recipients do not get it; 5 not confirmed; 8 status of some "
        "recipients unknown; 9 no recipient is pending; 11 another process drives the run (campaign "
        "pause RUN)."
    ),
)
def cancel(now: Session, run: str, why: str) -> Result:
    return now.app.cancel(run, why=why)
