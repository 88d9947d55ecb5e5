"""What page and summary show of a run, counted in one pass over its rows.

Nothing here grows with the rows, and nothing names a recipient: the page is made to be mailed. A
phone leaves this module redacted, a reason without the cell that it quotes.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final, TypeVar

import phonenumbers

from campaign.domain import HANDED_OVER, Phone, ReportRow, Status, Tally
from campaign.domain.polling import HORIZON
from campaign.domain.recipients.phone_info import describe, redacted
from campaign.i18n import Lang
from campaign.reports.format import ReportContext

_STEPS_S: Final = (1, 5, 15, 60, 300, 900, 3600, 10_800, 21_600, 86_400, 604_800)
"""Each divides the next, so that counts can be put together; behind the last one they double."""

_MOST_STEPS: Final = 4096
"""Counted apart while events come in; with more of them, longer ones are used."""


@dataclass(frozen=True, slots=True)
class Point:
    """How many events of each series there have been until the end of a step."""

    until: datetime
    totals: Mapping[str, int]


class Timeline:
    """Counts events of several series, which are named, in common steps."""

    def __init__(self, *names: str) -> None:
        self._counts: dict[str, Counter[int]] = {name: Counter() for name in names}
        self._step_s = _STEPS_S[0]

    def add(self, name: str, moment: datetime) -> None:
        """One more event of a series; microseconds are dropped."""
        counts = self._counts[name]
        counts[int(moment.timestamp()) // self._step_s] += 1
        if len(counts) > _MOST_STEPS:
            self._coarsen()

    def points(self, at_most: int = 36) -> list[Point]:
        """The beginning, with nothing, and the end of 1 to `at_most` steps; [] without events."""
        if not any(self._counts.values()):
            return []
        first, last = self._ends()
        while last - first >= at_most:
            self._coarsen()
            first, last = self._ends()
        totals = dict.fromkeys(self._counts, 0)
        points = [Point(self._moment(first), dict(totals))]
        for step in range(first, last + 1):
            for name, counts in self._counts.items():
                totals[name] += counts[step]
            points.append(Point(self._moment(step + 1), dict(totals)))
        return points

    def _ends(self) -> tuple[int, int]:
        steps = [step for counts in self._counts.values() for step in counts]
        return min(steps), max(steps)

    def _moment(self, step: int) -> datetime:
        return datetime.fromtimestamp(step * self._step_s, UTC)

    def _coarsen(self) -> None:
        longer = next((s for s in _STEPS_S if s > self._step_s), 2 * self._step_s)
        ratio = longer // self._step_s
        for name, counts in self._counts.items():
            merged: Counter[int] = Counter()
            for step, count in counts.items():
                merged[step // ratio] += count
            self._counts[name] = merged
        self._step_s = longer


PROBLEMS_SHOWN: Final = 20

FIRST_ROWS: Final = 5

PROBLEMS: Final = frozenset(
    {Status.INVALID, Status.REFUSED, Status.UNKNOWN, Status.UNDELIVERED, Status.NO_FINAL_STATUS}
)
"""Statuses of recipients who did not get the text, or may not have, and somebody may act."""

VALID: Final = frozenset(Status) - {Status.INVALID, Status.DUPLICATE, Status.STOPPED, Status.ALREADY_SENT}
"""Statuses of rows that became a message."""

TRIED: Final = HANDED_OVER | {Status.REFUSED, Status.UNKNOWN}
"""The gateway was asked to take the message."""

NOT_SENT: Final = frozenset(Status) - TRIED - {Status.PENDING}
"""Statuses of rows that no gateway saw, and that none will see."""

HANDED, DELIVERED = "handed_over", "delivered"
"""Series of the timeline."""

_PLAIN_DETAILS: Final = frozenset({"status", "row", "limit", "length"})

_PLAIN_VALUE: Final = re.compile(r"[0-9]{1,7}", re.ASCII)

_E164: Final = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Problem:
    """A row that somebody may want to look up in the workbook.

    The phone is redacted; the details are plain numbers only: others may quote a cell.
    """

    source_no: int
    row_no: int
    phone: str
    status: Status
    code: str
    details: Mapping[str, str]


@dataclass(slots=True)
class RunCounts:
    """Counts over every row of a run.

    Attributes:
        reasons: (status, code) to rows.
        first_rows: (status, code) to (source number, row number) of its first rows.
        operators: Operator, "" where the data knows none, to the statuses of those tried there.
        timeline: Series `HANDED` and `DELIVERED`.
        problems: The first `PROBLEMS_SHOWN` rows with a status of `PROBLEMS`.
        billed_estimate: SMS that we had estimated for the messages that have been billed.
        priced: SMS of the messages for which the gateway named both their number and their cost.
        priced_cost: What those cost.
        unpriced: Messages handed over for which the gateway named no cost.
        unpriced_estimate: SMS that we had estimated for those.
        give_up: When tracking ends for the first and the last of those without a final status.
        numbering: Name and release of the data that knows operators.
    """

    reasons: Counter[tuple[Status, str]] = field(default_factory=Counter)
    first_rows: dict[tuple[Status, str], list[tuple[int, int]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    operators: dict[str, Counter[Status]] = field(default_factory=lambda: defaultdict(Counter))
    timeline: Timeline = field(default_factory=lambda: Timeline(HANDED, DELIVERED))
    problems: list[Problem] = field(default_factory=list)
    billed_estimate: int = 0
    priced: int = 0
    priced_cost: Decimal = Decimal(0)
    unpriced: int = 0
    unpriced_estimate: int = 0
    give_up: tuple[datetime, datetime] | None = None
    numbering: str = f"phonenumbers {phonenumbers.__version__}"

    @property
    def rows(self) -> int:
        """Every row of the files."""
        return self.reasons.total()

    @property
    def statuses(self) -> Counter[Status]:
        """Rows by status; they add up to `rows`."""
        statuses: Counter[Status] = Counter()
        for (status, _), count in self.reasons.items():
            statuses[status] += count
        return statuses

    def sum_of(self, statuses: frozenset[Status]) -> int:
        """Rows that have one of these statuses."""
        return sum(count for (status, _), count in self.reasons.items() if status in statuses)


def count_rows(rows: Iterable[ReportRow], lang: Lang) -> RunCounts:
    """Count everything that the page shows; `lang` is that of the operators' names."""
    counts, phones = RunCounts(), dict[str, str]()
    for row in rows:
        _count_reason(counts, row)
        _count_times(counts, row)
        _count_money(counts, row)
        if row.status in TRIED:
            operator = _operator(row.phone, lang)
            if operator not in counts.operators:
                phones[operator] = row.phone
            counts.operators[operator][row.status] += 1
    if lang != "en":
        _join_operators(counts, phones)
    return counts


