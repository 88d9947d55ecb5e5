"""Who got which text already, across all runs of an account: keyed digests, no plain phones.

The commonest real duplicate is not a crash but a user who sends the same list again under another
file name. The ledger is written in the same commit as the commit point of an attempt, so it can
know too much, never too little; an attempt that was certainly not taken does not count.
"""

import hmac
import json
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from campaign.domain import Member, Phone
from campaign.errors import GuardRefused
from campaign.journal.sqlite.connection import to_us
from campaign.journal.sqlite.part import Part
from campaign.text import tr

MEMORY = timedelta(days=30)
"""So long the same text to the same phone counts as a repetition."""

ON_PURPOSE = tr("To send it once more on purpose: --again LABEL; to leave those recipients out: --skip-sent")

_DIGEST_BYTES = 16

_EARLIER = (
    # Certainly not taken does not count: an attempt that was not sent, a recipient refused
    # individually, or put back by an operator (and left out afterwards). Nor does a sample that
    # users sent to themselves (`campaign test`), nor what did not reach a recipient whom
    # `campaign retry` takes over from that very run.
    "SELECT run.run_id FROM sent_before l CROSS JOIN attempt a ON a.attempt_id=l.attempt_id "
    "CROSS JOIN run ON run.run_no=l.run_no CROSS JOIN message m ON m.run_no=l.run_no "
    "AND m.position=l.position WHERE l.account=? AND l.digest=? AND l.at_us>=? AND l.run_no<>? "
    "AND a.state NOT IN('not_sent','refused') AND json_extract(run.settings,'$.test') IS NULL "
    "AND (m.state NOT IN('refused','pending','stopped','expired','cancelled') "
    "OR a.state IN('in_flight','replied')) "
    "AND NOT(m.state='undelivered' AND run.run_id IN(SELECT value FROM json_each(?))) "
    "ORDER BY l.at_us DESC LIMIT 1"
)


class SqliteSentBefore(Part):
    """`journal.base.SentBefore`."""

    def earlier(
        self,
        account: str,
        messages: Sequence[tuple[Phone, str]],
        *,
        retry: Mapping[str, object] | None = None,
    ) -> dict[int, str]:
        retried, since_us = _retried(retry or {}, self._now_us())
        found: dict[int, str] = {}
        with self._store.read() as connection:
            key = ledger_key(connection)
            for position, (phone, text) in enumerate(messages):
                mark = digest(key, account, phone, text)
                row = connection.execute(_EARLIER, (account, mark, since_us, 0, retried)).fetchone()
                if row is not None:
                    found[position] = str(row[0])
        return found


def ledger_key(connection: sqlite3.Connection) -> bytes:
    """The journal's own key: digests of two journals cannot be compared."""
    (key,) = connection.execute("SELECT value FROM meta WHERE key='secret'").fetchone()
    return str(key).encode()


def digest(key: bytes, account: str, phone: str, text: str) -> bytes:
    """The mark of one text to one phone from one account."""
    content = f"{account}\0{phone}\0{text}".encode()
    return hmac.digest(key, content, "sha256")[:_DIGEST_BYTES]


def remember_sent(
    connection: sqlite3.Connection, run_no: int, attempt_id: int, members: Sequence[Member], *, now_us: int
) -> None:
    """Part of the commit point."""
    key = ledger_key(connection)
    (account,) = connection.execute("SELECT account FROM run WHERE run_no=?", (run_no,)).fetchone()
    connection.executemany(
        "INSERT INTO sent_before(account,digest,run_no,position,attempt_id,at_us) VALUES(?,?,?,?,?,?)",
        [
            (
                account, digest(key, account, one.phone, one.text), run_no, one.position,
                attempt_id, now_us,
            )
            for one in members
        ],
    )  # fmt: skip


def refuse_if_sent_elsewhere(
    connection: sqlite3.Connection, run_no: int, members: Sequence[Member], *, now_us: int
) -> None:
    """Raise GuardRefused when another run has sent one of the texts to the same phone by now."""
    run, settings, account = connection.execute(
        "SELECT run_id,settings,account FROM run WHERE run_no=?", (run_no,)
    ).fetchone()
    named = json.loads(settings)
    if named.get("again") and not named.get("skip_sent"):
        return
    key = ledger_key(connection)
    retried, since_us = _retried(named, now_us)
    for one in members:
        row = connection.execute(
            _EARLIER, (account, digest(key, account, one.phone, one.text), since_us, run_no, retried)
        ).fetchone()
        if row is not None:
            raise GuardRefused(
                tr("run {row} has sent the same text to recipients of this run meanwhile", row=row[0]),
                hint=tr(
                    "{ON_PURPOSE}; to cancel the rest of this run: campaign cancel {run}",
                    ON_PURPOSE=ON_PURPOSE,
                    run=run,
                ),
                code="already_sent",
            )


def _retried(settings: Mapping[str, object], now_us: int) -> tuple[str, int]:
    """The runs that a run retries, and since when messages count.

    A retry of what was sent again on purpose (`--again`) ignores what went out before that.
    """
    since_us = now_us - MEMORY // timedelta(microseconds=1)
    named, begun = settings.get("retry_of", []), settings.get("retry_since")
    if isinstance(begun, str):
        since_us = max(since_us, to_us(datetime.fromisoformat(begun)))
    return json.dumps(named), since_us
