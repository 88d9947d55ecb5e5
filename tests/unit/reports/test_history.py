"""The report over runs: three tables of the same figures, whose totals are the runs' tallies."""

import csv
import json
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.app.history import since_when
from campaign.domain import HistoryLine, RunId, RunInfo, RunState, Status
from campaign.errors import InputError
from campaign.i18n import Lang
from campaign.reports.history import COUNTS, HistoryData, lines_frame, pivot, totals, write_history

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
OCTOBER = datetime(2026, 10, 31, 22, 45, tzinfo=UTC)
NOVEMBER = datetime(2026, 11, 5, tzinfo=UTC)
MOSCOW = ZoneInfo("Europe/Moscow")
EVIL = '=HYPERLINK("http://x")'
RUNS = tuple(
    RunInfo(
        run=RunId(f"run-{number}"),
        digest=f"{number}",
        state=RunState.SETTLED,
        created_at=datetime(2026, 10 + number // 2, 5, tzinfo=UTC),
        source_name=EVIL if number == 1 else f"{number}.csv",
        heading=(),
        gateway="prostor",
        gateway_url="",
        account="",
        settings={},
        row_count=0,
        chunk_count=0,
    )
    for number in range(3)
)


def line(run: int, status: Status, count: int, **changed: object) -> HistoryLine:
    made = HistoryLine(
        run=RUNS[run].run,
        sender="BRAND",
        at=NOVEMBER,
        status=status,
        count=count,
        segments=count,
        billed=count,
        cost=Decimal("2.50") * count,
    )
    return replace(made, **changed)  # type: ignore[arg-type]  # fields by name


LINES = (
    line(0, Status.DELIVERED, 7, at=OCTOBER),
    line(0, Status.INVALID, 2, at=OCTOBER, sender=None, segments=0, billed=0, cost=None),
    line(1, Status.DELIVERED, 5, sender=""),
    line(1, Status.UNDELIVERED, 5, sender=EVIL),
    line(2, Status.PENDING, 4, billed=0, cost=None),
    line(2, Status.ACCEPTED, 1),
    line(2, Status.UNKNOWN, 3, billed=0, cost=None),
)
FACTS = HistoryData(RUNS, LINES, datetime(2026, 10, 1, tzinfo=UTC), NOW)

some_lines = st.lists(
    st.builds(
        line,
        st.integers(0, 2),
        st.sampled_from(Status),
        st.integers(1, 10**6),
        at=st.datetimes(datetime(2026, 9, 1), datetime(2026, 11, 30), timezones=st.just(UTC)),  # noqa: DTZ001  # hypothesis wants them so
        sender=st.sampled_from([None, "", "BRAND", "ДРУГОЙ"]),
        cost=st.one_of(st.none(), st.decimals(0, 10**6, places=4)),
    ),
    min_size=1,
    max_size=30,
)


@given(some_lines)
def test_every_table_adds_up_to_the_lines(lines: list[HistoryLine]) -> None:
    facts = lines_frame(RUNS, lines)

    for by in ("run", "sender", "month"):
        table = pivot(facts, by)
        sums = totals(table)
        assert sums["rows"] == sum(one.count for one in lines)
        assert sums["cost"] == sum((one.cost or Decimal(0) for one in lines), Decimal(0))
        assert sums["segments"] == sum(one.segments for one in lines)
        for record in table.to_dict("records"):
            assert record["rows"] == sum(
                record[name] for name in ("not_sent", "refused", "pending", "unknown", "sent")
            )
            assert record["sent"] == sum(
                record[name] for name in ("delivered", "undelivered", "accepted", "no_final_status")
            )


def test_the_share_is_of_those_handed_over() -> None:
    table = pivot(lines_frame(RUNS, LINES), "month")

    assert table.loc["2026-10", "share"] == 1.0
    assert table.loc["2026-11", "share"] == pytest.approx(5 / 11)
    assert totals(table)["share"] == pytest.approx(12 / 18)


def test_where_nothing_was_handed_over_there_is_no_share(tmp_path: Path) -> None:
    facts = replace(FACTS, lines=(line(2, Status.PENDING, 4, billed=0, cost=None),))

    path = write_history(tmp_path / "out.xlsx", "xlsx", facts, "en")

    sheet = openpyxl.load_workbook(path)["By month"]
    heading, values = [[cell.value for cell in row] for row in sheet.iter_rows(5, 6)]
    assert values[heading.index("Delivered, share")] is None


@pytest.mark.parametrize(("lang", "names"), [
    ("en", ["By month", "By sender", "By run"]),
    ("ru", ["По месяцам", "По подписям", "По запускам"]),
])  # fmt: skip
def test_the_workbook_has_three_tables_with_one_total(tmp_path: Path, lang: str, names: list[str]) -> None:
    path = write_history(tmp_path / "out.xlsx", "xlsx", FACTS, "ru" if lang == "ru" else "en")

    book = openpyxl.load_workbook(path)
    assert book.sheetnames == names
    found = set()
    for sheet in book:
        rows = [[cell.value for cell in row] for row in sheet.iter_rows(5)]
        foot = next(row for row in rows if row[0] in {"Total", "Всего"})
        found.add(tuple(foot[-len(COUNTS) - 4 :]))
    assert len(found) == 1
    assert found.pop()[:2] == (27, 2)


def test_every_sheet_has_a_native_chart_over_its_own_lines(tmp_path: Path) -> None:
    path = write_history(tmp_path / "out.xlsx", "xlsx", FACTS, "en")

    with zipfile.ZipFile(path) as parts:
        charts = [parts.read(name).decode() for name in parts.namelist() if "charts/chart" in name]
    assert len(charts) == 3
    assert all('<c:min val="0"/>' in chart for chart in charts)
    assert "'By month'!$A$6:$A$7" in charts[0]
    assert "'By sender'!$A$6:$A$9" in charts[1]


def test_text_is_data_in_every_format(tmp_path: Path) -> None:
    """A file and a sender called like a formula: a typed string in XLSX, guarded in CSV."""
    book = write_history(tmp_path / "out.xlsx", "xlsx", FACTS, "en")
    table = write_history(tmp_path / "out.csv", "csv", FACTS, "en")

    with zipfile.ZipFile(book) as parts:
        for name in parts.namelist():
            assert b"<f>" not in parts.read(name) or "charts/" in name
            assert b"<hyperlink" not in parts.read(name)
    lines = list(csv.reader(table.read_text(encoding="utf-8-sig").splitlines(), delimiter=";"))
    assert any("'" + EVIL in row for row in lines)
    assert not any(cell.startswith("=") for row in lines for cell in row)


def test_the_table_for_excel_is_written_as_its_language_writes(tmp_path: Path) -> None:
    def lines(kind: str, lang: Lang) -> list[list[str]]:
        path = write_history(tmp_path / f"{lang}.{kind}", kind, facts, lang)
        text = path.read_text(encoding="utf-8-sig")
        return list(csv.reader(text.splitlines(), delimiter="," if kind == "csv-raw" else ";"))

    created = datetime(2026, 11, 5, 9, 30, 1, 123456, tzinfo=UTC)
    facts = replace(FACTS, runs=[replace(RUNS[0], created_at=created)], lines=LINES[:1])

    assert lines("csv", "ru") == [
        ["Запуск", "Составлен, UTC", "Файл", "Шлюз", "Состояние", "Подпись", "Месяц", "Статус",
         "Количество", "SMS по расчёту", "SMS по счёту", "Стоимость, RUB"],
        ["run-0", "05.11.2026 09:30:01", "0.csv", "prostor", "завершён", "BRAND", "2026-10",
         "Доставлено", "7", "7", "7", "17,50"],
    ]  # fmt: skip
    assert lines("csv", "en")[1][1] == "2026-11-05 09:30:01"
    assert lines("csv", "en")[1][-1] == "17.50"
    raw = lines("csv-raw", "ru")
    assert raw[0][:2] == ["run", "created"]
    assert raw[1][1] == "2026-11-05T09:30:01.123456+00:00"
    assert raw[1][-1] == "17.50"


def test_json_lines_hold_the_facts(tmp_path: Path) -> None:
    path = write_history(tmp_path / "out.jsonl", "jsonl", FACTS, "en")

    facts = [json.loads(one) for one in path.read_text(encoding="utf-8").splitlines()]
    assert sum(one["count"] for one in facts) == 27
    assert facts[0] == {
        "run": "run-0", "created": "2026-10-05T00:00:00+00:00", "file": "0.csv",
        "gateway": "prostor", "state": "settled", "sender": "BRAND", "month": "2026-10",
        "status": "delivered", "count": 7, "segments": 7, "billed": 7, "cost": "17.50",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("30d", datetime(2026, 10, 23, 12, tzinfo=UTC)),
        ("12h", datetime(2026, 11, 22, tzinfo=UTC)),
        ("2026-11-01", datetime(2026, 11, 1, tzinfo=UTC)),
        ("2026-11-01T03:00+03:00", datetime(2026, 11, 1, tzinfo=UTC)),
    ],
)
def test_since_is_a_duration_or_a_date(text: str, moment: datetime) -> None:
    assert since_when(text, NOW) == moment