def _join_operators(counts: RunCounts, phones: Mapping[str, str]) -> None:
    """The data has some ranges in English only: no operator may appear under two names.

    `phones` holds one of each operator.
    """
    english = {name: _operator(phone, "en") for name, phone in phones.items()}
    local = {other: name for name, other in english.items() if name != other}
    found, counts.operators = counts.operators, defaultdict(Counter)
    for name, statuses in found.items():
        counts.operators[local.get(english[name], name)] += statuses


def _count_reason(counts: RunCounts, row: ReportRow) -> None:
    key = (row.status, row.code)
    counts.reasons[key] += 1
    first_rows = counts.first_rows[key]
    if len(first_rows) < FIRST_ROWS:
        first_rows.append((row.source_no, row.row_no))
    if row.status in PROBLEMS and len(counts.problems) < PROBLEMS_SHOWN:
        details = {
            name: value
            for name, value in row.details.items()
            if name in _PLAIN_DETAILS and _PLAIN_VALUE.fullmatch(value)
        }
        phone = redacted(row.phone)
        problem = Problem(row.source_no, row.row_no, phone, row.status, row.code, details)
        counts.problems.append(problem)


def _count_money(counts: RunCounts, row: ReportRow) -> None:
    if row.cost is None and row.status in HANDED_OVER:
        counts.unpriced += 1
        counts.unpriced_estimate += row.segments or 0
    if row.sms_count is None:
        return
    counts.billed_estimate += row.segments or 0
    if row.cost is not None:
        counts.priced += row.sms_count
        counts.priced_cost += row.cost


def _count_times(counts: RunCounts, row: ReportRow) -> None:
    if row.handed_over_at is not None and row.status in HANDED_OVER:
        counts.timeline.add(HANDED, row.handed_over_at)
    if row.final_at is not None and row.status is Status.DELIVERED:
        counts.timeline.add(DELIVERED, row.final_at)
    if row.status is Status.ACCEPTED and row.handed_over_at is not None:
        end = max(row.handed_over_at, row.send_at or row.handed_over_at) + HORIZON
        first, last = counts.give_up or (end, end)
        counts.give_up = (min(first, end), max(last, end))


