"""Who was put back for one more try is not sent it when the first try is heard of after all."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.shell import Shell
from tests.cli.two_accounts import FULL, two_accounts

ENDS = ("--yes", "--wait", "0", "--json")
_AGED_S = 16 * 60


def statuses(shell: Shell) -> dict[str, int]:
    """As they stand, without a question to the gateway."""
    return dict(shell.type("status", "--offline", "--json").json["statuses"])


def test_a_resume_reads_the_old_queue_before_it_sends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The queue was silent when the policy put them back, and speaks before the second request."""
    shell = Shell(tmp_path, monkeypatch)

    def as_ann(*words: str) -> None:
        monkeypatch.setenv("CAMPAIGN_LOGIN", "ann")
        monkeypatch.setenv("CAMPAIGN_PASSWORD", "password of ann")  # read once, then taken away
        shell.type(*words, *ENDS)

    shell.recipients("many.csv", *(f"{number:04d}" for number in range(FULL + 2)))
    with two_accounts() as gateway:
        at = ("--gateway", "prostor", "--gateway-url", gateway.url)
        gateway.loses = gateway.silent = True
        as_ann("run", "many.csv", "--text", "Hi {name}", *at)
        lost = statuses(shell)
        with closing(sqlite3.connect(tmp_path / "journal.db")) as connection, connection:
            connection.execute(
                "UPDATE attempt SET committed_us=committed_us-?", (_AGED_S * 1_000_000,)
            )
        gateway.refuses = True
        as_ann("resume", "--on-unknown", "resend")
        put_back = statuses(shell)
        gateway.loses = gateway.silent = gateway.refuses = False

        as_ann("resume")

    assert lost == {"delivered": FULL, "unknown": 2}
    assert put_back == {"delivered": FULL, "pending": 2}
    assert statuses(shell) == {"delivered": FULL + 2}
    assert set(gateway.taken.values()) == {1}
