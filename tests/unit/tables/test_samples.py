"""The samples are what `make_samples` writes, and are as good and as bad as the README says."""

import tomllib
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from campaign.domain import FileOptions, RawRow, TableInfo
from campaign.domain.message.template import Template
from campaign.tables import open_table
from tests.make_samples import RECIPIENTS, SPECIAL_EACH, SPECIAL_ENDINGS, TWINS, contents

SAMPLES = Path(__file__).resolve().parents[3] / "samples"
TABLES = {"customers.csv": 1, "customers-1c.csv": 1, "customers.xlsx": 3}
"""Name to the row of the headings."""


def _read(path: Path) -> tuple[TableInfo, list[RawRow]]:
    with open_table(path, FileOptions()) as table:
        return table.info, list(table.rows)


def _recipients(name: str) -> list[RawRow]:
    _, rows = _read(SAMPLES / name)
    return [row for row in rows if row.row_no > TABLES[name] and any(row.cells)]


@pytest.mark.parametrize("name", ["customers.csv", "customers-1c.csv", "spring.toml"])
def test_the_samples_are_what_the_script_writes(name: str) -> None:
    assert (SAMPLES / name).read_bytes() == contents()[name]


def test_the_workbook_holds_what_the_script_writes(tmp_path: Path) -> None:
    """Its bytes depend on the compression library, its cells do not."""
    (tmp_path / "again.xlsx").write_bytes(contents()["customers.xlsx"])

    assert _read(SAMPLES / "customers.xlsx") == _read(tmp_path / "again.xlsx")


def test_what_is_found_out_about_the_samples() -> None:
    infos = {name: _read(SAMPLES / name)[0] for name in TABLES}

    assert {name: replace(info, notes=tuple(info.notes)) for name, info in infos.items()} == {
        "customers.csv": TableInfo("csv", encoding="utf-8", delimiter=","),
        "customers-1c.csv": TableInfo("csv", encoding="cp1251", delimiter=";"),
        "customers.xlsx": TableInfo(
            "xlsx",
            sheet="Клиенты",
            notes=(
                "Sheets with data that are not read: 'Заметки'.",
                "Hidden or filtered rows that are not used: 1 (121).",
            ),
        ),
    }


@pytest.mark.parametrize("name", TABLES)
def test_each_sample_has_about_a_thousand_recipients(name: str) -> None:
    recipients = _recipients(name)
    widths = {len(row.cells) for row in recipients}

    assert len(recipients) == RECIPIENTS + TWINS
    assert len(widths) == 1
    assert Counter(row.problem for row in recipients if row.problem) == (
        {"row_hidden": 1} if name.endswith(".xlsx") else {}
    )


@pytest.mark.parametrize("name", TABLES)
def test_the_special_numbers_of_the_sandbox_are_few_and_never_endless(name: str) -> None:
    """993 never gets a final status: a run over a sample would not end by itself."""
    digits = ["".join(filter(str.isdigit, row.cells[0])) for row in _recipients(name)]
    endings = Counter(int(number[-3:]) for number in digits if len(number) > 9)

    assert {ending: endings[ending] for ending in SPECIAL_ENDINGS} == dict.fromkeys(
        SPECIAL_ENDINGS, SPECIAL_EACH
    )
    assert not endings[993]


@pytest.mark.parametrize("name", TABLES)
def test_no_number_of_the_samples_is_in_use(name: str) -> None:
    """All mobiles are `9CC 000-NN-NN`."""
    digits = ["".join(filter(str.isdigit, row.cells[0])) for row in _recipients(name)]
    mobiles = [number[-10:] for number in digits if len(number) in {10, 11} and "9" in number[:2]]

    assert len(mobiles) > 950
    assert all(mobile[3:6] == "000" for mobile in mobiles if mobile.startswith("9"))


def test_the_campaign_file_fits_its_table() -> None:
    campaign = tomllib.loads((SAMPLES / "spring.toml").read_text(encoding="utf-8"))
    _, rows = _read(SAMPLES / campaign["recipients"])

    assert campaign["gateway"] == "sandbox"
    assert Template.parse(campaign["text"], rows[0].cells).slots
