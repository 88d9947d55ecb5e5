"""Who may be texted once more on purpose, and under which clientId."""

import re
from collections.abc import Mapping
from typing import Final

from campaign.domain.ids import MAX_LENGTH, make_client_id
from campaign.domain.table import ClientId, Status
from campaign.errors import InputError
from campaign.text import Text, tr

RETRYABLE: Final = (Status.REFUSED, Status.UNDELIVERED, Status.EXPIRED, Status.CANCELLED)
"""The text did not reach these recipients, and will not."""
_WHY_NOT: Final[Mapping[Status, Text]] = {
    Status.UNKNOWN: tr(
        "they may have got the message; campaign unknown shows what is known, and campaign resolve "
        "records your decision"
    ),
    Status.ACCEPTED: tr("the gateway has their message and may still deliver it; campaign status --wait 10m"),
    Status.NO_FINAL_STATUS: tr(
        "the gateway took their message and never reported how it ended, so they may have got it"
    ),
    Status.DELIVERED: tr("they have got it; to send it again on purpose: campaign run FILE --again LABEL"),
    Status.PENDING: tr("they are still to be sent: campaign resume RUN"),
    Status.INVALID: tr("their rows cannot be sent as they are: campaign check FILE --fix-file PATH"),
    Status.DUPLICATE: tr("another row of the file has the same phone"),
    Status.STOPPED: tr("they asked not to get messages"),
    Status.ALREADY_SENT: tr("they got the text from another run"),
}
_GENERATION: Final = re.compile(r"r\d+\Z")


def parse_only(text: str) -> tuple[Status, ...]:
    """Read `--only refused,undelivered`: at least one of `RETRYABLE`, in that order, none twice.

    Raises:
        InputError: For recipients who may have got the text (or must not), or for what is no status.
    """
    wanted = {name.strip().lower().replace("-", "_") for name in text.split(",") if name.strip()}
    allowed = ",".join(RETRYABLE)
    for name in sorted(wanted):
        if name not in set(Status):
            raise InputError(
                tr("--only {name!r} is not a status", name=name), hint=f"--only {allowed}", code="setting"
            )
        if name not in RETRYABLE:
            raise InputError(
                tr(
                    "--only {status}: these recipients are never retried: {why}",
                    status=name,
                    why=_WHY_NOT[Status(name)],
                ),
                hint=tr("--only takes {allowed}", allowed=allowed),
                code="retry_fate",
            )
    if not wanted:
        raise InputError(tr("--only names no status"), hint=f"--only {allowed}", code="setting")
    return tuple(status for status in RETRYABLE if status in wanted)


def retry_client_id(client_id: str, generation: int, *, seed: str, order: int) -> ClientId:
    """Name a message that is sent once more: its own clientId and `r1`, `r2`, ...

    The documents promise nothing about a clientId used twice; with another one the answers to the
    two messages cannot be mixed up, and the customer's own records still show whose it is. `seed`
    (digest of the run that is retried) and `order` (position in it) make a name that has no room.
    """
    own = _GENERATION.sub("", client_id) if generation > 1 else client_id
    named = f"{own}r{generation}"
    return ClientId(named) if len(named) <= MAX_LENGTH else make_client_id(seed, order)
