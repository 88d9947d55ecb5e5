"""The stop list: read without losing a refusal, and checked again right before the last byte."""

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from campaign.app.stop_file import read_stop_rows, without_stopped
from campaign.domain import Attempt, Phone, RawRow, Rejection, Role, RunState, Status
from campaign.domain.recipients.phone_cell import parse_stop_phones
from campaign.errors import AttemptTaken, InputError, JournalError, UnusableCell
from tests.fakes import RUN, Fault, OpenJournal, World, chunked, recipients
from tests.invariants import broken

MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108  # a disk takes minutes


def phone(order: int) -> Phone:
    """Of the n-th recipient of `tests.fakes.recipients`."""
    return Phone(f"+7916{order:07d}")


def stop(world: World, *orders: int) -> None:
    """What `campaign stoplist add` does, in a process of its own."""
    with world.process() as own:
        add(own, *orders)


def add(journal: OpenJournal, *orders: int) -> int:
    return journal.stop_list.add(map(phone, orders), operator="anna", why="asked")


def execute(journal: OpenJournal, statement: str) -> None:
    journal.store.write(lambda connection: connection.execute(statement))


def begin(journal: OpenJournal) -> Attempt:
    chunk = journal.attempts.chunk(RUN, 1)
    return journal.attempts.begin(chunk, queue_name="q" * 16, request_digest=lambda _: "0")


@pytest.fixture
def world(world: World) -> Iterator[World]:
    """Two chunks of three recipients, none of whom may get a text twice."""
    world.plan(chunked(recipients(6), 3))
    yield world
    assert max(world.gateway.times_taken().values(), default=0) <= 1


# --- reading a number ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("+79000000001", ["+79000000001"]),
        ("8 (900) 000-00-01", ["+79000000001"]),
        ("9000000001", ["+79000000001"]),
        ("'79000000001", ["+79000000001"]),
        ("79000000001.0", ["+79000000001"]),
        ("8 (495) 123-45-67", ["+74951234567"]),
        ("74951234567.0", ["+74951234567"]),
        ("8-800-555-35-35", ["+78005553535"]),
        ("+44 20 7946 0018", ["+442079460018"]),
        ("12025550143", ["+12025550143"]),
        ("+79000000001, 8 900 000 00 02", ["+79000000001", "+79000000002"]),
        ("+79000000001 +79000000001", ["+79000000001"]),
    ],
)
def test_numbers_of_every_country_and_kind_are_read(cell: str, expected: list[str]) -> None:
    """A rule as strict as that of recipients would lose the refusal of a landline."""
    assert list(parse_stop_phones(cell)) == expected


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("", "phone_empty"),
        ("нет номера", "phone_not_a_number"),
        ("+7 900 000", "phone_too_short"),
        ("7,90000E+10", "phone_digits_lost"),
        ("+79000000001, +7900", "phone_too_short"),
    ],
)
def test_what_is_no_number_is_refused_and_never_guessed(cell: str, code: str) -> None:
    with pytest.raises(UnusableCell) as refused:
        parse_stop_phones(cell)

    assert refused.value.code == code


# --- reading a file ------------------------------------------------------------------------------


def read(
    *rows: tuple[str, ...], mapping: dict[Role, str] | None = None
) -> list[tuple[Phone, ...] | Rejection]:
    raw = [RawRow(number, cells) for number, cells in enumerate(rows, start=1)]
    return list(read_stop_rows(iter(raw), mapping or {}))


def phones_of(rows: list[tuple[Phone, ...] | Rejection]) -> list[str]:
    return [one for row in rows if not isinstance(row, Rejection) for one in row]


@pytest.mark.parametrize("titles", [[("Телефон",)], [("Стоп-лист",), ("",), ("Контакт",)], []])
def test_a_bare_column_of_numbers_needs_no_heading(titles: list[tuple[str, ...]]) -> None:
    found = read(*titles, ("+79000000001",), ("89000000002",), ("",), ("Анна",))

    assert phones_of(found) == ["+79000000001", "+79000000002"]
    assert [row.code for row in found if isinstance(row, Rejection)] == ["phone_not_a_number"]


