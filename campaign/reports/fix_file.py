"""The rows to fix, in the format in which they came, to be sent again when they are fixed."""

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path

from campaign.domain import Source
from campaign.i18n import Lang
from campaign.reports.fix_columns import FIX_LABELS, FixRow, fix_heading, fix_line, guard_csv, guard_typed
from campaign.reports.output_file import whole_file
from campaign.reports.xlsx.new_book import open_book
from campaign.reports.xlsx.sheet import CellFormat

_TEXT_FORMAT = "csv"

_WIDTH, _REASON_WIDTH = 18, 50


def fix_suffix(source: Source, wanted: str) -> str:
    """The ending that a fix-file of that source must have, `wanted` if possible."""
    if source.info.format == _TEXT_FORMAT:
        return wanted if wanted.lower() in {".csv", ".tsv", ".txt"} else ".csv"
    return ".xlsx"


def write_fix_file(path: Path, source: Source, rows: Iterable[FixRow], lang: Lang) -> Path:
    """Write the rows with what is wrong after them: whole or not at all, for the owner only.

    A text table keeps its encoding and delimiter. A workbook of whatever kind becomes XLSX, in
    which every cell is a typed text.

    Args:
        path: With the ending that `fix_suffix` names.
        source: Where the rows come from.
        rows: In file order.
        lang: Of headings and sentences.

    Returns:
        Where it is, as `Draft.final`.

    Raises:
        InputError: The file cannot be written (`report_place`).
    """
    with whole_file(path) as draft:
        lines = _lines(source, rows, lang)
        if source.info.format == _TEXT_FORMAT:
            _write_text(draft.path, source, lines)
        else:
            _write_workbook(draft.path, source, lines)
    return draft.final


def _lines(source: Source, rows: Iterable[FixRow], lang: Lang) -> Iterator[tuple[str, ...]]:
    yield fix_heading(source.layout.heading, lang)
    for row in rows:
        yield fix_line(len(source.layout.heading), row, lang)


def _write_text(draft: Path, source: Source, lines: Iterable[tuple[str, ...]]) -> None:
    encoding = source.info.encoding or "utf-8"
    # Their cells came out of that encoding; our sentences may hold a sign that it does not have.
    with draft.open("w", encoding=encoding, errors="replace", newline="") as out:
        delimiter = source.info.delimiter or ","
        writer = csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
        writer.writerows(map(guard_csv, line) for line in lines)


def _write_workbook(draft: Path, source: Source, lines: Iterable[tuple[str, ...]]) -> None:
    with open_book(draft) as book:
        text, bold = CellFormat(number="@", valign=""), CellFormat(bold=True, valign="")
        sheet = book.add_sheet(source.info.sheet or "Sheet1")
        width = len(source.layout.heading)
        for col in range(width + len(FIX_LABELS)):
            sheet.set_width(col, _WIDTH if col <= width else _REASON_WIDTH, text)
        for y, line in enumerate(lines):
            for col, cell in enumerate(line):
                sheet.text(y, col, guard_typed(cell), text if y else bold)
        sheet.freeze(1, 0)
