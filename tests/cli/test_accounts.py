"""A run belongs to one account: no other login sends it, asks about it, or hides who has it."""

import pytest

from campaign.clock import SystemClock
from campaign.journal.sqlite.connection import Store
from campaign.journal.sqlite.runs import SqliteRuns
from campaign.journal.sqlite.sent_before import digest, ledger_key
from tests.cli.shell import Shell, Typed, credentials
from tests.cli.two_accounts import TwoAccounts, two_accounts

TEXT = ("--text", "Hi {name}")
ENDS = ("--yes", "--wait", "0", "--json")


class Office:
    """A shell in which one or another login is set, or none."""

    def __init__(self, shell: Shell, gateway: TwoAccounts) -> None:
        self.shell = shell
        self.at = ("--gateway", "prostor", "--gateway-url", gateway.url)

    def type(self, login: str, *words: str) -> Typed:
        """Type a command as that login; "" has none."""
        return self.shell.type(*words, **credentials(login))

    def plan(self, login: str, name: str, *more: str) -> str:
        made = self.type(login, "plan", name, *TEXT, "--json", *self.at, *more)
        return str(made.json["run"])

    def run(self, login: str, name: str, *more: str) -> Typed:
        return self.type(login, "run", name, *TEXT, *ENDS, *self.at, *more)


@pytest.fixture
def office(shell: Shell, gateway: TwoAccounts) -> Office:
    shell.recipients("two.csv", "0001", "0002")
    shell.recipients("three.csv", "0001", "0002", "0003")
    return Office(shell, gateway)


def as_of_an_earlier_version(shell: Shell) -> None:
    """As if runs that were planned without a login had stayed nobody's after they were sent."""
    store = Store(shell.journal)
    account = SqliteRuns(store, SystemClock()).account("prostor", "")
    with store.read() as connection:
        key = ledger_key(connection)
    store.close()
    with shell.tampering("sent_before") as connection:
        connection.execute("UPDATE run SET account=?", (account,))
        for position, phone, text in connection.execute("SELECT position,phone,text FROM message"):
            connection.execute(
                "UPDATE sent_before SET account=?,digest=? WHERE position=?",
                (account, digest(key, account, phone, text), position),
            )


def refused(done: Typed) -> str:
    """The code and the hint of a command that a guard refused."""
    assert done.code == 5
    return f"{done.failure.code}: {done.failure.hint}"


# --- planned before anybody knew whose it is ------------------------------------------------------


def test_recipients_of_a_run_planned_without_a_login_belong_to_the_login_that_sent_it(
    office: Office, gateway: TwoAccounts
) -> None:
    office.plan("", "two.csv")
    assert office.type("ann", "resume", *ENDS).code == 0

    again = office.run("ann", "three.csv")

    assert refused(again).startswith("already_sent")
    assert set(gateway.taken.values()) == {1}
    assert office.run("ann", "three.csv", "--skip-sent").code in {0, 3}
    assert set(gateway.taken.values()) == {1}
    assert len(gateway.taken) == 3


def test_a_run_that_gets_its_account_late_is_compared_as_a_whole_before_the_first_message(
    office: Office, gateway: TwoAccounts
) -> None:
    """A recipient of the second request has it already: not even the first goes."""
    known = [f"{number:04d}" for number in range(210)]
    office.shell.recipients("many.csv", *known)
    planned = office.plan("", "many.csv")
    office.shell.recipients("one.csv", known[-1])
    assert office.run("ann", "one.csv").code == 0

    refusal = refused(office.type("ann", "resume", planned, *ENDS))

    assert refusal.startswith("already_sent")
    assert f"campaign cancel {planned} --store journal.db" in refusal
    assert "--skip-sent --again LABEL" in refusal
    assert sum(gateway.taken.values()) == 1
    office.type("ann", "cancel", planned, "--yes")
    office.run("ann", "many.csv", "--skip-sent", "--again", "rest")
    assert len(gateway.taken) == 210
    assert set(gateway.taken.values()) == {1}


def test_a_test_to_the_own_phone_is_sent_whatever_that_account_has_sent(
    office: Office, gateway: TwoAccounts
) -> None:
    """Also one that was planned without a login, and with `--skip-sent` for the recipients."""
    office.shell.recipients("me.csv", "0009")
    office.shell.write("texts.csv", "phone,name\n+79160000001,Имя0009\n")
    office.run("ann", "me.csv")
    mine = ("--to", "+79160000009", "--skip-sent")
    assert office.type("", "test", "texts.csv", *TEXT, *office.at, *mine).code == 4
    planned = office.type("", "runs", "--state", "planned", "--json").json[0]["run"]

    assert office.type("ann", "resume", planned, *ENDS).code == 0
    assert gateway.taken == {("ann", "+79160000009"): 2}


