"""Values of reading a file."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
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


class Status(StrEnum):
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


FINAL_STATUSES = frozenset(Status) - {Status.PENDING, Status.UNKNOWN, Status.ACCEPTED}
"""No later report of the gateway changes these."""
HANDED_OVER = frozenset({Status.ACCEPTED, Status.DELIVERED, Status.UNDELIVERED, Status.NO_FINAL_STATUS})
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


@dataclass(frozen=True, slots=True)
class FileOptions:
    """What may be stated about a file; None means: guess and show.

    `include_hidden` is for rows and columns; hidden sheets must still be named.
    """

    sheet: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    include_hidden: bool = False


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row of the file as text."""

    row_no: int  # as a spreadsheet program shows it, from 1
    cells: tuple[str, ...]  # in column order; missing ones are ""
    problem: str = ""  # why it must not be used although it could be read (`row_hidden`, `row_too_wide`)


@dataclass(frozen=True, slots=True)
class TableInfo:
    """What was chosen in reading a file, to be shown."""

    format: str  # `csv`, `xlsx` (.xlsm too), `ods` or `xls`
    encoding: str | None = None  # Python's name of it; None for workbooks, as is the delimiter
    delimiter: str | None = None
    sheet: str | None = None  # None for text files
    notes: Sequence[str] = ()  # texts for the operator, complete when the rows have been read to their end


@dataclass(frozen=True, slots=True)
class Table:
    """An open file: what was chosen, and its rows, headings and blank rows included."""

    info: TableInfo
    rows: Iterator[RawRow]


@dataclass(frozen=True, slots=True)
class Layout:
    """Which row is the heading and which column (from 0) has which role."""

    heading_row_no: int  # the lower one of two; 0 without headings
    heading: tuple[str, ...]  # as they are, blanks included; letters without headings
    roles: Mapping[Role, int]
    notes: tuple[str, ...] = ()  # for the operator: rows above the headings, what was taken for the phone


@dataclass(frozen=True, slots=True)
class Source:
    """One file of a run, as it was read; `no` counts from 1 in the order given.

    `name` is without folders, `path` absolute: the file may be gone since.
    """

    no: int
    name: str
    path: str
    sha256: str
    info: TableInfo
    layout: Layout
