"""What a check found: figures, problems, examples; gathered while the rows stream by."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from campaign.domain import CHUNK_SIZE, CheckedRow, Layout, Message, Rejection, Role, RowWarning, Source
from campaign.domain.message.segments import ForcingTally
from campaign.domain.recipients.headings import cell_name
from campaign.domain.schedule import MIN_AHEAD

FIRST_ROWS = 5
PROBLEMS_SHOWN = 20
_SAMPLES = 2


@dataclass(frozen=True, slots=True)
class Problem:
    """A row that is not sent; `cell` is like `customers.csv!C17`."""

    cell: str
    rejection: Rejection


@dataclass(frozen=True, slots=True)
class TextFound:
    """A text worth looking at, and where it is."""

    cell: str
    message: Message


@dataclass(frozen=True, slots=True)
class Missed:
    """At least so many recipients would not be handed over before their send time, in UTC."""

    send_at: datetime
    recipients: int


@dataclass(slots=True)
class ReasonCount:
    """How often one thing is wrong with one column; `rows` and `cells` are of the first few."""

    field: str
    code: str
    count: int = 0
    details: Mapping[str, str] = dataclass_field(default_factory=dict)
    rows: list[int] = dataclass_field(default_factory=list)
    cells: list[str] = dataclass_field(default_factory=list)

    def add(self, row_no: int, source: Source, *, several: bool) -> None:
        """One more row."""
        self.count += 1
        if len(self.rows) < FIRST_ROWS:
            self.rows.append(row_no)
            self.cells.append(cell_name(source, row_no, self.field, several=several))


def makes_client_ids(layout: Layout, *, own: bool | None) -> bool:
    """Whether the clientIds of a file are made, because it has none or they are not wanted."""
    return Role.CLIENT_ID not in layout.roles if own is None else not own


@dataclass(slots=True)
class CheckSummary:
    """Counts and examples of the files of a run; memory does not grow with them.

    Attributes:
        several: Whether a row number needs the name of its file.
        rate: Messages a second at most; None: no limit.
        asked_at: In UTC.
        own_client_ids: Whether clientIds come from the file; None: where it has the column.
        price: Money for one part, learned from earlier runs; None when not known.
        reasons: (field, code) to what is known of it; so are `warnings`, of messages that are sent.
        samples: (source, role) to the first two values of its column.
        parts: SMS parts of a message to how many messages have so many.
        longest: The message with most characters; `dearest` that with most parts.
        handed_by: Send time to how many recipients are handed over by the end of its chunks.
    """

    sources: Sequence[Source]
    gateway: str
    notes: Sequence[str] = ()
    several: bool = False
    rate: float | None = None
    asked_at: datetime | None = None
    own_client_ids: bool | None = None
    price: Decimal | None = None
    rows: int = 0
    recipients: int = 0
    segments: int = 0
    rows_in: Counter[int] = dataclass_field(default_factory=Counter)
    problems: list[Problem] = dataclass_field(default_factory=list)
    reasons: dict[tuple[str, str], ReasonCount] = dataclass_field(default_factory=dict)
    warnings: dict[tuple[str, str], ReasonCount] = dataclass_field(default_factory=dict)
    samples: dict[tuple[int, Role], list[str]] = dataclass_field(default_factory=dict)
    parts: Counter[int] = dataclass_field(default_factory=Counter)
    forcing: ForcingTally = dataclass_field(default_factory=ForcingTally)
    first: Message | None = None
    longest: TextFound | None = None
    dearest: TextFound | None = None
    send_times: Counter[datetime | None] = dataclass_field(default_factory=Counter)
    fix_files: tuple[Path, ...] = ()
    handed_by: dict[datetime, int] = dataclass_field(default_factory=dict)
    _unsampled: list[tuple[int, Role, int]] = dataclass_field(default_factory=list)

    @property
    def rejected(self) -> int:
        """Rows that will not be sent."""
        return self.rows - self.recipients

    @property
    def chunks(self) -> int:
        """Requests that the plan needs."""
        return sum(-(-count // CHUNK_SIZE) for count in self.send_times.values())

    @property
    def cost(self) -> Decimal | None:
        """Money for the whole list at the learned price."""
        return None if self.price is None else self.price * self.segments

    @property
    def missed(self) -> Missed | None:
        """Recipients that would miss their send time at that rate: the worst time, if any."""
        rate, asked_at = self.rate, self.asked_at
        if rate is None or asked_at is None:
            return None
        worst: Missed | None = None
        for send_at, recipients in self.handed_by.items():
            in_time = int(max(0.0, (send_at - MIN_AHEAD - asked_at).total_seconds() * rate))
            late = min(recipients - in_time, self.send_times[send_at])
            if late > 0 and (worst is None or late > worst.recipients):
                worst = Missed(send_at, late)
        return worst

    def watch(self, rows: Iterator[CheckedRow]) -> Iterator[CheckedRow]:
        """Pass the rows on and count them."""
        for checked in rows:
            self._note(checked)
            yield checked

    def _note(self, checked: CheckedRow) -> None:
        self.rows += 1
        number = checked.source_no
        if not self.rows_in[number]:
            layout = self.sources[number - 1].layout
            self._unsampled = [(number, role, at) for role, at in layout.roles.items()]
        self.rows_in[number] += 1
        if self._unsampled:
            self._take_samples(checked)
        outcome = checked.outcome
        if isinstance(outcome, Rejection):
            self._note_rejection(outcome, self.sources[number - 1])
        else:
            self._note_message(outcome, number)
            for warning in checked.warnings:
                source = self.sources[number - 1]
                self._count(self.warnings, warning, outcome.row_no, source)

    def _take_samples(self, checked: CheckedRow) -> None:
        cells = checked.row.cells
        for source_no, role, column in self._unsampled:
            shown = self.samples.setdefault((source_no, role), [])
            if column < len(cells) and cells[column]:
                shown.append(cells[column])
        self._unsampled = [one for one in self._unsampled if len(self.samples[one[0], one[1]]) < _SAMPLES]

    def _note_rejection(self, rejection: Rejection, source: Source) -> None:
        self._count(self.reasons, rejection, rejection.row_no, source)
        if len(self.problems) < PROBLEMS_SHOWN:
            cell = cell_name(source, rejection.row_no, rejection.field, several=self.several)
            self.problems.append(Problem(cell, rejection))

    def _count(
        self,
        counts: dict[tuple[str, str], ReasonCount],
        found: Rejection | RowWarning,
        row_no: int,
        source: Source,
    ) -> None:
        key = (found.field, found.code)
        if key not in counts:
            counts[key] = ReasonCount(*key, details=found.details)
        counts[key].add(row_no, source, several=self.several)

    def _note_message(self, message: Message, source_no: int) -> None:
        self.recipients += 1
        self.segments += message.segments
        self.parts[message.segments] += 1
        self.send_times[message.send_at] += 1
        if message.send_at is not None:
            self.handed_by[message.send_at] = self.recipients
        self.forcing.note(message.text)
        self.first = self.first or message
        longest, dearest = self.longest, self.dearest
        if longest is None or len(message.text) > len(longest.message.text):
            self.longest = self._found(message, source_no)
        if dearest is None or message.segments > dearest.message.segments:
            self.dearest = self._found(message, source_no)

    def _found(self, message: Message, source_no: int) -> TextFound:
        source = self.sources[source_no - 1]
        return TextFound(cell_name(source, message.row_no, "", several=self.several), message)

    def by_reason(self) -> Sequence[ReasonCount]:
        """Problems by column and reason, most frequent first."""
        return _most_frequent_first(self.reasons)

    def by_warning(self) -> Sequence[ReasonCount]:
        """The same of warnings."""
        return _most_frequent_first(self.warnings)


def _most_frequent_first(counts: Mapping[tuple[str, str], ReasonCount]) -> Sequence[ReasonCount]:
    return sorted(counts.values(), key=lambda one: (-one.count, one.rows[0]))
