"""Traps that each cost a campaign: times, escapes, wide exports, odd headings."""

import gzip
from collections.abc import Iterator, Sequence

from tests.torture.cases_sheets import TABLE, book_case
from tests.torture.expect import HEADING, RECIPIENTS, Case, Refused, Sent
from tests.torture.recipients import (
    error,
    everybody,
    file_case,
    lines,
    read,
    refused,
    table,
    text_case,
    text_for,
    with_names,
    with_phones,
)
from tests.torture.workbooks import Cell, Sheet, Value, archive, number, unpacked, xlsx

_PHONE_BAD = frozenset({"phone_not_a_number", "phone_impossible", "phone_too_long", "phone_comment"})


def _headings() -> Iterator[Case]:
    for n, heading in enumerate(
        ("Тел.", "моб. тел.", "Номер телефона клиента", "Сотовый", "Phone Number", "МОБИЛЬНЫЙ")
    ):
        text = lines([(heading, *HEADING[1:]), *RECIPIENTS])
        yield text_case(f"heading-{n}", f"users write {heading}", text)
    mixed = lines(table()).replace("Телефон", "T\u0435л\u0435фон")
    why = "a Latin letter in the heading"
    yield text_case("heading-mixed-letters", why, mixed, read(or_errors=("no_phone_column",)))
    codes = ("phone_column_ambiguous",)
    two = [("Телефон 1", "Телефон 2", *HEADING[1:])]
    two += [(p[0], "", *p[1:]) for p in RECIPIENTS]
    yield text_case("phone-1-and-2", "the second is mostly blank", lines(two), read(or_errors=codes))
    both = [("Телефон", "Мобильный", *HEADING[1:])]
    both += [("+74950000101", *p) for p in RECIPIENTS]
    why = "landlines in the first, mobiles in the second"
    yield text_case("landline-and-mobile", why, lines(both), read(or_errors=codes))
    comma = lines([HEADING]) + lines(RECIPIENTS, ",")
    yield text_case(
        "two-delimiters",
        "the heading was typed by hand",
        comma,
        read(
            {n: Refused(_PHONE_BAD | {"row_too_narrow"}) for n in range(2, 6)},
            or_errors=("no_phone_column", "delimiter_unclear", "template_unknown_column"),
        ),
    )
    quoted = "\ufeff" + "".join(";".join(f'"{c}"' for c in row) + "\r\n" for row in table())
    yield text_case("bom-and-quotes", "a mark, and then a quote", quoted)
    comment = lines([("# выгрузка CRM", "", ""), *table()])
    yield text_case("comment-line", "a comment above", comment, read(everybody(3)))


def _numbers() -> Iterator[Case]:
    ways = (
        ("thousands", "79\u00a0000\u00a0000\u00a0101", True),
        ("thousands-comma", "79,000,000,101", False),
        ("plus-eight", "+8 900 000-01-01", False),
        ("seven-eight", "+7 8 900 000-01-01", False),
        ("full-stop", "+79000000101.", False),
        ("line-feed", "+79000000101\n", True),
        ("arabic-digits", "+٧٩٠٠٠٠٠٠١٠١", True),
        ("minus", "-79000000101", False),
    )
    for name, way, sure in ways:
        codes = frozenset[str]() if sure else _PHONE_BAD | {"phone_two_numbers", "phone_too_short"}
        row = Sent(RECIPIENTS[0][0], text_for("Анна"), "A001", codes)
        text = lines(table([*with_phones(f'"{way}"'), *RECIPIENTS[1:]]))
        why = "as programs and users write it"
        yield text_case(f"phone-{name}", why, text, read({**everybody(), 2: row}))
    letter = lines(table([*with_phones("+7900000010З"), *RECIPIENTS[1:]]))
    bad = refused("phone_letters", "phone_not_a_number", field="Телефон")
    dated: list[Sequence[Value]] = [HEADING, [number("79000000101", 1), *RECIPIENTS[0][1:]], *RECIPIENTS[1:]]
    row = Sent(RECIPIENTS[0][0], text_for("Анна"), "A001", _PHONE_BAD | {"cell_unreadable"})
    odd: tuple[Value, ...] = (number("1.23456789012345E+19"), 1001, number("1001.5"))
    ids: list[Sequence[Value]] = [HEADING]
    ids += [[*p[:2], code] for code, p in zip(odd, RECIPIENTS, strict=False)]
    yield from (
        text_case("phone-letter-z", "a letter for 3", letter, read({**everybody(), 2: bad})),
        book_case("phone-date-format", "the column is formatted as dates: Excel shows #####",
                  Sheet(rows=dated),
                  expect=read({**everybody(), 2: row},
                              or_errors=("cell_unreadable", "workbook_broken")),
                  formats=["dd.mm.yyyy"]),
        book_case("client-id-numbers", "an order number of 20 digits has lost its last ones",
                  Sheet(rows=ids),
                  expect=read({2: refused("client_id_digits_lost", "client_id_bad_characters"),
                               3: Sent(RECIPIENTS[1][0], text_for("Пётр"), "1001"),
                               4: refused("client_id_bad_characters")})),
    )  # fmt: skip


