"""Layouts that only workbooks have: hidden rows, other sheets, merged cells, side tables."""

from collections.abc import Iterator, Sequence

from tests.torture.expect import HEADING, RECIPIENTS, Case, Expect, Sent
from tests.torture.recipients import error, everybody, file_case, read, refused, table, text_for
from tests.torture.workbooks import Grid, Sheet, Value, xlsx

TABLE: Sequence[Sequence[Value]] = [list(row) for row in table()]
_HIDDEN = refused("row_hidden")
NOTES = Sheet(rows=[["Заметки"], ["Скидки согласованы 27 февраля"]], name="Заметки")


def book_case(
    name: str,
    why: str,
    *sheets: Sheet,
    expect: Expect | None = None,
    formats: Sequence[str] = (),
    **settings: object,
) -> Case:
    """A case of a workbook."""
    make = lambda: xlsx(*sheets, formats=formats)  # noqa: E731
    return file_case(name, why, "table.xlsx", make, expect, settings=settings)


def plain_book() -> bytes:
    """The recipients and nothing else."""
    return xlsx(Sheet(rows=TABLE))


def _hidden() -> Iterator[Case]:
    filtered = '<autoFilter ref="A1:C5"><filterColumn colId="1"><filters><filter val="Анна"/>'
    filtered += "</filters></filterColumn></autoFilter>"
    folded = dict.fromkeys((3, 4), 'outlineLevel="1" hidden="1"')
    two = [["Старый телефон", *HEADING], *(["+79000000999", *p] for p in RECIPIENTS)]
    cols = '<cols><col min="1" max="1" width="9" hidden="1" customWidth="1"/></cols>'
    yield from (
        book_case("hidden-row", "the user hid a recipient that must get no text",
                  Sheet(rows=TABLE, row_attributes={3: 'hidden="1"'}),
                  expect=read({**everybody(), 3: _HIDDEN}, says=("hidden",))),
        book_case("hidden-row-included", "the same, and the user wants them all",
                  Sheet(rows=TABLE, row_attributes={3: 'hidden="1"'}), expect=read(),
                  include_hidden=True),
        book_case("filtered-rows", "a filter is on: Excel shows one recipient",
                  Sheet(rows=TABLE, row_attributes=dict.fromkeys((3, 4, 5), 'hidden="1"'),
                        behind=filtered),
                  expect=read({2: everybody()[2], **dict.fromkeys((3, 4, 5), _HIDDEN)},
                              says=("hidden|filter", "3"))),
        book_case("folded-group", "a group of rows that is folded",
                  Sheet(rows=TABLE, row_attributes={**folded, 5: 'collapsed="1"'}),
                  expect=read({**everybody(), 3: _HIDDEN, 4: _HIDDEN}, says=("hidden",))),
        book_case("row-of-no-height", "hidden by pulling its border",
                  Sheet(rows=TABLE, row_attributes={3: 'ht="0" customHeight="1"'}),
                  expect=read({**everybody(), 3: _HIDDEN}, says=("hidden",))),
        book_case("hidden-column", "last year's phones are hidden: they must not be chosen",
                  Sheet(rows=two, before=cols), expect=read(says=("hidden",))),
        book_case("hidden-phone-column", "the only column with phones is hidden",
                  Sheet(rows=TABLE, before=cols),
                  expect=read(says=("hidden",), or_errors=("no_phone_column", "column_hidden"))),
    )  # fmt: skip


