"""The values that flow through a campaign, all of them frozen.

FILE -> RawRow -> Message | Rejection -> (journal) -> Member, Attempt -> Reply -> Judgement -> Fate

Nothing here does I/O, reads a clock or knows a library. Times are aware datetimes in UTC, money is
Decimal, texts and phones are str, row numbers are the ones that the person sees in the spreadsheet.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import NewType

RunId = NewType("RunId", str)
Phone = NewType("Phone", str)
"""E.164 with its plus, `+79161234567`."""
ClientId = NewType("ClientId", str)
"""1 to 72 Latin letters or digits."""

CHUNK_SIZE = 200
"""Messages in one request at most. Source: gateway documents, send.json."""

QUEUE_READ_LIMIT = 1000
"""Rows in one statusQueue.json answer at most. Source: gateway documents, statusQueue.json."""


class Fate(StrEnum):
    """What became of a data row; every row has exactly one."""

    INVALID = "invalid"
    DUPLICATE = "duplicate"
    STOPPED = "stopped"
    ALREADY_SENT = "already_sent"
    PENDING = "pending"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    NO_FINAL_STATUS = "no_final_status"


FINAL_FATES = frozenset(Fate) - {Fate.PENDING, Fate.UNKNOWN, Fate.ACCEPTED}
"""Fates that no later word of the gateway can change."""

HANDED_OVER = frozenset({Fate.ACCEPTED, Fate.DELIVERED, Fate.UNDELIVERED, Fate.NO_FINAL_STATUS})
"""The gateway took the message."""


class RunState(StrEnum):
    """Where a run stands."""

    PLANNED = "planned"
    SENDING = "sending"
    PAUSED = "paused"
    SENT = "sent"
    SETTLED = "settled"
    CANCELLED = "cancelled"


class Role(StrEnum):
    """What a column of the file is for."""

    PHONE = "phone"
    CLIENT_ID = "client_id"
    TEXT = "text"
    SENDER = "sender"
    SCHEDULE = "schedule"
    TIMEZONE = "timezone"
    FLASH = "flash"
    WAPURL = "wapurl"


# --- reading ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FileOptions:
    """What a person may say about a file; None means: guess and show."""

    sheet: str | None = None
    encoding: str | None = None
    delimiter: str | None = None


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row of the file as text.

    Attributes:
        row_no: The number that a spreadsheet program shows beside the row, from 1.
        cells: Every cell as text, in column order; missing ones are "".
        problem: Code of a reason why this row must not be used although its cells could be read
            (`row_hidden`, `row_too_wide`); "" for a good row.
    """

    row_no: int
    cells: tuple[str, ...]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class TableInfo:
    """What was chosen in reading a file, to be shown to the person.

    Attributes:
        format: `csv` or `xlsx`.
        encoding: Python's name of it; None for workbooks.
        delimiter: One character; None for workbooks.
        sheet: Name of the sheet read; None for text files.
        notes: Sentences that the person should read ("2 other sheets were not read: ...").
    """

    format: str
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """An open file: what was chosen, and its rows, headings and blank rows included."""

    info: TableInfo
    rows: Iterator[RawRow]


@dataclass(frozen=True, slots=True)
class Layout:
    """Which row is the heading and which column has which role.

    Attributes:
        heading_row_no: As the person sees it.
        heading: The headings as they stand, blanks included.
        roles: Role to column index, from 0.
    """

    heading_row_no: int
    heading: tuple[str, ...]
    roles: Mapping[Role, int]


# --- checking --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Message:
    """One person's SMS, checked and rendered; what is sent is exactly this."""

    row_no: int
    client_id: ClientId
    phone: Phone
    text: str
    segments: int
    sender: str | None = None
    send_at: datetime | None = None
    flash: bool = False
    wapurl: str | None = None


@dataclass(frozen=True, slots=True)
class Rejection:
    """A row that is not sent, and why.

    Attributes:
        row_no: As the person sees it.
        fate: INVALID or DUPLICATE (later STOPPED, ALREADY_SENT).
        field: Heading of the column concerned, "" when the row as a whole is.
        code: Key of the sentence in `rules.words`.
        details: What fills the sentence.
    """

    row_no: int
    fate: Fate
    field: str
    code: str
    details: Mapping[str, str] = dataclass_field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CheckedRow:
    """A data row with its one outcome."""

    row: RawRow
    outcome: Message | Rejection


# --- planning --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RunPlan:
    """What is frozen about a run when it is planned; rows and messages follow as a stream.

    Attributes:
        digest: SHA-256 over the file's bytes and every setting that decides who is told what.
        settings: Those settings, JSON-ready, without secrets.
        account: Keyed digest of gateway and login; "" when the gateway has no account.
        heading: Headings of the person's table.
    """

    run: RunId
    digest: str
    source_name: str
    source_sha256: str
    heading: tuple[str, ...]
    gateway: str
    gateway_url: str
    account: str
    settings: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class RunInfo:
    """A run as the journal knows it."""

    run: RunId
    digest: str
    state: RunState
    created_at: datetime
    source_name: str
    heading: tuple[str, ...]
    gateway: str
    gateway_url: str
    account: str
    settings: Mapping[str, object]
    row_count: int
    chunk_count: int
    reason: str = ""


