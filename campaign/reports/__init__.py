"""Writers of reports: what became of every row, for people and for programs.

`FORMATS` is the only list of report formats: `--format`, its help, its hints and the endings of
files are made from it. A new format is one file with a writer, and one row here.
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
    """One format of reports.

    Attributes:
        suffix: Of its files.
        writer: `module:Class` of its `ReportWriter`, imported when a report is written.
        purpose: What it is for, as `--help` shows it.
    """

    suffix: str
    writer: str
    purpose: str


FORMATS: Final = {
    "xlsx": ReportFormat(
        ".xlsx", "campaign.reports.xlsx.workbook:WorkbookWriter", tr("a workbook")
    ),
    "html": ReportFormat(".html", "campaign.reports.html.page:HtmlWriter", tr("a page to send")),
    "jsonl": ReportFormat(".jsonl", "campaign.reports.jsonl:JsonLinesWriter", tr("for programs")),
    "csv": ReportFormat(".csv", "campaign.reports.csv:CsvWriter", tr("for Excel")),
    "csv-raw": ReportFormat(
        ".raw.csv", "campaign.reports.csv:RawCsvWriter", tr("for programs, exact values")
    ),
}
"""Name to format."""


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
    """Make the writer of one format.

    Args:
        name: A key of `FORMATS`.
        lang: Of everything that people read in the report.
        now: Gives the time of the report.
        extras: What workbook and page show beyond the rows.
        timezone: Of the times that people read; formats for programs are in UTC.

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
    made: ReportWriter = getattr(import_module(module), writer)(
        lang, now, extras, timezone=timezone
    )
    return made
