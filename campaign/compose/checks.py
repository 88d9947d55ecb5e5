"""What `campaign check` tells beyond the brief: problems by reason, for people and programs."""

from collections.abc import Mapping, Sequence

from campaign.adapters.reports.frames import reasons_table
from campaign.compose.brief import Brief
from campaign.rules.words import reason


def by_reason(brief: Brief) -> Sequence[tuple[str, str, int, Sequence[int]]]:
    """(field, code, count, first rows), most frequent first."""
    return [
        (line.field, line.code, line.count, line.first_rows)
        for line in reasons_table(brief.rejected)
    ]


def as_json_object(brief: Brief) -> Mapping[str, object]:
    """The object that `campaign check --json` prints."""
    return {
        "schema": 1,
        "rows": brief.rows,
        "people": brief.people,
        "segments": brief.segments,
        "requests": brief.chunks,
        "format": brief.info.format,
        "encoding": brief.info.encoding,
        "delimiter": brief.info.delimiter,
        "sheet": brief.info.sheet,
        "heading_row": brief.layout.heading_row_no,
        "columns": {
            role.value: brief.layout.heading[at] for role, at in brief.layout.roles.items()
        },
        "reasons": [
            {"field": field, "code": code, "count": count, "rows": list(first)}
            for field, code, count, first in by_reason(brief)
        ],
        "problems": [
            {
                "row": problem.row_no,
                "fate": problem.fate.value,
                "field": problem.field,
                "code": problem.code,
                "reason": reason(problem.code, problem.details, "en").reason,
            }
            for problem in brief.problems
        ],
    }