def _operator(phone: str, lang: Lang) -> str:
    if not _E164.fullmatch(phone):
        return ""
    try:
        return describe(Phone(phone), lang).operator
    except phonenumbers.NumberParseException:  # no such country; a report does not fail for that
        return ""


PRICE_STEP: Final = Decimal("0.0001")

_CENT: Final = Decimal("0.01")


def money_lines(context: ReportContext, counts: RunCounts) -> Iterator[tuple[str, str]]:
    """What was estimated and billed: name and figure, line by line."""
    tally, figures, label = context.tally, context.figures, context.label
    yield label("money_estimate"), figures.count(tally.segments_estimated)
    if tally.segments_billed:
        yield label("money_billed_estimate"), figures.count(counts.billed_estimate)
        yield label("money_billed"), figures.count(tally.segments_billed)
    unpriced, price = unpriced_text(context, counts), average_price(tally, counts)
    for currency, cost in tally.cost.items():
        yield label("money_named" if unpriced else "money_cost"), figures.money(cost, currency)
        if price is not None:
            whole = price * tally.segments_estimated
            yield label("money_price"), figures.money(price.quantize(PRICE_STEP), currency)
            yield label("money_whole"), figures.money(whole.quantize(_CENT), currency)
    if unpriced:
        yield label("money_unpriced"), unpriced
    if not tally.cost:
        yield label("money_cost"), label("money_none")


def average_price(tally: Tally, counts: RunCounts) -> Decimal | None:
    """Of one SMS, over those whose number and cost are known, where they are in one currency."""
    known = len(tally.cost) == 1 and counts.priced and counts.priced_cost.is_finite()
    return counts.priced_cost / counts.priced if known else None


def about_unpriced(tally: Tally, counts: RunCounts) -> Decimal | None:
    """What messages without a named price cost at the average of the others, if that is known."""
    price = average_price(tally, counts)
    if price is None or not counts.unpriced_estimate:
        return None
    return (price * counts.unpriced_estimate).quantize(_CENT)


def unpriced_text(context: ReportContext, counts: RunCounts) -> str:
    """How many messages the gateway took without naming their price, and about what they cost.

    An answer that was lost named it; what proved later that the message was taken names none. The
    text is "" where every price is named, or none at all.
    """
    tally, figures = context.tally, context.figures
    if not tally.cost or not counts.unpriced:
        return ""
    about = about_unpriced(tally, counts)
    return context.label(
        "unpriced" if about is None else "unpriced_about",
        count=figures.count(counts.unpriced),
        whole=figures.count(counts.sum_of(HANDED_OVER)),
        about="" if about is None else figures.money(about, next(iter(tally.cost))),
    )


def cost_sentences(context: ReportContext, counts: RunCounts) -> Iterator[str]:
    """The cost in sentences, with what it leaves out."""
    label, figures = context.label, context.figures
    unpriced = unpriced_text(context, counts)
    whole = [figures.money(cost, currency) for currency, cost in context.tally.cost.items()]
    if unpriced and len(whole) == 1 and counts.priced:
        sms = figures.count(counts.priced)
        yield label("said_named", cost=whole[0], sms=sms, unpriced=unpriced)
        return
    for cost in whole:
        yield label("said_cost", cost=cost)
    if unpriced:
        yield label("said_unpriced", unpriced=unpriced)


_OPEN: Final = (
    (Status.ACCEPTED, "open_accepted", "status", " --wait 10m"),
    (Status.PENDING, "open_pending", "resume", ""),
    (Status.UNKNOWN, "open_unknown", "unknown", ""),
)

_S = TypeVar("_S", bound=str)


def open_sentences(
    context: ReportContext, counts: RunCounts, sentence: Callable[..., _S], command: Callable[[str, str], str]
) -> list[_S]:
    """What may still change, until when, and how to go on.

    `sentence` takes the key of a label and what fills it, `command` a name and options.
    """
    figures, sentences = context.figures, []
    for status, key, verb, options in _OPEN:
        if not counts.statuses[status]:
            continue
        count = figures.count(counts.statuses[status])
        sentences.append(sentence(key, count=count, command=command(verb, options)))
        if status is Status.ACCEPTED and counts.give_up is not None:
            first, last = map(figures.stamp, counts.give_up)
            end = "open_give_up_at" if first == last else "open_give_up"
            sentences.append(sentence(end, first=first, last=last, moment=first))
    return sentences or [sentence("open_nothing")]
