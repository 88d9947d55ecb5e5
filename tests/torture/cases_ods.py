"""OpenDocument: repeated cells and rows, filters, what is shown and what is stored."""

from collections.abc import Iterator

from tests.torture import odf
from tests.torture.expect import HEADING, RECIPIENTS, Case, Expect, Sent
from tests.torture.recipients import everybody, file_case, read, refused

_ROWS = [odf.row(HEADING), *(odf.row(p) for p in RECIPIENTS)]


def _case(name: str, why: str, sheet: str | bytes, expect: Expect | None = None, **more: object) -> Case:
    content = odf.ods(sheet) if isinstance(sheet, str) else sheet
    return file_case(f"ods-{name}", why, "table.ods", content, expect, settings=more)


def _plain() -> Iterator[Case]:
    numbers = [odf.row(HEADING), *(odf.row([int(p[0]), *p[1:]]) for p in RECIPIENTS)]
    tail = odf.row([odf.empty(1024)], 'table:number-rows-repeated="1048571"')
    gap = odf.row([odf.empty(3)], 'table:number-rows-repeated="5"')
    recipients = everybody()
    rows = {2: recipients[2], 8: recipients[3], 9: recipients[4], 10: recipients[5]}
    twice = odf.row(RECIPIENTS[0], 'table:number-rows-repeated="2"')
    yield from (
        _case("plain", "a spreadsheet", odf.sheet(_ROWS)),
        _case("numbers", "phones as numbers", odf.sheet(numbers)),
        _case("repeated-tail", "empty to the last row", odf.sheet([*_ROWS, tail])),
        _case("repeated-gap", "blank rows stand there once: the row numbers go on",
              odf.sheet([*_ROWS[:2], gap, *_ROWS[2:]]), read(rows)),
    )  # fmt: skip
    rows = {2: recipients[2], 3: refused("duplicate", "client_id_repeated")}
    blanks = odf.OdsCell(
        '<table:table-cell office:value-type="string"><text:p>  <text:s/>Анна  <text:s/>Б '
        "</text:p></table:table-cell>"
    )
    first = (RECIPIENTS[0][0], " Анна  Б ", "A001")
    edges = [_ROWS[0], odf.row([first[0], blanks, first[2]]), *_ROWS[2:]]
    yield from (
        _case("repeated-recipient", "two equal rows stand there once", odf.sheet([_ROWS[0], twice]),
              read(rows)),
        _case("blanks", "as LibreOffice writes and reads blanks", odf.sheet(edges),
              read(everybody(2, (first, *RECIPIENTS[1:])))),
    )  # fmt: skip


def _hidden() -> Iterator[Case]:
    for name in ("collapse", "filter"):
        hidden = odf.row(RECIPIENTS[1], f'table:visibility="{name}"')
        rows = [*_ROWS[:2], hidden, *_ROWS[3:]]
        yield _case(
            f"row-{name}",
            "a row that is not shown",
            odf.sheet(rows),
            read({**everybody(), 3: refused("row_hidden")}, says=("hidden|filter",)),
        )
    style = (
        '<style:style style:name="off" style:family="table">'
        '<style:table-properties table:display="false"/></style:style>'
    )
    secret = odf.sheet(_ROWS[:2], "Отказались", attributes='table:style-name="off"')
    two = [odf.row(["Старый телефон", *HEADING])]
    two += [odf.row(["+79000000999", *p]) for p in RECIPIENTS]
    columns = '<table:table-column table:visibility="collapse"/>'
    columns += '<table:table-column table:number-columns-repeated="3"/>'
    yield from (
        _case("sheet-hidden", "a hidden sheet in front",
              odf.ods(secret, odf.sheet(_ROWS, "Клиенты"), styles=style),
              read(says=("Отказались",))),
        _case("column-hidden", "last year's phones are hidden", odf.sheet(two, columns=columns),
              read(says=("hidden",))),
    )  # fmt: skip


def _values() -> Iterator[Case]:
    heads = [*HEADING, "Дата", "Процент"]
    day = odf.valued("date", "2026-03-01", "01.03.2026")
    rest = odf.valued("percentage", "0.15", "15%")
    indian = odf.valued("float", "9000000101", "+91 9000000101")
    russian = odf.valued("float", "9000000102", "+7 (900) 000-01-02")
    phones = [odf.row([indian, *RECIPIENTS[0][1:]]), odf.row([russian, *RECIPIENTS[1][1:]])]
    failed = odf.OdsCell(
        '<table:table-cell table:formula="of:=VLOOKUP(1;[.E1:.F9];2)" office:value-type="string" '
        'office:string-value=""><text:p>#N/A</text:p></table:table-cell>'
    )
    rows = [*_ROWS[:2], odf.row([RECIPIENTS[1][0], failed, "A002"]), *_ROWS[3:]]
    errors = refused("placeholder_error", "cell_error", "placeholder_empty")
    lost = odf.row([odf.valued("float", "79000000102", "7,9E+10"), *RECIPIENTS[1][1:]])
    rows_shown = [*_ROWS[:2], lost, *_ROWS[3:]]
    merged = [
        odf.row([
            odf.OdsCell(
                '<table:table-cell table:number-columns-spanned="3" office:value-type="string">'
                "<text:p>Клиенты</text:p></table:table-cell>"
            ),
            odf.covered(2),
        ]),
        *_ROWS,
    ]  # fmt: skip
    note = odf.OdsCell(
        '<table:table-cell office:value-type="string"><office:annotation><text:p>не звонить'
        "</text:p></office:annotation><text:p>Анна</text:p></table:table-cell>"
    )
    noted = [_ROWS[0], odf.row([RECIPIENTS[0][0], note, "A001"]), *_ROWS[2:]]
    yield from (
        _case("shown", "the text holds what the user sees",
              odf.sheet([odf.row(heads), odf.row([*RECIPIENTS[0], day, rest])]),
              read({2: Sent(RECIPIENTS[0][0], "01.03.2026 15%", "A001")}), text="{Дата} {Процент}"),
        _case("phone-abroad", "the calling code is in the format",
              odf.sheet([odf.row(HEADING), *phones]),
              read({2: refused("phone_foreign"), 3: everybody()[3]})),
        _case("error", "Dear #N/A", odf.sheet(rows), read({**everybody(), 3: errors})),
        _case("phone-shown-short", "a narrow column shows 7,9E+10, but all digits are stored",
              odf.sheet(rows_shown)),
        _case("merged-title", "a title over all", odf.sheet(merged), read(everybody(3))),
        _case("comment", "a comment is not in the cell", odf.sheet(noted)),
    )  # fmt: skip


CASES = (*_plain(), *_hidden(), *_values())
