"""What the journal promises (`journal.base`), and what its database refuses whoever asks."""
# ruff: noqa: S608  # statements are put together from the tables below

import re
import resource
import sqlite3
import stat
import subprocess
import sys
import textwrap
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from functools import partial
from itertools import pairwise, permutations
from pathlib import Path

import pytest

from campaign.app.outcome import alarm_text
from campaign.domain import (
    CHUNK_SIZE,
    Alarm,
    Attempt,
    CheckedRow,
    Consequence,
    RecipientOutcome,
    Reply,
    ReplyVerdict,
    RunId,
    RunState,
    Status,
    Verdict,
)
from campaign.errors import AttemptTaken, InputError, JournalError, NothingToDo
from campaign.i18n.code_texts import ALARMS
from campaign.journal.sqlite.connection import SCHEMA_VERSION, Store
from campaign.journal.sqlite.lock import identity
from campaign.text import Text, tr
from tests.fakes import RUN, START, OpenJournal, World, bad_row, chunked, one_row, recipients, run_plan
from tests.invariants import broken

MESSAGE_STATES = (
    "pending", "accepted", "refused", "unknown", "delivered", "undelivered", "no_final_status",
    "stopped", "expired", "cancelled",
)  # fmt: skip
ATTEMPT_STATES = (
    "prepared", "in_flight", "replied", "answered", "not_sent", "refused", "unknown",
)  # fmt: skip
ALLOWED = {
    "run": {
        "planned": {"sending", "cancelled", "paused"},
        "sending": {"paused", "sent"},
        "paused": {"sending", "cancelled"},
        "sent": {"settled", "sending"},
        "settled": {"sending"},
        "cancelled": set(),
    },
    "attempt": {
        "prepared": {"in_flight", "not_sent", "refused"},
        "in_flight": {"replied", "unknown", "not_sent", "refused"},
        "replied": {"answered", "unknown", "not_sent", "refused"},
        **{closed: set() for closed in ("answered", "not_sent", "refused", "unknown")},
    },
    "message": {
        "pending": {"accepted", "refused", "unknown", "stopped", "expired", "cancelled"},
        "unknown": {"accepted", "refused", "delivered", "undelivered", "pending"},
        "refused": {"pending"},
        "accepted": {"delivered", "undelivered", "no_final_status"},
        "no_final_status": {"delivered", "undelivered"},
        "delivered": {"undelivered"},
        "undelivered": {"delivered"},
        **{end: set() for end in ("stopped", "expired", "cancelled")},
    },
}
"""The states and moves of the design, written down a second time on purpose."""


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path / "store" / "journal.db")


@pytest.fixture
def journal(world: World) -> Iterator[OpenJournal]:
    """A planned run of three people in one chunk."""
    world.plan(recipients(3))
    with world.process() as opened:
        yield opened
    assert broken(world.path) == []


EMPTY = Reply(200, b"{}")


def begin(journal: OpenJournal, chunk_no: int = 1, *, queue_name: str = "") -> Attempt:
    chunk = journal.attempts.chunk(RUN, chunk_no)
    return journal.attempts.begin(
        chunk, queue_name=queue_name or f"{chunk_no}" * 16, request_digest=lambda _: "0" * 64
    )


def committed(journal: OpenJournal, chunk_no: int = 1) -> Attempt:
    attempt = begin(journal, chunk_no)
    journal.attempts.commit_point(attempt)
    return attempt


def replied(journal: OpenJournal, chunk_no: int = 1, reply: Reply = EMPTY) -> Attempt:
    attempt = committed(journal, chunk_no)
    journal.attempts.store_reply(attempt, reply)
    return attempt


def reply_verdict(status: Status = Status.ACCEPTED) -> ReplyVerdict:
    outcomes = tuple(
        RecipientOutcome(
            order, status, status.value, smsc_ids=(f"id{order}",) if status == "accepted" else ()
        )
        for order in (1, 2, 3)
    )
    return ReplyVerdict(Verdict.ANSWERED, Consequence.GO_ON, "answered", recipients=outcomes)


def answered(journal: OpenJournal, status: Status = Status.ACCEPTED) -> Attempt:
    attempt = replied(journal)
    journal.attempts.apply(attempt, reply_verdict(status))
    return attempt


