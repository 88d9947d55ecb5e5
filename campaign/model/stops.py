"""Values of the stop-list."""

from dataclasses import dataclass
from datetime import datetime

from campaign.model.base import Phone


@dataclass(frozen=True, slots=True)
class StopEntry:
    """A number that no run may text.

    Attributes:
        who: Who put it on the list.
        why: Their words.
    """

    phone: Phone
    added_at: datetime
    who: str
    why: str
