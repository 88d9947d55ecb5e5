"""The settings sheet: everything that decided who was told what; never a secret."""

import json
import re
from collections.abc import Iterator
from typing import Final

from campaign.adapters.reports.job import Job
from campaign.adapters.reports.lines import Lines
from campaign.adapters.reports.palette import Palette
from campaign.adapters.reports.safe import without_user
from campaign.adapters.reports.sheets import Sheet
from campaign.model import Source

_WIDTHS: Final = (34, 100)
_SECRET: Final = re.compile("login|passw|secret|token", re.IGNORECASE)


def put_settings(sheet: Sheet, palette: Palette, job: Job, numbering: str) -> None:
    """Fill the settings sheet.

    Args:
        sheet: An empty sheet.
        palette: Formats of its workbook.
        job: What the report is about.
        numbering: Name and release of the data that knows operators.
    """
    lines = Lines(sheet, palette, _WIDTHS)
    lines.title(job.say("settings_title"))
    lines.end()

    def put(heads: tuple[str, str], facts: Iterator[tuple[str, str]]) -> None:
        lines.head(*heads)
        for name, value in facts:
            lines.text(0, name, palette.cell)
            lines.text(1, value, palette.cell)
            lines.end_wrapped((0, name), (1, value))
        lines.end()

    put((job.words().label("run"), ""), _run_facts(job, numbering))
    put((job.say("option"), job.say("value")), _options(job))
    for source in job.run.sources:
        put((job.say("source", no=source.no), ""), _source_facts(job, source))


def _run_facts(job: Job, numbering: str) -> Iterator[tuple[str, str]]:
    run, label = job.run, job.words().label
    yield label("run"), run.run
    yield label("gateway"), without_user(f"{run.gateway} {run.gateway_url}".strip())
    yield job.say("digest"), run.digest
    yield job.say("version"), f"campaign {job.extras.version}".strip()
    yield job.say("numbering"), numbering


def _options(job: Job) -> Iterator[tuple[str, str]]:
    for name, value in job.run.settings.items():
        if _SECRET.search(name):
            continue
        said = value if isinstance(value, str) else json.dumps(value or "", ensure_ascii=False)
        said = "" if said == '""' else said
        yield f"--{name.replace('_', '-')}", without_user(said) or job.say("none")


def _source_facts(job: Job, source: Source) -> Iterator[tuple[str, str]]:
    info, layout, say = source.info, source.layout, job.say
    yield job.words().label("file"), source.name
    yield say("path"), source.path
    yield say("sha256"), source.sha256
    yield say("format"), info.format
    for key, value in (
        ("sheet", info.sheet), ("encoding", info.encoding), ("delimiter", info.delimiter),
    ):  # fmt: skip
        if value:
            yield say(key), repr(value) if value.isspace() else value
    yield say("heading_row"), str(layout.heading_row_no or say("none"))
    used = ((role, layout.heading[at]) for role, at in layout.roles.items()
            if at < len(layout.heading))  # fmt: skip
    yield say("columns"), "\n".join(f"{role}: {heading}" for role, heading in used)
    for note in (*info.notes, *layout.notes):
        yield say("said"), note
