"""The report over runs: a workbook by month, sender and run, or its lines as CSV and JSON lines.

Every number is counted, never a formula; the three tables sum the same lines, so their totals agree
with one another and with the tallies of the runs. pandas takes long to import: it comes late.
"""

import csv
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from campaign.domain import HANDED_OVER, HistoryLine, RunInfo, Status
from campaign.domain.printable import csv_guard
from campaign.i18n import Lang, form, in_full, in_short, label, say, status_name
from campaign.reports.columns import capital, local_money
from campaign.reports.figures import NOT_SENT
from campaign.reports.format import TINTS, Figures
from campaign.reports.output_file import whole_file
from campaign.reports.xlsx.new_book import open_book
from campaign.reports.xlsx.sheet import (
    HEADING_HEIGHT,
    NAVY,
    CellFormat,
    Chart,
    Series,
    Sheet,
    Styles,
    excel_serial,
    styles_in,
)

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class HistoryData:
    """What the report is about.

    Attributes:
        runs: Latest first.
        lines: What they are made of, from one view of the journal.
        since: From when on runs are included.
        as_of: When the report was made.
        timezone: Of the times and months that people read; programs get UTC.
    """

    runs: Sequence[RunInfo]
    lines: Sequence[HistoryLine]
    since: datetime
    as_of: datetime
    timezone: tzinfo = UTC

    @property
    def begun(self) -> datetime:
        """The first moment that the report shows."""
        return min(self.since, self.as_of)

    def unpriced(self) -> tuple[int, int]:
        """Messages handed over whose price was never named, and their estimated SMS."""
        return (sum(one.unpriced for one in self.lines), sum(one.unpriced_segments for one in self.lines))


COUNTS: Final = (
    "rows", "not_sent", "refused", "pending", "unknown", "sent", "delivered", "undelivered",
    "accepted", "no_final_status",
)  # fmt: skip
"""Columns of counts: rows = not_sent + refused + pending + unknown + sent, and sent = delivered +
undelivered + accepted + no_final_status."""

FIGURES: Final = (*COUNTS, "segments", "billed", "cost")
"""Every column that can be summed; `share` is delivered by sent."""

INFO: Final = ("created", "file", "gateway", "state")


def lines_frame(
    runs: Sequence[RunInfo], lines: Sequence[HistoryLine], timezone: tzinfo = UTC
) -> "pd.DataFrame":
    """The lines as a frame: one for what shares run, sender, month of that zone and status.

    Returns:
        `run`, `created` (datetime64, UTC), `file`, `gateway`, `state`, `sender` (missing for rows
        without a message), `month`, `status`, `count`, `segments`, `billed`, `cost` (Decimal).
    """
    import pandas as pd  # noqa: PLC0415 - see the module's docstring

    shared = ["run", "sender", "month", "status"]
    records = [
        (one.run, one.sender, f"{one.at.astimezone(timezone):%Y-%m}", one.status.value, one.count,
         one.segments, one.billed, one.cost or Decimal(0))
        for one in lines
    ]  # fmt: skip
    every = pd.DataFrame.from_records(records, columns=[*shared, "count", "segments", "billed", "cost"])
    sums = every.groupby(shared, dropna=False, sort=False, as_index=False).sum()
    known = pd.DataFrame.from_records(
        [(one.run, one.created_at, one.source_name, one.gateway, one.state.value) for one in runs],
        columns=["run", *INFO],
    )
    texts = ("run", "sender", "month", "status", "file", "gateway", "state")
    frame = known.merge(sums, on="run", how="inner", validate="one_to_many")
    return frame.astype({
        **dict.fromkeys(texts, "string"), "created": "datetime64[ns, UTC]",
        **dict.fromkeys(("count", "segments", "billed"), "int64"),
    })  # fmt: skip


def pivot(frame: "pd.DataFrame", by: str) -> "pd.DataFrame":
    """Sum a `lines_frame` by one of its columns: `run`, `sender` or `month`.

    Returns:
        Indexed by that column, in the order in which its values come; the columns are `FIGURES`
        and `share` (float, missing where nothing was handed over).
    """
    import pandas as pd  # noqa: PLC0415 - see the module's docstring

    statuses = frame.pivot_table(
        index=by, columns="status", values="count", aggfunc="sum", fill_value=0, dropna=False,
        sort=False, observed=True,
    )  # fmt: skip
    statuses = statuses.reindex(columns=[status.value for status in Status], fill_value=0)
    table = pd.DataFrame(index=statuses.index)
    table["rows"] = statuses.sum(axis=1)
    table["not_sent"] = statuses[[status.value for status in NOT_SENT]].sum(axis=1)
    table["sent"] = statuses[[status.value for status in HANDED_OVER]].sum(axis=1)
    for status in COUNTS:
        if status not in table:
            table[status] = statuses[status]
    sums = frame.groupby(by, dropna=False, sort=False)[["segments", "billed", "cost"]].sum()
    table = table.join(sums)[list(FIGURES)]
    table["share"] = table["delivered"] / table["sent"].where(table["sent"] > 0)
    return table


