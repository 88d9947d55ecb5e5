"""`--fix-file`: the rows to fix come back as they came in, and can be sent when fixed."""

import csv
import io
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.domain import RawRow
from campaign.reports.fix_columns import fix_labels, guard_csv, guard_typed, without_fix_columns
from tests.cli.shell import Shell, mode_of
from tests.torture import odf

NASTY = ["=1+1", "'=1+1", "''=1+1", "@SUM(A1)", "-5", " +7", "'quoted'", "O'Neil", "=", "'", "＝1"]


def _lines(path: Path) -> io.StringIO:
    return io.StringIO(path.read_bytes().decode("utf-8"), newline="")


def _cells(path: Path) -> list[list[str]]:
    sheet = openpyxl.load_workbook(path).worksheets[0]
    return [["" if c is None else str(c) for c in row] for row in sheet.iter_rows(values_only=True)]


@pytest.mark.parametrize(
    ("encoding", "delimiter"),
    [("utf-8", ","), ("utf-8-sig", ";"), ("cp1251", ";"), ("cp866", "|"), ("utf-16", "\t")],
)
def test_a_text_table_keeps_encoding_and_delimiter(shell: Shell, encoding: str, delimiter: str) -> None:
    rows = [["Имя", "Телефон"], ["Иванова Мария", "79160000001"], ["Пётр Сидоров", "12"]]
    text = "".join(delimiter.join(row) + "\n" for row in rows)
    shell.write("in.csv", text, encoding)

    done = shell.type("check", "in.csv", "--text", "Hi", "--encoding", encoding, "--fix-file", "f.csv")

    assert done.code == 3
    read = (shell.folder / "f.csv").read_bytes().decode(encoding)
    lines = list(csv.reader(io.StringIO(read), delimiter=delimiter))
    assert lines[0] == ["Имя", "Телефон", *fix_labels("en")]
    assert lines[1][:3] == ["Пётр Сидоров", "12", "3"]
    assert lines[1][3] == "12 has too few digits."
    assert mode_of(shell.folder / "f.csv") == 0o600


def test_fixed_rows_are_clean_and_the_columns_of_the_fix_file_are_no_data(shell: Shell) -> None:
    shell.write("in.csv", "phone;name\n+79160000001;Ann\n12;Bob\n13;Eve\n")
    shell.type("check", "in.csv", "--text", "Hi {name}", "--fix-file", "f.csv")
    fixed = shell.folder / "f.csv"
    text = fixed.read_text(encoding="utf-8")
    fixed.write_text(
        text.replace('"12";', '"+79160000002";').replace('"13";', '"+79160000003";'), encoding="utf-8"
    )

    done = shell.type("check", "f.csv", "--text", "Hi {name}", "--json", "--fix-file", "g.csv")

    assert (done.code, done.json["recipients"]) == (0, 2)
    assert done.json["files"][0]["columns"] == {"phone": "phone"}
    assert not (shell.folder / "g.csv").exists()


def test_cells_come_back_equal_whatever_they_hold(shell: Shell) -> None:
    """Also in a fix file of a fix file, which has its columns once."""
    with (shell.folder / "in.csv").open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([("phone", "x"), *enumerate(NASTY)])
    shell.type("check", "in.csv", "--text", "Hi {x|-}", "--fix-file", "f.csv")
    written = list(csv.reader(_lines(shell.folder / "f.csv")))

    words = ("check", "f.csv", "--text", "Hi {x|-}", "--fix-file", "g.csv", "--lang", "ru")
    again = shell.type(*words)

    assert again.code == 3
    assert not any(cell.lstrip().startswith(("=", "+", "@")) for row in written for cell in row)
    twice = list(csv.reader(_lines(shell.folder / "g.csv")))
    # The second file was made of what was read from the first: equal cells are guarded equally.
    assert [row[:2] for row in twice] == [row[:2] for row in written]
    assert twice[0][2:] == list(fix_labels("ru"))


@given(st.lists(st.lists(st.text(st.sampled_from("'=+-@ a1＝\t")), min_size=2, max_size=4)))
def test_guards_are_undone_exactly(table: list[list[str]]) -> None:
    for guard in (guard_csv, guard_typed):
        rows = [RawRow(1, ("a", *fix_labels("ru")))]
        rows += [
            RawRow(number, (guard(cells[0]), "1", "", "", *map(guard, cells[1:])))
            for number, cells in enumerate(table, start=2)
        ]

        found = list(without_fix_columns(iter(rows))[0])[1:]

        assert [list(row.cells) for row in found] == table


def test_a_workbook_stays_one_and_holds_no_formula(shell: Shell) -> None:
    rows = (("Телефон", "Имя"), ("+79160000001", "Ann"), ("12", "'=1+1"), ("13", "\t=cmd"))
    shell.workbook("in.xlsx", *rows, title="Клиенты")

    shell.type("check", "in.xlsx", "--text", "Hi", "--fix-file", "f.xlsx", "--lang", "ru")

    cells = _cells(shell.folder / "f.xlsx")
    assert cells[0] == ["Телефон", "Имя", *fix_labels("ru")]
    assert [row[0] for row in cells[1:]] == ["12", "13"]
    found = openpyxl.load_workbook(shell.folder / "f.xlsx").worksheets[0]
    assert found.title == "Клиенты"
    assert {cell.data_type for row in found.iter_rows() for cell in row} == {"s"}


