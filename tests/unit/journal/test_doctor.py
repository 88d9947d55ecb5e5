"""`campaign doctor` finds every planted corruption, and nothing in a healthy journal."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from campaign.domain import Finding, RunState, Status
from campaign.journal.sqlite.doctor import examine, invariants
from tests.fakes import RUN, Crash, Fault, World, bad_row, chunked, recipients

SCHEMA = "SELECT sql FROM sqlite_master WHERE type='trigger'"


@pytest.fixture(scope="module")
def healthy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run with everything: delivered, refused, unknown, settled, rejected rows."""
    world = World(tmp_path_factory.mktemp("doctor") / "journal.db")
    world.gateway.faults = [
        Fault.NONE, Fault.BUSY, Fault.NONE, Fault.LOST_TAKEN, Fault.NONE, Fault.LOST_UNTAKEN,
    ]  # fmt: skip
    world.plan([*chunked(recipients(20), 4), bad_row(22)])
    world.resume()
    assert set(world.statuses().values()) == {Status.DELIVERED, Status.UNKNOWN}
    assert world.attempts() == {"answered": 3, "not_sent": 1, "settled": 1, "unknown": 1}
    return world.path


@pytest.fixture
def journal(healthy: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy2(healthy, tmp_path / "journal.db"))


def codes(findings: tuple[Finding, ...], level: str = "error") -> set[str]:
    return {one.code for one in findings if one.level == level}


