"""What was measured, one JSON file a piece, and on which program."""

import hashlib
import json
import platform
import sqlite3
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

PROGRAM = Path(__file__).resolve().parents[2] / "campaign"
SENDING = (
    "clock.py",
    "errors.py",
    "secret.py",
    "domain/attempt.py",
    "domain/campaign.py",
    "domain/delivery.py",
    "domain/polling.py",
    "domain/retry_policy.py",
    "domain/table.py",
    "sending/*.py",
    "gateways/*.py",
    "gateways/json_v2/*.py",
    "journal/*.py",
    "journal/sqlite/*.py",
    "journal/sqlite/*.sql",
    "app/run_lock.py",
    "app/send.py",
)
"""What sends, polls and stores; the rest may change without a new measurement."""
READING_SIDES = frozenset({"reports.py"})
"""Modules of the journal that a run never writes through."""

Measured = dict[str, Any]


def digest_of(program: Path = PROGRAM) -> str:
    """12 hex digits over the sources of the program that send, follow and remember."""
    whole = hashlib.sha256()
    for path in sorted({path for pattern in SENDING for path in program.glob(pattern)}):
        if path.name not in READING_SIDES:
            whole.update(f"{path.relative_to(program).as_posix()}\0".encode())
            whole.update(hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Piece:
    """One measurement that is done.

    Attributes:
        digest: Of the program.
        sample: What of the whole was measured.
    """

    part: str
    name: str
    digest: str
    sample: str
    command: str
    at: str
    seconds: float
    python: str
    sqlite: str
    measured: Measured


class Measurements:
    """A folder of pieces."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def measure(self, part: str, name: str, sample: str, work: Callable[[], Measured]) -> Piece:
        """The piece: measured now, unless it was on this very program and this sample."""
        path = self._folder / f"{part}-{hashlib.sha256(name.encode()).hexdigest()[:8]}.json"
        if path.exists():
            found = Piece(**json.loads(path.read_text("utf-8")))
            if (found.digest, found.sample) == (digest_of(), sample):
                return found
        began_s, before = time.monotonic(), digest_of()
        measured = work()
        if digest_of() != before:
            raise SystemExit(f"{part}, {name}: the program was changed meanwhile")
        piece = Piece(
            part=part,
            name=name,
            digest=before,
            sample=sample,
            command=f"python -m tests.figures --only {part}",
            at=f"{datetime.now(UTC):%Y-%m-%d}",
            seconds=round(time.monotonic() - began_s, 1),
            python=platform.python_version(),
            sqlite=sqlite3.sqlite_version,
            measured=measured,
        )
        aside = path.with_suffix(".part")
        aside.write_text(json.dumps(asdict(piece), ensure_ascii=False), encoding="utf-8")
        aside.replace(path)
        return piece

    def pieces(self) -> Iterator[Piece]:
        """All that is there."""
        for path in sorted(self._folder.glob("*.json")):
            yield Piece(**json.loads(path.read_text("utf-8")))
