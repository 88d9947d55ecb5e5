"""Any order of commands, crashes and times: the journal holds and nobody gets a text twice.

Hypothesis finds the order; the real journal, engine and verdicts go through it; the gateway's ledger
is the judge. A driver that dies leaves its journal as it is, and a second one may take over while
the first is frozen in the middle of a request.
"""

import sqlite3
from contextlib import closing, suppress
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from campaign.domain import HANDED_OVER, Attempt, CheckedRow, RunId, RunState, Status
from campaign.errors import JournalError, LoginRefused
from tests.fakes import CRASHES, RUN, START, Crash, FakeGateway, Fault, World, bad_row, recipients
from tests.invariants import broken

MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108  # a disk takes minutes
SECOND = RunId("second-4f1c23")
QUIET = [fault for fault in Fault if fault not in CRASHES]
OUT_OF_MONEY = Fault.MONEY_AT_HALF


def in_chunks(number: int, size: int, *, from_day: int = 1000) -> list[CheckedRow]:
    """The first chunk goes at once; the others are due, a day each, from that day on."""
    due = [None, *(START + timedelta(days=from_day + day) for day in range(number))]
    return recipients(number, send_at=lambda order: due[(order - 1) // size])


class Sender(RuleBasedStateMachine):
    """A user with a terminal, a bad network and a worse machine."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory(prefix="stateful", dir=MEMORY)
        self.world = World(Path(self.folder.name) / "journal.db", FakeGateway())
        self.rows = 0
        self.runs: dict[RunId, int] = {}
        self.unknown: set[str] = set()

    @initialize(
        number=st.integers(1, 9), size=st.integers(1, 4), bad=st.booleans(), echoes=st.booleans(),
        forgets=st.booleans(), from_day=st.sampled_from([1, 1000]),
    )  # fmt: skip
    def plan(  # noqa: PLR0913  # what a run may look like
        self, *, number: int, size: int, bad: bool, echoes: bool, forgets: bool, from_day: int
    ) -> None:
        """From day 1 on some will miss their time; day 1000 is later than any clock here goes."""
        self.world.gateway.echoes = echoes
        self.world.gateway.forgets = forgets
        rows = in_chunks(number, size, from_day=from_day) + ([bad_row(99)] if bad else [])
        self.world.plan(rows, RUN)
        self.runs[RUN] = len(rows)
        self.rows = number

    # --- commands ---

    @rule(faults=st.lists(st.sampled_from(QUIET), max_size=4))
    def resume(self, faults: list[Fault]) -> None:
        self._command(faults)

    @rule(faults=st.lists(st.sampled_from(Fault), max_size=3), point=st.integers(0, 40))
    def resume_and_crash(self, faults: list[Fault], point: int) -> None:
        """The process dies at a write of the journal or in the gateway."""
        self._command(faults, crash_point=point)

    @rule(times=st.integers(1, 2))
    def poll(self, times: int) -> None:
        with suppress(LoginRefused), self.world.process() as journal:
            for _ in range(times):
                self.world.pass_over(journal)

    @rule(point=st.integers(0, 12))
    def poll_and_crash(self, point: int) -> None:
        """What the queue had last may be lost."""
        with suppress(Crash, LoginRefused), self.world.process(crash_point=point) as journal:
            self.world.pass_over(journal)

    @rule(hours=st.integers(-30, 80))
    def time_passes(self, hours: int) -> None:
        """Also more than the horizon, and back: nothing may be decided by age alone."""
        self.world.clock.passed_s += timedelta(hours=hours).total_seconds()

    @rule()
    def money_ends_and_is_topped_up(self) -> None:
        """The refused half is sent by the resume after the top-up."""
        self._command([OUT_OF_MONEY])
        self._command([])

    @rule(good=st.booleans())
    def change_password(self, *, good: bool) -> None:
        self.world.gateway.login_good = good

    @rule(down=st.booleans())
    def change_network(self, *, down: bool) -> None:
        """Reading calls get no answer."""
        self.world.gateway.down = down

    @rule(fault=st.sampled_from(QUIET), second=st.lists(st.sampled_from(QUIET), max_size=2))
    def a_second_driver_takes_over(self, fault: Fault, second: list[Fault]) -> None:
        """The first one sleeps with its body on the wire, and wakes up when all is done."""
        gateway = self.world.gateway

        def freeze(_: Attempt) -> None:
            gateway.before_send = lambda _: None
            first, gateway.faults = gateway.faults, list(second)
            other = World(self.world.path, gateway, self.world.clock)
            with suppress(JournalError):
                other.resume()
            gateway.faults = first

        gateway.before_send = freeze
        self._command([fault])
        gateway.before_send = lambda _: None

    @precondition(lambda self: SECOND not in self.runs)
    @rule()
    def plan_another(self) -> None:
        self.world.plan(in_chunks(3, 2), SECOND)
        self.runs[SECOND] = 3

    def _command(self, faults: list[Fault], *, crash_point: int | None = None) -> None:
        gateway = self.world.gateway
        gateway.faults = list(faults)
        with suppress(Crash, JournalError), self.world.process(crash_point=crash_point) as journal:
            self.world.drive(journal)
            if gateway.login_good and not gateway.down:
                self.world.pass_over(journal)
        gateway.faults = []

    # --- what must be true ---

    @invariant()
    def the_journal_holds(self) -> None:
        if self.runs:
            assert broken(self.world.path) == []

    @invariant()
    def the_ledger_has_nobody_twice(self) -> None:
        assert max(self.world.gateway.times_taken().values(), default=0) <= 1

    @invariant()
    def the_report_agrees_with_the_ledger(self) -> None:
        """Everybody has one status; taken is taken, refused is not, pending was never taken."""
        if not self.runs:
            return
        statuses, taken = self.world.statuses(), self.world.gateway.times_taken()
        assert len(statuses) == self.rows
        for client_id, status in statuses.items():
            if status in HANDED_OVER:
                assert taken[client_id] == 1
            elif status in {Status.REFUSED, Status.EXPIRED}:
                assert taken[client_id] == 0
        with self.world.process() as journal:
            for run, rows in self.runs.items():
                tally = journal.runs.tally(run)
                assert sum(tally.statuses.values()) == rows == tally.rows

    @invariant()
    def an_unknown_recipient_is_never_pending_again(self) -> None:
        """Not without an operator's decision, and here is none."""
        if not self.runs:
            return
        statuses = self.world.statuses()
        # As stored: the tally also counts a committed attempt whose answer is not applied.
        with closing(sqlite3.connect(self.world.path)) as connection:
            stored = connection.execute("SELECT client_id FROM message WHERE state='unknown'")
            self.unknown |= {row[0] for row in stored} & set(statuses)
        assert not {statuses[one] for one in self.unknown} & {Status.PENDING, Status.REFUSED}

    def teardown(self) -> None:
        """In the end the network is good again: nobody may be left over."""
        with self.folder:
            if not self.runs:
                return
            gateway = self.world.gateway
            gateway.login_good, gateway.down = True, False
            for _ in range(3):
                self._command([])
            assert broken(self.world.path, at_rest=True) == []
            assert Status.PENDING not in self.world.statuses().values()
            assert max(gateway.times_taken().values(), default=0) <= 1
            assert self.world.state() in {RunState.SENT, RunState.SETTLED}


class SenderForLong(Sender):
    """The same for the sweep."""


Sender.TestCase.settings = settings(max_examples=25, stateful_step_count=12, deadline=None)
SenderForLong.TestCase.settings = settings(max_examples=1500, stateful_step_count=30, deadline=None)
TestSender = Sender.TestCase
TestSenderForLong = pytest.mark.timeout(3600)(pytest.mark.sweep(SenderForLong.TestCase))
