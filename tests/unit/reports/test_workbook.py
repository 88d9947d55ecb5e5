"""The workbook: the user's table as it was, ours next to it, right sums, nothing that runs."""

import re
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from campaign.domain import ReportRow, RunInfo, Status
from campaign.i18n import Lang, label, status_name
from campaign.reports.columns import OWN_COLUMNS
from campaign.reports.xlsx.workbook import WorkbookWriter
from tests.contract.test_report_writers import HEADING, NOON, make_row, make_rows, make_run, make_tally, now

OWASP = (
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(1)",
    "\t=1+1",
    "\r=1",
    '=HYPERLINK("http://e/?"&A1,"x")',
    "http://evil.example",
    "mailto:a@b.example",
    "internal:Sheet1!A1",
    "external:c:\\x.xlsx",
    "＝1+1",
    "{=1+1}",
    "=cmd|' /C calc'!A0",
    "<r><t>x</t></r></is></c><c r='A9'><f>1+1</f><v>2</v></c></r>",
    "]]><f>1</f>",
    "_x003D_1+1",
)
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def write_book(
    path: Path, rows: Sequence[ReportRow], *, lang: Lang = "en", run: RunInfo | None = None
) -> Workbook:
    """Write a workbook and open it with another library."""
    tally = make_tally(list(rows))
    WorkbookWriter(lang, now).write(path, run or make_run(list(rows)), tally, iter(rows))
    return load_workbook(path)


def table(sheet: Worksheet) -> list[tuple[object, ...]]:
    return list(sheet.iter_rows(values_only=True))


def own(row: tuple[object, ...], key: str) -> object:
    """The value of one of our columns."""
    return row[len(HEADING) + [column.key for column in OWN_COLUMNS].index(key)]


@pytest.mark.parametrize("payload", OWASP)
def test_no_text_from_outside_becomes_a_formula_or_a_link(tmp_path: Path, payload: str) -> None:
    """In every column and heading and in the summary. Source: OWASP, CSV Injection."""
    fields: dict[str, Any] = dict.fromkeys(("client_id", "phone", "status_text", "smsc_id", "code"), payload)
    cells = (payload,) * (len(HEADING) + 2)
    row = make_row(cells=cells, details={"value": payload}, **fields)
    texts = dict.fromkeys(("source_name", "gateway", "gateway_url", "reason"), payload)
    run = make_run([row], heading=cells[: len(HEADING)], **texts)
    tally = replace(make_tally([row]), cost={payload: Decimal(1)})

    WorkbookWriter("en", now).write(tmp_path / "report.xlsx", run, tally, [row])

    with zipfile.ZipFile(tmp_path / "report.xlsx") as parts:
        for name in parts.namelist():
            root = ET.fromstring(parts.read(name))  # noqa: S314 - written a moment ago by us
            tags = [element.tag for element in root.iter()]
            if "/charts/" not in name:  # a native chart points at its cells by formula
                assert MAIN + "f" not in tags
            assert MAIN + "hyperlink" not in tags
            assert "external" not in name.lower()
            if name.endswith(".rels"):
                assert b"TargetMode" not in parts.read(name)
        names = ET.fromstring(parts.read("xl/workbook.xml")).iter(MAIN + "definedName")  # noqa: S314 - as above
        named = [(name.get("name"), name.text or "") for name in names]
    assert {name for name, _ in named} <= {"_xlnm._FilterDatabase", "_xlnm.Print_Titles"}
    assert all(re.search(r"!\$[A-Z1-9][0-9$A-Z]*:\$[0-9$A-Z]+$", span) for _, span in named)
    for sheet in load_workbook(tmp_path / "report.xlsx").worksheets:
        assert all(cell.data_type != "f" for line in sheet.iter_rows() for cell in line)


