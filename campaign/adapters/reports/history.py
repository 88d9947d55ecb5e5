"""The report over runs: a workbook by month, sender and run, or its facts as CSV and JSON lines.

Every number is counted, never a formula; the three tables sum the same facts, so their totals agree
with one another and with the tallies of the runs.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Final

from campaign.adapters.reports.history_facts import HistoryFacts
from campaign.adapters.reports.history_frames import INFO, lines_frame, pivot, totals
from campaign.adapters.reports.history_text import (
    Clothes,
    sender_name,
    write_csv,
    write_csv_raw,
    write_jsonl,
)
from campaign.adapters.reports.page_format import Figures
from campaign.adapters.reports.palette import TINTS, Palette, make_palette
from campaign.adapters.reports.place import whole_file
from campaign.adapters.reports.safe import put_text
from campaign.adapters.reports.sheets import Book, Sheet, Style, open_book
from campaign.adapters.reports.table import excel_serial
from campaign.model import Fate
from campaign.rules.plural import form
from campaign.rules.words import Lang, label
from campaign.rules.words_history import history_label
from campaign.rules.zone_words import in_full

if TYPE_CHECKING:
    import pandas as pd

_SHOWN: Final = (
    "rows", "not_sent", "refused", "pending", "unknown", "sent", "delivered", "undelivered",
    "accepted", "no_final_status", "share", "segments", "billed", "cost",
)  # fmt: skip
_WIDTHS: Final = {"run": 36, "sender": 36, "month": 36, "file": 28, "created": 20, "state": 36}
_USUAL_WIDTH: Final = 16
_SERIES: Final = {
    "delivered": Fate.DELIVERED,
    "undelivered": Fate.UNDELIVERED,
    "no_final_status": Fate.NO_FINAL_STATUS,
    "accepted": Fate.ACCEPTED,
    "unknown": Fate.UNKNOWN,
    "pending": Fate.PENDING,
    "refused": Fate.REFUSED,
    "not_sent": Fate.INVALID,
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
        palette = make_palette(book, lang)
        for by in ("month", "sender", "run"):
            table = pivot(frame, by)
            if by == "month":
                table = table.sort_index()
            elif by == "sender":
                table = table.sort_values("sent", ascending=False, kind="stable")
            sheet = book.add_worksheet(history_label(f"by_{by}", lang))
            _Page(book, sheet, palette, facts, lang).put(by, table, frame)


class _Page:
    """One sheet, written downwards."""

    def __init__(
        self, book: Book, sheet: Sheet, palette: Palette, facts: HistoryFacts, lang: Lang
    ) -> None:
        self._book = book
        self._sheet = sheet
        self._palette = palette
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
        palette = self._palette
        for at, name in enumerate(columns):
            if name == by:
                put_text(self._sheet, self._y, at, self._name(by, key), palette.cell)
            elif name == "state":
                words = label(f"state_{values[name]}", self._lang)
                put_text(self._sheet, self._y, at, words, palette.cell)
            elif name == "created":
                self._put_time(at, values[name])
            elif name in INFO:
                put_text(self._sheet, self._y, at, str(values[name]), palette.cell)
            else:
                self._put_figure(at, name, values[name], total=False)
        self._y += 1

    def _put_total(self, columns: Sequence[str], sums: Mapping[str, int | float | Decimal]) -> None:
        for at, name in enumerate(columns):
            if name in sums:
                self._put_figure(at, name, sums[name], total=True)
            else:
                text = self._label("total") if at == 0 else ""
                put_text(self._sheet, self._y, at, text, self._palette.total)
        self._y += 2

    def _put_figure(self, at: int, name: str, value: object, *, total: bool) -> None:
        palette = self._palette
        number = float(str(value))
        kind = {"share": "share", "cost": "money"}.get(name, "number")
        styles: Mapping[str, Style] = (
            {
                "share": palette.total_share,
                "money": self._total_money,
                "number": palette.total_number,
            }
            if total
            else {
                "share": palette.cell_share,
                "money": palette.cell_money,
                "number": palette.cell_number,
            }
        )
        style = styles[kind]
        if isnan(number):
            self._sheet.write_blank(self._y, at, None, style)
        else:
            self._sheet.write_number(self._y, at, number, style)

    def _put_time(self, at: int, moment: object) -> None:
        python = getattr(moment, "to_pydatetime", lambda: moment)()
        if isinstance(python, datetime):
            self._sheet.write_number(self._y, at, self._serial(python), self._palette.time)

    def _put_chart(self, first: int, last: int, columns: Sequence[str]) -> None:
        """Stacked columns of what became of the rows, a column a line of the table."""
        chart = self._book.add_chart({"type": "column", "subtype": "stacked"})
        name = self._sheet.name
        for key, fate in _SERIES.items():
            at = columns.index(key)
            chart.add_series({
                "name": self._label(key),
                "categories": [name, first, 0, last, 0],
                "values": [name, first, at, last, at],
                "fill": {"color": TINTS[fate].bar},
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
        put_text(self._sheet, self._y, at, text, getattr(self._palette, style) if style else None)

    def _label(self, key: str) -> str:
        return history_label(key, self._lang)
