"""Layouts of text tables: titles, no headings, doubled headings, ragged rows, totals."""

from collections.abc import Iterator

from tests.torture.expect import HEADING, RECIPIENTS, Case, Expect, Refused, Sent
from tests.torture.recipients import (
    error,
    everybody,
    lines,
    read,
    refused,
    table,
    text_case,
    text_for,
)

_NO_RECIPIENT = (
    "phone_not_a_number", "phone_empty", "phone_too_short", "repeated_heading", "totals_row",
)  # fmt: skip


def _above() -> Iterator[Case]:
    title = "Клиенты магазина «Ромашка»;;\r\n\r\nВыгружено 02.03.2026;;\r\n"
    contact = "Вопросы: Мария, +7 900 000-09-99;;\r\n"
    yield from (
        text_case("title-rows", "1C reports", title + lines(table()), read(everybody(5))),
        text_case("title-speaks-of-phones", "a title with the word of the heading",
                  "Телефоны клиентов;;\r\n" + lines(table()), read(everybody(3))),
        text_case("forty-title-rows", "a letterhead, and the table far below",
                  "".join(f"Строка {n};;\r\n" for n in range(40)) + lines(table()),
                  read(everybody(42), or_errors=("no_phone_column",))),
        text_case("phone-above", "a recipient above the headings would be left out",
                  lines([RECIPIENTS[0]]) + lines(table()),
                  error("rows_above_heading", says=("row 1",))),
        text_case("contact-above", "the phone of the one who made the list is no recipient",
                  contact + lines(table()), read(everybody(3), or_errors=("rows_above_heading",))),
    )  # fmt: skip


def _headings() -> Iterator[Case]:
    two = "Контакты;Покупатель;Учёт\r\nТелефон;Имя;Код клиента\r\n"
    split = "Номер;Имя;Код\r\nтелефона;;клиента\r\n"
    rows: dict[int, Sent | Refused] = {2: refused(*_NO_RECIPIENT)}
    rows |= everybody(3, ids=False)
    doubled = [("Телефон", "Телефон", *HEADING[1:]), *(("+79000000999", *p) for p in RECIPIENTS)]
    yield from (
        text_case("two-line-heading", "groups of columns", two + lines(RECIPIENTS),
                  read(everybody(3))),
        text_case("heading-cut-in-two", "one heading over two rows: Номер / телефона",
                  split + lines(RECIPIENTS), read(rows, or_errors=("no_phone_column",))),
        text_case("phone-heading-doubled", "two columns with one name: which one is meant?",
                  lines(doubled), error("phone_column_ambiguous", says=("map",))),
    )  # fmt: skip
    doubled = [(*HEADING, "Имя"), *((*p, "Другое") for p in RECIPIENTS)]
    other = [(*HEADING, "Город", "Город"), *((*p, "Тверь", "Уфа") for p in RECIPIENTS)]
    number = [("Номер", *HEADING), *((str(n), *p) for n, p in enumerate(RECIPIENTS, 1))]
    home = [("Телефон домашний", "Мобильный телефон", *HEADING[1:])]
    home += [("+74950000101", *p) for p in RECIPIENTS]
    wrong = [("Телефон", "Телефон менеджера", *HEADING[1:])]
    wrong += [(p[0], "+79000000999", *p[1:]) for p in RECIPIENTS]
    odd = lines(table()).replace("Телефон", "\u200bТЕЛЕФОН:\u00a0").replace("Имя", " имя ")
    blank = lines([("Телефон", "Имя", ""), *RECIPIENTS])
    rows = everybody(ids=False)
    yield from (
        text_case("name-heading-doubled", "the text uses a heading that two columns have",
                  lines(doubled), error("template_ambiguous_column", says=("Имя",))),
        text_case("other-heading-doubled", "a doubled heading that no text uses", lines(other)),
        text_case("number-next-to-phone", "the number of the row is no phone", lines(number)),
        text_case("home-and-mobile", "two columns with phones, one of mobiles", lines(home),
                  read(or_errors=("phone_column_ambiguous",))),
        text_case("manager-phone", "the manager's phone is no recipient", lines(wrong)),
        text_case("odd-headings", "capitals, a colon, invisible blanks", odd),
        text_case("blank-heading", "a column without a heading", blank, read(rows)),
    )  # fmt: skip