# --- sending ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Member:
    """A person in a chunk: what goes on the wire, and its place in the run."""

    ord: int
    client_id: ClientId
    phone: Phone
    text: str
    sender: str | None = None
    flash: bool = False
    wapurl: str | None = None


@dataclass(frozen=True, slots=True)
class Chunk:
    """At most 200 pending people with one send time."""

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
    """What came back, before anybody tried to understand it.

    Attributes:
        http_status: None when not even the status line came.
        body: The bytes as they came, secrets masked, at most 4 MB.
        complete: False when the connection ended before the promised length.
        error: Class of the error that ended the reading, "" if none.
        retry_after_s: From the Retry-After header.
        last_byte_sent: False when the answer came before the last byte of the request left;
            such a request was certainly not taken.
    """

    http_status: int | None
    body: bytes = b""
    complete: bool = True
    error: str = ""
    retry_after_s: float | None = None
    last_byte_sent: bool = True


class Verdict(StrEnum):
    """What an attempt's answer proves about the request as a whole."""

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
class PersonOutcome:
    """What a reply says about one person.

    Attributes:
        fate: ACCEPTED, REFUSED or UNKNOWN.
        code: Reason code, key of a sentence in `rules.words`.
        word: The gateway's raw word, "" if it said none.
        smsc_ids: Usually one; both are kept when the gateway named a person twice.
    """

    ord: int
    fate: Fate
    code: str
    word: str = ""
    smsc_ids: tuple[str, ...] = ()
    sms_count: int | None = None
    cost: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict on one reply: a pure function of the members and the reply.

    Attributes:
        people: One outcome per member for ANSWERED and UNKNOWN; empty for NOT_SENT and REFUSED,
            whose people stay pending.
        code: Reason code of the attempt (`http_status`, `answered`, `not_json`, ...).
        words: The gateway's own description or the masked start of its body, for the person.
        alarms: Sentences about an answer that contradicts the protocol (foreign clientIds, ...).
        balance: The account's money as the reply named it; evidence, never a decision.
    """

    verdict: Verdict
    consequence: Consequence
    code: str
    people: tuple[PersonOutcome, ...] = ()
    words: str = ""
    retry_after_s: float | None = None
    alarms: tuple[str, ...] = ()
    balance: "tuple[Balance, ...]" = ()


# --- statuses --------------------------------------------------------------------------------


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
    """

    attempt_id: int
    queue_name: str
    unknown: bool
    member_count: int
    open_count: int
    armed_at: datetime


@dataclass(frozen=True, slots=True)
class Doubt:
    """An attempt whose answer was lost, and what is known about it.

    Attributes:
        ids_seen: Ids in its queue that no person is paired with: the gateway took so many.
        queue_answers: Answers that its queue gave, empty ones included: an empty queue proves
            nothing.
        queue_losses: Reads of its queue whose answer was lost, with up to so many rows.
        balance_before: Money as the last reply before it named it, "" when none did.
        balance_after: Money as the first reply after it named it.
        phones: The first of its people.
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


# --- reporting -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One data row of the file and what became of it, in file order.

    Attributes:
        cells: The person's own values as they stood.
        phone: Normalised when it could be, else "".
        code: Reason code; the sentence is `rules.words.reason(code, details, lang)`.
        word: The gateway's raw word, latest one.
    """

    row_no: int
    cells: tuple[str, ...]
    client_id: str
    phone: str
    text: str
    fate: Fate
    field: str
    code: str
    details: Mapping[str, str]
    word: str
    smsc_id: str
    segments: int | None
    sms_count: int | None
    cost: Decimal | None
    send_at: datetime | None
    handed_over_at: datetime | None
    final_at: datetime | None


@dataclass(frozen=True, slots=True)
class Tally:
    """Where a run stands, in numbers; `sum(fates.values()) == rows` always.

    Attributes:
        fates: Fates that occur, with their counts.
        attempts: Verdict (and `settled`: unknown once, settled since) to count.
        cost: Currency to the sum that the gateway named, as exact decimals.
        segments_estimated: Over all messages of the plan.
        segments_billed: Over those for which the gateway named a smsCount.
    """

    run: RunId
    state: RunState
    rows: int
    fates: Mapping[Fate, int]
    attempts: Mapping[str, int]
    cost: Mapping[str, Decimal]
    segments_estimated: int
    segments_billed: int


@dataclass(frozen=True, slots=True)
class ReportView:
    """A run at one moment.

    Attributes:
        rows: Every data row of the file once, in file order; may be called again.
    """

    info: RunInfo
    tally: Tally
    rows: Callable[[], Iterator[ReportRow]]
