"""The sandbox's state outlives its process, and its ledger cannot be talked out of anything."""

import json
import os
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from campaign.errors import InputError
from campaign.sandbox.options import SANDBOX_LOGIN, SandboxOptions
from campaign.sandbox.server import SandboxServer, serve_forever
from campaign.sandbox.store import read_ledger
from tests.contract.test_sandbox import Hands, Json, Start, call, post, recipients, statuses

# --- state ---------------------------------------------------------------------------------------


def test_a_restart_goes_on_with_money_ids_and_queues(start: Start, hands: Hands) -> None:
    before = start(seed=1)
    sent = call(before, "send", messages=recipients("100"), statusQueueName="myQueue")
    call(before, "statusQueue", statusQueueName="myQueue")
    before.close()
    hands.now += 60

    after = start(seed=2)
    asked = [{"smscId": sent["messages"][0]["smscId"]}]
    polled = call(after, "status", messages=asked)
    drained = call(after, "statusQueue", statusQueueName="myQueue", statusQueueLimit=9)
    again = call(after, "send", messages=recipients("101"))

    assert statuses(polled) == ["delivered"]
    assert statuses(drained) == ["smsc submit", "delivered"]
    assert again["messages"][0]["smscId"] != sent["messages"][0]["smscId"]
    assert call(after, "balance")["balance"][0]["balance"] == "99995.00"


def test_two_sandboxes_on_one_file_stay_right(start: Start) -> None:
    """Two runs of the program may each start one."""
    one, two = start(), start()
    for sandbox in (one, two, one):
        call(sandbox, "send", messages=recipients("100"), statusQueueName="myQueue")
        call(sandbox, "statusQueue", statusQueueName="myQueue", statusQueueLimit=2)

    assert call(two, "balance")["balance"][0]["balance"] == "99992.50"
    assert "messages" not in call(two, "statusQueue", statusQueueName="myQueue")
    assert [row.seq for row in one.accepted()] == [1, 2, 3]


def test_the_ledger_refuses_to_be_changed(start: Start, tmp_path: Path) -> None:
    call(start(), "send", messages=recipients("100"))
    db = sqlite3.connect(tmp_path / "sandbox.db")

    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        db.execute("UPDATE ledger SET phone = ''")
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        db.execute("DELETE FROM ledger")
    db.close()


def test_the_state_file_is_its_owners_and_never_another_programs(start: Start, tmp_path: Path) -> None:
    start()
    assert stat.S_IMODE((tmp_path / "sandbox.db").stat().st_mode) == 0o600

    with sqlite3.connect(tmp_path / "journal.db") as db:
        db.execute("CREATE TABLE run (id)")
    db.close()
    with pytest.raises(InputError, match="another program"):
        start(state=tmp_path / "journal.db")


# --- the process ---------------------------------------------------------------------------------


def embedded(state: Path) -> tuple["subprocess.Popen[bytes]", Json]:
    process = subprocess.Popen(
        [sys.executable, "-m", "campaign.sandbox", "--state", state],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | {"CAMPAIGN_SANDBOX_PASSWORD": "from the environment"},
    )
    assert process.stdout is not None
    line = json.loads(process.stdout.readline())
    assert isinstance(line, dict)
    return process, line


def refuses(port: int) -> bool:
    """Whether nobody listens there; a connection that is torn while it closes is not an answer."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
    except OSError as error:
        return isinstance(error, ConnectionRefusedError)
    return False


def test_what_was_answered_survives_kill_9_and_the_end_of_stdin_ends_the_process(tmp_path: Path) -> None:
    document = {
        "login": SANDBOX_LOGIN,
        "password": "from the environment",
        "messages": recipients("100", "101"),
    }
    for round_no in (1, 2):
        process, line = embedded(tmp_path / "s.db")
        with process:
            reply = post(line["port"], "/messages/v2/send.json", document)[2]
            assert statuses(reply) == ["accepted", "accepted"]
            assert line["base_url"] == f"http://127.0.0.1:{line['port']}/prostor/messages/v2/"
            if round_no == 1:
                process.send_signal(signal.SIGKILL)
            else:
                process.send_signal(signal.SIGINT)  # Ctrl-C concerns the parent
                assert process.stdin is not None
                process.stdin.close()
        assert process.returncode == (-signal.SIGKILL if round_no == 1 else 0)

    taken = Counter((row.client_id, row.phone) for row in read_ledger(tmp_path / "s.db"))
    assert taken == {("C0", "+79160000100"): 2, ("C1", "+79160000101"): 2}


def test_it_dies_with_a_parent_that_was_killed(tmp_path: Path) -> None:
    """Nobody tells the child: its stdin ends because the parent is gone."""
    parent = (
        "import os, subprocess, sys\n"
        "child = subprocess.Popen([sys.executable, '-m', 'campaign.sandbox',"
        " '--state', sys.argv[1]], stdin=subprocess.PIPE, stdout=subprocess.PIPE)\n"
        "os.write(1, child.stdout.readline())\n"
        "os.kill(os.getpid(), 9)\n"
    )
    started = subprocess.run(
        [sys.executable, "-c", parent, tmp_path / "s.db"], stdout=subprocess.PIPE, check=False
    )
    port = json.loads(started.stdout)["port"]

    deadline = time.monotonic() + 20
    while not refuses(port) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert refuses(port)


def test_ctrl_c_ends_it_politely(tmp_path: Path) -> None:
    seen: list[SandboxServer] = []

    def interrupted() -> None:
        raise KeyboardInterrupt

    serve_forever(SandboxOptions(state=tmp_path / "s.db"), ready=seen.append, wait=interrupted)

    assert refuses(seen[0].port)


def test_the_password_is_not_shown() -> None:
    assert "s3cret" not in repr(SandboxOptions(state=Path("x"), password="s3cret"))
