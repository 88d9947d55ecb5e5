"""The report to mail: one HTML file that needs nothing but a program that shows it.

No script, no address outside, no person: what came from a file or from the gateway is escaped by
the template engine, and the page forbids itself (CSP) to load or to run anything.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, tzinfo
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from campaign.adapters.reports.page_facts import count_rows
from campaign.adapters.reports.page_view import Told, page_view
from campaign.adapters.reports.safe import visible
from campaign.adapters.reports.writer import FileWriter
from campaign.model import ReportExtras, ReportRow, RunInfo, Tally
from campaign.rules.words import Lang


class HtmlWriter(FileWriter):
    """Writes a page of a size that does not grow with the rows.

    Args:
        lang: Of everything that people read in it.
        now: Tells the time that the report says it was made at.
        extras: What is told beyond the rows.
        timezone: In which times are shown.
    """

    def __init__(
        self,
        lang: Lang,
        now: Callable[[], datetime],
        extras: ReportExtras | None = None,
        *,
        timezone: tzinfo = UTC,
    ) -> None:
        self._lang: Lang = lang
        self._now = now
        self._extras = extras or ReportExtras()
        self._timezone = timezone

    def _fill(self, draft: Path, run: RunInfo, tally: Tally, rows: Iterator[ReportRow]) -> None:
        """Count the rows, then write what they came to."""
        facts = count_rows(rows, self._lang)
        told = Told(run, tally, facts, self._extras, self._now())
        page = page_view(told, self._lang, self._timezone)
        template = _environment().get_template("page.html")
        draft.write_bytes(template.render(page=page).encode())


def _environment() -> Environment:
    """Everything escaped, nothing forgotten."""
    return Environment(
        loader=PackageLoader("campaign.adapters.reports", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )


def _shown(value: object) -> object:
    """Text of others may not turn the reading direction or hide; what is ready-made stays."""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value
