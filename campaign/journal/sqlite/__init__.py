"""The journal in one SQLite file for all runs."""

from collections.abc import Callable
from pathlib import Path

from campaign.clock import Clock
from campaign.journal.base import Journal
from campaign.journal.sqlite.attempts import SqliteAttempts
from campaign.journal.sqlite.budget import SqliteBudget
from campaign.journal.sqlite.connection import Store, open_store
from campaign.journal.sqlite.plans import SqliteColumnMaps, SqlitePlans
from campaign.journal.sqlite.reports import SqliteReports
from campaign.journal.sqlite.runs import SqliteRuns
from campaign.journal.sqlite.sent_before import SqliteSentBefore
from campaign.journal.sqlite.statuses import SqliteStatuses
from campaign.journal.sqlite.stop_list import SqliteStopList
from campaign.journal.sqlite.unknown import SqliteUnknownAttempts


def open_journal(path: Path, clock: Clock, say: Callable[[str], None], *, reading: bool = False) -> Journal:
    """Open the journal, made with its folder (0700) when it is not there (0600).

    Args:
        path: The SQLite file.
        clock: Dates what is written.
        say: Called once when another process has been writing for some seconds.
        reading: Take no lock and wait for no writer; nothing can be stored.
    """
    return journal_of(open_store(path, say, reading=reading), clock)


def journal_of(store: Store, clock: Clock) -> Journal:
    """The journal in an open file."""
    budget = SqliteBudget(store)
    return Journal(
        runs=SqliteRuns(store, clock),
        plans=SqlitePlans(store, clock),
        attempts=SqliteAttempts(store, clock, budget),
        statuses=SqliteStatuses(store, clock),
        unknown=SqliteUnknownAttempts(store, clock),
        sent_before=SqliteSentBefore(store, clock),
        stop_list=SqliteStopList(store, clock),
        reports=SqliteReports(store, clock),
        budget=budget,
        column_maps=SqliteColumnMaps(store, clock),
        close=store.close,
    )