def execute(journal: OpenJournal, statement: str, *values: object) -> None:
    """Any statement, past the program's own rules: only the database can refuse it."""
    journal.store.write(lambda connection: connection.execute(statement, values))


def refuses(journal: OpenJournal, statement: str, match: str) -> None:
    with pytest.raises(AttemptTaken, match=match):
        execute(journal, statement)


# --- transitions ------------------------------------------------------------------------------


def _refused(connection: sqlite3.Connection, statement: str) -> str:
    try:
        connection.execute(statement)
    except sqlite3.IntegrityError as error:
        return str(error)
    return ""


@pytest.fixture
def raw(world: World) -> Iterator[sqlite3.Connection]:
    """The real schema with one of everything, put into states without asking the triggers."""
    world.plan(recipients(1))
    with closing(sqlite3.connect(world.path, isolation_level=None)) as connection:
        yield connection


def _without_triggers(connection: sqlite3.Connection, *statements: str) -> None:
    triggers = connection.execute("SELECT name,sql FROM sqlite_master WHERE type='trigger'")
    kept = triggers.fetchall()
    for name, _ in kept:
        connection.execute(f"DROP TRIGGER {name}")
    for statement in statements:
        connection.execute(statement)
    for _, definition in kept:
        connection.execute(definition)


_ATTEMPT = (
    "INSERT INTO attempt(attempt_id,run_no,chunk_no,try_no,queue_name,state,members,member_count,"
    "request_sha256,prepared_us,committed_us,reply,code) "
    "VALUES(7,1,1,1,'qqqqqqqqqqqqqqqq','{state}','[1]',1,'0',1,1,x'00','http_429')"
)
_ACTIONS = (
    "INSERT INTO operator_action(at_us,operator,action,run_no,attempt_id,why) "
    "VALUES(1,'me','retry',1,7,'fixed'),(1,'me','not-sent',1,7,'the account shows nothing')"
)


def _given(entity: str, source: str, target: str) -> tuple[str, ...]:
    """What puts it into a state, with everything that a move may need next to it."""
    if entity == "run":
        return f"UPDATE run SET state='{source}'", "UPDATE message SET state='cancelled'"
    if entity == "attempt":
        return (_ATTEMPT.format(state=source), "UPDATE message SET state='accepted',attempt_id=7")
    state = "replied"
    if target in {"stopped", "expired", "cancelled"}:
        state = "refused"  # never while the chunk is being sent
    elif (source, target) == ("unknown", "refused"):
        state = "unknown"  # by an answer that came late
    return (_ATTEMPT.format(state=state), f"UPDATE message SET state='{source}',attempt_id=7", _ACTIONS)


@pytest.mark.parametrize("entity", ALLOWED)
def test_states_move_only_along_the_table(raw: sqlite3.Connection, entity: str) -> None:
    for source, target in permutations(ALLOWED[entity], 2):
        raw.execute("BEGIN")
        _without_triggers(raw, *_given(entity, source, target))
        refusal = _refused(raw, f"UPDATE {entity} SET state='{target}'")
        raw.execute("ROLLBACK")

        allowed = target in ALLOWED[entity][source]
        assert refusal == ("" if allowed else f"illegal {entity} transition"), (source, target)


@pytest.mark.parametrize("reply", ["NULL", "x'00'"], ids=["without", "with"])
def test_somebody_unknown_is_refused_by_an_answer_only(raw: sqlite3.Connection, reply: str) -> None:
    """An answer that came late, of the attempt that left them in doubt."""
    _without_triggers(
        raw,
        _ATTEMPT.format(state="unknown"),
        f"UPDATE attempt SET reply={reply}",
        "UPDATE message SET state='unknown',attempt_id=7",
    )

    refusal = _refused(raw, "UPDATE message SET state='refused'")

    assert refusal == ("a refusal needs its answer" if reply == "NULL" else "")


def test_the_tables_above_name_every_state() -> None:
    assert set(ALLOWED["message"]) == set(MESSAGE_STATES)
    assert set(ALLOWED["attempt"]) == set(ATTEMPT_STATES)
    assert set(ALLOWED["run"]) == set(RunState)


# --- what the database refuses ------------------------------------------------------------------


