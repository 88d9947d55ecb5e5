"""Take a run over, and put people back on an operator's word: what happens between two drivers."""

import json
import sqlite3
from collections.abc import Sequence

from campaign.adapters.journal.attempts import reply_values, update_attempt
from campaign.adapters.journal.late import keep_late_answer
from campaign.model import Reply


def take_over(connection: sqlite3.Connection, run_no: int, now_us: int) -> int:
    """Close what the last driver left open; returns the epoch of the new one.

    The epoch moves in the same commit: a driver that was frozen and wakes up begins and arms
    nothing more, the database refuses it.
    """
    connection.execute("UPDATE run SET epoch=epoch+1 WHERE run_no=?", (run_no,))
    for attempt_id, members in connection.execute(
        "SELECT attempt_id,members FROM attempt WHERE run_no=? AND state='in_doubt'",
        (run_no,),
    ).fetchall():
        in_doubt = json.loads(members)
        connection.executemany(
            "UPDATE message SET state='unknown',code='killed',attempt_id=? "
            "WHERE run_no=? AND ord=? AND state='pending'",
            [(attempt_id, run_no, order) for order in in_doubt],
        )
        update_attempt(
            connection,
            attempt_id,
            state="unknown",
            code="killed",
            closed_us=now_us,
            doubt_count=len(in_doubt),
        )
    connection.execute(
        "UPDATE attempt SET state='not_sent',code='killed_before_sending',closed_us=? "
        "WHERE run_no=? AND state='prepared'",
        (now_us, run_no),
    )
    (epoch,) = connection.execute("SELECT epoch FROM run WHERE run_no=?", (run_no,)).fetchone()
    return int(epoch)


def take_in(
    connection: sqlite3.Connection, run_no: int, attempt_id: int, reply: Reply, *, now_us: int
) -> bool:
    """Store an answer that a full disk kept out of the journal; False when it is another run's."""
    row = connection.execute(
        "SELECT run_no=?,state FROM attempt WHERE attempt_id=?", (run_no, attempt_id)
    ).fetchone()
    if row is None or not row[0]:
        return False
    values = reply_values(reply, now_us)
    if row[1] == "in_doubt":
        update_attempt(connection, attempt_id, state="replied", **values)
    else:
        keep_late_answer(connection, attempt_id, values)
    return True


def put_refused_back(  # noqa: PLR0913  # who may be sent again, and on whose word
    connection: sqlite3.Connection,
    run_no: int,
    codes: Sequence[str],
    *,
    who: str,
    why: str,
    now_us: int,
) -> int:
    """Record the operator's word, which the database demands, and act on it."""
    where = f"run_no=? AND state='refused' AND code IN({','.join('?' * len(codes))})"
    connection.execute(  # only question marks are put into the statement
        "INSERT INTO operator_action(at_us,who,action,run_no,attempt_id,ord,why) "  # noqa: S608
        f"SELECT ?,?,'retry',run_no,attempt_id,ord,? FROM message WHERE {where}",
        (now_us, who, why, run_no, *codes),
    )
    return connection.execute(
        f"UPDATE message SET state='pending',code='pending',word='' WHERE {where}",  # noqa: S608  # only question marks are put in
        (run_no, *codes),
    ).rowcount
