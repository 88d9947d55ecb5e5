"""The stop-list: read one from a table, and leave its people out of a plan."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from itertools import chain, islice

from campaign.errors import UnusableCell
from campaign.model import CheckedRow, Fate, Message, Phone, RawRow, Rejection, Role
from campaign.rules.cells import is_blank
from campaign.rules.columns import heading_of, locate
from campaign.rules.stop_phones import parse_stop_phones

_BATCH = 500
_HEAD_ROWS = 30


@dataclass(frozen=True, slots=True)
class StopRow:
    """One row of a stop-list: its numbers, or why none could be read."""

    phones: tuple[Phone, ...] = ()
    problem: Rejection | None = None


def read_stop_rows(
    rows: Iterator[RawRow], mapping: Mapping[Role, str], *, region: str = "RU"
) -> Iterator[StopRow]:
    """Read the numbers of a stop-list.

    Args:
        rows: Every row of the file. A table needs a phone column, as a recipients file does; a
            single column needs no heading.
        mapping: Role to heading; only the phone counts.
        region: Where a number without country code belongs.

    Returns:
        A stream of one result a row that is not blank.

    Raises:
        InputError: At once: no column, or several, may hold the phone (`rules.columns`).
    """
    filled = (row for row in rows if row.problem or not is_blank("".join(row.cells)))
    head = list(islice(filled, _HEAD_ROWS))
    everything = chain(head, filled)
    column = None if mapping.get(Role.PHONE) else _only_column(head)
    if column is None:
        layout, data = locate(everything, mapping)
        column, field = layout.roles[Role.PHONE], heading_of(layout, Role.PHONE)
    else:
        data, field = _behind_titles(everything), ""
    return (_read(row, column, field, region) for row in data)


def _only_column(head: Sequence[RawRow]) -> int | None:
    """Index of the only column that is filled in the first rows."""
    columns = {at for row in head for at, cell in enumerate(row.cells) if not is_blank(cell)}
    return columns.pop() if len(columns) == 1 else None


def _behind_titles(rows: Iterator[RawRow]) -> Iterator[RawRow]:
    """What comes before the first digit is a heading, in a list of nothing but numbers."""
    started = False
    for row in rows:
        started = started or any(map(str.isdigit, "".join(row.cells)))
        if started:
            yield row


def _read(row: RawRow, column: int, field: str, region: str) -> StopRow:
    cell = row.cells[column] if column < len(row.cells) else ""
    if row.problem:
        return StopRow(problem=Rejection(row.row_no, Fate.INVALID, field, row.problem))
    try:
        return StopRow(parse_stop_phones(cell, region=region))
    except UnusableCell as error:
        problem = Rejection(row.row_no, Fate.INVALID, field, error.code, error.details)
        return StopRow(problem=problem)


def without_stopped(
    rows: Iterator[CheckedRow], stopped: Callable[[Sequence[Phone]], AbstractSet[Phone]]
) -> Iterator[CheckedRow]:
    """Pass the rows on, those whose number is on the stop-list as rejections.

    Args:
        rows: Checked.
        stopped: Which of some numbers are on the list.
    """
    while batch := list(islice(rows, _BATCH)):
        listed = stopped([row.outcome.phone for row in batch if isinstance(row.outcome, Message)])
        if not listed:
            yield from batch
            continue
        for row in batch:
            yield _left_out(row) if _is_listed(row, listed) else row


def _is_listed(row: CheckedRow, listed: AbstractSet[Phone]) -> bool:
    return isinstance(row.outcome, Message) and row.outcome.phone in listed


def _left_out(row: CheckedRow) -> CheckedRow:
    return replace(row, outcome=Rejection(row.row.row_no, Fate.STOPPED, "", "stopped"))