def tamper(path: Path, *statements: str) -> None:
    """Change the file as with an editor: the triggers are put back afterwards."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA ignore_check_constraints=ON")
        triggers = [row[0] for row in connection.execute(SCHEMA)]
        for name in [row[1] for row in connection.execute(SCHEMA.replace("sql", "sql,name", 1))]:
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            assert connection.execute(statement).rowcount != 0, statement
        for trigger in triggers:
            connection.execute(trigger)


def test_a_healthy_journal_has_no_error(healthy: Path) -> None:
    findings = examine(healthy)

    assert codes(findings) == set()
    assert codes(findings, "warning") == {"I28"}
    assert findings[0].text == (f"recipients are unknown: {RUN}: 4 (campaign unknown {RUN})")


def test_dropping_the_triggers_and_putting_them_back_is_no_finding(journal: Path) -> None:
    """Else the tests below would prove nothing."""
    tamper(journal)

    assert codes(examine(journal)) == set()


UNSENT = (
    "INSERT INTO source_row(run_no,position,row_no,cells) VALUES(1,{0},{0}+1,'[]')",
    (
        "INSERT INTO message(run_no,position,chunk_no,client_id,phone,text,segments) "
        "VALUES(1,{0},{1},'c{0}','+7916','x',1)"
    ),
    "UPDATE run SET row_count=row_count+1,chunk_count=max(chunk_count,{1}),state='paused'",
)
"""One more recipient, {0}, in chunk {1}, that is pending."""


def unsent(order: int, chunk_no: int) -> tuple[str, ...]:
    return tuple(statement.format(order, chunk_no) for statement in UNSENT)


def attempt(number: int, chunk_no: int, members: str, state: str, **values: object) -> str:
    given: dict[str, object] = {
        "attempt_id": number,
        "run_no": 1,
        "chunk_no": chunk_no,
        "try_no": 9,
        "queue_name": f"{number:016}",
        "state": state,
        "members": members,
        "member_count": members.count(",") + 1,
        "request_sha256": "",
        "prepared_us": 1,
        **values,
    }
    literals = ",".join(repr(value) for value in given.values())
    return f"INSERT INTO attempt({','.join(given)}) VALUES({literals})"  # our own


def committed(number: int, chunk_no: int, members: str, state: str, **values: object) -> str:
    return attempt(number, chunk_no, members, state, committed_us=2, closed_us=3, **values)


def in_ledger(number: int, order: int) -> str:
    return (
        "INSERT INTO sent_before(account,digest,run_no,position,attempt_id,at_us) "  # our own
        f"VALUES('',x'{number:08x}{order:08x}',1,{order},{number},2)"
    )


STOPPED = (
    "INSERT INTO stop_event(event_id,phone,action,at_us,operator,why) "
    "VALUES(1,'+79160000001','{}',1,'anna','asked')"
)
FIRST_ID = "(SELECT min(smsc_id) FROM smsc WHERE attempt_id=1 AND position=1)"
MANY = (
    (
        "WITH n(i) AS(SELECT 100 UNION ALL SELECT i+1 FROM n WHERE i<300) "
        "INSERT INTO source_row(run_no,position,row_no,cells) SELECT 1,i,i,'[]' FROM n"
    ),
    (
        "WITH n(i) AS(SELECT 100 UNION ALL SELECT i+1 FROM n WHERE i<300) "
        "INSERT INTO message(run_no,position,chunk_no,client_id,phone,text,segments) "
        "SELECT 1,i,6,'c'||i,'+7916','x',1 FROM n"
    ),
    "UPDATE run SET row_count=row_count+201,chunk_count=6,state='paused'",
)

ID_MORE = "INSERT INTO smsc(run_no,smsc_id,attempt_id,position,source,first_us) VALUES(1,'7',1,1,'reply',1)"
ACTION = (
    "INSERT INTO operator_action(at_us,operator,action,run_no,attempt_id,position,why) "
    "VALUES(1,'me','{action}',1,{attempt},{order},'')"
)
PLANTED: dict[str, tuple[str, tuple[str, ...]]] = {
    "two ids for one recipient": (
        "I01",
        (ID_MORE,),
    ),
    "two ids for one recipient, while another attempt has an alarm": (
        "I01",
        (ID_MORE, "INSERT INTO alarm(run_no,attempt_id,at_us,code,details) VALUES(1,2,1,'another','{}')"),
    ),
    "two ids for one recipient, while the run has an alarm": (
        "I01",
        (ID_MORE, "INSERT INTO alarm(run_no,at_us,code,details) VALUES(1,1,'of nobody','{}')"),
    ),
    "two ids for one recipient, while an operator says that it was sent": (
        "I01", (ID_MORE, ACTION.format(action="sent", attempt=1, order="NULL")),
    ),
    "ids of two attempts, the second of which no operator ordered": (
        "I01",
        (committed(50, 1, "[1]", "answered", reply="x"), in_ledger(50, 1),
         ("INSERT INTO smsc(run_no,smsc_id,attempt_id,position,source,first_us) "
          "VALUES(1,'7',50,1,'reply',1)"),
         "INSERT INTO alarm(run_no,attempt_id,at_us,code,details) VALUES(1,50,1,'another','{}')",
         ACTION.format(action="retry", attempt=1, order=2)),
    ),
    "sent again although an operator said that they were sent": (
        "I04",
        (committed(50, 5, "[20]", "unknown"), in_ledger(50, 20),
         ("INSERT INTO operator_action(at_us,operator,action,run_no,attempt_id,why) SELECT 1,'me',"
          "'sent',1,attempt_id,'' FROM attempt WHERE state='unknown' AND settled_us IS NULL "
          "AND attempt_id<50")),
    ),
    "pending although an operator said that they were sent": (
        "I16",
        ("UPDATE message SET state='pending' WHERE position=1", "UPDATE run SET state='paused'",
         ACTION.format(action="sent", attempt=1, order="NULL")),
    ),
    "called sent by an operator, and the others of the attempt with it": (
        "I05",
        ("DELETE FROM smsc WHERE attempt_id=1 AND position=1",
         "DELETE FROM status_event WHERE smsc_id NOT IN(SELECT smsc_id FROM smsc)",
         ACTION.format(action="sent", attempt=1, order="NULL")),
    ),
    "a recipient in two open attempts": (
        "I02",
        (*unsent(100, 6), *unsent(101, 7), attempt(50, 6, "[100]", "prepared"),
         attempt(51, 7, "[100]", "prepared")),
    ),
    "an open attempt with a recipient that was sent": (
        "I03", (attempt(50, 1, "[1]", "prepared"), "UPDATE run SET state='paused'"),
    ),
    "sent again after an answer": (
        "I04", (committed(50, 1, "[1]", "answered", reply="x"), in_ledger(50, 1)),
    ),
    "sent again after a lost answer": (
        "I04", (committed(50, 5, "[20]", "unknown"), in_ledger(50, 20)),
    ),
    "accepted without an id": (
        "I05",
        ("DELETE FROM smsc WHERE attempt_id=1 AND position=1",
         "DELETE FROM status_event WHERE smsc_id NOT IN(SELECT smsc_id FROM smsc)"),
    ),
    "accepted without an attempt": (
        "I05", ("UPDATE message SET attempt_id=NULL WHERE position=1",),
    ),
    "accepted by an attempt that was not sent": (
        "I05",
        (("UPDATE message SET attempt_id=(SELECT attempt_id FROM attempt WHERE state='not_sent') "
         "WHERE position=5"),),
    ),
    "unknown made accepted": (
        "I05", ("UPDATE message SET state='accepted',code='answered' WHERE state='unknown'",),
    ),
    "a run's state that does not exist": ("I30", ("UPDATE run SET state='gone'",)),
    "a lost row": ("I06", ("DELETE FROM source_row WHERE position=21",)),
    "a lost row of a recipient": ("foreign_key", ("DELETE FROM source_row WHERE position=1",)),
    "a row without an outcome": ("I07", ("UPDATE source_row SET status=NULL WHERE position=21",)),
    "a row with two outcomes": ("I07", ("UPDATE source_row SET status='invalid' WHERE position=1",)),
    "a lost message": ("I07", ("DELETE FROM message WHERE position=1",)),
    "a sent run with one pending": (
        "I08", (*unsent(100, 6), "UPDATE run SET state='sent'"),
    ),
    "a settled run with one unknown": ("I08", ("UPDATE run SET state='settled'",)),
    "an attempt about recipients of another chunk": (
        "I09", ("UPDATE attempt SET members='[1,2,3,5]' WHERE attempt_id=1",),
    ),
    "an attempt that counts wrong": (
        "I09", ("UPDATE attempt SET member_count=3 WHERE attempt_id=1",),
    ),
    "a recipient in the wrong chunk": ("I09", ("UPDATE message SET chunk_no=2 WHERE position=1",)),
    "let go although it may have been taken": (
        "I10", ("UPDATE attempt SET code='http_502' WHERE state='not_sent'",),
    ),
    "an oversized chunk": ("I11", MANY),
    "a chunk with two send times": (
        "I11", ("UPDATE message SET send_at_us=send_at_us+1 WHERE position=1",),
    ),
    "an answer that is missing": (
        "I12", ("UPDATE attempt SET reply=NULL WHERE attempt_id=1",),
    ),
    "a state that does not exist": (
        "I30", ("UPDATE message SET state='gone' WHERE position=1",),
    ),
    "an attempt's state that does not exist": (
        "I30", ("UPDATE attempt SET state='gone' WHERE attempt_id=1",),
    ),
    "closed without a time": (
        "I13", ("UPDATE attempt SET closed_us=NULL WHERE attempt_id=1",),
    ),
    "an epoch from the future": ("I14", ("UPDATE attempt SET epoch=9 WHERE attempt_id=1",)),
    "committed and not in the ledger": ("I15", ("DELETE FROM sent_before WHERE position=1",)),
    "pending after an answer": (
        "I16",
        ("UPDATE message SET state='pending' WHERE position=1", "UPDATE run SET state='paused'"),
    ),
    "pending after a lost answer": (
        "I16",
        ("UPDATE message SET state='pending' WHERE position=20", "UPDATE run SET state='paused'"),
    ),
    "an id of a recipient that was not in the attempt": (
        "I17", ("UPDATE smsc SET position=9 WHERE position=1",),
    ),
    "a status of an unknown id": ("I19", ("UPDATE status_event SET smsc_id='0' WHERE event_id=1",)),
    "a final state without its event": (
        "I20", (f"DELETE FROM status_event WHERE smsc_id={FIRST_ID}",),  # noqa: S608  # our own
    ),
    "settled with one unknown": (
        "I21", ("UPDATE attempt SET settled_us=1 WHERE state='unknown'",),
    ),
    "sent by an attempt about another chunk": (
        "I23", ("UPDATE message SET attempt_id=1 WHERE position=20",),
    ),
    "a chunk that vanished": ("I24", ("UPDATE run SET chunk_count=9",)),
    "members that are no list": ("I09", ("UPDATE attempt SET members='[1,' WHERE attempt_id=1",)),
    "one committed that was on the stop-list": (
        "I31",
        (STOPPED.format("add"), "INSERT INTO stop VALUES('+79160000001',1)",
         "UPDATE attempt SET stops_seen=1 WHERE attempt_id=1"),
    ),
    "a refusal that the list has lost": ("I32", (STOPPED.format("add"),)),
    "a number on the list that was not refused": (
        "I32", (STOPPED.format("remove"), "INSERT INTO stop VALUES('+79160000001',1)"),
    ),
    "a cancelled run with one pending": (
        "I08", (*unsent(100, 6), "UPDATE run SET state='cancelled'"),
    ),
    "one expired that had no send time": (
        "I33", (*unsent(100, 6), "UPDATE message SET state='expired',final_us=5 WHERE position=100"),
    ),
    "one expired a day too early": (
        "I33",
        (*unsent(100, 6), "UPDATE message SET state='expired',final_us=5 WHERE position=100",
         "UPDATE message SET send_at_us=86400000000 WHERE position=100"),
    ),
    "sent again after the gateway had reported delivered": (
        "I34",
        (ACTION.format(action="retry", attempt=1, order=1).replace("(1,", f"({10**17},", 1),),
    ),
    "a trigger dropped": ("schema", ("DROP TRIGGER message_again",)),
    "a trigger changed": (
        "schema",
        ("DROP TRIGGER message_again",
         ("CREATE TRIGGER message_again BEFORE UPDATE OF state ON message WHEN 0 "
         "BEGIN SELECT 1; END")),
    ),
    "a trigger added": (
        "schema",
        ("CREATE TRIGGER helpful AFTER INSERT ON attempt BEGIN SELECT 1; END",),
    ),
    "an index dropped": ("schema", ("DROP INDEX one_open_attempt",)),
    "a table changed": ("schema", ("ALTER TABLE message ADD COLUMN note TEXT",)),
    "a move allowed": ("schema", ("INSERT INTO allowed VALUES('message','accepted','pending')",)),
    "a move forbidden": ("schema", ("DELETE FROM allowed WHERE source='unknown'",)),
    "an answer called safe": ("schema", ("INSERT INTO safe_code VALUES('http_502')",)),
    "a journal mode that forgets": ("journal_mode", ("PRAGMA journal_mode=DELETE",)),
    "another version": ("version", ("PRAGMA user_version=7",)),
}  # fmt: skip


@pytest.mark.parametrize("name", PLANTED)
def test_every_planted_corruption_is_found(journal: Path, name: str) -> None:
    code, statements = PLANTED[name]
    if code == "schema" and "TRIGGER" in statements[0]:
        with closing(sqlite3.connect(journal)) as connection:
            for statement in statements:
                connection.execute(statement)
    else:
        tamper(journal, *statements)

    findings = examine(journal)

    assert code in codes(findings), findings
    assert all(one.text for one in findings)


NOTICED: dict[str, tuple[str, ...]] = {
    "two ids of one attempt, with its alarm": (
        ID_MORE,
        "INSERT INTO alarm(run_no,attempt_id,at_us,code,details) VALUES(1,1,1,'named twice','{}')",
    ),
    "ids of two attempts, the second one ordered": (
        committed(50, 1, "[1]", "answered", reply="x"),
        in_ledger(50, 1),
        ("INSERT INTO smsc(run_no,smsc_id,attempt_id,position,source,first_us) "
         "VALUES(1,'7',50,1,'reply',1)"),
        ACTION.format(action="not-sent", attempt=1, order="NULL"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", NOTICED)
def test_two_ids_with_an_order_or_an_alarm_are_no_error(journal: Path, name: str) -> None:
    tamper(journal, *NOTICED[name])

    assert codes(examine(journal)) == set()


def test_each_error_of_the_list_has_its_planted_corruption() -> None:
    """A new invariant that never failed proves nothing."""
    planted = {code for code, _ in PLANTED.values()}

    assert {number for kind, number, *_ in invariants() if kind == "E"} <= planted
    assert len(PLANTED) >= 25


WARNINGS: dict[str, tuple[str, tuple[str, ...]]] = {
    "I18": ("an answer not applied", ("UPDATE exchange SET state='stored' WHERE exchange_id=1",)),
    "I22": ("an open attempt", (*unsent(100, 6), attempt(50, 6, "[100]", "prepared"))),
    "I25": ("an alarm", ("INSERT INTO alarm(run_no,at_us,code,details) VALUES(1,1,'two ids','{}')",)),
    "I26": (
        "two ends of one message",
        (("INSERT INTO status_event(run_no,smsc_id,status_text,delivery,exchange_id,seen_us) "
         f"VALUES(1,{FIRST_ID},'delivery error','undelivered',1,1)"),),
    ),
    "I27": (
        "more messages than recipients",
        ("INSERT INTO smsc(run_no,smsc_id,attempt_id,source,first_us) VALUES(1,'7',1,'queue',1)",),
    ),
    "I29": ("more parts than estimated", ("UPDATE message SET sms_count=2 WHERE position=1",)),
}  # fmt: skip


@pytest.mark.parametrize("code", WARNINGS)
def test_what_is_no_error_yet_is_a_warning(journal: Path, code: str) -> None:
    tamper(journal, *WARNINGS[code][1])

    findings = examine(journal)

    assert codes(findings, "warning") == {"I28", code}
    assert codes(findings) == set()


# --- the file itself ------------------------------------------------------------------------------


def readable_by_others(path: Path, name: str = "journal.db") -> None:
    path.with_name(name).touch()
    path.with_name(name).chmod(0o640)


def ballast_readable_by_others(path: Path) -> None:
    readable_by_others(path, "journal.db.ballast")


def sandbox_readable_by_others(path: Path) -> None:
    readable_by_others(path, "journal.sandbox.db")


def truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3])


def garbage_page(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 4096 // 2 * 4096)
        file.write(b"\xa5" * 4096)


def index_that_disagrees(path: Path) -> None:
    """An index that lost its entries finds nothing where there is something."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA writable_schema=ON")
        connection.execute(
            "UPDATE sqlite_master SET rootpage=(SELECT rootpage FROM sqlite_master "
            "WHERE name='exchange_open') WHERE name='message_unknown'"
        )
        connection.commit()


