"""Values of delivery statuses, doubts and the account."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from campaign.model.base import RunId


class Delivery(StrEnum):
    """Class of a delivery word."""

    ON_ITS_WAY = "on_its_way"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    LOST = "lost"
    UNRECOGNISED = "unrecognised"


@dataclass(frozen=True, slots=True)
class StatusRow:
    """One row of a status or statusQueue answer.

    Attributes:
        client_id: As echoed by status.json; "" when absent.
    """

    smsc_id: str
    word: str
    delivery: Delivery
    client_id: str = ""


@dataclass(frozen=True, slots=True)
class Tracked:
    """A message whose final status is still open."""

    smsc_id: str
    client_id: str


@dataclass(frozen=True, slots=True)
class OpenQueue:
    """An attempt whose status queue may still tell something.

    Attributes:
        unknown: The answer to this attempt was lost: its queue is the only witness.
        open_count: People in it without a final status.
        waited_for: Those among them who were surely taken, and will be given up one day.
        born_at: When its messages were handed over, or were to leave if that is later.
    """

    attempt_id: int
    queue_name: str
    unknown: bool
    member_count: int
    open_count: int
    waited_for: int
    armed_at: datetime
    born_at: datetime


@dataclass(frozen=True, slots=True)
class Doubt:
    """An attempt whose answer was lost, and what is known about it.

    Attributes:
        ids_seen: Ids that its answer had not named but its queue did: the gateway took so many.
        queue_answers: Answers that its queue gave, empty ones included: an empty queue proves
            nothing.
        queue_losses: Reads of its queue whose answer was lost, with up to so many rows.
        balance_before: Money as the last reply before it named it, "" when none did.
        balance_after: Money as the first reply after it named it.
        phones: The first of its people.
        http_status: Of the answer that made no sense, None without one.
    """

    run: RunId
    attempt_id: int
    chunk_no: int
    try_no: int
    armed_at: datetime | None
    code: str
    words: str
    member_count: int
    unknown_count: int
    ids_seen: int
    queue_answers: int
    queue_losses: int
    balance_before: str
    balance_after: str
    phones: tuple[str, ...]
    http_status: int | None = None


@dataclass(frozen=True, slots=True)
class DoubtShare:
    """How many people of a run were ever in doubt, and what became of the doubt.

    Attributes:
        people: In doubt when their attempt closed.
        by_evidence: Settled by what the gateway said later, without a human.
        by_person: Settled by an operator's recorded word.
        resent: Put back by the policy `resend`.
        left: Still in doubt.
    """

    run: RunId
    people: int
    by_evidence: int
    by_person: int
    resent: int
    left: int


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that the doctor found.

    Attributes:
        level: `error` (a promise is broken or in danger) or `warning`.
        code: Number of the invariant, or a word.
    """

    level: str
    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Balance:
    """One line of balance.json. Source: gateway documents, balance.json."""

    kind: str
    amount: Decimal
    credit: Decimal


@dataclass(frozen=True, slots=True)
class Sender:
    """One line of senders.json; `active` and `default` may be used."""

    name: str
    status: str
    info: str

    @property
    def usable(self) -> bool:
        """Whether the gateway lets messages carry this name."""
        return self.status in {"active", "default"}
