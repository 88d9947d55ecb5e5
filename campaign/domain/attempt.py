"""Values of sending: chunks, attempts, replies, verdicts."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from campaign.domain.delivery import Balance
from campaign.domain.report import Alarm
from campaign.domain.table import ClientId, Phone, RunId, Status


@dataclass(frozen=True, slots=True)
class Member:
    """A recipient in a chunk: what goes on the wire, and its position in the run."""

    position: int
    client_id: ClientId
    phone: Phone
    text: str
    sender: str | None = None
    flash: bool = False
    wapurl: str | None = None


@dataclass(frozen=True, slots=True)
class Chunk:
    """At most 200 pending recipients with one send time."""

    run: RunId
    chunk_no: int
    send_at: datetime | None
    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to hand a chunk over; its row was committed before the call."""

    attempt_id: int
    chunk: Chunk
    try_no: int
    queue_name: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back, before anything is understood of it."""

    http_status: int | None  # None when not even the status line came
    body: bytes = b""  # as it came, secrets redacted, at most 4 MB
    complete: bool = True  # False when the connection ended before the promised length
    error: str = ""  # class of the error that ended the reading
    retry_after_s: float | None = None
    last_byte_sent: bool = True  # False: the answer came before, so the request was certainly not taken


class Verdict(StrEnum):
    """What a reply proves about the request as a whole; one field of a `ReplyVerdict`."""

    ANSWERED = "answered"
    NOT_SENT = "not_sent"
    REFUSED = "refused"
    UNKNOWN = "unknown"


class Consequence(StrEnum):
    """What the run does next."""

    GO_ON = "go_on"
    BACK_OFF = "back_off"
    HOLD = "hold"
    STOP_LOGIN = "stop_login"
    STOP_CONFIG = "stop_config"
    PAUSE_MONEY = "pause_money"


@dataclass(frozen=True, slots=True)
class RecipientOutcome:
    """What a reply says about one recipient."""

    position: int
    status: Status  # ACCEPTED, REFUSED or UNKNOWN
    code: str  # `i18n.reason` has its text
    status_text: str = ""
    smsc_ids: tuple[str, ...] = ()  # usually one; both when the gateway named a recipient twice
    sms_count: int | None = None
    cost: Decimal | None = None


@dataclass(frozen=True, slots=True)
class ReplyVerdict:
    """All that one reply means: a pure function of the members and the reply.

    Attributes:
        code: Reason code of the attempt (`http_status`, `answered`, `not_json`, ...).
        recipients: One outcome per member for ANSWERED and UNKNOWN; empty for NOT_SENT and REFUSED,
            whose recipients stay pending.
        reply_text: The gateway's description or the redacted start of its body, for the operator.
        alarms: Where the answer contradicts the protocol.
        balance: The account's money as the reply named it; evidence, never a decision.
    """

    verdict: Verdict
    consequence: Consequence
    code: str
    recipients: tuple[RecipientOutcome, ...] = ()
    reply_text: str = ""
    retry_after_s: float | None = None
    alarms: tuple[Alarm, ...] = ()
    balance: tuple[Balance, ...] = ()
