"""What must be true of every journal at every moment: queries that must return nothing."""

import sqlite3
from contextlib import closing
from pathlib import Path

ALWAYS = """
-- a person has two gateway ids, and nobody ordered or noticed it
SELECT s.run_no,s.ord FROM smsc s WHERE s.ord IS NOT NULL AND NOT EXISTS(SELECT 1 FROM
operator_action o WHERE o.run_no=s.run_no AND o.attempt_id=s.attempt_id) AND NOT
EXISTS(SELECT 1 FROM alarm WHERE alarm.run_no=s.run_no) GROUP BY s.run_no,s.ord HAVING
count(*)>1;

-- a person is in two open attempts
SELECT a.run_no,m.value FROM attempt a JOIN json_each(a.members) m WHERE a.state
IN('prepared','in_doubt','replied') GROUP BY a.run_no,m.value HAVING count(*)>1;

-- a person was tried again after a possible acceptance without an operator's word
SELECT x.attempt_id,y.attempt_id,mx.value FROM attempt x JOIN json_each(x.members) mx JOIN
attempt y ON y.run_no=x.run_no AND y.chunk_no=x.chunk_no AND y.attempt_id>x.attempt_id JOIN
json_each(y.members) my ON my.value=mx.value WHERE x.state NOT
IN('prepared','not_sent','refused') AND NOT EXISTS(SELECT 1 FROM operator_action o WHERE
o.attempt_id=x.attempt_id AND (o.ord IS NULL OR o.ord=mx.value));

-- an attempt was let go after arming although its answer does not prove that it was safe
SELECT attempt_id FROM attempt WHERE armed_us IS NOT NULL AND state IN('not_sent','refused')
AND code NOT IN(SELECT code FROM safe_code);

-- a person is said to be taken without an answer or evidence
SELECT m.run_no,m.ord FROM message m LEFT JOIN attempt a ON a.attempt_id=m.attempt_id WHERE
m.state IN('accepted','delivered','undelivered','no_final_status') AND (a.state IS NULL OR
a.state NOT IN('answered','unknown') OR (m.code<>'accepted_without_id' AND NOT EXISTS(SELECT
1 FROM smsc s WHERE s.attempt_id=a.attempt_id)));

-- a row has no outcome, or two
SELECT r.run_no,r.ord FROM source_row r LEFT JOIN message m ON m.run_no=r.run_no AND
m.ord=r.ord WHERE (r.fate IS NULL)=(m.ord IS NULL);

-- a run has lost rows
SELECT run_id FROM run WHERE row_count<>(SELECT count(*) FROM source_row r WHERE
r.run_no=run.run_no);

-- a finished run has unfinished people
SELECT run.run_id,m.ord FROM run JOIN message m ON m.run_no=run.run_no WHERE (run.state
IN('sent','settled') AND m.state='pending') OR (run.state='settled' AND m.state
IN('unknown','accepted'));

-- somebody in an open attempt is not pending
SELECT a.attempt_id,m.ord FROM attempt a JOIN json_each(a.members) j JOIN message m ON
m.run_no=a.run_no AND m.ord=j.value WHERE a.state IN('prepared','in_doubt','replied') AND
m.state<>'pending';

-- an attempt is not about people of its own chunk
SELECT a.attempt_id FROM attempt a WHERE a.member_count<>(SELECT count(*) FROM
json_each(a.members) j JOIN message m ON m.run_no=a.run_no AND m.ord=j.value AND
m.chunk_no=a.chunk_no);

-- a chunk is too large or has two send times
SELECT run_no,chunk_no FROM message GROUP BY run_no,chunk_no HAVING count(*)>200 OR
count(DISTINCT coalesce(send_at_us,-1))>1;

-- a final status that no event tells
SELECT m.run_no,m.ord FROM message m WHERE m.state IN('delivered','undelivered') AND NOT
EXISTS(SELECT 1 FROM smsc s JOIN status_event e ON e.run_no=s.run_no AND e.smsc_id=s.smsc_id
WHERE s.attempt_id=m.attempt_id AND e.word=m.word);

-- a status of an id that nobody knows
SELECT e.event_id FROM status_event e WHERE NOT EXISTS(SELECT 1 FROM smsc s WHERE
s.run_no=e.run_no AND s.smsc_id=e.smsc_id);

-- an attempt counts as settled although somebody in it is unknown
SELECT a.attempt_id FROM attempt a JOIN message m ON m.attempt_id=a.attempt_id WHERE
a.settled_us IS NOT NULL AND m.state='unknown';
"""

AT_REST = """
-- an attempt is still open
SELECT attempt_id FROM attempt WHERE state IN('prepared','in_doubt','replied');

-- an answer about statuses was not applied
SELECT exchange_id FROM exchange WHERE state IN('asked','stored');
"""
"""Those that need a recovered journal."""


def broken(path: Path, *, at_rest: bool = False) -> list[str]:
    """The invariants that do not hold, each with its first offender."""
    found = []
    with closing(sqlite3.connect(path)) as connection:
        for name, query in _queries(ALWAYS + (AT_REST if at_rest else "")):
            offender = connection.execute(query).fetchone()
            if offender is not None:
                found.append(f"{name}: {offender}")
        found += [str(row) for row in connection.execute("PRAGMA foreign_key_check").fetchall()]
    return found


def _queries(script: str) -> list[tuple[str, str]]:
    """Name and statement, each name in a comment line above its statement."""
    blocks = [block.strip() for block in script.split(";") if block.strip()]
    return [
        (name.removeprefix("-- "), query) for name, _, query in (b.partition("\n") for b in blocks)
    ]