def not_a_database(path: Path) -> None:
    path.write_text("phone;name\n" * 1000, encoding="utf-8")


def empty(path: Path) -> None:
    path.write_bytes(b"")


def folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


SPOILED: tuple[tuple[Callable[[Path], None], set[str]], ...] = (
    (readable_by_others, {"rights"}),
    (ballast_readable_by_others, {"rights"}),
    (sandbox_readable_by_others, {"rights"}),
    (truncated, {"unreadable", "integrity"}),
    (garbage_page, {"integrity", "unreadable"}),
    (index_that_disagrees, {"integrity", "unreadable"}),
    (not_a_database, {"unreadable"}),
    (empty, {"version"}),
    (Path.unlink, {"no_journal"}),
    (folder, {"file"}),
)


@pytest.mark.parametrize(("spoil", "expected"), SPOILED, ids=[one[0].__name__ for one in SPOILED])
def test_a_spoiled_file_is_found(journal: Path, spoil: Callable[[Path], None], expected: set[str]) -> None:
    spoil(journal)

    assert codes(examine(journal)) & expected


def test_a_neighbour_that_is_not_ours_is_left_alone(journal: Path) -> None:
    for name in ("journal-of-the-team.txt", "journalist.csv", "other.db"):
        journal.with_name(name).write_text("x", encoding="utf-8")
        journal.with_name(name).chmod(0o644)

    assert codes(examine(journal)) == set()


