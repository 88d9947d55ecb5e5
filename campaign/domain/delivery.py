"""Values of delivery statuses, unknown attempts and the account; how a reported status counts."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final, NamedTuple

from campaign.domain.table import RunId


class Delivery(StrEnum):
    """Class of a status text."""

    ON_ITS_WAY = "on_its_way"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    LOST = "lost"
    UNRECOGNISED = "unrecognised"


@dataclass(frozen=True, slots=True)
class StatusRow:
    """One row of a status or statusQueue answer; `client_id` "" when absent."""

    smsc_id: str
    status_text: str
    delivery: Delivery
    client_id: str = ""


@dataclass(frozen=True, slots=True)
class Tracked:
    """A message whose final status is still open."""

    smsc_id: str
    client_id: str


@dataclass(frozen=True, slots=True)
class OpenQueue:
    """An attempt whose status queue may still report something."""

    attempt_id: int
    queue_name: str
    unknown: bool  # its answer was lost: the queue is the only evidence
    member_count: int
    open_count: int  # recipients without a final status
    waited_for: int  # those of them that were surely taken, and whose tracking will end one day
    committed_at: datetime
    born_at: datetime  # when its messages were handed over, or were to leave if that is later


@dataclass(frozen=True, slots=True)
class UnknownAttempt:
    """An attempt whose answer was lost, and what is known about it."""

    run: RunId
    attempt_id: int
    chunk_no: int
    try_no: int
    committed_at: datetime | None
    code: str
    reply_text: str
    member_count: int
    unknown_count: int
    ids_seen: int  # its answer had not named them but its queue did: the gateway took so many
    queue_answers: int  # empty ones included: an empty queue proves nothing
    queue_losses: int  # rows, at most, in answers of its queue that were lost
    balance_before: str  # as the last reply before it named the money, "" when none did
    balance_after: str
    phones: tuple[str, ...]  # of its first recipients
    http_status: int | None = None  # of the answer that made no sense


@dataclass(frozen=True, slots=True)
class UnknownShare:
    """How many recipients were unknown when their attempt closed, and what settled them."""

    run: RunId
    recipients: int
    by_evidence: int
    by_operator: int
    resent: int
    left: int


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that the doctor found."""

    level: str
    """`error` (a promise is broken or in danger) or `warning`."""
    code: str
    """Number of the invariant, or a name."""
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


FINAL_DELIVERIES: Final = frozenset({Delivery.DELIVERED, Delivery.UNDELIVERED})
"""Classes that no other class replaces."""
ASK_AGAIN_AFTER_US: Final = 60_000_000
"""`incorrect id` is final only when it is reported again so much later: the gateway's status side may
not know a message yet that its send side has just taken."""


class Known(NamedTuple):
    """What is known about a message: its latest status that counted, "" as long as none did.

    `since_us`: when it was first reported, microseconds since 1970.
    """

    status_text: str = ""
    delivery: Delivery | None = None
    since_us: int | None = None


class Transition(NamedTuple):
    """What one more reported status changes."""

    known: Known
    moved: bool = False  # `known` has another status text than before
    stepped_back: bool = False  # a final status was followed by one that is not: recorded, not believed
    contradicts: bool = False  # another final status was reported before
    ends: bool = False  # the message is at its end


def transition(known: Known, status_text: str, delivery: Delivery, now_us: int) -> Transition:
    """Take in one status that was reported at `now_us`."""
    was_final = known.delivery in FINAL_DELIVERIES
    is_final = delivery in FINAL_DELIVERIES
    if status_text == known.status_text:
        confirmed_lost = (
            delivery is Delivery.LOST
            and known.since_us is not None
            and now_us - known.since_us >= ASK_AGAIN_AFTER_US
        )
        return Transition(known, ends=is_final or confirmed_lost)
    if was_final and not is_final:
        return Transition(known, stepped_back=True, ends=True)
    return Transition(
        Known(status_text, delivery, now_us),
        moved=True,
        contradicts=was_final and delivery is not known.delivery,
        ends=is_final,
    )
