"""What a workbook is about: the same for all its sheets."""

from dataclasses import dataclass
from datetime import datetime, tzinfo

from campaign.adapters.reports.columns import Words
from campaign.model import ReportExtras, RunInfo, Tally
from campaign.rules.words import Lang
from campaign.rules.words_workbook import book_label


@dataclass(frozen=True, slots=True)
class Job:
    """A report to write; it travels to the process that writes it.

    Attributes:
        timezone: In which times are shown.
        as_of: When the report is made.
        notes: What the person should know, beside what the writing itself brings.
    """

    lang: Lang
    timezone: tzinfo
    run: RunInfo
    tally: Tally
    extras: ReportExtras
    as_of: datetime
    rows_a_sheet: int
    notes: tuple[str, ...] = ()

    def words(self) -> Words:
        """Names and sentences in its language."""
        return Words(self.lang, self.timezone, tuple(self.tally.cost), self.run.created_at)

    def say(self, key: str, **values: object) -> str:
        """A heading or note of the workbook in its language."""
        return book_label(key, self.lang, **values)
