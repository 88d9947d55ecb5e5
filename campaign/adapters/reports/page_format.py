"""Numbers, money and moments as a page shows them, in English or Russian."""

from datetime import datetime, tzinfo
from decimal import Decimal
from typing import Final

from campaign.adapters.reports.columns import money
from campaign.rules.words import Lang
from campaign.rules.zone_words import at_moment

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
