"""`campaign balance`."""

from campaign.cli.command import Shown, command
from campaign.cli.context import Effect, Session
from campaign.text import tr


@command("account", effect=Effect.READS, help=tr("Show the account's balance."))
def balance(now: Session) -> Shown:
    from campaign.cli.output.results import balance_lines

    found = now.app.balance()
    return Shown(
        [{"type": one.kind, "balance": str(one.amount), "credit": str(one.credit)} for one in found],
        balance_lines(found, now.lang),
    )