def test_while_the_login_is_not_known_recipients_of_any_account_count(office: Office) -> None:
    office.run("ann", "two.csv")

    blind = office.type("", "plan", "three.csv", *TEXT, *office.at)

    assert refused(blind).startswith("already_sent")
    assert office.type("bob", "plan", "three.csv", *TEXT, *office.at).code == 0


def test_a_login_that_the_gateway_does_not_accept_does_not_get_the_run(
    office: Office, gateway: TwoAccounts
) -> None:
    planned = office.plan("", "two.csv")

    mistyped = office.type("anm", "resume", planned, *ENDS)
    right = office.type("ann", "resume", planned, *ENDS)

    assert (mistyped.code, right.code) == (6, 0)
    assert set(gateway.taken) == {("ann", "+79160000001"), ("ann", "+79160000002")}


def test_a_run_begun_before_runs_were_named_can_be_finished(office: Office, gateway: TwoAccounts) -> None:
    """A journal of an earlier version: recipients are filed under no login, and still count."""
    gateway.status_text = "queued"
    run = office.plan("", "two.csv")
    office.type("ann", "resume", *ENDS)
    as_of_an_earlier_version(office.shell)
    gateway.status_text = "delivered"

    resumed = office.type("ann", "resume", run, "--wait", "0", "--json")

    assert resumed.json["statuses"] == {"delivered": 2}
    assert refused(office.run("ann", "three.csv")).startswith("already_sent")


# --- another login --------------------------------------------------------------------------------


def test_another_login_does_not_send_a_planned_run(office: Office, gateway: TwoAccounts) -> None:
    planned = office.plan("ann", "two.csv")

    refusal = refused(office.type("bob", "resume", planned, *ENDS))

    assert refusal.startswith("other_account")
    assert f"campaign cancel {planned} --store journal.db" in refusal
    assert not gateway.calls


def test_another_login_asks_nothing_about_a_run(office: Office, gateway: TwoAccounts) -> None:
    """It would get `incorrect id` and empty queues, and believe them."""
    gateway.status_text = "queued"
    office.run("ann", "two.csv")
    before = gateway.calls.copy()

    for words in (
        ("status",), ("report",), ("resume", "--yes"), ("resume", "--yes", "--on-unknown", "resend"),
    ):  # fmt: skip
        refusal = refused(office.type("bob", *words, "--json"))

        assert refusal.startswith("other_account")
        assert "status two-" in refusal
        assert "--offline --store journal.db" in refusal
        assert "cancel" not in refusal  # who has it from there is not known to this login
    assert gateway.calls == before
    offline = office.type("bob", "status", "--offline", "--json")
    assert offline.json["statuses"] == {"accepted": 2}


def test_another_login_does_not_retry_a_run(office: Office, gateway: TwoAccounts) -> None:
    gateway.status_text = "delivery error"
    run = office.run("ann", "two.csv").json["run"]

    done = office.type("bob", "retry", run, "--only", "undelivered", *ENDS)

    assert refused(done).startswith("other_account")
    assert {login for login, _ in gateway.taken} == {"ann"}
    assert set(gateway.taken.values()) == {1}


# --- the address ----------------------------------------------------------------------------------


def test_the_address_of_a_run_is_frozen_and_only_the_command_line_overrides_it(
    office: Office, gateway: TwoAccounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.shell.recipients("other.csv", "0009")
    planned, other = office.plan("ann", "two.csv"), office.plan("ann", "other.csv")
    with two_accounts() as elsewhere:
        monkeypatch.setenv("CAMPAIGN_GATEWAY_URL", elsewhere.url)
        assert office.type("ann", "resume", planned, *ENDS).code == 0
        assert not elsewhere.calls
        assert gateway.calls["ann", "send.json"] == 1

        typed = ("--gateway-url", elsewhere.url)
        assert office.type("ann", "status", planned, *typed).code == 0
        moved = office.type("ann", "resume", other, *ENDS, *typed)

        assert moved.code == 0
        assert elsewhere.calls["ann", "send.json"] == 1
        assert f"is sent to {elsewhere.url}; it was planned for {gateway.url}" in moved.stderr
