"""A folder in which every branch office left its own kind of file: everybody once, in one run."""

from pathlib import Path

from campaign.app.check import checking
from campaign.app.sources import find_sources
from campaign.app.spec import make_spec
from campaign.config import Settings
from campaign.domain import Message
from tests.torture import odf
from tests.torture.expect import HEADING, TEXT
from tests.torture.product import NOW
from tests.torture.recipients import lines
from tests.torture.workbooks import Sheet, xlsx

_OFFICES = ("Тверь", "Уфа", "Казань", "Пермь", "Омск", "Ёлец")


def _recipients(office: int) -> list[tuple[str, str, str]]:
    name = _OFFICES[office]
    return [(f"+7900000{office + 1}{n:03}", f"{name} {n}", f"N{office}x{n}") for n in range(5)]


def _office(office: int) -> list[tuple[str, ...]]:
    return [HEADING, *_recipients(office)]


def test_a_folder_of_all_kinds_is_one_list(tmp_path: Path) -> None:
    """Each file is understood by itself: what fits one must not be carried over to the next."""
    (tmp_path / "1.csv").write_bytes(lines(_office(0)).encode("cp1251"))
    (tmp_path / "2.csv").write_bytes(lines(_office(1), ",", "\n").encode())
    (tmp_path / "3.txt").write_bytes(lines(_office(2), "\t").encode("utf-16"))
    (tmp_path / "4.xlsx").write_bytes(xlsx(Sheet(rows=[["Клиенты"], [], *_office(3)])))
    (tmp_path / "5.ods").write_bytes(odf.ods(odf.sheet([odf.row(row) for row in _office(4)])))
    (tmp_path / "6.CSV").write_bytes(lines(_office(5), "|", "\r").encode("cp866"))
    expected = [
        (name, phone, f"{recipient}, ждём вас!", code)
        for office, name in enumerate(("1.csv", "2.csv", "3.txt", "4.xlsx", "5.ods", "6.CSV"))
        for phone, recipient, code in _recipients(office)
    ]

    spec = make_spec(find_sources([tmp_path]), Settings({"text": TEXT}), now=NOW)
    with checking(spec) as checked:
        rows = list(checked.rows)
        names = {source.no: source.name for source in checked.sources}
    found = [
        (names[row.source_no], one.phone, one.text, one.client_id)
        for row in rows
        if isinstance(one := row.outcome, Message)
    ]

    assert found == expected
    assert len(rows) == len(expected)
