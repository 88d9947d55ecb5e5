"""The summary of a check: for which files it is made, and as JSON."""

from collections.abc import Mapping
from decimal import Decimal

from campaign.app.check import Checking
from campaign.app.spec import CampaignSpec
from campaign.domain import Source
from campaign.domain.message.segments import ForcingLine, count_segments
from campaign.domain.recipients.headings import heading_of
from campaign.domain.summary import CheckSummary, Problem, ReasonCount, TextFound, makes_client_ids
from campaign.i18n import reason_text
from campaign.text import tr


def summary_of(checking: Checking, spec: CampaignSpec, price: Decimal | None) -> CheckSummary:
    """An empty summary, ready to watch the rows."""
    notes = spec.sources.notes
    if spec.remembered_from:
        remembered = tr(
            "columns remembered from run {run}: {columns}; --map … to change, --forget-mapping to forget",
            run=spec.remembered_from,
            columns=", ".join(f"{role} = {name}" for role, name in spec.mapping.items()),
        )
        notes = (*notes, remembered)
    return CheckSummary(
        checking.sources,
        gateway=spec.gateway,
        notes=notes,
        several=len(spec.sources.files) > 1,
        rate=spec.rate,
        asked_at=spec.asked_at,
        own_client_ids=spec.own_client_ids,
        price=price,
    )


FORCING_SHOWN = 20


def as_json_object(summary: CheckSummary) -> Mapping[str, object]:
    """The object that `campaign check --json` prints.

    What was chosen for the first file is at the top, and for every file under `files`.
    """
    first = _file(summary, summary.sources[0])
    return {
        "schema": 1,
        "rows": summary.rows,
        "recipients": summary.recipients,
        "segments": summary.segments,
        "requests": summary.chunks,
        **{key: first[key] for key in _OF_FIRST},
        "price": None if summary.price is None else str(summary.price),
        "cost": None if summary.cost is None else f"{summary.cost:.2f}",
        "parts": {str(parts): count for parts, count in sorted(summary.parts.items())},
        "longest": _text(summary.longest),
        "dearest": _text(summary.dearest),
        "notes": list(summary.notes),
        "files": [_file(summary, source) for source in summary.sources],
        "reasons": [_count(one) for one in summary.by_reason()],
        "warnings": [_count(one) for one in summary.by_warning()],
        "forcing": [_forcing(line, summary) for line in summary.forcing.lines()[:FORCING_SHOWN]],
        "fix_files": [str(path) for path in summary.fix_files],
        "problems": [_problem(one) for one in summary.problems],
    }


_OF_FIRST = ("format", "encoding", "delimiter", "sheet", "heading_row", "columns")


def _file(summary: CheckSummary, source: Source) -> dict[str, object]:
    info, layout = source.info, source.layout
    return {
        "file": source.name,
        "rows": summary.rows_in[source.no],
        "format": info.format,
        "encoding": info.encoding,
        "delimiter": info.delimiter,
        "sheet": info.sheet,
        "heading_row": layout.heading_row_no,
        "columns": {role.value: heading_of(layout, role) for role in layout.roles},
        "client_ids_made": makes_client_ids(source.layout, own=summary.own_client_ids),
        "notes": [*info.notes, *source.layout.notes],
    }


def _count(one: ReasonCount) -> Mapping[str, object]:
    return {
        "field": one.field,
        "code": one.code,
        "count": one.count,
        "rows": list(one.rows),
        "cells": list(one.cells),
    }


def _forcing(line: ForcingLine, summary: CheckSummary) -> Mapping[str, object]:
    return {
        "characters": line.characters,
        "texts": line.texts,
        "parts": line.parts,
        "parts_without": line.parts_without,
        "cost": None if summary.price is None else f"{summary.price * line.extra_parts:.2f}",
    }


def _problem(one: Problem) -> Mapping[str, object]:
    rejection = one.rejection
    cause, hint = reason_text(rejection.code, rejection.details)
    return {
        "row": rejection.row_no,
        "cell": one.cell,
        "status": rejection.status.value,
        "field": rejection.field,
        "code": rejection.code,
        "reason": cause,
        "hint": hint,
    }


def _text(found: TextFound | None) -> Mapping[str, object] | None:
    if found is None:
        return None
    counted = count_segments(found.message.text)
    return {
        "cell": found.cell,
        "text": found.message.text,
        "characters": len(found.message.text),
        "parts": counted.parts,
        "encoding": counted.encoding,
    }
