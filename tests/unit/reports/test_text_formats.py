"""The reports that are plain text: JSON Lines for programs, CSV for Excel, CSV for programs."""

import csv
import io
import json
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest

from campaign.domain import ReportRow, Status
from campaign.reports.base import ReportWriter
from campaign.reports.columns import OWN_COLUMNS, money
from campaign.reports.csv import CsvWriter, RawCsvWriter
from campaign.reports.jsonl import JsonLinesWriter
from tests.contract.test_report_writers import HEADING, make_row, make_run, make_tally, now


def written(path: Path, writer: ReportWriter, *rows: ReportRow) -> bytes:
    writer.write(path, make_run(list(rows)), make_tally(list(rows)), iter(rows))
    return path.read_bytes()


def own(line: list[str], key: str) -> str:
    """The value of one of our columns."""
    return line[len(HEADING) + [column.key for column in OWN_COLUMNS].index(key)]


def test_a_json_line_has_exactly_the_keys_of_the_contract(tmp_path: Path) -> None:
    """Source: design, section 6; other programs read this."""
    sent = datetime(2026, 5, 4, 15, 0, 30, 700_000, tzinfo=timezone(timedelta(hours=3)))
    row = make_row(17, status_text="доставлено", handed_over_at=sent)

    line = written(tmp_path / "r", JsonLinesWriter("ru", now), row)

    assert line.decode() == (
        '{"row":17,"client_id":"c17","phone":"+79160000017","status":"delivered",'
        '"reason":"delivered","gateway_status":"доставлено","smsc_id":"900017","sms_count":1,"cost":"2.50","send_at":null,'
        '"handed_over_at":"2026-05-04T12:00:30Z","final_at":"2026-05-04T12:01:00Z"}\n'
    )


def test_empty_values_are_null_in_json(tmp_path: Path) -> None:
    row = make_row(2, Status.INVALID, phone="", client_id="", sms_count=None)

    values = json.loads(written(tmp_path / "r", JsonLinesWriter("en", now), row))

    assert values.pop("row") == 2
    assert values.pop("status") == "invalid"
    assert values.pop("reason") == "phone_landline"
    assert set(values.values()) == {None}


def test_a_report_of_no_rows_is_an_empty_file_of_json_lines(tmp_path: Path) -> None:
    assert written(tmp_path / "r", JsonLinesWriter("en", now)) == b""


@pytest.mark.parametrize(
    ("cost", "text"),
    [
        ("2.5", "2.50"),
        ("0", "0.00"),
        ("3", "3.00"),
        ("2.3450", "2.345"),
        ("2.500", "2.50"),
        ("1E+3", "1000.00"),
        ("1E-7", "0.0000001"),
        ("NaN", "NaN"),
    ],
)
def test_money_is_exact_and_has_two_decimals_at_least(cost: str, text: str) -> None:
    assert money(Decimal(cost)) == text


def test_excel_in_russia_opens_the_csv_with_a_double_click(tmp_path: Path) -> None:
    """`;`, BOM, CRLF, a decimal comma (2.50 would become a date), no plus that needs a guard."""
    data = written(tmp_path / "r", CsvWriter("ru", now), make_row(2))
    heading, line = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";")

    assert data.startswith(b"\xef\xbb\xbf")
    assert data.count(b"\r\n") == 2
    assert line[0] == "Анна"
    assert own(heading, "cost") == "Стоимость, RUB"
    assert own(line, "cost") == "2,50"
    assert own(line, "phone") == "79160000002"
    assert own(line, "status") == "Доставлено"
    assert own(line, "handed_over_at") == "2026-05-04 12:00:00"


@pytest.mark.parametrize("payload", ["=1+1", "+7916", "-1", "@a", "\t=1", "\r", "＝1", "  =1"])
def test_no_field_of_the_csv_for_excel_is_a_formula(tmp_path: Path, payload: str) -> None:
    row = make_row(
        cells=(payload,) * (len(HEADING) + 1),
        client_id=payload,
        status_text=payload,
        smsc_id=payload,
        code=payload,
    )
    run = make_run([row], heading=(payload,) * len(HEADING))

    CsvWriter("ru", now).write(tmp_path / "r", run, make_tally([row]), [row])
    with (tmp_path / "r").open(encoding="utf-8-sig", newline="") as file:
        fields = [field for line in csv.reader(file, delimiter=";") for field in line]

    assert fields.count("'" + payload) == 2 * len(HEADING) + 5
    assert not any(field.lstrip().startswith(tuple("=+-@＝＋－＠")) for field in fields)


def test_the_raw_csv_changes_nothing_and_has_codes(tmp_path: Path) -> None:
    cells = ("=1+1", "+7 916", 'say "hi", she said', "two\nlines", "")

    data = written(tmp_path / "r", RawCsvWriter("ru", now), make_row(2, cells=cells))
    heading, line = csv.reader(io.StringIO(data.decode("utf-8"), newline=""))

    assert line[: len(HEADING)] == list(cells)
    assert heading[len(HEADING) :][:4] == ["row", "status", "reason", "hint"]
    assert (own(line, "status"), own(line, "reason")) == ("delivered", "delivered")
    assert (own(line, "phone"), own(line, "cost")) == ("+79160000002", "2.50")
    assert own(line, "final_at") == "2026-05-04T12:01:00Z"


@pytest.mark.parametrize(("writer", "delimiter"), [(CsvWriter, ";"), (RawCsvWriter, ",")])
def test_short_and_wide_rows_shift_no_column(tmp_path: Path, writer: type[CsvWriter], delimiter: str) -> None:
    rows = (make_row(2, cells=("one",)), make_row(3, cells=("a", "b", "c", "d", "e", "far")))

    data = written(tmp_path / "r", writer("en", now), *rows)
    _, *lines = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=delimiter)

    assert [own(line, "row") for line in lines] == ["2", "3"]
    assert lines[1][-1] == "far"