def test_the_doctor_changes_nothing(journal: Path) -> None:
    before = journal.read_bytes()
    examine(journal)

    assert journal.read_bytes() == before


# --- runs that are not at rest --------------------------------------------------------------------


@pytest.fixture
def killed(tmp_path: Path) -> World:
    """A run whose process died between the last byte and the answer, its WAL still there."""
    world = World(tmp_path / "alive" / "journal.db")
    world.gateway.faults = [Fault.NONE, Fault.CRASH_TAKEN]
    world.plan(chunked(recipients(8), 4))
    with world.process() as journal:
        with pytest.raises(Crash):
            world.drive(journal)
        shutil.copytree(world.path.parent, tmp_path / "copy")
    dead = World(tmp_path / "copy" / "journal.db", gateway=world.gateway)
    assert dead.path.with_name("journal.db-wal").stat().st_size > 0
    return dead


def test_a_killed_run_is_no_error(killed: World) -> None:
    """Its open attempt is what `resume` is there for."""
    findings = examine(killed.path)

    assert codes(findings) == set()
    assert codes(findings, "warning") == {"I22"}
    assert "campaign resume" in findings[0].text

    killed.resume()
    assert codes(examine(killed.path), "warning") <= {"I28"}


def test_a_journal_in_use_is_examined_without_disturbing_it(tmp_path: Path) -> None:
    world = World(tmp_path / "journal.db")
    world.plan(recipients(3))
    with world.process() as journal:
        journal.runs.set_state(RUN, RunState.SENDING)
        assert examine(world.path) == ()
        journal.runs.set_state(RUN, RunState.PAUSED)