def _times() -> Iterator[Case]:
    heads = [*HEADING, "День", "Время", "Когда"]
    values = [number(46_082, 1), number("0.4375", 2), number("46082.4375", 3)]
    shown = Sent(RECIPIENTS[0][0], "01.03.2026 10:30 01.03.2026 10:30", "A001")
    text = "{День} {Время} {Когда}"
    formats = ["dd.mm.yyyy", "h:mm", "dd.mm.yyyy h:mm"]
    sheet = Sheet(rows=[heads, [*RECIPIENTS[0], *values]])
    yield book_case(
        "times", "a doctor's appointments", sheet, expect=read({2: shown}), formats=formats, text=text
    )
    old = [number(46_082 - 1462, 1), number("0.4375", 2), number("44620.4375", 3)]

    def since_1904() -> bytes:
        parts = unpacked(xlsx(Sheet(rows=[heads, [*RECIPIENTS[0], *old]]), formats=formats))
        counted = b'<workbookPr date1904="1"/><sheets>'
        book = parts["xl/workbook.xml"].replace(b"<sheets>", counted)
        return archive({**parts, "xl/workbook.xml": book})

    yield file_case(
        "times-since-1904",
        "Excel for Mac counts days from 1904: four years and a day off",
        "table.xlsx",
        since_1904,
        read({2: shown}),
        settings={"text": text},
    )


def _escapes() -> Iterator[Case]:
    expected = everybody(2, [*with_names("Анна\r\nи Пётр"), *RECIPIENTS[1:]])
    missing: list[list[Value]] = [list(row) for row in TABLE]
    missing[2][1] = Cell("<v>999</v>", 't="s"')
    true = Sheet(rows=TABLE, row_attributes={3: 'hidden="true"'})
    yield from (
        book_case("escaped-return", "Excel writes the return of Windows as _x000D_",
                  Sheet(rows=table([*with_names("Анна_x000D_\nи Пётр"), *RECIPIENTS[1:]])),
                  expect=read(expected)),
        book_case("string-missing", "a cell names a string that is not there", Sheet(rows=missing),
                  expect=read({**everybody(), 3: refused("cell_unreadable")},
                              or_errors=("workbook_broken", "cell_unreadable"))),
        book_case("hidden-true", "another spelling of a hidden row", true,
                  expect=read({**everybody(), 3: refused("row_hidden")}, says=("hidden",))),
    )  # fmt: skip


def _sizes() -> Iterator[Case]:
    note = "ж" * 32_767
    rows = [[*HEADING, "Заметка"], *([*p, note] for p in RECIPIENTS)]
    yield book_case("long-notes", "the longest cells that Excel allows", Sheet(rows=rows))
    yield text_case("long-notes-csv", "the same in a text table", lines([list(map(str, r)) for r in rows]))
    wide = [[*HEADING, *(f"Поле {n}" for n in range(300))]]
    wide += [[*p, *(str(n) for n in range(300))] for p in RECIPIENTS]
    yield text_case("wide-csv", "an export of a CRM with 303 columns", lines(wide))
    may = ("workbook_hostile", "workbook_too_wide")
    yield book_case("wide-book", "the same as a workbook", Sheet(rows=wide), expect=read(or_errors=may))


def _files() -> Iterator[Case]:
    text = lines(table())
    yield text_case("file-name", "blanks and signs", text, read(), file="Клиенты № 1 (копия).csv")
    zipped = gzip.compress(text.encode(), mtime=0)
    binary = error("file_binary", "file_kind")
    yield text_case("gz-named-csv", "compressed, and the ending lost", zipped, binary)
    lock = b"\x04Anna" + b" " * 49 + b"\x04\x00A\x00n\x00n\x00a\x00" + b" \x00" * 50
    kinds = error("file_kind", "workbook_broken", "file_binary", "file_misnamed")
    yield text_case("lock-file", "Excel's own note that it is open", lock, kinds, file="~$table.xlsx")


CASES = (*_headings(), *_numbers(), *_times(), *_escapes(), *_sizes(), *_files())
