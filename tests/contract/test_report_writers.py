"""What every report writer promises: the whole file or none, and every row in it once."""

import csv
import json
import stat
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import load_workbook

from campaign.app.paths import report_formats, report_targets
from campaign.config import Settings
from campaign.domain import ReportRow, RunId, RunInfo, RunState, Status, Tally
from campaign.errors import InputError, JournalError
from campaign.reports import FORMATS, ReportFormat, formats_help, make_writer
from campaign.reports.base import ReportWriter
from campaign.reports.columns import OWN_COLUMNS
from campaign.reports.format import ReportContext

HEADING = ("Имя", "Телефон", "Город", "Имя", "")
NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
CODES = {
    Status.DELIVERED: "delivered",
    Status.ACCEPTED: "accepted",
    Status.INVALID: "phone_landline",
    Status.REFUSED: "refused_phone",
    Status.UNKNOWN: "no_answer",
}


def now() -> datetime:
    return NOON


def make_row(row_no: int = 2, status: Status = Status.DELIVERED, **changes: object) -> ReportRow:
    handed_over = status in {Status.DELIVERED, Status.ACCEPTED}
    values: dict[str, object] = {
        "row_no": row_no,
        "cells": ("Анна", f"+7916000{row_no:04}", "Псков", "Петрова", "x"),
        "client_id": f"c{row_no}",
        "phone": f"+7916000{row_no:04}",
        "text": "Привет",
        "status": status,
        "field": "",
        "code": CODES.get(status, status.value),
        "details": {"value": "8 495 123"} if status is Status.INVALID else {},
        "status_text": "accepted" if handed_over else "",
        "smsc_id": f"9{row_no:05}" if handed_over else "",
        "segments": 1,
        "sms_count": 1 if handed_over else None,
        "cost": Decimal("2.5") if handed_over else None,
        "send_at": None,
        "handed_over_at": NOON if handed_over else None,
        "final_at": NOON + timedelta(minutes=1) if status is Status.DELIVERED else None,
    }
    return ReportRow(**{**values, **changes})  # type: ignore[arg-type]  # checked by the tests' own use


def make_rows(count: int) -> list[ReportRow]:
    """Rows of every status in turn, numbered as under one heading."""
    statuses = list(CODES)
    return [make_row(i + 2, statuses[i % len(statuses)]) for i in range(count)]


def make_run(rows: list[ReportRow], **changes: object) -> RunInfo:
    values: dict[str, object] = {
        "run": RunId("r20260504-4f1c22"), "digest": "d" * 64, "state": RunState.SENT,
        "created_at": NOON - timedelta(hours=1), "source_name": "клиенты.xlsx", "heading": HEADING,
        "gateway": "sandbox", "gateway_url": "http://127.0.0.1:8080", "account": "", "settings": {},
        "row_count": len(rows), "chunk_count": 1,
    }  # fmt: skip
    return RunInfo(**{**values, **changes})  # type: ignore[arg-type]  # checked by the tests' own use


def make_tally(rows: list[ReportRow]) -> Tally:
    return Tally(
        run=RunId("r20260504-4f1c22"),
        state=RunState.SENT,
        rows=len(rows),
        statuses=Counter(row.status for row in rows),
        attempts={"answered": 3, "not_sent": 1},
        cost={"RUB": sum((row.cost or Decimal(0) for row in rows), Decimal(0))},
        segments_estimated=sum(row.segments or 0 for row in rows),
        segments_billed=sum(row.sms_count or 0 for row in rows),
    )


def write(writer: ReportWriter, path: Path, rows: list[ReportRow]) -> None:
    """Write a report through the port, from a stream that can be read once."""
    assert writer.write(path, make_run(rows), make_tally(rows), iter(rows)) == path


def phones_in(path: Path, kind: str) -> list[str]:
    """The phones of a finished report, in its order, whatever its kind."""
    if kind == "jsonl":
        return [json.loads(line)["phone"] for line in path.read_text("utf-8").splitlines()]
    if kind == "xlsx":
        with path.open("rb") as file:  # by handle: openpyxl wants a suffix that reports here lack
            rows = load_workbook(file).worksheets[0].values
            table = [[str(value or "") for value in row] for row in rows]
    else:
        with path.open(encoding="utf-8-sig", newline="") as file:
            table = list(csv.reader(file, delimiter="," if kind == "csv-raw" else ";"))
    column = len(HEADING) + [own.key for own in OWN_COLUMNS].index("phone")
    return ["+" + row[column].removeprefix("+") for row in table[1:]]


@pytest.fixture(params=sorted(FORMATS))
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


