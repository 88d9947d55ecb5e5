"""Values of reporting."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from campaign.domain.campaign import RunInfo
from campaign.domain.delivery import UnknownAttempt, UnknownShare
from campaign.domain.table import RunId, RunState, Status


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One data row of the file and what became of it, in file order.

    `phone` is normalised, or "" when it could not be; `sender` is "" for the account's own;
    `status_text` is the gateway's latest; `i18n.reason` has the text of `code` and `details`;
    `attempt_id` is the last attempt that it was in.
    """

    row_no: int
    cells: tuple[str, ...]
    client_id: str
    phone: str
    text: str
    status: Status
    field: str
    code: str
    details: Mapping[str, str]
    status_text: str
    smsc_id: str
    segments: int | None
    sms_count: int | None
    cost: Decimal | None
    send_at: datetime | None
    handed_over_at: datetime | None
    final_at: datetime | None
    source_no: int = 1
    sender: str = ""
    attempt_id: int | None = None


@dataclass(frozen=True, slots=True)
class Alarm:
    """The gateway broke its own protocol; `i18n.code_texts.ALARMS` has the text of `code`."""

    code: str
    details: Mapping[str, str] = field(default_factory=dict)
    attempt_id: int | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class UnmatchedId:
    """A message id that the gateway named and that belongs to no known recipient.

    `source` is `reply`, `queue`, `status` or `operator`; without attempt: from status.json,
    unasked.
    """

    smsc_id: str
    attempt_id: int | None
    source: str
    status_text: str
    first_seen: datetime


@dataclass(frozen=True, slots=True)
class ReportExtras:
    """What a report holds besides the rows; read just before them.

    `share` is what became of all whose status was ever unknown; `who` asked for the report.
    """

    unknowns: tuple[UnknownAttempt, ...] = ()
    share: UnknownShare | None = None
    unmatched_ids: tuple[UnmatchedId, ...] = ()
    alarms: tuple[str, ...] = ()
    operator: str = ""
    command: str = ""
    version: str = ""


@dataclass(frozen=True, slots=True)
class Tally:
    """Where a run stands, in numbers; `sum(statuses.values()) == rows` always.

    `attempts` counts by verdict (and `settled`: unknown once, settled since), `cost` is the sum
    that the gateway named by currency. Segments are estimated over all messages of the plan, billed
    over those for which the gateway named a smsCount.
    """

    run: RunId
    state: RunState
    rows: int
    statuses: Mapping[Status, int]
    attempts: Mapping[str, int]
    cost: Mapping[str, Decimal]
    segments_estimated: int
    segments_billed: int


@dataclass(frozen=True, slots=True)
class ReportView:
    """A run at one moment; each call of `rows` gives every data row once, in file order."""

    info: RunInfo
    tally: Tally
    rows: Callable[[], Iterator[ReportRow]]


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """Rows of one run that share sender, quarter of an hour and status.

    Attributes:
        sender: "" for the account's default; None for rows that never became a message.
        at: Beginning of the quarter of an hour (in every zone on earth) in which they were handed
            over; else in which they were planned. In UTC.
        segments: Parts as estimated; `billed` are those that the gateway named.
        cost: In the one currency of the gateways, RUB; None where it named none.
        unpriced: Messages handed over whose price it never named.
    """

    run: RunId
    sender: str | None
    at: datetime
    status: Status
    count: int
    segments: int
    billed: int
    cost: Decimal | None
    unpriced: int = 0
    unpriced_segments: int = 0
