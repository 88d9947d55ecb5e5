"""Pause and cancel: a person's word that a run is to wait, or to send nobody more.

Who drives the run may be another process. It sees the word in the commit that begins its next
attempt, so a pause costs a driver nothing until it is asked for.
"""

import sqlite3

from campaign.adapters.journal.runs import run_number
from campaign.adapters.journal.store import Store, to_us
from campaign.errors import PauseAsked
from campaign.model import RunId
from campaign.ports import Clock


class HaltBook:
    """Words of people that stop runs."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def ask_pause(self, run: RunId, *, who: str) -> None:
        """Ask whoever drives the run to stop after the chunk in hand."""
        now_us = to_us(self._clock.now())

        def ask(connection: sqlite3.Connection) -> None:
            run_no = run_number(connection, run)
            _record(connection, now_us, who, "pause", run_no, "asked to pause")
            connection.execute("UPDATE run SET pause_by=? WHERE run_no=?", (who, run_no))

        self._store.write(ask)

    def last_pause(self, run: RunId) -> int:
        """Number of the last word that asked for a pause, 0 if there is none."""
        with self._store.read() as connection:
            (action_id,) = connection.execute(
                "SELECT coalesce(max(action_id),0) FROM operator_action WHERE run_no=? "
                "AND action='pause'",
                (run_number(connection, run),),
            ).fetchone()
        return int(action_id)

    def clear_pause(self, run: RunId, *, up_to: int) -> None:
        """The run is driven again, which is the later word; a pause asked for since then stays."""
        self._store.write(
            lambda connection: connection.execute(
                "UPDATE run SET pause_by='' WHERE run_id=? AND pause_by<>'' AND NOT EXISTS("
                "SELECT 1 FROM operator_action o WHERE o.run_no=run.run_no "
                "AND o.action='pause' AND o.action_id>?)",
                (run, up_to),
            )
        )

    def pause_idle(self, run: RunId, *, who: str) -> None:
        """Mark a run that was killed while sending as paused; nobody may be driving it."""
        self._store.write(
            lambda connection: connection.execute(
                "UPDATE run SET state='paused',reason=? WHERE run_id=? AND state='sending'",
                (f"paused by {who}", run),
            )
        )

    def cancel(self, run: RunId, *, who: str, why: str) -> int:
        """Make everybody who is pending `cancelled`, for good, and the run with them.

        Returns:
            How many people.

        Raises:
            AttemptTaken: The run is finished, or an attempt of it is open.
        """
        now_us = to_us(self._clock.now())

        def act(connection: sqlite3.Connection) -> int:
            run_no = run_number(connection, run)
            _record(connection, now_us, who, "cancel", run_no, why)
            people = cancel_pending(connection, run_no, now_us=now_us)
            # A run that was killed is `sending` although nobody sends.
            connection.execute(
                "UPDATE run SET state='paused' WHERE run_no=? AND state='sending'", (run_no,)
            )
            connection.execute(
                "UPDATE run SET state='cancelled',reason=?,pause_by='' WHERE run_no=?",
                (f"cancelled by {who}", run_no),
            )
            return people

        return self._store.write(act)


def cancel_pending(connection: sqlite3.Connection, run_no: int, *, now_us: int) -> int:
    """Everybody who is pending will never be sent; returns how many."""
    return connection.execute(
        "UPDATE message SET state='cancelled',code='cancelled',final_us=? "
        "WHERE run_no=? AND state='pending'",
        (now_us, run_no),
    ).rowcount


def refuse_if_paused(connection: sqlite3.Connection, run: RunId) -> None:
    """Part of INTENT's commit.

    Raises:
        PauseAsked: Somebody asked the run to pause.
    """
    (who,) = connection.execute("SELECT pause_by FROM run WHERE run_id=?", (run,)).fetchone()
    if who:
        raise PauseAsked(f"paused by {who}", hint=f"To go on: campaign resume {run}")


def _record(  # noqa: PLR0913, PLR0917  # one row
    connection: sqlite3.Connection, now_us: int, who: str, action: str, run_no: int, why: str
) -> None:
    connection.execute(
        "INSERT INTO operator_action(at_us,who,action,run_no,why) VALUES(?,?,?,?,?)",
        (now_us, who, action, run_no, why),
    )
