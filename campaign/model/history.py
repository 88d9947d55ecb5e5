"""Values of looking back over several runs."""

from dataclasses import dataclass
from decimal import Decimal

from campaign.model.base import Fate, RunId


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """Rows of one run that share sender, month and fate.

    Attributes:
        sender: "" for the account's default; None for rows that never became a message.
        month: `2026-11` in UTC, in which they were handed over; else in which they were planned.
        segments: Parts as estimated.
        billed: Parts that the gateway named.
        cost: In the one currency of the gateways, RUB; None where it named none.
    """

    run: RunId
    sender: str | None
    month: str
    fate: Fate
    count: int
    segments: int
    billed: int
    cost: Decimal | None