@pytest.mark.parametrize("payload", [text for text in OWASP if text[0] not in "\t\r<_"])
def test_hostile_text_is_shown_as_it_was(tmp_path: Path, payload: str) -> None:
    row = make_row(cells=(payload,) * len(HEADING))

    sheet = write_book(tmp_path / "report.xlsx", [row]).worksheets[0]

    assert table(sheet)[1][: len(HEADING)] == (payload,) * len(HEADING)


def test_an_escape_in_the_text_is_not_decoded(tmp_path: Path) -> None:
    """Excel reads `_x0041_` as A unless its underscore is escaped, and so only once."""
    write_book(tmp_path / "report.xlsx", [make_row(cells=("_x0041_",))])

    with zipfile.ZipFile(tmp_path / "report.xlsx") as parts:
        assert b">_x005F_x0041_<" in parts.read("xl/worksheets/sheet1.xml")


def test_the_recipients_table_is_as_it_was(tmp_path: Path) -> None:
    """Same order, doubled and blank headings, 007 and 1E5 as text, and what was too wide kept."""
    cells = ("007", "1E5", " NA ", "2026-05-04", "", "beyond", "=far")

    sheet = write_book(tmp_path / "report.xlsx", [make_row(cells=cells)]).worksheets[0]
    heading, row = table(sheet)

    assert [text or "" for text in heading[: len(HEADING)]] == list(HEADING)
    assert row[: len(HEADING)] == ("007", "1E5", " NA ", "2026-05-04", None)
    assert row[-2:] == ("beyond", "=far")
    assert heading[-2:] == (None, None)


def test_values_are_what_they_are(tmp_path: Path) -> None:
    """Times are real times in UTC, money is a number, ids and phones are text."""
    moscow = timezone(timedelta(hours=3))
    sent = datetime(2026, 5, 4, 15, 0, 30, 700_000, tzinfo=moscow)
    row = make_row(handed_over_at=sent, cost=Decimal("2.5"), client_id="007", smsc_id="123")

    sheet = write_book(tmp_path / "report.xlsx", [row]).worksheets[0]
    heading, values = table(sheet)

    assert own(heading, "handed_over_at") == "Accepted at, UTC"
    assert own(values, "handed_over_at") == datetime(2026, 5, 4, 12, 0, 30)  # noqa: DTZ001 - Excel knows no zones
    assert own(heading, "cost") == "Cost, RUB"
    assert own(values, "cost") == 2.5
    assert (own(values, "client_id"), own(values, "smsc_id")) == ("007", "123")
    assert own(values, "phone") == row.phone
    assert own(values, "row") == row.row_no


def test_times_can_be_shown_in_another_zone_that_the_heading_names(tmp_path: Path) -> None:
    writer = WorkbookWriter("en", now, timezone=timezone(timedelta(hours=3)))
    rows = [make_row()]
    writer.write(tmp_path / "report.xlsx", make_run(rows), make_tally(rows), rows)

    heading, values = table(load_workbook(tmp_path / "report.xlsx").worksheets[0])

    assert own(heading, "final_at") == "Final at, UTC+03:00"
    assert own(values, "final_at") == (NOON + timedelta(hours=3, minutes=1)).replace(tzinfo=None)


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_every_status_has_its_words_and_the_summary_adds_up(tmp_path: Path, lang: Lang) -> None:
    rows = [make_row(i + 2, status) for i, status in enumerate([*Status, Status.DELIVERED])]

    book = write_book(tmp_path / "report.xlsx", rows, lang=lang)
    names = [str(own(line, "status")) for line in table(book.worksheets[0])[1:]]
    summary = table(book[label("summary_sheet", lang)])
    start = next(i for i, line in enumerate(summary) if line[0] == label("status", lang)) + 1
    statuses = {str(line[0]): line[2:4] for line in summary[start : start + len(Status)]}
    total = summary[start + len(Status)]

    sheets = ("fix_sheet", "cost_sheet", "unknown_sheet", "settings_sheet")
    assert book.sheetnames == [
        label("rows_sheet", lang),
        label("summary_sheet", lang),
        *(label(key, lang) for key in sheets),
    ]
    assert [name.lower() for name in names] == [status_name(row.status, lang) for row in rows]
    assert statuses.keys() == set(names)
    assert (total[0], total[2], total[3]) == (label("rows", lang), len(rows), 1)
    assert sum(int(str(count)) for count, _ in statuses.values()) == len(rows)
    assert sum(float(str(share)) for _, share in statuses.values()) == pytest.approx(1)
    with zipfile.ZipFile(tmp_path / "report.xlsx") as parts:
        assert sum("/charts/chart" in name for name in parts.namelist()) == 4


