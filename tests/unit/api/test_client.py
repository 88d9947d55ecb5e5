"""`campaign.api`: the verbs of the command line, from Python; nothing printed, nobody asked."""

import os
import runpy
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from campaign import api
from campaign.api.headless import Environment
from tests.invariants import broken

ROOT = Path(__file__).resolve().parents[3]
TEXT = "Hello, {name}!"
LIVE = "http://127.0.0.1:9"


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.chdir(tmp_path)
    yield tmp_path / "journal.db"
    if (tmp_path / "journal.db").exists():
        assert broken(tmp_path / "journal.db") == []


def recipients(count: int = 3, first: int = 79160000001) -> pd.DataFrame:
    return pd.DataFrame({"phone": range(first, first + count), "name": "Анна"})


class Watching:
    """A progress callback that records its stages; interrupts the process it is in, if asked."""

    def __init__(self, *, interrupt: bool = False) -> None:
        self.stages: list[str] = []
        self._interrupt = interrupt

    def stage(self, name: str, total: int | None) -> None:
        self.stages.append(f"{name} {total}")
        if self._interrupt and name == "send":
            os.kill(os.getpid(), signal.SIGINT)

    def advance(self, count: int) -> None:
        del count

    def say(self, text: str) -> None:
        del text


def run_python(*arguments: str | Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_the_sample_plans_sends_reconciles_and_reads_back(
    store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A DataFrame of 1,000 recipients, in ten lines."""
    del store
    script = ROOT / "samples" / "api_demo.py"
    lines = [line for line in script.read_text(encoding="utf-8").splitlines() if line.strip()]

    found = runpy.run_path(str(script))

    assert len(lines) - 1 <= 12  # the docstring and two imports aside: ten
    rows = found["rows"]
    assert len(rows) == 1000
    assert set(rows["status"]) == {"delivered", "undelivered", "refused", "accepted"}
    assert rows["client_id"].is_unique
    assert rows["row"].tolist() == list(range(2, 1002))
    assert "delivered" in capsys.readouterr().out


def test_it_prints_nothing_and_the_tally_adds_up(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    frame = pd.concat([recipients(), recipients(1), pd.DataFrame({"phone": ["abc"], "name": ["x"]})])
    with api.open(store=store) as client:
        run = client.plan(frame, text=TEXT)
        assert run.state == "planned"
        assert run.recipients == 3
        run.send(concurrency=1)
        assert run.wait("10s", poll="0.2s")

        tally, rows = run.tally(), run.rows()

    assert tally.to_dict() == {"invalid": 1, "duplicate": 1, "delivered": 3}
    assert tally.dtype == "int64"
    assert int(tally.sum()) == len(frame) == len(rows)
    assert rows["status"].value_counts().to_dict() == tally.to_dict()
    assert rows["text"].iloc[0] == "Hello, Анна!"
    assert run.outcome()["rows"] == 5
    assert capsys.readouterr() == ("", "")
    assert not list(store.parent.glob("reports"))  # a file only when asked for


def test_the_same_cells_and_options_are_the_same_run(store: Path) -> None:
    with api.open(store=store) as client:
        first = client.plan(recipients(), text=TEXT)
        second = client.plan(recipients().astype(str), text=TEXT)
        third = client.plan(recipients(), text="Other, {name}!")

        assert first.name == second.name
        assert first.name != third.name
        assert client.run(first.name[:14]).name
        assert client.runs()["rows"].tolist() == [3, 3]


def test_the_command_line_continues_it(store: Path) -> None:
    with api.open(store=store) as client:
        run = client.plan(recipients(), text=TEXT, name="spring")

    done = run_python("-m", "campaign", "resume", run.name, "--wait", "3s", "--store", store)

    assert done.returncode == 0, done.stderr
    assert run.name.startswith("spring-")
    assert run.tally().to_dict() == {"delivered": 3}


def test_a_file_is_planned_as_by_the_command_line(store: Path) -> None:
    file = store.parent / "people.csv"
    file.write_text("phone;name\n+79160000001;Анна\n", encoding="utf-8")
    with api.open(store=store) as client:
        run = client.plan(file, text=TEXT)

        done = run_python("-m", "campaign", "plan", file, "--text", TEXT, "--store", store)

        assert run.name in done.stdout
        assert len(client.runs()) == 1


def test_a_check_plans_nothing_and_a_misspelt_option_names_the_nearest(store: Path) -> None:
    with api.open(store=store) as client:
        found = client.check(recipients(), text=TEXT)
        with pytest.raises(api.InputError) as refused:
            client.plan(recipients(), text=TEXT, skip_snet=True)

    assert found["recipients"] == 3
    assert "skip_sent" in refused.value.hint
    assert not store.exists()


def test_recipients_who_have_it_are_refused_as_everywhere(store: Path) -> None:
    with api.open(store=store) as client:
        client.plan(recipients(), text=TEXT).send()

        with pytest.raises(api.GuardRefused) as refused:
            client.plan(recipients(4), text=TEXT)
        fresh = client.plan(recipients(4), text=TEXT, skip_sent=True)

        assert refused.value.code == "already_sent"
        assert fresh.recipients == 1


def test_real_gateways_need_the_number_of_recipients(store: Path) -> None:
    """What the command line asks for comes by keyword; a wrong number sends nothing."""
    login = api.Credentials("login", api.Secret("hunter2"))
    with api.open(
        store=store, gateway="prostor", gateway_url=LIVE, allow_plain_http=True, credentials=login
    ) as client:
        run = client.plan(recipients(), text=TEXT)

        for number in (None, 2):
            with pytest.raises(api.GuardRefused) as refused:
                run.send(confirm=number)
            assert refused.value.hint == "run.send(confirm=run.recipients)"
        assert run.state == "planned"
        assert run.tally().to_dict() == {"pending": 3}
        assert b"hunter2" not in store.read_bytes()
        assert "hunter2" not in repr(client)
        assert "hunter2" not in repr(Environment(CAMPAIGN_PASSWORD="hunter2"))


def test_an_interrupt_lets_the_requests_in_hand_end(store: Path) -> None:
    """Ctrl-C in a notebook: no request is torn, and sending again goes on."""
    before = signal.getsignal(signal.SIGINT)
    with api.open(store=store, progress=Watching(interrupt=True)) as client:
        run = client.plan(recipients(450), text=TEXT)

        with pytest.raises(KeyboardInterrupt):
            run.send(concurrency=1)

        assert run.state == "paused"
        assert set(run.tally().index) <= {"pending", "accepted", "delivered"}
        assert signal.getsignal(signal.SIGINT) is before
        quiet = api.open(store=store).run(run.name)
        quiet.send()
        assert quiet.recipients == 0


def test_progress_is_reported_and_a_report_has_the_format_of_its_ending(store: Path) -> None:
    watching = Watching()
    with api.open(store=store, progress=watching) as client:
        run = client.plan(recipients(), text=TEXT)
        run.send()

        book = run.report(store.parent / "out.xlsx")
        lines = run.report(store.parent / "out.jsonl")

    assert {"check None", "send 3"} <= set(watching.stages)
    assert book.read_bytes()[:2] == b"PK"
    assert len(lines.read_text(encoding="utf-8").splitlines()) == 3


def test_the_api_does_not_import_pandas_before_it_is_needed() -> None:
    done = run_python("-c", "import sys; from campaign import api; print('pandas' in sys.modules)")

    assert done.stdout.strip() == "False", done.stderr