ROW_BY_ROW = sorted(set(FORMATS) - {"html"})
"""Kinds that hold every row; the page to mail names nobody."""


@pytest.fixture
def writer(kind: str) -> ReportWriter:
    return make_writer(kind, "ru", now)


@pytest.mark.parametrize("kind", ROW_BY_ROW, indirect=True)
def test_every_row_is_there_once_and_in_order(tmp_path: Path, kind: str, writer: ReportWriter) -> None:
    """Each report replaces the one before."""
    for count in (23, 0, 1):
        rows = make_rows(count)

        write(writer, tmp_path / "report", rows)

        assert phones_in(tmp_path / "report", kind) == [row.phone for row in rows]
        assert len(list(tmp_path.iterdir())) == 1


def test_only_the_owner_may_read_the_report(tmp_path: Path, writer: ReportWriter) -> None:
    path = tmp_path / "new" / "folder" / "report"

    write(writer, path, make_rows(1))

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(path.parent.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("before", [None, "the report of yesterday"])
@pytest.mark.parametrize("trouble", [RuntimeError, KeyboardInterrupt])
def test_an_error_among_the_rows_leaves_nothing_behind(
    tmp_path: Path, writer: ReportWriter, before: str | None, trouble: type[BaseException]
) -> None:
    """Neither half a report nor a scratch file full of phones; an older report stays."""
    path, rows = tmp_path / "report", make_rows(20)
    if before is not None:
        path.write_text(before)

    def broken() -> Iterator[ReportRow]:
        yield from rows[:10]
        raise trouble

    with pytest.raises(trouble):
        writer.write(path, make_run(rows), make_tally(rows), broken())

    assert [file.name for file in tmp_path.iterdir()] == ([] if before is None else ["report"])
    assert before is None or path.read_text() == before


@pytest.mark.parametrize("change", [-1, 1])
def test_a_report_that_does_not_hold_every_row_is_refused(
    tmp_path: Path, writer: ReportWriter, change: int
) -> None:
    """Nobody is silently skipped, not even by a damaged journal."""
    rows = make_rows(5)

    with pytest.raises(JournalError) as caught:
        writer.write(tmp_path / "report", make_run(rows), make_tally(rows), make_rows(5 + change))

    assert caught.value.code == "report_incomplete"
    assert not list(tmp_path.iterdir())


def test_a_path_that_cannot_be_is_an_input_error(tmp_path: Path, writer: ReportWriter) -> None:
    (tmp_path / "file").write_text("not a folder")

    with pytest.raises(InputError) as caught:
        write(writer, tmp_path / "file" / "report", make_rows(1))

    assert caught.value.code == "report_place"
    assert "-o PATH" in caught.value.hint


@pytest.mark.parametrize("kind", ROW_BY_ROW, indirect=True)
def test_hostile_text_from_the_gateway_breaks_no_report(
    tmp_path: Path, kind: str, writer: ReportWriter
) -> None:
    """A lone surrogate, which JSON can carry, cannot be encoded; a line end must not cut a line."""
    rows = [make_row(status_text="bad \ud800 \u2028 \x00 \x85 word", smsc_id="1\n2"), make_row(3)]

    write(writer, tmp_path / "report", rows)

    assert phones_in(tmp_path / "report", kind) == [row.phone for row in rows]


def test_an_unknown_kind_is_an_input_error() -> None:
    with pytest.raises(InputError) as caught:
        make_writer("docx", "en", now)

    assert "csv-raw" in caught.value.hint


class TinyWriter(ReportWriter):
    """The smallest format that there can be: a phone a line."""

    def _fill(self, draft: Path, context: ReportContext, rows: Iterator[ReportRow]) -> None:
        del context
        draft.write_text("".join(f"{row.phone}\n" for row in rows), encoding="utf-8")


def test_a_new_format_is_one_writer_and_one_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its writer is found, a file's ending names it, and help and hints list it."""
    row = ReportFormat(".tiny", f"{__name__}:TinyWriter", "phones only")
    monkeypatch.setitem(FORMATS, "tiny", row)
    rows, path = make_rows(3), tmp_path / "report.tiny"

    write(make_writer("tiny", "en", now), path, rows)

    assert path.read_text("utf-8").splitlines() == [row.phone for row in rows]
    assert report_formats(Settings({"output": str(path)})) == ("tiny",)
    folder = f"{tmp_path}/"
    assert report_targets(folder, ["tiny"], RunId("r")) == (("tiny", tmp_path / "r.tiny"),)
    assert "tiny: phones only" in formats_help()
    with pytest.raises(InputError) as caught:
        report_formats(Settings({"format": "docx"}))
    assert "tiny" in caught.value.hint
