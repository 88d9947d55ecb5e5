"""What every back end of sheets promises: the same cells, looks and charts, whoever writes them."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, Literal

import pytest
from openpyxl import Workbook, load_workbook

from campaign.domain.printable import cell_text
from campaign.reports.xlsx.new_book import open_book
from campaign.reports.xlsx.original_book import OriginalBook
from campaign.reports.xlsx.sheet import A3, Book, CellFormat, Chart, Series, Styles
from tests.unit.reports.test_workbook import OWASP

Opened = Callable[[Path], AbstractContextManager[Book]]


def new(path: Path) -> AbstractContextManager[Book]:
    """A new workbook."""
    path.touch()
    return open_book(path)


@contextmanager
def original(path: Path) -> Iterator[Book]:
    """A workbook that somebody has, with one sheet of their own."""
    theirs = Workbook()
    theirs.worksheets[0].title = "Theirs"
    yield OriginalBook(theirs)
    theirs.save(path)


@pytest.fixture(params=[new, original], ids=["new", "original"])
def opened(request: pytest.FixtureRequest) -> Opened:
    """Each back end in turn."""
    made: Opened = request.param
    return made


@pytest.mark.parametrize("text", [*OWASP, "#N/A", "007", " blank ", "<b>&amp;"])
def test_a_text_is_a_typed_string(tmp_path: Path, opened: Opened, text: str) -> None:
    with opened(tmp_path / "book.xlsx") as book:
        book.add_sheet("s").text(0, 0, text, Styles.text)

    cell = load_workbook(tmp_path / "book.xlsx")["s"]["A1"]
    assert cell.data_type == "s"
    assert cell.hyperlink is None
    if not text.startswith("_"):  # openpyxl does not decode `_x005F_`
        assert cell.value == cell_text(text)


def test_values_stand_where_they_were_put(tmp_path: Path, opened: Opened) -> None:
    """An empty text leaves its format only; a number that Excel does not have becomes a text."""
    with opened(tmp_path / "book.xlsx") as book:
        sheet = book.add_sheet("s")
        sheet.text(0, 0, "heading")
        sheet.text(0, 1, "", Styles.total)
        sheet.text(0, 2, "")
        sheet.number(1, 0, 2.5, Styles.cell_money)
        sheet.number(1, 1, float("inf"), Styles.cell_money)
        sheet.blank(1, 2, Styles.total)

    read = load_workbook(tmp_path / "book.xlsx")["s"]
    values = [[cell.value for cell in row] for row in read["A1:C2"]]
    assert values == [["heading", None, None], [2.5, "inf", None]]
    assert read["B1"].font.b
    assert read["C2"].font.b
    assert not read["C1"].font.b


def test_a_cell_looks_as_its_format_says(tmp_path: Path, opened: Opened) -> None:
    look = CellFormat(
        bold=True, italic=True, size=14, color="#112233", paper="#AABBCC", number="0.0%",
        align="right", indent=1, wrap=True, top=(1, "#445566"), bottom=(2, "#778899"),
    )  # fmt: skip
    with opened(tmp_path / "book.xlsx") as book:
        sheet = book.add_sheet("s")
        for row in range(2):  # the second time it is remembered
            sheet.number(row, 0, 0.5, look)

    for row in load_workbook(tmp_path / "book.xlsx")["s"]["A1:A2"]:
        cell = row[0]
        font = cell.font
        assert (font.b, font.i, font.sz, font.name) == (True, True, 14, "Calibri")
        assert (cell.font.color.rgb, cell.fill.fgColor.rgb) == ("FF112233", "FFAABBCC")
        assert cell.number_format == "0.0%"
        assert (cell.alignment.horizontal, cell.alignment.vertical) == ("right", "center")
        assert (cell.alignment.indent, cell.alignment.wrap_text) == (1, True)
        assert (cell.border.top.style, cell.border.top.color.rgb) == ("thin", "FF445566")
        assert (cell.border.bottom.style, cell.border.bottom.color.rgb) == ("medium", "FF778899")


def test_a_sheet_is_set_up_for_screen_and_paper(tmp_path: Path, opened: Opened) -> None:
    with opened(tmp_path / "book.xlsx") as book:
        sheet = book.add_sheet("s")
        sheet.set_width(0, 20, Styles.text)
        sheet.set_width(2, 9, hidden=True)
        sheet.set_height(0, 34)
        sheet.text(0, 0, "heading")
        sheet.filter(8, 2)
        sheet.freeze(1, 1)
        sheet.print_across(paper=A3, repeated=0, numbered=True)
        sheet.break_pages([4])
        sheet.hide_gridlines()
        sheet.color_tab("#E08A55")

    read = load_workbook(tmp_path / "book.xlsx")["s"]
    assert read.column_dimensions["A"].width == pytest.approx(20, abs=1)
    assert read.column_dimensions["A"].number_format == "@"
    assert read.column_dimensions["C"].hidden
    assert read.row_dimensions[1].height == pytest.approx(34, abs=1)
    assert (read.auto_filter.ref, read.freeze_panes) == ("A1:C9", "B2")
    setup = read.page_setup
    assert (setup.orientation, str(setup.paperSize)) == ("landscape", "8")
    assert (setup.fitToWidth or 1, setup.fitToHeight) == (1, 0)  # 1 is the default
    assert read.sheet_properties.pageSetUpPr is not None
    assert read.sheet_properties.pageSetUpPr.fitToPage
    assert read.print_title_rows == "$1:$1"
    assert read.oddFooter is not None
    assert read.oddFooter.right is not None
    assert read.oddFooter.right.text == "&P / &N"
    assert [one.id for one in read.row_breaks.brk] == [4]
    assert not read.sheet_view.showGridLines
    assert read.sheet_properties.tabColor is not None
    assert str(read.sheet_properties.tabColor.rgb).endswith("E08A55")


@pytest.mark.parametrize("kind", ["bar", "column", "stacked", "line"])
@pytest.mark.parametrize("count", [1, 2])
def test_a_chart_shows_the_cells_that_it_names(
    tmp_path: Path, opened: Opened, kind: Literal["bar", "column", "stacked", "line"], count: int
) -> None:
    """Series, names and colours; a legend only where there are several series."""
    series = [Series(1, "Sent", "#4A90D9"), Series(2, "Delivered", "#2F9E63")][:count]
    with opened(tmp_path / "book.xlsx") as book:
        sheet = book.add_sheet("figures")
        for row in range(1, 4):
            sheet.text(row, 0, f"name {row}")
            sheet.number(row, 1, row)
            sheet.number(row, 2, 2 * row)
        chart = Chart(kind=kind, first=1, last=3, names=0, series=series, height=240)
        sheet.draw(chart, 0, 4)

    read: Any = load_workbook(tmp_path / "book.xlsx")["figures"]  # the stubs know no charts
    (drawn,) = read._charts  # noqa: SLF001 - the only way to ask
    for one, letter, wanted in zip(drawn.series, "BC", series, strict=False):
        assert one.val.numRef.f.replace("'", "") == f"figures!${letter}$2:${letter}$4"
        assert (one.cat.strRef or one.cat.numRef).f.replace("'", "") == "figures!$A$2:$A$4"
        assert one.tx.v == wanted.name
        look = one.graphicalProperties
        color = look.line.solidFill if kind == "line" else look.solidFill
        assert color.srgbClr == wanted.color[1:]
    assert len(drawn.series) == count
    assert bool(drawn.legend) == (count > 1)
    assert drawn.tagname == ("lineChart" if kind == "line" else "barChart")
    assert (kind == "bar") == (getattr(drawn, "barDir", "") == "bar")
    assert (drawn.grouping == "stacked") == (kind == "stacked")
    assert drawn.anchor._from.col == 4  # noqa: SLF001 - as above


def test_every_point_of_a_chart_can_have_its_colour(tmp_path: Path, opened: Opened) -> None:
    with opened(tmp_path / "book.xlsx") as book:
        sheet = book.add_sheet("s")
        series = [Series(1, points=("#2F9E63", "#D64545"))]
        sheet.draw(Chart(kind="bar", first=0, last=1, names=0, series=series, height=99), 0, 3)

    read: Any = load_workbook(tmp_path / "book.xlsx")["s"]
    points = read._charts[0].series[0].dPt  # noqa: SLF001 - the only way to ask
    colors = [one.graphicalProperties.solidFill.srgbClr for one in points]
    assert colors == ["2F9E63", "D64545"]


def test_no_two_sheets_have_the_same_name(tmp_path: Path, opened: Opened) -> None:
    with opened(tmp_path / "book.xlsx") as book:
        names = [book.add_sheet(wanted).name for wanted in ("Fix", "fix", "a/b", "History")]

    assert names == ["Fix", "fix 2", "ab", "History 2"]
    assert load_workbook(tmp_path / "book.xlsx").sheetnames[-4:] == names
