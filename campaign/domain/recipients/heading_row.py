"""Find the row of headings: below titles, in two lines, or nowhere.

No row that holds a phone is ever skipped as a title or taken for a heading by guess.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from campaign.domain.cells import column_letters, is_blank
from campaign.domain.recipients.headings import MAYBE, MAYBE_PHONE, NOT_PHONE_STEMS, heading_key, rank_phone
from campaign.domain.recipients.phone import parse_phone
from campaign.domain.table import RawRow
from campaign.errors import InputError, UnusableCell
from campaign.text import Text, joined, tr

HEAD_ROWS: Final = 30
"""Rows that are not blank among which the heading is looked for."""
_HEADING_ALONE, HOLDS_PHONES, _BOTH = 1, 2, 3
_MOSTLY, _NEARLY_ALL = 0.5, 0.9
_BETWEEN_CELLS: Final = frozenset(",;|\t")


def is_phone(cell: str) -> bool:
    """Whether the cell is nothing but a number to which an SMS can go, in whatever country.

    Stricter than `parse_phone`: this is evidence about whole columns, so `79161234567;Anna` is
    none.
    """
    if not _BETWEEN_CELLS.isdisjoint(cell) or any(map(str.isalpha, cell)):
        return False
    try:
        parse_phone(cell)
    except UnusableCell as error:
        return error.code == "phone_foreign"
    return True


def has_phone(row: RawRow) -> bool:
    """Whether any cell of the row is a phone."""
    return any(map(is_phone, row.cells))


def column(rows: Sequence[RawRow], index: int) -> list[str]:
    """The cells of a column that are not blank."""
    cells = (row.cells[index] for row in rows if index < len(row.cells))
    return [cell for cell in cells if not is_blank(cell)]


def phone_columns(rows: Sequence[RawRow], titles: Sequence[str] = ()) -> list[int]:
    """Columns of which at least nine cells in ten are phones, from the first phone on.

    Those whose heading names another number (an INN, an order) are left out.
    """
    found = []
    for index in range(max((len(row.cells) for row in rows), default=0)):
        title = heading_key(titles[index]) if index < len(titles) else ""
        if any(stem in title for stem in NOT_PHONE_STEMS):
            continue
        phones = list(map(is_phone, column(rows, index)))
        if True in phones and sum(phones) >= _NEARLY_ALL * (len(phones) - phones.index(True)):
            found.append(index)
    return found


def recipients_rank(rows: Sequence[RawRow]) -> int:
    """Rank the first rows of a sheet: 1 for a phone heading, plus 2 for phones in a column."""
    head = [row for row in rows if not is_blank("".join(row.cells))][:HEAD_ROWS]
    best = 0
    for index in range(max((len(row.cells) for row in head), default=0)):
        cells = column(head, index)
        phones = sum(map(is_phone, cells))
        titles = [cell for cell in cells if rank_phone(cell)]
        # "Number" alone is the number of anything; over phones it is theirs.
        surely = any(rank_phone(t) > MAYBE or heading_key(t) not in MAYBE_PHONE for t in titles)
        if phones > 0 and phones >= _MOSTLY * (len(cells) - 1):
            best = max(best, _BOTH if titles else HOLDS_PHONES)
        elif surely:
            best = max(best, _HEADING_ALONE)
    return best


_PHONE_DIGITS: Final = 10
SIDE_BY_SIDE: Final = 3
"""Columns of phones from which on a row may be a list of recipients."""
_GROUPS: Final = 2
"""Cells of a line of group names at least; a title stands alone in its row."""


@dataclass(frozen=True, slots=True)
class Heading:
    """Where the headings of a table are; the data begin at index `data_at` of the head.

    `row_no` is that of the lower line, 0 without headings; `titles` are then the letters; `lines`
    are the row or the two rows as they are in the file.
    """

    row_no: int
    titles: tuple[str, ...]
    data_at: int
    lines: tuple[RawRow, ...] = ()
    notes: tuple[Text, ...] = ()


def heading_at(head: Sequence[RawRow], at: int) -> Heading:
    """The heading in that row of the head, with the line above or below that belongs to it."""
    upper = at - 1 if at > 0 and _is_group_line(head, at - 1, at) else at
    lower = at + 1 if upper == at and _is_second_line(head, at) else at
    above = _above(head[:upper])
    if upper == lower:
        row = head[at]
        return Heading(row.row_no, row.cells, at + 1, (row,), above)
    lines = (head[upper], head[lower])
    note = tr(
        "The headings are in two rows: {upper} and {lower}.", upper=lines[0].row_no, lower=lines[1].row_no
    )
    return Heading(lines[1].row_no, _joined(*lines), lower + 1, lines, (*above, note))


def no_heading(head: Sequence[RawRow], at: int) -> Heading:
    """Letters for headings; the data begin at that row of the head."""
    width = max(len(row.cells) for row in head)
    note = tr("The file has no headings: its columns are named by their letters, as in {{A}}.")
    return Heading(0, tuple(map(column_letters, range(width))), at, (), (*_above(head[:at]), note))


def guess_heading(head: Sequence[RawRow]) -> int | None:
    """Index of the row that names a phone column best, above the first phone if there is one."""
    ranks = {at: max(map(rank_phone, row.cells), default=0) for at, row in enumerate(head)}
    found = [at for at, rank in ranks.items() if rank and not _may_be_recipient(head[at])]
    first = next((at for at, row in enumerate(head) if has_phone(row)), len(head))
    found = [at for at in found if at < first] or found
    found = [at for at in found if filled(head[at]) > 1] or found
    return max(found, key=lambda at: (ranks[at], -at), default=None)


def heading_by_content(head: Sequence[RawRow]) -> Heading | None:
    """The heading of a table in which one column holds phones; raises `phone_column_ambiguous`.

    None when no column holds phones, or it is not clear which rows are recipients.
    """
    # Titles count only once the row is known; without one no column can be left out.
    first = next((at for at, row in enumerate(head) if has_phone(row)), None)
    if first is None:
        return None
    at = _title_row(head, first)
    titles = head[at].cells if at is not None else ()
    columns = phone_columns(head[first:], titles)
    if len(columns) > 1:
        raise ambiguous(columns, titles)
    if not columns:
        return None
    index = columns[0]
    if at is not None and _is_title(head[at], index):
        return heading_at(head, at)
    # A row with digits in that column is a recipient with a wrong phone, not a title.
    begin = next((i for i in range(first) if _has_digits(_cell(head[i], index))), first)
    return no_heading(head, begin) if all(filled(row) == 1 for row in head[:begin]) else None


def ambiguous(columns: Sequence[int], titles: Sequence[str]) -> InputError:
    """The error for several columns that may hold the phone."""
    names = ", ".join(
        f"{titles[i].strip()!r} ({column_letters(i)})"
        if i < len(titles) and not is_blank(titles[i])
        else column_letters(i)
        for i in columns
    )
    turn = ""
    if len(columns) >= SIDE_BY_SIDE:
        turn = tr("If each of them is a recipient: put the phones one below the other.")
    return InputError(
        tr("Several columns may hold the phone: {names}.", names=names),
        hint=joined(tr("Say which one: --map phone={letters}.", letters=column_letters(columns[0])), turn),
        code="phone_column_ambiguous",
    )


def refuse_phones_above(head: Sequence[RawRow], heading: Heading) -> None:
    """Raise ``rows_above_heading``: titles are skipped, recipients are not."""
    for row in head[: heading.data_at]:
        if has_phone(row):
            raise InputError(
                tr(
                    "Row {row_no} contains a phone number but is above the headings in row {row_no2}.",
                    row_no=row.row_no,
                    row_no2=heading.row_no,
                ),
                hint=tr(
                    "Move it below the headings; or, if it is not a recipient, --header "
                    '{row_no}; or name the phone column: --map phone="…".',
                    row_no=heading.row_no,
                ),
                code="rows_above_heading",
            )


def _title_row(head: Sequence[RawRow], first: int) -> int | None:
    """The first row above the phones that may be a heading; titles stand alone in their row."""
    above = [at for at in range(first) if filled(head[at]) > 1]
    if not above and first > 0 and len(head[first].cells) == 1:
        return first - 1
    return next(iter(above), None)


def _is_title(row: RawRow, index: int) -> bool:
    cell = _cell(row, index)
    return not is_blank(cell) and not _has_digits(cell)


def _is_group_line(head: Sequence[RawRow], above: int, at: int) -> bool:
    """Whether the row above names groups of columns, or has cells that are merged downwards."""
    upper, lower = head[above], head[at]
    if upper.row_no + 1 != lower.row_no or filled(upper) < _GROUPS or has_phone(upper):
        return False
    if any(map(_has_digits, upper.cells)):
        return False
    merged = any(is_blank(_cell(lower, i)) for i, c in enumerate(upper.cells) if not is_blank(c))
    return merged or _has_doubles(lower.cells)


def _is_second_line(head: Sequence[RawRow], at: int) -> bool:
    """Whether the row below goes on with the headings: words under blanks, and then phones."""
    if len(head) <= at + 2 or head[at + 1].row_no != head[at].row_no + 1:
        return False
    second, data = head[at + 1 : at + 3]
    if has_phone(second) or any(map(_has_digits, second.cells)) or not has_phone(data):
        return False
    return any(is_blank(_cell(head[at], i)) for i, cell in enumerate(second.cells) if not is_blank(cell))


def _joined(upper: RawRow, lower: RawRow) -> tuple[str, ...]:
    """One title a column: the lower one; with its group where it alone would say too little."""
    width = max(len(upper.cells), len(lower.cells))
    counts = Counter(map(heading_key, lower.cells))
    titles, group = [], ""
    for index in range(width):
        above, below = _cell(upper, index), _cell(lower, index)
        group = group if is_blank(above) else above
        doubled = counts[heading_key(below)] > 1
        if is_blank(below):
            titles.append(above)
        elif doubled or (rank_phone(group) and not rank_phone(below)):
            titles.append(f"{group.strip()} {below.strip()}")
        else:
            titles.append(below)
    return tuple(titles)


def _above(rows: Sequence[RawRow]) -> tuple[Text, ...]:
    if not rows:
        return ()
    first, last = rows[0].row_no, rows[-1].row_no
    if first == last:
        return (tr("Row {row} above the table: not read.", row=first),)
    return (tr("Rows {first} to {last} above the table: not read.", first=first, last=last),)


def _has_doubles(cells: Sequence[str]) -> bool:
    keys = [heading_key(cell) for cell in cells if not is_blank(cell)]
    return len(set(keys)) < len(keys)


def _has_digits(cell: str) -> bool:
    return any(map(str.isdigit, cell)) or is_phone(cell)


def _may_be_recipient(row: RawRow) -> bool:
    """Whether a cell has a phone's digits among others, as in Google contacts: never a heading."""
    return any(sum(map(str.isdigit, cell)) >= _PHONE_DIGITS for cell in row.cells)


def _cell(row: RawRow, index: int) -> str:
    return row.cells[index] if index < len(row.cells) else ""


def filled(row: RawRow) -> int:
    """How many cells of the row are not blank."""
    return sum(not is_blank(cell) for cell in row.cells)