@pytest.mark.parametrize(
    "total", [("Итого", "=COUNTA(B2:B3)", ""), ("=1+1", "Всего:", "=SUM(C2:C3)"), ("Total", "", "=1")]
)
def test_a_total_that_was_never_calculated_is_nothing_to_fix(shell: Shell, total: tuple[str, ...]) -> None:
    """Nobody is meant by it, whatever its formulas would have come to."""
    recipients = (("Ann", "+79160000001", "1"), ("Bob", "=A1", "2"), ("=A2", "+79160000003", "3"))
    shell.workbook("in.xlsx", ("Имя", "Телефон", "Сумма"), *recipients, total)

    done = shell.json("check", "in.xlsx", "--text", "Hi {имя}", "--fix-file", "f.xlsx")

    totals = [one["rows"] for one in done["reasons"] if one["code"] == "totals_row"]
    assert totals == [[5]]
    assert [row[3] for row in _cells(shell.folder / "f.xlsx")[1:]] == ["3", "4"]


def test_an_open_document_comes_as_a_workbook_with_a_warning(shell: Shell) -> None:
    rows = [odf.row(cells) for cells in (("Телефон", "Имя"), ("+79160000001", "Ann"), ("12", "=1+1"))]
    (shell.folder / "in.ods").write_bytes(odf.ods(odf.sheet(rows)))

    done = shell.type("check", "in.ods", "--text", "Hi {имя}", "--fix-file", "f.ods")
    again = shell.type("check", "f.xlsx", "--text", "Hi {имя}", "--json")

    assert "written as .xlsx" in done.stderr
    assert [one["cell"] for one in again.json["problems"]] == ["Лист1!A2"]
    assert _cells(shell.folder / "f.xlsx")[1][:2] == ["12", "=1+1"]


def test_another_ending_than_the_format_is_corrected_with_a_warning(shell: Shell) -> None:
    """A text table named .xlsx could not be read again."""
    shell.write("in.csv", "phone\n12\n")

    done = shell.type("check", "in.csv", "--text", "Hi", "--fix-file", "f.xlsx")

    assert "written as .csv" in done.stderr
    assert (shell.folder / "f.csv").is_file()


def test_several_files_have_a_fix_file_each(shell: Shell) -> None:
    shell.write("a.csv", "phone\n12\n")
    shell.write("b.txt", "Имя\tТелефон\nИван\t13\n")
    shell.recipients("c.csv", "0001")

    found = shell.json("check", "a.csv", "b.txt", "c.csv", "--text", "Hi", "--fix-file", "out")

    assert found["fix_files"] == [str(Path("out/a.fix.csv")), str(Path("out/b.fix.txt"))]


def test_hidden_rows_and_duplicates_are_nothing_to_fix(shell: Shell) -> None:
    """A hidden row would be shown in the fix-file, and then be texted."""
    path = shell.workbook("in.xlsx", ("Телефон",), ("+79160000001",), ("+79160000001",), ("+79160000002",))
    book = openpyxl.load_workbook(path)
    book.worksheets[0].row_dimensions[4].hidden = True
    book.save(path)

    done = shell.type("check", "in.xlsx", "--text", "Hi", "--fix-file", "f.xlsx", "--json")

    assert {one["code"] for one in done.json["problems"]} == {"duplicate", "row_hidden"}
    assert not (shell.folder / "f.xlsx").exists()


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("Ann,+79160000001\nBob,12\n", ("Hi {B}", "--map", "phone=B", "--header", "0")),
        ("Отчёт\n\nphone,name\n12,Bob\n+79160000001,Ann\n", ("Hi {name}", "--header", "3")),
    ],
    ids=["no headings", "headings in row 3"],
)
def test_the_command_for_the_original_works_for_its_fix_file(
    shell: Shell, table: str, words: tuple[str, ...]
) -> None:
    """A table without headings stays one; headings come to the top."""
    shell.write("in.csv", table)
    shell.type("check", "in.csv", "--text", *words, "--fix-file", "f.csv")

    found = shell.json("check", "f.csv", "--text", *words)

    assert found["rows"] == 1
    assert [one["code"] for one in found["problems"]] == ["phone_too_short"]


def test_a_run_writes_them_too_also_when_it_was_planned_before(shell: Shell) -> None:
    shell.write("in.csv", "phone\n12\n+79160000001\n")
    words = ("run", "in.csv", "--text", "Hi", "--json", "--wait", "5s", "--format", "jsonl")

    first = shell.type(*words, "--fix-file", "f.csv")
    again = shell.type(*words, "--fix-file", "g.csv")

    assert str(first.json["reports"][-1]) == "f.csv"
    assert again.code == 9
    assert (shell.folder / "g.csv").read_bytes() == (shell.folder / "f.csv").read_bytes()
