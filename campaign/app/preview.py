"""What a few recipients would get, and when: rendered exactly as it would be sent."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import islice

from campaign.app.check import Checking, checking, size_of
from campaign.app.context import AppContext
from campaign.app.spec import CampaignSpec
from campaign.domain import CheckedRow, Message, Rejection, RowWarning
from campaign.domain.message.segments import count_segments
from campaign.domain.recipients.headings import cell_name
from campaign.domain.recipients.phone_info import Numbering, describe, local_times
from campaign.errors import InputError
from campaign.i18n import Lang, language_of, reason_text
from campaign.journal.base import Journal
from campaign.text import tr

PREVIEWED = 3


@dataclass(frozen=True, slots=True)
class Previewed:
    """One row as it would be sent, or why it would not.

    Attributes:
        cell: File, sheet and cell.
        local: When it goes out, on the recipient's clock: the earliest and the latest possible,
            for a number does not show where its owner is.
        numbering: What the number's range shows.
        cost: At the learned price; None when that is not known.
    """

    cell: str
    row_no: int
    outcome: Message | Rejection
    warnings: Sequence[RowWarning]
    local: tuple[datetime, datetime] | None = None
    numbering: Numbering | None = None
    cost: Decimal | None = None


def previews(
    context: AppContext, spec: CampaignSpec, journal: Journal | None, *, row_no: int | None
) -> tuple[Previewed, ...]:
    """Row `row_no` of the spreadsheet, or the first few that can be sent and the longest text.

    Raises:
        InputError: There is no such row, or no row can be sent.
    """
    lang = language_of(context.settings.text("lang"))
    price = None if journal is None else journal.reports.price(spec.gateway)
    with checking(spec) as checked:
        context.ui.stage("check", None)
        chosen = (
            [row for row in checked.rows if row.row.row_no == row_no]  # of several files, of each
            if row_no
            else list(_first_and_longest(checked))
        )
        if not chosen:
            what = tr("there is no data row {row}", row=row_no) if row_no else tr("no row can be sent to")
            raise InputError(
                tr("{name}: {what}", name=spec.sources.name, what=what),
                hint=tr("campaign check FILE shows every row's problem"),
                code="no_such_row",
            )
        return tuple(_previewed(checked, spec, row, price, lang) for row in chosen)


def _previewed(
    checked: Checking, spec: CampaignSpec, row: CheckedRow, price: Decimal | None, lang: Lang
) -> Previewed:
    several, outcome = len(spec.sources.files) > 1, row.outcome
    cell = cell_name(checked.sources[row.source_no - 1], row.row.row_no, "", several=several)
    found = Previewed(cell, row.row.row_no, outcome, row.warnings)
    if isinstance(outcome, Rejection):
        return found
    return replace(
        found,
        local=local_times(outcome.phone, outcome.send_at or spec.asked_at),
        numbering=describe(outcome.phone, lang),
        cost=None if price is None else price * outcome.segments,
    )


def _first_and_longest(checked: Checking) -> Iterator[CheckedRow]:
    messages = checked.messages()
    first = list(islice(messages, PREVIEWED))
    yield from (row for row, _ in first)
    longest = max(messages, key=size_of, default=None)
    if longest is not None and size_of(longest) > max(map(size_of, first)):
        yield longest[0]


def preview_as_json(one: Previewed) -> dict[str, object]:
    """One row for programs; what does not apply is null."""
    found: dict[str, object] = {"row": one.row_no, "cell": one.cell}
    if isinstance(one.outcome, Rejection):
        cause, hint = reason_text(one.outcome.code, one.outcome.details)
        return {
            **found, "status": one.outcome.status.value, "code": one.outcome.code,
            "reason": cause, "hint": hint,
        }  # fmt: skip
    message = one.outcome
    numbering = one.numbering
    return {
        **found,
        "client_id": message.client_id,
        "phone": message.phone,
        "text": message.text,
        "sender": message.sender,
        "parts": message.segments,
        "encoding": count_segments(message.text).encoding,
        "cost": None if one.cost is None else str(one.cost),
        "send_at": None if message.send_at is None else _iso(message.send_at),
        "local": None if one.local is None else [_iso(moment) for moment in one.local],
        "country": (numbering and numbering.country) or None,
        "operator": (numbering and numbering.operator) or None,
        "warnings": [warning.code for warning in one.warnings],
    }


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def zone_name(moment: datetime) -> str:
    """Offset of a moment: `UTC+3`, `UTC+5:30`."""
    minutes = int((moment.utcoffset() or timedelta()).total_seconds() // 60)
    hours, rest = divmod(abs(minutes), 60)
    sign = "-" if minutes < 0 else "+"
    return f"UTC{sign}{hours}" + (f":{rest:02d}" if rest else "")
