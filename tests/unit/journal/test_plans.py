"""Planning: the journal is free while files are read, and saves what was read of each."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from campaign.domain import CheckedRow, Layout, Role, RunPlan, Source, TableInfo
from campaign.errors import InputError, JournalError, NothingToDo
from campaign.journal.row_buffer import RowBuffer
from campaign.journal.sqlite import journal_of
from campaign.journal.sqlite.connection import Store
from tests.fakes import RUN, FakeClock, bad_row, one_row, run_plan


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "journal.db")
    yield store
    store.close()


def _plan(store: Store, plan: RunPlan, rows: Iterator[CheckedRow]) -> None:
    journal_of(store, FakeClock()).plans.plan(plan, rows)


def _source(no: int, name: str) -> Source:
    info = TableInfo("csv", encoding="cp1251", delimiter=";", notes=["2 Blätter"])
    layout = Layout(3, ("Имя", "Телефон"), {Role.PHONE: 1})
    return Source(no, name, f"/lists/{name}", "ab" * 32, info, layout)


def test_others_can_write_while_rows_are_read(store: Store) -> None:
    """A million rows take a minute; a reply that arrives meanwhile must be stored at once."""
    other = Store(store.path)
    written: list[int] = []

    def rows() -> Iterator[CheckedRow]:
        yield one_row(1)
        other.write(lambda db: written.append(db.total_changes))
        yield one_row(2)

    _plan(store, run_plan(), rows())
    other.close()

    assert written
    assert journal_of(store, FakeClock()).runs.tally(RUN).rows == 2


def test_the_sources_of_a_run_are_saved_as_they_were_read(store: Store) -> None:
    sources: list[Source] = []
    plan = replace(run_plan(), sources=sources)

    def rows() -> Iterator[CheckedRow]:
        sources.append(_source(1, "a.csv"))
        yield one_row(1)
        sources.append(_source(2, "b.csv"))
        second = one_row(2)
        yield CheckedRow(second.row, second.outcome, source_no=2)

    _plan(store, plan, rows())

    with journal_of(store, FakeClock()).reports.view(RUN) as view:
        found = list(view.rows())
    (first, other) = view.info.sources
    assert (first.name, other.name, other.path) == ("a.csv", "b.csv", "/lists/b.csv")
    assert other.info == TableInfo("csv", encoding="cp1251", delimiter=";", notes=("2 Blätter",))
    assert other.layout == _source(2, "b.csv").layout
    assert [row.source_no for row in found] == [1, 2]


def test_an_error_in_the_file_leaves_no_run(store: Store) -> None:
    def rows() -> Iterator[CheckedRow]:
        yield one_row(1)
        raise InputError("the file was changed", code="file_changed")

    with pytest.raises(InputError):
        _plan(store, run_plan(), rows())

    assert journal_of(store, FakeClock()).runs.all() == ()


def test_a_file_without_rows_leaves_no_run(store: Store) -> None:
    with pytest.raises(NothingToDo):
        _plan(store, run_plan(), iter([]))

    assert journal_of(store, FakeClock()).runs.all() == ()


def test_waiting_rows_have_no_name_that_others_could_open(store: Store) -> None:
    names: list[list[str]] = []

    def rows() -> Iterator[CheckedRow]:
        for number in range(5000):  # more than one batch
            yield bad_row(number + 2)
        names.append(sorted(entry.name for entry in store.path.parent.iterdir()))

    before = sorted(entry.name for entry in store.path.parent.iterdir())
    _plan(store, run_plan(), rows())

    assert names == [before]


def test_no_room_for_the_rows_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(JournalError, match="cannot be kept"), RowBuffer[int](tmp_path / "missing"):
        pass
