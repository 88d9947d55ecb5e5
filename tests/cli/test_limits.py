"""Time and money are known before, and held: through the command line and the sandbox."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from campaign.app.run_lock import only_driver
from campaign.clock import SystemClock
from campaign.sandbox.options import SandboxOptions
from campaign.sandbox.server import SandboxServer
from tests.cli.shell import Shell

TEXT = "Hi {name}"


# --- money --------------------------------------------------------------------------------------


@pytest.fixture
def dear(tmp_path: Path) -> Iterator[Callable[[str], str]]:
    """Starts a sandbox with a tariff; returns its address."""
    servers: list[SandboxServer] = []

    def start(price: str) -> str:
        options = SandboxOptions(state=tmp_path / f"sandbox{price}.db", price=Decimal(price), delay_s=(0, 0))
        servers.append(SandboxServer(options).start())
        return servers[-1].base_url()

    yield start
    for server in servers:
        server.close()


def test_a_tariff_that_changed_spends_one_request_and_not_the_list(
    shell: Shell, dear: Callable[[str], str]
) -> None:
    """Learned at 2.50, billed at 25: the bound of the plan is held while sending."""
    shell.recipients("one.csv", "9999")
    shell.recipients("many.csv", *(f"{n:04}" for n in range(1, 252)))
    shell.type("run", "one.csv", "--text", TEXT, "--gateway-url", dear("2.50"), "--wait", "5s")

    done = shell.type(
        "run", "many.csv", "--text", TEXT, "--gateway-url", dear("25.00"), "--max-cost", "700",
        "--wait", "0", "--json",
    )  # fmt: skip
    found = done.json

    assert done.code == 5
    assert found["state"] == "paused"
    assert found["statuses"]["pending"] == 51
    assert found["error"]["code"] == "over_budget"
    assert found["error"]["hint"].endswith(f"{found['run']} --max-cost 6275.00")

    again = shell.type("resume", found["run"], "--wait", "0", "--json")
    assert (again.code, again.json["statuses"]["pending"]) == (5, 51)

    on = shell.type("resume", found["run"], "--max-cost", "6275.00", "--wait", "5s", "--json")
    assert on.code == 0
    assert on.json["cost"] == {"RUB": "6275.00"}


def frozen_bounds(shell: Shell) -> list[object]:
    rows = shell.query("SELECT json_extract(settings,'$.max_cost') FROM run ORDER BY run_no")
    return [row[0] for row in rows]


def test_a_retry_is_held_to_its_own_bound_and_not_to_that_of_its_run(
    shell: Shell, dear: Callable[[str], str]
) -> None:
    """The bound that was given with the retry is frozen with it, or there is none."""
    shell.recipients("one.csv", "0001")
    shell.recipients("list.csv", "0990", "0991")
    pace = ("--gateway-url", dear("2.50"), "--wait", "5s", "--json")
    shell.type("run", "one.csv", "--text", TEXT, *pace)
    first = shell.type("run", "list.csv", "--text", TEXT, "--max-cost", "5,00", *pace)
    run = first.json["run"]
    shell.type("retry", run, "--only", "refused", "--max-cost", "2.50", *pace)
    shell.type("retry", run, "--only", "undelivered", *pace)

    assert frozen_bounds(shell) == [None, "5,00", "2.50", None]


def test_a_newer_bound_is_shown_and_changes_only_an_unfinished_run(
    shell: Shell, dear: Callable[[str], str]
) -> None:
    """What a run may cost is frozen: a change of it must be seen, and a finished run has none."""
    shell.recipients("one.csv", "0001")
    shell.recipients("two.csv", "0002")
    url = ("--gateway-url", dear("2.50"))
    shell.type("run", "one.csv", "--text", TEXT, *url, "--wait", "5s")
    name = shell.json("plan", "two.csv", "--text", TEXT, "--max-cost", "50", *url)["run"]
    changed = shell.type("resume", name, "--max-cost", "60", "--wait", "5s")
    late = shell.type("resume", name, "--max-cost", "70", "--wait", "0")

    assert "--max-cost of the run changed from 50 to 60" in changed.stderr
    assert "--max-cost 70 changes nothing" in late.stderr
    assert frozen_bounds(shell) == [None, "60"]


def test_a_bound_that_cannot_be_changed_stays_as_it_was(shell: Shell, dear: Callable[[str], str]) -> None:
    """The amount is none, or another process sends the run."""
    shell.recipients("one.csv", "0001")
    run = shell.json("plan", "one.csv", "--text", TEXT, "--gateway-url", dear("2.50"))["run"]
    no_amount = shell.type("resume", run, "--max-cost", "much")
    with only_driver(shell.folder / "journal.db.locks" / f"{run}.lock", run):
        locked = shell.type("resume", run, "--max-cost", "70")

    assert (no_amount.code, locked.code) == (4, 11)
    assert frozen_bounds(shell) == [None]


def test_a_profile_bounds_plans_and_not_what_was_agreed_for_a_run(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`--max-cost 100` on the command line is the newer one of the two."""
    profile = shell.write("profile/campaign/config.toml", 'max-cost = "1"\n')
    monkeypatch.setattr("campaign.app.paths.profile_path", lambda: profile)
    shell.recipients("one.csv", "0001")
    shell.recipients("two.csv", "0002", "0003")
    shell.type("test", "one.csv", "--text", TEXT, "--to", "+79160000009", "--wait", "2s")
    planned = shell.type("plan", "two.csv", "--text", TEXT, "--max-cost", "100", "--json")
    done = shell.type("resume", planned.json["run"], "--yes", "--wait", "0", "--json")

    assert done.error is None
    assert done.json["error"] is None


