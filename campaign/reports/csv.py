"""The report as CSV: one that a double click opens rightly in Excel, and a raw one for programs."""

import csv
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from campaign.domain import ReportRow
from campaign.domain.printable import csv_guard
from campaign.reports.base import ReportWriter
from campaign.reports.columns import OWN_COLUMNS, Texts, Value, fitted, local_money, money, utc
from campaign.reports.format import ReportContext

_PHONE = [column.key for column in OWN_COLUMNS].index("phone")


class CsvWriter(ReportWriter):
    """For Excel: the recipients' table and our columns to its right.

    `;`, BOM, CRLF, every text guarded, our phones without the plus that would need a guard,
    decimals as the language has them.
    """

    _delimiter, _encoding = ";", "utf-8-sig"

    def _fill(self, draft: Path, context: ReportContext, rows: Iterator[ReportRow]) -> None:
        texts, heading = context.texts, context.run.heading
        # errors: lone surrogates, which a gateway's JSON can carry
        with draft.open("w", encoding=self._encoding, errors="replace", newline="") as out:
            write = csv.writer(
                out, delimiter=self._delimiter, quoting=csv.QUOTE_ALL, lineterminator="\r\n"
            ).writerow
            write(map(self._guarded, (*heading, *self._headings(texts))))
            for row in rows:
                cells, beyond = fitted(row.cells, len(heading))
                write(map(self._guarded, (*cells, *self._own(row, texts), *beyond)))

    def _guarded(self, cell: str) -> str:
        return csv_guard(cell)

    def _headings(self, texts: Texts) -> Iterator[str]:
        return map(texts.heading, OWN_COLUMNS)

    def _own(self, row: ReportRow, texts: Texts) -> list[str]:
        values = [_excel_value(value, texts) for value in texts.values(row)]
        values[_PHONE] = values[_PHONE].removeprefix("+")
        return values


class RawCsvWriter(CsvWriter):
    """For programs, never to be opened in a spreadsheet.

    `,`, no BOM, nothing guarded, codes instead of names, RFC 3339 times in UTC.
    """

    _delimiter, _encoding = ",", "utf-8"

    def _guarded(self, cell: str) -> str:
        return cell

    def _headings(self, texts: Texts) -> Iterator[str]:
        del texts
        return (column.key for column in OWN_COLUMNS)

    def _own(self, row: ReportRow, texts: Texts) -> list[str]:
        row_no, _status, _reason, *others = texts.values(row)
        return [str(row_no), row.status.value, row.code, *map(_raw_value, others)]


def _raw_value(value: Value) -> str:
    if isinstance(value, datetime):
        return utc(value) or ""
    if isinstance(value, Decimal):
        return money(value)
    return "" if value is None else str(value)


def _excel_value(value: Value, texts: Texts) -> str:
    """A value that Excel takes for what it is."""
    if isinstance(value, datetime):
        return f"{value.astimezone(texts.timezone):%Y-%m-%d %H:%M:%S}"
    if isinstance(value, Decimal):
        return local_money(value, texts.lang)
    return "" if value is None else str(value)
