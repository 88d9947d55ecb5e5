"""What a use case needs of its caller: to show messages, and to answer a question."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol, TypeVar

from campaign.domain.summary import CheckSummary
from campaign.sending.progress import Progress

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What is confirmed before a planned run is sent.

    Attributes:
        recipients: The number that must be typed.
        balances: Of the account, as text; empty when the gateway did not answer.
    """

    run: str
    gateway: str
    gateway_url: str
    recipients: int
    segments: int
    chunks: int
    sender: str
    send_times: Mapping[datetime | None, int]
    first_text: str
    cost: Decimal | None = None
    balances: tuple[str, ...] = ()


class Ui(Progress, Protocol):
    """What a use case asks of the command line or the API."""

    def summary(self, summary: CheckSummary) -> None:
        """Show what was understood of a file."""
        ...

    def confirm(self, question: Confirmation) -> bool | None:
        """Ask whether to send; None without a terminal."""
        ...


def counted(progress: Progress, rows: Iterable[T]) -> Iterator[T]:
    """Pass the rows on, and advance for each."""
    for row in rows:
        yield row
        progress.advance(1)
