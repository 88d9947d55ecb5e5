"""What the acceptance tests share: a file of customers, and what must hold of everybody in it."""

from collections.abc import Collection, Sequence
from pathlib import Path

from tests.foreign.driver import ReportRow
from tests.foreign.gateway import ForeignGateway
from tests.foreign.judge import accepted_twice, bad_manners, not_accepted, wrong_rows
from tests.foreign.recipients import Recipient, recipients, write_csv


def customers(folder: Path, count: int) -> tuple[list[Recipient], Path]:
    everybody = recipients(count)
    return everybody, write_csv(folder / "customers.csv", everybody)


def require_promise(
    gateway: ForeignGateway,
    everybody: list[Recipient],
    rows: Sequence[ReportRow] | None = None,
    *,
    unknown: Collection[str] = (),
) -> None:
    """Each got it once, and the report, if there is one, says of each what the gateway did."""
    assert accepted_twice(gateway) == []
    assert not_accepted(gateway, everybody) == []
    assert bad_manners(gateway) == []
    if rows is not None:
        assert wrong_rows(rows, everybody, gateway, unknown=unknown) == []
