"""`campaign run` and `report` of a workbook: it comes back with what became of every row."""

import openpyxl
from openpyxl.styles import Font

from tests.cli.shell import Shell


def _workbook(shell: Shell) -> None:
    rows = (("Имя", "Телефон"), ("Анна", "79160000001"), ("Пётр", "12"), ("Яна", "79160000003"))
    path = shell.workbook("in.xlsx", *rows, title="Клиенты")
    book = openpyxl.load_workbook(path)
    sheet = book["Клиенты"]
    sheet["D1"] = "=COUNTA(A:A)"
    sheet["A2"].font = Font(bold=True)
    book.save(path)


def test_a_workbook_comes_back_and_its_rows_to_fix_can_be_sent(shell: Shell) -> None:
    """The whole way: run, the same workbook with our sheets, mend on sheet Fix, run that."""
    _workbook(shell)

    done = shell.type("run", "in.xlsx", "--text", "Hi {Имя}", "--wait", "5s", "-o", "r.xlsx")
    book = openpyxl.load_workbook(shell.folder / "r.xlsx")
    sheet = book["Клиенты"]
    statuses = [sheet.cell(y, 6).value for y in range(1, 5)]
    fix = book["Fix"]
    assert fix["B2"].value == "12"
    fix["B2"].value = "79160000002"
    book.save(shell.folder / "r.xlsx")
    again = shell.type("run", "r.xlsx", "--sheet", "fix", "--text", "Hi {Имя}", "-o", "r2.xlsx")

    assert done.code == 3
    assert book.sheetnames == ["Клиенты", "Summary", "Fix", "Cost", "Settings"]
    assert sheet["D1"].value == "=COUNTA(A:A)"
    assert sheet["A2"].font.b
    assert statuses == ["Status", "Delivered", "Invalid", "Delivered"]
    assert again.code == 0
    assert openpyxl.load_workbook(shell.folder / "r2.xlsx")["Fix"]["A2"].value == "Пётр"


def test_each_file_of_a_run_has_its_sheet(shell: Shell) -> None:
    shell.write("north.csv", "phone;name\n79160000001;Ann\n")
    shell.write("south.csv", "name;city;phone\nBob;Orel;79160000002\n")

    shell.type("run", "north.csv", "south.csv", "--text", "Hi {name}", "-o", "r.xlsx")
    book = openpyxl.load_workbook(shell.folder / "r.xlsx")

    assert book.sheetnames[:3] == ["north", "south", "Summary"]
    assert [cell.value for cell in book["south"][2]][:3] == ["Bob", "Orel", "79160000002"]