def _sheets() -> Iterator[Case]:
    recipients = Sheet(rows=TABLE, name="Клиенты")
    more = [list(HEADING), ["+79000000105", "Юлия", "A005"]]
    march = Sheet(rows=more, name="Март")
    yield from (
        book_case("other-sheet", "notes first, recipients second", NOTES, recipients,
                  expect=read(says=("Клиенты",))),
        book_case("notes-sheet", "recipients first", recipients, NOTES,
                  expect=read(says=("Заметки",))),
        book_case("two-sheets-of-recipients",
                  "one sheet a month: the other is not sent, and that must be reported", recipients,
                  march, expect=read(says=("Март",), or_errors=("sheet_ambiguous",))),
        book_case("sheet-given", "the user names the second", recipients, march,
                  expect=read({2: Sent("+79000000105", text_for("Юлия"), "A005")}), sheet="Март"),
        book_case("sheet-given-wrong", "a slip of the finger", recipients, march,
                  expect=error("sheet_unknown", says=("Март",)), sheet="Мрат"),
    )  # fmt: skip
    for state in ("hidden", "veryHidden"):
        secret = Sheet(rows=more, name="Отказались", state=state)
        yield book_case(
            f"sheet-{state}",
            "recipients who want no text, on a hidden sheet in front",
            secret,
            recipients,
            expect=read(says=("Отказались",)),
        )
    yield book_case(
        "empty-sheets-first",
        "Лист1 and Лист2 are empty",
        Sheet(rows=[], name="Лист1"),
        Sheet(rows=[], name="Лист2"),
        Sheet(rows=TABLE, name="Лист3"),
    )


def _merged() -> Iterator[Case]:
    title = [["Клиенты, весна 2026"], [], *TABLE]
    groups = [["Контакты", None, "Учёт"], *TABLE]
    family = [*TABLE[:2], [RECIPIENTS[1][0], None, "A002"], *TABLE[3:]]
    rows = {**everybody(), 3: refused("placeholder_empty", "cell_merged", field="Имя")}
    alone = [*TABLE[:2], [None, "Пётр", "A002"], *TABLE[3:]]
    yield from (
        book_case("merged-title", "a title over all columns",
                  Sheet(rows=title,
                        behind='<mergeCells count="1"><mergeCell ref="A1:C1"/></mergeCells>'),
                  expect=read(everybody(4))),
        book_case("merged-groups", "two-line headings: groups above",
                  Sheet(rows=groups,
                        behind='<mergeCells count="1"><mergeCell ref="A1:B1"/></mergeCells>'),
                  expect=read(everybody(3))),
        book_case("merged-names", "one name over two rows: only the first cell holds it",
                  Sheet(rows=family,
                        behind='<mergeCells count="1"><mergeCell ref="B2:B3"/></mergeCells>'),
                  expect=read(rows), text="{Имя}, ждём вас!"),
    )  # fmt: skip
    yield book_case(
        "merged-phones",
        "one phone for two recipients",
        Sheet(rows=alone, behind='<mergeCells count="1"><mergeCell ref="A2:A3"/></mergeCells>'),
        expect=read({**everybody(), 3: refused("phone_empty", "cell_merged", field="Телефон")}),
    )


def _placed() -> Iterator[Case]:
    far = {n: [None] * 3 + list(row) for n, row in enumerate(TABLE, 10)}
    yield book_case("not-at-a1", "the table begins at D10", Sheet(rows=far), expect=read(everybody(11)))
    left: Grid = [["Товар", "Цена", None], ["Ваза", 1500, None], ["Ведро", 300, None]]
    both = [[*(left[n] if n < len(left) else [None] * 3), *row] for n, row in enumerate(TABLE)]
    yield book_case("side-by-side", "goods on the left, recipients on the right", Sheet(rows=both))
    tail: dict[int, Sequence[Value]] = dict(enumerate(TABLE, 1))
    tail.update({n: ["", "", ""] for n in range(6, 500)})
    gap = {1: TABLE[0], 2: TABLE[1], 3000: TABLE[2], 3001: TABLE[3], 90_000: TABLE[4]}
    rows = dict(zip((2, 3000, 3001, 90_000), everybody().values(), strict=True))
    stacked: list[Sequence[Value]] = [*TABLE, [], ["Товар", "Цена"], ["Ваза", 1500]]
    bad = refused("phone_not_a_number", "phone_empty", "phone_too_short")
    yield from (
        book_case("formatted-tail", "formatted empty rows below", Sheet(rows=tail)),
        book_case("gap-in-sheet", "recipients far below", Sheet(rows=gap), expect=read(rows)),
        book_case("stacked-tables", "another table below", Sheet(rows=stacked),
                  expect=read(everybody() | {7: bad, 8: bad})),
    )  # fmt: skip


CASES = (*_hidden(), *_sheets(), *_merged(), *_placed())
