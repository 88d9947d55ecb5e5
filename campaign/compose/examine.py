"""What `campaign doctor` looks at: the journal, and with --online the account."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from campaign.adapters.journal.doctor import examine
from campaign.compose.desk import Desk
from campaign.errors import GatewayError, LoginRefused
from campaign.model import Finding

MAX_SKEW = timedelta(minutes=2)


def examine_all(desk: Desk, *, online: bool) -> tuple[Finding, ...]:
    """Every finding about the journal and, if asked, about the account."""
    found = list(examine(desk.places.store))
    if online:
        found += _account(desk)
    return tuple(found)


def _account(desk: Desk) -> Iterator[Finding]:
    """TLS and login (balance), senders, clocks: as far as the gateway answers."""
    with desk.account() as gateway:
        try:
            lines, senders = gateway.balance(), gateway.senders()
        except LoginRefused as error:
            yield Finding("error", "login", error.message)
            return
        except GatewayError as error:
            yield Finding("error", "gateway", error.message)
            return
        if not lines:
            yield Finding("warning", "balance", "the gateway names no balance")
        for line in lines:
            if line.amount + line.credit <= 0:
                yield Finding("warning", "balance", f"nothing is left: {line.amount} {line.kind}")
        if not any(sender.usable for sender in senders):
            yield Finding("error", "senders", "no sender may be used: campaign senders")
        their_time = gateway.their_time
        if their_time is not None:
            skew = abs(datetime.now(UTC) - their_time)
            if skew > MAX_SKEW:
                yield Finding(
                    "error",
                    "clock",
                    f"this machine's clock and the gateway's differ by {skew.total_seconds():.0f} "
                    "s: send times would be wrong",
                )
