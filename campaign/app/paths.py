"""Paths on this machine: the journal, the files next to it, and the reports."""

import re
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from campaign.config import PROFILE_NAME, Settings
from campaign.domain import RunId
from campaign.errors import InputError, JournalError
from campaign.reports import FORMATS
from campaign.text import tr

DEFAULT_REPORT_FOLDER = Path("reports")


@dataclass(frozen=True, slots=True)
class Paths:
    """Paths that belong together: moving the journal moves the sandbox's state with it."""

    journal: Path

    @property
    def sandbox_state(self) -> Path:
        """State of the embedded gateway, so that a resumed run meets the same one."""
        return self.journal.with_name(f"{self.journal.stem}.sandbox.db")

    def run_lock(self, run: RunId) -> Path:
        """The file whose lock a driving process holds."""
        return self.journal.with_name(f"{self.journal.name}.locks") / f"{run}.lock"


def paths_of(settings: Settings) -> Paths:
    """The journal that the settings name, or the one in the user's data folder.

    Links are followed: one journal has one path, and its locks and its WAL are next to it.
    """
    named = settings.text("store")
    if named:
        return Paths(Path(named).expanduser().resolve())
    from platformdirs import user_data_path  # noqa: PLC0415  # start-up time

    return Paths((user_data_path("campaign", appauthor=False) / "journal.db").resolve())


def profile_folder() -> Path:
    """The folder of the user's own defaults (`config.toml`, `password`)."""
    from platformdirs import user_config_path  # noqa: PLC0415  # start-up time

    return user_config_path("campaign", appauthor=False)


def profile_path() -> Path:
    """The user's own defaults."""
    return profile_folder() / PROFILE_NAME


def report_formats(settings: Settings) -> tuple[str, ...]:
    """The formats asked for; without `--format` that of the output's ending, else `xlsx`."""
    ending = Path(settings.text("output")).suffix.lower()
    default = next((name for name, one in FORMATS.items() if one.suffix == ending), "xlsx")
    names = (name.strip().lower() for name in settings.text("format", default).split(","))
    formats = tuple(dict.fromkeys(filter(None, names)))
    for name in formats:
        if name not in FORMATS:
            raise InputError(
                tr("there is no report format {name!r}", name=name),
                hint=f"--format {','.join(FORMATS)}",
                code="report_format",
            )
    return formats


def report_targets(output: str, formats: Sequence[str], run: RunId) -> tuple[tuple[str, Path], ...]:
    """(format, path) of every report.

    `output` may be a folder (existing, or ending in a slash), a file of the one format asked for,
    or a file name whose suffix is replaced for each format; without it they go to `reports/`.
    """
    target = Path(output).expanduser() if output else DEFAULT_REPORT_FOLDER
    if not output or target.is_dir() or re.search(r"[/\\]$", output):
        return tuple((name, target / f"{run}{FORMATS[name].suffix}") for name in formats)
    if len(formats) == 1:
        return ((formats[0], target),)
    known = {one.suffix for one in FORMATS.values()}
    stem = target.with_suffix("") if target.suffix in known else target
    return tuple((name, stem.with_name(stem.name + FORMATS[name].suffix)) for name in formats)


_MAGIC = b"SQLite format 3\0"
"""Source: https://www.sqlite.org/fileformat.html, 1.3."""


def require_journal(path: Path) -> None:
    """Check before anything is made next to it or in it.

    Raises:
        JournalError: It is not a journal file, or a database of another program.
    """
    if not path.is_file() or not path.stat().st_size:
        return  # opening it reports what it is
    with path.open("rb") as file:
        known = file.read(len(_MAGIC)) == _MAGIC
    if not known or _is_foreign(path):
        raise JournalError(
            tr("{path} is not a journal of campaign; it was not changed", path=path),
            hint=tr("Name the journal: --store PATH"),
            code="no_journal_file",
        )


def _is_foreign(path: Path) -> bool:
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as database:
            tables = {row[0] for row in database.execute("SELECT name FROM sqlite_master")}
    except sqlite3.Error:
        return False  # busy or damaged: opening the journal reports it better
    return bool(tables) and not {"run", "meta"} & tables