def _no_heading() -> Iterator[Case]:
    rows = {n: Sent(p[0], "Ждём вас!") for n, p in enumerate(RECIPIENTS, 1)}
    codes = ("no_phone_column", "no_heading")
    strange = [("X", *HEADING[1:]), *RECIPIENTS]
    yield from (
        text_case("no-heading", "recipients from the first row on", lines(RECIPIENTS),
                  read(rows, or_errors=codes), text="Ждём вас!"),
        text_case("no-heading-mapped", "the same, and the user names the column", lines(RECIPIENTS),
                  read({n: Sent(p[0], f"{p[1]}, ждём вас!") for n, p in enumerate(RECIPIENTS, 1)}),
                  text="{B}, ждём вас!", map={"phone": "A"}),
        text_case("no-heading-one-column", "a list of phones and nothing else",
                  lines([p[:1] for p in RECIPIENTS]), read(rows, or_errors=codes),
                  file="phones.txt", text="Ждём вас!"),
        text_case("no-phones", "the wrong file: goods",
                  "Артикул;Товар;Цена\r\n100;Ваза;1500\r\n101;Ведро;300\r\n",
                  error("no_phone_column", says=("Артикул|no.*phone",)), text="Ждём вас!"),
        text_case("strange-heading", "phones under a heading that says nothing", lines(strange),
                  read(or_errors=("no_phone_column",))),
    )  # fmt: skip


def _rows() -> Iterator[Case]:
    page = lines([*table(RECIPIENTS[:2]), HEADING, *RECIPIENTS[2:]])
    rows = (
        everybody(2, RECIPIENTS[:2]) | {4: refused(*_NO_RECIPIENT)} | everybody(5, RECIPIENTS[2:])
    )
    total = lines([*table(), ("Итого:", "4", "")])
    signed = lines(table()) + "\r\n\r\nСоставил: Мария;;\r\n"
    second = "\r\n\r\nТовар;Цена;Остаток\r\nВаза;1500;2\r\n"
    yield from (
        text_case("heading-again", "a heading on each printed page", page, read(rows)),
        text_case("totals-row", "a sum below", total,
                  read(everybody() | {6: refused(*_NO_RECIPIENT)})),
        text_case("signature", "a signature below", signed,
                  read(everybody() | {8: refused(*_NO_RECIPIENT, "row_too_narrow")})),
    )  # fmt: skip
    rows = everybody() | {8: refused(*_NO_RECIPIENT), 9: refused(*_NO_RECIPIENT)}
    yield text_case(
        "second-table-below", "another table below", lines(table()) + second, read(rows)
    )
    gap = lines(table(RECIPIENTS[:2])) + ";;\r\n" * 60 + lines(RECIPIENTS[2:])
    rows = everybody(2, RECIPIENTS[:2]) | everybody(64, RECIPIENTS[2:])
    yield text_case("gap", "sixty blank rows, and then recipients", gap, read(rows))
    codes = frozenset({"empty_file", "no_rows", "file_empty"})
    nobody = Expect(errors=codes, may_read=True, advises=("0 rows|no rows|Rows: 0",))
    yield text_case("heading-only", "no recipient in it", lines([HEADING]), nobody)
    five = (*RECIPIENTS, ("+79000000105", "Юлия", "A005"))
    yield text_case(
        "no-last-end", "the last line has no end", lines(table(five))[:-2], read(everybody(2, five))
    )


def _wide_rows() -> Iterator[Case]:
    row = "+79000000105;Юлия;Тверь;A005\r\n"
    first = lines([HEADING]) + row + lines(RECIPIENTS)
    quiet = "+79000000105;Юлия;Tver;A005\r\n"
    short = lines(table()) + "+79000000105;Юлия\r\n+79000000106\r\n"
    ids = refused("client_id_empty", field="Код клиента")
    all_wide = [HEADING, *((*p, "") for p in RECIPIENTS)]
    all_named = [HEADING, *((*p, "примечание") for p in RECIPIENTS)]
    wide = {
        n: Sent(phone, text_for(name), client_id, frozenset({"row_too_wide"}))
        for n, (phone, name, client_id) in enumerate(RECIPIENTS, 2)
    }
    yield from (
        text_case("row-too-wide",
                  "a delimiter in a cell moves the others: this row cannot be trusted",
                  lines(table()) + row, read(everybody() | {6: refused("row_too_wide")})),
        text_case("row-too-wide-quietly",
                  "the same, and every cell looks right in its wrong column",
                  lines(table()) + quiet, read(everybody() | {6: refused("row_too_wide")})),
        text_case("first-row-too-wide", "pandas moves every column then", first,
                  read({2: refused("row_too_wide")} | everybody(3))),
        text_case("rows-too-short", "cells missing at the end", short,
                  read(everybody() | {6: ids, 7: ids})),
        text_case("empty-cells-behind", "one delimiter more than headings", lines(all_wide)),
        text_case("column-without-heading", "a column more than headings", lines(all_named),
                  read(wide)),
    )  # fmt: skip


CASES = (*_above(), *_headings(), *_no_heading(), *_rows(), *_wide_rows())
