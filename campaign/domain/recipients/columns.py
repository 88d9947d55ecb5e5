"""Find the heading row and what each column is for.

The phone column is never chosen silently between two that fit equally well, and no row that holds a
phone is skipped as a title: a wrong guess here texts the wrong recipients or loses some.
"""

import difflib
import itertools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from campaign.domain.cells import column_letters, is_blank, name_key, shown
from campaign.domain.message.mojibake import mojibake_hint
from campaign.domain.recipients.data_rows import judged
from campaign.domain.recipients.heading_row import (
    HEAD_ROWS,
    SIDE_BY_SIDE,
    Heading,
    ambiguous,
    column,
    filled,
    guess_heading,
    has_phone,
    heading_at,
    heading_by_content,
    is_phone,
    no_heading,
    phone_columns,
    refuse_phones_above,
)
from campaign.domain.recipients.headings import (
    KNOWN_HEADING,
    MAYBE,
    MAYBE_PHONE,
    NO,
    REFUSAL_STEMS,
    columns_named,
    heading_key,
    letter_index,
    rank,
)
from campaign.domain.table import Layout, RawRow, Role
from campaign.errors import InputError
from campaign.text import Text, joined, tr


def locate(
    rows: Iterator[RawRow], mapping: Mapping[Role, str], *, header: int | None = None
) -> tuple[Layout, Iterator[RawRow]]:
    """Find the heading row and the columns; the data rows come back as `data_rows` judges them.

    Args:
        rows: Every row of the file. Blank rows and titles above the heading are dropped.
        mapping: Role to heading, or to a column letter if no heading has that name. A phone column
            given by letter in a file without headings makes every row a data row.
        header: Row number of the headings, the lower one of two; 0: the file has none. None: the
            row is looked for among the first 30 that are not blank.

    Raises:
        InputError: `empty_file`, `header_row`, `no_phone_column`, `phone_column_ambiguous`,
            `map_unknown_column`, `map_ambiguous_column` or `rows_above_heading`; while rows are
            taken `second_heading`.
    """
    not_blank = (row for row in rows if not is_blank("".join(row.cells)))
    head = list(itertools.islice(not_blank, HEAD_ROWS))
    if not head:
        raise InputError(
            tr("The file has no rows."), hint=tr("Check the sheet: --sheet NAME."), code="empty_file"
        )
    phone_name = mapping.get(Role.PHONE, "")
    if header is None:
        heading = _find_heading(head, phone_name)
        refuse_phones_above(head, heading)
    else:
        heading = _given_heading(head, not_blank, header)
    data = head[heading.data_at :]
    width = max((len(row.cells) for row in (*heading.lines, *data)), default=0)
    roles, notes = find_roles(heading.titles, mapping, data, width)
    notes += _about_refusals(heading.titles)
    layout = Layout(heading.row_no, heading.titles, roles, (*heading.notes, *notes))
    rest = itertools.chain(data, rows)
    if Role.PHONE not in roles:
        return layout, rest
    width = _row_width(heading, data)
    return layout, judged(rest, heading.lines, phone=roles[Role.PHONE], width=width)


def find_roles(
    titles: Sequence[str], mapping: Mapping[Role, str], data: Sequence[RawRow], width: int
) -> tuple[Mapping[Role, int], tuple[Text, ...]]:
    """Role to column index, and notes about the choice; raises as `locate` does."""
    roles = {role: _mapped(titles, role, name=name, width=width) for role, name in mapping.items()}
    notes: tuple[Text, ...] = ()
    for role in Role:
        if role in roles:
            continue
        taken = frozenset(roles.values())
        ranks = {i: rank(role, title) for i, title in enumerate(titles) if i not in taken}
        if role is Role.PHONE:
            roles[role], notes = _phone(titles, ranks, data)
        elif (best := max(ranks.values(), default=NO)) > NO:
            roles[role] = next(i for i, value in ranks.items() if value == best)
    return MappingProxyType(roles), notes


def unknown_column(role: Role, name: str, titles: Sequence[str]) -> InputError:
    """The error for a column that nobody can find."""
    names = {name_key(title): shown(title) for title in titles if not is_blank(title)}
    near = difflib.get_close_matches(name_key(name), names, n=1)
    guess = ""
    if near:
        guess = tr('Did you mean --map {role}="{name}"?', role=role, name=names[near[0]])
    return InputError(
        joined(tr("The file has no column {name!r} for {role}.", name=name, role=role), guess),
        hint=tr("Columns found: {listed}.", listed=listed(titles)),
        code="map_unknown_column",
    )


def listed(titles: Sequence[str]) -> str:
    """Headings for a message."""
    return ", ".join(shown(title) for title in titles if not is_blank(title))


def _mapped(titles: Sequence[str], role: Role, *, name: str, width: int) -> int:
    found = columns_named(titles, name)
    if len(found) > 1:
        letters = ", ".join(f"--map {role}={column_letters(i)}" for i in found)
        raise InputError(
            tr("{count} columns are called {name!r}.", count=len(found), name=name),
            hint=tr("Name one by its letter: {letters}.", letters=letters),
            code="phone_column_ambiguous" if role is Role.PHONE else "map_ambiguous_column",
        )
    index = found[0] if found else letter_index(name, width)
    if index is None:
        raise unknown_column(role, name, titles)
    return index


