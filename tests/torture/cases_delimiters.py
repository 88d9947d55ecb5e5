"""Delimiters, quotes and line ends: text tables as programs really write them."""

from collections.abc import Iterator
from operator import add

from tests.torture.expect import HEADING, RECIPIENTS, Case, Sent
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
    yield text_case(
        "tail-delimiters", "empty columns behind", lines(table()).replace("\r", ";;;\r")
    )


def _quotes() -> Iterator[Case]:
    quoted = "".join(
        '"' + '";"'.join(c.replace('"', '""') for c in row) + '"\r\n' for row in table(FIRM)
    )
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


CASES = (*_delimiters(), *_quotes(), *_broken_quotes(), *_line_ends(), *_controls())
