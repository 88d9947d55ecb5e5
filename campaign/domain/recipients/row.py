"""Read one row of the recipients file: every cell that matters.

Nothing here knows of other rows: `app.check` compares a row with earlier ones.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import lru_cache, partial
from typing import Final, TypeVar

from campaign.domain.cells import NO_VALUE_TEXT, is_blank, is_formula_error, shown, tidy
from campaign.domain.check import Message, RowWarning
from campaign.domain.ids import make_client_id, parse_client_id, part_client_id
from campaign.domain.message.review import reviewer
from campaign.domain.message.segments import count_parts
from campaign.domain.message.template import Template
from campaign.domain.recipients.headings import heading_of
from campaign.domain.recipients.phone import RUSSIA, parse_phone
from campaign.domain.recipients.phone_cell import Piece, country_column, read_phones, with_country
from campaign.domain.schedule import load_zone, parse_when, require_ahead
from campaign.domain.table import ClientId, Layout, Phone, RawRow, Role
from campaign.errors import InputError, UnusableCell
from campaign.text import tr

_T = TypeVar("_T")
_SENDER: Final = re.compile(r"[A-Za-z0-9 ._&-]{1,11}|[0-9]{1,15}")
_WAPURL: Final = re.compile(r"[!-~]{1,255}")
_YES: Final = frozenset({"1", "1.0", "yes", "true", "да", "истина"})
_NO: Final = frozenset({"0", "0.0", "no", "false", "нет", "ложь"})


def parse_sender(cell: str) -> str:
    """Read a sender name (подпись); raises `sender_bad`.

    Source:
        Gateway facts: at most 11 Latin letters or digits, registered per operator; blanks,
        `._&-` and digits up to 15 (a number) are in use too.
    """
    name = cell.strip()
    if not _SENDER.fullmatch(name):
        raise UnusableCell("sender_bad", value=shown(cell))
    return name


def parse_flash(cell: str, *, allowed: bool) -> bool:
    """Read whether an SMS is shown at once and not stored; a blank cell means no.

    Raises:
        UnusableCell: `flash_bad`; `flash_unsupported` for a yes to a gateway that would send an
            ordinary SMS instead.

    Source:
        iqsms document, send.json, `flash`.
    """
    answer = tidy(cell).casefold()
    if not answer or answer in _NO:
        return False
    if answer not in _YES:
        raise UnusableCell("flash_bad", value=shown(cell))
    if not allowed:
        raise UnusableCell("flash_unsupported", value=shown(cell))
    return True


def parse_wapurl(cell: str, *, allowed: bool) -> str | None:
    """Read the link of a wap-push message; None for a blank cell.

    Raises:
        UnusableCell: `wapurl_bad`; `wapurl_unsupported` when the gateway knows none.

    Source:
        iqsms document, send.json, `wapurl`: "for example wap.yousite.ru".
    """
    if is_blank(cell):
        return None
    link = cell.strip()
    if not _WAPURL.fullmatch(link) or "." not in link:
        raise UnusableCell("wapurl_bad", value=shown(cell))
    if not allowed:
        raise UnusableCell("wapurl_unsupported", value=shown(cell))
    return link


MAX_PARTS: Final = 10
"""SMS that one message may take; a longer text is a slip (a pasted document), not an SMS."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowOptions:
    """What was decided for the file as a whole.

    Attributes:
        template: The text for everybody; None: the text column, as it is.
        sender: For rows whose sender cell is blank; None leaves it to the gateway.
        own_client_ids: Use the file's clientId column; otherwise make them from `seed`, which
            distinguishes this run's from those of others.
        send_at: For rows whose schedule cell is blank, in UTC; None: at once. The caller has
            checked that it is far enough ahead; every row is checked again.
        zone: Zone of times that name none, in rows whose timezone cell is blank.
        explode_phones: Several phones in a cell are as many messages; otherwise the first that can
            get an SMS is used, with a warning that names the others.
        allow_duplicates: A phone may get several texts, but never the same one twice.
    """

    layout: Layout
    seed: str
    now: datetime
    template: Template | None = None
    sender: str | None = None
    region: str = "RU"
    countries: frozenset[int] = RUSSIA
    own_client_ids: bool = False
    send_at: datetime | None = None
    zone: tzinfo | None = None
    flash_allowed: bool = False
    wapurl_allowed: bool = False
    max_parts: int = MAX_PARTS
    explode_phones: bool = False
    allow_duplicates: bool = False


