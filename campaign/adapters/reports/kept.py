"""Whether the person's own workbook can be given back, and the process that does it."""

import hashlib
import os
import pickle
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Final

from campaign.adapters.reports.job import Job
from campaign.adapters.tables.guard import Workbook
from campaign.errors import InputError
from campaign.model import ReportRow, RunInfo

MOST_ROWS: Final = 20_000
"""openpyxl needs about half a millisecond and 15 KB a row; more would try a person's patience."""
MOST_BYTES: Final = 8 << 20
MOST_INFLATED: Final = 48 << 20
"""Bytes of XML; each needs up to 30 in memory."""
MEMORY: Final = 2 << 30
SECONDS: Final = 180
_PIECE: Final = 1 << 20
_MACROS: Final = ".xlsm"


def obstacle(run: RunInfo) -> str | None:
    """Why the person's workbook cannot be given back.

    Returns:
        Key of a note; "" where there is no workbook of theirs, None when nothing stands in the way.
    """
    if not any(source.info.format == "xlsx" for source in run.sources):
        return ""
    source = run.sources[0]
    if len(run.sources) > 1:
        return "note_several"
    if not source.layout.heading_row_no:
        return "note_no_heading"
    try:
        large = run.row_count > MOST_ROWS
        return "note_large" if large else _obstacle_in(Path(source.path), source.sha256)
    except FileNotFoundError:
        return "note_gone"
    except (OSError, ValueError, InputError, zipfile.BadZipFile):
        return "note_not_kept"


def _obstacle_in(path: Path, sha256: str) -> str | None:
    if path.stat().st_size > MOST_BYTES:
        return "note_large"
    if _digest(path) != sha256:
        return "note_changed"
    return None if _inflated(path) <= MOST_INFLATED else "note_large"


def macro_note(run: RunInfo) -> str | None:
    """Key of a note about what is left out of their workbook, None if nothing is."""
    return "note_macros" if run.sources[0].path.lower().endswith(_MACROS) else None


def is_exploded(rows: list[ReportRow]) -> bool:
    """Whether a row of theirs has several outcomes (`--explode-phones`)."""
    return len({row.row_no for row in rows}) < len(rows)


def keep_in_child(draft: Path, job: Job, rows: list[ReportRow]) -> bool:
    """Fill their workbook in a process with limits; whether the draft is whole.

    Args:
        draft: The file to write.
        job: What the report is about.
        rows: Every data row once, in file order.
    """
    environment = {k: v for k, v in os.environ.items() if not k.startswith("CAMPAIGN_")}
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, sys.path))
    command = [sys.executable, "-P", "-c", _CHILD, str(MEMORY)]
    work = pickle.dumps((Path(job.run.sources[0].path), draft, job, rows))
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and module
            command,
            input=work,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=environment,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0 and zipfile.is_zipfile(draft)


_CHILD: Final = """
import sys
try:
    import resource
except ImportError:
    pass
else:
    resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[1]),) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
from campaign.adapters.reports.kept_child import main
sys.exit(main())
"""
"""The limits stand before the first import."""


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()


def _inflated(path: Path) -> int:
    """Bytes of all parts of text; the guard looks at each while it is inflated."""
    workbook = Workbook(path)
    try:
        with zipfile.ZipFile(path) as archive:
            names = [name for name in archive.namelist() if name.lower().endswith(_TEXT_PARTS)]
        if sum(map(workbook.size, names)) > MOST_INFLATED:
            return MOST_INFLATED + 1
        return sum(len(chunk) for name in names for chunk in workbook.chunks(name))
    finally:
        workbook.close()


_TEXT_PARTS: Final = (".xml", ".rels", ".vml")
