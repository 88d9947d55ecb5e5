"""`campaign resume [RUN]`."""

import click

from campaign.cli import options
from campaign.cli.context import finish, session


@click.command("resume")
@options.run_name
@options.gateway
@options.pace
@options.max_cost
@options.output
@options.yes
@options.talk
@options.store
def command(run: str, *, as_json: bool, **_: object) -> None:
    """Go on with what is left of RUN (by default the latest unfinished one).

    Safe after a kill, a power cut or a pause at any moment: whoever may have been told is never
    told again. RUN may be any unique beginning of its name. A new --max-cost replaces
    that of the plan.

    Exit codes: as of `campaign run`; 9 when no run is unfinished.
    """
    with session() as now:
        outcome = now.app.resume(run)
    finish(outcome, as_json=as_json, lang=now.lang)
