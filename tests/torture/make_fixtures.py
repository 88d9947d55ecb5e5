"""Write `fixtures/`: the few files that only other programs can write.

`python -m tests.torture.make_fixtures` needs soffice, msoffcrypto-tool and xlwt; none of them is
needed to run the tests. The recipients are those of `expect.RECIPIENTS`: invented.
"""

import datetime as dt
import io
import shutil
import subprocess
import tempfile
from importlib import import_module
from pathlib import Path
from typing import Any

from tests.torture.expect import RECIPIENTS
from tests.torture.recipients import table
from tests.torture.workbooks import Grid, Sheet, Value, number, xlsx

FIXTURES = Path(__file__).parent / "fixtures"
PASSWORD = "correct horse"  # noqa: S105  of an invented workbook


def fixture(name: str) -> bytes:
    """The bytes of a fixture."""
    return (FIXTURES / name).read_bytes()


def main() -> None:
    """Write them all."""
    FIXTURES.mkdir(exist_ok=True)
    plain = xlsx(Sheet(rows=[list(row) for row in table()], name="Клиенты"))
    (FIXTURES / "password.xlsx").write_bytes(_encrypted(plain))
    (FIXTURES / "xlwt.xls").write_bytes(_by_xlwt())
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "libreoffice.xlsx")
        source.write_bytes(_rich_book())
        for ending, kind in (("xls", "xls:MS Excel 97"), ("ods", "ods"), ("fods", "fods")):
            _convert(source, kind)
            shutil.copy(source.with_suffix(f".{ending}"), FIXTURES)


def _rich_book() -> bytes:
    """Numbers, a date, a format with zeros, a hidden row and a second sheet."""
    heads: list[Value] = ["Телефон", "Имя", "Код клиента", "Дата", "Карта"]
    rows: Grid = [
        [int(p[0]), p[1], p[2], number(46_082 + n, 1), number(7 + n, 2)] for n, p in enumerate(RECIPIENTS)
    ]
    recipients = Sheet(rows=[heads, *rows], name="Клиенты", row_attributes={4: 'hidden="1"'})
    notes = Sheet(rows=[["Заметки"]], name="Заметки")
    return xlsx(recipients, notes, formats=["dd.mm.yyyy", "000000"])


def _convert(source: Path, kind: str) -> None:
    soffice = shutil.which("soffice")
    if soffice is None:
        raise SystemExit("soffice is not installed")
    home = source.parent / "profile"
    command = [soffice, f"-env:UserInstallation={home.as_uri()}", "--headless", "--convert-to"]
    subprocess.run(
        [*command, kind, "--outdir", str(source.parent), str(source)],
        check=True,
        capture_output=True,
        timeout=120,
    )


def _encrypted(plain: bytes) -> bytes:
    """Encrypted as Excel does it: an OLE2 file with EncryptedPackage in it."""
    out = io.BytesIO()
    ooxml: Any = import_module("msoffcrypto.format.ooxml")
    ooxml.OOXMLFile(io.BytesIO(plain)).encrypt(PASSWORD, out)
    return out.getvalue()


def _by_xlwt() -> bytes:
    """What many web back ends still export; one hidden row, dates, phones as numbers and texts."""
    xlwt: Any = import_module("xlwt")
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("Клиенты")
    day = xlwt.easyxf(num_format_str="dd.mm.yyyy")
    card = xlwt.easyxf(num_format_str="000000")
    for column, heading in enumerate(("Телефон", "Имя", "Код клиента", "Дата", "Карта")):
        sheet.write(0, column, heading)
    for row, (phone, name, code) in enumerate(RECIPIENTS, 1):
        sheet.write(row, 0, phone if row % 2 else int(phone))
        sheet.write(row, 1, name)
        sheet.write(row, 2, code)
        sheet.write(row, 3, dt.date(2026, 3, row), day)
        sheet.write(row, 4, 6 + row, card)
    sheet.row(3).hidden = True
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


if __name__ == "__main__":
    main()
