"""The pandas side of reporting: counting problems, and a report as a data frame.

pandas takes a third of a second to import, so it is imported where it is used.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from campaign.domain import (
    ReportRow,
    RunInfo,
)

if TYPE_CHECKING:
    import pandas as pd

FIRST_ROWS = 5
"""Row numbers that a line of problems names."""


@dataclass(frozen=True, slots=True)
class ProblemLine:
    """How often one thing is wrong with one column.

    Attributes:
        field: Heading of the column, "" when the row as a whole is concerned.
        code: Reason code.
        count: Rows concerned.
        first_rows: The first of them, as the person sees them; at most `FIRST_ROWS`.
    """

    field: str
    code: str
    count: int
    first_rows: tuple[int, ...]


def reasons_table(rejections: Iterable[tuple[str, str, int]]) -> list[ProblemLine]:
    """Count rejections by column and reason.

    Args:
        rejections: (field, reason code, row number) of each rejected row, in any order.

    Returns:
        The most frequent first; equally frequent ones in the order of their first rows.
    """
    import pandas as pd  # noqa: PLC0415 - see the module's docstring

    frame = pd.DataFrame.from_records(list(rejections), columns=["field", "code", "row_no"])
    if frame.empty:
        return []
    frame = frame.sort_values("row_no", kind="stable")
    lines = [
        ProblemLine(
            field=str(rows["field"].iloc[0]),
            code=str(rows["code"].iloc[0]),
            count=len(rows),
            first_rows=tuple(int(row_no) for row_no in rows["row_no"].head(FIRST_ROWS)),
        )
        for _, rows in frame.groupby(["field", "code"], sort=False)
    ]
    return sorted(lines, key=lambda line: (-line.count, line.first_rows))


def report_frame(run: RunInfo, rows: Iterable[ReportRow]) -> "pd.DataFrame":
    """Make a data frame of the person's columns and ours.

    Ours keep their keys (`row`, `status`, `reason`, ...) with codes, not words, as values. One of
    theirs that is blank, doubled or called like one of ours gets its number: `phone (column 2)`.
    So every name is unique, and none of ours can be taken by a file.

    Args:
        run: The run reported.
        rows: Its rows; all of them are held in memory.

    Returns:
        One line a row, in the given order. Texts are `string`, counts `Int64`, times
        `datetime64[ns, UTC]`, costs exact `Decimal` objects; empty values are missing.
    """
    import pandas as pd  # noqa: PLC0415 - see the module's docstring

    width = len(run.heading)
    records = [(*_fitted(row.cells, width), *_own(row)) for row in rows]
    names = (*_unique(run.heading), *_OWN_TYPES)
    frame = pd.DataFrame.from_records(records, columns=names)
    theirs = dict.fromkeys(names[:width], "string")
    return frame.astype({**theirs, **_OWN_TYPES})


_OWN_TYPES = {
    "row": "Int64",
    "status": "string",
    "reason": "string",
    "word": "string",
    "client_id": "string",
    "phone": "string",
    "text": "string",
    "segments": "Int64",
    "sms_count": "Int64",
    "cost": "object",
    "send_at": "datetime64[ns, UTC]",
    "handed_over_at": "datetime64[ns, UTC]",
    "final_at": "datetime64[ns, UTC]",
    "smsc_id": "string",
}


def _own(row: ReportRow) -> tuple[object, ...]:
    """A row's values for `_OWN_TYPES`."""
    return (
        row.row_no,
        row.status.value,
        row.code or None,
        row.word or None,
        row.client_id or None,
        row.phone or None,
        row.text or None,
        row.segments,
        row.sms_count,
        row.cost,
        row.send_at,
        row.handed_over_at,
        row.final_at,
        row.smsc_id or None,
    )


def _fitted(cells: Sequence[str], width: int) -> tuple[str, ...]:
    """A row's own cells, as many as there are headings; a frame has no place for more."""
    return (*cells[:width], *("",) * (width - len(cells)))


def _unique(heading: Sequence[str]) -> tuple[str, ...]:
    """Names under which the person's columns can be told apart."""
    taken = set(_OWN_TYPES)
    names = []
    for number, text in enumerate(heading, start=1):
        name = text
        while not name.strip() or name in taken:
            name = f"{name or text} (column {number})".strip()
        taken.add(name)
        names.append(name)
    return tuple(names)
