"""Numbers, money and moments as a page shows them, in its language."""

from dataclasses import dataclass
from datetime import datetime, tzinfo
from decimal import Decimal
from functools import cached_property
from typing import Final, NamedTuple

from campaign.domain import ReportExtras, RunInfo, Status, Tally
from campaign.i18n import Lang, at_moment, label, say, separators
from campaign.reports.columns import Texts, money


class Tint(NamedTuple):
    """Colours of a status: cell, letters on it (contrast at least 4.5 to 1), bar of the chart."""

    paper: str
    ink: str
    bar: str


_GREY = Tint("#EBEDF0", "#414B57", "#A3ACB8")

TINTS = {
    Status.DELIVERED: Tint("#DDF3E4", "#14532D", "#2F9E63"),
    Status.ACCEPTED: Tint("#DCEBFA", "#1E4976", "#4A90D9"),
    Status.NO_FINAL_STATUS: Tint("#E4E9F2", "#34435C", "#8494AE"),
    Status.UNDELIVERED: Tint("#FBDCDC", "#8A1F1F", "#D64545"),
    Status.REFUSED: Tint("#F6D3DC", "#7D1834", "#B83A5E"),
    Status.UNKNOWN: Tint("#FFE9B3", "#6B4300", "#E8A317"),
    Status.PENDING: Tint("#EEF3F8", "#3A5068", "#B4C6D8"),
    Status.EXPIRED: _GREY,
    Status.CANCELLED: _GREY,
    Status.STOPPED: _GREY,
    Status.ALREADY_SENT: _GREY,
    Status.DUPLICATE: _GREY,
    Status.INVALID: Tint("#FBE7DA", "#7A3410", "#E08A55"),
}
"""In the order of the summary: what reached recipients first, what never left last."""

BLUE, GREEN = TINTS[Status.ACCEPTED].bar, TINTS[Status.DELIVERED].bar

_NBSP: Final = "\u00a0"

_SMALLEST_SHARE, _LARGEST_SHARE = 0.1, 99.9  # per cent


class Figures:
    """Writes figures so that no line breaks within them, moments in the given time zone."""

    def __init__(self, lang: Lang, timezone: tzinfo) -> None:
        self._lang = lang
        self._date = say(lang, "%Y-%m-%d")
        group, decimal = separators(lang)
        self._separators = str.maketrans({",": group, ".": decimal})
        self._timezone = timezone

    def count(self, number: int) -> str:
        """`1,012`; in Russian with a space that does not break."""
        return self._marked(f"{number:,}")

    def share(self, part: int, whole: int) -> str:
        """A percentage; 0 % and 100 % stand for nothing and for all only."""
        percent = 100 * part / whole if whole else 0.0
        if part in {0, whole}:
            figure = f"{percent:.0f}"
        elif percent < _SMALLEST_SHARE:
            figure = f"<{_SMALLEST_SHARE}"
        else:
            figure = f"{min(percent, _LARGEST_SHARE):.1f}"
        return say(self._lang, "{figure}%", figure=self._marked(figure))

    def money(self, amount: Decimal, currency: str) -> str:
        """An exact sum with its currency."""
        if not amount.is_finite():
            return f"{amount} {currency}"
        whole, _, fraction = money(amount).partition(".")
        return f"{self._marked(f'{Decimal(whole):,}.{fraction}')}{_NBSP}{currency}"

    def moment(self, moment: datetime) -> str:
        """To the minute, or to the second where it has any; without the zone."""
        local = moment.astimezone(self._timezone)
        date = f"{local:{self._date}}"
        return f"{date}{_NBSP}{local:%H:%M:%S}" if local.second else f"{date}{_NBSP}{local:%H:%M}"

    def stamp(self, moment: datetime) -> str:
        """A moment to the minute, with the zone of that moment."""
        zone = at_moment(self._timezone, moment)
        return f"{self.moment(moment.replace(second=0))}{_NBSP}{zone}"

    def _marked(self, english: str) -> str:
        return english.translate(self._separators)


@dataclass(frozen=True)
class ReportContext:
    """What a report is about; that of a workbook travels to the process that writes it.

    Attributes:
        timezone: Of the times that users read.
        notes: What its reader should know, besides what the writing itself adds.
    """

    lang: Lang
    timezone: tzinfo
    run: RunInfo
    tally: Tally
    extras: ReportExtras
    as_of: datetime
    notes: tuple[str, ...] = ()

    @cached_property
    def texts(self) -> Texts:
        """Names and sentences in its language."""
        return Texts(self.lang, self.timezone, list(self.tally.cost), self.run.created_at)

    @cached_property
    def figures(self) -> Figures:
        """Numbers, money and moments in its language."""
        return Figures(self.lang, self.timezone)

    def label(self, key: str, **values: object) -> str:
        """A heading or a sentence in its language."""
        return label(key, self.lang, **values)
