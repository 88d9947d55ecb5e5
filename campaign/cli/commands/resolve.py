"""`campaign resolve RUN --attempt N --as sent|not-sent --why TEXT`."""

import click

from campaign.cli import options
from campaign.cli.context import finish, session


@click.command("resolve")
@click.argument("run", metavar="RUN")
@click.option("--attempt", type=int, required=True, help="Its number in `campaign unknown`.")
@click.option("--as", "word", type=click.Choice(["sent", "not-sent"]), required=True)
@click.option("--why", required=True, help="What you know and from where; kept in the journal.")
@options.talk
@options.store
def command(run: str, *, attempt: int, word: str, why: str, as_json: bool, **_: object) -> None:
    """Say what became of an attempt in doubt: `not-sent` lets its people be sent again.

    Who said it, when and why is recorded first. Against evidence that the gateway took part of
    the attempt, `not-sent` is refused.
    """
    with session() as now:
        outcome = now.app.resolve(run, attempt_id=attempt, sent=word == "sent", why=why)
    finish(outcome, as_json=as_json, lang=now.lang)
