"""Cells: what spreadsheets do to numbers, and what users and web pages leave in cells."""

from collections.abc import Iterator

from tests.torture.cases_sheets import book_case
from tests.torture.expect import HEADING, RECIPIENTS, Case, Refused, Sent
from tests.torture.recipients import (
    everybody,
    lines,
    read,
    refused,
    table,
    text_case,
    text_for,
    with_names,
    with_phones,
)
from tests.torture.workbooks import Cell, Grid, Sheet, Value, error, formula, number, rich

_TRUE = Cell("<v>1</v>", 't="b"')
_LOST = refused("phone_digits_lost", field="Телефон")
_NO_VALUE = refused("formula_without_value")


def _with_phone(*phones: Value) -> Sheet:
    rows = [[phone, *p[1:]] for phone, p in zip(phones, RECIPIENTS, strict=False)]
    return Sheet(rows=[HEADING, *rows])


def _phones_in_books() -> Iterator[Case]:
    whole = [int(p[0]) for p in RECIPIENTS]
    yield book_case("phone-number", "typed without the plus", _with_phone(*whole))
    yield book_case(
        "phone-number-forms",
        "one number in the ways in which programs store it",
        _with_phone(*map(number, ("79000000101.0", "7.9000000102E10", "9000000103", "89000000104"))),
    )
    one_blank = _with_phone(whole[0], None, whole[2], whole[3])
    yield from (
        book_case("phone-number-blank", "a blank among numbers makes pandas write 79000000101.0",
                  one_blank,
                  expect=read({**everybody(), 3: refused("phone_empty", field="Телефон")})),
        book_case("phone-digits-lost", "saved as text of what Excel showed",
                  _with_phone("7,9E+10", "7,90000E+10", "7.90000000E+10", RECIPIENTS[3][0]),
                  expect=read({2: _LOST, 3: _LOST, 4: _LOST, 5: everybody()[5]})),
    )  # fmt: skip
    yield book_case(
        "phone-rounded",
        "a number of more digits than Excel keeps",
        _with_phone(number("7.90000001011E+18"), RECIPIENTS[1][0]),
        expect=read({
            2: refused("phone_digits_lost", "phone_too_long", "phone_impossible", field="Телефон"),
            3: everybody()[3],
        }),
    )  # fmt: skip
    yield book_case(
        "phone-fraction",
        "half a number",
        _with_phone(number("79000000101.5"), RECIPIENTS[1][0]),
        expect=read({
            2: refused("phone_not_a_number", "phone_too_long", "phone_impossible"),
            3: everybody()[3],
        }),
    )  # fmt: skip
    yield from (
        book_case("phone-error", "a look-up that found nothing",
                  _with_phone(error("#N/A"), RECIPIENTS[1][0], _TRUE, RECIPIENTS[3][0]),
                  expect=read({**everybody(),
                               2: refused("phone_not_a_number", "cell_error", field="Телефон"),
                               4: refused("phone_not_a_number", field="Телефон")})),
        book_case("phone-rich", "half of it bold",
                  _with_phone(rich("+7900", "0000101"), *(p[0] for p in RECIPIENTS[1:]))),
    )  # fmt: skip
    redact = [int(p[0][2:]) for p in RECIPIENTS]
    quoted = Cell("<is><t>+79000000101</t></is>", 't="inlineStr" quotePrefix="1"')
    yield from (
        book_case("phone-format", "ten digits shown as +7 (900) 000-01-01",
                  _with_phone(*(number(n, 1) for n in redact)),
                  formats=['"+7 ("000") "000"-"00"-"00']),
        book_case("phone-apostrophe", "typed with an apostrophe",
                  _with_phone(quoted, *(p[0] for p in RECIPIENTS[1:]))),
    )  # fmt: skip


def _phones_in_texts() -> Iterator[Case]:
    ways = (
        ("apostrophe", "'+79000000101"),
        ("nbsp", "+7\u00a0900\u00a0000\u00a001\u00a001"),
        ("narrow-nbsp", "+7\u202f900\u202f000\u202f01\u202f01"),
        ("zero-width", "\u200b+79000000101\u200b"),
        ("bidi", "\u202a+7 900 000-01-01\u202c"),
        ("full-width", "＋７９０００００0１０１"),
        ("dashes", "8–900–000—01‑01"),
        ("dots", "8.900.000.01.01"),
        ("brackets", "+7(900)0000101"),
        ("float", "79000000101.0"),
        ("float-comma", "79000000101,00"),
        ("scientific-whole", "7.9000000101E+10"),
        ("formula-text", '="79000000101"'),
        ("tel-link", "tel:+79000000101"),
        ("soft-hyphen", "+7900\u00ad000\u00ad0101"),
        ("double-zero", "007 900 000 01 01"),
    )
    may = frozenset({"phone_not_a_number", "phone_impossible", "phone_too_long"})
    for name, way in ways:
        sure = name not in {"formula-text", "tel-link", "dashes", "dots", "double-zero"}
        row = Sent(RECIPIENTS[0][0], text_for("Анна"), "A001", frozenset() if sure else may)
        cell = '"' + way.replace('"', '""') + '"'
        text = lines(table([*with_phones(cell), *RECIPIENTS[1:]]))
        yield text_case(f"phone-{name}-csv", "as users write it", text, read({**everybody(), 2: row}))
    yield from _comments()
    yield from _two_phones()


