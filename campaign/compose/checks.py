"""What `campaign check` tells programs."""

from collections.abc import Mapping

from campaign.compose.brief import Brief, ReasonCount, TextFound
from campaign.model import Source
from campaign.rules.forcing import ForcingLine
from campaign.rules.headings import heading_of
from campaign.rules.segments import count_segments
from campaign.rules.words import reason

FORCING_SHOWN = 20


def as_json_object(brief: Brief) -> Mapping[str, object]:
    """The object that `campaign check --json` prints.

    What was chosen for the first file stands at the top, and for every file under `files`.
    """
    first = _file(brief, brief.sources[0])
    return {
        "schema": 1,
        "rows": brief.rows,
        "people": brief.people,
        "segments": brief.segments,
        "requests": brief.chunks,
        **{key: first[key] for key in _OF_FIRST},
        "price": None if brief.price is None else str(brief.price),
        "cost": None if brief.cost is None else f"{brief.cost:.2f}",
        "parts": {str(parts): count for parts, count in sorted(brief.parts.items())},
        "longest": _text(brief.longest),
        "dearest": _text(brief.dearest),
        "notes": list(brief.notes),
        "files": [_file(brief, source) for source in brief.sources],
        "reasons": [_count(one) for one in brief.by_reason()],
        "warnings": [_count(one) for one in brief.by_warning()],
        "forcing": [_forcing(line, brief) for line in brief.forcing.lines()[:FORCING_SHOWN]],
        "fix_files": [str(path) for path in brief.fix_files],
        "problems": [_problem(brief, at) for at in range(len(brief.problems))],
    }


_OF_FIRST = ("format", "encoding", "delimiter", "sheet", "heading_row", "columns")


def _file(brief: Brief, source: Source) -> dict[str, object]:
    info, layout = source.info, source.layout
    return {
        "file": source.name,
        "rows": brief.rows_in[source.no],
        "format": info.format,
        "encoding": info.encoding,
        "delimiter": info.delimiter,
        "sheet": info.sheet,
        "heading_row": layout.heading_row_no,
        "columns": {role.value: heading_of(layout, role) for role in layout.roles},
        "client_ids_made": brief.makes_client_ids(source),
        "notes": [*info.notes, *source.layout.notes],
    }


def _count(one: ReasonCount) -> Mapping[str, object]:
    return {
        "field": one.field,
        "code": one.code,
        "count": one.count,
        "rows": list(one.rows),
        "places": list(one.places),
    }


def _forcing(line: ForcingLine, brief: Brief) -> Mapping[str, object]:
    return {
        "characters": line.characters,
        "texts": line.texts,
        "parts": line.parts,
        "parts_without": line.parts_without,
        "cost": None if brief.price is None else f"{brief.price * line.extra_parts:.2f}",
    }


def _problem(brief: Brief, at: int) -> Mapping[str, object]:
    rejection = brief.problems[at].rejection
    said = reason(rejection.code, rejection.details, "en")
    return {
        "row": rejection.row_no,
        "place": brief.problems[at].place,
        "fate": rejection.fate.value,
        "field": rejection.field,
        "code": rejection.code,
        "reason": said.reason,
        "hint": said.hint,
    }


def _text(found: TextFound | None) -> Mapping[str, object] | None:
    if found is None:
        return None
    counted = count_segments(found.message.text)
    return {
        "place": found.place,
        "text": found.message.text,
        "characters": len(found.message.text),
        "parts": counted.parts,
        "encoding": counted.encoding,
    }
