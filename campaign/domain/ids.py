"""Ids of runs and messages: the same file with the same settings gives the same ones.

A run's id is how a command typed twice is noticed, so nothing random and no clock may enter it.
"""

import base64
import difflib
import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Final

from campaign.domain.cells import LOOK_ALIKES, name_character, shown
from campaign.domain.table import ClientId, RunId
from campaign.errors import InputError, UnusableCell
from campaign.text import joined, tr

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
    """SHA-256 in hex of everything that decides who gets what; the settings hold no secrets."""
    canonical = json.dumps(
        {"settings": dict(settings), "source": source_sha256},
        sort_keys=True,
        ensure_ascii=True,
        allow_nan=False,
        separators=(",", ":"),
    )
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()


def make_run_id(source_name: str, digest: str) -> RunId:
    """Name a run `spisok-klientov-4f1c22aa`: from the file's name and its `run_digest`."""
    stem = PurePath(source_name).stem.lower().translate(_LATIN)
    slug = _OTHER.sub("-", stem).strip("-")[:SLUG_LENGTH].strip("-") or "run"
    return RunId(f"{slug}-{digest[:HEX_LENGTH]}")


def pick_run(prefix: str, runs: Sequence[RunId]) -> RunId:
    """Find the run that is meant; raises `run_unknown` or `run_ambiguous`."""
    wanted = prefix.strip().lower()
    if wanted in runs:
        return RunId(wanted)
    found = [run for run in runs if run.startswith(wanted) or run.rpartition("-")[2].startswith(wanted)]
    if len(found) == 1:
        return found[0]
    if found:
        raise InputError(
            tr(
                "{count} runs begin with {prefix!r}: {found}.",
                count=len(found),
                prefix=prefix,
                found=", ".join(found),
            ),
            hint=tr("Write more of the name, or its last eight digits."),
            code="run_ambiguous",
        )
    near = difflib.get_close_matches(wanted, runs, n=1, cutoff=0.4)
    guess = tr("Did you mean {name}?", name=near[0]) if near else ""
    raise InputError(
        joined(tr("There is no run {prefix!r}.", prefix=prefix), guess),
        hint="campaign runs",
        code="run_unknown",
    )


MAX_LENGTH: Final = 72
MADE_LENGTH: Final = 20
"""Characters of a made clientId: 100 bits, so that a million of them do not meet by chance."""
_DASH: Final = "Pd"
_MINUS: Final = "\N{MINUS SIGN}"
_NOT_ALLOWED: Final = re.compile(r"[^A-Za-z0-9]")


def parse_client_id(cell: str) -> ClientId:
    """Read a clientId: 1 to 72 Latin letters or digits, in the case in which they are written.

    Surrounding white space is dropped; nothing else is changed, because a changed identifier would
    no longer match the customer's own records.

    Raises:
        UnusableCell: `client_id_empty`, `client_id_too_long`; for the first character that is not
            allowed `client_id_look_alike` (Cyrillic for Latin), `client_id_space`, `client_id_dash`
            or `client_id_bad_characters`.

    Source:
        Gateway documents, send.json, `clientId`: "A-Z 0-9, max. 72 characters", read as letters of
        either case.
    """
    candidate = cell.strip()
    if candidate.isascii() and candidate.isalnum() and len(candidate) <= MAX_LENGTH:
        return ClientId(candidate)
    if not candidate:
        raise UnusableCell("client_id_empty", value="")
    if unusable := _NOT_ALLOWED.search(candidate):
        raise _bad_character(candidate, unusable.start())
    raise UnusableCell("client_id_too_long", value=shown(candidate), length=str(len(candidate)))


def _bad_character(candidate: str, at: int) -> UnusableCell:
    sign = candidate[at]
    details = {"value": shown(candidate), "character": name_character(sign), "position": str(at + 1)}
    if latin := LOOK_ALIKES.get(sign):
        return UnusableCell("client_id_look_alike", latin=latin, **details)
    if sign.isspace():
        return UnusableCell("client_id_space", **details)
    if unicodedata.category(sign) == _DASH or sign == _MINUS:
        return UnusableCell("client_id_dash", **details)
    return UnusableCell("client_id_bad_characters", **details)


def part_client_id(client_id: ClientId, part: int) -> ClientId:
    """Name one of several messages of a row: `X`, `Xp2`, `Xp3`; raises `client_id_too_long`."""
    if part <= 1:
        return client_id
    named = f"{client_id}p{part}"
    if len(named) > MAX_LENGTH:
        raise UnusableCell("client_id_too_long", value=shown(named), length=str(len(named)))
    return ClientId(named)


def make_client_id(seed: str, row_no: int) -> ClientId:
    """Make the clientId of a row, the same on every machine: 20 signs of base32 of a SHA-256."""
    digest = hashlib.sha256(f"{seed}\0{row_no}".encode()).digest()
    return ClientId(base64.b32encode(digest[:15])[:MADE_LENGTH].decode("ascii"))
