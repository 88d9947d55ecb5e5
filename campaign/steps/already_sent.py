"""Notice people who got the same text from another run: the commonest real duplicate.

A file that is sent again under another name, or with a column more, is another run; only the
account-wide ledger can tell that its people were told already.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice

from campaign.errors import GuardRefused
from campaign.model import CheckedRow, Fate, Message, Phone, Rejection
from campaign.ports import SentLedger
from campaign.rules.plural import counted

_BATCH = 500


def without_sent(
    rows: Iterator[CheckedRow], ledger: SentLedger, *, account: str, skip: bool
) -> Iterator[CheckedRow]:
    """Pass the rows on, those sent before as rejections (`skip`), or refuse at the end.

    Raises:
        GuardRefused: Somebody got the same text already, and `skip` was not asked for. It comes
            after the last row, so that it can tell how many.
    """
    people = repeated = 0
    first_run = ""
    while batch := list(islice(rows, _BATCH)):
        earlier = _earlier(batch, ledger, account)
        for position, row in enumerate(batch):
            people += isinstance(row.outcome, Message)
            run = earlier.get(position)
            if run is None:
                yield row
                continue
            repeated += 1
            first_run = first_run or run
            left_out = Rejection(
                row.row.row_no, Fate.ALREADY_SENT, "", "already_sent", {"run": run}
            )
            yield replace(row, outcome=left_out, warnings=())
    if repeated and not skip:
        raise GuardRefused(
            f"{repeated} of {counted(people, 'person')} got this text within the last 30 days, "
            f"from run {first_run}; nothing was planned or sent",
            hint="To leave them out: --skip-sent; to send it to them once more on purpose: "
            "--again LABEL",
            code="already_sent",
        )


def require_unsent(
    messages: Iterable[Sequence[tuple[Phone, str]]],
    ledger: SentLedger,
    *,
    account: str,
    hint: str,
) -> None:
    """Look through a whole run that is planned, before its first message is sent.

    Args:
        messages: Phones and texts, in batches.
        ledger: Who got what.
        account: Whose.
        hint: What can be done about such a run.

    Raises:
        GuardRefused: Somebody got the same text already.
    """
    people = repeated = 0
    first_run = ""
    for batch in messages:
        earlier = ledger.earlier(account, batch)
        people += len(batch)
        repeated += len(earlier)
        first_run = first_run or next(iter(earlier.values()), "")
    if repeated:
        raise GuardRefused(
            f"{repeated} of {counted(people, 'person')} got this text within the last 30 days, "
            f"from run {first_run}; nothing was sent",
            hint=hint,
            code="already_sent",
        )


def _earlier(batch: list[CheckedRow], ledger: SentLedger, account: str) -> dict[int, str]:
    positions, messages = [], []
    for position, row in enumerate(batch):
        if isinstance(row.outcome, Message):
            positions.append(position)
            messages.append((row.outcome.phone, row.outcome.text))
    return {positions[at]: run for at, run in ledger.earlier(account, messages).items()}