@pytest.mark.parametrize("status", [Status.ACCEPTED, Status.REFUSED, Status.UNKNOWN])
def test_only_pending_recipients_enter_an_attempt(journal: OpenJournal, status: Status) -> None:
    """The gate that keeps a person from being texted twice; a stale chunk does not open it."""
    stale = journal.attempts.chunk(RUN, 1)
    answered(journal, status)

    with pytest.raises(AttemptTaken, match="not pending"):
        journal.attempts.begin(stale, queue_name="r" * 16, request_digest=lambda _: "0")
    assert journal.attempts.pending_chunks(RUN) == ()


def test_a_chunk_has_one_open_attempt(journal: OpenJournal) -> None:
    begin(journal)

    with pytest.raises(AttemptTaken, match="UNIQUE"):
        begin(journal, queue_name="r" * 16)
    assert journal.attempts.pending_chunks(RUN) == ()


def test_a_queue_name_is_never_used_twice(journal: OpenJournal) -> None:
    """Its queue is the witness of exactly one attempt."""
    journal.attempts.close_not_sent(begin(journal), code="not_reached", reply_text="")

    with pytest.raises(AttemptTaken, match="queue_name"):
        begin(journal)


def test_what_was_planned_is_frozen(journal: OpenJournal) -> None:
    for change in (
        "text='другое'", "phone='+79990000000'", "client_id='x'", "chunk_no=2", "sender='x'",
        "segments=2", "send_at_us=1", "flash=1", "wapurl='http://x'",
    ):  # fmt: skip
        refuses(journal, f"UPDATE message SET {change} WHERE position=1", "frozen")


def test_a_committed_attempt_is_not_released_without_proof(journal: OpenJournal) -> None:
    committed(journal)

    for state in ("not_sent", "refused"):
        for code in ("http_500", "http_503", "no_answer", "killed", "http_200", ""):
            change = f"UPDATE attempt SET state='{state}',code='{code}'"
            refuses(journal, change, "may have been taken")


@pytest.mark.parametrize("code", ["http_429", "http_401", "http_404", "http_302", "never_completed"])
def test_a_committed_attempt_is_released_by_an_answer_that_proves_it(journal: OpenJournal, code: str) -> None:
    journal.attempts.close_not_sent(committed(journal), code=code, reply_text="")

    assert journal.attempts.pending_chunks(RUN) == (1,)


@pytest.mark.parametrize(
    ("status", "actions"), [(Status.REFUSED, ("not-sent", "sent")), (Status.UNKNOWN, ("retry", "sent"))]
)
def test_nobody_is_sent_again_without_an_operators_word(
    journal: OpenJournal, status: Status, actions: tuple[str, ...]
) -> None:
    """The right one: `resume` after a top-up says `retry` of refusals, which frees no unknown."""
    attempt = answered(journal, status)
    for action in (None, *actions):
        if action is not None:
            execute(
                journal,
                "INSERT INTO operator_action(at_us,operator,action,run_no,attempt_id,why) "
                "VALUES(1,'a',?,1,?,'')",
                action,
                attempt.attempt_id,
            )
        change = "UPDATE message SET state='pending' WHERE position=1"
        refuses(journal, change, "operator's word")


def test_an_attempt_closes_only_when_everybody_has_an_outcome(journal: OpenJournal) -> None:
    attempt, verdict = replied(journal), reply_verdict()

    with pytest.raises(AttemptTaken, match="no outcome"):
        journal.attempts.apply(attempt, replace(verdict, recipients=verdict.recipients[:2]))
    assert [one.attempt_id for one, _ in journal.attempts.replied(RUN)] == [attempt.attempt_id]
    assert journal.runs.tally(RUN).statuses == {Status.UNKNOWN: 3}  # committed, no outcome stored


def test_an_outcome_needs_the_attempt_it_came_from(journal: OpenJournal) -> None:
    change = "UPDATE message SET state='accepted' WHERE position=1"
    refuses(journal, change, "needs its attempt")


