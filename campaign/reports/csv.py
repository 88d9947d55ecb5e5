"""The report as CSV: one that a double click opens rightly in Excel, and a raw one for programs."""

import csv
from collections.abc import Iterator
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from pathlib import Path

from campaign.domain import (
    ReportRow,
    RunInfo,
    Tally,
)
from campaign.domain.printable import csv_guard
from campaign.i18n import Lang
from campaign.reports.base import FileWriter
from campaign.reports.columns import (
    OWN_COLUMNS,
    Value,
    Words,
    money,
)

_PHONE = [column.key for column in OWN_COLUMNS].index("phone")


class CsvWriter(FileWriter):
    """Writes the person's table and ours beside it.

    For Excel: `;`, BOM, CRLF, every text guarded, our phones without the plus that would need a
    guard, decimals as the language has them. Raw: `,`, no BOM, nothing guarded, codes instead of
    names, RFC 3339 times: for programs, never to be opened in a spreadsheet.

    Args:
        lang: Of headings and sentences.
        raw: For programs.
        timezone: In which times are shown; raw ones stay in UTC.
    """

    def __init__(self, lang: Lang = "en", *, raw: bool = False, timezone: tzinfo = UTC) -> None:
        self._lang: Lang = lang
        self._raw = raw
        self._timezone = timezone

    def _fill(self, draft: Path, run: RunInfo, tally: Tally, rows: Iterator[ReportRow]) -> None:
        """A heading and one line a row."""
        words = Words(self._lang, self._timezone, tuple(tally.cost), run.created_at)
        guard, own = (str, _for_programs) if self._raw else (csv_guard, _for_excel)
        headings = [c.name if self._raw else words.heading(c) for c in OWN_COLUMNS]
        width = len(run.heading)
        with draft.open(
            "w",
            encoding="utf-8" if self._raw else "utf-8-sig",
            errors="replace",  # lone surrogates, which a gateway's JSON can carry
            newline="",
        ) as out:
            write = csv.writer(
                out,
                delimiter="," if self._raw else ";",
                quoting=csv.QUOTE_ALL,
                lineterminator="\r\n",
            ).writerow
            write([*map(guard, run.heading), *map(guard, headings)])
            for row in rows:
                cells = (*row.cells, *("",) * (width - len(row.cells)))
                values = (*cells[:width], *own(row, words), *cells[width:])
                write([guard(value) for value in values])


def _for_programs(row: ReportRow, words: Words) -> list[str]:
    """Our columns as codes and standard forms."""
    row_no, _status, _reason, *others = words.values(row)
    return [str(row_no), row.status.value, row.code, *map(_raw_value, others)]


def _raw_value(value: Value) -> str:
    """A value for programs."""
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    if isinstance(value, Decimal):
        return money(value)
    return "" if value is None else str(value)


def _for_excel(row: ReportRow, words: Words) -> list[str]:
    """Our columns so that Excel takes each value for what it is."""
    values = [_excel_value(value, words) for value in words.values(row)]
    values[_PHONE] = values[_PHONE].removeprefix("+")
    return values


def _excel_value(value: Value, words: Words) -> str:
    """A value that Excel takes for what it is."""
    if isinstance(value, datetime):
        return f"{value.astimezone(words.timezone):%Y-%m-%d %H:%M:%S}"
    if isinstance(value, Decimal):
        # A Russian Excel reads 2.50 as the first of February 1950 and 2,50 as money.
        return money(value).replace(".", ",") if words.lang == "ru" else money(value)
    return "" if value is None else str(value)
