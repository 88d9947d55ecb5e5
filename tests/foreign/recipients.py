"""Recipients files as users really have them: mixed phone styles, quotes, numbers as numbers.

The truth about the recipients is computed here, so that a test never asks the program under test
what should have happened.
"""

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from openpyxl import Workbook

from tests.foreign.gateway import final_word

TEMPLATE = "Здравствуйте, {Имя}! Скидка 10 % ждёт Вас до пятницы."

_STATUSES = {"delivered": "delivered", "delivery error": "undelivered", "smsc reject": "undelivered"}
_CODES = tuple(code for code in range(90) if code != 30)
"""Parts of 930 are not given out."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """One data row."""

    number: int
    """From 0, in file order."""

    @property
    def row(self) -> int:
        """The row number that a user sees: the heading is row 1."""
        return self.number + 2

    @property
    def phone(self) -> str:
        """+7 9CC 0NN NN NN: a valid mobile, different for each of the first 8,900,000."""
        rest, code = divmod(self.number, len(_CODES))
        return f"+79{_CODES[code]:02d}0{rest * 7919 % 100_000:05d}{self.number % 10}"

    @property
    def name(self) -> str:
        """Now and then one that breaks careless CSV code."""
        if self.number % 50 == 7:
            return f'ООО "Ромашка", отдел {self.number}'
        return f"Анна {self.number}"

    @property
    def client_id(self) -> str:
        return f"K{self.number:06d}"

    @property
    def text(self) -> str:
        return TEMPLATE.replace("{Имя}", self.name)

    @property
    def status_text(self) -> str:
        return final_word(self.phone)

    @property
    def status(self) -> str:
        """What the report must say once all is final."""
        return _STATUSES[self.status_text]

    def cell(self) -> str:
        """The phone as a user typed it."""
        digits = self.phone[2:]
        a, b, c, d = digits[:3], digits[3:6], digits[6:8], digits[8:]
        styles: Sequence[Callable[[], str]] = (
            lambda: self.phone,
            lambda: f"8{digits}",
            lambda: f"7{digits}",
            lambda: digits,
            lambda: f"8 ({a}) {b}-{c}-{d}",
            lambda: f"+7 {a} {b} {c} {d}",
        )
        return styles[self.number % len(styles)]()


def recipients(count: int) -> list[Recipient]:
    return [Recipient(number) for number in range(count)]


def table(listed: Sequence[Recipient], *, with_client_id: bool) -> list[list[str]]:
    """The cells, the heading first."""
    head = ["Имя", "Телефон", "Город"]
    rows = [[one.name, one.cell(), "Тверь"] for one in listed]
    if not with_client_id:
        return [head, *rows]
    return [["client_id", *head], *([one.client_id, *row] for one, row in zip(listed, rows, strict=True))]


def write_csv(path: Path, listed: Sequence[Recipient], *, with_client_id: bool = False) -> Path:
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(table(listed, with_client_id=with_client_id))
    return path


def write_xlsx(path: Path, listed: Sequence[Recipient], *, with_client_id: bool = False) -> Path:
    """Phones without signs are numbers, as Excel makes of them."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Клиенты")
    for cells in table(listed, with_client_id=with_client_id):
        sheet.append([int(cell) if cell.isdigit() else cell for cell in cells])
    book.save(path)
    return path
