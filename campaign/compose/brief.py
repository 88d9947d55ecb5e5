"""What a person is told about files before anything is sent: gathered while the rows stream by."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from campaign.compose.checking import Checking, makes_client_ids
from campaign.compose.recipe import Recipe
from campaign.model import CheckedRow, Message, Rejection, Role, RowWarning, Source
from campaign.rules.forcing import ForcingTally
from campaign.rules.places import place_of
from campaign.rules.schedule import MIN_AHEAD

PROBLEMS_SHOWN = 20
FIRST_ROWS = 5
_SAMPLES = 2


@dataclass(frozen=True, slots=True)
class Problem:
    """A row that is not sent.

    Attributes:
        place: As people write it: `customers.csv!C17`.
    """

    place: str
    rejection: Rejection


@dataclass(frozen=True, slots=True)
class TextFound:
    """A text worth looking at, and where it stands."""

    place: str
    message: Message


@dataclass(frozen=True, slots=True)
class Missed:
    """People who would not be handed over before their send time.

    Attributes:
        send_at: The time, in UTC.
        people: How many of those with that time, at least.
    """

    send_at: datetime
    people: int


@dataclass(slots=True)
class ReasonCount:
    """How often one thing is wrong with one column.

    Attributes:
        details: What fills the sentence, of the first of them.
        rows: The first of them, as the person sees them.
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


@dataclass(slots=True)
class Brief:
    """Counts and examples of the files of a run; memory does not grow with them.

    Attributes:
        sources: The files, complete when the rows are at their end.
        rows_in: Data rows of each source.
        notes: About the choice of files and columns.
        problems: The first twenty rejections.
        reasons: (field, code) to what is known of it.
        warnings: The same of messages that are sent, but deserve a look.
        samples: (source, role) to the first two values of its column.
        parts: SMS parts of a message to how many messages have so many.
        forcing: Which characters make texts travel as UCS-2, and how many parts that takes.
        longest: The message with most characters.
        dearest: The message with most parts.
        price: Money for one part, learned from earlier runs; None when not known.
        fix_files: Where the rows to mend were written.
        handed_by: Send time to how many people are handed over by the end of its chunks.
    """

    recipe: Recipe
    sources: Sequence[Source]
    price: Decimal | None = None
    rows: int = 0
    people: int = 0
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
    def several(self) -> bool:
        """Whether a row number needs the name of its file."""
        return len(self.recipe.sources.files) > 1

    @property
    def gateway(self) -> str:
        """The gateway's name."""
        return self.recipe.gateway

    @property
    def notes(self) -> tuple[str, ...]:
        """What should be known about the choice of files and columns."""
        recipe = self.recipe
        columns = ", ".join(f"{role} = {name}" for role, name in recipe.mapping.items())
        if not recipe.remembered_from:
            return recipe.sources.notes
        said = (
            f"columns remembered from run {recipe.remembered_from}: {columns}; --map … to change, "
            "--forget-mapping to forget"
        )
        return (*recipe.sources.notes, said)

    @property
    def rejected(self) -> int:
        """Rows that will not be sent."""
        return self.rows - self.people

    @property
    def chunks(self) -> int:
        """Requests that the plan needs."""
        return sum(-(-count // 200) for count in self.send_times.values())

    @property
    def cost(self) -> Decimal | None:
        """Money for the whole list at the learned price."""
        return None if self.price is None else self.price * self.segments

    @property
    def missed(self) -> Missed | None:
        """Who would miss their send time at the rate that was asked for: the worst time, if any."""
        rate, asked_at = self.recipe.rate, self.recipe.asked_at
        if rate is None or asked_at is None:
            return None
        worst: Missed | None = None
        for send_at, people in self.handed_by.items():
            in_time = int(max(0.0, (send_at - MIN_AHEAD - asked_at).total_seconds() * rate))
            late = min(people - in_time, self.send_times[send_at])
            if late > 0 and (worst is None or late > worst.people):
                worst = Missed(send_at, late)
        return worst

    def makes_client_ids(self, source: Source) -> bool:
        """Whether that file's clientIds are made."""
        return makes_client_ids(self.recipe, source.layout)

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
        self._unsampled = [
            one for one in self._unsampled if len(self.samples[one[0], one[1]]) < _SAMPLES
        ]

    def _note_rejection(self, rejection: Rejection, source: Source) -> None:
        self._count(self.reasons, rejection, rejection.row_no, source)
        if len(self.problems) < PROBLEMS_SHOWN:
            place = place_of(source, rejection.row_no, rejection.field, several=self.several)
            self.problems.append(Problem(place, rejection))

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
        self.people += 1
        self.segments += message.segments
        self.parts[message.segments] += 1
        self.send_times[message.send_at] += 1
        if message.send_at is not None:
            self.handed_by[message.send_at] = self.people
        self.forcing.note(message.text)
        self.first = self.first or message
        longest, dearest = self.longest, self.dearest
        if longest is None or len(message.text) > len(longest.message.text):
            self.longest = self._found(message, source_no)
        if dearest is None or message.segments > dearest.message.segments:
            self.dearest = self._found(message, source_no)

    def _found(self, message: Message, source_no: int) -> TextFound:
        source = self.sources[source_no - 1]
        return TextFound(place_of(source, message.row_no, "", several=self.several), message)

    def by_reason(self) -> Sequence[ReasonCount]:
        """Problems by column and reason, most frequent first."""
        return _most_frequent_first(self.reasons)

    def by_warning(self) -> Sequence[ReasonCount]:
        """The same of warnings."""
        return _most_frequent_first(self.warnings)


def _most_frequent_first(counts: Mapping[tuple[str, str], ReasonCount]) -> Sequence[ReasonCount]:
    return sorted(counts.values(), key=lambda one: (-one.count, one.rows[0]))


def brief_of(checking: Checking, recipe: Recipe, price: Decimal | None) -> Brief:
    """An empty brief, ready to watch the rows."""
    return Brief(recipe, checking.sources, price)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked before a planned run is sent.

    Attributes:
        people: The number that must be typed.
        balances: Lines of the account's balance, already in words; empty when it did not answer.
    """

    run: str
    gateway: str
    gateway_url: str
    people: int
    segments: int
    chunks: int
    sender: str
    send_times: Mapping[datetime | None, int]
    first_text: str
    cost: Decimal | None = None
    balances: tuple[str, ...] = ()
