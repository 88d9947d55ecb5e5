"""Compares what the program reports with what the gateway knows.

Each function returns sentences about what is wrong: a failing test then shows every difference at
once instead of the first.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence

from tests.foreign.driver import ReportRow
from tests.foreign.gateway import ForeignGateway
from tests.foreign.recipients import Recipient

NOT_FINAL = frozenset({"accepted", "unknown"})
"""What may honestly be reported of a recipient whose answer was lost."""


def accepted_twice(gateway: ForeignGateway) -> list[str]:
    """The promise before all others."""
    counts = Counter(gateway.accepted_phones())
    return [f"{phone} accepted {count} times" for phone, count in counts.items() if count > 1]


def not_accepted(gateway: ForeignGateway, expected: Sequence[Recipient]) -> list[str]:
    taken = set(gateway.accepted_phones())
    return [f"{one.phone} never accepted" for one in expected if one.phone not in taken]


def bad_manners(gateway: ForeignGateway) -> list[str]:
    """What no decent client does, whatever goes wrong."""
    counts = gateway.counts
    found = list(counts.strange_requests)
    if counts.largest_send > 200:
        found.append(f"{counts.largest_send} messages in one send")
    if counts.largest_status > 200:
        found.append(f"{counts.largest_status} ids in one status request")
    found += [f"{line} has a query" for line in counts.request_lines if "?" in line]
    found += [
        f"{entry.phone} is not +7 and ten digits"
        for entry in gateway.ledger
        if not (entry.phone.startswith("+7") and len(entry.phone) == 12)
    ]
    queues = {entry.queue: entry.request_no for entry in reversed(gateway.ledger)}
    found += [
        f"requests {queues[entry.queue]} and {entry.request_no} share queue {entry.queue}"
        for entry in gateway.ledger
        if queues[entry.queue] != entry.request_no
    ]
    return found


def wrong_rows(
    rows: Sequence[ReportRow],
    expected: Sequence[Recipient],
    gateway: ForeignGateway,
    *,
    unknown: Collection[str] = (),
) -> list[str]:
    """Rows of the report, in file order, that are not the truth; all of `expected` are good.

    `unknown` are phones whose answer was lost: the program need not know their status, but must
    never report a false final one.
    """
    if [row["row"] for row in rows] != [one.row for one in expected]:
        return [f"{len(rows)} rows for {len(expected)} recipients, or not in file order"]
    taken = set(gateway.accepted_phones())
    return [
        problem
        for row, one in zip(rows, expected, strict=True)
        for problem in _wrong_row(row, one, taken=one.phone in taken, lost=one.phone in unknown)
    ]


def _wrong_row(row: ReportRow, one: Recipient, *, taken: bool, lost: bool) -> Iterator[str]:
    where = f"row {row['row']}"
    if row["phone"] != one.phone:
        yield f"{where}: phone {row['phone']} instead of {one.phone}"
    if row["status"] not in ({one.status} if taken else set()) | (NOT_FINAL if lost else set()):
        yield f"{where}: {row['status']} although {one.status_text if taken else 'never accepted'}"
    if row["status"] == "accepted" and not taken:
        yield f"{where}: reported as accepted, and was not"


def ids_that_differ(rows: Sequence[ReportRow], gateway: ForeignGateway) -> list[str]:
    """Rows whose identifiers are not those of the gateway."""
    known = {entry.phone: entry for entry in gateway.ledger}
    return [
        f"row {row['row']}: {row['client_id']}/{row['smsc_id']} instead of "
        f"{known[row['phone']].client_id}/{known[row['phone']].smsc_id}"
        for row in rows
        if row["phone"] in known
        and (row["client_id"], row["smsc_id"]) != (known[row["phone"]].client_id, known[row["phone"]].smsc_id)
    ]
