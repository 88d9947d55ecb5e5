"""Statuses of a gateway with faults: what it ever reported is believed, all else is not.

Real HTTP on loopback, on a clock that both sides share and that only waiting moves: five days of
statuses pass in seconds. The sandbox has the truth in its ledger; what was reported is read from
the raw answers in the journal.
"""

import json
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from secrets import token_hex

import pytest

from campaign.domain import CheckedRow, Message, Phone, RunState, Status
from campaign.gateways.json_v2.client import HttpGateway
from campaign.gateways.json_v2.providers import provider_of
from campaign.sandbox.options import SANDBOX_LOGIN, SANDBOX_PASSWORD, SandboxOptions
from campaign.sandbox.server import SandboxServer
from campaign.secret import Credentials, Secret
from campaign.sending.polling import poll
from campaign.sending.send import Sending, send_chunk
from campaign.sending.statuses import Polling, poll_once
from tests.fakes import RUN, CrashingStore, FakeClock, OpenJournal, chunked, one_row, run_plan
from tests.invariants import broken

Rule = dict[str, object]

ENDINGS = ("100", "991", "992", "993", "201", "302", "403")
TRUTH = {"991": (Status.UNDELIVERED, "delivery error"), "992": (Status.UNDELIVERED, "smsc reject")}
FINALS = {"delivered", "delivery error", "smsc reject"}
HOUR_S = 3600.0

BODY_FAULTS: tuple[Rule, ...] = (
    {"call": "*", "fault": "shuffle", "probability": 0.5},
    {"call": "statusQueue", "fault": "missing", "at": [0, 3], "probability": 0.4},
    {"call": "statusQueue", "fault": "repeat", "probability": 0.2},
    {"call": "statusQueue", "fault": "duplicate", "new_id": False, "probability": 0.2},
    {"call": "statusQueue", "fault": "regress", "probability": 0.2},
    {"call": "statusQueue", "fault": "reset", "probability": 0.3},
    {"call": "status", "fault": "missing", "count": 9, "probability": 0.5},
    {"call": "status", "fault": "regress", "at": [1, 4], "probability": 0.5},
    {"call": "status", "fault": "truncate", "bytes": 300, "probability": 0.1},
    {"call": "status", "fault": "status_error", "probability": 0.1},
)


class Stage:
    """A journal, a faulty gateway, and the clock that both read."""

    def __init__(self, folder: Path, sandbox: SandboxServer, clock: FakeClock) -> None:
        self.path = folder / "journal.db"
        self.sandbox = sandbox
        self.clock = clock
        self.gateway = HttpGateway(
            provider_of("prostor"),
            Credentials(SANDBOX_LOGIN, Secret(SANDBOX_PASSWORD)),
            base_url=sandbox.base_url("prostor"),
        )

    @contextmanager
    def journal(self) -> Iterator[OpenJournal]:
        store = CrashingStore(self.path)
        try:
            yield OpenJournal.over(store, self.clock)
        finally:
            store.close()

    def polling(self, journal: OpenJournal) -> Polling:
        return Polling(journal, self.gateway, self.clock, lambda _: None)

    def send(self, number: int, size: int) -> None:
        """Everybody was handed over, chunk by chunk, each for a day of its own."""
        with self.journal() as journal:
            journal.plans.plan(run_plan(), chunked(map(recipient, range(1, number + 1)), size))
            journal.runs.set_state(RUN, RunState.SENDING)
            sending = Sending(journal, self.gateway, self.clock, lambda: token_hex(8))
            for chunk_no in journal.attempts.pending_chunks(RUN):
                send_chunk(sending, RUN, chunk_no)
            journal.runs.set_state(RUN, RunState.SENT)

    def ends(self) -> dict[str, tuple[Status, str]]:
        """Status and status text of each phone, as the report shows them."""
        with self.journal() as journal, journal.reports.view(RUN) as view:
            return {row.phone: (row.status, row.status_text) for row in view.rows()}

    def ever_reported(self) -> set[str]:
        """Phones of which some answer named the end."""
        phones = {one.smsc_id: one.phone for one in self.sandbox.accepted()}
        with self.journal() as journal, journal.store.read() as connection:
            bodies = connection.execute("SELECT body FROM exchange WHERE state='applied'").fetchall()
        return {
            phones[str(row["smscId"])]
            for (body,) in bodies
            for row in json.loads(zlib.decompress(body)).get("messages", ())
            if row["status"] in FINALS and str(row["smscId"]) in phones
        }


