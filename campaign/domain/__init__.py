"""The values that flow through a campaign, all of them frozen.

The data's way: a file's `Table` of `RawRow`; each becomes a `CheckedRow` with a `Message` or a
`Rejection`; the journal freezes them as a `RunPlan` and gives out a `Chunk` of `Member`s; an
`Attempt` sends it; the `Reply` gets a `ReplyVerdict` with one `RecipientOutcome` each; later
`StatusRow`s move the recipients' `Status`; a `ReportView` shows where they all are.

Nothing here does I/O or reads a clock. Times are aware datetimes in UTC, money is Decimal, texts and
phones are str, row numbers are those that a spreadsheet program shows.
"""

from campaign.domain.attempt import (
    Attempt,
    Chunk,
    Consequence,
    Member,
    RecipientOutcome,
    Reply,
    ReplyVerdict,
    Verdict,
)
from campaign.domain.campaign import RunInfo, RunPlan, StopEntry
from campaign.domain.check import CheckedRow, Message, Rejection, RowWarning
from campaign.domain.delivery import (
    Balance,
    Delivery,
    Finding,
    OpenQueue,
    Sender,
    StatusRow,
    Tracked,
    UnknownAttempt,
    UnknownShare,
)
from campaign.domain.report import Alarm, HistoryLine, ReportExtras, ReportRow, ReportView, Tally, UnmatchedId
from campaign.domain.table import (
    CHUNK_SIZE,
    FINAL_STATUSES,
    HANDED_OVER,
    QUEUE_READ_LIMIT,
    ClientId,
    FileOptions,
    Layout,
    Phone,
    RawRow,
    Role,
    RunId,
    RunState,
    Source,
    Status,
    Table,
    TableInfo,
)
