"""The values that flow through a campaign, all of them frozen.

FILE -> RawRow -> Message | Rejection -> (journal) -> Member, Attempt -> Reply -> Judgement -> Fate

Nothing here does I/O, reads a clock or knows a library. Times are aware datetimes in UTC, money is
Decimal, texts and phones are str, row numbers are the ones that the person sees in the spreadsheet.
"""

from campaign.domain.attempt import (
    Attempt,
    Chunk,
    Consequence,
    Judgement,
    Member,
    PersonOutcome,
    Reply,
    Verdict,
)
from campaign.domain.campaign import (
    RunInfo,
    RunPlan,
    StopEntry,
)
from campaign.domain.check import (
    CheckedRow,
    Message,
    Rejection,
    RowWarning,
)
from campaign.domain.delivery import (
    Balance,
    Delivery,
    Doubt,
    DoubtShare,
    Finding,
    OpenQueue,
    Sender,
    StatusRow,
    Tracked,
)
from campaign.domain.report import (
    HistoryLine,
    ReportExtras,
    ReportRow,
    ReportView,
    Stranger,
    Tally,
)
from campaign.domain.table import (
    CHUNK_SIZE,
    FINAL_FATES,
    HANDED_OVER,
    QUEUE_READ_LIMIT,
    ClientId,
    Fate,
    FileOptions,
    Layout,
    Phone,
    RawRow,
    Role,
    RunId,
    RunState,
    Source,
    Table,
    TableInfo,
)

__all__ = [
    "CHUNK_SIZE",
    "FINAL_FATES",
    "HANDED_OVER",
    "QUEUE_READ_LIMIT",
    "Attempt",
    "Balance",
    "CheckedRow",
    "Chunk",
    "ClientId",
    "Consequence",
    "Delivery",
    "Doubt",
    "DoubtShare",
    "Fate",
    "FileOptions",
    "Finding",
    "HistoryLine",
    "Judgement",
    "Layout",
    "Member",
    "Message",
    "OpenQueue",
    "PersonOutcome",
    "Phone",
    "RawRow",
    "Rejection",
    "Reply",
    "ReportExtras",
    "ReportRow",
    "ReportView",
    "Role",
    "RowWarning",
    "RunId",
    "RunInfo",
    "RunPlan",
    "RunState",
    "Sender",
    "Source",
    "StatusRow",
    "StopEntry",
    "Stranger",
    "Table",
    "TableInfo",
    "Tally",
    "Tracked",
    "Verdict",
]
