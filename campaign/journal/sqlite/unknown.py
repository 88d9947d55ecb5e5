"""Attempts whose reply was lost: what is known about them, and what operators decided."""

import sqlite3
from datetime import datetime

from campaign.domain import RunId, UnknownAttempt, UnknownShare
from campaign.errors import GuardRefused, InputError
from campaign.i18n import count_of
from campaign.journal.sqlite.connection import from_us, to_us
from campaign.journal.sqlite.evidence import accept_unknown, count_unknown
from campaign.journal.sqlite.part import Part, number
from campaign.journal.sqlite.runs import cancel_pending, record_action
from campaign.text import to_json, tr

PHONES_SHOWN = 3

_UNKNOWN = (
    "SELECT a.attempt_id,a.chunk_no,a.try_no,a.committed_us,a.code,a.reply_text,a.member_count,"
    "(SELECT count(*) FROM message m WHERE m.run_no=a.run_no AND m.state='unknown' "
    "AND m.attempt_id=a.attempt_id) AS unknown,"
    # Also ids whose owner status.json named (the reply had not), and those that the reply gave to
    # a recipient who is unknown all the same: named twice.
    "(SELECT count(*) FROM smsc s WHERE s.attempt_id=a.attempt_id "
    "AND (s.position IS NULL OR s.source<>'reply' OR s.position IN(SELECT m.position FROM message m "
    "WHERE m.run_no=a.run_no AND m.attempt_id=a.attempt_id AND m.state='unknown'))),"
    "(SELECT count(*) FROM exchange e WHERE e.attempt_id=a.attempt_id AND e.state='applied'),"
    "(SELECT count(*) FROM exchange e WHERE e.attempt_id=a.attempt_id AND e.state='lost'),"
    "a.http_status "
    "FROM attempt a WHERE a.run_no=? AND a.state IN('unknown','answered') AND unknown>0 "
    "ORDER BY a.attempt_id"
)


_BALANCES = (
    "SELECT b.balance,c.balance,EXISTS(SELECT 1 FROM attempt x JOIN run u ON u.run_no=x.run_no "
    "JOIN run mine ON mine.run_no=a.run_no AND mine.gateway=u.gateway AND mine.account=u.account "
    "WHERE x.committed_us<=c.closed_us AND coalesce(x.closed_us,x.committed_us)>=b.closed_us "
    "AND x.attempt_id NOT IN(a.attempt_id,b.attempt_id,c.attempt_id)) FROM attempt a "
    "LEFT JOIN attempt b ON b.attempt_id=(SELECT attempt_id FROM attempt "
    "WHERE run_no=a.run_no AND balance<>'' AND closed_us<=a.committed_us "
    "ORDER BY closed_us DESC LIMIT 1) "
    "LEFT JOIN attempt c ON c.attempt_id=(SELECT attempt_id FROM attempt "
    "WHERE run_no=a.run_no AND balance<>'' AND committed_us>=a.closed_us ORDER BY closed_us LIMIT 1) "
    "WHERE a.attempt_id=?"
)


class SqliteUnknownAttempts(Part):
    """`journal.base.UnknownAttempts`."""

    def of(self, run: RunId) -> tuple[UnknownAttempt, ...]:
        with self._read(run) as (connection, run_no):
            return tuple(
                UnknownAttempt(
                    run=run,
                    attempt_id=row[0],
                    chunk_no=row[1],
                    try_no=row[2],
                    committed_at=from_us(row[3]),
                    code=row[4],
                    reply_text=row[5],
                    member_count=row[6],
                    unknown_count=row[7],
                    ids_seen=row[8],
                    queue_answers=row[9],
                    queue_losses=row[10],
                    balance_before=before,
                    balance_after=after,
                    phones=_phones(connection, run_no, row[0]),
                    http_status=row[11],
                )
                for row in connection.execute(_UNKNOWN, (run_no,)).fetchall()
                for before, after in (_balances(connection, row[0]),)
            )

    def share(self, run: RunId) -> UnknownShare:
        with self._read(run) as (connection, run_no):
            recipients, left, by_operator, resent = connection.execute(
                "SELECT (SELECT coalesce(sum(unknown_count),0) FROM attempt WHERE run_no=?1),"
                "(SELECT count(*) FROM message WHERE run_no=?1 AND state='unknown'),"
                "(SELECT coalesce(sum(recipients),0) FROM operator_action WHERE run_no=?1 "
                "AND action IN('sent','not-sent')),"
                "(SELECT coalesce(sum(recipients),0) FROM operator_action WHERE run_no=?1 "
                "AND action='resend')",
                (run_no,),
            ).fetchone()
        return UnknownShare(
            run=run,
            recipients=recipients,
            by_evidence=max(0, recipients - left - by_operator - resent),
            by_operator=by_operator,
            resent=resent,
            left=left,
        )

    def resolve(self, run: RunId, attempt_id: int, *, sent: bool, operator: str, why: str) -> int:
        now_us = self._now_us()

        def act(connection: sqlite3.Connection, run_no: int) -> int:
            unknown = next((d for d in self.of(run) if d.attempt_id == attempt_id), None)
            if unknown is None:
                raise InputError(
                    tr(
                        "attempt {attempt_id} of run {run} has no unknown status",
                        attempt_id=attempt_id,
                        run=run,
                    ),
                    hint=f"campaign unknown {run}",
                    code="attempt_unknown",
                )
            if not sent and unknown.ids_seen:
                raise GuardRefused(
                    tr(
                        "the gateway shows {count} of attempt {attempt_id}: it took at least part of it",
                        count=count_of(unknown.ids_seen, "message"),
                        attempt_id=attempt_id,
                    ),
                    hint=f"campaign resolve {run} --attempt {attempt_id} --as sent --why TEXT",
                    code="evidence",
                )
            action = "sent" if sent else "not-sent"
            return _settle(connection, run_no, attempt_id, action, operator=operator, why=why, now_us=now_us)

        return self._write(run, act)

    def resend(self, run: RunId, *, before: datetime, operator: str) -> int:
        now_us, before_us = self._now_us(), to_us(before)

        def act(connection: sqlite3.Connection, run_no: int) -> int:
            queues_work = number(
                connection,
                "SELECT EXISTS(SELECT 1 FROM smsc s JOIN attempt a ON a.attempt_id=s.attempt_id "
                "JOIN status_event e ON e.run_no=s.run_no AND e.smsc_id=s.smsc_id "
                "JOIN exchange x ON x.exchange_id=e.exchange_id AND x.kind='queue' "
                "WHERE a.run_no=?)",
                run_no,
            )
            recipients = 0
            for unknown in self.of(run) if queues_work else ():
                if not _may_resend(connection, run_no, unknown, before_us, now_us):
                    continue
                recipients += _settle(
                    connection, run_no, unknown.attempt_id, "resend",
                    operator=operator, why="on-unknown", now_us=now_us,
                )  # fmt: skip
            return recipients

        return self._write(run, act)


