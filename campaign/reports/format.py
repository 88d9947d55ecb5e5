"""Numbers, money and moments as a page shows them, in English or Russian."""

from dataclasses import dataclass
from datetime import datetime, tzinfo
from decimal import Decimal
from typing import Final, NamedTuple

from campaign.domain import (
    ReportExtras,
    RunInfo,
    Status,
    Tally,
)
from campaign.i18n import Lang, at_moment
from campaign.i18n.ru import book_label
from campaign.reports.columns import Words, money


class Tint(NamedTuple):
    """Colours of a fate: cell, letters on it (contrast at least 4.5 to 1), bar of the chart."""

    paper: str
    ink: str
    bar: str


_GREEN = Tint("#DDF3E4", "#14532D", "#2F9E63")

_BLUE = Tint("#DCEBFA", "#1E4976", "#4A90D9")

_AMBER = Tint("#FFE9B3", "#6B4300", "#E8A317")

_RED = Tint("#FBDCDC", "#8A1F1F", "#D64545")

_ROSE = Tint("#FBE7DA", "#7A3410", "#E08A55")

_GREY = Tint("#EBEDF0", "#414B57", "#A3ACB8")

TINTS = {
    Status.DELIVERED: _GREEN,
    Status.ACCEPTED: _BLUE,
    Status.NO_FINAL_STATUS: Tint("#E4E9F2", "#34435C", "#8494AE"),
    Status.UNDELIVERED: _RED,
    Status.REFUSED: Tint("#F6D3DC", "#7D1834", "#B83A5E"),
    Status.UNKNOWN: _AMBER,
    Status.PENDING: Tint("#EEF3F8", "#3A5068", "#B4C6D8"),
    Status.EXPIRED: _GREY,
    Status.CANCELLED: _GREY,
    Status.STOPPED: _GREY,
    Status.ALREADY_SENT: _GREY,
    Status.DUPLICATE: _GREY,
    Status.INVALID: _ROSE,
}
"""In the order of the summary: what reached people first, what never left last."""

_NBSP: Final = "\u00a0"

_PERCENT: Final = 100

_SMALLEST_SHARE: Final = 0.1

_LARGEST_SHARE: Final = 99.9


class Figures:
    """Writes figures so that no line breaks within them.

    Args:
        lang: Decides marks and the order of dates.
        timezone: In which moments are shown.
    """

    def __init__(self, lang: Lang, timezone: tzinfo) -> None:
        self._russian = lang == "ru"
        self._timezone = timezone

    def count(self, number: int) -> str:
        """`1,012`; in Russian with a space that does not break."""
        return self._marked(f"{number:,}")

    def share(self, part: int, whole: int) -> str:
        """A percentage; 0 % and 100 % are said of nothing and of all only."""
        percent = _PERCENT * part / whole if whole else 0.0
        sign = f"{_NBSP}%" if self._russian else "%"
        if part in {0, whole}:
            return f"{percent:.0f}{sign}"
        if percent < _SMALLEST_SHARE:
            return "<" + self._marked(f"{_SMALLEST_SHARE}") + sign
        return self._marked(f"{min(percent, _LARGEST_SHARE):.1f}") + sign

    def money(self, amount: Decimal, currency: str) -> str:
        """An exact sum with its currency."""
        if not amount.is_finite():
            return f"{amount} {currency}"
        whole, _, fraction = money(amount).partition(".")
        return f"{self._marked(f'{Decimal(whole):,}.{fraction}')}{_NBSP}{currency}"

    def moment(self, moment: datetime) -> str:
        """To the minute, or to the second where it has any; without the zone."""
        local = moment.astimezone(self._timezone)
        date = f"{local:%d.%m.%Y}" if self._russian else f"{local:%Y-%m-%d}"
        return f"{date}{_NBSP}{local:%H:%M:%S}" if local.second else f"{date}{_NBSP}{local:%H:%M}"

    def stamp(self, moment: datetime) -> str:
        """A moment to the minute, with the zone of that moment."""
        zone = at_moment(self._timezone, moment)
        return f"{self.moment(moment.replace(second=0))}{_NBSP}{zone}"

    def _marked(self, english: str) -> str:
        if not self._russian:
            return english
        return english.replace(",", _NBSP).replace(".", ",")


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
