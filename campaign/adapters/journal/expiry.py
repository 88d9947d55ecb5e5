"""A planned send time that is over: nobody is sent to then, and nobody stays pending for ever.

The gateway sends a message whose scheduleTime is past at once, at whatever hour that is for the
person. So the time is looked at in the commit that begins an attempt, where the people of the chunk
become `expired` for good, and once more in the one that arms it.
"""

import json
import sqlite3
from datetime import datetime

from campaign.errors import AttemptTaken, NotSent
from campaign.model import Chunk
from campaign.rules.schedule import MIN_AHEAD


def is_over(send_at: datetime | None, now: datetime) -> bool:
    """Whether a message that begins its way now may reach the gateway after its send time."""
    return send_at is not None and send_at - now < MIN_AHEAD


def leave_out_all(
    connection: sqlite3.Connection, run_no: int, chunk: Chunk, *, now_us: int
) -> None:
    """Let everybody of a chunk expire, instead of INTENT; part of one commit.

    Raises:
        AttemptTaken: Somebody in it is not pending.
    """
    expired = connection.execute(
        "UPDATE message SET state='expired',code='expired',final_us=? "
        "WHERE run_no=? AND ord IN(SELECT value FROM json_each(?)) AND state='pending'",
        (now_us, run_no, json.dumps([member.ord for member in chunk.members])),
    ).rowcount
    if expired != len(chunk.members):
        raise AttemptTaken(f"chunk {chunk.chunk_no}: somebody in it is not pending")


def refuse_if_over(send_at: datetime | None, now: datetime) -> None:
    """Look once more right before the last byte: a slow connection may have used the time up.

    Raises:
        NotSent: Half of the time that must be left at INTENT is gone; the next try tells.
    """
    if send_at is not None and send_at - now < MIN_AHEAD / 2:
        failure = NotSent("the planned send time came while the request was under way")
        failure.code = "schedule_over"
        raise failure
