"""Text tables: titles, headings, ragged rows, totals; delimiters, quotes and line ends."""

from collections.abc import Iterator
from operator import add

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
    with_names,
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
    rows = everybody(2, RECIPIENTS[:2]) | {4: refused(*_NO_RECIPIENT)} | everybody(5, RECIPIENTS[2:])
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
    yield text_case("second-table-below", "another table below", lines(table()) + second, read(rows))
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


FIRM = (
    ("+79000000141", 'ООО "Ромашка"', "F001"),
    ("+79000000142", "Вера", "F002"),
    ("+79000000143", 'ИП "Лютик"', "F003"),
)
_QUOTES = ("quote_broken", "quote_open")


def _delimiters() -> Iterator[Case]:
    for name, delimiter in (("comma", ","), ("semicolon", ";"), ("tab", "\t"), ("bar", "|")):
        file = "table.tsv" if name == "tab" else "table.csv"
        text = lines(table(), delimiter)
        yield text_case(f"delimiter-{name}", "the usual ones", text, file=file)
        text = f"sep={delimiter}\r\n{text}"
        yield text_case(f"sep-{name}", "Excel's own line", text, read(everybody(3)))
    addresses = tuple((p, f"{n}, Тверь, ул. Мира", c) for p, n, c in RECIPIENTS)
    padded = "".join(" ; ".join(row) + " \r\n" for row in table())
    yield from (
        text_case("sep-quoted", "sep=; in quotes", '"sep=;"\r\n' + lines(table()),
                  read(everybody(3))),
        text_case("delimiter-given", "a delimiter that cannot be guessed, named by the user",
                  lines(table(), "^"), delimiter="^"),
        text_case("delimiter-rare", "the same, and not named", lines(table(), "^"),
                  error("no_phone_column", "delimiter_unclear",
                        says=("delimiter|разделител|heading|column",))),
        text_case("commas-in-cells", "more commas in the addresses than semicolons",
                  lines(table(addresses)), read(everybody(2, addresses))),
        text_case("one-column", "nothing but phones",
                  lines([HEADING[:1], *(p[:1] for p in RECIPIENTS)]),
                  read({n: Sent(p[0], "Ждём вас!") for n, p in enumerate(RECIPIENTS, 2)}),
                  text="Ждём вас!"),
        text_case("title-with-commas", "an export that says what it is",
                  "Отчёт по клиентам, скидкам, бонусам, картам;;\r\n;;\r\n" + lines(table()),
                  read(everybody(4))),
    )  # fmt: skip
    # Edge blanks of a cell stay in the text.
    blanks = everybody(2, with_names(*(f" {p[1]} " for p in RECIPIENTS)))
    yield text_case("spaces-around", "cells padded for the eye", padded, read(blanks))
    yield text_case("tail-delimiters", "empty columns behind", lines(table()).replace("\r", ";;;\r"))


def _quotes() -> Iterator[Case]:
    quoted = "".join('"' + '";"'.join(c.replace('"', '""') for c in row) + '"\r\n' for row in table(FIRM))
    two = ("+79000000144", "Анна\r\nи Пётр", "F004")
    text = lines(table(FIRM[:2])) + f'{two[0]};"{two[1]}";F004\r\n' + lines([RECIPIENTS[0]])
    rows = everybody(2, (*FIRM[:2], two, RECIPIENTS[0]))
    wrapped = "".join(
        '"' + line.replace('"', '""') + '"\r\n' for line in lines(table(), ",").split("\r\n")[:-1]
    )
    singles = lines([tuple(f"'{c}'" for c in row) for row in table()])
    row = refused("client_id_bad_characters", "phone_not_a_number")
    yield from (
        text_case("quotes-all", "every cell quoted", quoted, read(everybody(2, FIRM))),
        text_case("quotes-inside-bare", "1C: quotes inside a cell that is not quoted",
                  lines(table(FIRM)), read(everybody(2, FIRM))),
        text_case("line-feed-in-quotes", "Alt+Enter in a cell", text, read(rows)),
        text_case("whole-lines-quoted", "Excel opened a comma file as one column and saved it",
                  wrapped,
                  read(or_errors=("no_phone_column", "whole_lines_quoted", "rows_above_heading"))),
    )  # fmt: skip
    yield text_case(
        "single-quotes",
        "an SQL tool: apostrophes for quotes",
        singles,
        read(
            {n: Sent(p, text_for(m), c, row.codes) for n, (p, m, c) in enumerate(RECIPIENTS, 2)},
            or_errors=("no_phone_column", "template_unknown_column"),
        ),
    )
    spaced = "".join("; ".join(f'"{cell}"' for cell in row) + "\r\n" for row in table())
    yield text_case(
        "space-before-quote", "a blank between delimiter and quote", spaced, read(or_errors=_QUOTES)
    )


