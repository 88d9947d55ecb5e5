"""The columns that a table-shaped report adds to the recipients' own, in their order.

Workbook, CSV and data frame show the same columns; only their formats differ.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from enum import Enum, auto
from typing import TypeAlias

from campaign.domain import ReportRow, Status
from campaign.i18n import (
    Lang,
    Sentence,
    in_full,
    in_short,
    label,
    reason,
    separators,
    status_name,
    status_sentence,
)

Value: TypeAlias = str | int | Decimal | datetime | None


class Kind(Enum):
    """How a column's values are written."""

    TEXT = auto()
    ORDINAL = auto()
    NUMBER = auto()
    MONEY = auto()
    TIME = auto()


@dataclass(frozen=True, slots=True)
class Column:
    """One of our columns: its name for programs, as in JSON Lines, and its width in characters."""

    key: str
    kind: Kind
    width: int


OWN_COLUMNS = (
    Column("row", Kind.ORDINAL, 10),
    Column("status", Kind.TEXT, 22),
    Column("reason", Kind.TEXT, 60),
    Column("hint", Kind.TEXT, 52),
    Column("gateway_status", Kind.TEXT, 20),
    Column("client_id", Kind.TEXT, 20),
    Column("phone", Kind.TEXT, 15),
    Column("segments", Kind.NUMBER, 11),
    Column("sms_count", Kind.NUMBER, 11),
    Column("cost", Kind.MONEY, 14),
    Column("send_at", Kind.TIME, 20),
    Column("handed_over_at", Kind.TIME, 20),
    Column("final_at", Kind.TIME, 20),
    Column("smsc_id", Kind.TEXT, 16),
)
"""`Texts.values` gives a row's values in this order."""

_LABELS = {"phone": "own_phone", "client_id": "own_client_id", "gateway_status": "gateway_word"}
"""Columns whose heading is another label than their key. A report that is fed back has the
recipients' columns, and ours must not be taken for a phone or a client's id next to them."""

_NO_DETAIL = ("… — ", "…: ")
"""How a sentence begins whose value is missing, where what follows can stand alone."""

_NO_SUBJECT = "… "
"""How an English one begins where it cannot: "… has too few digits"."""


class Texts:
    """The texts of a report in one language; frequent sentences are made once.

    Args:
        lang: Of all texts.
        timezone: Named in the headings of times.
        currencies: Of the run; a single one is named in the heading of the cost.
        begun: When the run was planned: before all times of its report.
    """

    def __init__(self, lang: Lang, timezone: tzinfo, currencies: Sequence[str], begun: datetime) -> None:
        self.lang: Lang = lang
        self.timezone = timezone
        self.zone = in_short(timezone, lang, begun)
        self._begun = begun
        self._currency = currencies[0] if len(currencies) == 1 else ""
        self._statuses = {status: capital(status_name(status, lang)) for status in Status}
        self._plain: dict[tuple[Status, str], Sentence] = {}

    def zone_until(self, as_of: datetime) -> str:
        """The zone in full, where a report names it once for all times up to its own."""
        return in_full(self.timezone, self.lang, self._begun, as_of)

    def heading(self, column: Column) -> str:
        """The heading of one of our columns, with its time zone or currency."""
        name = label(_LABELS.get(column.key, column.key), self.lang)
        if column.kind is Kind.TIME:
            return f"{name}, {self.zone}"
        if column.kind is Kind.MONEY and self._currency:
            return f"{name}, {self._currency}"
        return name

    def status(self, status: Status) -> str:
        """The short name of a status."""
        return self._statuses[status]

    def meaning(self, status: Status) -> str:
        """A status in a sentence."""
        return status_sentence(status, self.lang)

    def sentence(self, row: ReportRow) -> Sentence:
        """Why the row has its status, and what to do about it."""
        if row.details:
            return reason(row.code, row.details, self.lang)
        return self.plain(row.status, row.code)

    def plain(self, status: Status, code: str) -> Sentence:
        """The sentence of a reason without the details of one row."""
        key = (status, code)
        if key not in self._plain:
            bare = Sentence(self.meaning(status), "")
            self._plain[key] = reason(code, {}, self.lang) if code else bare
        return self._plain[key]

    def of_all(self, status: Status, code: str) -> Sentence:
        """The same for a table of reasons: no gap stands where a row's detail would."""
        plain = self.plain(status, code)
        sentence = plain.reason.replace("….", "…")
        for gap in _NO_DETAIL:
            if sentence.startswith(gap):
                sentence = capital(sentence.removeprefix(gap))
        if self.lang == "en" and sentence.startswith(_NO_SUBJECT):
            sentence = "The value " + sentence.removeprefix(_NO_SUBJECT)
        return Sentence(sentence, plain.hint)

    def values(self, row: ReportRow) -> tuple[Value, ...]:
        """A row's values for `OWN_COLUMNS`."""
        sentence = self.sentence(row)
        return (
            row.row_no,
            self._statuses[row.status],
            sentence.reason,
            sentence.hint,
            row.status_text,
            row.client_id,
            row.phone,
            row.segments,
            row.sms_count,
            row.cost,
            row.send_at,
            row.handed_over_at,
            row.final_at,
            row.smsc_id,
        )


def fitted(cells: tuple[str, ...], width: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """As many cells as there are headings, and those beyond the last one."""
    return (*cells[:width], *("",) * (width - len(cells))), cells[width:]


def capital(name: str) -> str:
    """A name as it begins a cell; what follows its first letter stays."""
    return name[:1].upper() + name[1:]


def money(cost: Decimal) -> str:
    """An exact sum with at least two decimals: `2.50`, `0.00`, `1.125`; never an exponent."""
    if not cost.is_finite():
        return str(cost)
    digits = f"{cost:f}"
    whole, _, fraction = digits.partition(".")
    return f"{whole}.{fraction.rstrip('0').ljust(2, '0')}"


def local_money(cost: Decimal, lang: Lang) -> str:
    """The same for a spreadsheet: a Russian Excel reads 2.50 as a date and 2,50 as money."""
    return money(cost).replace(".", separators(lang)[1])


def utc(moment: datetime | None) -> str | None:
    """ISO 8601 in UTC to the second, `2026-05-04T09:00:00Z`."""
    return None if moment is None else f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
