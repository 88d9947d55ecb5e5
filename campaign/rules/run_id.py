"""Name a run after what it sends: the same file with the same settings is the same run.

The name is how a typed-twice command is noticed, so nothing random and no clock may enter it.
"""

import difflib
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Final

from campaign.errors import InputError
from campaign.model import RunId

SLUG_LENGTH: Final = 24
HEX_LENGTH: Final = 8

_LATIN: Final = str.maketrans(
    dict(
        zip(
            "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
            "a b v g d e e zh z i y k l m n o p r s t u f kh ts ch sh shch  y  e yu ya".split(" "),  # noqa: SIM905 - the two lines stand under each other
            strict=True,
        )
    )
)
_OTHER: Final = re.compile(r"[^a-z0-9]+")


def run_digest(source_sha256: str, settings: Mapping[str, object]) -> str:
    """Digest of everything that decides who is told what.

    Args:
        source_sha256: SHA-256 of the file's bytes, hexadecimal.
        settings: JSON-ready, without secrets; the order of the keys makes no difference.

    Returns:
        SHA-256 over canonical JSON, 64 hexadecimal digits.
    """
    canonical = json.dumps(
        {"settings": dict(settings), "source": source_sha256},
        sort_keys=True,
        ensure_ascii=True,
        allow_nan=False,
        separators=(",", ":"),
    )
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()


def make_run_id(source_name: str, digest: str) -> RunId:
    """Name a run: what a person recognises of the file's name, and what makes it unique.

    Args:
        source_name: Name of the file; folders and the last extension are left out.
        digest: From `run_digest`.

    Returns:
        Like ``spisok-klientov-4f1c22aa``.
    """
    stem = PurePath(source_name).stem.lower().translate(_LATIN)
    slug = _OTHER.sub("-", stem).strip("-")[:SLUG_LENGTH].strip("-") or "run"
    return RunId(f"{slug}-{digest[:HEX_LENGTH]}")


def pick_run(prefix: str, runs: Sequence[RunId]) -> RunId:
    """Find the run that the person means.

    Args:
        prefix: Beginning of a run's name or of its hexadecimal end; the whole name always wins.
        runs: All runs, latest first.

    Raises:
        InputError: ``run_unknown`` with the nearest name, or ``run_ambiguous`` with the candidates.
    """
    wanted = prefix.strip().lower()
    if wanted in runs:
        return RunId(wanted)
    found = [
        run for run in runs if run.startswith(wanted) or run.rpartition("-")[2].startswith(wanted)
    ]
    if len(found) == 1:
        return found[0]
    if found:
        raise InputError(
            f"{len(found)} runs begin with {prefix!r}: {', '.join(found)}.",
            hint="Write more of the name, or its last eight digits.",
            code="run_ambiguous",
        )
    near = difflib.get_close_matches(wanted, runs, n=1, cutoff=0.4)
    guess = f" Did you mean {near[0]}?" if near else ""
    raise InputError(
        f"There is no run {prefix!r}.{guess}", hint="campaign runs", code="run_unknown"
    )
