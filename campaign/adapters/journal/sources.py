"""The files of a run in the journal: what was read, and how it was understood."""

import json
import sqlite3
from collections.abc import Sequence

from campaign.model import Layout, Role, Source, TableInfo

_COLUMNS = (
    "source_no,name,path,sha256,format,sheet,encoding,delimiter,heading_row_no,heading,roles,notes"
)


def insert_sources(connection: sqlite3.Connection, run_no: int, sources: Sequence[Source]) -> None:
    """Part of the commit that plans a run."""
    connection.executemany(
        f"INSERT INTO source(run_no,{_COLUMNS}) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?)",
        [(run_no, *_values(source)) for source in sources],
    )


def sources_of(connection: sqlite3.Connection, run_id: str) -> tuple[Source, ...]:
    """The files of a run, in order."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM source "  # noqa: S608  # a constant
        "WHERE run_no=(SELECT run_no FROM run WHERE run_id=?) ORDER BY source_no",
        (run_id,),
    )
    return tuple(map(_source, rows))


def _values(source: Source) -> tuple[object, ...]:
    info, layout = source.info, source.layout
    roles = {role.value: index for role, index in layout.roles.items()}
    return (
        source.no, source.name, source.path, source.sha256, info.format, info.sheet, info.encoding,
        info.delimiter, layout.heading_row_no, _json(layout.heading), _json(roles),
        _json(list(info.notes)),
    )  # fmt: skip


def _source(row: tuple[object, ...]) -> Source:
    info = TableInfo(
        format=str(row[4]),
        sheet=_optional(row[5]),
        encoding=_optional(row[6]),
        delimiter=_optional(row[7]),
        notes=tuple(json.loads(str(row[11]))),
    )
    roles = {Role(name): int(index) for name, index in json.loads(str(row[10])).items()}
    layout = Layout(int(str(row[8])), tuple(json.loads(str(row[9]))), roles)
    return Source(int(str(row[0])), str(row[1]), str(row[2]), str(row[3]), info, layout)


def _optional(value: object) -> str | None:
    return None if value is None else str(value)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