def test_nothing_of_what_happened_is_deleted(journal: OpenJournal) -> None:
    answered(journal, Status.REFUSED)
    journal.attempts.retry_refused(RUN, codes=["refused"], operator="me", why="fixed")
    for addition in (
        "exchange(run_no,kind,row_limit,state,asked_us) VALUES(1,'queue',1,'asked',1)",
        "smsc(run_no,smsc_id,attempt_id,source,first_us) VALUES(1,'9',1,'queue',1)",
        "status_event VALUES(NULL,1,'9','queued','on_its_way',1,1)",
    ):
        execute(journal, f"INSERT INTO {addition}")

    for table in ("message", "source_row", "attempt", "operator_action", "status_event"):
        refuses(journal, f"DELETE FROM {table}", r"never deleted|append only")


def test_an_attempt_is_never_rewritten(journal: OpenJournal) -> None:
    begin(journal)

    for column in ("members", "queue_name", "request_sha256", "try_no"):
        refuses(journal, f"UPDATE attempt SET {column}={column}", "never rewritten")


def test_a_run_with_pending_recipients_is_not_sent(journal: OpenJournal) -> None:
    journal.runs.set_state(RUN, RunState.SENDING)

    with pytest.raises(AttemptTaken, match="still pending"):
        journal.runs.set_state(RUN, RunState.SENT)


# --- recovery -----------------------------------------------------------------------------------


def test_recovery_knows_what_each_stop_may_have_cost(world: World) -> None:
    """Prepared: not sent. Committed: unknown. Replied: stays, to be judged again."""
    reply = Reply(200, b"[1]", complete=False, error="EOF")
    world.plan(chunked(recipients(3), 1))
    with world.process() as journal:
        begin(journal, 1)
        committed(journal, 2)
        last = replied(journal, 3, reply)
    with world.process() as journal:
        for _ in range(2):
            journal.attempts.recover(RUN)
        (left,) = journal.attempts.replied(RUN)

        assert journal.attempts.pending_chunks(RUN) == (1,)
        assert journal.runs.tally(RUN).statuses == {Status.PENDING: 1, Status.UNKNOWN: 2}
        assert left == (last, reply)


def test_an_answer_before_the_last_byte_is_stored_but_closes_nothing(journal: OpenJournal) -> None:
    attempt = begin(journal)
    journal.attempts.store_reply(attempt, Reply(401, b"no", last_byte_sent=False))

    assert journal.attempts.replied(RUN) == ()
    journal.attempts.recover(RUN)
    assert journal.attempts.pending_chunks(RUN) == (1,)


def test_an_id_that_another_recipient_has_proves_nothing(world: World) -> None:
    """Ids must be unique; one that comes twice makes the second recipient a case for a human."""
    world.plan(chunked(recipients(2), 1))
    with world.process() as journal:
        for number in (1, 2):
            outcome = RecipientOutcome(number, Status.ACCEPTED, "accepted", smsc_ids=("same",))
            verdict = replace(reply_verdict(), recipients=(outcome,))
            journal.attempts.apply(replied(journal, number), verdict)

        assert journal.runs.tally(RUN).statuses == {Status.UNKNOWN: 1, Status.ACCEPTED: 1}
        assert [(one.code, one.details) for one in journal.reports.alarms(RUN)] == [
            ("id_of_two", {"smsc_id": "same"})
        ]


# --- the file -----------------------------------------------------------------------------------


def _pragma(connection: sqlite3.Connection, name: str) -> object:
    (value,) = connection.execute(f"PRAGMA {name}").fetchone()
    return value


def test_a_commit_survives_power_loss(world: World) -> None:
    """WAL with FULL lost none of 16 returned commits in simulated power losses; NORMAL all."""
    with world.process() as journal:
        pragmas = {
            name: journal.store.write(partial(_pragma, name=name))
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }  # fmt: skip

    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_only_the_owner_can_read_the_journal(world: World) -> None:
    """It holds phones and texts."""
    with world.process() as journal:
        journal.plans.plan(run_plan(), recipients(1))
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in world.path.parent.iterdir()}

    assert stat.S_IMODE(world.path.parent.stat().st_mode) == 0o700
    assert set(modes) >= {"journal.db", "journal.db-wal", "journal.db-shm"}
    assert set(modes.values()) == {0o600}


def test_a_journal_of_a_newer_program_is_left_alone(world: World) -> None:
    world.plan(recipients(1))
    with closing(sqlite3.connect(world.path)) as connection:
        connection.execute(f"PRAGMA user_version={SCHEMA_VERSION + 1}")

    wanted = f"version {SCHEMA_VERSION + 1}, this program knows {SCHEMA_VERSION}"
    with pytest.raises(JournalError, match=wanted) as raised:
        Store(world.path)
    assert raised.value.__cause__ is None  # an error that was its own cause kept its readers busy


