"""Check a workbook before any library opens it: is it whole, and small enough to be harmless?

A workbook is a ZIP archive of XML, and both can be written to hurt: a few kilobytes may inflate to
gigabytes, a DTD may multiply itself. Nothing here trusts a number that the file states about
itself; what is inflated is counted while it is inflated.

A genuine sheet of 1,000,000 recipients inflates to 300-700 MB, so a limit on the total cannot be
strict. What no genuine workbook has is a *row* or a *string* of megabytes: a cell holds at most
32,767 characters (Source: Microsoft, "Excel specifications and limits"). So the length of each
piece is bounded strictly, and memory here stays at a few pieces. The memory of the library that
reads the cells is bounded by `tables.child`.
"""

import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from campaign.errors import InputError
from campaign.text import Text, tr

MAX_ROWS = 1_048_576
"""Rows of a sheet. Source: Microsoft, "Excel specifications and limits"."""
MAX_COLUMNS = 256
"""Columns with a value; a sheet may have 16,384, a table of recipients does not."""
MAX_PIECE_BYTES = 16 << 20
"""One row or one string as XML: 256 cells of 32,767 characters, two bytes each, and their tags."""
MAX_SMALL_PART_BYTES = 32 << 20
"""Parts that are parsed whole: list of sheets, relations, styles."""
_MAX_MEMBERS = 10_000
_MAX_PART_BYTES = 2 << 30
_MAX_TOTAL_BYTES = 4 << 30
_CHUNK_BYTES = 1 << 20
_ENCRYPTED = 0x1
_UTF16_STARTS = (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<")
SAVE_AGAIN = tr("Open it in a spreadsheet program, check it, and save it again as .xlsx.")


def broken(path: Path, what: Text) -> InputError:
    """The error for a workbook that is damaged: not what its format says it must be."""
    return InputError(
        tr("Workbook {path} is damaged: {what}", path=path, what=what),
        hint=SAVE_AGAIN,
        code="workbook_broken",
    )


def hostile(path: Path, what: Text) -> InputError:
    """The error for a workbook that is whole, but would hurt whoever reads it."""
    return InputError(
        tr("Workbook {path} is refused: {what}", path=path, what=what),
        hint=tr("If you trust it: copy the table into a new workbook, or save it as CSV (UTF-8)."),
        code="workbook_hostile",
    )


def password_needed(path: Path) -> InputError:
    """The error for a workbook that only opens with a password."""
    return InputError(
        tr("Workbook {path} is protected by a password and cannot be read", path=path),
        hint=tr(
            "Open it in a spreadsheet program and save it without a password. In Excel: "
            "File, Info, Protect Workbook, Encrypt with Password, clear the field, save."
        ),
        code="workbook_password",
    )


def member_names(path: Path) -> frozenset[str]:
    """List the archive in lower case and with forward slashes; raises `workbook_broken`."""
    with _archive(path) as archive:
        return frozenset(map(_plain, archive.namelist()))


def _archive(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise broken(path, tr("the file ends too early, or is not a ZIP archive")) from error


def _plain(name: str) -> str:
    """Some writers use backslashes or other capitals; spreadsheet programs do not mind."""
    return name.replace("\\", "/").lower()


class Workbook:
    """An archive that passed the first check; the only way to its bytes.

    Every method raises `InputError` `workbook_broken` or `workbook_hostile`.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._archive = _archive(path)
        self._members = {_plain(info.filename): info for info in self._archive.infolist()}
        try:
            self._check_directory()
        except InputError:
            self._archive.close()
            raise

    def close(self) -> None:
        """Close the file."""
        self._archive.close()

    def has(self, part: str) -> bool:
        """Whether the archive has a part of that name, whatever its capitals."""
        return _plain(part) in self._members

    def size(self, part: str) -> int:
        """Bytes of a part when inflated; the library stops there too, whatever comes behind."""
        info = self._members.get(_plain(part))
        return info.file_size if info else 0

    def small_part(self, part: str) -> bytes:
        """Inflate a part whole, at most `MAX_SMALL_PART_BYTES`."""
        pieces = []
        size = 0
        for chunk in self.chunks(part):
            size += len(chunk)
            if size > MAX_SMALL_PART_BYTES:
                raise hostile(self.path, tr("{part} inflates to more than 32 MB", part=part))
            pieces.append(chunk)
        return b"".join(pieces)

    def chunks(self, part: str, *, comments: bool = True) -> Iterator[bytes]:
        """Inflate a part piece by piece, at most 1 MB at a time; may raise between two pieces."""
        info = self._members.get(_plain(part))
        if info is None:
            raise broken(self.path, tr("{part} is missing", part=part))
        try:
            with self._archive.open(info) as file:
                yield from self._counted(part, file, comments=comments)
        except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, ValueError) as error:
            # The last two: a method nobody knows, a password, a name that is no text.
            raise broken(self.path, tr("{part} cannot be inflated", part=part)) from error

    def _counted(self, part: str, file: IO[bytes], *, comments: bool) -> Iterator[bytes]:
        size = 0
        before = b""
        while chunk := file.read(_CHUNK_BYTES):
            if not size and chunk.startswith(_UTF16_STARTS):
                raise broken(self.path, tr("{part} is not UTF-8", part=part))
            size += len(chunk)
            if size > _MAX_PART_BYTES:
                raise hostile(self.path, tr("{part} inflates to more than 2 GB", part=part))
            # The end of the last chunk, because a word may be cut in two.
            if b"<!" in chunk or b"<!" in before + chunk[:1]:
                self._check_markup(part, before + chunk, comments=comments)
            yield chunk
            before = chunk[-16:]

    def _check_markup(self, part: str, stretch: bytes, *, comments: bool) -> None:
        """No spreadsheet program writes a DTD; it is there to read other files or to explode."""
        if b"<!DOCTYPE" in stretch or b"<!ENTITY" in stretch:
            raise hostile(self.path, tr("{part} contains a document type definition (DTD)", part=part))
        if not comments:
            raise broken(self.path, tr("{part} contains comments or CDATA among its cells", part=part))

    def _check_directory(self) -> None:
        members = self._archive.infolist()
        if len(members) > _MAX_MEMBERS:
            raise hostile(self.path, tr("it has {count} parts", count=len(members)))
        if len(self._members) != len(members):
            raise hostile(self.path, tr("two of its parts have one name"))
        total = 0
        for info in members:
            name = _plain(info.filename)
            if name.startswith("/") or ".." in name.split("/"):
                raise hostile(self.path, tr("part {part!r} points outside", part=info.filename[:80]))
            if info.flag_bits & _ENCRYPTED:
                raise hostile(self.path, tr("its parts are encrypted"))
            total += info.file_size
        if total > _MAX_TOTAL_BYTES:
            raise hostile(self.path, tr("it inflates to {size} MB", size=total >> 20))


def bounded(book: Workbook, part: str) -> Iterator[bytes]:
    """Inflate a part piece by piece, each text and each tag held to `MAX_PIECE_BYTES`."""
    length = 0
    for chunk in book.chunks(part):
        last_tag = chunk.rfind(b"<")
        length = length + len(chunk) if last_tag < 0 else len(chunk) - last_tag
        if length > MAX_PIECE_BYTES:
            raise hostile(book.path, tr("one of its texts is longer than 16 MB"))
        yield chunk
