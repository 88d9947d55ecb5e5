"""The cost sheet: messages, SMS and money by sender, by length and by day."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final, TypeVar

from campaign.domain import (
    ReportRow,
    Status,
)
from campaign.i18n import Lang
from campaign.reports.format import Job
from campaign.reports.xlsx.cursor import Lines
from campaign.reports.xlsx.sheet import Sheet, Styles

_WIDTHS: Final = (40, 15, 18, 18, 20, 20)
_FIGURES: Final = (1, 2, 3, 4, 5)
_MOST_LINES: Final = 1000
"""A file may name a sender of its own in each row; more of them are put together."""

_UNKNOWN: Final = "?"
"""In the place of a day; it sorts behind every day."""

T = TypeVar("T", bound=Hashable)


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
        """Whether the sum says something: of people in doubt nobody knows whether they cost."""
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

    def join(self, other: "Sums") -> None:
        """Count other sums in."""
        self.messages += other.messages
        self.estimated += other.estimated
        self.expected += other.expected
        self.billed += other.billed
        self.cost += other.cost
        self.unknown += other.unknown


@dataclass(slots=True)
class CostFacts:
    """What a run's messages cost; rows that became no message are left out.

    Attributes:
        days: Day in the report's time zone as `YYYY-MM-DD`, "" for what was not handed over,
            `_UNKNOWN` for what is in doubt.
    """

    job: Job
    senders: dict[str, Sums] = field(default_factory=dict)
    parts: dict[int, Sums] = field(default_factory=dict)
    days: dict[str, Sums] = field(default_factory=dict)
    whole: Sums = field(default_factory=Sums)

    def put(self, row: ReportRow) -> None:
        """Count a row in, if it became a message."""
        if row.segments is None:
            return
        handed = row.handed_over_at
        day = "" if handed is None else f"{handed.astimezone(self.job.timezone):%Y-%m-%d}"
        if row.status is Status.UNKNOWN:
            day = _UNKNOWN
        for sums in (
            self.whole, _of(self.senders, row.sender), _of(self.parts, row.segments),
            _of(self.days, day),
        ):  # fmt: skip
            sums.add(row)


def _of(table: dict[T, Sums], key: T) -> Sums:
    return table.setdefault(key, Sums())


def _said(day: str, lang: Lang) -> str:
    return f"{date.fromisoformat(day):%d.%m.%Y}" if lang == "ru" else day


def put_cost(sheet: Sheet, styles: Styles, job: Job, facts: CostFacts, said: Iterable[str]) -> None:
    """Fill the cost sheet; each of its tables adds up to the same totals.

    Args:
        sheet: An empty sheet.
        styles: Formats of its workbook.
        job: What the report is about.
        facts: Counted over its rows.
        said: Sentences to stand above the tables.
    """
    _CostSheet(sheet, styles, job).put(facts, said)


class _CostSheet:
    def __init__(self, sheet: Sheet, styles: Styles, job: Job) -> None:
        self._lines = Lines(sheet, styles, _WIDTHS)
        self._styles = styles
        self._job = job

    def put(self, facts: CostFacts, said: Iterable[str]) -> None:
        say = self._job.say
        self._lines.title(say("cost_title"))
        for text in (say("cost_note"), *said):
            self._lines.text(0, text, self._styles.name)
            self._lines.end()
        self._lines.end()
        senders = sorted(facts.senders.items(), key=lambda item: -item[1].messages)
        own = say("default_sender")
        self._table(say("by_sender"), ((name or own, sums) for name, sums in senders), facts.whole)
        parts = ((str(number), sums) for number, sums in sorted(facts.parts.items()))
        self._table(say("by_segments"), parts, facts.whole)
        names = {"": say("not_handed_over"), _UNKNOWN: say("group_in_doubt")}
        days = (
            (names.get(day) or _said(day, self._job.lang), sums)
            for day, sums in sorted(facts.days.items(), reverse=True)
        )
        self._table(say("by_day", zone=self._job.words().zone), reversed(list(days)),
                    facts.whole)  # fmt: skip

    def _table(self, name: str, lines: Iterable[tuple[str, Sums]], whole: Sums) -> None:
        say, label = self._job.say, self._job.words().label
        currency = ", ".join(self._job.tally.cost)
        self._lines.head(
            name, say("messages"), label("segments"), label("sms_count"), say("difference"),
            f"{label('cost')}, {currency}" if currency else label("cost"), right=_FIGURES,
        )  # fmt: skip
        rest = Sums()
        for number, (key, sums) in enumerate(lines):
            if number < _MOST_LINES:
                self._line(key, sums, total=False)
            else:
                rest.join(sums)
        if rest.messages:
            self._line(say("operator_others"), rest, total=False)
        self._line(say("in_all"), whole, total=True)
        self._lines.end()

    def _line(self, name: str, sums: Sums, *, total: bool) -> None:
        styles = self._styles
        number = styles.total_number if total else styles.cell_number
        money = styles.total_money if total else styles.cell_money
        self._lines.text(0, name, styles.total if total else styles.cell)
        more = sums.billed - sums.expected
        for col, figure in enumerate((sums.messages, sums.estimated, sums.billed, more), start=1):
            self._lines.number(col, figure, number)
        if sums.cost_is_known:
            self._lines.number(len(_WIDTHS) - 1, sums.cost, money)
        else:
            self._lines.text(len(_WIDTHS) - 1, "", money)
        self._lines.end_wrapped((0, name))
