"""Examine a journal file: invariants, integrity, settings, rights. It changes nothing.

Every finding says in words what is wrong; nothing is repaired by guessing.
"""

import os
import re
import shutil
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing, suppress
from importlib.resources import files
from itertools import chain
from pathlib import Path

from campaign.domain import Finding
from campaign.journal.sqlite.connection import SCHEMA_VERSION
from campaign.text import Text, tr

MIN_FREE_BYTES = 64 * 1024 * 1024
"""Less than that and a large run may not find room for its answers."""

_HEADER = re.compile(r"^-- ([EWR]) (I\d\d) (.+)$", re.MULTILINE)
_PRIVATE = 0o077
_RULE_TABLES = ("allowed", "safe_code")


def invariants() -> tuple[tuple[str, str, str, str], ...]:
    """(kind, number, meaning, query) of everything that must be true of a journal."""
    script = files(__package__).joinpath("invariants.sql").read_text(encoding="utf-8")
    found = []
    for block in script.split(";"):
        header = _HEADER.search(block)
        if header is not None:
            found.append((header[1], header[2], header[3], block[header.end() :].strip()))
    return tuple(found)


def _error(code: str, text: str) -> Finding:
    return Finding("error", code, text)


def examine(path: Path) -> tuple[Finding, ...]:
    """Everything that is wrong with a journal, or worth a look.

    What only a journal at rest must not have (open attempts, answers not applied) is worth a look:
    a run that is being driven has it, and one that was killed until somebody resumes it.
    """
    if not path.is_file():
        code = "file" if path.exists() else "no_journal"
        return (_error(code, tr("there is no journal {path}", path=path)),)
    found: list[Finding] = []
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            for one in chain(
                _version(connection), _integrity(connection), _triggers(connection), _broken(connection)
            ):
                found.append(one)  # noqa: PERF402  # what was found before an error counts, too
    except sqlite3.Error as error:
        found.append(
            _error("unreadable", tr("{path} cannot be read as a journal: {error}", path=path, error=error))
        )
    return (*found, *_surroundings(path))


def _version(connection: sqlite3.Connection) -> Iterator[Finding]:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version != SCHEMA_VERSION:
        yield _error(
            "version",
            tr(
                "the journal is of version {version}, not {SCHEMA_VERSION}",
                version=version,
                SCHEMA_VERSION=SCHEMA_VERSION,
            ),
        )
    (mode,) = connection.execute("PRAGMA journal_mode").fetchone()
    if mode != "wal":
        yield _error(
            "journal_mode", tr("journal_mode is {mode}, not wal: commits may not be durable", mode=mode)
        )


def _integrity(connection: sqlite3.Connection) -> Iterator[Finding]:
    for (line,) in connection.execute("PRAGMA integrity_check(20)"):
        if line != "ok":
            yield _error("integrity", tr("SQLite reports: {line}", line=line))
    for table, *_ in connection.execute("PRAGMA foreign_key_check").fetchmany(20):
        yield _error("foreign_key", tr("a row of {table} points to nothing", table=table))


def _triggers(connection: sqlite3.Connection) -> Iterator[Finding]:
    """The guards must be the ones that this version wrote: somebody may have opened the file."""
    with closing(sqlite3.connect(":memory:")) as fresh:
        fresh.executescript(files(__package__).joinpath("schema.sql").read_text(encoding="utf-8"))
        wanted, found = _objects(fresh), _objects(connection)
        for name, sql in wanted.items():
            if found.get(name) != sql:
                text = (
                    tr("the journal's {name} is missing", name=name)
                    if name not in found
                    else tr("the journal's {name} was changed", name=name)
                )
                yield _error("schema", text)
        for name in sorted(found.keys() - wanted.keys()):
            yield _error("schema", tr("the journal's {name} was added by hand", name=name))
        for table in _RULE_TABLES:
            rows = f"SELECT * FROM {table} ORDER BY 1"  # noqa: S608  # a closed set of tables
            if f"table {table}" in found and sorted(fresh.execute(rows)) != sorted(connection.execute(rows)):
                yield _error("schema", tr("the rules in {table} were changed", table=table))


def _objects(connection: sqlite3.Connection) -> dict[str, str]:
    rows = connection.execute(
        "SELECT type||' '||name,sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'"
    )
    return dict(rows.fetchall())


def _broken(connection: sqlite3.Connection) -> Iterator[Finding]:
    for kind, number, meaning, query in invariants():
        try:
            offenders = connection.execute(query).fetchmany(3)
        except sqlite3.Error as error:
            yield _error(
                number, tr("{meaning}: cannot be examined ({error})", meaning=Text(meaning, {}), error=error)
            )
            continue
        if offenders:
            shown = "; ".join(" ".join(str(value) for value in row) for row in offenders)
            level = "error" if kind == "E" else "warning"
            text = tr("{meaning}: {rows}", meaning=Text(meaning, {}), rows=shown)
            if kind == "R":
                text = tr("{text} (being sent now, or stopped: campaign resume)", text=text)
            yield Finding(level, number, text)


def _surroundings(path: Path) -> Iterator[Finding]:
    if os.name == "posix":
        for entry in sorted(path.parent.iterdir()):
            if not entry.name.startswith((path.name, f"{path.stem}.sandbox.db")):
                continue
            with suppress(FileNotFoundError):  # a WAL or an owner's note may go at any time
                if stat.S_IMODE(entry.stat().st_mode) & _PRIVATE:
                    yield _error(
                        "rights", tr("{entry} can be read by others: chmod go-rwx '{entry}'", entry=entry)
                    )
        if path.stat().st_uid != os.getuid():
            yield _error("owner", tr("{path} belongs to another user", path=path))
    free = shutil.disk_usage(path.parent).free
    if free < MIN_FREE_BYTES:
        yield _error("space", tr("only {size} MB are free next to the journal", size=free // 2**20))
