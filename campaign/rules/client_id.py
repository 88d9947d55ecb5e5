"""Read the customer's clientId, or make one: it pairs the gateway's answer with a person."""

import base64
import hashlib
import re
from typing import Final

from campaign.errors import UnusableCell
from campaign.model import ClientId
from campaign.rules.cells import shown

MAX_LENGTH: Final = 72
MADE_LENGTH: Final = 20
"""Characters of a made clientId: 100 bits, so that a million of them do not meet by chance."""

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
        UnusableCell: ``client_id_empty``, ``client_id_bad_characters`` (with the first such
            ``character``) or ``client_id_too_long`` (with ``length``).

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
        raise UnusableCell(
            "client_id_bad_characters", value=shown(candidate), character=shown(stranger[0])
        )
    raise UnusableCell("client_id_too_long", value=shown(candidate), length=str(len(candidate)))


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