def _phone(
    titles: Sequence[str], ranks: Mapping[int, int], data: Sequence[RawRow]
) -> tuple[int, tuple[Text, ...]]:
    best = max(ranks.values(), default=NO)
    named = [i for i, value in ranks.items() if value == best > NO]
    if len(named) == 1 and not (best == MAYBE and _is_number_of_anything(titles, named[0], data)):
        return named[0], ()
    if len(named) > 1:
        # A column named for phones is out only when it is blank; one that may be, without phones.
        possible = [
            i
            for i in named
            if (column(data, i) if best >= KNOWN_HEADING else any(map(is_phone, column(data, i))))
        ]
        if len(possible) != 1:
            raise ambiguous(named, titles)
        why = tr("the others are blank") if best >= KNOWN_HEADING else tr("the others hold none")
        return possible[0], (_note(titles, possible[0], why),)
    found = phone_columns(data, titles)
    if len(found) > 1:
        raise ambiguous(found, titles)
    if found:
        return found[0], (_note(titles, found[0], tr("its cells are phones")),)
    if named:
        return named[0], ()
    raise _unrecognised(titles, tr('Name it: --map phone="…".'))


def _unrecognised(titles: Sequence[str], hint: Text) -> InputError:
    return InputError(
        tr("No column for the phone was recognised. Headings found: {listed}.", listed=listed(titles)),
        hint=hint,
        code="no_phone_column",
    )


def _is_number_of_anything(titles: Sequence[str], index: int, data: Sequence[RawRow]) -> bool:
    return heading_key(titles[index]) in MAYBE_PHONE and not any(map(is_phone, column(data, index)))


def _note(titles: Sequence[str], index: int, why: Text) -> Text:
    title = shown(titles[index]) if index < len(titles) else ""
    return tr(
        "Column {letter} ({title}) is taken for the phone: {why}.",
        letter=column_letters(index),
        title=title,
        why=why,
    )


def _about_refusals(titles: Sequence[str]) -> tuple[Text, ...]:
    """Name the columns that may say who wants no SMS; their values are free text, so not judged."""
    found = [t for t in titles if any(stem in heading_key(t) for stem in REFUSAL_STEMS)]
    if not found:
        return ()
    note = tr(
        "ATTENTION: {columns} may say who must not get messages, and is not checked: "
        "remove those rows, or put them on the stop-list.",
        columns=listed(found),
    )
    return (note,)


def _row_width(heading: Heading, data: Sequence[RawRow]) -> int:
    """Cells that a row may have: as many as the headings, or as most rows where there are none."""
    if heading.lines:
        return max(len(line.cells) for line in heading.lines)
    widths = Counter(len(row.cells) for row in data)
    return max(widths, key=lambda width: (widths[width], width), default=0)


def _find_heading(head: Sequence[RawRow], phone_name: str) -> Heading:
    if phone_name:
        return _mapped_heading(head, phone_name)
    at = guess_heading(head)
    found = heading_by_content(head) if at is None else heading_at(head, at)
    if found is None:
        raise _no_phone_column(head)
    return found


def _mapped_heading(head: Sequence[RawRow], phone_name: str) -> Heading:
    for at, row in enumerate(head):
        if columns_named(row.cells, phone_name):
            return heading_at(head, at)
    guessed = guess_heading(head)
    index = letter_index(phone_name, max(len(row.cells) for row in head))
    if guessed is not None:
        found = heading_at(head, guessed)
        if index is not None or columns_named(found.titles, phone_name):
            return found
    if index is not None:
        for at, row in enumerate(head):
            if index < len(row.cells) and not is_blank(row.cells[index]):
                return no_heading(head, 0) if is_phone(row.cells[index]) else heading_at(head, at)
    raise unknown_column(Role.PHONE, phone_name, _likely_heading(head))


def _given_heading(head: list[RawRow], following: Iterator[RawRow], header: int) -> Heading:
    """The heading in the given row; `head` grows past it."""
    if header == 0:
        return no_heading(head, 0)
    while head[-1].row_no < header and (row := next(following, None)) is not None:
        head.append(row)
    at = next((at for at, row in enumerate(head) if row.row_no == header), None)
    if at is None:
        raise InputError(
            tr(
                "Row {header} is blank or after the end of the table; it cannot be the headings.",
                header=header,
            ),
            hint=tr(
                "The first row that is not blank is row {row_no}: --header {row_no}, or --header "
                "0 for a table without headings.",
                row_no=head[0].row_no,
            ),
            code="header_row",
        )
    head += itertools.islice(following, max(0, HEAD_ROWS - len(head) + at))
    found = heading_at(head[: at + 1], at)
    phones = [str(row.row_no) for row in head[:at] if has_phone(row)]
    if not phones:
        return found
    note = tr("Rows above the headings that hold a phone, and are not read: {rows}.", rows=", ".join(phones))
    return replace(found, notes=(*found.notes, note))


def _likely_heading(head: Sequence[RawRow]) -> tuple[str, ...]:
    at = guess_heading(head)
    if at is None:
        at = next((i for i, row in enumerate(head) if filled(row) > 1), 0)
    return head[at].cells


def _no_phone_column(head: Sequence[RawRow]) -> InputError:
    heading = _likely_heading(head)
    phones = [i for i, cell in enumerate(heading) if is_phone(cell)]
    if len(phones) >= SIDE_BY_SIDE:
        return InputError(
            tr("The phones are side by side in one row; no phone column was found."),
            hint=tr("Turn the table (Paste Special, Transpose), so that every recipient has a row."),
            code="no_phone_column",
        )
    if phones:
        return InputError(
            tr("The file has no row of headings: its first row already contains a phone number."),
            hint=tr(
                "Name the column by its letter: --header 0 --map phone={letter}.",
                letter=column_letters(phones[0]),
            ),
            code="no_phone_column",
        )
    hint = tr('Name it: --map phone="…"; or name the row of the headings: --header N.')
    return _unrecognised(heading, joined(hint, mojibake_hint(heading)))