def _broken_quotes() -> Iterator[Case]:
    head = lines([HEADING])
    good = lines([RECIPIENTS[0]])
    rows = everybody(2, (FIRM[0], RECIPIENTS[0]))
    yield from (
        text_case("quotes-not-doubled", "1C: the cell is quoted, the quotes in it are not doubled",
                  head + '"+79000000141";"ООО "Ромашка"";"F001"\r\n' + good,
                  read(rows, or_errors=_QUOTES)),
        text_case("quotes-backslash", "MySQL: backslashes instead of doubling",
                  head + '"+79000000141";"ООО \\"Ромашка\\"";"F001"\r\n' + good,
                  read(rows, or_errors=_QUOTES)),
        text_case("quote-never-closed", "one quote too many would swallow all rows behind it",
                  head + '+79000000141;"Ромашка;F001\r\n' + good + lines(RECIPIENTS[1:]),
                  error(*_QUOTES, says=("line 2|row 2",))),
    )  # fmt: skip
    yield text_case(
        "quote-swallows-two",
        "two such cells: the rows between them become one name",
        head + '+79000000141;"Ромашка;F001\r\n' + good + '+79000000142;Лютик";F002\r\n' + good,
        read(
            {2: refused(*_QUOTES, "cell_holds_rows"), 3: everybody()[2]},
            or_errors=(*_QUOTES, "cell_holds_rows"),
        ),
    )
    yield text_case(
        "inches",
        "a quote that means inches",
        head + '+79000000141;Экран 24";F001\r\n' + good,
        read(everybody(2, (("+79000000141", 'Экран 24"', "F001"), RECIPIENTS[0]))),
    )


def _line_ends() -> Iterator[Case]:
    text = lines(table(), end="\n")
    yield text_case("end-lf", "Unix", text)
    yield text_case("end-crlf", "Windows", text.replace("\n", "\r\n"))
    yield text_case("end-cr", "Excel for Mac: CSV (Macintosh)", text.replace("\n", "\r"))
    rows = text.split("\n")[:-1]
    for name, why, ends in (
        ("end-mixed", "two programs; the last line has no end", ("\r\n", "\n", "\r\n", "\n", "")),
        ("end-mixed-cr", "the same with a Mac", ("\r\n", "\r", "\n", "\r", "")),
    ):
        yield text_case(name, why, "".join(map(add, rows, ends)))
    doubled = text.replace("\n", "\r\r\n")
    every_second = {2 * n - 1: sent for n, sent in everybody().items()}
    blank = text.replace("\n", "\n\n")
    yield from (
        text_case("end-cr-cr-lf", "a script that wrote \\r\\n in text mode on Windows", doubled,
                  read(every_second)),
        text_case("blank-between", "a blank line after each", blank, read(every_second)),
        text_case("blank-tail", "a thousand empty rows behind", text + ";;\n" * 1000),
    )  # fmt: skip


def _controls() -> Iterator[Case]:
    text = lines(table())
    lone = text.replace("Анна", "Анна\u2028Б").replace("Пётр", "Пётр\x0bВ")
    recipients = (*with_names("Анна\u2028Б", "Пётр\x0bВ"), *RECIPIENTS[2:])
    rows = {
        n: Sent(p, text_for(name), c, frozenset({"text_bad_characters", "text_control"}))
        for n, (p, name, c) in enumerate(recipients, 2)
    }
    nul = text.replace("Анна", "Ан\x00на")
    third, codes = RECIPIENTS[2], frozenset({"phone_not_a_number"})
    yield from (
        text_case("ctrl-z", "a DOS program ends its files with it", text + "\x1a"),
        text_case("line-separators", "copied from a web page: no line ends here", lone, read(rows)),
        text_case("nul", "a NUL in a name", nul,
                  read({}, or_errors=("file_binary", "csv_nul", "nul"))),
        text_case("form-feed", "a page break of a printed list",
                  text.replace("+79000000103", "\x0c+79000000103"),
                  read({**everybody(), 4: Sent(third[0], text_for(third[1]), third[2], codes)})),
    )  # fmt: skip


CASES = (
    *_above(), *_headings(), *_no_heading(), *_rows(), *_wide_rows(), *_delimiters(), *_quotes(),
    *_broken_quotes(), *_line_ends(), *_controls(),
)  # fmt: skip
