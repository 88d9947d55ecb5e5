"""Write `workbooks/`: tables that only LibreOffice can write as .xls and as it writes .ods.

`python -m tests.unit.tables.make_workbooks` needs soffice; the tests read what it wrote. The
recipients are invented.
"""

import datetime as dt
import shutil
import subprocess
import tempfile
from pathlib import Path

import openpyxl
from openpyxl.comments import Comment

from tests.contract.tables import TABLE

WORKBOOKS = Path(__file__).parent / "workbooks"
ENDINGS = ("xls", "ods")


def main() -> None:
    """Write them all."""
    WORKBOOKS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        mix, table = Path(folder, "mix.xlsx"), Path(folder, "table.xlsx")
        write_mix(mix)
        write_table(table)
        for ending in ENDINGS:
            for path in convert([mix, table], ending, Path(folder)):
                shutil.copy(path, WORKBOOKS)


def convert(paths: list[Path], kind: str, folder: Path, *, opened_as: str = "") -> list[Path]:
    """Let LibreOffice write files anew; `kind` is an ending, with a filter behind a colon."""
    soffice = shutil.which("soffice")
    if soffice is None:
        raise SystemExit("soffice is not installed")
    subprocess.run(
        [
            *(soffice, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless"),
            *([f"--infilter={opened_as}"] if opened_as else []),
            *("--convert-to", kind, "--outdir", str(folder), *map(str, paths)),
        ],
        check=True,
        capture_output=True,
        timeout=240,
    )
    return [folder / f"{path.stem}.{kind.partition(':')[0]}" for path in paths]


def write_table(path: Path) -> None:
    """The table of the contract, every cell a text."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row_no, row in enumerate(TABLE, 1):
        for column, text in enumerate(row, 1):
            if text:
                sheet.cell(row_no, column, text).data_type = "s"
    book.save(path)


def write_mix(path: Path) -> None:
    """One of everything: formats, an error, a formula, a hidden row, column and sheet, a merge."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Клиенты"
    sheet.append(["Телефон", "Имя", "Код", "Скидка", "Дата", "Время", "Флаг", "Цена", "Ф", "Ош", "Тайна"])
    formats = {3: "000000", 4: "0%", 5: "dd.mm.yyyy", 6: "hh:mm", 8: "#,##0.00"}
    for number in range(1, 5):
        sheet.append(
            [
                *(79000000100 + number, f"Имя {number}", number, 0.1),
                *(dt.date(2026, 3, number), dt.time(10, 30), number % 2 == 0, 1990.5),
                *(f'=B{number + 1}&"!"', "=NA()", "x"),
            ]
        )
        for column, code in formats.items():
            sheet.cell(number + 1, column).number_format = code
    sheet["A8"] = "слово   и"
    sheet["B8"] = "две\nстроки"
    sheet["C8"] = dt.datetime(2026, 3, 2, 10, 30)  # noqa: DTZ001  a workbook's date has no zone
    sheet["C8"].number_format = "dd.mm.yyyy hh:mm"
    sheet["D8"] = dt.date(2026, 3, 2)
    sheet["D8"].number_format = "mm-dd-yy"
    sheet["E8"] = dt.timedelta(hours=30)
    sheet["E8"].number_format = "[h]:mm:ss"
    sheet["A10"] = "итог"
    sheet.merge_cells("A10:C10")
    sheet["B2"].comment = Comment("заметка", "автор")
    sheet.row_dimensions[4].hidden = True
    sheet.column_dimensions["K"].hidden = True
    hidden = book.create_sheet("Тайный")
    hidden.append(["Телефон"])
    hidden.append([79000000199])
    hidden.sheet_state = "hidden"
    book.create_sheet("Заметки").append(["заметка"])
    book.save(path)


if __name__ == "__main__":
    main()
