"""Five thousand people, both dialects, both kinds of file: the report is the gateway's truth.

The gateway is `tests.foreign`, which shares no code with the program.
"""

from collections import Counter
from decimal import Decimal
from functools import partial
from pathlib import Path

import openpyxl
import pytest

from tests.fault.acceptance import customers, require_promise
from tests.foreign.driver import ReportRow, Shell, read_rows
from tests.foreign.gateway import Dialect, ForeignGateway, part_count
from tests.foreign.judge import ids_that_differ
from tests.foreign.recipients import recipients, write_csv, write_xlsx
from tests.foreign.together import live_together

STORIES = (
    (Dialect.PROSTOR, "csv", True), (Dialect.PROSTOR, "xlsx", False),
    (Dialect.IQSMS, "csv", False), (Dialect.IQSMS, "xlsx", True),
)  # fmt: skip
"""Dialect, kind of the file, and whether the file has the clientIds."""


def test_each_of_five_thousand_recipients_has_the_status_that_the_gateway_gave(tmp_path: Path) -> None:
    stories = {
        f"{dialect}-{kind}": partial(
            send_to_five_thousand, dialect=dialect, kind=kind, with_client_id=with_client_id
        )
        for dialect, kind, with_client_id in STORIES
    }

    live_together(tmp_path, stories, at_once=2)


def send_to_five_thousand(folder: Path, *, dialect: Dialect, kind: str, with_client_id: bool) -> None:
    everybody = recipients(5_000)
    writer = {"csv": write_csv, "xlsx": write_xlsx}[kind]
    file = writer(folder / f"customers.{kind}", everybody, with_client_id=with_client_id)
    with ForeignGateway(dialect, status_delay_s=0.4) as gateway:
        shell = Shell.at(gateway, folder, wait="60s")
        ended = shell.run(file, "--sender", "MyBrand")
        rows = shell.report()

    assert ended.code == 3, ended.tell()
    require_promise(gateway, everybody, rows)
    assert ids_that_differ(rows, gateway) == []
    taken = {entry.phone: (entry.text, entry.sender) for entry in gateway.ledger}
    assert taken == {one.phone: (one.text, "MyBrand") for one in everybody}
    summary = ended.summary
    assert (summary["schema"], summary["exit"], summary["state"]) == (1, 3, "settled")
    assert summary["rows"] == 5_000
    assert ended.statuses == Counter(one.status for one in everybody)
    assert summary["attempts"]["answered"] == len(gateway.sends) == 25
    if with_client_id:
        assert [row["client_id"] for row in rows] == [one.client_id for one in everybody]


def test_the_report_has_the_contracts_keys_and_the_gateways_statuses_and_money(tmp_path: Path) -> None:
    everybody, file = customers(tmp_path, 300)
    with ForeignGateway() as gateway:
        shell = Shell.at(gateway, tmp_path)
        ended = shell.run(file)
        rows = shell.report()

    assert all(list(row) == list(ReportRow.__annotations__) for row in rows)
    assert [row["gateway_status"] for row in rows] == [one.status_text for one in everybody]
    assert all(row["handed_over_at"] and row["final_at"] for row in rows)
    assert sum(Decimal(row["cost"] or 0) for row in rows) == gateway.spent
    assert Decimal(ended.summary["cost"]["RUB"]) == gateway.spent
    assert ended.summary["segments"]["billed"] == gateway.parts
    assert [row["sms_count"] for row in rows] == [part_count(one.text) for one in everybody]


def test_the_workbook_and_the_lines_of_the_run_itself_are_where_it_says(tmp_path: Path) -> None:
    everybody = recipients(250)
    file = write_xlsx(tmp_path / "customers.xlsx", everybody)
    folder = tmp_path / "made"
    folder.mkdir()
    with ForeignGateway(Dialect.IQSMS) as gateway:
        ended = Shell.at(gateway, tmp_path).run(file, "--format", "jsonl,xlsx", "-o", str(folder))

    made = {Path(path).suffix: Path(path) for path in ended.summary["reports"]}
    assert set(made) == {".jsonl", ".xlsx"}, ended.tell()
    require_promise(gateway, everybody, read_rows(made[".jsonl"]))
    book = openpyxl.load_workbook(made[".xlsx"])
    shown = [cell for line in book.worksheets[0].values for cell in line if cell is not None]
    assert {one.name for one in everybody} <= {str(cell) for cell in shown}
    assert len(book.worksheets) >= 2


@pytest.mark.parametrize("dialect", Dialect)
def test_a_refused_number_is_reported_and_its_neighbours_are_sent(tmp_path: Path, dialect: Dialect) -> None:
    everybody, file = customers(tmp_path, 30)
    refused = everybody[4].phone
    with ForeignGateway(dialect, refused={refused: "invalid mobile phone"}) as gateway:
        shell = Shell.at(gateway, tmp_path)
        ended = shell.run(file)
        rows = shell.report()

    assert ended.code == 3, ended.tell()
    assert (rows[4]["status"], rows[4]["gateway_status"]) == ("refused", "invalid mobile phone")
    assert len(gateway.sends) == 1
    require_promise(gateway, [one for one in everybody if one.phone != refused])


def test_a_schedule_reaches_the_gateway_in_utc(tmp_path: Path) -> None:
    _, file = customers(tmp_path, 3)
    with ForeignGateway() as gateway:
        ended = Shell.at(gateway, tmp_path, wait="1s").run(file, "--schedule", "2039-05-01T12:00:00+03:00")

    assert {entry.schedule_time for entry in gateway.ledger} == {"2039-05-01T09:00:00Z"}
    assert ended.statuses == {"accepted": 3}, ended.tell()
    assert ended.code == 0, ended.tell()


def test_the_same_command_typed_again_sends_nothing_and_says_so(tmp_path: Path) -> None:
    _, file = customers(tmp_path, 250)
    with ForeignGateway() as gateway:
        shell = Shell.at(gateway, tmp_path)
        first = shell.run(file)
        ledger = list(gateway.ledger)
        second = shell.run(file)
        third = shell.resume()

    assert first.code == 3, first.tell()
    assert second.code in {0, 3, 9}, second.tell()
    assert third.code in {0, 3, 9}, third.tell()
    assert gateway.ledger == ledger
    assert len(gateway.sends) == 2
    assert first.summary["run"][:6] in second.out + second.err, second.tell()
    assert second.err.strip(), "it must be said on stderr that this run exists already"


def test_a_second_process_is_turned_away_while_the_first_one_sends(tmp_path: Path) -> None:
    everybody, file = customers(tmp_path, 1_000)
    with ForeignGateway() as gateway:
        gateway.gate.clear()
        shell = Shell.at(gateway, tmp_path)
        first = shell.start(*shell.run_arguments(file))
        assert gateway.await_send(1, timeout_s=60)
        second = shell.resume()
        third = shell.run(file)
        gateway.gate.set()
        code = first.wait(timeout=60)

    assert second.code == 11, second.tell()
    assert third.code == 11, third.tell()
    assert code == 3
    require_promise(gateway, everybody)


def test_without_a_yes_and_without_a_terminal_nothing_is_sent(tmp_path: Path) -> None:
    _, file = customers(tmp_path, 3)
    with ForeignGateway() as gateway:
        shell = Shell.at(gateway, tmp_path)
        arguments = [part for part in shell.run_arguments(file) if part != "--yes"]
        ended = shell.call(*arguments)

    assert ended.code == 5, ended.tell()
    assert "--yes" in ended.err
    assert gateway.sends == []
