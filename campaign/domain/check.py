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
    """A row that is not sent, and why.

    Attributes:
        status: INVALID or DUPLICATE (later STOPPED, ALREADY_SENT).
        field: Heading of the column concerned, "" when the row as a whole is.
        code: Reason code; `i18n.reason` has its text.
        details: What fills the text.
    """

    row_no: int
    status: Status
    field: str
    code: str
    details: Mapping[str, str] = dataclass_field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RowWarning:
    """What should be looked at although the row is sent; nothing is ever changed for it.

    Attributes:
        field: Heading of the column concerned, "" when it is the text for everybody.
    """

    field: str
    code: str
    details: Mapping[str, str] = dataclass_field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CheckedRow:
    """A data row with its one outcome; with `--explode-phones`, one of its phones with its own.

    Attributes:
        source_no: Which file of the run it is in, from 1.
        warnings: About a message; a rejection has its one reason and no warnings.
        part: Which phone of the cell this is, from 1; 0 where a row is one message at most.
    """

    row: RawRow
    outcome: Message | Rejection
    source_no: int = 1
    warnings: tuple[RowWarning, ...] = ()
    part: int = 0
