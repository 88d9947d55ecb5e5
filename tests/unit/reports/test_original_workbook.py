"""The user's own workbook back: their cells equal, ours to the right, nothing that runs."""

import hashlib
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from campaign.domain import Layout, ReportRow, Role, RunInfo, Source, Status, TableInfo
from campaign.reports.columns import OWN_COLUMNS
from campaign.reports.xlsx import original
from campaign.reports.xlsx.workbook import WorkbookWriter
from tests.contract.test_report_writers import make_row, make_run, make_tally, now
from tests.unit.reports.test_workbook import OWASP, table

SHEET = "Клиенты «Весна»"
HEADINGS = ("Телефон", "Имя", "Дата", "Сумма", "Двойная")
WIDTH = len(HEADINGS)


def make_book(path: Path, count: int = 3) -> None:
    """A workbook with a title, styles, dates, formulas, merges, other sheets."""
    book = Workbook()
    notes = book.worksheets[0]
    notes.title = "Заметки"
    notes["A1"] = "=SUM('Клиенты «Весна»'!D4:D6)"
    sheet = book.create_sheet(SHEET)
    sheet["A1"] = "Список на весну"
    sheet["A1"].font = Font(bold=True, size=16)
    sheet.merge_cells("A1:E1")
    for col, text in enumerate(HEADINGS, start=1):
        sheet.cell(3, col, text).fill = PatternFill("solid", fgColor="FFCCE5FF")
    for y in range(4, 4 + count):
        sheet.cell(y, 1, 79160000000 + y).number_format = "0"
        sheet.cell(y, 2, "=1+1").data_type = "s"
        sheet.cell(y, 3, datetime(2026, 3, 2, 10, 30)).number_format = "dd.mm.yyyy"  # noqa: DTZ001 - Excel knows no zones
        sheet.cell(y, 4, 12.5).number_format = '#,##0.00" ₽"'
        sheet.cell(y, 5, f"=D{y}*2")
    sheet.column_dimensions["B"].width = 31.5
    sheet.row_dimensions[5].hidden = True
    sheet["B4"].comment = Comment("звонить утром", "Анна")
    book.active = 1
    book.save(path)


def make_rows_of(path: Path, count: int = 3, **changes: object) -> tuple[RunInfo, list[ReportRow]]:
    rows = [make_row(y, cells=("79160000000", "x", "", "", "")) for y in range(4, 4 + count)]
    digest = hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else "0" * 64
    info = TableInfo("xlsx", sheet=SHEET)
    layout = Layout(3, HEADINGS, {Role.PHONE: 0})
    source = Source(1, path.name, str(path), digest, info, layout)
    values = {"heading": HEADINGS, "sources": (source,), "source_name": path.name, **changes}
    return make_run(rows, **values), rows


def write(path: Path, run: RunInfo, rows: list[ReportRow]) -> Workbook:
    WorkbookWriter("en", now).write(path, run, make_tally(rows), iter(rows))
    return load_workbook(path)


def displayed(sheet: Worksheet) -> dict[str, tuple[object, ...]]:
    """Everything of a sheet's own cells that a user sees."""
    return {
        cell.coordinate: (
            cell.value, cell.data_type, cell.number_format, cell.font.b, cell.font.sz,
            cell.fill.fgColor.rgb, cell.comment and cell.comment.text,
        )
        for line in sheet.iter_rows(max_col=WIDTH) for cell in line
    }  # fmt: skip


def summary_of(book: Workbook) -> str:
    return " ".join(str(cell) for line in table(book["Summary"]) for cell in line if cell)


def test_their_workbook_comes_back_with_its_cells_equal(tmp_path: Path) -> None:
    """Values, formulas, formats, widths, merges, hidden rows, comments, and their other sheets."""
    path = tmp_path / "клиенты.xlsx"
    make_book(path)
    before = load_workbook(path)

    after = write(tmp_path / "report.xlsx", *make_rows_of(path))

    assert after.sheetnames[:2] == before.sheetnames == ["Заметки", SHEET]
    assert after.sheetnames[2:] == ["Summary", "Cost", "Settings"]
    for name in before.sheetnames:
        assert displayed(after[name]) == displayed(before[name])
        assert after[name].merged_cells.ranges == before[name].merged_cells.ranges
    assert after[SHEET].column_dimensions["B"].width == 31.5
    assert after[SHEET].row_dimensions[5].hidden
    assert after.active is after[SHEET]
    assert "This is your workbook as it was when sent" in summary_of(after)


