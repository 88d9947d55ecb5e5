"""How OpenDocument tables are read: values as in any workbook, displayed as a user sees them."""

from pathlib import Path

import pytest

from campaign.domain import FileOptions, RawRow, TableInfo
from campaign.errors import InputError
from campaign.tables import open_table
from campaign.tables.ods.content_xml import OdsSheet
from tests.torture import odf
from tests.torture.odf import OdsCell, ods, row, sheet, valued
from tests.torture.workbooks import archive, unpacked
from tests.unit.tables.make_workbooks import WORKBOOKS

HEADING = row(["Телефон", "Имя"])
ANNA = row(["+79000000101", "Анна"])
OLGA = row(["+79000000102", "Ольга"])

DEEP = f"<table:table-cell>{'<text:a>' * 200}{'</text:a>' * 200}</table:table-cell>"
BLANKS = '<table:table-cell><text:p>a<text:s text:c="900000000"/></text:p></table:table-cell>'


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "table.ods"


def _read(path: Path, content: bytes, **options: object) -> tuple[TableInfo, list[RawRow]]:
    path.write_bytes(content)
    with open_table(path, FileOptions(**options)) as table:  # type: ignore[arg-type]
        return table.info, list(table.rows)


def _cells(path: Path, *cells: str | OdsCell | None) -> tuple[str, ...]:
    return _read(path, ods(sheet([row(cells)])))[1][0].cells


def _error(path: Path, content: bytes) -> InputError:
    with pytest.raises(InputError) as caught:
        _read(path, content)
    assert caught.value.hint
    return caught.value


@pytest.mark.parametrize(
    ("kind", "value", "shown", "text"),
    [
        ("float", "79000000101", "79 000 000 101", "79000000101"),
        ("float", "7.9000000101E+10", "7,90E+10", "79000000101"),
        ("float", "7", "000007", "000007"),
        ("float", "1234567", "000007", "1234567"),
        ("float", "1990.5", "1 990,50 ₽", "1990.50"),
        ("float", "1990.567", "1990.57", "1990.57"),
        ("float", "1990.5", "1991", "1991"),
        ("float", "0.1", "ten percent", "0.1"),
        ("float", "7", "7,00", "7"),
        ("float", "1", "ИСТИНА", "TRUE"),
        ("float", "rubbish", "7", "7"),
        ("currency", "12.5", "12,50 руб.", "12.50"),
        ("percentage", "0.125", "12,5%", "12.5%"),
        ("percentage", "0.125", "13 %", "13%"),
        ("date", "2026-03-02", "02.03.2026", "02.03.2026"),
        ("date", "2026-03-02", "2.3.2026", "2.3.2026"),
        ("date", "2026-03-02", "3/2/2026", "2026-03-02"),
        ("date", "2026-03-02", "2 марта 2026 г.", "2026-03-02"),
        ("date", "2026-03-02T10:30:00", "02.03.2026 10:30", "02.03.2026 10:30"),
        ("date", "2026-03-02T10:30:00.000000000", "02.03.26", "2026-03-02 10:30:00"),
        ("time", "PT10H30M00S", "10:30", "10:30"),
        ("time", "PT10H30M00S", "10:30 AM", "10:30:00"),
        ("time", "PT30H00M00S", "30:00:00", "30:00:00"),
        ("boolean", "true", "ИСТИНА", "TRUE"),
    ],
)
def test_the_value_counts_and_its_display_where_it_can_be_read_in_one_way(
    path: Path, kind: str, value: str, shown: str, text: str
) -> None:
    assert _cells(path, valued(kind, value, shown)) == (text,)


def test_paragraphs_breaks_and_blanks_are_as_displayed(path: Path) -> None:
    """Blanks in the file fold into one; typed ones are elements."""
    xml = (
        '<table:table-cell office:value-type="string"><text:p>  один  два<text:s text:c="2"/>'
        "три<text:tab/>\n<text:line-break/>х<text:span>-</text:span></text:p><text:p>y</text:p>"
        "</table:table-cell>"
    )

    assert _cells(path, OdsCell(xml)) == ("один два  три\t \nх-\ny",)


def test_comments_and_drawings_in_a_cell_are_no_text(path: Path) -> None:
    xml = (
        '<table:table-cell office:value-type="string"><office:annotation><text:p>secret</text:p>'
        "</office:annotation><text:p>Anna<text:note><text:p>1</text:p></text:note></text:p>"
        "</table:table-cell>"
    )

    assert _cells(path, OdsCell(xml)) == ("Anna",)