def test_the_phone_column_of_a_table_is_found_or_named() -> None:
    found = read(("Имя", "Телефон"), ("Анна", "8 900 000 00 01"), ("Вера", ""), ("Пётр", "4951234567"))
    named = read(("Имя", "Кому", "Куда"), ("Анна", "x", "89000000001"), mapping={Role.PHONE: "Куда"})

    assert phones_of(found) == ["+79000000001", "+74951234567"]
    assert [row.row_no for row in found if isinstance(row, Rejection)] == [3]
    assert phones_of(named) == ["+79000000001"]
    with pytest.raises(InputError) as refused:
        read(("Имя", "Город"), ("Анна", "Омск"))
    assert refused.value.code == "no_phone_column"


# --- the plan ------------------------------------------------------------------------------------


def test_recipients_on_the_list_are_left_out_of_a_plan_with_a_reason() -> None:
    """A long file is looked up in batches and keeps its order."""
    asked: list[int] = []

    def listed(phones: object) -> frozenset[Phone]:
        assert isinstance(phones, list)
        asked.append(len(phones))
        return frozenset({phone(2), phone(1200)})

    rows = list(without_stopped(iter(recipients(1200)), listed))

    assert [row.row.row_no for row in rows] == list(range(2, 1202))
    left_out = [row.outcome for row in rows if isinstance(row.outcome, Rejection)]
    assert [(one.row_no, one.status, one.code) for one in left_out] == [
        (row_no, Status.STOPPED, "stopped") for row_no in (3, 1201)
    ]
    assert max(asked) <= 500


# --- the list ------------------------------------------------------------------------------------


def test_a_number_is_added_once_and_its_first_reason_stays(world: World) -> None:
    with world.process() as journal:
        assert add(journal, 1, 2, 1) == 2
        assert journal.stop_list.add([phone(2), phone(3)], operator="boris", why="complained") == 1
        with journal.stop_list.entries() as entries:
            listed = [(one.phone, one.operator, one.why) for one in entries]

    assert listed == [
        (phone(1), "anna", "asked"), (phone(2), "anna", "asked"), (phone(3), "boris", "complained"),
    ]  # fmt: skip


def test_a_removed_number_may_be_texted_again_and_its_history_stays(world: World) -> None:
    with world.process() as journal:
        stops = journal.stop_list
        add(journal, 1, 2)
        assert stops.remove([phone(1), phone(6)], operator="boris", why="changed her mind") == 1
        assert stops.stopped([phone(1), phone(2)]) == {phone(2)}
        assert stops.remove_all(operator="boris", why="a new list comes") == 1
        assert stops.count() == 0
    with closing(sqlite3.connect(world.path)) as connection:
        events = connection.execute("SELECT phone,action,operator,why FROM stop_event").fetchall()

    assert events == [
        (phone(1), "add", "anna", "asked"), (phone(2), "add", "anna", "asked"),
        (phone(1), "remove", "boris", "changed her mind"),
        (phone(2), "remove", "boris", "a new list comes"),
    ]  # fmt: skip


def test_the_history_of_the_list_cannot_be_rewritten(world: World) -> None:
    with world.process() as journal:
        add(journal, 1)
        for change in ("DELETE FROM stop_event", "UPDATE stop_event SET action='remove'"):
            with pytest.raises(AttemptTaken, match="append only"):
                execute(journal, change)


def test_an_import_that_breaks_off_changes_nothing(world: World) -> None:
    def breaks_off() -> Iterator[Phone]:
        for order in range(1, 12_000):
            yield phone(order)
        raise InputError("the file was cut")

    with world.process() as journal:
        with pytest.raises(InputError):
            journal.stop_list.add(breaks_off(), operator="anna", why="import")
        assert journal.stop_list.count() == 0


