"""Check the rows of a file: each becomes a message or a rejection, and none stops the others.

A stream: a million rows pass through without being held. Only digests of what was seen stay, to
notice the same message to the same person and a clientId used twice. A rejected row leaves nothing
behind, so the row that mends it further down is not called its duplicate.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import lru_cache
from typing import Final

from campaign.errors import InputError, UnusableCell
from campaign.model import (
    CheckedRow,
    ClientId,
    Fate,
    Layout,
    Message,
    Phone,
    RawRow,
    Rejection,
    Role,
)
from campaign.rules.cells import is_blank
from campaign.rules.client_id import make_client_id, parse_client_id
from campaign.rules.columns import heading_of
from campaign.rules.fields import parse_flash, parse_sender, parse_wapurl
from campaign.rules.phone import RUSSIA, parse_phone
from campaign.rules.schedule import load_zone, parse_when, require_ahead
from campaign.rules.seen import Seen, digest_of
from campaign.rules.segments import count_segments
from campaign.rules.template import BoundTemplate

MAX_PARTS: Final = 10
"""SMS that one message may take; a longer text is a slip (a pasted document), not an SMS."""

_RARE: Final = frozenset({Role.SENDER, Role.SCHEDULE, Role.FLASH, Role.WAPURL})

_when = lru_cache(maxsize=4096)(parse_when)  # a file has few different times, and many rows
_zone = lru_cache(maxsize=1024)(load_zone)


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


def check(rows: Iterator[RawRow], terms: Terms, seen: Seen | None = None) -> Iterator[CheckedRow]:
    """Check data rows one by one.

    Args:
        rows: The rows behind the heading. Wholly blank ones are no data rows and are left out.
        terms: What was decided for the file as a whole.
        seen: What the run's earlier files have claimed; None where this one is alone.

    Returns:
        A stream of one outcome a data row, in file order. Whatever is wrong with a row is a
        `Rejection`; the first thing found counts, in the order phone, text, clientId, sender,
        schedule, flash, wapurl, duplicate.

    Raises:
        InputError: At once, before a row is read: ``no_phone_column``, ``no_text`` or
            ``no_client_id_column``.
    """
    _require_columns(terms)
    return _Checker(terms, seen or Seen()).check_all(rows)


def _require_columns(terms: Terms) -> None:
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


class _BadCell(Exception):
    """Why a row is rejected, and under which heading."""

    def __init__(self, field: str, code: str, details: Mapping[str, str]) -> None:
        super().__init__(code)
        self.field, self.code, self.details = field, code, details


class _Checker:
    """The state of one pass over a file: what was seen so far."""

    def __init__(self, terms: Terms, seen: Seen) -> None:
        self._terms = terms
        self._seen = seen
        self._heading = {role: heading_of(terms.layout, role) for role in terms.layout.roles}
        self._column = dict(terms.layout.roles)
        self._text_field = "" if terms.template else self._heading[Role.TEXT]
        self._render = terms.template.render if terms.template else self._text_cell
        # Most files have none of the rarer columns; a million rows need not look for them.
        self._rare = bool(terms.send_at or terms.local_time) or not _RARE.isdisjoint(self._column)

    def check_all(self, rows: Iterator[RawRow]) -> Iterator[CheckedRow]:
        for row in rows:
            if self._is_no_data(row):
                continue
            yield CheckedRow(row, self._outcome(row))

    def _is_no_data(self, row: RawRow) -> bool:
        """Whether nobody can be meant; a blank row with cells that could not be read is data."""
        if not is_blank(self._cell(row.cells, Role.PHONE)):
            return False
        return is_blank("".join(row.cells)) and row.problem in {"", "row_hidden"}

    def _outcome(self, row: RawRow) -> Message | Rejection:
        if row.problem:
            return Rejection(row.row_no, Fate.INVALID, "", row.problem)
        try:
            message = self._read(row)
            told = self._digest(message)
        except _BadCell as bad:
            return Rejection(row.row_no, Fate.INVALID, bad.field, bad.code, bad.details)
        return self._repeated(message, told) or message

    def _read(self, row: RawRow) -> Message:
        """Understand the cells of a row, in the order in which people look at them."""
        cells = row.cells
        phone = self._phone(cells)
        text, segments = self._text(cells)
        client_id = self._client_id(row)
        sender, send_at, flash, wapurl = self._terms.sender, None, False, None
        if self._rare:
            sender = self._sender(cells)
            send_at = self._send_at(cells)
            flash, wapurl = self._flash(cells), self._wapurl(cells)
        return Message(row.row_no, client_id, phone, text, segments, sender, send_at, flash, wapurl)

    def _cell(self, cells: Sequence[str], role: Role) -> str:
        index = self._column.get(role)
        return "" if index is None or index >= len(cells) else cells[index]

    def _text_cell(self, cells: Sequence[str]) -> str:
        return self._cell(cells, Role.TEXT)

    def _bad(self, role: Role, error: UnusableCell) -> _BadCell:
        return _BadCell(self._heading.get(role, ""), error.code, error.details)

    def _phone(self, cells: Sequence[str]) -> Phone:
        cell = self._cell(cells, Role.PHONE)
        try:
            return parse_phone(cell, region=self._terms.region, countries=self._terms.countries)
        except UnusableCell as error:
            raise self._bad(Role.PHONE, error) from None

    def _text(self, cells: Sequence[str]) -> tuple[str, int]:
        """The text exactly as it will be sent, and its parts."""
        try:
            text = self._render(cells)
        except UnusableCell as error:
            raise _BadCell(error.details.get("column", ""), error.code, error.details) from None
        if is_blank(text):
            raise _BadCell(self._text_field, "text_empty", {})
        parts = count_segments(text).parts
        if parts > self._terms.max_parts:
            details = {"parts": str(parts), "limit": str(self._terms.max_parts)}
            raise _BadCell(self._text_field, "text_too_long", details)
        return text, parts

    def _client_id(self, row: RawRow) -> ClientId:
        if not self._terms.own_client_ids:
            return make_client_id(self._terms.seed, row.row_no)
        try:
            return parse_client_id(self._cell(row.cells, Role.CLIENT_ID))
        except UnusableCell as error:
            raise self._bad(Role.CLIENT_ID, error) from None

    def _sender(self, cells: Sequence[str]) -> str | None:
        cell = self._cell(cells, Role.SENDER)
        if is_blank(cell):
            return self._terms.sender
        try:
            return parse_sender(cell)
        except UnusableCell as error:
            raise self._bad(Role.SENDER, error) from None

    def _send_at(self, cells: Sequence[str]) -> datetime | None:
        terms = self._terms
        cell = self._cell(cells, Role.SCHEDULE)
        wanted = terms.local_time if is_blank(cell) else cell
        try:
            when = _when(wanted, zone=self._zone_of(cells)) if wanted else terms.send_at
            if when is not None:
                require_ahead(when, now=terms.now)
        except UnusableCell as error:
            raise self._bad(Role.SCHEDULE, error) from None
        return when

    def _zone_of(self, cells: Sequence[str]) -> tzinfo | None:
        cell = self._cell(cells, Role.TIMEZONE)
        if is_blank(cell):
            return self._terms.zone
        try:
            return _zone(cell)
        except UnusableCell as error:
            raise self._bad(Role.TIMEZONE, error) from None

    def _flash(self, cells: Sequence[str]) -> bool:
        try:
            return parse_flash(self._cell(cells, Role.FLASH), allowed=self._terms.flash_allowed)
        except UnusableCell as error:
            raise self._bad(Role.FLASH, error) from None

    def _wapurl(self, cells: Sequence[str]) -> str | None:
        try:
            return parse_wapurl(self._cell(cells, Role.WAPURL), allowed=self._terms.wapurl_allowed)
        except UnusableCell as error:
            raise self._bad(Role.WAPURL, error) from None

    def _digest(self, message: Message) -> bytes:
        """What makes a message the same one: the person and the words."""
        try:
            return digest_of(f"{message.phone}\0{message.text}".encode())
        except UnicodeEncodeError:  # half a surrogate pair, which no request could carry
            raise _BadCell(self._text_field, "text_bad_characters", {}) from None

    def _repeated(self, message: Message, told: bytes) -> Rejection | None:
        """Claim phone, text and clientId for a row, or refuse it for an earlier one that did."""
        row_no, seen = message.row_no, self._seen
        mark = seen.mark(row_no)
        if first := seen.told.claim(told, mark):
            field = self._heading[Role.PHONE]
            return Rejection(row_no, Fate.DUPLICATE, field, "duplicate", {"row": seen.place(first)})
        if self._terms.own_client_ids:  # made ones differ, as their rows do
            # The gateway's documents write A-Z only, so it may well compare without case.
            named = digest_of(message.client_id.lower().encode())
            if first := seen.client_ids.claim(named, mark):
                seen.told.take_back()
                field, details = self._heading[Role.CLIENT_ID], {"row": seen.place(first)}
                return Rejection(row_no, Fate.INVALID, field, "client_id_repeated", details)
        return None
