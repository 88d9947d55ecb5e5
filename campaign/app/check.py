"""The files of a run being checked, one after the other, as one stream of rows."""

from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass

import phonenumbers

from campaign.app.gateway import provider_of
from campaign.app.sources import SourceFile
from campaign.app.spec import CampaignSpec
from campaign.domain import (
    CheckedRow,
    Layout,
    Message,
    RawRow,
    Rejection,
    Role,
    RowWarning,
    Source,
    Status,
    TableInfo,
)
from campaign.domain.message.template import Template
from campaign.domain.recipients.columns import locate
from campaign.domain.recipients.duplicates import Duplicates, digest_of
from campaign.domain.recipients.phone_cell import Piece
from campaign.domain.recipients.row import BadCell, RowOptions, RowReader, SeveralPhones, require_columns
from campaign.domain.summary import makes_client_ids
from campaign.errors import InputError
from campaign.reports.fix_columns import without_fix_columns
from campaign.text import tr


def check(
    rows: Iterator[RawRow], options: RowOptions, seen: Duplicates | None = None, source_no: int = 1
) -> Iterator[CheckedRow]:
    """Check data rows one by one; blank ones are none and are left out.

    Args:
        options: What was decided for the file as a whole.
        seen: What the run's earlier files have claimed; None where this one is alone.
        source_no: Which file of the run it is.

    Returns:
        A stream of one outcome a data row (a phone of it, with `RowOptions.explode_phones`), in file
        order. Whatever is wrong with a row is a `Rejection`; the first thing found counts, in the
        order phone, text, clientId, sender, schedule, flash, wapurl, duplicate.

    Raises:
        InputError: At once, before a row is read: ``no_phone_column``, ``no_text`` or
            ``no_client_id_column``.
    """
    require_columns(options)
    return _Checker(options, seen or Duplicates(), source_no).check_all(rows)


class _Checker:
    """The state of one pass over a file: what was seen so far."""

    def __init__(self, options: RowOptions, seen: Duplicates, source_no: int) -> None:
        self._options = options
        self._seen = seen
        self._source_no = source_no
        self._reader = RowReader(options)

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
        outcome, warnings = self._outcome(row, part, piece)
        return CheckedRow(row, outcome, self._source_no, warnings, part)

    def _outcome(
        self, row: RawRow, part: int, piece: Piece | None
    ) -> tuple[Message | Rejection, tuple[RowWarning, ...]]:
        if row.problem and self._reader.suffers(row):
            field = self._reader.field_of_problem(row)
            return Rejection(row.row_no, Status.INVALID, field, row.problem), ()
        try:
            message, warnings = self._reader.read(row, part, piece)
        except BadCell as bad:
            return Rejection(row.row_no, Status.INVALID, bad.field, bad.code, bad.details), ()
        if repeated := self._repeated(message):
            return repeated, ()
        return message, warnings

    def _repeated(self, message: Message) -> Rejection | None:
        """Claim phone and clientId for a row, or refuse it for an earlier one that did."""
        row_no, seen = message.row_no, self._seen
        if self._options.allow_duplicates:
            claimed, code = f"{message.phone}\0{message.text}", "duplicate_message"
        else:
            claimed, code = message.phone, "duplicate"
        mark = seen.mark(row_no)
        if first := seen.texts.claim(digest_of(claimed.encode()), mark):
            field = self._reader.field(Role.PHONE)
            return Rejection(row_no, Status.DUPLICATE, field, code, {"row": seen.position(first)})
        if self._options.own_client_ids:  # made ones differ, as their rows do
            # The gateway's documents write A-Z only, so it may well compare without case.
            client_id = digest_of(message.client_id.lower().encode())
            if first := seen.client_ids.claim(client_id, mark):
                seen.texts.take_back()
                field, details = self._reader.field(Role.CLIENT_ID), {"row": seen.position(first)}
                return Rejection(row_no, Status.INVALID, field, "client_id_repeated", details)
        return None


@dataclass(frozen=True, slots=True)
class Checking:
    """Every data row of every file of a run, in order.

    Attributes:
        sources: Those opened so far, the first at once; complete when the rows are at their end.
    """

    sources: Sequence[Source]
    rows: Iterator[CheckedRow]

    def messages(self) -> Iterator[tuple[CheckedRow, Message]]:
        """The rows that can be sent."""
        return ((row, row.outcome) for row in self.rows if isinstance(row.outcome, Message))