def test_a_journal_that_cannot_be_opened_names_another_cause_than_itself(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    for name in ("file/journal.db", "folder"):
        (tmp_path / "folder").mkdir(exist_ok=True)
        with pytest.raises(JournalError, match="cannot be used") as raised:
            Store(tmp_path / name)
        assert raised.value.__cause__ not in {None, raised.value}


def test_a_file_that_is_no_journal_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    path.write_text("Телефон;Имя\n" * 100, encoding="utf-8")

    with pytest.raises(JournalError, match="not a database"):
        Store(path)


def test_a_closed_store_is_one_file(world: World) -> None:
    """Copied to another place without its WAL it would have forgotten who was told."""
    world.plan(recipients(5))

    assert not world.path.with_name("journal.db-wal").exists()


def test_a_reader_that_outlives_the_store_is_closed(world: World) -> None:
    world.plan(recipients(1))
    with world.process() as journal:
        view = journal.store.read()
        connection = view.__enter__()
    view.__exit__(None, None, None)

    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        connection.execute("SELECT 1")


# --- writing together -----------------------------------------------------------------------------


def _note(connection: sqlite3.Connection, word: str) -> int:
    connection.execute("INSERT INTO alarm(run_no,at_us,code,details) VALUES(1,1,?,'{}')", (word,))
    (count,) = connection.execute("SELECT count(*) FROM alarm WHERE code=?", (word,)).fetchone()
    return int(count)


def _alarms(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return [row[0] for row in connection.execute("SELECT code FROM alarm ORDER BY code")]


def test_eight_threads_share_commits_and_each_gets_its_own_result(journal: OpenJournal) -> None:
    results: dict[str, list[int]] = {}

    def work(name: str) -> None:
        results[name] = [journal.store.write(lambda connection: _note(connection, name)) for _ in range(25)]

    threads = [threading.Thread(target=work, args=(f"t{number}",)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert results == {f"t{number}": list(range(1, 26)) for number in range(8)}
    assert len(_alarms(journal.store.path)) == 200


def share_a_commit(store: Store, *others: Callable[[sqlite3.Connection], object]) -> list[str]:
    """Hand in work that waits until a first one ends; returns the names of the errors."""
    started, ends = threading.Event(), threading.Event()
    raised: list[str] = []

    def first(connection: sqlite3.Connection) -> None:
        started.set()
        ends.wait(10)
        _note(connection, "a")

    def hand_in(work: Callable[[sqlite3.Connection], object]) -> None:
        try:
            store.write(work)
        except (KeyboardInterrupt, JournalError, ZeroDivisionError) as error:
            raised.append(type(error).__name__)

    threads = [threading.Thread(target=hand_in, args=(work,)) for work in (first, *others)]
    threads[0].start()
    assert started.wait(10)
    for thread in threads[1:]:
        thread.start()
    while len(store._waiting) <= len(others):  # noqa: SLF001  # the one in hand, then one commit
        time.sleep(0.01)
    ends.set()
    for thread in threads:
        thread.join()
    return sorted(raised)


def test_the_error_of_one_undoes_its_own_part_only(journal: OpenJournal) -> None:
    """Work that waits for the same commit: one is refused, one has a bug, two are stored."""

    def refused(connection: sqlite3.Connection) -> None:
        _note(connection, "b")
        connection.execute("UPDATE message SET text='x'")

    def buggy(connection: sqlite3.Connection) -> None:
        _note(connection, "c")
        raise ZeroDivisionError

    raised = share_a_commit(journal.store, refused, buggy, partial(_note, word="d"))

    assert raised == ["AttemptTaken", "ZeroDivisionError"]
    assert _alarms(journal.store.path) == ["a", "d"]


class Struck(sqlite3.Connection):
    """A signal's handler raises just before the second COMMIT."""

    commits = 0

    def execute(self, sql: str, *values: object) -> sqlite3.Cursor:
        if sql == "COMMIT":
            self.commits += 1
            if self.commits == 2:
                raise KeyboardInterrupt
        return super().execute(sql, *values)  # type: ignore[arg-type]


def test_a_signal_before_the_commit_lets_nobody_believe_that_it_was_stored(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A thread that waited for another's commit must not take its death for success."""
    world.plan(recipients(1))
    with world.process() as opened:
        struck = sqlite3.connect(world.path, isolation_level=None, check_same_thread=False, factory=Struck)
        # Read before the other one closes: the last to close deletes the WAL, and a new WAL may
        # get another inode, which is a journal that was replaced.
        struck.execute("SELECT count(*) FROM run").fetchone()
        opened.store._connection.close()  # noqa: SLF001  # replaced by the next line
        monkeypatch.setattr(opened.store, "_connection", struck)
        assert identity(world.path) == opened.store._identity  # noqa: SLF001
        raised = share_a_commit(opened.store, *(partial(_note, word=word) for word in "bc"))
        with pytest.raises(JournalError):
            opened.store.write(lambda connection: _note(connection, "later"))

    assert raised == ["JournalError", "KeyboardInterrupt"]
    assert _alarms(world.path) == ["a"]


def test_after_a_failure_to_store_nothing_is_stored_any_more(journal: OpenJournal) -> None:
    """What was not stored must not be sent; a second try that works would hide the hole."""
    attempt = begin(journal)
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    size = journal.store.path.with_name("journal.db-wal").stat().st_size
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, limit[1]))
    try:
        with pytest.raises(JournalError, match="cannot be used"):
            journal.attempts.commit_point(attempt)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)

    with pytest.raises(JournalError, match="cannot be used"):
        journal.attempts.commit_point(attempt)
    with pytest.raises(JournalError, match="cannot be used"):
        journal.statuses.settle_unknown(RUN)


WRITER = """
import sys
from pathlib import Path
from campaign.domain import RunId
from tests.fakes import World, recipients
name, path = sys.argv[1:]
world = World(Path(path))
world.plan(recipients(30), RunId(name))
for _ in range(3):
    world.resume(RunId(name))
"""


def test_two_processes_with_two_runs_lose_nothing(world: World) -> None:
    world.plan(recipients(1))
    script = textwrap.dedent(WRITER)
    root = Path(__file__).resolve().parents[2]
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", script, name, str(world.path)],
            cwd=root, stderr=subprocess.PIPE, text=True,
        )
        for name in ("left-000001", "right-000002")
    ]  # fmt: skip
    errors = [process.communicate(timeout=120)[1] for process in processes]

    assert errors == ["", ""]
    for name in ("left-000001", "right-000002"):
        assert len(world.statuses(RunId(name))) == 30
        assert set(world.statuses(RunId(name)).values()) == {Status.DELIVERED}
    assert broken(world.path, at_rest=True) == []


