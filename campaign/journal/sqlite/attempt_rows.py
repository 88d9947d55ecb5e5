"""Rows of the table of attempts, and the people in them, as values."""

import sqlite3
import zlib

from campaign.domain import (
    Attempt,
    Chunk,
    ClientId,
    Member,
    Phone,
    Reply,
    RunId,
)
from campaign.errors import AttemptTaken
from campaign.journal.sqlite.connection import from_us
from campaign.journal.sqlite.runs import run_number

_MEMBER = "position,client_id,phone,text,sender,flash,wapurl"


def reply_values(reply: Reply, now_us: int) -> dict[str, object]:
    """Columns of a stored answer."""
    return {
        "replied_us": now_us,
        "http_status": reply.http_status,
        "reply": zlib.compress(reply.body, 1),
        "reply_complete": int(reply.complete),
        "reply_error": reply.error,
        "retry_after_s": reply.retry_after_s,
    }


def update_attempt(connection: sqlite3.Connection, attempt_id: int, **values: object) -> None:
    """Set columns of one attempt; the database refuses what must not be."""
    columns = ",".join(f"{name}=?" for name in values)
    changed = connection.execute(
        f"UPDATE attempt SET {columns} WHERE attempt_id=?",  # noqa: S608  # names are ours
        (*values.values(), attempt_id),
    ).rowcount
    if changed != 1:
        raise AttemptTaken(f"attempt {attempt_id} is not in the journal")


def pending_chunk(connection: sqlite3.Connection, run: RunId, chunk_no: int) -> Chunk:
    """The pending people of a chunk."""
    rows = connection.execute(
        f"SELECT {_MEMBER},send_at_us FROM message "  # noqa: S608  # a constant list of columns
        "WHERE run_no=? AND chunk_no=? AND state='pending' ORDER BY position",
        (run_number(connection, run), chunk_no),
    ).fetchall()
    return _to_chunk(run, chunk_no, rows)


def members_of(connection: sqlite3.Connection, run: RunId, chunk_no: int, members: str) -> Chunk:
    """Everybody in an attempt, whatever became of them."""
    rows = connection.execute(
        f"SELECT {_MEMBER},send_at_us FROM message "  # noqa: S608  # a constant list of columns
        "WHERE run_no=? AND position IN(SELECT value FROM json_each(?)) ORDER BY position",
        (run_number(connection, run), members),
    ).fetchall()
    return _to_chunk(run, chunk_no, rows)


def _to_chunk(run: RunId, chunk_no: int, rows: list[tuple[object, ...]]) -> Chunk:
    members = tuple(
        Member(
            position=int(str(row[0])),
            client_id=ClientId(str(row[1])),
            phone=Phone(str(row[2])),
            text=str(row[3]),
            sender=None if row[4] is None else str(row[4]),
            flash=bool(row[5]),
            wapurl=None if row[6] is None else str(row[6]),
        )
        for row in rows
    )
    send_at_us = rows[0][7] if rows else None
    return Chunk(
        run, chunk_no, from_us(None if send_at_us is None else int(str(send_at_us))), members
    )


def unapplied_replies(
    connection: sqlite3.Connection, run: RunId
) -> tuple[tuple[Attempt, Reply], ...]:
    """Answers that are stored and not understood yet: after a crash, or come late (`late`)."""
    rows = connection.execute(
        "SELECT attempt_id,chunk_no,try_no,queue_name,members,http_status,reply,"
        "reply_complete,reply_error,retry_after_s FROM attempt "
        "WHERE run_no=? AND (state='replied' OR (state='unknown' AND code='killed' "
        "AND reply IS NOT NULL)) ORDER BY attempt_id",
        (run_number(connection, run),),
    ).fetchall()
    return tuple(
        (
            Attempt(row[0], members_of(connection, run, row[1], row[4]), row[2], row[3]),
            Reply(
                http_status=row[5],
                body=zlib.decompress(row[6]),
                complete=bool(row[7]),
                error=row[8],
                retry_after_s=row[9],
            ),
        )
        for row in rows
    )
