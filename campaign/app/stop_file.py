"""A stop-list in a file: every number is understood, or the user learns which is not."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from itertools import chain, dropwhile, islice
from pathlib import Path

from campaign.config import Settings
from campaign.domain import (
    CheckedRow,
    FileOptions,
    Message,
    Phone,
    RawRow,
    Rejection,
    Role,
    Status,
    TableInfo,
)
from campaign.domain.cells import is_blank
from campaign.domain.recipients.columns import locate
from campaign.domain.recipients.headings import heading_of
from campaign.domain.recipients.phone_cell import parse_stop_phones
from campaign.errors import InputError, UnusableCell
from campaign.i18n import count_of, reason_text
from campaign.journal.row_buffer import batches_of
from campaign.tables import open_table
from campaign.text import joined, tr

_BATCH = 500

_HEAD_ROWS = 30


def read_stop_rows(
    rows: Iterator[RawRow], mapping: Mapping[Role, str], *, region: str = "RU"
) -> Iterator[tuple[Phone, ...] | Rejection]:
    """Read the numbers of a stop-list, or why none can be read, of each row that is not blank.

    A table needs a phone column, as a recipients file does; a single column needs no heading.

    Raises:
        InputError: At once: no column, or several, may hold the phone.
    """
    filled = (row for row in rows if row.problem or not is_blank("".join(row.cells)))
    head = list(islice(filled, _HEAD_ROWS))
    everything = chain(head, filled)
    column = None if mapping.get(Role.PHONE) else _only_column(head)
    if column is None:
        layout, data = locate(everything, mapping)
        column, field = layout.roles[Role.PHONE], heading_of(layout, Role.PHONE)
    else:
        data, field = _below_heading(everything), ""
    return (_read(row, column, field, region) for row in data)


def _only_column(head: Sequence[RawRow]) -> int | None:
    columns = {at for row in head for at, cell in enumerate(row.cells) if not is_blank(cell)}
    return columns.pop() if len(columns) == 1 else None


def _below_heading(rows: Iterator[RawRow]) -> Iterator[RawRow]:
    """What comes before the first digit is a heading, in a list of nothing but numbers."""
    return dropwhile(lambda row: not any(map(str.isdigit, "".join(row.cells))), rows)


def _read(row: RawRow, column: int, field: str, region: str) -> tuple[Phone, ...] | Rejection:
    if row.problem:
        return Rejection(row.row_no, Status.INVALID, field, row.problem)
    try:
        return parse_stop_phones("".join(row.cells[column : column + 1]), region=region)
    except UnusableCell as error:
        return Rejection(row.row_no, Status.INVALID, field, error.code, error.details)


def without_stopped(
    rows: Iterator[CheckedRow], stopped: Callable[[Sequence[Phone]], AbstractSet[Phone]]
) -> Iterator[CheckedRow]:
    """Pass the rows on, those whose number is on the stop-list as rejections.

    `stopped` returns which of some numbers are on the list.
    """
    for batch in batches_of(rows, _BATCH):
        listed = stopped([row.outcome.phone for row in batch if isinstance(row.outcome, Message)])
        for row in batch:
            if isinstance(row.outcome, Message) and row.outcome.phone in listed:
                left_out = Rejection(row.row.row_no, Status.STOPPED, "", "stopped")
                yield replace(row, outcome=left_out)
            else:
                yield row


PROBLEMS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class StopFile:
    """What a file of refusals holds: each phone once, and rows whose number cannot be read."""

    path: Path
    info: TableInfo
    phones: tuple[Phone, ...]
    bad: tuple[Rejection, ...]

    @property
    def digest(self) -> str:
        """SHA-256 over the numbers: the same list in another file is the same list."""
        return hashlib.sha256("\n".join(sorted(self.phones)).encode("ascii")).hexdigest()

    def problem_lines(self) -> tuple[str, ...]:
        """The first rows that cannot be read, and how many there are."""
        lines = tuple(
            tr("row {row}: {reason}", row=one.row_no, reason=reason_text(one.code, one.details)[0])
            for one in self.bad[:PROBLEMS_SHOWN]
        )
        if len(lines) == len(self.bad):
            return lines
        return (*lines, tr("and {count} more", count=count_of(len(self.bad) - len(lines), "row")))

    def require_whole(self, *, hint: str) -> None:
        """Refuse a list of which a number cannot be read: its owner's refusal would be lost."""
        if self.bad:
            raise InputError(
                tr(
                    "{count} of the stop-list {path} cannot be read: {problem_lines}",
                    count=count_of(len(self.bad), "row"),
                    path=self.path,
                    problem_lines=joined(*self.problem_lines(), separator="; "),
                ),
                hint=hint,
                code="stop_list_rows",
            )


def read_stop_file(
    path: Path, options: FileOptions, mapping: Mapping[Role, str], *, region: str = "RU"
) -> StopFile:
    """Read a list of refusals in any of the formats of a recipients file.

    Hidden and filtered rows count, too: leaving a refusal out is the worse mistake.

    Raises:
        InputError: The file cannot be read, or holds no number (``stop_list_empty``).
    """
    phones: dict[Phone, None] = {}
    bad: list[Rejection] = []
    with open_table(path, replace(options, include_hidden=True)) as table:
        for found in read_stop_rows(table.rows, mapping, region=region):
            if isinstance(found, Rejection):
                bad.append(found)
            else:
                phones.update(dict.fromkeys(found))
    if not phones:
        raise InputError(
            tr(
                (
                    "the stop-list {path} contains no phone number that can be read ({count} "
                    "cannot); nothing was changed or sent"
                ),
                path=path,
                count=count_of(len(bad), "row"),
            ),
            hint=tr(
                "Is it the right file and sheet? The numbers must be under a heading such"
                " as `phone`, or in the only column."
            ),
            code="stop_list_empty",
        )
    return StopFile(path, table.info, tuple(phones), tuple(bad))


def region_of(settings: Settings) -> str:
    """The country of numbers without a country code."""
    return settings.text("region", "RU").upper()


def named_stop_file(settings: Settings) -> StopFile | None:
    """The list of `--stop-list`, which counts together with the stored one."""
    named = settings.text("stop_list")
    if not named:
        return None
    path = Path(named).expanduser()
    found = read_stop_file(path, FileOptions(), {}, region=region_of(settings))
    found.require_whole(
        hint=tr("Fix those rows; or keep the list in the journal: campaign stoplist import FILE --skip-bad")
    )
    return found
