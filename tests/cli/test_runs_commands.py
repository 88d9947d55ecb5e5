"""Looking back over runs: the list with its filters, and the report over all of them."""

import shutil
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.cli.shell import Shell


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three runs: one sent, one planned, one cancelled."""
    shell = Shell(tmp_path_factory.mktemp("made"))
    shell.recipients("spring.csv", "0001", "0002", "0991", "0990")
    shell.write("people list.csv", "phone,name\n+79160000003,А\nnonsense,Б\n")
    shell.type("run", "spring.csv", "--text", "Весна, {name}!", "--wait", "3s")
    shell.type("plan", "people list.csv", "--text", "Later", "--sender", "SPRING")
    gone = shell.json("plan", "spring.csv", "--text", "Never")["run"]
    shell.type("cancel", gone, "--yes")
    return shell.folder


@pytest.fixture
def shell(made: Path, tmp_path: Path) -> Shell:
    return Shell(Path(shutil.copytree(made, tmp_path / "copy")))


def listed(shell: Shell, *words: str) -> list[dict[str, Any]]:
    found = shell.json("runs", *words)
    assert isinstance(found, list)
    return found


def test_all_runs_are_listed_latest_first(shell: Shell) -> None:
    states = [one["state"] for one in listed(shell)]

    assert states == ["cancelled", "planned", "settled"]


@pytest.mark.parametrize(
    ("words", "states"),
    [
        (["--state", "settled"], ["settled"]),
        (["--state", "planned,cancelled"], ["cancelled", "planned"]),
        (["--file", "SPRING"], ["cancelled", "settled"]),
        (["--match", "весна"], ["settled"]),
        (["--match", "people-list"], ["planned"]),
        (["--gateway", "sandbox", "--since", "1h"], ["cancelled", "planned", "settled"]),
        (["--gateway", "prostor"], []),
        (["--since", "2099-01-01"], []),
    ],
)
def test_filters_choose(shell: Shell, words: list[str], states: list[str]) -> None:
    assert [one["state"] for one in listed(shell, *words)] == states


def test_a_state_that_does_not_exist_is_named(shell: Shell) -> None:
    done = shell.type("runs", "--state", "done")

    assert done.code == 4
    assert "settled" in done.failure.hint


def test_the_json_says_what_a_run_is_and_where_it_stands(shell: Shell) -> None:
    [one] = listed(shell, "--state", "planned")

    assert {
        "schema", "run", "state", "rows", "statuses", "attempts", "cost", "segments", "reports",
        "exit", "next", "error", "created_at", "gateway", "files", "sender", "again", "retry_of",
        "reason",
    } <= set(one)  # fmt: skip
    assert one["files"] == ["people list.csv"]
    assert one["sender"] == "SPRING"
    assert one["statuses"] == {"invalid": 1, "pending": 1}


@pytest.mark.parametrize("columns", [40, 60, 80, 200])
def test_the_table_fits_the_terminal(shell: Shell, monkeypatch: pytest.MonkeyPatch, columns: int) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))

    lines = shell.type("runs").stdout.splitlines()

    assert max(map(len, lines)) <= columns
    assert sum(line.startswith("20") for line in lines) == 3
    assert "1 undelivered" in " ".join(" ".join(lines).split())


def test_no_run_found_is_no_error(shell: Shell) -> None:
    done = shell.type("runs", "--file", "nothing")

    assert done.code == 0
    assert done.stdout.strip() == "no such run"


def test_the_report_over_runs_adds_up_with_their_tallies(shell: Shell) -> None:
    runs = listed(shell)

    done = shell.type("report", "--since", "30d", "-o", "back.xlsx", "--json")

    found = done.json
    assert done.code == 0
    assert found["runs"] == [one["run"] for one in runs]
    assert found["rows"] == sum(one["rows"] for one in runs) == 10
    assert found["statuses"] == {
        "invalid": 1, "pending": 1, "cancelled": 4, "refused": 1, "delivered": 2, "undelivered": 1,
    }  # fmt: skip
    assert found["cost"] == {"RUB": "15.00"} or found["cost"] == runs[2]["cost"]
    book = openpyxl.load_workbook(shell.folder / "back.xlsx")
    for sheet in book:
        foot = next(row for row in sheet.iter_rows(values_only=True) if row[0] == "Total")
        assert foot[-1] == float(found["cost"]["RUB"])
        assert found["rows"] in foot


def test_the_report_over_runs_has_other_formats_too(shell: Shell) -> None:
    paths = shell.json("report", "--since", "30d", "--format", "csv,jsonl", "-o", "back/")["reports"]

    assert sorted(Path(path).suffix for path in paths) == [".csv", ".jsonl"]
    assert sum(row["count"] for row in shell.report(*paths)) == 10


def test_a_report_over_runs_needs_runs_and_no_run(shell: Shell) -> None:
    assert shell.type("report", "--since", "2099-01-01").code == 9
    assert shell.type("report", "spring", "--since", "30d").code == 2


def test_users_read_the_totals(shell: Shell) -> None:
    done = shell.type("report", "--since", "30d", "--lang", "ru", "-o", "back.xlsx")

    assert "3 запуска с" in done.stdout
    assert "доставлено" in done.stdout
    assert "back.xlsx" in done.stdout


def test_a_price_that_the_gateway_never_named_is_shown_as_in_the_runs_own_report(shell: Shell) -> None:
    with shell.tampering("message") as connection:
        connection.execute(
            "UPDATE message SET cost_micro=NULL,sms_count=NULL "
            "WHERE state='delivered' AND client_id=(SELECT min(client_id) FROM message "
            "WHERE state='delivered')"
        )

    over_all = shell.type("report", "--since", "30d", "-o", "back.xlsx").stdout
    (settled,) = listed(shell, "--state", "settled")
    of_run = shell.type("status", settled["run"], "--offline").stdout

    (line,) = [line for line in over_all.splitlines() if "did not report the price" in line]
    assert "price of 1 message (about 2.50 RUB)" in line
    assert line in of_run.splitlines()
    note = openpyxl.load_workbook(shell.folder / "back.xlsx")["By run"]["A3"].value
    assert "price not reported: 1 message, 1 SMS estimated" in str(note)
