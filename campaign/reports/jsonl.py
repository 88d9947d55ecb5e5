"""The report for programs: one JSON object a data row, in file order."""

import json
from collections.abc import Iterator
from pathlib import Path

from campaign.domain import ReportRow
from campaign.reports.base import ReportWriter
from campaign.reports.columns import money, utc
from campaign.reports.format import ReportContext

_LINE_ENDS = str.maketrans({char: f"\\u{ord(char):04x}" for char in "\x85\u2028\u2029"})
"""JSON lets these stand, `str.splitlines` and its like in other languages cut the line at them."""


class JsonLinesWriter(ReportWriter):
    """Writes JSON Lines, UTF-8. The keys are a contract: docs/reports.md."""

    def _fill(self, draft: Path, context: ReportContext, rows: Iterator[ReportRow]) -> None:
        names = {source.no: source.name for source in context.run.sources}
        several = len(names) > 1
        # A lone surrogate, which a gateway's JSON can carry, becomes \udXXX: valid in JSON too.
        with draft.open("w", encoding="utf-8", errors="backslashreplace", newline="\n") as out:
            for row in rows:
                record = _record(row, names.get(row.source_no) if several else None)
                line = json.dumps(record, ensure_ascii=False, separators=(",", ":"))
                out.write(line.translate(_LINE_ENDS) + "\n")


def _record(row: ReportRow, file: str | None) -> dict[str, str | int | None]:
    """The row as a JSON object; empty values are null. `file` only where a run has several."""
    return {
        **({} if file is None else {"file": file}),
        "row": row.row_no,
        "client_id": row.client_id or None,
        "phone": row.phone or None,
        "status": row.status.value,
        "reason": row.code or None,
        "gateway_status": row.status_text or None,
        "smsc_id": row.smsc_id or None,
        "sms_count": row.sms_count,
        "cost": None if row.cost is None else money(row.cost),
        "send_at": utc(row.send_at),
        "handed_over_at": utc(row.handed_over_at),
        "final_at": utc(row.final_at),
    }
