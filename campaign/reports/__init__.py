"""Writers of reports: what became of every row, for people and for programs.

A new format is one file with a writer, and one row in `FORMATS`.
"""

from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from importlib import import_module
from typing import TYPE_CHECKING, Final, NamedTuple

from campaign.errors import InputError
from campaign.text import Text, joined, tr

if TYPE_CHECKING:
    from campaign.domain import ReportExtras
    from campaign.i18n import Lang
    from campaign.reports.base import ReportWriter


class ReportFormat(NamedTuple):
    """One format; `writer` is `module:Class`, imported when a report is written."""

    suffix: str
    writer: str
    purpose: str


FORMATS: Final = {
    "xlsx": ReportFormat(".xlsx", "campaign.reports.xlsx.workbook:WorkbookWriter", tr("a workbook")),
    "html": ReportFormat(".html", "campaign.reports.html.page:HtmlWriter", tr("a page to send")),
    "jsonl": ReportFormat(".jsonl", "campaign.reports.jsonl:JsonLinesWriter", tr("for programs")),
    "csv": ReportFormat(".csv", "campaign.reports.csv:CsvWriter", tr("for Excel")),
    "csv-raw": ReportFormat(
        ".raw.csv", "campaign.reports.csv:RawCsvWriter", tr("for programs, exact values")
    ),
}
"""`--format`, its help, its hints and the endings of files are made from this."""


def formats_help() -> Text:
    """Every format with its purpose, in one line."""
    return joined(
        *(tr("{name}: {purpose}", name=name, purpose=one.purpose) for name, one in FORMATS.items()),
        separator="; ",
    )


def make_writer(
    name: str,
    lang: "Lang",
    now: Callable[[], datetime],
    extras: "ReportExtras | None" = None,
    *,
    timezone: tzinfo = UTC,
) -> "ReportWriter":
    """Make the writer of one format; times are in `timezone`, in formats for programs in UTC.

    Raises:
        InputError: There is no such format (`report_kind`).
    """
    if name not in FORMATS:
        raise InputError(
            tr("There is no report of kind {name!r}.", name=name),
            hint=tr("Use --format with one of: {FORMATS}.", FORMATS=", ".join(FORMATS)),
            code="report_kind",
        )
    module, _, writer = FORMATS[name].writer.partition(":")
    made: ReportWriter = getattr(import_module(module), writer)(lang, now, extras, timezone=timezone)
    return made
