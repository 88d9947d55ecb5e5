"""Values of reporting."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from campaign.domain.campaign import RunInfo
from campaign.domain.delivery import UnknownAttempt, UnknownShare
from campaign.domain.table import RunId, RunState, Status


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One data row of the file and what became of it, in file order.

    Attributes:
        cells: The person's own values as they stood.
        phone: Normalised when it could be, else "".
        code: Reason code; the sentence is `rules.words.reason(code, details, lang)`.
        word: The gateway's raw word, latest one.
        source_no: Which of `RunInfo.sources` the row stands in.
        sender: Asked for, "" for the account's own.
        attempt_id: The last attempt that it was in.
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
    word: str
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
class UnmatchedId:
    """A message id that the gateway named and nobody is paired with.

    Attributes:
        attempt_id: Whose answer or queue named it; None: an answer of status.json, unasked.
        source: `reply`, `queue`, `status` or `operator`.
        word: What was last said of it, "" if nothing.
    """

    smsc_id: str
    attempt_id: int | None
    source: str
    word: str
    first_seen: datetime


@dataclass(frozen=True, slots=True)
class ReportExtras:
    """What a report tells beyond the rows; read just before them.

    Attributes:
        unknowns: Attempts with people in doubt, oldest first.
        share: What became of all who were ever in doubt.
        alarms: What the gateway said against its own protocol, in order.
        who: Who asked for the report.
        command: That asked for it.
        version: Of this program.
    """

    unknowns: tuple[UnknownAttempt, ...] = ()
    share: UnknownShare | None = None
    unmatched_ids: tuple[UnmatchedId, ...] = ()
    alarms: tuple[str, ...] = ()
    who: str = ""
    command: str = ""
    version: str = ""


@dataclass(frozen=True, slots=True)
class Tally:
    """Where a run stands, in numbers; `sum(statuses.values()) == rows` always.

    Attributes:
        statuses: Fates that occur, with their counts.
        attempts: Verdict (and `settled`: unknown once, settled since) to count.
        cost: Currency to the sum that the gateway named, as exact decimals.
        segments_estimated: Over all messages of the plan.
        segments_billed: Over those for which the gateway named a smsCount.
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
    """A run at one moment.

    Attributes:
        rows: Every data row of the file once, in file order; may be called again.
    """

    info: RunInfo
    tally: Tally
    rows: Callable[[], Iterator[ReportRow]]


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
    status: Status
    count: int
    segments: int
    billed: int
    cost: Decimal | None
    unpriced: int = 0
    unpriced_segments: int = 0
