"""`campaign resume [RUN]`."""

from campaign.cli.command import Result, command
from campaign.cli.context import Effect, Session
from campaign.cli.options import run_name
from campaign.text import tr


@command(
    run_name(),
    "account",
    "pace",
    "max_cost",
    "report",
    "yes",
    effect=Effect.SENDS,
    help=tr(
        "Go on with what is left of RUN (by default the latest unfinished one).\n\n"
        "Safe after a kill, a power cut or a pause at any moment: no recipient who may have the "
        "message gets it again. RUN may be any unique beginning of its name. A new --max-cost replaces "
        "that of the plan.\n\n"
        "Exit codes: as of `campaign run`; 9 no run is unfinished."
    ),
)
def resume(now: Session, run: str) -> Result:
    return now.app.resume(run)