# --- time ---------------------------------------------------------------------------------------


def test_recipients_whose_time_has_passed_are_named_and_can_be_reached(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Paused for an hour: one of three has missed their time, and the others are sent."""
    start = datetime.now(UTC)
    soon, later = (f"{start + timedelta(minutes=m):%Y-%m-%d %H:%M} UTC" for m in (10, 600))
    shell.write(
        "s.csv", f"phone,name,schedule\n+79160000001,A,\n+79160000002,B,{soon}\n+79160000003,C,{later}\n"
    )
    planned = shell.type("plan", "s.csv", "--text", TEXT, "--json")
    run = planned.json["run"]
    monkeypatch.setattr(SystemClock, "now", lambda _: datetime.now(UTC) + timedelta(hours=1))
    done = shell.type("resume", "--wait", "0", "--json", "--format", "jsonl")
    rows = {row["phone"]: row for row in shell.report(*done.json["reports"])}

    assert done.code == 3
    assert done.json["statuses"]["expired"] == 1
    assert "pending" not in done.json["statuses"]
    assert f"campaign retry {run} --only expired" in done.stderr
    assert rows["+79160000002"]["status"] == "expired"
    assert rows["+79160000002"]["reason"]

    again = shell.type("retry", run, "--only", "expired", "--wait", "0", "--json")
    assert again.error is None
    assert again.json["rows"] == 1


@pytest.mark.parametrize(
    ("rate", "warned"), [("1", True), ("10", False), (None, False)], ids=["slow", "fast", "none"]
)
def test_a_rate_that_is_too_slow_for_the_send_time_is_reported_before(
    shell: Shell, rate: str | None, *, warned: bool
) -> None:
    """600 recipients at one a second are not through in five minutes."""
    shell.recipients("many.csv", *(f"{n:04}" for n in range(1, 601)))
    when = f"{datetime.now(UTC) + timedelta(minutes=5, seconds=30):%Y-%m-%dT%H:%M:%SZ}"
    pace = f"rate = {rate}\n" if rate else ""
    shell.write("c.toml", f'recipients = "many.csv"\ntext = "{TEXT}"\nschedule = "{when}"\n{pace}')
    done = shell.type("check", "c.toml")

    assert done.code == 0
    assert ("too slow" in done.stdout + done.stderr) is warned


# --- numbers ------------------------------------------------------------------------------------

BAD = (
    "concurrency = 0", "concurrency = 2.7", "concurrency = 5000", "concurrency = nan",
    'concurrency = "many"', "concurrency = true",
    "rate = -5", "rate = 0", "rate = nan", "rate = inf", 'rate = "fast"',
    "timeout = 0", "timeout = -3", "timeout = nan", "timeout = inf", 'timeout = "never"',
    "timeout = 1e300", "wait = nan", "wait = -1", "wait = inf", "poll = -1", "poll = nan",
    'ca-file = "missing.pem"', 'ca-file = "people.csv"', 'ca-file = "."', "ca-file = 3",
)  # fmt: skip


@pytest.mark.parametrize("verb", ["run", "plan", "check", "test"])
def test_a_number_that_cannot_be_used_is_refused_before_anything_is_planned(shell: Shell, verb: str) -> None:
    """A run that is planned and cannot be sent helps nobody."""
    shell.recipients("people.csv", "0001", "0002")
    more = ("--to", "+79160000009") if verb == "test" else ()
    for line in BAD:
        shell.write("c.toml", f'recipients = "people.csv"\ntext = "{TEXT}"\n{line}\n')
        done = shell.type(verb, "c.toml", *more)

        assert done.code == 4, line
        assert done.failure.code in {"setting", "duration"}
        assert done.failure.hint
    assert not shell.journal.exists() or shell.json("runs") == []


def test_a_profile_that_cannot_be_used_changes_nothing_of_a_run(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell.recipients("people.csv", "0001", "0002")
    run = shell.json("plan", "people.csv", "--text", TEXT)["run"]
    profile = shell.folder / "profile/config.toml"
    monkeypatch.setattr("campaign.app.paths.profile_path", lambda: profile)
    for line in ("timeout = nan", "concurrency = 0", 'ca-file = "missing.pem"'):
        shell.write("profile/config.toml", f"{line}\n")
        for verb in ("resume", "status", "report"):
            assert shell.type(verb, run).code == 4, (verb, line)

    profile.unlink()
    assert shell.json("status", run, "--offline")["state"] == "planned"
