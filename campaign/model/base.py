"""Names, numbers and words that everything else speaks in."""

from enum import StrEnum
from typing import NewType

RunId = NewType("RunId", str)
Phone = NewType("Phone", str)
"""E.164 with its plus, `+79161234567`."""
ClientId = NewType("ClientId", str)
"""1 to 72 Latin letters or digits."""

CHUNK_SIZE = 200
"""Messages in one request at most. Source: gateway documents, send.json."""

QUEUE_READ_LIMIT = 1000
"""Rows in one statusQueue.json answer at most. Source: gateway documents, statusQueue.json."""


class Fate(StrEnum):
    """What became of a data row; every row has exactly one."""

    INVALID = "invalid"
    DUPLICATE = "duplicate"
    STOPPED = "stopped"
    ALREADY_SENT = "already_sent"
    PENDING = "pending"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    NO_FINAL_STATUS = "no_final_status"


FINAL_FATES = frozenset(Fate) - {Fate.PENDING, Fate.UNKNOWN, Fate.ACCEPTED}
"""Fates that no later word of the gateway can change."""

HANDED_OVER = frozenset({Fate.ACCEPTED, Fate.DELIVERED, Fate.UNDELIVERED, Fate.NO_FINAL_STATUS})
"""The gateway took the message."""


class RunState(StrEnum):
    """Where a run stands."""

    PLANNED = "planned"
    SENDING = "sending"
    PAUSED = "paused"
    SENT = "sent"
    SETTLED = "settled"
    CANCELLED = "cancelled"


class Role(StrEnum):
    """What a column of the file is for."""

    PHONE = "phone"
    CLIENT_ID = "client_id"
    TEXT = "text"
    SENDER = "sender"
    SCHEDULE = "schedule"
    TIMEZONE = "timezone"
    FLASH = "flash"
    WAPURL = "wapurl"
