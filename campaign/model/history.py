"""Values of looking back over several runs."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from campaign.model.base import Fate, RunId


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """Rows of one run that share sender, quarter of an hour and fate.

    Attributes:
        sender: "" for the account's default; None for rows that never became a message.
        at: Beginning of the quarter of an hour (in every zone on earth) in which they were handed
            over; else in which they were planned. In UTC.
        segments: Parts as estimated.
        billed: Parts that the gateway named.
        cost: In the one currency of the gateways, RUB; None where it named none.
        unpriced: Messages handed over whose price it never named.
        unpriced_segments: Their parts as estimated.
    """

    run: RunId
    sender: str | None
    at: datetime
    fate: Fate
    count: int
    segments: int
    billed: int
    cost: Decimal | None
    unpriced: int = 0
    unpriced_segments: int = 0
