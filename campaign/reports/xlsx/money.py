"""The cost sheet: messages, SMS and money by sender, by length and by day."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import astuple, dataclass, field
from datetime import date, tzinfo
from decimal import Decimal
from functools import partial
from typing import Final

from campaign.domain import ReportRow, Status
from campaign.i18n import say
from campaign.reports.format import ReportContext
from campaign.reports.xlsx.cursor import Cursor
from campaign.reports.xlsx.sheet import Sheet

_WIDTHS: Final = (40, 15, 18, 18, 20, 20)
_FIGURES: Final = (1, 2, 3, 4, 5)
_MOST_LINES: Final = 1000
"""A file may name a sender of its own in each row; more of them are put together."""

_UNKNOWN: Final = "?"
"""In the place of a day; it sorts behind every day."""


@dataclass(slots=True)
class Sums:
    """Sums over messages.

    Attributes:
        estimated: SMS as we count them.
        expected: The same of those for which the gateway named a count.
        billed: SMS as the gateway counts them.
        unknown: Messages that the gateway may have taken.
    """

    messages: int = 0
    estimated: int = 0
    expected: int = 0
    billed: int = 0
    cost: Decimal = Decimal(0)
    unknown: int = 0

    @property
    def cost_is_known(self) -> bool:
        """Whether the sum says something: nobody knows whether unknown messages cost."""
        return bool(self.cost) or not self.messages or self.unknown < self.messages

    def add(self, row: ReportRow) -> None:
        """Count a row in."""
        self.messages += 1
        self.unknown += row.status is Status.UNKNOWN
        self.estimated += row.segments or 0
        if row.sms_count is not None:
            self.expected += row.segments or 0
            self.billed += row.sms_count
        if row.cost is not None:
            self.cost += row.cost

    def __add__(self, other: "Sums") -> "Sums":
        """Both together."""
        return Sums(*(a + b for a, b in zip(astuple(self), astuple(other), strict=True)))


@dataclass(slots=True)
class CostSums:
    """What a run's messages cost; rows that became no message are left out.

    Attributes:
        days: Day of that zone as `YYYY-MM-DD`, "" for what was not handed over, `_UNKNOWN` for what
            may have been.
    """

    timezone: tzinfo
    senders: dict[str, Sums] = field(default_factory=partial(defaultdict, Sums))
    parts: dict[int, Sums] = field(default_factory=partial(defaultdict, Sums))
    days: dict[str, Sums] = field(default_factory=partial(defaultdict, Sums))
    whole: Sums = field(default_factory=Sums)

    def put(self, row: ReportRow) -> None:
        """Count a row in, if it became a message."""
        if row.segments is None:
            return
        handed = row.handed_over_at
        day = "" if handed is None else f"{handed.astimezone(self.timezone):%Y-%m-%d}"
        if row.status is Status.UNKNOWN:
            day = _UNKNOWN
        by_key = self.senders[row.sender], self.parts[row.segments], self.days[day]
        for sums in (self.whole, *by_key):
            sums.add(row)


def put_cost(sheet: Sheet, context: ReportContext, cost: CostSums, sentences: Iterable[str]) -> None:
    """Fill the cost sheet: the sentences, then tables each of which adds up to the same totals."""
    cursor, label = Cursor(sheet, context, _WIDTHS), context.label
    cursor.title(label("cost_title"))
    for text in (label("cost_note"), *sentences):
        cursor.line([text], cursor.styles.name)
    cursor.end()
    own = label("default_sender")
    senders = sorted(cost.senders.items(), key=lambda item: -item[1].messages)
    parts = sorted(cost.parts.items())
    names = {"": label("not_handed_over"), _UNKNOWN: label("group_in_doubt")}
    as_written = say(context.lang, "%Y-%m-%d")
    days = [
        (names.get(day) or (f"{date.fromisoformat(day):{as_written}}"), sums)
        for day, sums in sorted(cost.days.items())
    ]
    tables: tuple[tuple[str, list[tuple[str, Sums]]], ...] = (
        (label("by_sender"), [(name or own, sums) for name, sums in senders]),
        (label("by_segments"), [(str(number), sums) for number, sums in parts]),
        (label("by_day", zone=context.texts.zone), days),
    )
    for name, lines in tables:
        _put_table(cursor, context, name, lines, cost.whole)


def _put_table(
    cursor: Cursor, context: ReportContext, name: str, lines: list[tuple[str, Sums]], whole: Sums
) -> None:
    styles, label = cursor.styles, context.label
    headings = map(label, ("messages", "segments", "sms_count", "difference"))
    cost = ", ".join((label("cost"), *context.tally.cost))
    cursor.head(name, *headings, cost, right=_FIGURES)
    rest = sum((sums for _, sums in lines[_MOST_LINES:]), Sums())
    others = [(label("operator_others"), rest)] if rest.messages else []
    number, cell = styles.cell_number, styles.cell
    for key, sums in (*lines[:_MOST_LINES], *others):
        cursor.line((key, *_figures(sums)), (cell, *[number] * 4, styles.cell_money))
    number = styles.total_number
    total = (styles.total, *[number] * 4, styles.total_money)
    cursor.line((label("in_all"), *_figures(whole)), total)
    cursor.end()


def _figures(sums: Sums) -> tuple[int | Decimal | str, ...]:
    cost = sums.cost if sums.cost_is_known else ""
    return sums.messages, sums.estimated, sums.billed, sums.billed - sums.expected, cost