def require_columns(options: RowOptions) -> None:
    """Raise `InputError` when a column is missing without which no row can be read."""
    roles = options.layout.roles
    if Role.PHONE not in roles:
        raise InputError(tr("No column contains the phone."), hint='--map phone="…"', code="no_phone_column")
    if options.template is None and Role.TEXT not in roles:
        raise InputError(
            tr("There is no text: neither --text nor a text column."),
            hint=tr('--text "…", or --map text="…".'),
            code="no_text",
        )
    if options.own_client_ids and Role.CLIENT_ID not in roles:
        raise InputError(
            tr("No column contains the clientId."),
            hint=tr('--map client_id="…", or --client-id auto.'),
            code="no_client_id_column",
        )


_NO_VALUE: Final = "formula_without_value"
_RARE: Final = frozenset({Role.SENDER, Role.SCHEDULE, Role.FLASH, Role.WAPURL})
_when = lru_cache(maxsize=4096)(parse_when)  # a file has few different times, and many rows
_zone = lru_cache(maxsize=1024)(load_zone)


class BadCell(Exception):
    """Why a row is rejected, and under which heading."""

    def __init__(self, field: str, code: str, details: Mapping[str, str]) -> None:
        super().__init__(code)
        self.field, self.code, self.details = field, code, details


class SeveralPhones(Exception):
    """The row is to become several messages, one a piece (`RowOptions.explode_phones`)."""

    def __init__(self, pieces: tuple[Piece, ...]) -> None:
        super().__init__(len(pieces))
        self.pieces = pieces


