"""What a check found, as values: problems with their rows, texts found, reasons counted."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import datetime

from campaign.domain import Message, Rejection, Source
from campaign.domain.recipients.headings import place_of

FIRST_ROWS = 5


@dataclass(frozen=True, slots=True)
class Problem:
    """A row that is not sent; `place` is like `customers.csv!C17`."""

    place: str
    rejection: Rejection


@dataclass(frozen=True, slots=True)
class TextFound:
    """A text worth looking at, and where it is."""

    place: str
    message: Message


@dataclass(frozen=True, slots=True)
class Missed:
    """At least so many recipients would not be handed over before their send time, in UTC."""

    send_at: datetime
    recipients: int


@dataclass(slots=True)
class ReasonCount:
    """How often one thing is wrong with one column.

    Attributes:
        details: What fills the text, of the first of them.
        rows: The first of them.
        places: The same with sheet and cell.
    """

    field: str
    code: str
    count: int = 0
    details: Mapping[str, str] = dataclass_field(default_factory=dict)
    rows: list[int] = dataclass_field(default_factory=list)
    places: list[str] = dataclass_field(default_factory=list)

    def add(self, row_no: int, source: Source, *, several: bool) -> None:
        """One more row."""
        self.count += 1
        if len(self.rows) < FIRST_ROWS:
            self.rows.append(row_no)
            self.places.append(place_of(source, row_no, self.field, several=several))
