"""`campaign senders`."""

from dataclasses import asdict

from campaign.cli.command import Shown, command
from campaign.cli.context import Effect, Session
from campaign.text import tr


@command(
    "account", effect=Effect.READS, help=tr("Show which senders the account may use (+) and which not (-).")
)
def senders(now: Session) -> Shown:
    from campaign.cli.output.results import sender_lines

    found = now.app.senders()
    return Shown([{**asdict(one), "usable": one.usable} for one in found], sender_lines(found))
