"""Take a run over, and put people back on an operator's word: what happens between two drivers."""

import json
import sqlite3
from collections.abc import Sequence
from typing import Final

from campaign.adapters.journal.attempts import reply_values, update_attempt
from campaign.adapters.journal.late import keep_late_answer
from campaign.adapters.journal.runs import run_number
from campaign.model import Reply, RunId


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


def take_in(  # noqa: PLR0913  # which answer to which attempt
    connection: sqlite3.Connection,
    *,
    run: RunId,
    attempt_id: int,
    reply: Reply,
    queue_name: str,
    now_us: int,
) -> bool:
    """Store an answer that a full disk kept out of the journal; False when it is another run's.

    Attempts of a journal that stood here before had the same numbers: the queue name tells them
    apart ("" when the file does not say).
    """
    row = connection.execute(
        "SELECT run_no=? AND ? IN('',queue_name),state FROM attempt WHERE attempt_id=?",
        (run_number(connection, run), queue_name, attempt_id),
    ).fetchone()
    if row is None or not row[0]:
        return False
    values = reply_values(reply, now_us)
    if row[1] == "in_doubt":
        update_attempt(connection, attempt_id, state="replied", **values)
    else:
        keep_late_answer(connection, attempt_id, values)
    return True


NAMED_AS_TAKEN: Final = (
    "SELECT 1 FROM smsc s WHERE s.run_no=message.run_no AND s.attempt_id=message.attempt_id "
    "AND s.ord=message.ord AND (s.delivery='on_its_way' OR EXISTS(SELECT 1 FROM status_event e "
    "WHERE e.run_no=s.run_no AND e.smsc_id=s.smsc_id AND e.delivery='delivered'))"
)
"""Whether the gateway named a message of that person as taken after it had refused them."""


def put_refused_back(  # noqa: PLR0913  # who may be sent again, and on whose word
    connection: sqlite3.Connection,
    run_no: int,
    codes: Sequence[str],
    *,
    who: str,
    why: str,
    now_us: int,
) -> int:
    """Record the operator's word, which the database demands, and act on it.

    Whoever has a message that the gateway called delivered, or on its way, stays refused: the
    refusal was no proof, and sending again might tell them twice.
    """
    where = (
        f"run_no=? AND state='refused' AND code IN({','.join('?' * len(codes))}) "
        f"AND NOT EXISTS({NAMED_AS_TAKEN})"
    )
    connection.execute(  # only question marks are put into the statement
        "INSERT INTO operator_action(at_us,who,action,run_no,attempt_id,ord,why) "  # noqa: S608
        f"SELECT ?,?,'retry',run_no,attempt_id,ord,? FROM message WHERE {where}",
        (now_us, who, why, run_no, *codes),
    )
    return connection.execute(
        f"UPDATE message SET state='pending',code='pending',word='' WHERE {where}",  # noqa: S608  # only question marks are put in
        (run_no, *codes),
    ).rowcount
