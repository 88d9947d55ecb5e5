"""`campaign pause RUN`."""

from campaign.cli.command import Result, command
from campaign.cli.context import Effect, Session
from campaign.cli.options import run_name
from campaign.text import tr


@command(
    run_name(required=True),
    effect=Effect.WRITES,
    help=tr(
        "Ask the process that drives RUN to stop after the current chunk.\n\n"
        "That process then ends with exit code 7; `campaign resume RUN` goes on. Who asked, and when, "
        "is stored in the journal.\n\n"
        "Exit codes: 0 the pause is requested or the run is paused, whatever the statuses are; 9 no "
        "recipient of the run is pending."
    ),
)
def pause(now: Session, run: str) -> Result:
    return now.app.pause(run)
