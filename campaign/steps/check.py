"""Check the rows of a file: each becomes a message or a rejection, and none stops the others.

A stream: a million rows pass through without being held. Only digests of what was seen stay, to
notice a phone met before and a clientId used twice. A rejected row leaves nothing behind, so the
row that mends it further down is not called its duplicate.
"""

from collections.abc import Iterator

from campaign.model import CheckedRow, Fate, Message, RawRow, Rejection, Role
from campaign.rules.phone_cell import Piece
from campaign.rules.row_reader import BadCell, RowReader, SeveralPhones
from campaign.rules.seen import Seen, digest_of
from campaign.rules.terms import MAX_PARTS, Terms, require_columns

__all__ = ["MAX_PARTS", "Terms", "check"]


def check(rows: Iterator[RawRow], terms: Terms, seen: Seen | None = None) -> Iterator[CheckedRow]:
    """Check data rows one by one.

    Args:
        rows: The rows behind the heading. Wholly blank ones are no data rows and are left out.
        terms: What was decided for the file as a whole.
        seen: What the run's earlier files have claimed; None where this one is alone.

    Returns:
        A stream of one outcome a data row (a phone of it, with `Terms.explode_phones`), in file
        order. Whatever is wrong with a row is a `Rejection`; the first thing found counts, in the
        order phone, text, clientId, sender, schedule, flash, wapurl, duplicate.

    Raises:
        InputError: At once, before a row is read: ``no_phone_column``, ``no_text`` or
            ``no_client_id_column``.
    """
    require_columns(terms)
    return _Checker(terms, seen or Seen()).check_all(rows)


class _Checker:
    """The state of one pass over a file: what was seen so far."""

    def __init__(self, terms: Terms, seen: Seen) -> None:
        self._terms = terms
        self._seen = seen
        self._reader = RowReader(terms)

    def check_all(self, rows: Iterator[RawRow]) -> Iterator[CheckedRow]:
        for row in rows:
            if self._reader.is_no_data(row):
                continue
            try:
                checked = self._checked(row)
            except SeveralPhones as several:
                for part, piece in enumerate(several.pieces, start=1):
                    yield self._checked(row, part, piece)
            else:
                yield checked

    def _checked(self, row: RawRow, part: int = 0, piece: Piece | None = None) -> CheckedRow:
        if row.problem and self._reader.suffers(row):
            field = self._reader.field_of_problem(row)
            return CheckedRow(row, Rejection(row.row_no, Fate.INVALID, field, row.problem))
        try:
            message, warnings = self._reader.read(row, part, piece)
        except BadCell as bad:
            rejection = Rejection(row.row_no, Fate.INVALID, bad.field, bad.code, bad.details)
            return CheckedRow(row, rejection, part=part)
        if repeated := self._repeated(message):
            return CheckedRow(row, repeated, part=part)
        if warnings or part:
            return CheckedRow(row, message, warnings=warnings, part=part)
        return CheckedRow(row, message)

    def _repeated(self, message: Message) -> Rejection | None:
        """Claim phone and clientId for a row, or refuse it for an earlier one that did."""
        row_no, seen = message.row_no, self._seen
        if self._terms.allow_duplicates:
            told, code = f"{message.phone}\0{message.text}", "duplicate_message"
        else:
            told, code = message.phone, "duplicate"
        mark = seen.mark(row_no)
        if first := seen.told.claim(digest_of(told.encode()), mark):
            field = self._reader.field(Role.PHONE)
            return Rejection(row_no, Fate.DUPLICATE, field, code, {"row": seen.place(first)})
        if self._terms.own_client_ids:  # made ones differ, as their rows do
            # The gateway's documents write A-Z only, so it may well compare without case.
            named = digest_of(message.client_id.lower().encode())
            if first := seen.client_ids.claim(named, mark):
                seen.told.take_back()
                field, details = self._reader.field(Role.CLIENT_ID), {"row": seen.place(first)}
                return Rejection(row_no, Fate.INVALID, field, "client_id_repeated", details)
        return None