def test_ours_are_to_the_right_in_the_rows_that_the_user_sees(tmp_path: Path) -> None:
    path = tmp_path / "in.xlsx"
    make_book(path)
    run, rows = make_rows_of(path)
    rows[1] = replace(rows[1], status=Status.UNDELIVERED, code="undelivered")

    sheet = write(tmp_path / "report.xlsx", run, rows)[SHEET]
    lines = table(sheet)
    status, word = (WIDTH + [c.key for c in OWN_COLUMNS].index(k) for k in ("status", "gateway_status"))

    assert (lines[2][status], lines[2][word]) == ("Status", "Gateway status")
    assert [line[status] for line in lines[3:6]] == ["Delivered", "Undelivered", "Delivered"]
    assert lines[0][WIDTH:] == lines[1][WIDTH:] == (None,) * len(OWN_COLUMNS)
    assert sheet.auto_filter.ref == "A3:S6"
    assert sheet.freeze_panes == "A4"


def test_a_table_narrower_than_the_sheet_hides_nothing_of_it(tmp_path: Path) -> None:
    """Sums may be far to the right; ours come after them."""
    path = tmp_path / "in.xlsx"
    make_book(path)
    book = load_workbook(path)
    book[SHEET]["J9"] = "sum"
    book.save(path)

    sheet = write(tmp_path / "report.xlsx", *make_rows_of(path))[SHEET]

    assert sheet["J9"].value == "sum"
    assert sheet["K3"].value == "Row"


def test_no_text_of_ours_becomes_a_formula_in_their_workbook(tmp_path: Path) -> None:
    """Source: OWASP, CSV Injection. The only formulas are those that were theirs."""
    path = tmp_path / "in.xlsx"
    make_book(path, len(OWASP))
    every = " ".join(OWASP)
    run, rows = make_rows_of(
        path, len(OWASP), gateway="=1+1", reason=every, settings={text: text for text in OWASP}
    )
    rows = [
        replace(
            row, status=Status.INVALID, cells=(text,) * 7, status_text=text, smsc_id=text, client_id=text,
            code=text, sender=text, phone=text,
        )
        for row, text in zip(rows, OWASP, strict=True)
    ]  # fmt: skip

    book = write(tmp_path / "report.xlsx", run, rows)
    formulas = [
        cell.coordinate
        for sheet in book.worksheets for line in sheet.iter_rows() for cell in line
        if cell.data_type == "f"
    ]  # fmt: skip

    assert formulas == ["A1", *(f"E{y}" for y in range(4, 4 + len(OWASP)))]
    assert {cell.data_type for line in book["Fix"] for cell in line if cell.value} == {"s"}
    assert [line[:1] for line in table(book["Fix"])[1:3]] == [("=1+1",), ("+1+1",)]
    with zipfile.ZipFile(tmp_path / "report.xlsx") as parts:
        sheets = [parts.read(name) for name in parts.namelist() if "/worksheets/sheet" in name]
        assert not any("externalLink" in name for name in parts.namelist())
    assert sum(part.count(b"<f>") + part.count(b"<f ") for part in sheets) == len(formulas)
    assert not any(b"<hyperlink" in part for part in sheets)
    assert not list(book.defined_names)


def test_an_escape_is_not_decoded_in_their_workbook_either(tmp_path: Path) -> None:
    path = tmp_path / "in.xlsx"
    make_book(path)
    run, rows = make_rows_of(path)
    rows[0] = replace(rows[0], status_text="_x003D_1+1")

    write(tmp_path / "report.xlsx", run, rows)

    with zipfile.ZipFile(tmp_path / "report.xlsx") as parts:
        assert b">_x005F_x003D_1+1<" in parts.read("xl/worksheets/sheet2.xml")