def _comments() -> Iterator[Case]:
    codes = frozenset({"phone_comment"})
    rows: dict[int, Sent | Refused] = {
        n: Sent(phone, text_for(name), client_id, codes)
        for n, (phone, name, client_id) in enumerate(RECIPIENTS[:3], 2)
    }
    rows[5] = refused("phone_extension", "phone_not_a_number", field="Телефон")
    cells = (
        "мама +7 900 000-01-01",
        "+7 900 000-01-02 (Пётр)",
        "+7 900 000-01-03 звонить после 18",
        "+7 900 000-01-04 доб. 12",
    )
    text = lines(table(with_phones(*cells)))
    yield text_case("phone-comments", "words next to the number", text, read(rows))


def _two_phones() -> Iterator[Case]:
    cells = (
        "+79000000101, +79000000201",
        "8 900 000-01-02 / 8 900 000-02-02",
        "+79000000103; +74950000101",
        "+74950000101, +79000000104",
    )
    codes = frozenset({"phone_landline", "phone_two_numbers"})
    phone, name, client_id = RECIPIENTS[3]
    rows = {**everybody(), 5: Sent(phone, text_for(name), client_id, codes)}
    yield text_case(
        "two-phones",
        "the first is used, the second named",
        lines(table(with_phones(*(f'"{cell}"' for cell in cells)))),
        read(rows, advises=("9000000201|900 ?000.?02.?01|two|second|втор",)),
    )


def _formulas() -> Iterator[Case]:
    named: Grid = [[*row] for row in (HEADING, *RECIPIENTS)]
    named[1] = [RECIPIENTS[0][0], formula("VLOOKUP(1,E:F,2)", None), "A001"]
    named[2] = [RECIPIENTS[1][0], formula("VLOOKUP(1,E:F,2)", "#N/A", kind="e"), "A002"]
    errors = refused("placeholder_error", "cell_error", "placeholder_empty", field="Имя")
    text = lines(table([*with_names("Анна", "#Н/Д"), *RECIPIENTS[2:]]))
    yield from (
        book_case("formula-stored", "='7'&A1, calculated by Excel",
                  _with_phone(*(formula('"7"&E2', p[0], kind="str") for p in RECIPIENTS))),
        book_case("formula-not-stored", "written by a program that does not calculate",
                  _with_phone(formula("E2", None), *(p[0] for p in RECIPIENTS[1:])),
                  expect=read({**everybody(), 2: _NO_VALUE})),
        book_case("name-errors", "Dear #N/A is no greeting", Sheet(rows=named),
                  expect=read({**everybody(), 2: _NO_VALUE, 3: errors})),
        text_case("name-errors-csv", "Excel saved the error as a word", text,
                  read({**everybody(), 3: errors})),
    )  # fmt: skip


def _shown() -> Iterator[Case]:
    """A text holds what the user sees in the cell."""
    heads = [*HEADING, "Дата", "Сумма", "Процент", "Карта"]
    values = (number(46_082, 1), number("1500.5", 2), number("0.15", 3), number(7, 4))
    text = "{Дата} {Сумма} {Процент} {Карта}"
    formats = ["dd.mm.yyyy", "0.00", "0%", "000000"]
    point = Sent(RECIPIENTS[0][0], "01.03.2026 1500.50 15% 000007", "A001")
    ids: Grid = [list(HEADING)]
    ids += [[p[0], p[1], number(n, 1)] for n, p in enumerate(RECIPIENTS, 1)]
    rows = {n: Sent(p[0], text_for(p[1]), f"00000{n - 1}") for n, p in enumerate(RECIPIENTS, 2)}
    whole: Grid = [[*HEADING, "Скидка"]]
    whole += [[*p, number("0.1")] for p in RECIPIENTS]
    yield from (
        book_case("formats", "dates, money, percents and card numbers with zeros",
                  Sheet(rows=[heads, [*RECIPIENTS[0], *values]]), expect=read({2: point}),
                  formats=formats, text=text),
        book_case("client-id-format", "7 shown as 000007: that is what the customer's records say",
                  Sheet(rows=ids), expect=read(rows), formats=["000000"]),
    )  # fmt: skip
    rows = {n: Sent(p[0], f"{p[1]}: 0.1", p[2]) for n, p in enumerate(RECIPIENTS, 2)}
    yield book_case(
        "number-general", "a plain fraction", Sheet(rows=whole), expect=read(rows), text="{Имя}: {Скидка}"
    )
    yes: Grid = [[*HEADING, "VIP"]]
    yes += [[*p, n % 2 == 0] for n, p in enumerate(RECIPIENTS)]
    rows = {
        n: Sent(p[0], f"{p[1]} {'TRUE' if n % 2 == 0 else 'FALSE'}", p[2])
        for n, p in enumerate(RECIPIENTS, 2)
    }
    yield book_case("boolean", "TRUE in a text", Sheet(rows=yes), expect=read(rows), text="{Имя} {VIP}")


def _words() -> Iterator[Case]:
    codes = ("007", "1E5", "0x1F", "TRUE")
    for name, why, recipients in (
        ("names-like-nothing", "NA is a name", with_names("NA", "NULL", "nan", "None")),
        ("ids-like-numbers", "007 is not 7",
         [(*p[:2], code) for code, p in zip(codes, RECIPIENTS, strict=True)]),
    ):  # fmt: skip
        rows = read(everybody(2, recipients))
        yield text_case(name, why, lines(table(recipients)), rows)
        yield book_case(f"{name}-book", "the same", Sheet(rows=table(recipients)), expect=rows)
    odd = with_names("=1+1", "@SUM(A1)", "-5", "{password}")
    text = lines(table(odd))
    yield text_case("names-like-code", "text stays text", text, read(everybody(2, odd)))


CASES = (*_phones_in_books(), *_phones_in_texts(), *_formulas(), *_shown(), *_words())