def test_a_look_up_goes_by_the_index(world: World) -> None:
    """A list of a million numbers must not be walked through for each request."""
    query = "SELECT phone FROM stop WHERE phone IN(SELECT value FROM json_each('[]'))"
    with world.process() as journal, journal.store.read() as connection:
        plan = connection.execute(f"EXPLAIN QUERY PLAN {query}").fetchall()

    assert next(row[3] for row in plan if "stop" in row[3]).startswith("SEARCH")


# --- sending -------------------------------------------------------------------------------------


def test_a_recipient_stopped_after_the_plan_is_not_texted(world: World) -> None:
    """The mutant to fear: a list that is read only when a run is planned."""
    stop(world, 2, 5)
    world.resume()

    statuses = world.statuses()
    assert {name for name, status in statuses.items() if status is Status.STOPPED} == {"c2", "c5"}
    assert set(world.gateway.times_taken()) == {"c1", "c3", "c4", "c6"}
    with world.process() as journal:
        assert journal.runs.tally(RUN).state is RunState.SETTLED
        assert journal.runs.tally(RUN).statuses == {Status.STOPPED: 2, Status.DELIVERED: 4}


def test_a_chunk_of_stopped_recipients_only_makes_no_request(world: World) -> None:
    stop(world, 1, 2, 3)
    world.resume()

    assert world.gateway.sends == [(4, 5, 6)]
    assert world.attempts() == {"answered": 1}


def test_a_run_of_stopped_recipients_only_is_finished_without_a_request(world: World) -> None:
    stop(world, *range(1, 7))
    ending = world.resume()

    assert ending.error is None
    assert world.gateway.sends == []
    with world.process() as journal:
        assert journal.runs.tally(RUN).state is RunState.SETTLED


def stop_during_the_first_send(world: World, order: int) -> None:
    """Another process does it while the body of the first request is on the wire."""

    def while_it_is_sent(_: Attempt) -> None:
        world.gateway.before_send = lambda _: None
        stop(World(world.path, world.gateway, world.clock), order)

    world.gateway.before_send = while_it_is_sent
    world.resume()


def test_a_number_added_while_a_run_is_sent_is_left_out_from_the_next_chunk_on(world: World) -> None:
    stop_during_the_first_send(world, 4)

    assert world.gateway.sends == [(1, 2, 3), (5, 6)]
    assert world.statuses()["c4"] is Status.STOPPED


def test_a_number_added_before_the_last_byte_is_not_sent_and_the_others_go_without_it(world: World) -> None:
    stop_during_the_first_send(world, 2)

    assert world.gateway.sends == [(1, 2, 3), (1, 3), (4, 5, 6)]
    assert "c2" not in world.gateway.times_taken()
    assert world.statuses()["c2"] is Status.STOPPED
    assert world.attempts() == {"not_sent": 1, "answered": 2}


@pytest.mark.parametrize(
    ("order", "seen", "refusal"),
    [
        (2, ",stops_seen=(SELECT max(event_id) FROM stop_event)", "on the stop-list"),
        (99, "", "changed meanwhile"),
    ],
)
def test_the_database_itself_refuses_to_commit_what_the_list_forbids(
    world: World, order: int, seen: str, refusal: str
) -> None:
    """A recipient on the list, or a commit that has not read its latest entry."""
    with world.process() as journal:
        attempt = begin(journal)
        add(journal, order)
        change = f"UPDATE attempt SET state='in_flight',committed_us=1{seen}"  # noqa: S608
        with pytest.raises(AttemptTaken, match=refusal):
            execute(journal, change)
        journal.attempts.close_not_sent(attempt, code="killed", reply_text="")