# --- planning and reporting -----------------------------------------------------------------------


def test_chunks_are_of_one_send_time_and_of_200_recipients_in_file_order(world: World) -> None:
    hours = [None, START + timedelta(hours=1), START + timedelta(hours=2)]
    world.plan(recipients(1500, send_at=lambda order: hours[order % 3]))
    with world.process() as journal:
        chunks = [journal.attempts.chunk(RUN, number) for number in journal.attempts.pending_chunks(RUN)]

    assert [len(chunk.members) for chunk in chunks] == [200] * 6 + [100] * 3
    for chunk in chunks:
        assert {hours[member.position % 3] for member in chunk.members} == {chunk.send_at}
        assert all(one.position < other.position for one, other in pairwise(chunk.members))
    assert max(len(chunk.members) for chunk in chunks) == CHUNK_SIZE
    assert broken(world.path) == []


def test_a_plan_streams_through(world: World) -> None:
    """Memory must not grow with the file."""
    peaks = []

    def rows(number: int) -> Iterator[CheckedRow]:
        for order in range(1, number + 1):
            yield one_row(order)

    with world.process() as journal:
        for number in (6_000, 20_000):
            tracemalloc.start()
            info = journal.plans.plan(run_plan(RunId(f"run-{number:06d}")), rows(number))
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()

    assert (info.row_count, info.chunk_count) == (20_000, 100)
    assert peaks[1] < peaks[0] * 1.5