def totals(table: "pd.DataFrame") -> dict[str, int | float | Decimal]:
    """The line at the foot: the sum of each figure, and the share of them all."""
    counts = {name: int(table[name].sum()) for name in FIGURES if name != "cost"}
    cost = sum(table["cost"].tolist(), Decimal(0))
    sent = counts["sent"]
    return {**counts, "cost": cost, "share": counts["delivered"] / sent if sent else float("nan")}


_OTHER: Final = frozenset({"title", "created", "share", "cost", "total", "default_sender"})
"""Called otherwise here than in the report of one run."""


def _label(key: str, lang: Lang, **values: object) -> str:
    return label(f"history_{key}" if key in _OTHER else key, lang, **values)


def _heading(column: str, data: HistoryData, lang: Lang) -> str:
    """Of a column, with the zone where it holds times."""
    name = _label(column, lang)
    return f"{name}, {in_short(data.timezone, lang, data.begun)}" if column == "created" else name


def sender_name(sender: object, lang: Lang) -> str:
    """A sender as people read it."""
    if isinstance(sender, str):
        return sender or _label("default_sender", lang)
    return _label("no_message", lang)


def _records(frame: "pd.DataFrame") -> Iterator[dict[str, object]]:
    """The lines for programs; what is missing is None."""
    for record in frame.to_dict("records"):
        sender, created = record["sender"], record["created"]
        yield {
            **{str(key): value for key, value in record.items()},
            "created": created.isoformat(),
            "sender": sender if isinstance(sender, str) else None,
            "cost": str(record["cost"]),
        }


def _write_jsonl(draft: Path, data: HistoryData, lang: Lang) -> None:
    del lang
    with draft.open("w", encoding="utf-8", newline="\n") as out:
        for record in _records(lines_frame(data.runs, data.lines)):
            out.write(json.dumps(record, ensure_ascii=False) + "\n")


def _write_csv_raw(draft: Path, data: HistoryData, lang: Lang) -> None:
    del lang
    frame = lines_frame(data.runs, data.lines)
    with draft.open("w", encoding="utf-8", newline="") as out:
        write = csv.writer(out, lineterminator="\r\n").writerow
        write(frame.columns)
        for record in _records(frame):
            write(["" if value is None else str(value) for value in record.values()])


def _write_csv(draft: Path, data: HistoryData, lang: Lang) -> None:
    """For Excel: `;`, BOM, guarded, written as the language has it, times in their zone."""
    frame = lines_frame(data.runs, data.lines, data.timezone)
    date = say(lang, "%Y-%m-%d")
    with draft.open("w", encoding="utf-8-sig", newline="") as out:
        write = csv.writer(out, delimiter=";", lineterminator="\r\n").writerow
        write([_heading(column, data, lang) for column in frame.columns])
        for record in frame.to_dict("records"):
            created = record["created"].astimezone(data.timezone)
            record |= {
                "created": f"{created:{date} %H:%M:%S}",
                "state": label(f"state_{record['state']}", lang),
                "sender": sender_name(record["sender"], lang),
                "status": capital(status_name(Status(record["status"]), lang)),
                "cost": local_money(record["cost"], lang),
            }
            write([csv_guard(str(value)) for value in record.values()])


_SHOWN: Final = (*COUNTS, "share", "segments", "billed", "cost")

_WIDTHS: Final = {"run": 36, "sender": 36, "month": 36, "file": 28, "created": 20, "state": 36}

_USUAL_WIDTH: Final = 16

_SERIES: Final = {
    "delivered": Status.DELIVERED,
    "undelivered": Status.UNDELIVERED,
    "no_final_status": Status.NO_FINAL_STATUS,
    "accepted": Status.ACCEPTED,
    "unknown": Status.UNKNOWN,
    "pending": Status.PENDING,
    "refused": Status.REFUSED,
    "not_sent": Status.INVALID,
}

_MOST_BARS: Final = 24

_CHART_WIDTH, _CHART_HEIGHT = 880, 320

_HEADS: Final = {
    align: CellFormat(bold=True, color=NAVY, bottom=(2, "#000000"), wrap=True, valign="bottom", align=align)
    for align in ("left", "right")
}

_FORMATS: Final = {
    **dict.fromkeys(_SHOWN, (Styles.cell_number, Styles.total_number)),
    "share": (Styles.cell_share, Styles.total_share),
    "cost": (Styles.cell_money, Styles.total_money),
}
"""Of the figures of a line and of the total."""


def _write_book(draft: Path, data: HistoryData, lang: Lang) -> None:
    frame = lines_frame(data.runs, data.lines, data.timezone)
    with open_book(draft, data.as_of) as book:
        for by in ("month", "sender", "run"):
            table = pivot(frame, by)
            if by == "month":
                table = table.sort_index()
            elif by == "sender":
                table = table.sort_values("sent", ascending=False, kind="stable")
            sheet = book.add_sheet(_label(f"by_{by}", lang))
            _HistorySheet(sheet, data, lang).put(by, table, frame)