def test_nobody_of_a_request_that_is_under_way_is_called_stopped(world: World) -> None:
    """The gateway may have taken them: the list comes too late, and the report must say so."""
    world.gateway.faults = [Fault.CRASH_TAKEN]
    with suppress(BaseException), world.process() as journal:
        world.drive(journal)
    stop(world, 1, 2, 3)
    with world.process() as journal, pytest.raises(AttemptTaken, match="being sent"):
        begin(journal)

    world.resume()
    assert [world.statuses()[f"c{order}"] for order in (1, 2, 3)] == [Status.DELIVERED] * 3


def test_a_recipient_put_back_by_an_operator_is_looked_up_again(world: World) -> None:
    world.gateway.faults = [Fault.MONEY_AT_HALF]
    with world.process() as journal:
        world.drive(journal)
    stop(world, 2)
    world.resume()

    assert world.statuses()["c2"] is Status.STOPPED


# --- any order -----------------------------------------------------------------------------------


class Refuser(RuleBasedStateMachine):
    """Somebody edits the list while drivers work: before the commit point the list always wins."""

    journal: OpenJournal

    def __init__(self) -> None:
        super().__init__()
        self.open_files = ExitStack()
        folder = self.open_files.enter_context(TemporaryDirectory(prefix="stops", dir=MEMORY))
        self.world = World(Path(folder) / "journal.db")
        self.chunks = 0
        self.listed: set[int] = set()
        self.open: dict[int, Attempt] = {}

    @initialize(number=st.integers(1, 8), size=st.integers(1, 3))
    def plan(self, number: int, size: int) -> None:
        self.world.plan(chunked(recipients(number), size))
        self.journal = self.open_files.enter_context(self.world.process())
        self.chunks = -(-number // size)

    @rule(order=st.integers(1, 8))
    def refuse(self, order: int) -> None:
        add(self.journal, order)
        self.listed.add(order)

    @rule(order=st.integers(1, 8))
    def allow(self, order: int) -> None:
        self.journal.stop_list.remove([phone(order)], operator="anna", why="wants it again")
        self.listed.discard(order)

    @rule(at=st.integers(0, 7), back=st.booleans())
    def begin(self, at: int, *, back: bool) -> None:
        """A clock that is set back must not bring a refusal to nothing."""
        self.world.clock.passed_s += -7200 if back else 60
        chunk_no = at % self.chunks + 1
        chunk = self.journal.attempts.chunk(RUN, chunk_no)
        if not chunk.members or chunk_no in self.open:
            return
        name = f"{len(self.world.gateway.sends):016d}"
        self.world.gateway.sends.append(())
        with suppress(Exception):
            self.open[chunk_no] = self.journal.attempts.begin(
                chunk, queue_name=name, request_digest=lambda _: "0"
            )
        if chunk_no in self.open:
            members = {member.position for member in self.open[chunk_no].chunk.members}
            assert not members & self.listed

    @rule(at=st.integers(0, 7))
    def commit(self, at: int) -> None:
        if not self.open:
            return
        chunk_no = sorted(self.open)[at % len(self.open)]
        attempt = self.open.pop(chunk_no)
        members = {member.position for member in attempt.chunk.members}
        try:
            self.journal.attempts.commit_point(attempt)
        except JournalError:
            raise
        except Exception:  # noqa: BLE001  # whatever refuses: nothing is sent
            assert members & self.listed
            self.journal.attempts.close_not_sent(attempt, code="stopped_meanwhile", reply_text="")
            return
        assert not members & self.listed

    @invariant()
    def the_journal_holds(self) -> None:
        if self.chunks:
            assert broken(self.world.path) == []
            everybody = [phone(order) for order in range(1, 9)]
            stopped = self.journal.stop_list.stopped(everybody)
            assert stopped == {phone(order) for order in self.listed}

    def teardown(self) -> None:
        self.open_files.close()


Refuser.TestCase.settings = settings(max_examples=15, stateful_step_count=20, deadline=None)
TestRefuser = Refuser.TestCase
