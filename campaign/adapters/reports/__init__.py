"""Writers of reports: what became of every row, for people and for programs."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Final

from campaign.errors import InputError
from campaign.model import ReportExtras
from campaign.rules.words import Lang

if TYPE_CHECKING:
    from campaign.adapters.reports.writer import FileWriter

    Maker = Callable[[Lang, Callable[[], datetime]], FileWriter]


def _xlsx(
    lang: Lang, now: Callable[[], datetime], extras: ReportExtras | None = None
) -> "FileWriter":
    from campaign.adapters.reports.workbook import WorkbookWriter  # noqa: PLC0415 - loaded when asked for

    return WorkbookWriter(lang, now, extras)


def _jsonl(lang: Lang, _now: Callable[[], datetime]) -> "FileWriter":
    from campaign.adapters.reports.jsonl import JsonLinesWriter  # noqa: PLC0415 - loaded when asked for

    return JsonLinesWriter(lang)


def _csv(lang: Lang, _now: Callable[[], datetime]) -> "FileWriter":
    from campaign.adapters.reports.csv import CsvWriter  # noqa: PLC0415 - loaded when asked for

    return CsvWriter(lang)


def _csv_raw(lang: Lang, _now: Callable[[], datetime]) -> "FileWriter":
    from campaign.adapters.reports.csv import CsvWriter  # noqa: PLC0415 - loaded when asked for

    return CsvWriter(lang, raw=True)


def _html(
    lang: Lang, now: Callable[[], datetime], extras: ReportExtras | None = None
) -> "FileWriter":
    from campaign.adapters.reports.html import HtmlWriter  # noqa: PLC0415 - loaded when asked for

    return HtmlWriter(lang, now, extras)


WRITERS: Final[Mapping[str, "Maker"]] = {
    "xlsx": _xlsx,
    "html": _html,
    "jsonl": _jsonl,
    "csv": _csv,
    "csv-raw": _csv_raw,
}
"""Kind of report to the maker of its writer."""


def make_writer(
    kind: str, lang: Lang, now: Callable[[], datetime], extras: ReportExtras | None = None
) -> "FileWriter":
    """Make the writer of one kind of report.

    Args:
        kind: A key of `WRITERS`.
        lang: Of everything that people read in it.
        now: Tells the time that the report says it was made at.
        extras: What workbook and page tell beyond the rows.

    Raises:
        InputError: There is no such kind (`report_kind`).
    """
    if kind not in WRITERS:
        raise InputError(
            f"There is no report of kind {kind!r}.",
            hint=f"Use --format with one of: {', '.join(WRITERS)}.",
            code="report_kind",
        )
    if kind == "xlsx":
        return _xlsx(lang, now, extras)
    if kind == "html":
        return _html(lang, now, extras)
    return WRITERS[kind](lang, now)
