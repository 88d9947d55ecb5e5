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
    """One row of the file as text.

    Attributes:
        row_no: The number that a spreadsheet program shows next to the row, from 1.
        cells: In column order; missing ones are "".
        problem: Why this row must not be used although its cells could be read (`row_hidden`,
            `row_too_wide`); "" for a good row.
    """

    row_no: int
    cells: tuple[str, ...]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class TableInfo:
    """What was chosen in reading a file, to be shown.

    Attributes:
        format: `csv`, `xlsx` (.xlsm too), `ods` or `xls`.
        encoding: Python's name of it; None for workbooks, as is the delimiter.
        sheet: None for text files.
        notes: Texts for the operator, complete when the rows have been read to their end.
    """

    format: str
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    notes: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """An open file: what was chosen, and its rows, headings and blank rows included."""

    info: TableInfo
    rows: Iterator[RawRow]


@dataclass(frozen=True, slots=True)
class Layout:
    """Which row is the heading and which column (from 0) has which role.

    Attributes:
        heading_row_no: The lower one of two; 0 without headings.
        heading: The headings as they are, blanks included; letters without headings.
        notes: Texts for the operator (rows above the headings, what was taken for the phone).
    """

    heading_row_no: int
    heading: tuple[str, ...]
    roles: Mapping[Role, int]
    notes: tuple[str, ...] = ()


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