def _may_resend(
    connection: sqlite3.Connection, run_no: int, unknown: UnknownAttempt, before_us: int, now_us: int
) -> bool:
    if unknown.ids_seen or not unknown.queue_answers or unknown.queue_losses:
        return False
    # Counted from the send time where there is one: a queue may be silent until then. And an
    # empty queue counts only when it was read after all that time.
    (due_us, answered) = connection.execute(
        "SELECT max(a.committed_us,coalesce((SELECT max(send_at_us) FROM message m "
        "WHERE m.run_no=a.run_no AND m.state='unknown' AND m.attempt_id=a.attempt_id),0)),"
        "EXISTS(SELECT 1 FROM smsc s WHERE s.attempt_id=a.attempt_id) "
        "FROM attempt a WHERE a.run_no=? AND a.attempt_id=?",
        (run_no, unknown.attempt_id),
    ).fetchone()
    if answered or due_us >= before_us:
        return False
    if not number(
        connection,
        "SELECT EXISTS(SELECT 1 FROM exchange WHERE attempt_id=? AND kind='queue' "
        "AND state='applied' AND asked_us>?)",
        unknown.attempt_id,
        due_us + now_us - before_us,
    ):
        return False
    # A recipient in it was put back once already: one more try, never two.
    return not number(
        connection,
        "SELECT EXISTS(SELECT 1 FROM attempt a JOIN attempt b ON b.run_no=a.run_no "
        "AND b.chunk_no=a.chunk_no AND b.attempt_id<a.attempt_id "
        "JOIN operator_action o ON o.attempt_id=b.attempt_id AND o.action='resend' "
        "WHERE a.attempt_id=?)",
        unknown.attempt_id,
    )


def _settle(  # noqa: PLR0913  # which recipients, how, and by whom
    connection: sqlite3.Connection,
    run_no: int,
    attempt_id: int,
    action: str,
    *,
    operator: str,
    why: str,
    now_us: int,
) -> int:
    """Record the decision, which the database demands, and act on it; returns how many."""
    unknown = count_unknown(connection, run_no, attempt_id)
    record_action(
        connection, run_no, action, now_us=now_us, operator=operator, why=why,
        attempt_id=attempt_id, recipients=unknown,
    )  # fmt: skip
    if action == "sent":
        recipients = accept_unknown(connection, run_no, attempt_id, "settled_operator")
    else:
        recipients = connection.execute(
            "UPDATE message SET state='pending',code='pending',status_text='' "
            "WHERE run_no=? AND attempt_id=? AND state='unknown'",
            (run_no, attempt_id),
        ).rowcount
        # A run that was sent has recipients to send again: `resume` must find it, named or not.
        reason = to_json(tr("recipients were put back"))
        for source, target in (("sent", "sending"), ("sending", "paused")):
            connection.execute(
                "UPDATE run SET state=?,reason=? WHERE run_no=? AND state=?", (target, reason, run_no, source)
            )
        # A cancelled run is not sent any more.
        if number(connection, "SELECT state='cancelled' FROM run WHERE run_no=?", run_no):
            cancel_pending(connection, run_no, now_us=now_us)
    connection.execute(
        "UPDATE attempt SET settled_us=?,settled_by=? WHERE attempt_id=?",
        (now_us, "resend" if action == "resend" else "operator", attempt_id),
    )
    return recipients


def _balances(connection: sqlite3.Connection, attempt_id: int) -> tuple[str, str]:
    """Money before and after an attempt; "" where other requests were charged in between."""
    before, after, others = connection.execute(_BALANCES, (attempt_id,)).fetchone()
    return ("", "") if others else (before or "", after or "")


def _phones(connection: sqlite3.Connection, run_no: int, attempt_id: int) -> tuple[str, ...]:
    rows = connection.execute(
        "SELECT phone FROM message WHERE run_no=? AND attempt_id=? AND state='unknown' "
        "ORDER BY position LIMIT ?",
        (run_no, attempt_id, PHONES_SHOWN),
    )
    return tuple(row[0] for row in rows)