def recipient(order: int) -> CheckedRow:
    """Somebody whose phone decides the end."""
    row = one_row(order)
    assert isinstance(row.outcome, Message)
    phone = Phone(f"+7900{order:04d}{ENDINGS[order % len(ENDINGS)]}")
    return replace(row, outcome=replace(row.outcome, phone=phone))


def truth(phone: str) -> tuple[Status, str]:
    """What really became of a message; `993` never ends."""
    return TRUTH.get(phone[-3:], (Status.DELIVERED, "delivered"))


@contextmanager
def staged(folder: Path, *, seed: int = 1) -> Iterator[Stage]:
    clock = FakeClock()
    options = SandboxOptions(
        state=folder / "sandbox.db", delay_s=(30, 5 * HOUR_S), seed=seed, dialect="prostor"
    )
    with SandboxServer(options, clock=lambda: clock.now().timestamp()) as sandbox:
        yield Stage(folder, sandbox, clock)


@pytest.mark.parametrize(("seed", "lost"), [(1, ()), (2, ()), (3, ()), (1, (2,))])
def test_what_was_ever_reported_is_what_became_of_everybody(
    tmp_path: Path, seed: int, lost: tuple[int, ...]
) -> None:
    """It shuffles, omits, repeats, goes back, forgets and loses queue answers.

    When the answer to the second request is lost, its queue and the echo show who is in it.
    """
    with staged(tmp_path, seed=seed) as stage:
        stage.sandbox.service.set_faults([{"call": "send", "nth": [n], "fault": "reset"} for n in lost])
        stage.send(90, 30)
        stage.sandbox.service.set_faults([dict(rule) for rule in BODY_FAULTS])
        with stage.journal() as journal:
            result = poll(stage.polling(journal), RUN, wait_s=8 * 24 * HOUR_S)
        ends, reported = stage.ends(), stage.ever_reported()

    assert len(reported) > len(ends) / 2
    assert {phone: ends[phone] for phone in reported} == {phone: truth(phone) for phone in reported}
    if not lost:
        assert result.open_count == 0
        assert {ends[phone][0] for phone in ends.keys() - reported} <= {Status.NO_FINAL_STATUS}
    assert broken(stage.path) == []


def test_ids_that_nobody_knows_are_listed_and_nobodys_end(tmp_path: Path) -> None:
    with staged(tmp_path) as stage:
        stage.send(3, 3)
        foreign: Rule = {"call": "status", "fault": "foreign", "count": 2, "status_text": "delivered"}
        stage.sandbox.service.set_faults([foreign])
        with stage.journal() as journal:
            poll_once(stage.polling(journal), RUN)
            unmatched_ids = journal.statuses.unmatched_ids(RUN)

    assert [(one.smsc_id, one.attempt_id, one.status_text) for one in unmatched_ids] == [
        ("F0E1D2C30000", None, "delivered"),
        ("F0E1D2C30001", None, "delivered"),
    ]
    assert {status for status, _ in stage.ends().values()} == {Status.ACCEPTED}
    assert broken(stage.path) == []


def test_a_gateway_that_answers_nonsense_for_ever_is_asked_a_bounded_number_of_times(tmp_path: Path) -> None:
    """Three days of waiting for nothing: at first every minute, later once an hour."""
    with staged(tmp_path) as stage:
        stage.send(3, 3)
        stage.sandbox.service.set_faults([{"call": "*", "fault": "html200"}])
        with stage.journal() as journal:
            poll(stage.polling(journal), RUN, wait_s=8 * 24 * HOUR_S)
        calls = stage.sandbox.service.counters()

    assert {status for status, _ in stage.ends().values()} == {Status.NO_FINAL_STATUS}
    assert calls["statusQueue"] + calls["status"] < 300
