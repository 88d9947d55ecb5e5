"""Which files a run is made of: named one by one, or all tables of a folder."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from campaign.domain import FileOptions, RawRow, Table, TableInfo
from campaign.errors import InputError
from campaign.i18n import count_of
from campaign.tables import open_table
from campaign.tables.dataframe import HEADING_ROW, as_lines, texts_of
from campaign.tables.detect import TABLE_SUFFIXES
from campaign.text import some, tr

if TYPE_CHECKING:
    import pandas as pd


_HIDDEN = (".", "~$")

_LOCK = re.compile(r"~\$(.+)|\.~lock\.(.+)#")
"""Of Excel and of LibreOffice: `~$x.xlsx`, `.~lock.x.ods#` next to an `x.ods` that is open."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to be read.

    Attributes:
        name: Without folders, unless two files of the run are called the same.
        sha256: Of its bytes, hexadecimal.
    """

    path: Path
    name: str
    sha256: str

    def open(self, options: FileOptions) -> AbstractContextManager[Table]:
        """Its rows, headings included, while the block runs."""
        return open_table(self.path, options)

    def digest_now(self) -> str:
        """SHA-256 of what it holds by now."""
        return file_digest(self.path)


@dataclass(frozen=True, slots=True)
class Sources:
    """The files of a run, in order, with notes about how they were chosen."""

    files: tuple[SourceFile, ...]
    notes: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """After which the run is named."""
        first, rest = self.files[0].path.name, len(self.files) - 1
        return f"{first} and {rest} more" if rest else first

    @property
    def sha256(self) -> str:
        """Of the only file's bytes; of several, over their names and bytes in the given order.

        The order counts: it decides which of two equal rows is the first.
        """
        if len(self.files) == 1:
            return self.files[0].sha256
        listed = "".join(f"{file.sha256} {file.path.name}\n" for file in self.files)
        return hashlib.sha256(listed.encode("utf-8", "surrogateescape")).hexdigest()


def find_sources(paths: Sequence[Path] | Sources) -> Sources:
    """Choose the files of a run; sources come back as they are.

    A folder stands for its tables in the order of their names, without hidden files and subfolders.

    Raises:
        InputError: One cannot be read, is named twice, or a folder holds no table.
    """
    if isinstance(paths, Sources):
        return paths
    files: list[Path] = []
    notes: list[str] = []
    for path in paths:
        if path.is_dir():
            tables, others, hidden = _tables_in(path)
            files += tables
            notes += _folder_notes(path, tables, others, hidden)
        else:
            files.append(path)
    _refuse_doubles(files)
    names = Counter(path.name for path in files)
    return Sources(
        tuple(
            SourceFile(path, path.name if names[path.name] == 1 else str(path), file_digest(path))
            for path in files
        ),
        tuple(notes),
    )


def file_digest(path: Path) -> str:
    """SHA-256 of a file's bytes; `InputError` where it cannot be read."""
    try:
        if path.exists() and not path.is_file():
            with open_table(path, FileOptions()):  # reports what it is; reading a pipe would block
                pass
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, ValueError) as error:
        # The reader reports it in full where it still is so: missing, a folder, no rights.
        with open_table(path, FileOptions()):
            pass
        raise InputError(
            tr("{path} cannot be read: {error}", path=path, error=error),
            hint=tr("Nothing was planned; run the command again."),
            code="file_unreadable",
        ) from error


def _tables_in(folder: Path) -> tuple[list[Path], list[str], list[str]]:
    """The tables of a folder, and the names of other files and of hidden ones that may matter."""
    try:
        entries = sorted(folder.iterdir(), key=lambda entry: entry.name)
        everything = [entry for entry in entries if entry.is_file()]
    except OSError as error:
        raise InputError(
            tr("the folder {folder} cannot be listed: {error}", folder=folder, error=error),
            hint=tr("Check that you may read it, or name the files."),
            code="file_unreadable",
        ) from error
    files = [entry for entry in everything if not entry.name.startswith(_HIDDEN)]
    tables = [entry for entry in files if _is_table(entry)]
    if not tables:
        raise InputError(
            tr("the folder {folder} contains no table", folder=folder),
            hint=tr("Name a file, or a folder with .csv .tsv .txt .xlsx files in it."),
            code="file_is_folder",
        )
    others = [entry.name for entry in files if not _is_table(entry)]
    hidden = [
        entry.name
        for entry in everything
        if entry not in files and (_is_table(entry) or _LOCK.fullmatch(entry.name))
    ]
    return tables, others, hidden


def _is_table(path: Path) -> bool:
    return path.suffix.lower() in TABLE_SUFFIXES


def _folder_notes(
    folder: Path, tables: Sequence[Path], others: Sequence[str], hidden: Sequence[str]
) -> Iterator[str]:
    note = tr(
        "{count} of {folder} in the order of their names, not of folders inside",
        count=count_of(len(tables), "table"),
        folder=folder,
    )
    yield (tr("{note}; not read: {names}", note=note, names=some(others)) if others else note)
    if hidden:
        found = map(_LOCK.fullmatch, hidden)
        open_ones = [lock[1] or lock[2] for lock in found if lock]
        yield tr("left out as hidden: {names}", names=some(hidden))
        if open_ones:
            yield tr(
                "open in another program, changes that were not saved are not read: {names}",
                names=some(open_ones),
            )


def _refuse_doubles(files: Sequence[Path]) -> None:
    """Every recipient in a file that is named twice would be a duplicate: a mistake."""
    known: dict[Path, Path] = {}
    for path in files:
        try:
            real = path.resolve()
        except (OSError, ValueError, RuntimeError):
            continue  # the reader reports what is wrong with it
        if real in known:
            raise InputError(
                tr("{path} is named twice", path=path)
                if known[real] == path
                else tr("{path} is named twice, also as {other}", path=path, other=known[real]),
                hint=tr("Name every file once."),
                code="file_twice",
            )
        known[real] = path


@dataclass(frozen=True, slots=True)
class FrameSource(SourceFile):
    """A table in memory, every row as texts, the headings first.

    What happens to the DataFrame afterwards makes no difference.
    """

    texts: tuple[tuple[str, ...], ...] = ()

    @contextmanager
    def open(self, options: FileOptions) -> Iterator[Table]:
        """Its rows, numbered as in a file whose first row has the headings."""
        del options
        rows = (RawRow(at, cells) for at, cells in enumerate(self.texts, start=HEADING_ROW))
        yield Table(TableInfo("dataframe"), rows)

    def digest_now(self) -> str:
        """It cannot change."""
        return self.sha256


def sources_of_frame(frame: "pd.DataFrame", name: str) -> Sources:
    """The columns of a DataFrame, without its index, as the one source of a run of that name.

    Its SHA-256 is that of its canonical CSV: the same cells in the same order are the same run,
    whatever types they had.

    Raises:
        InputError: It holds what is no text.
    """
    texts = texts_of(frame)
    digest = hashlib.sha256()
    for line in as_lines(texts):
        digest.update(f"{line}\r\n".encode())
    return Sources((FrameSource(Path(name), name, digest.hexdigest(), texts),))