@pytest.mark.parametrize(
    ("case", "note"),
    [
        ("gone", "the file is no longer where"),
        ("changed", "the file has changed"),
        ("no_heading", "the table has no headings"),
        ("exploded", "several statuses"),
        ("no_sheet", "could not be opened"),
        ("two", "several files"),
    ],
)
def test_where_theirs_cannot_be_kept_the_table_is_drawn_with_a_note(
    tmp_path: Path, case: str, note: str
) -> None:
    path = tmp_path / "in.xlsx"
    make_book(path)
    run, rows = make_rows_of(path)
    source = run.sources[0]
    match case:
        case "gone":
            path.unlink()
        case "changed":
            path.write_bytes(path.read_bytes() + b" ")
        case "no_heading":
            source = replace(source, layout=replace(source.layout, heading_row_no=0))
        case "exploded":
            rows[1] = replace(rows[1], row_no=rows[0].row_no)
        case "no_sheet":
            source = replace(source, info=replace(source.info, sheet="another"))
    sources = (source, replace(source, no=2)) if case == "two" else (source,)

    book = write(tmp_path / "report.xlsx", replace(run, sources=sources), rows)

    assert note in summary_of(book)
    assert [line[0] for line in table(book.worksheets[0])] == ["Телефон", *["79160000000"] * 3]


def test_a_workbook_that_would_fill_the_memory_costs_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One merge of all cells makes openpyxl make them all; the child is ended, the table drawn."""
    path = tmp_path / "in.xlsx"
    make_book(path)
    hostile = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(hostile, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b'ref="A1:E1"', b'ref="A1:XFD1048576"'))
    monkeypatch.setattr(original, "MEMORY", 400 << 20)

    book = write(tmp_path / "report.xlsx", *make_rows_of(hostile))

    assert "could not be opened" in summary_of(book)
    assert len(table(book.worksheets[0])) == 4


def test_macros_are_left_out_with_a_note(tmp_path: Path) -> None:
    path = tmp_path / "in.xlsm"
    make_book(path)
    with zipfile.ZipFile(path, "a") as parts:
        parts.writestr("xl/vbaProject.bin", b"macro")

    book = write(tmp_path / "report.xlsx", *make_rows_of(path))

    assert "Macros are not kept" in summary_of(book)
    assert book.sheetnames[1] == SHEET
    with zipfile.ZipFile(tmp_path / "report.xlsx") as parts:
        assert not any("vba" in name.lower() for name in parts.namelist())
        assert b"macroEnabled" not in parts.read("[Content_Types].xml")


def test_a_sheet_of_theirs_that_is_called_like_ours_stays(tmp_path: Path) -> None:
    path = tmp_path / "in.xlsx"
    make_book(path)
    book = load_workbook(path)
    book.create_sheet("summary")["A1"] = "mine"
    book.save(path)

    after = write(tmp_path / "report.xlsx", *make_rows_of(path))

    assert after["summary"]["A1"].value == "mine"
    assert after["Summary 2"]["A1"].value == "Summary"


def printed(path: Path, tmp_path: Path, change: Callable[[Worksheet], None]) -> Worksheet:
    """Their sheet as the report has it, after they changed it in their own way."""
    book = load_workbook(path)
    change(book[SHEET])
    book.save(path)
    run, rows = make_rows_of(path)
    return write(tmp_path / "report.xlsx", run, rows)[SHEET]


def test_a_sheet_nobody_set_up_for_printing_comes_out_one_page_wide(tmp_path: Path) -> None:
    """Our columns would otherwise print on further pages, without the recipients' names."""
    path = tmp_path / "clients.xlsx"
    make_book(path)

    sheet = printed(path, tmp_path, lambda _: None)

    assert sheet.sheet_properties.pageSetUpPr is not None
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.page_setup.orientation == "landscape"


@pytest.mark.parametrize(
    "change",
    [
        lambda sheet: setattr(sheet.page_setup, "scale", 85),
        lambda sheet: setattr(sheet, "print_area", "A1:E6"),
        lambda sheet: setattr(sheet.sheet_properties.pageSetUpPr, "fitToPage", True),
        lambda sheet: sheet.col_breaks.append(Break(id=3)),
    ],
    ids=["scale", "area", "fit", "break"],
)
def test_a_print_set_up_of_their_own_stays(tmp_path: Path, change: Callable[[Worksheet], None]) -> None:
    def theirs(sheet: Worksheet) -> None:
        sheet.page_setup.orientation = "portrait"
        sheet.page_setup.fitToHeight = 3
        change(sheet)

    path = tmp_path / "clients.xlsx"
    make_book(path)
    original = printed(path, tmp_path, theirs)
    before = load_workbook(path)[SHEET]

    for name in ("orientation", "scale", "fitToWidth", "fitToHeight", "paperSize"):
        assert getattr(original.page_setup, name) == getattr(before.page_setup, name)
    assert original.print_area == before.print_area