def test_a_file_without_data_rows_is_no_run(world: World) -> None:
    with world.process() as journal:
        with pytest.raises(NothingToDo):
            journal.plans.plan(run_plan(), [])

        assert journal.runs.all() == ()
        assert journal.plans.find_run(run_plan().digest) is None


def test_a_plan_that_fails_half_way_leaves_nothing(world: World) -> None:
    def rows() -> Iterator[CheckedRow]:
        yield from recipients(2500)
        raise InputError("the file is cut off")

    with world.process() as journal:
        with pytest.raises(InputError):
            journal.plans.plan(run_plan(), rows())

        assert journal.runs.all() == ()


def test_report_and_tally_add_up_to_the_rows_in_file_order(world: World) -> None:
    world.plan([*recipients(2), bad_row(4), *recipients(5)[2:]])
    world.resume()
    with world.process() as journal, journal.reports.view(RUN) as view:
        rows = list(view.rows())
        again = list(view.rows())
        tally = view.tally

    assert rows == again
    assert [row.row_no for row in rows] == [2, 3, 4, 4, 5, 6]
    assert tally.rows == sum(tally.statuses.values()) == 6
    assert tally.statuses == {Status.INVALID: 1, Status.DELIVERED: 5}
    assert sum(row.cost or 0 for row in rows) == tally.cost["RUB"]
    assert tally.segments_billed == tally.segments_estimated == 5


def test_all_runs_are_read_with_two_queries_however_many_there_are(world: World) -> None:
    """A query a run made `status` wait half a second for 5,000 runs."""
    for number in range(50):
        world.plan(recipients(1), RunId(f"run-{number:06}"))
    statements: list[str] = []
    with world.process() as journal:
        with journal.store.read() as connection:
            connection.set_trace_callback(statements.append)
        infos = journal.runs.all()

    assert len(infos) == 50
    assert len([one for one in statements if one.startswith("SELECT")]) == 2


def test_a_reason_and_an_alarm_are_stored_without_prose(journal: OpenJournal) -> None:
    """They are told in the language of whoever asks later."""
    reason = tr("paused by {operator}", operator="anna")
    journal.runs.set_state(RUN, RunState.PAUSED, reason=reason)
    found = journal.runs.info(RUN).reason

    assert isinstance(found, Text)
    assert (found, found.template, found.params) == (reason, reason.template, {"operator": "anna"})


def test_every_alarm_has_a_text_that_its_details_fill(journal: OpenJournal) -> None:
    for code, template in ALARMS.items():
        names = re.findall(r"\{(\w+)", template)
        text = alarm_text(Alarm(code, dict.fromkeys(names, "x")))
        assert "{" not in text
        assert "…" not in text
    assert journal.reports.alarms(RUN) == ()


def test_a_view_does_not_see_what_is_written_after_it_was_opened(journal: OpenJournal) -> None:
    """A report whose sheets disagree would be worse than none."""
    with journal.reports.view(RUN) as view:
        first = next(view.rows())
        answered(journal)
        later = [row.status for row in view.rows()]

    assert first.status is Status.PENDING
    assert later == [Status.PENDING] * 3
    assert journal.runs.tally(RUN).statuses == {Status.ACCEPTED: 3}


def test_a_refused_recipient_is_put_back_with_the_operators_name(journal: OpenJournal) -> None:
    answered(journal, Status.REFUSED)

    assert journal.attempts.retry_refused(RUN, codes=["other"], operator="me", why="?") == 0
    assert journal.attempts.retry_refused(RUN, codes=["refused"], operator="me", why="topped up") == 3
    assert journal.attempts.pending_chunks(RUN) == (1,)
    with journal.store.read() as connection:
        rows = connection.execute("SELECT operator,action,why,position FROM operator_action").fetchall()
    assert rows == [("me", "retry", "topped up", order) for order in (1, 2, 3)]


def test_a_run_that_is_not_there_is_an_input_error(journal: OpenJournal) -> None:
    for read in (journal.runs.info, journal.runs.tally):
        with pytest.raises(InputError, match="there is no run"):
            read(RunId("nobody"))


def test_the_clock_of_the_journal_is_the_injected_one(world: World) -> None:
    world.clock.sleep(90)
    world.plan(recipients(1))
    with world.process() as journal:
        assert journal.runs.info(RUN).created_at == START + timedelta(seconds=90)
