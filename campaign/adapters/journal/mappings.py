"""Columns that a person named and confirmed, kept by the shape of the file."""

import json
from collections.abc import Mapping
from typing import NamedTuple

from campaign.adapters.journal.store import Store, to_us
from campaign.model import RunId
from campaign.ports import Clock

_MOST = 200


class KnownShape(NamedTuple):
    """What was confirmed for files of one shape."""

    shape: str
    mapping: Mapping[str, str]
    run: str


class MappingBook:
    """Remembers `--map` for files of the same shape."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def known(self) -> tuple[KnownShape, ...]:
        """What was confirmed, latest first."""
        with self._store.read() as connection:
            rows = connection.execute(
                "SELECT shape,mapping,run_id FROM mapping ORDER BY at_us DESC LIMIT ?", (_MOST,)
            ).fetchall()
        return tuple(KnownShape(shape, json.loads(mapping), run) for shape, mapping, run in rows)

    def remember(self, shape: str, mapping: Mapping[str, str], run: RunId) -> None:
        """Keep a mapping; a later one for the same shape replaces it."""
        values = (shape, json.dumps(dict(mapping), ensure_ascii=False), run)
        now_us = to_us(self._clock.now())
        self._store.write(
            lambda connection: connection.execute(
                "INSERT INTO mapping(shape,mapping,run_id,at_us) VALUES(?,?,?,?) "
                "ON CONFLICT(shape) DO UPDATE SET mapping=excluded.mapping,"
                "run_id=excluded.run_id,at_us=excluded.at_us",
                (*values, now_us),
            )
        )

    def forget(self, shape: str) -> None:
        """Drop what was kept for a shape."""
        self._store.write(
            lambda connection: connection.execute("DELETE FROM mapping WHERE shape=?", (shape,))
        )
