"""A report as a data frame. pandas takes a third of a second to import, so it is imported late."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from campaign.domain import ReportRow, RunInfo, Status
from campaign.reports.columns import fitted

if TYPE_CHECKING:
    import pandas as pd


def report_frame(run: RunInfo, rows: Iterable[ReportRow]) -> "pd.DataFrame":
    """Make a data frame of the recipients' columns and ours.

    Ours keep their keys (`row`, `status`, `reason`, ...), with codes as values. One of theirs that
    is blank, doubled or named like one of ours gets its number: `phone (column 2)`. So every name
    is unique, and none of ours can be taken by a file.

    Returns:
        One line a row, in the given order. Texts are `string`, counts `Int64`, times
        `datetime64[ns, UTC]`, costs exact `Decimal` objects; empty values are missing.
    """
    import pandas as pd  # noqa: PLC0415 - see the module's docstring

    width = len(run.heading)
    records = [(*fitted(row.cells, width)[0], *_own(row)) for row in rows]
    names = (*_unique(run.heading), *_OWN)
    frame = pd.DataFrame.from_records(records, columns=names)
    dtypes = {name: dtype for name, (_, dtype) in _OWN.items()}
    return frame.astype({**dict.fromkeys(names[:width], "string"), **dtypes})


_TIME = "datetime64[ns, UTC]"

_OWN = {
    "row": ("row_no", "Int64"),
    "status": ("status", "string"),
    "reason": ("code", "string"),
    "gateway_status": ("status_text", "string"),
    "client_id": ("client_id", "string"),
    "phone": ("phone", "string"),
    "text": ("text", "string"),
    "segments": ("segments", "Int64"),
    "sms_count": ("sms_count", "Int64"),
    "cost": ("cost", "object"),
    "send_at": ("send_at", _TIME),
    "handed_over_at": ("handed_over_at", _TIME),
    "final_at": ("final_at", _TIME),
    "smsc_id": ("smsc_id", "string"),
}
"""Name of a column to the field of a row and the type of its values."""


def _own(row: ReportRow) -> Iterator[object]:
    for field, _ in _OWN.values():
        value = getattr(row, field)
        yield value.value if isinstance(value, Status) else None if value == "" else value


def _unique(heading: Sequence[str]) -> tuple[str, ...]:
    taken = set(_OWN)
    names = []
    for number, text in enumerate(heading, start=1):
        name = text
        while not name.strip() or name in taken:
            name = f"{name or text} (column {number})".strip()
        taken.add(name)
        names.append(name)
    return tuple(names)