def size_of(row: tuple[CheckedRow, Message]) -> tuple[int, int]:
    """By which the longest text of some rows is found."""
    return row[1].segments, len(row[1].text)


@contextmanager
def checking(spec: CampaignSpec) -> Iterator[Checking]:
    """Open the files and check them row by row while the block runs.

    Raises:
        InputError: A file or a setting does not fit; also when a file changed meanwhile.
    """
    _require_options(spec)
    seen = Duplicates()
    sources: list[Source] = []

    def all_rows(first: Iterator[CheckedRow], stack: ExitStack) -> Generator[CheckedRow]:
        yield from first
        stack.close()
        for no, file in enumerate(spec.sources.files[1:], start=2):
            with _one_file(spec, file, no, seen) as (source, rows):
                sources.append(source)
                yield from rows

    with ExitStack() as stack:
        source, first = stack.enter_context(_one_file(spec, spec.sources.files[0], 1, seen))
        sources.append(source)
        with closing(all_rows(first, stack)) as rows:
            yield Checking(sources, rows)


def _require_options(spec: CampaignSpec) -> None:
    """One error about an option, not one a row."""
    if spec.text is not None and not spec.text.strip():
        raise InputError(
            tr("the text for all recipients is empty"),
            hint=tr('Write it: --text "…"; or leave --text out to use the text column.'),
            code="option_empty",
        )
    if spec.region not in phonenumbers.SUPPORTED_REGIONS:
        raise InputError(
            tr("--region {region!r} is not a country", region=spec.region),
            hint=tr("Write its ISO 3166 name: --region RU"),
            code="setting",
        )


def _require_sheets(spec: CampaignSpec, file: SourceFile, info: TableInfo) -> None:
    """Of several files, the sheet may be one of the workbooks among them."""
    wanted = spec.options.sheet
    if wanted and not info.sheet and len(spec.sources.files) == 1:
        raise InputError(
            tr(
                "--sheet {wanted!r}: {path} is a text table, which has no sheets",
                wanted=wanted,
                path=file.path,
            ),
            hint=tr("Leave --sheet out, or name the workbook."),
            code="setting",
        )


@contextmanager
def _one_file(
    spec: CampaignSpec, file: SourceFile, no: int, seen: Duplicates
) -> Iterator[tuple[Source, Iterator[CheckedRow]]]:
    with _named(spec, file), file.open(spec.options) as table:
        _require_sheets(spec, file, table.info)
        every_row, fix_header = without_fix_columns(table.rows)
        header = spec.header if fix_header is None else fix_header
        layout, rows = locate(every_row, spec.mapping, header=header)
        source = Source(no, file.name, str(file.path.absolute()), file.sha256, table.info, layout)
        seen.begin(file.name)
        yield source, _unchanged(check(rows, _row_options(spec, layout, no), seen, no), file)


@contextmanager
def _named(spec: CampaignSpec, file: SourceFile) -> Iterator[None]:
    """Of several files, an error must say which one it is about."""
    try:
        yield
    except InputError as error:
        if len(spec.sources.files) == 1 or file.path.name in error.message:
            raise
        raise InputError(
            tr("{path}: {message}", path=file.path, message=error.message), hint=error.hint, code=error.code
        ) from error


def _row_options(spec: CampaignSpec, layout: Layout, no: int) -> RowOptions:
    options_allowed = provider_of(spec.gateway).has_message_options
    return RowOptions(
        layout=layout,
        # Row 5 of one file and row 5 of the next are two recipients.
        seed=spec.digest if no == 1 else f"{spec.digest}/{no}",
        now=spec.asked_at,
        template=None if spec.text is None else Template.parse(spec.text, layout.heading),
        sender=spec.sender,
        region=spec.region,
        countries=spec.countries,
        explode_phones=spec.explode_phones,
        allow_duplicates=spec.allow_duplicates,
        max_parts=spec.max_parts,
        own_client_ids=not makes_client_ids(layout, own=spec.own_client_ids),
        send_at=spec.send_at,
        zone=spec.zone,
        flash_allowed=options_allowed,
        wapurl_allowed=options_allowed,
    )


def _unchanged(rows: Iterator[CheckedRow], file: SourceFile) -> Iterator[CheckedRow]:
    """Refuse a file that was saved again while it was read: half of each would be sent."""
    yield from rows
    if file.digest_now() != file.sha256:
        raise InputError(
            tr("{path} was changed while it was read; nothing was planned", path=file.path),
            hint=tr("Close it in the other program and run the command again."),
            code="file_changed",
        )