class RowReader:
    """Reads the rows of one file."""

    def __init__(self, options: RowOptions) -> None:
        self._options = options
        self._heading = {role: heading_of(options.layout, role) for role in options.layout.roles}
        self._column = dict(options.layout.roles)
        self._country = country_column(options.layout.heading)
        slots = options.template.slots if options.template else ()
        self._titles = {self._column[role]: title for role, title in self._heading.items()} | {
            slot.index: slot.column for slot in slots
        }
        self._text_field = "" if options.template else self._heading[Role.TEXT]
        self._render = options.template.render if options.template else self._text_cell
        self._review = reviewer(options.template, self._text_field)
        self._parse_flash = partial(parse_flash, allowed=options.flash_allowed)
        self._parse_wapurl = partial(parse_wapurl, allowed=options.wapurl_allowed)
        # Most files have none of the rarer columns; a million rows need not check them.
        self._rare = bool(options.send_at) or not _RARE.isdisjoint(self._column)

    def is_no_data(self, row: RawRow) -> bool:
        """Whether the row is blank; one with cells that could not be read is data."""
        if not is_blank(self._cell(row.cells, Role.PHONE)):
            return False
        return is_blank("".join(row.cells)) and row.problem in {"", "row_hidden"}

    def read(
        self, row: RawRow, part: int = 0, piece: Piece | None = None
    ) -> tuple[Message, tuple[RowWarning, ...]]:
        """Read a row as a message, and what should be checked in it.

        Raises:
            BadCell: Something is wrong with the row.
            SeveralPhones: The cell holds several, and each gets a message of its own.
        """
        cells = row.cells
        phone, about_phone = self._phone(cells) if piece is None else (self._known(piece), ())
        text, segments, warnings = self._text(cells)
        client_id = self._client_id(row, part)
        sender, send_at, flash, wapurl = self._options.sender, None, False, None
        if self._rare:
            sender = self._sender(cells)
            send_at = self._send_at(cells)
            flash = self._parsed(cells, Role.FLASH, self._parse_flash)
            wapurl = self._parsed(cells, Role.WAPURL, self._parse_wapurl)
        message = Message(row.row_no, client_id, phone, text, segments, sender, send_at, flash, wapurl)
        return message, about_phone + warnings

    def suffers(self, row: RawRow) -> bool:
        """Whether the problem of a row concerns what is sent: a formula next to it does not."""
        if row.problem != _NO_VALUE or NO_VALUE_TEXT not in row.cells:
            return True
        return bool(self._uncalculated(row))

    def field_of_problem(self, row: RawRow) -> str:
        """Heading of the column that a row's problem is about, "" when it is the whole row."""
        found = self._uncalculated(row) if row.problem == _NO_VALUE else ()
        return self._titles[found[0]] if found else ""

    def _uncalculated(self, row: RawRow) -> Sequence[int]:
        cells = row.cells
        return [i for i in self._titles if i < len(cells) and cells[i] == NO_VALUE_TEXT]

    def field(self, role: Role) -> str:
        """Heading of the column with that role, "" without one."""
        return self._heading.get(role, "")

    def _cell(self, cells: Sequence[str], role: Role) -> str:
        index = self._column.get(role)
        return "" if index is None or index >= len(cells) else cells[index]

    def _text_cell(self, cells: Sequence[str]) -> str:
        return self._cell(cells, Role.TEXT)

    def _bad(self, role: Role, error: UnusableCell) -> BadCell:
        return BadCell(self.field(role), error.code, error.details)

    def _phone(self, cells: Sequence[str]) -> tuple[Phone, tuple[RowWarning, ...]]:
        cell, options = self._cell(cells, Role.PHONE), self._options
        if self._country is not None and self._country < len(cells):
            cell = with_country(cell, cells[self._country])
        try:
            return parse_phone(cell, region=options.region, countries=options.countries), ()
        except UnusableCell as error:
            if error.code != "phone_two_numbers":
                raise self._bad(Role.PHONE, error) from None
        try:
            pieces = read_phones(cell, region=options.region, countries=options.countries)
        except UnusableCell as error:
            raise self._bad(Role.PHONE, error) from None
        if options.explode_phones and len(pieces) > 1:
            raise SeveralPhones(pieces)
        return self._first(pieces)

    def _first(self, pieces: Sequence[Piece]) -> tuple[Phone, tuple[RowWarning, ...]]:
        """The first number that can get an SMS; the others are named, never passed over."""
        used = next(piece for piece in pieces if piece.phone)
        others = ", ".join(piece.value for piece in pieces if piece is not used)
        details = {"used": used.value, "others": others}
        warning = RowWarning(self.field(Role.PHONE), "phone_others", details)
        return self._known(used), (warning,) if others else ()

    def _known(self, piece: Piece) -> Phone:
        if piece.phone is not None:
            return piece.phone
        raise self._bad(Role.PHONE, piece.error or UnusableCell("phone_not_a_number"))

    def _text(self, cells: Sequence[str]) -> tuple[str, int, tuple[RowWarning, ...]]:
        """The text exactly as it will be sent, its parts, and what may be a slip in it."""
        try:
            text = self._render(cells)
        except UnusableCell as error:
            raise BadCell(error.details.get("column", ""), error.code, error.details) from None
        if is_blank(text):
            raise BadCell(self._text_field, "text_empty", {})
        if is_formula_error(text):
            details = {"column": self._text_field, "value": shown(text)}
            raise BadCell(self._text_field, "cell_error", details)
        try:
            warnings = self._review(text, cells)
        except UnusableCell as error:
            column = error.details.get("column", self._text_field)
            raise BadCell(column, error.code, error.details) from None
        parts = count_parts(text)
        if parts > self._options.max_parts:
            details = {"parts": str(parts), "limit": str(self._options.max_parts)}
            raise BadCell(self._text_field, "text_too_long", details)
        return text, parts, warnings

    def _client_id(self, row: RawRow, part: int) -> ClientId:
        if not self._options.own_client_ids:
            return part_client_id(make_client_id(self._options.seed, row.row_no), part)
        return self._parsed(
            row.cells, Role.CLIENT_ID, lambda cell: part_client_id(parse_client_id(cell), part)
        )

    def _parsed(self, cells: Sequence[str], role: Role, parse: Callable[[str], _T]) -> _T:
        try:
            return parse(self._cell(cells, role))
        except UnusableCell as error:
            raise self._bad(role, error) from None

    def _sender(self, cells: Sequence[str]) -> str | None:
        if is_blank(self._cell(cells, Role.SENDER)):
            return self._options.sender
        return self._parsed(cells, Role.SENDER, parse_sender)

    def _send_at(self, cells: Sequence[str]) -> datetime | None:
        options = self._options
        cell = self._cell(cells, Role.SCHEDULE)
        try:
            when = options.send_at if is_blank(cell) else _when(cell, zone=self._zone_of(cells))
            if when is not None:
                require_ahead(when, now=options.now)
        except UnusableCell as error:
            raise self._bad(Role.SCHEDULE, error) from None
        return when

    def _zone_of(self, cells: Sequence[str]) -> tzinfo | None:
        if is_blank(self._cell(cells, Role.TIMEZONE)):
            return self._options.zone
        return self._parsed(cells, Role.TIMEZONE, _zone)
