"""The clock of the office: what users read is in their zone, what programs read in UTC."""

import csv
import json
import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.cli.shell import Shell

pytestmark = pytest.mark.skipif(not hasattr(time, "tzset"), reason="the system sets its zone once")
FORMATS = "xlsx,html,csv,csv-raw,jsonl"


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shell]:
    """A run, on a machine in Kamchatka."""
    monkeypatch.setenv("TZ", "Asia/Kamchatka")
    time.tzset()
    shell = Shell(tmp_path)
    shell.recipients("people.csv", "0001", "0002")
    assert shell.type("run", "people.csv", "--text", "Hi", "--wait", "5s", "--format", "jsonl",
                     "-o", "first.jsonl").code == 0  # fmt: skip
    yield shell
    monkeypatch.undo()
    time.tzset()


def report_files(shell: Shell, *words: str) -> dict[str, Path]:
    """Files of a report by kind."""
    shell.type("report", "--offline", "--format", FORMATS, "-o", "out/", *words)
    return {path.name.split(".", 1)[1]: path for path in (shell.folder / "out").iterdir()}


def handed_over(path: Path, heading: str, delimiter: str, encoding: str = "utf-8") -> str:
    with path.open(encoding=encoding, newline="") as file:
        return next(csv.DictReader(file, delimiter=delimiter))[heading]


def cells(path: Path, sheet: str | None = None) -> list[tuple[Any, ...]]:
    book = openpyxl.load_workbook(path)
    return list((book.worksheets[0] if sheet is None else book[sheet]).values)


@pytest.mark.parametrize(
    ("asked", "hours", "short", "full"),
    [
        ([], 12, "UTC+12:00", "Kamchatka, UTC+12:00"),
        (["--timezone", "MSK"], 3, "UTC+03:00", "Moscow, UTC+03:00"),
    ],
)
def test_users_read_one_moment_everywhere_and_programs_read_it_in_utc(
    shell: Shell, asked: list[str], hours: int, short: str, full: str
) -> None:
    files = report_files(shell, *asked)

    line = json.loads(files["jsonl"].read_text("utf-8").splitlines()[0])
    moment = datetime.strptime(line["handed_over_at"], "%Y-%m-%dT%H:%M:%SZ")  # noqa: DTZ007 - walls are compared
    wall = moment + timedelta(hours=hours)
    assert abs(moment.replace(tzinfo=UTC) - datetime.now(UTC)) < timedelta(hours=1)
    assert handed_over(files["raw.csv"], "handed_over_at", ",") == line["handed_over_at"]
    assert handed_over(files["csv"], f"Accepted at, {short}", ";", "utf-8-sig") == str(wall)
    heading, row, *_ = cells(files["xlsx"])
    shown = row[heading.index(f"Accepted at, {short}")]
    assert abs(shown - wall) <= timedelta(seconds=1)  # a workbook rounds, texts cut
    summary = {line[0]: line[1] for line in cells(files["xlsx"], "Summary")}
    assert summary["Times are in"] == full
    assert summary["Created"] <= wall + timedelta(seconds=1) <= summary["As of"] + timedelta(hours=1)
    page = files["html"].read_text("utf-8").replace("\u00a0", " ")
    as_of = summary["As of"].replace(second=0)
    assert f"<dt>As of</dt><dd>{as_of:%Y-%m-%d %H:%M} {short}</dd>" in page
    assert f"Times: {full}." in page
    assert not re.search(r"\d UTC(?![+-])", page)


def test_a_run_keeps_the_zone_in_which_its_times_were_given(shell: Shell) -> None:
    run = shell.json("run", "people.csv", "--text", "Hi", "--again", "x", "--timezone", "Asia/Omsk",
                     "--wait", "0", "--format", "csv", "-o", "omsk.csv")["run"]  # fmt: skip

    shell.type("report", run, "--offline", "--format", "csv", "-o", "later.csv")

    for name in ("omsk.csv", "later.csv"):
        assert "Accepted at, UTC+06:00" in (shell.folder / name).read_text("utf-8-sig")


def test_the_list_of_runs_shows_the_clock_of_the_office_and_names_it_once(shell: Shell) -> None:
    (run,) = shell.json("runs")
    created = datetime.fromisoformat(run["created_at"])

    there = shell.type("runs").stdout.splitlines()
    named = shell.type("runs", "--timezone", "UTC", "--lang", "ru").stdout.splitlines()

    assert created.utcoffset() == timedelta(0)
    assert there[0].startswith(f"{created + timedelta(hours=12):%Y-%m-%d %H:%M}  people-")
    assert there[-1] == "Times: Kamchatka, UTC+12:00"
    assert named[0].startswith(f"{created:%d.%m.%Y %H:%M}  people-")
    assert named[-1] == "Время: UTC"


def test_a_day_begins_when_it_does_in_the_office(shell: Shell) -> None:
    """Between noon in UTC and midnight there, the date is already the next one."""
    (run,) = shell.json("runs")
    created = datetime.fromisoformat(run["created_at"])
    day = f"{created + timedelta(hours=12):%Y-%m-%d}"

    printed = shell.json("report", "--since", day, "--format", "jsonl", "-o", "back/")
    shown = shell.type("report", "--since", day, "--format", "csv", "-o", "back/").stdout

    midnight = datetime.fromisoformat(f"{day}T00:00+12:00")
    assert printed["since"] == midnight.astimezone(UTC).isoformat()
    assert shown.splitlines()[0] == f"1 run since {day} 00:00 UTC+12:00"
    assert [Path(path).name for path in printed["reports"]] == [f"runs-since-{day}.jsonl"]
    (line,) = shell.report(*printed["reports"])
    assert line["created"] == run["created_at"]
    table = (shell.folder / f"back/runs-since-{day}.csv").read_text("utf-8-sig").splitlines()
    assert table[0].split(";")[1] == "Planned, UTC+12:00"
    assert table[1].split(";")[1] == f"{created + timedelta(hours=12):%Y-%m-%d %H:%M:%S}"


def test_a_zone_that_does_not_exist_is_refused(shell: Shell) -> None:
    for verb in (["runs"], ["report", "--offline"], ["report", "--since", "1d"]):
        refused = shell.type(*verb, "--timezone", "Europe/Mosow").error

        assert refused is not None
        assert "Europe/Moscow" in refused.hint


def test_the_terminal_shows_what_is_open_by_the_same_clock(shell: Shell) -> None:
    """These numbers have no final status in the sandbox for a while."""
    shell.recipients("slow.csv", "0993", "0994", "0995", "0996", "0997", "0998", "0999")
    shell.type("run", "slow.csv", "--text", "Hi", "--wait", "0", "--format", "jsonl")

    shown = shell.type("report", "--offline", "--timezone", "MSK", "-o", "out/").stdout

    assert re.search(r"without a final status as of \d\d:\d\d UTC\+03:00; ", shown)
