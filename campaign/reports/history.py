"""The report over runs: a workbook by month, sender and run, or its facts as CSV and JSON lines.

Every number is counted, never a formula; the three tables sum the same facts, so their totals agree
with one another and with the tallies of the runs.
"""

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Final

from campaign.domain import (
    HANDED_OVER,
    HistoryLine,
    RunInfo,
    Status,
)
from campaign.domain.printable import csv_guard
from campaign.i18n import (
    Lang,
    form,
    in_full,
    in_short,
    label,
    status_name,
)
from campaign.i18n.ru import history_label
from campaign.reports.columns import (
    capital,
    money,
)
from campaign.reports.format import TINTS, Figures
from campaign.reports.output_file import whole_file
from campaign.reports.xlsx.rows import excel_serial
from campaign.reports.xlsx.sheet import (
    Book,
    Sheet,
    Style,
    Styles,
    make_styles,
    open_book,
    put_text,
)

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class HistoryFacts:
    """What the report tells.

    Attributes:
        runs: Latest first.
        lines: What they are made of, from one view of the journal.
        since: From when on runs were taken in.
        as_of: When the report was made.
        timezone: Of the times and months that people read; programs are told UTC.
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
        return (
            sum(one.unpriced for one in self.lines),
            sum(one.unpriced_segments for one in self.lines),
        )


NOT_SENT: Final = tuple(
    status
    for status in Status
    if status not in HANDED_OVER | {Status.REFUSED, Status.PENDING, Status.UNKNOWN}
)
"""Fates of rows that no gateway saw, and that none will see."""

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
    """The facts, tidy: one line for what shares run, sender, month and fate.

    Args:
        runs: What the lines are made of.
        lines: In any order.
        timezone: Whose months are meant.

    Returns:
        `run`, `created` (datetime64, UTC), `file`, `gateway`, `state`, `sender` (missing for rows
        without a message), `month`, `status`, `count`, `segments`, `billed`, `cost` (Decimal).
    """
    import pandas as pd  # noqa: PLC0415 - see the module's docstring

    facts = pd.DataFrame.from_records(
        _by_month(lines, timezone),
        columns=["run", "sender", "month", "status", "count", "segments", "billed", "cost"],
    )  # fmt: skip
    known = pd.DataFrame.from_records(
        [(one.run, one.created_at, one.source_name, one.gateway, one.state.value) for one in runs],
        columns=["run", *INFO],
    )
    texts = dict.fromkeys(
        ("run", "sender", "month", "status", "file", "gateway", "state"), "string"
    )
    frame = known.merge(facts, on="run", how="inner", validate="one_to_many")
    return frame.astype({
        **texts, "created": "datetime64[ns, UTC]",
        **dict.fromkeys(("count", "segments", "billed"), "int64"),
    })  # fmt: skip


def _by_month(lines: Sequence[HistoryLine], timezone: tzinfo) -> list[tuple[object, ...]]:
    """Lines of the same month put together, in the order in which the first of them comes."""
    sums: dict[tuple[str, str | None, str, str], tuple[int, int, int, Decimal]] = {}
    for one in lines:
        month = f"{one.at.astimezone(timezone):%Y-%m}"
        key = (one.run, one.sender, month, one.status.value)
        count, segments, billed, cost = sums.get(key, (0, 0, 0, Decimal(0)))
        sums[key] = (
            count + one.count, segments + one.segments, billed + one.billed,
            cost + (one.cost or Decimal(0)),
        )  # fmt: skip
    return [(*key, *figures) for key, figures in sums.items()]


def pivot(facts: "pd.DataFrame", by: str) -> "pd.DataFrame":
    """Sum the facts by one of their columns.

    Args:
        facts: From `lines_frame`.
        by: `run`, `sender` or `month`.

    Returns:
        Indexed by that column, in the order in which its values come; the columns are `FIGURES`
        and `share` (float, missing where nothing was handed over).
    """
    import pandas as pd  # noqa: PLC0415 - see the module's docstring

    statuses = facts.pivot_table(
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
    sums = facts.groupby(by, dropna=False, sort=False)[["segments", "billed", "cost"]].sum()
    table = table.join(sums)[list(FIGURES)]
    table["share"] = table["delivered"] / table["sent"].where(table["sent"] > 0)
    return table


def totals(table: "pd.DataFrame") -> dict[str, int | float | Decimal]:
    """The line at the foot: the sum of each figure, and the share of them all."""
    found: dict[str, int | float | Decimal] = {
        name: int(table[name].sum()) for name in FIGURES if name != "cost"
    }
    found["cost"] = sum(table["cost"].tolist(), Decimal(0))
    sent = found["sent"]
    found["share"] = float(found["delivered"]) / float(sent) if sent else float("nan")
    return found


@dataclass(frozen=True, slots=True)
class Clothes:
    """How people are told.

    Attributes:
        timezone: Of all times and months.
        begun: The first of these times.
    """

    lang: Lang
    timezone: tzinfo
    begun: datetime

    def heading(self, column: str) -> str:
        """Of a column, with the zone where it holds times."""
        said = history_label(column, self.lang)
        zone = in_short(self.timezone, self.lang, self.begun)
        return f"{said}, {zone}" if column == "created" else said


def sender_name(sender: object, lang: Lang) -> str:
    """A sender as people read it."""
    if isinstance(sender, str):
        return sender or history_label("default_sender", lang)
    return history_label("no_message", lang)


def _records(frame: "pd.DataFrame") -> Iterator[dict[str, object]]:
    for record in frame.to_dict("records"):
        sender, created = record["sender"], record["created"]
        yield {
            **{str(key): value for key, value in record.items()},
            "created": created.isoformat(),
            "sender": sender if isinstance(sender, str) else None,
            "cost": str(record["cost"]),
        }


def write_jsonl(draft: Path, frame: "pd.DataFrame") -> None:
    """One object a line of the facts; empty values are null."""
    with draft.open("w", encoding="utf-8", newline="\n") as out:
        for record in _records(frame):
            out.write(json.dumps(record, ensure_ascii=False) + "\n")


def write_csv_raw(draft: Path, frame: "pd.DataFrame") -> None:
    """For programs: nothing guarded."""
    with draft.open("w", encoding="utf-8", newline="") as out:
        write = csv.writer(out, lineterminator="\r\n").writerow
        write(frame.columns)
        for record in _records(frame):
            write(["" if value is None else str(value) for value in record.values()])


def write_csv(draft: Path, frame: "pd.DataFrame", clothes: Clothes) -> None:
    """For Excel: `;`, BOM, guarded, written as the language has it, times in their zone."""
    with draft.open("w", encoding="utf-8-sig", newline="") as out:
        write = csv.writer(out, delimiter=";", lineterminator="\r\n").writerow
        write(list(map(clothes.heading, frame.columns)))
        for record in _said(frame, clothes):
            write([csv_guard(str(value)) for value in record.values()])


def _said(frame: "pd.DataFrame", clothes: Clothes) -> Iterator[dict[str, object]]:
    """The facts as people read them, and as Excel takes each for what it is."""
    lang = clothes.lang
    for record in frame.to_dict("records"):
        yield {
            **{str(key): value for key, value in record.items()},
            "created": _moment(record["created"].astimezone(clothes.timezone), lang),
            "state": label(f"state_{record['state']}", lang),
            "sender": sender_name(record["sender"], lang),
            "status": capital(status_name(Status(record["status"]), lang)),
            "cost": _cost(record["cost"], lang),
        }


def _moment(moment: datetime, lang: Lang) -> str:
    date = "%d.%m.%Y" if lang == "ru" else "%Y-%m-%d"
    return f"{moment:{date} %H:%M:%S}"


def _cost(cost: Decimal, lang: Lang) -> str:
    # A Russian Excel reads 2.50 as the first of February 1950 and 2,50 as money.
    return money(cost).replace(".", ",") if lang == "ru" else money(cost)


_SHOWN: Final = (
    "rows", "not_sent", "refused", "pending", "unknown", "sent", "delivered", "undelivered",
    "accepted", "no_final_status", "share", "segments", "billed", "cost",
)  # fmt: skip

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

_CHART_SIZE: Final = {"width": 880, "height": 320}

_TITLE_HEIGHT: Final = 34.0

_HEAD_HEIGHT: Final = 34.0

_FONT: Final = {"font_name": "Calibri", "font_size": 11, "font_color": "#1F3A5F", "bold": True}

_TOTAL: Final = {"bg_color": "#F2F5F9", "top": 1, "top_color": "#1F3A5F", "valign": "vcenter"}

_A4: Final = 9


def write_history(path: Path, kind: str, facts: HistoryFacts, lang: Lang) -> Path:
    """Write the report over runs: whole or not at all, readable by its owner only.

    Args:
        path: Where it shall be.
        kind: `xlsx`; `csv`, `csv-raw` and `jsonl` hold the facts, a line for what shares run,
            sender, month and fate.
        facts: What there is to tell.
        lang: Of headings.

    Returns:
        Where it stands: a numbered copy when the place is open in another program.

    Raises:
        InputError: The place cannot be written (`report_place`).
    """
    zone = facts.timezone if kind in {"xlsx", "csv"} else UTC
    frame = lines_frame(facts.runs, facts.lines, zone)
    with whole_file(path) as draft:
        match kind:
            case "xlsx":
                _write_book(draft.path, facts, frame, lang)
            case "jsonl":
                write_jsonl(draft.path, frame)
            case "csv-raw":
                write_csv_raw(draft.path, frame)
            case _:
                write_csv(draft.path, frame, Clothes(lang, zone, facts.begun))
    return draft.final


def _write_book(draft: Path, facts: HistoryFacts, frame: "pd.DataFrame", lang: Lang) -> None:
    with open_book(draft) as book:
        book.set_properties({"author": "campaign", "created": facts.as_of.astimezone(UTC)})
        styles = make_styles(book, lang)
        for by in ("month", "sender", "run"):
            table = pivot(frame, by)
            if by == "month":
                table = table.sort_index()
            elif by == "sender":
                table = table.sort_values("sent", ascending=False, kind="stable")
            sheet = book.add_worksheet(history_label(f"by_{by}", lang))
            _Page(book, sheet, styles, facts, lang).put(by, table, frame)


class _Page:
    """One sheet, written downwards."""

    def __init__(
        self, book: Book, sheet: Sheet, styles: Styles, facts: HistoryFacts, lang: Lang
    ) -> None:
        self._book = book
        self._sheet = sheet
        self._styles = styles
        self._facts = facts
        self._lang: Lang = lang
        self._clothes = Clothes(lang, facts.timezone, facts.begun)
        self._serial = excel_serial(facts.timezone)
        self._y = 0
        head = {**_FONT, "bottom": 2, "text_wrap": True, "valign": "bottom"}
        self._heads = {
            right: book.add_format({**head, "align": "right" if right else "left"})
            for right in (False, True)
        }
        money = {**_FONT, **_TOTAL, "font_color": "#000000", "num_format": "#,##0.00"}
        self._total_money = book.add_format(money)

    def put(self, by: str, table: "pd.DataFrame", frame: "pd.DataFrame") -> None:
        """Title, table, total, chart."""
        columns = (by, *(INFO if by == "run" else ()), *_SHOWN)
        self._dress(columns)
        self._put_title(by)
        first = self._y + 1
        self._put_head(columns)
        known = frame.drop_duplicates("run").set_index("run") if by == "run" else None
        records = table.to_dict("records")
        for key, figures in zip(table.index, records, strict=True):
            info = {} if known is None else dict(known.loc[key, list(INFO)])
            self._put_line(
                by, key, {**info, **{str(name): value for name, value in figures.items()}}, columns
            )
        self._put_total(columns, totals(table))
        if len(table):
            last = first + min(len(table), _MOST_BARS) - 1
            self._put_chart(first, last, columns)

    def _dress(self, columns: Sequence[str]) -> None:
        sheet = self._sheet
        for at, name in enumerate(columns):
            sheet.set_column(at, at, _WIDTHS.get(name, _USUAL_WIDTH))
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(_A4)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&R&P / &N")
        sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})

    def _put_title(self, by: str) -> None:
        facts, figures = self._facts, Figures(self._lang, self._facts.timezone)
        self._text(0, f"{self._label('title')}: {self._label(f'by_{by}').lower()}", "title")
        self._sheet.set_row(self._y, _TITLE_HEIGHT)
        self._y += 1
        period = self._label("period").format(
            since=figures.moment(facts.since.replace(second=0)),
            until=figures.moment(facts.as_of.replace(second=0)),
            runs=figures.count(len(facts.runs)),
            zone=in_full(facts.timezone, self._lang, facts.begun, facts.as_of),
        )
        messages, segments = facts.unpriced()
        note = "unpriced_note" if messages else "note"
        told = self._label(note).format(
            messages=f"{figures.count(messages)} {form(messages, self._lang, 'message')}",
            sms=figures.count(segments),
        )
        for text in (period, told):
            self._text(0, text)
            self._y += 1
        self._y += 1

    def _put_head(self, columns: Sequence[str]) -> None:
        for at, name in enumerate(columns):
            put_text(
                self._sheet, self._y, at, self._clothes.heading(name), self._heads[name in _SHOWN]
            )
        self._sheet.set_row(self._y, _HEAD_HEIGHT)
        self._sheet.freeze_panes(self._y + 1, 1)
        self._sheet.repeat_rows(self._y, self._y)
        self._y += 1

    def _put_line(
        self, by: str, key: object, values: Mapping[str, object], columns: Sequence[str]
    ) -> None:
        styles = self._styles
        for at, name in enumerate(columns):
            if name == by:
                put_text(self._sheet, self._y, at, self._name(by, key), styles.cell)
            elif name == "state":
                words = label(f"state_{values[name]}", self._lang)
                put_text(self._sheet, self._y, at, words, styles.cell)
            elif name == "created":
                self._put_time(at, values[name])
            elif name in INFO:
                put_text(self._sheet, self._y, at, str(values[name]), styles.cell)
            else:
                self._put_figure(at, name, values[name], total=False)
        self._y += 1

    def _put_total(self, columns: Sequence[str], sums: Mapping[str, int | float | Decimal]) -> None:
        for at, name in enumerate(columns):
            if name in sums:
                self._put_figure(at, name, sums[name], total=True)
            else:
                text = self._label("total") if at == 0 else ""
                put_text(self._sheet, self._y, at, text, self._styles.total)
        self._y += 2

    def _put_figure(self, at: int, name: str, value: object, *, total: bool) -> None:
        styles = self._styles
        number = float(str(value))
        kind = {"share": "share", "cost": "money"}.get(name, "number")
        formats: Mapping[str, Style] = (
            {
                "share": styles.total_share,
                "money": self._total_money,
                "number": styles.total_number,
            }
            if total
            else {
                "share": styles.cell_share,
                "money": styles.cell_money,
                "number": styles.cell_number,
            }
        )
        style = formats[kind]
        if isnan(number):
            self._sheet.write_blank(self._y, at, None, style)
        else:
            self._sheet.write_number(self._y, at, number, style)

    def _put_time(self, at: int, moment: object) -> None:
        python = getattr(moment, "to_pydatetime", lambda: moment)()
        if isinstance(python, datetime):
            self._sheet.write_number(self._y, at, self._serial(python), self._styles.time)

    def _put_chart(self, first: int, last: int, columns: Sequence[str]) -> None:
        """Stacked columns of what became of the rows, a column a line of the table."""
        chart = self._book.add_chart({"type": "column", "subtype": "stacked"})
        name = self._sheet.name
        for key, status in _SERIES.items():
            at = columns.index(key)
            chart.add_series({
                "name": self._label(key),
                "categories": [name, first, 0, last, 0],
                "values": [name, first, at, last, at],
                "fill": {"color": TINTS[status].bar},
                "gap": 60,
            })  # fmt: skip
        chart.set_title({"none": True})
        chart.set_legend({"position": "bottom"})
        faint = {"visible": True, "line": {"color": "#E3E7ED"}}
        chart.set_y_axis({"num_format": "#,##0", "major_gridlines": faint, "min": 0})
        chart.set_chartarea({"border": {"color": "#D5DAE1"}})
        chart.set_size(_CHART_SIZE)
        place = {"description": self._label("title"), "object_position": 3}
        self._sheet.insert_chart(self._y, 0, chart, place)

    def _name(self, by: str, key: object) -> str:
        if by != "sender":
            return str(key)
        return sender_name(key, self._lang)

    def _text(self, at: int, text: str, style: str = "") -> None:
        put_text(self._sheet, self._y, at, text, getattr(self._styles, style) if style else None)

    def _label(self, key: str) -> str:
        return history_label(key, self._lang)