@pytest.mark.parametrize(
    ("xml", "text", "problem"),
    [
        ('table:formula="of:=NA()" office:value-type="string" office:string-value=""', "#N/A", ""),
        ('table:formula="of:=1/0" office:value-type="float" office:value="0"', "Err:502", ""),
        ('table:formula="of:=A1"', "", "formula_without_value"),
        ('table:formula="of:=A1" office:value-type="string" office:string-value=""', "", ""),
    ],
)
def test_errors_and_missing_results_are_never_blank(path: Path, xml: str, text: str, problem: str) -> None:
    paragraph = f"<text:p>{text}</text:p>" if text else ""
    cell = OdsCell(f"<table:table-cell {xml}>{paragraph}</table:table-cell>")

    rows = _read(path, ods(sheet([row(["+79000000101", cell, "x"])])))[1]

    assert rows == [RawRow(1, ("+79000000101", "#FORMULA?" if problem else text, "x"), problem)]


@pytest.mark.parametrize("visibility", ["collapse", "filter"])
def test_hidden_rows_come_with_a_problem_and_a_note(path: Path, visibility: str) -> None:
    hidden = row(["+79000000102"], f'table:visibility="{visibility}"')
    content = ods(sheet([HEADING, hidden, ANNA]))

    info, rows = _read(path, content)

    assert [r.problem for r in rows] == ["", "row_hidden", ""]
    assert info.notes == ("Hidden or filtered rows that are not used: 1 (2).",)


def test_rows_of_a_folded_group_are_hidden(path: Path) -> None:
    group = (
        f'<table:table-row-group table:display="false">{ANNA}</table:table-row-group>'
        f"<table:table-row-group>{OLGA}</table:table-row-group>"
    )

    rows = _read(path, ods(sheet([HEADING, group])))[1]

    assert [r.problem for r in rows] == ["", "row_hidden", ""]


def test_hidden_rows_and_columns_are_used_when_asked_for(path: Path) -> None:
    columns = '<table:table-column/><table:table-column table:visibility="collapse"/>'
    hidden = row(["+79000000102", "Ольга"], 'table:visibility="filter"')
    content = ods(sheet([HEADING, hidden], columns=columns))

    without, rows = _read(path, content)
    asked, all_rows = _read(path, content, include_hidden=True)

    assert rows == [RawRow(1, ("Телефон", "")), RawRow(2, ("+79000000102", ""), "row_hidden")]
    assert all_rows == [RawRow(1, ("Телефон", "Имя")), RawRow(2, ("+79000000102", "Ольга"))]
    assert "Hidden columns that are not used: B (--include-hidden uses them)." in without.notes
    assert asked.notes == (
        "Hidden or filtered rows that are used, as --include-hidden says: 1 (2).",
        "Hidden columns that are used, as --include-hidden says: B.",
    )


def test_a_hidden_sheet_is_never_taken_by_itself(path: Path) -> None:
    style = (
        '<style:style style:name="ta9" style:family="table">'
        '<style:table-properties table:display="false"/></style:style>'
    )
    secret = sheet([HEADING, ANNA], "Тайна", attributes='table:style-name="ta9"')
    content = ods(secret, sheet([row(["Отчёт"])], "Явь"), styles=style)

    info, _ = _read(path, content, include_hidden=True)
    named, rows = _read(path, content, sheet="тайна")

    assert info.sheet == "Явь"
    assert info.notes == ("Sheets with data that are not read: 'Тайна' (hidden).",)
    assert named.sheet == "Тайна"
    assert len(rows) == 2


def test_merged_cells_count_for_their_first(path: Path) -> None:
    spanned = 'office:value-type="string" table:number-columns-spanned="2"'
    merged = OdsCell(f"<table:table-cell {spanned}><text:p>Клиенты</text:p></table:table-cell>")
    under = OdsCell("<table:covered-table-cell><text:p>old</text:p></table:covered-table-cell>")

    info, rows = _read(path, ods(sheet([row([merged, under, "x"]), HEADING])))

    assert rows[0].cells == ("Клиенты", "", "x")
    assert info.notes == ("Merged cells count for their first cell only: A1:B1.",)