_KINDS: Final[Mapping[str, Callable[[Path, HistoryData, Lang], None]]] = {
    "xlsx": _write_book,
    "jsonl": _write_jsonl,
    "csv": _write_csv,
    "csv-raw": _write_csv_raw,
}

HISTORY_FORMATS: Final = frozenset(_KINDS)
"""Formats of the report over runs."""


def write_history(path: Path, kind: str, data: HistoryData, lang: Lang) -> Path:
    """Write the report over runs: whole or not at all, readable by its owner only.

    Args:
        path: Where it shall be.
        kind: One of `HISTORY_FORMATS`; all but `xlsx` hold a `lines_frame`.
        data: What the report is about.
        lang: Of headings.

    Returns:
        Where it is, as `Draft.final`.

    Raises:
        InputError: The file cannot be written (`report_place`).
    """
    with whole_file(path) as draft:
        _KINDS[kind](draft.path, data, lang)
    return draft.final


class _HistorySheet:
    def __init__(self, sheet: Sheet, data: HistoryData, lang: Lang) -> None:
        self._sheet = sheet
        self._styles = styles_in(lang)
        self._data = data
        self._lang: Lang = lang
        self._serial = excel_serial(data.timezone)
        self._y = 0

    def put(self, by: str, table: "pd.DataFrame", frame: "pd.DataFrame") -> None:
        """Title, table, total, chart."""
        columns = (by, *(INFO if by == "run" else ()), *_SHOWN)
        for col, name in enumerate(columns):
            self._sheet.set_width(col, _WIDTHS.get(name, _USUAL_WIDTH))
        self._sheet.hide_gridlines()
        self._put_title(by)
        self._put_head(columns)
        first = self._y
        known = frame.drop_duplicates("run").set_index("run") if by == "run" else None
        for key, figures in zip(table.index, table.to_dict("records"), strict=True):
            info = {} if known is None else dict(known.loc[key, list(INFO)])
            name = sender_name(key, self._lang) if by == "sender" else str(key)
            self._put_line(columns, {**info, **figures, by: name})
        self._put_line(columns, {by: self._label("total"), **totals(table)}, total=True)
        self._y += 1
        if len(table):
            self._put_chart(first, first + min(len(table), _MOST_BARS) - 1, columns)

    def _put_title(self, by: str) -> None:
        data, figures = self._data, Figures(self._lang, self._data.timezone)
        title = f"{self._label('title')}: {self._label(f'by_{by}').lower()}"
        self._sheet.text(self._y, 0, title, self._styles.title)
        self._sheet.set_height(self._y, HEADING_HEIGHT)
        period = self._label(
            "period",
            since=figures.moment(data.since.replace(second=0)),
            until=figures.moment(data.as_of.replace(second=0)),
            runs=figures.count(len(data.runs)),
            zone=in_full(data.timezone, self._lang, data.begun, data.as_of),
        )
        messages, segments = data.unpriced()
        note = self._label(
            "unpriced_note" if messages else "note",
            messages=f"{figures.count(messages)} {form(messages, self._lang, 'message')}",
            sms=figures.count(segments),
        )
        for y, text in enumerate((period, note), start=self._y + 1):
            self._sheet.text(y, 0, text)
        self._y += 4

    def _put_head(self, columns: Sequence[str]) -> None:
        for col, name in enumerate(columns):
            style = _HEADS["right" if name in _SHOWN else "left"]
            self._sheet.text(self._y, col, _heading(name, self._data, self._lang), style)
        self._sheet.set_height(self._y, HEADING_HEIGHT)
        self._sheet.freeze(self._y + 1, 1)
        self._sheet.print_across(repeated=self._y, numbered=True)
        self._y += 1

    def _put_line(self, columns: Sequence[str], values: Mapping[Any, Any], *, total: bool = False) -> None:
        sheet, styles = self._sheet, self._styles
        for col, name in enumerate(columns):
            value = values.get(name, "")
            if name in _FORMATS:
                style = _FORMATS[name][total]
                if isnan(value):
                    sheet.blank(self._y, col, style)
                else:
                    sheet.number(self._y, col, value, style)
            elif name == "created" and value:
                sheet.number(self._y, col, self._serial(value.to_pydatetime()), styles.time)
            else:
                text = label(f"state_{value}", self._lang) if name == "state" and value else value
                sheet.text(self._y, col, str(text), styles.total if total else styles.cell)
        self._y += 1

    def _put_chart(self, first: int, last: int, columns: Sequence[str]) -> None:
        """Stacked columns of what became of the rows, a column a line of the table."""
        series = [
            Series(columns.index(key), self._label(key), TINTS[status].bar) for key, status in _SERIES.items()
        ]
        chart = Chart(
            kind="stacked", first=first, last=last, names=0, series=series, width=_CHART_WIDTH,
            height=_CHART_HEIGHT, description=self._label("title"),
        )  # fmt: skip
        self._sheet.draw(chart, self._y, 0)

    def _label(self, key: str, **values: object) -> str:
        return _label(key, self._lang, **values)
