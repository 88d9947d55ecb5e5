"""Compares what the program says with what the gateway knows.

Each function returns sentences about what is wrong, and nothing when all is well: a failing test
then shows every difference at once instead of the first.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence

from tests.foreign.driver import ReportRow
from tests.foreign.gateway import ForeignGateway
from tests.foreign.recipients import Recipient

NOT_FINAL = frozenset({"accepted", "unknown"})
"""What may honestly be said of somebody whose answer was lost."""


def accepted_twice(gateway: ForeignGateway) -> list[str]:
    """The promise before all others."""
    counts = Counter(gateway.accepted_phones())
    return [f"{phone} accepted {count} times" for phone, count in counts.items() if count > 1]


def not_accepted(gateway: ForeignGateway, make_recipients: Sequence[Recipient]) -> list[str]:
    """People of the file whom the gateway has never taken."""
    taken = set(gateway.accepted_phones())
    return [f"{one.phone} never accepted" for one in make_recipients if one.phone not in taken]


def bad_manners(gateway: ForeignGateway) -> list[str]:
    """What no decent client does, whatever the weather."""
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
    make_recipients: Sequence[Recipient],
    gateway: ForeignGateway,
    *,
    unknown: Collection[str] = (),
) -> list[str]:
    """Rows of the report that are not the truth.

    Args:
        rows: The JSON lines, which must be in file order.
        make_recipients: The people of the file, all of them good.
        gateway: What it took.
        unknown: Phones whose answer was lost: of them the program may also say what it does not
            know, but never a false final word.
    """
    if [row["row"] for row in rows] != [one.row for one in make_recipients]:
        return [f"{len(rows)} rows for {len(make_recipients)} people, or not in file order"]
    taken = set(gateway.accepted_phones())
    return [
        problem
        for row, one in zip(rows, make_recipients, strict=True)
        for problem in _wrong_row(row, one, taken=one.phone in taken, lost=one.phone in unknown)
    ]


def _wrong_row(row: ReportRow, one: Recipient, *, taken: bool, lost: bool) -> Iterator[str]:
    where = f"row {row['row']}"
    if row["phone"] != one.phone:
        yield f"{where}: phone {row['phone']} instead of {one.phone}"
    if row["status"] not in ({one.status} if taken else set()) | (NOT_FINAL if lost else set()):
        yield f"{where}: {row['status']} although {one.word if taken else 'never accepted'}"
    if row["status"] == "accepted" and not taken:
        yield f"{where}: said to be accepted, and was not"


def ids_that_differ(rows: Sequence[ReportRow], gateway: ForeignGateway) -> list[str]:
    """Rows whose identifiers are not those under which the gateway knows the person."""
    known = {entry.phone: entry for entry in gateway.ledger}
    return [
        f"row {row['row']}: {row['client_id']}/{row['smsc_id']} instead of "
        f"{known[row['phone']].client_id}/{known[row['phone']].smsc_id}"
        for row in rows
        if row["phone"] in known
        and (row["client_id"], row["smsc_id"])
        != (known[row["phone"]].client_id, known[row["phone"]].smsc_id)
    ]