@pytest.mark.parametrize("text", ["yesterday", "", "30", "99999999999d", "2026-13-01"])
def test_any_other_since_is_refused_with_an_example(text: str) -> None:
    if text == "30":
        assert (NOW - since_when(text, NOW)).total_seconds() == 30
        return
    with pytest.raises(InputError) as refused:
        since_when(text, NOW)

    assert "30d" in refused.value.hint


def test_months_and_times_are_those_of_the_office_and_for_programs_of_utc(tmp_path: Path) -> None:
    """The last evening of October in UTC is the first night of November in Moscow."""
    facts = replace(FACTS, lines=LINES[:1], timezone=MOSCOW)

    def text(kind: str) -> str:
        path = write_history(tmp_path / f"out.{kind}", kind, facts, "en")
        return path.read_text(encoding="utf-8-sig")

    assert json.loads(text("jsonl"))["month"] == "2026-10"
    assert ",2026-10," in text("csv-raw")
    heading, row = csv.reader(text("csv").splitlines(), delimiter=";")
    assert row[heading.index("Month")] == "2026-11"
    assert row[heading.index("Planned, UTC+03:00")] == "2026-10-05 03:00:00"
    book = openpyxl.load_workbook(write_history(tmp_path / "out.xlsx", "xlsx", facts, "en"))
    assert book["By month"]["A6"].value == "2026-11"
    line = str(book["By run"]["A2"].value).replace("\u00a0", " ")
    assert line == (
        "Runs planned from 2026-10-01 03:00 to 2026-11-22 15:00: 3. Times and months: Moscow, UTC+03:00."
    )
    run = {cell.value: below.value for cell, below in zip(*book["By run"]["A5:Z6"], strict=True)}
    assert run["Planned, UTC+03:00"] == datetime(2026, 10, 5, 3)  # noqa: DTZ001 - Excel knows no zones


def test_messages_whose_price_was_never_reported_are_noted(tmp_path: Path) -> None:
    """A sum that leaves recipients out must not look like the whole cost."""
    unnamed = line(2, Status.DELIVERED, 3, cost=None, unpriced=3, unpriced_segments=6)

    notes = []
    for facts in (FACTS, replace(FACTS, lines=(*LINES, unnamed))):
        path = write_history(tmp_path / "out.xlsx", "xlsx", facts, "ru")
        notes += [str(sheet["A3"].value) for sheet in openpyxl.load_workbook(path)]

    assert not any("не сообщена" in note for note in notes[:3])
    assert all("цена не сообщена: 3 сообщения, SMS по расчёту 6." in note for note in notes[3:])