def test_the_reasons_in_the_summary_add_up_too(tmp_path: Path) -> None:
    rows = make_rows(23)

    summary = table(write_book(tmp_path / "report.xlsx", rows).worksheets[1])
    start = next(i for i, line in enumerate(summary) if line[0] == "Reasons") + 1

    end = next(i for i, line in enumerate(summary) if i > start and line[2] is None)
    assert sum(int(str(line[2])) for line in summary[start:end]) == len(rows)


def test_the_heading_stays_in_view_and_filters_all_rows(tmp_path: Path) -> None:
    sheet = write_book(tmp_path / "report.xlsx", make_rows(7)).worksheets[0]

    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:S8"
    assert sheet["A1"].font.bold


@pytest.mark.parametrize("scheduled", [False, True])
def test_the_send_time_shows_only_where_there_is_one(tmp_path: Path, scheduled: bool) -> None:  # noqa: FBT001 - a parameter of the test
    rows = [make_row(2), make_row(3, send_at=NOON if scheduled else None)]

    sheet = write_book(tmp_path / "report.xlsx", rows).worksheets[0]
    letter = next(cell.column_letter for cell in sheet[1] if cell.value == "Send at, UTC")

    assert sheet.column_dimensions[letter].hidden is not scheduled


def test_more_rows_than_a_sheet_holds_go_on_on_the_next(tmp_path: Path) -> None:
    rows = make_rows(7)
    writer = WorkbookWriter("en", now, rows_a_sheet=3)
    writer.write(tmp_path / "report.xlsx", make_run(rows), make_tally(rows), iter(rows))

    book = load_workbook(tmp_path / "report.xlsx")
    sheets = [sheet for sheet in book.worksheets if sheet.title.startswith("Recipients")]
    notes = " ".join(str(line[1]) for line in table(book["Summary"]))
    shown = [own(line, "row") for sheet in sheets for line in table(sheet)[1:]]

    assert [sheet.title for sheet in sheets] == ["Recipients", "Recipients 2", "Recipients 3"]
    assert book.sheetnames[:2] == ["Recipients", "Summary"]
    assert "the table continues on Recipients 2, Recipients 3" in notes
    assert shown == [row.row_no for row in rows]
    assert {table(sheet)[0] for sheet in sheets} == {table(sheets[0])[0]}
    assert [sheet.auto_filter.ref for sheet in sheets] == ["A1:S4", "A1:S4", "A1:S2"]


def test_a_run_of_no_rows_has_a_summary_without_a_chart(tmp_path: Path) -> None:
    book = write_book(tmp_path / "report.xlsx", [])

    assert len(table(book.worksheets[0])) == 1
    assert any(line[0] == "Rows" and line[2] == 0 for line in table(book["Summary"]))
    with zipfile.ZipFile(tmp_path / "report.xlsx") as parts:
        assert not any("/charts/" in name for name in parts.namelist())


@pytest.mark.parametrize("cost", [Decimal("NaN"), Decimal("Infinity"), Decimal("-0.005")])
def test_a_sum_that_is_no_number_is_shown_as_text(tmp_path: Path, cost: Decimal) -> None:
    """The gateway's JSON may hold anything; Excel has no infinities."""
    rows = [make_row(cost=cost)]

    sheet = write_book(tmp_path / "report.xlsx", rows).worksheets[0]

    assert str(own(table(sheet)[1], "cost")) == str(cost)
