"""What a person is told about files before anything is sent: gathered while the rows stream by."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from campaign.app.check import Checking, makes_client_ids
from campaign.app.spec import CampaignSpec
from campaign.domain import CheckedRow, Message, Rejection, Role, RowWarning, Source
from campaign.domain.message.segments import ForcingLine, ForcingTally, count_segments
from campaign.domain.recipients.headings import heading_of, place_of
from campaign.domain.schedule import MIN_AHEAD
from campaign.domain.summary import Missed, Problem, ReasonCount, TextFound
from campaign.i18n import reason
from campaign.text import tr

PROBLEMS_SHOWN = 20

_SAMPLES = 2


@dataclass(slots=True)
class CheckSummary:
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

    spec: CampaignSpec
    sources: Sequence[Source]
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
    def several(self) -> bool:
        """Whether a row number needs the name of its file."""
        return len(self.spec.sources.files) > 1

    @property
    def gateway(self) -> str:
        """The gateway's name."""
        return self.spec.gateway

    @property
    def notes(self) -> tuple[str, ...]:
        """What should be known about the choice of files and columns."""
        spec = self.spec
        columns = ", ".join(f"{role} = {name}" for role, name in spec.mapping.items())
        if not spec.remembered_from:
            return spec.sources.notes
        said = tr(
            "columns remembered from run {run}: {columns}; --map … to change, --forget-mapping to forget",
            run=spec.remembered_from,
            columns=columns,
        )
        return (*spec.sources.notes, said)

    @property
    def rejected(self) -> int:
        """Rows that will not be sent."""
        return self.rows - self.recipients

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
        rate, asked_at = self.spec.rate, self.spec.asked_at
        if rate is None or asked_at is None:
            return None
        worst: Missed | None = None
        for send_at, recipients in self.handed_by.items():
            in_time = int(max(0.0, (send_at - MIN_AHEAD - asked_at).total_seconds() * rate))
            late = min(recipients - in_time, self.send_times[send_at])
            if late > 0 and (worst is None or late > worst.recipients):
                worst = Missed(send_at, late)
        return worst

    def makes_client_ids(self, source: Source) -> bool:
        """Whether that file's clientIds are made."""
        return makes_client_ids(self.spec, source.layout)

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
        return TextFound(place_of(source, message.row_no, "", several=self.several), message)

    def by_reason(self) -> Sequence[ReasonCount]:
        """Problems by column and reason, most frequent first."""
        return _most_frequent_first(self.reasons)

    def by_warning(self) -> Sequence[ReasonCount]:
        """The same of warnings."""
        return _most_frequent_first(self.warnings)


def _most_frequent_first(counts: Mapping[tuple[str, str], ReasonCount]) -> Sequence[ReasonCount]:
    return sorted(counts.values(), key=lambda one: (-one.count, one.rows[0]))


def summary_of(checking: Checking, spec: CampaignSpec, price: Decimal | None) -> CheckSummary:
    """An empty brief, ready to watch the rows."""
    return CheckSummary(spec, checking.sources, price)


FORCING_SHOWN = 20


def as_json_object(summary: CheckSummary) -> Mapping[str, object]:
    """The object that `campaign check --json` prints.

    What was chosen for the first file stands at the top, and for every file under `files`.
    """
    first = _file(summary, summary.sources[0])
    return {
        "schema": 1,
        "rows": summary.rows,
        "recipients": summary.recipients,
        "segments": summary.segments,
        "requests": summary.chunks,
        **{key: first[key] for key in _OF_FIRST},
        "price": None if summary.price is None else str(summary.price),
        "cost": None if summary.cost is None else f"{summary.cost:.2f}",
        "parts": {str(parts): count for parts, count in sorted(summary.parts.items())},
        "longest": _text(summary.longest),
        "dearest": _text(summary.dearest),
        "notes": list(summary.notes),
        "files": [_file(summary, source) for source in summary.sources],
        "reasons": [_count(one) for one in summary.by_reason()],
        "warnings": [_count(one) for one in summary.by_warning()],
        "forcing": [_forcing(line, summary) for line in summary.forcing.lines()[:FORCING_SHOWN]],
        "fix_files": [str(path) for path in summary.fix_files],
        "problems": [_problem(summary, at) for at in range(len(summary.problems))],
    }


_OF_FIRST = ("format", "encoding", "delimiter", "sheet", "heading_row", "columns")


def _file(summary: CheckSummary, source: Source) -> dict[str, object]:
    info, layout = source.info, source.layout
    return {
        "file": source.name,
        "rows": summary.rows_in[source.no],
        "format": info.format,
        "encoding": info.encoding,
        "delimiter": info.delimiter,
        "sheet": info.sheet,
        "heading_row": layout.heading_row_no,
        "columns": {role.value: heading_of(layout, role) for role in layout.roles},
        "client_ids_made": summary.makes_client_ids(source),
        "notes": [*info.notes, *source.layout.notes],
    }


def _count(one: ReasonCount) -> Mapping[str, object]:
    return {
        "field": one.field,
        "code": one.code,
        "count": one.count,
        "rows": list(one.rows),
        "places": list(one.places),
    }


def _forcing(line: ForcingLine, summary: CheckSummary) -> Mapping[str, object]:
    return {
        "characters": line.characters,
        "texts": line.texts,
        "parts": line.parts,
        "parts_without": line.parts_without,
        "cost": None if summary.price is None else f"{summary.price * line.extra_parts:.2f}",
    }


def _problem(summary: CheckSummary, at: int) -> Mapping[str, object]:
    rejection = summary.problems[at].rejection
    said = reason(rejection.code, rejection.details, "en")
    return {
        "row": rejection.row_no,
        "place": summary.problems[at].place,
        "status": rejection.status.value,
        "field": rejection.field,
        "code": rejection.code,
        "reason": said.reason,
        "hint": said.hint,
    }


def _text(found: TextFound | None) -> Mapping[str, object] | None:
    if found is None:
        return None
    counted = count_segments(found.message.text)
    return {
        "place": found.place,
        "text": found.message.text,
        "characters": len(found.message.text),
        "parts": counted.parts,
        "encoding": counted.encoding,
    }
