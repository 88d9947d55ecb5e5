"""The two headers of an answer that count: how long to wait, and what time it is there."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

MAX_RETRY_AFTER_S = 300.0


def retry_after_s(header: str) -> float | None:
    """Seconds that the gateway asks for, as a number or a date, within reason."""
    text = header.strip()
    if not text:
        return None
    if text.isascii() and text.isdigit():
        return min(float(text[:9]), MAX_RETRY_AFTER_S)
    moment = http_date(text)
    if moment is None:
        return None
    wait = (moment - datetime.now(UTC)).total_seconds()
    return max(0.0, min(wait, MAX_RETRY_AFTER_S))


def http_date(header: str) -> datetime | None:
    """A date as HTTP writes it, None for anything else."""
    try:
        moment = parsedate_to_datetime(header.strip())
    except (ValueError, OverflowError):
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
