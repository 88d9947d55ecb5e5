"""What a few recipients would get, and when: rendered exactly as it would be sent."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from decimal import Decimal
from itertools import islice

from campaign.app.check import Checking, checking
from campaign.app.context import AppContext
from campaign.app.spec import CampaignSpec
from campaign.domain import CheckedRow, Message, Rejection, RowWarning
from campaign.domain.message.segments import count_segments
from campaign.domain.recipients.headings import place_of
from campaign.domain.recipients.phone_info import Numbering, describe, local_times
from campaign.errors import InputError
from campaign.i18n import language_of, reason_text
from campaign.journal.base import Journal
from campaign.text import tr

PREVIEWED = 3


@dataclass(frozen=True, slots=True)
class Previewed:
    """One row as it would be sent, or why it would not.

    Attributes:
        place: File, sheet and cell.
        local: When it goes out, on the recipient's clock: the earliest and the latest possible,
            for a number does not show where its owner is.
        numbering: What the number's range shows.
        cost: At the learned price; None when that is not known.
    """

    place: str
    row_no: int
    outcome: Message | Rejection
    warnings: Sequence[RowWarning]
    local: tuple[datetime, datetime] | None
    numbering: Numbering | None
    cost: Decimal | None


def previews(
    context: AppContext, spec: CampaignSpec, journal: Journal | None, *, row_no: int | None
) -> tuple[Previewed, ...]:
    """One row, or the first few that can be sent and the longest text of all.

    Args:
        context: The surroundings.
        spec: Of the files.
        journal: For the price, if there is a journal.
        row_no: As in the spreadsheet; None for the first few.

    Raises:
        InputError: There is no such row, or no row can be sent.
    """
    now = context.clock.now()
    lang = language_of(context.settings.text("lang"))
    price = None if journal is None else journal.reports.price(spec.gateway)
    with checking(spec, now=now) as checked:
        context.ui.stage("check", None)
        chosen = list(_rows_of(checked, row_no) if row_no else _first_and_longest(checked))
        if not chosen:
            what = (
                tr("there is no data row {row}", row=row_no)
                if row_no
                else tr("no row can be sent to")
            )
            raise InputError(
                tr("{name}: {what}", name=spec.sources.name, what=what),
                hint=tr("campaign check FILE shows every row's problem"),
                code="no_such_row",
            )
        several = len(spec.sources.files) > 1
        return tuple(
            Previewed(
                place_of(checked.sources[row.source_no - 1], row.row.row_no, "", several=several),
                row.row.row_no,
                row.outcome,
                row.warnings,
                _local(row.outcome, now),
                describe(row.outcome.phone, lang) if isinstance(row.outcome, Message) else None,
                _cost(row.outcome, price),
            )
            for row in chosen
        )


def _rows_of(checked: Checking, row_no: int) -> Iterator[CheckedRow]:
    """What became of a row; of several files, of each one's."""
    for row in checked.rows:
        if row.row.row_no == row_no:
            yield row


def _first_and_longest(checked: Checking) -> Iterator[CheckedRow]:
    good = ((row, row.outcome) for row in checked.rows if isinstance(row.outcome, Message))
    first = list(islice(good, PREVIEWED))
    yield from (row for row, _ in first)
    longest = max(good, key=_size, default=None)
    if longest is not None and _size(longest) > max(map(_size, first)):
        yield longest[0]


def _size(one: tuple[CheckedRow, Message]) -> tuple[int, int]:
    return one[1].segments, len(one[1].text)


def _local(outcome: Message | Rejection, now: datetime) -> tuple[datetime, datetime] | None:
    if not isinstance(outcome, Message):
        return None
    return local_times(outcome.phone, outcome.send_at or now)


def _cost(outcome: Message | Rejection, price: Decimal | None) -> Decimal | None:
    return price * outcome.segments if isinstance(outcome, Message) and price is not None else None


def preview_as_json(one: Previewed) -> dict[str, object]:
    """One row for programs; what does not apply is null."""
    found: dict[str, object] = {"row": one.row_no, "place": one.place}
    if isinstance(one.outcome, Rejection):
        cause, hint = reason_text(one.outcome.code, one.outcome.details)
        return {
            **found, "status": one.outcome.status.value, "code": one.outcome.code,
            "reason": cause, "hint": hint,
        }  # fmt: skip
    message = one.outcome
    local = None if one.local is None else [_iso(moment) for moment in one.local]
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
        "local": local,
        "country": None if one.numbering is None else one.numbering.country or None,
        "operator": None if one.numbering is None else one.numbering.operator or None,
        "warnings": [warning.code for warning in one.warnings],
    }


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def zone_name(moment: datetime) -> str:
    """Offset of a moment: `UTC+3`, `UTC+5:30`."""
    zone: tzinfo | None = moment.tzinfo
    offset = None if zone is None else zone.utcoffset(moment)
    minutes = 0 if offset is None else int(offset.total_seconds() // 60)
    hours, rest = divmod(abs(minutes), 60)
    sign = "-" if minutes < 0 else "+"
    return f"UTC{sign}{hours}" + (f":{rest:02d}" if rest else "")
