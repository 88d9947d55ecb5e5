"""Read the customer's clientId, or make one: it pairs the gateway's answer with a person."""

import base64
import hashlib
import re
import unicodedata
from typing import Final

from campaign.errors import UnusableCell
from campaign.model import ClientId
from campaign.rules.cells import shown
from campaign.rules.characters import LOOK_ALIKES, name_character

MAX_LENGTH: Final = 72
MADE_LENGTH: Final = 20
"""Characters of a made clientId: 100 bits, so that a million of them do not meet by chance."""

_DASH: Final = "Pd"
_MINUS: Final = "\N{MINUS SIGN}"
_NOT_ALLOWED: Final = re.compile(r"[^A-Za-z0-9]")


def parse_client_id(cell: str) -> ClientId:
    """Read a clientId from one cell of the recipients file.

    Surrounding white space is dropped; nothing else is mended, because a changed identifier would
    no longer match the customer's own records.

    Args:
        cell: The cell as text, never as a number: ``007`` and ``7`` differ.

    Returns:
        1 to 72 Latin letters or digits, in the case in which they stand.

    Raises:
        UnusableCell: ``client_id_empty``, ``client_id_too_long`` (with ``length``); for the first
            character that is not allowed ``client_id_look_alike`` (a Cyrillic ``character`` that
            looks like the ``latin`` one), ``client_id_space``, ``client_id_dash`` or
            ``client_id_bad_characters``, each with the ``character`` and its ``position`` from 1.

    Source:
        Gateway documents, send.json, ``clientId``: "A-Z 0-9, max. 72 characters", read as letters
        of either case.
    """
    candidate = cell.strip()
    if candidate.isascii() and candidate.isalnum() and len(candidate) <= MAX_LENGTH:
        return ClientId(candidate)
    if not candidate:
        raise UnusableCell("client_id_empty", value="")
    if stranger := _NOT_ALLOWED.search(candidate):
        raise _bad_character(candidate, stranger.start())
    raise UnusableCell("client_id_too_long", value=shown(candidate), length=str(len(candidate)))


def _bad_character(candidate: str, at: int) -> UnusableCell:
    """Say which character it is: many that are not allowed look as if they were."""
    sign = candidate[at]
    details = {
        "value": shown(candidate),
        "character": name_character(sign),
        "position": str(at + 1),
    }
    if latin := LOOK_ALIKES.get(sign):
        return UnusableCell("client_id_look_alike", latin=latin, **details)
    if sign.isspace():
        return UnusableCell("client_id_space", **details)
    if unicodedata.category(sign) == _DASH or sign == _MINUS:
        return UnusableCell("client_id_dash", **details)
    return UnusableCell("client_id_bad_characters", **details)


def part_client_id(client_id: ClientId, part: int) -> ClientId:
    """Name one of several messages that a row becomes (`--explode-phones`).

    Args:
        client_id: Of the row.
        part: From 1. The first keeps the row's own; the others get ``p2``, ``p3``, ...

    Raises:
        UnusableCell: ``client_id_too_long``: there is no room left for that.
    """
    if part <= 1:
        return client_id
    named = f"{client_id}p{part}"
    if len(named) > MAX_LENGTH:
        raise UnusableCell("client_id_too_long", value=shown(named), length=str(len(named)))
    return ClientId(named)


def make_client_id(seed: str, row_no: int) -> ClientId:
    """Make the clientId of a row; the same seed and row give the same one, on every machine.

    Args:
        seed: What distinguishes this run from others (the digest of its file and settings).
        row_no: As the person sees it.

    Returns:
        20 upper-case letters and digits 2 to 7 (base32 of a SHA-256).
    """
    digest = hashlib.sha256(f"{seed}\0{row_no}".encode()).digest()
    return ClientId(base64.b32encode(digest[:15])[:MADE_LENGTH].decode("ascii"))
