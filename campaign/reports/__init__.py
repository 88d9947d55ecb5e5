"""Writers of reports: what became of every row, for people and for programs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING, Final

from campaign.domain import ReportExtras
from campaign.errors import InputError
from campaign.i18n import Lang

if TYPE_CHECKING:
    from campaign.reports.base import FileWriter

    Maker = Callable[["Asked"], FileWriter]


@dataclass(frozen=True, slots=True)
class Asked:
    """What every writer is made of.

    Attributes:
        lang: Of everything that people read in the report.
        now: Tells the time that the report says it was made at.
        extras: What workbook and page tell beyond the rows.
        timezone: Of the times that people read; programs are told UTC.
    """

    lang: Lang
    now: Callable[[], datetime]
    extras: ReportExtras | None = None
    timezone: tzinfo = UTC


def _xlsx(asked: Asked) -> "FileWriter":
    from campaign.reports.xlsx.workbook import WorkbookWriter  # noqa: PLC0415 - loaded when asked for

    return WorkbookWriter(asked.lang, asked.now, asked.extras, timezone=asked.timezone)


def _jsonl(asked: Asked) -> "FileWriter":
    from campaign.reports.jsonl import JsonLinesWriter  # noqa: PLC0415 - loaded when asked for

    return JsonLinesWriter(asked.lang)


def _csv(asked: Asked) -> "FileWriter":
    from campaign.reports.csv import CsvWriter  # noqa: PLC0415 - loaded when asked for

    return CsvWriter(asked.lang, timezone=asked.timezone)


def _csv_raw(asked: Asked) -> "FileWriter":
    from campaign.reports.csv import CsvWriter  # noqa: PLC0415 - loaded when asked for

    return CsvWriter(asked.lang, raw=True)


def _html(asked: Asked) -> "FileWriter":
    from campaign.reports.html.page import HtmlWriter  # noqa: PLC0415 - loaded when asked for

    return HtmlWriter(asked.lang, asked.now, asked.extras, timezone=asked.timezone)


WRITERS: Final[Mapping[str, "Maker"]] = {
    "xlsx": _xlsx,
    "html": _html,
    "jsonl": _jsonl,
    "csv": _csv,
    "csv-raw": _csv_raw,
}
"""Kind of report to the maker of its writer."""


def make_writer(
    kind: str,
    lang: Lang,
    now: Callable[[], datetime],
    extras: ReportExtras | None = None,
    *,
    timezone: tzinfo = UTC,
) -> "FileWriter":
    """Make the writer of one kind of report.

    Args:
        kind: A key of `WRITERS`.
        lang: Of everything that people read in it.
        now: Tells the time that the report says it was made at.
        extras: What workbook and page tell beyond the rows.
        timezone: Of the times that people read; programs are told UTC.

    Raises:
        InputError: There is no such kind (`report_kind`).
    """
    if kind not in WRITERS:
        raise InputError(
            f"There is no report of kind {kind!r}.",
            hint=f"Use --format with one of: {', '.join(WRITERS)}.",
            code="report_kind",
        )
    return WRITERS[kind](Asked(lang, now, extras, timezone))
