"""Values of reporting."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from campaign.model.base import Fate, RunId, RunState
from campaign.model.planning import RunInfo


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One data row of the file and what became of it, in file order.

    Attributes:
        cells: The person's own values as they stood.
        phone: Normalised when it could be, else "".
        code: Reason code; the sentence is `rules.words.reason(code, details, lang)`.
        word: The gateway's raw word, latest one.
        source_no: Which of `RunInfo.sources` the row stands in.
    """

    row_no: int
    cells: tuple[str, ...]
    client_id: str
    phone: str
    text: str
    fate: Fate
    field: str
    code: str
    details: Mapping[str, str]
    word: str
    smsc_id: str
    segments: int | None
    sms_count: int | None
    cost: Decimal | None
    send_at: datetime | None
    handed_over_at: datetime | None
    final_at: datetime | None
    source_no: int = 1


@dataclass(frozen=True, slots=True)
class Tally:
    """Where a run stands, in numbers; `sum(fates.values()) == rows` always.

    Attributes:
        fates: Fates that occur, with their counts.
        attempts: Verdict (and `settled`: unknown once, settled since) to count.
        cost: Currency to the sum that the gateway named, as exact decimals.
        segments_estimated: Over all messages of the plan.
        segments_billed: Over those for which the gateway named a smsCount.
    """

    run: RunId
    state: RunState
    rows: int
    fates: Mapping[Fate, int]
    attempts: Mapping[str, int]
    cost: Mapping[str, Decimal]
    segments_estimated: int
    segments_billed: int


@dataclass(frozen=True, slots=True)
class ReportView:
    """A run at one moment.

    Attributes:
        rows: Every data row of the file once, in file order; may be called again.
    """

    info: RunInfo
    tally: Tally
    rows: Callable[[], Iterator[ReportRow]]