def test_repeated_cells_and_rows_are_where_they_are_shown(path: Path) -> None:
    twice = OdsCell(
        '<table:table-cell office:value-type="string" table:number-columns-repeated="2">'
        "<text:p>x</text:p></table:table-cell>"
    )
    gap = row([odf.empty(1024)], 'table:number-rows-repeated="3"')
    tail = row([odf.empty(16384)], 'table:number-rows-repeated="1048000"')
    recipients = row([odf.empty(2), twice, odf.empty(9)], 'table:number-rows-repeated="2"')

    rows = _read(path, ods(sheet([HEADING, gap, recipients, tail])))[1]

    assert [r.row_no for r in rows] == [1, 2, 3, 4, 5, 6]
    assert rows[4].cells == rows[5].cells == ("", "", "x", "x")


@pytest.mark.parametrize(
    "rows",
    [
        [row(["x"], 'table:number-rows-repeated="1048576"')],
        [row(["x"], 'table:number-rows-repeated="60000"')] * 2,
        [row(["x" * 20_000], 'table:number-rows-repeated="9000"')],
        [row([odf.empty(1)], 'table:number-rows-repeated="1048576"'), row(["x"])],
        [row([odf.empty(16383), "x"])],
        [row([odf.empty(1 << 40), "x"])],
        [row(["x" * 200_000])],
        [row([OdsCell(DEEP)])],
        [row([OdsCell(BLANKS)])],
        [sheet([row(["x"])])],
    ],
    ids=["rows", "rows twice", "long rows", "far row", "far column", "farther", "long text", "deep",
         "blanks", "sheet in a sheet"],
)  # fmt: skip
def test_what_would_hurt_is_refused(path: Path, rows: list[str]) -> None:
    assert _error(path, ods(sheet(rows))).code == "workbook_hostile"


def test_a_dtd_is_refused(path: Path) -> None:
    content = ods(sheet([HEADING]), dtd='<!DOCTYPE x [<!ENTITY a "aaaa">]>')

    assert _error(path, content).code == "workbook_hostile"


@pytest.mark.parametrize("count", ["-1", "x", "1" * 40, "1e3"])
def test_a_repetition_that_is_no_number_is_damage(path: Path, count: str) -> None:
    content = ods(sheet([row(["x"], f'table:number-rows-repeated="{count}"')]))

    assert _error(path, content).code == "workbook_broken"


@pytest.mark.parametrize("cut", [0.1, 0.5, 0.9, 0.999])
def test_a_truncated_file_is_broken(path: Path, cut: float) -> None:
    whole = (WORKBOOKS / "mix.ods").read_bytes()

    assert _error(path, whole[: int(len(whole) * cut)]).code == "workbook_broken"


@pytest.mark.parametrize("content_xml", [b"", b"<a>", b"<a/>", b"\xff\xfe<\x00a\x00/\x00>\x00", b"\x00" * 90])
def test_content_that_is_no_table_is_broken(path: Path, content_xml: bytes) -> None:
    parts = unpacked(ods(sheet([HEADING])))

    error = _error(path, archive({**parts, "content.xml": content_xml}))

    assert error.code == "workbook_broken"


def test_a_protected_file_is_named(path: Path) -> None:
    """LibreOffice encrypts part by part, since 24.2 the package as a whole."""
    parts = unpacked(ods(sheet([HEADING])))
    manifest = parts["META-INF/manifest.xml"].replace(
        b"</manifest:manifest>", b"<manifest:encryption-data/></manifest:manifest>"
    )
    by_parts = {**parts, "META-INF/manifest.xml": manifest, "content.xml": b"\x93\x01" * 50}
    whole = {"mimetype": parts["mimetype"], "encrypted-package": b"\x93\x01" * 50}

    assert _error(path, archive(by_parts)).code == "workbook_password"
    assert _error(path, archive(whole)).code == "workbook_password"


def test_another_opendocument_file_is_no_table(path: Path) -> None:
    parts = unpacked(ods(sheet([HEADING])))
    text = {**parts, "mimetype": b"application/vnd.oasis.opendocument.text"}

    error = _error(path, archive(text))

    assert error.code == "file_kind"
    assert "opendocument.text" in error.message


def test_two_sheets_of_one_name_are_damage(path: Path) -> None:
    """Whichever was read, the other would be skipped silently."""
    assert _error(path, ods(sheet([HEADING]), sheet([ANNA]))).code == "workbook_broken"


def test_blank_rows_cost_nothing(path: Path) -> None:
    part = OdsSheet(path, "x", visible=True)
    part.add_row([], 10**12, hidden=True, uncalculated=False)

    assert list(part.rows(include_hidden=False)) == []
    assert not part.answer()[0].filled
