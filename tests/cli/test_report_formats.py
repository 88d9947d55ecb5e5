"""One run with every status: terminal, JSON, workbook, CSV, JSON lines and page agree."""

import csv
import json
import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import openpyxl
import pytest

from campaign.domain import Status
from campaign.i18n import Lang, label, status_count, status_name
from tests.cli.shell import Shell

OF_ROWS = {Status.INVALID, Status.DUPLICATE, Status.ALREADY_SENT}
OF_MESSAGES = tuple(status for status in Status if status not in OF_ROWS)
NAMES = {lang: {status_name(status, lang): status for status in Status} for lang in ("en", "ru")}

Statuses = dict[str, int]


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """A journal with one run, in which every status occurs, each a different number of times."""
    shell = Shell(tmp_path)
    wanted = [status for number, status in enumerate(OF_MESSAGES, start=2) for _ in range(number)]
    rows = [f"+7916000{number:04},Имя{number}\n" for number in range(len(wanted))]
    rows += ["+74951234567,=1+1\n", "+79160000000,Имя\n", "+79160000000,Имя\n"]
    shell.recipients("before.csv", "9999")
    quick = ("--wait", "0", "--yes", "--format", "jsonl")
    assert shell.type("run", "before.csv", "--text", "Hi", *quick).code == 0
    shell.write("people.csv", "phone,name\n" + "+79160009999,Имя\n" + "".join(rows))
    planned = shell.type("plan", "people.csv", "--text", "Hi", "--skip-sent", "--json")
    assert planned.json["statuses"] == {
        "invalid": 1, "duplicate": 2, "already_sent": 1, "pending": len(wanted),
    }  # fmt: skip
    _set_statuses(shell, wanted)
    return shell


def _set_statuses(shell: Shell, statuses: list[Status]) -> None:
    """No real run can have pending and cancelled recipients at once."""
    with shell.tampering("message") as connection:
        positions = connection.execute("SELECT position FROM message WHERE run_no=2 ORDER BY 1")
        connection.executemany(
            "UPDATE message SET state=?1,code=?1,cost_micro=1250000,sms_count=1 "
            "WHERE run_no=2 AND position=?2",
            [(one, position) for one, (position,) in zip(statuses, positions.fetchall(), strict=True)],
        )


def _terminal(shown: str, lang: Lang) -> Statuses:
    lines = [" ".join(line.split()) for line in shown.splitlines()]
    forms = {status: re.escape(status_count(status, 0, lang)).replace("0", r"(\d+)") for status in Status}
    return {
        status: int(match[1])
        for status, form in forms.items()
        for line in lines
        if (match := re.fullmatch(form, line))
    }


def _workbook_rows(path: Path, lang: Lang) -> Statuses:
    heading, *rows = openpyxl.load_workbook(path).worksheets[0].values
    column = heading.index(label("status", lang))
    return dict(Counter(_status(str(row[column]), lang) for row in rows))


def _workbook_summary(path: Path, lang: Lang) -> Statuses:
    found: Statuses = {}
    for name, *cells in openpyxl.load_workbook(path)[label("summary_sheet", lang)].values:
        if _is_status(name, lang):
            numbers = [cell for cell in cells if isinstance(cell, int)]
            found.setdefault(_status(str(name), lang), numbers[0])
    return found


def _page(path: Path) -> Statuses:
    """The lines of the page's tally, each by its status."""
    found: Statuses = {}

    class Reader(HTMLParser):
        status = ""

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            if tag in {"tr", "section"}:
                self.status = dict(attrs).get("data-status") or ""

        def handle_data(self, data: str) -> None:
            if self.status and data.isdigit():
                found[self.status] = int(data)

    Reader().feed(path.read_text(encoding="utf-8"))
    return found


def _is_status(name: object, lang: Lang) -> bool:
    return isinstance(name, str) and name[:1].lower() + name[1:] in NAMES[lang]


def _status(name: str, lang: Lang) -> str:
    return NAMES[lang][name[:1].lower() + name[1:]].value


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_every_format_has_the_same_tally_and_it_adds_up(shell: Shell, lang: Lang) -> None:
    report = ("report", "--offline", "--lang", lang)

    shown = shell.type(*report, "--format", "xlsx,csv,csv-raw,jsonl,html", "-o", "out/")
    printed = shell.json(*report, "--format", "jsonl", "-o", "again.jsonl")
    files = {path.name.split(".", 1)[1]: path for path in (shell.folder / "out").iterdir()}
    lines = [json.loads(line) for line in files["jsonl"].read_text("utf-8").splitlines()]
    with files["csv"].open(encoding="utf-8-sig", newline="") as file:
        excel = list(csv.DictReader(file, delimiter=";"))
    with files["raw.csv"].open(encoding="utf-8", newline="") as file:
        raw = list(csv.DictReader(file))

    expected = dict(Counter(line["status"] for line in lines))
    assert set(expected) == set(Status)
    assert sum(expected.values()) == len(lines) == printed["rows"]
    assert printed["statuses"] == expected
    assert _terminal(shown.stdout, lang) == expected
    assert Counter(row["status"] for row in raw) == expected
    assert Counter(_status(row[label("status", lang)], lang) for row in excel) == expected
    assert _workbook_rows(files["xlsx"], lang) == expected
    assert _workbook_summary(files["xlsx"], lang) == expected
    assert _page(files["html"]) == expected
    assert [line["row"] for line in lines] == [int(row["row"]) for row in raw]


def test_a_page_over_several_runs_is_refused_and_not_another_format_under_its_name(shell: Shell) -> None:
    asked = shell.type("report", "--since", "30d", "--format", "csv,html", "-o", "runs/")

    assert asked.failure.code == "report_format"
    assert not (shell.folder / "runs").exists()


def test_cost_is_the_same_in_every_format(shell: Shell) -> None:
    report = ("report", "--offline")

    shown = shell.type(*report, "--format", "jsonl,html", "-o", "out/")
    printed = shell.json(*report, "--format", "csv-raw", "-o", "raw.csv")
    (page,) = (shell.folder / "out").glob("*.html")
    with (shell.folder / "raw.csv").open(encoding="utf-8", newline="") as file:
        costs = [float(row["cost"]) for row in csv.DictReader(file) if row["cost"]]

    (cost,) = printed["cost"].values()
    assert sum(costs) == float(cost)
    assert f" {cost} RUB" in shown.stdout
    assert f"Cost: {cost}\u00a0RUB." in page.read_text(encoding="utf-8")
