"""What was decided for a file as a whole before its rows are checked."""

from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Final

from campaign.errors import InputError
from campaign.model import Layout, Role
from campaign.rules.phone import RUSSIA
from campaign.rules.template import BoundTemplate

MAX_PARTS: Final = 10
"""SMS that one message may take; a longer text is a slip (a pasted document), not an SMS."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What was decided for the file as a whole.

    Attributes:
        layout: Where the columns are.
        template: The text for everybody; None: the text column, as it stands.
        sender: For rows whose sender cell is blank; None leaves it to the gateway.
        region: Where a phone without country code belongs.
        countries: Country calling codes that may be texted.
        own_client_ids: Use the file's clientId column; otherwise make them from `seed`.
        seed: Distinguishes this run's made clientIds from those of others.
        send_at: For rows whose schedule cell is blank, in UTC; None: at once. The caller has
            checked that it is far enough ahead; every row is checked again.
        local_time: A time without zone, for rows whose schedule cell is blank, meant in the
            recipient's own zone; "" when `send_at` counts.
        zone: Zone of times that name none, in rows whose timezone cell is blank.
        now: In UTC.
        flash_allowed: The gateway knows flash messages.
        wapurl_allowed: The gateway knows wap-push links.
        max_parts: SMS that one message may take.
        explode_phones: Several phones in a cell are as many messages; otherwise the first that can
            get an SMS is used, with a warning that names the others.
        allow_duplicates: A phone may get several texts; otherwise its first row counts. The same
            text never goes to it twice.
    """

    layout: Layout
    seed: str
    now: datetime
    template: BoundTemplate | None = None
    sender: str | None = None
    region: str = "RU"
    countries: frozenset[int] = RUSSIA
    own_client_ids: bool = False
    send_at: datetime | None = None
    local_time: str = ""
    zone: tzinfo | None = None
    flash_allowed: bool = False
    wapurl_allowed: bool = False
    max_parts: int = MAX_PARTS
    explode_phones: bool = False
    allow_duplicates: bool = False


def require_columns(terms: Terms) -> None:
    """Raise `InputError` when a column is missing without which no row can be read."""
    roles = terms.layout.roles
    if Role.PHONE not in roles:
        raise InputError(
            "No column holds the phone.", hint='--map phone="…"', code="no_phone_column"
        )
    if terms.template is None and Role.TEXT not in roles:
        raise InputError(
            "There is no text: neither --text nor a text column.",
            hint='--text "…", or --map text="…".',
            code="no_text",
        )
    if terms.own_client_ids and Role.CLIENT_ID not in roles:
        raise InputError(
            "No column holds the clientId.",
            hint='--map client_id="…", or --client-id auto.',
            code="no_client_id_column",
        )
