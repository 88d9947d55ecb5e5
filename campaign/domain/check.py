"""Values of checking rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import datetime

from campaign.domain.table import ClientId, Phone, RawRow, Status


@dataclass(frozen=True, slots=True)
class Message:
    """One recipient's SMS, checked and rendered; what is sent is exactly this."""

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
    """A row that is not sent, and why: `i18n.reason` has the text of `code` with `details`.

    `status` is INVALID or DUPLICATE (later STOPPED, ALREADY_SENT); `field` is the heading of the
    column concerned, "" for the row as a whole.
    """

    row_no: int
    status: Status
    field: str
    code: str
    details: Mapping[str, str] = dataclass_field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RowWarning:
    """What to check although the row is sent as it is; `field` is "" for the common text."""

    field: str
    code: str
    details: Mapping[str, str] = dataclass_field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CheckedRow:
    """A data row with its one outcome; with `--explode-phones`, one of its phones with its own.

    `source_no` counts the files of the run from 1, `part` the phones of the cell; 0: not exploded.
    Only messages have `warnings`.
    """

    row: RawRow
    outcome: Message | Rejection
    source_no: int = 1
    warnings: tuple[RowWarning, ...] = ()
    part: int = 0
