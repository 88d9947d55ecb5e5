"""`campaign resolve RUN --attempt N --as sent|not-sent --why TEXT`."""

import click

from campaign.cli.command import Result, command
from campaign.cli.context import Effect, Session
from campaign.cli.options import option, run_name
from campaign.text import tr


@command(
    run_name(required=True),
    option("--attempt", type=int, required=True, help=tr("Its number in `campaign unknown`.")),
    option(
        "--as",
        "verdict",
        type=click.Choice(["sent", "not-sent"]),
        required=True,
        help=tr("Whether it was sent."),
    ),
    option("--why", required=True, help=tr("What you know and how; stored in the journal.")),
    effect=Effect.WRITES,
    help=tr(
        "Decide what became of an attempt whose status is unknown: `not-sent` lets its recipients be "
        "sent again.\n\n"
        "Who decided, when and why is recorded first. Against evidence that the gateway took part of "
        "the attempt, `not-sent` is refused."
    ),
)
def resolve(now: Session, run: str, attempt: int, verdict: str, why: str) -> Result:
    return now.app.resolve(run, attempt_id=attempt, sent=verdict == "sent", why=why)
