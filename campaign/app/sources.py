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


_PIECE = 1 << 20


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
        """Its rows, headings included, while the block runs.

        Raises:
            InputError: It cannot be read.
        """
        return open_table(self.path, options)

    def digest_now(self) -> str:
        """SHA-256 of what it holds by now.

        Raises:
            InputError: It cannot be read.
        """
        return file_digest(self.path)


@dataclass(frozen=True, slots=True)
class Sources:
    """The files of a run, in order.

    Attributes:
        notes: What a person should know about how they were chosen.
    """

    files: tuple[SourceFile, ...]
    notes: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What the run is called after."""
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
    """Choose the files of a run.

    Args:
        paths: Files, and folders whose tables are meant: in the order of their names, without
            hidden files, locks and folders inside. Sources come back as they are.

    Raises:
        InputError: One cannot be read, is named twice, or a folder holds no table.
    """
    if isinstance(paths, Sources):
        return paths
    files: list[Path] = []
    notes: list[str] = []
    for path in paths:
        if path.is_dir():
            found, others, hidden = _tables_in(path)
            files += found
            notes += _folder_notes(path, found, others, hidden)
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
    """SHA-256 of a file's bytes.

    Raises:
        InputError: It cannot be read.
    """
    digest = hashlib.sha256()
    try:
        if path.exists() and not path.is_file():
            with open_table(path, FileOptions()):  # says what it is; a pipe would be waited for
                pass
        with path.open("rb") as source:
            while piece := source.read(_PIECE):
                digest.update(piece)
    except (OSError, ValueError) as error:
        # The reader says it in full where it still is so: missing, a folder, no rights.
        with open_table(path, FileOptions()):
            pass
        raise InputError(
            tr(
                "{path} cannot be read: {getattr}",
                path=path,
                getattr=getattr(error, "strerror", None) or error,
            ),
            hint=tr("Nothing was planned; run the command again."),
            code="file_unreadable",
        ) from error
    return digest.hexdigest()


def _tables_in(folder: Path) -> tuple[list[Path], list[str], list[str]]:
    """The tables of a folder, and the names of the other files in it and of hidden ones."""
    try:
        entries = sorted(folder.iterdir(), key=lambda entry: entry.name)
        everything = [entry for entry in entries if entry.is_file()]
    except OSError as error:
        raise InputError(
            tr(
                "the folder {folder} cannot be listed: {strerror}",
                folder=folder,
                strerror=error.strerror or error,
            ),
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
    hidden = [entry.name for entry in everything if entry not in files and _may_matter(entry)]
    return tables, [entry.name for entry in files if not _is_table(entry)], hidden


def _may_matter(path: Path) -> bool:
    """Whether a hidden file is one that the user may miss."""
    return _is_table(path) or _LOCK.fullmatch(path.name) is not None


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
    """Everybody in a file that is named twice would be a duplicate: a slip, not a wish."""
    known: dict[Path, Path] = {}
    for path in files:
        try:
            real = path.resolve()
        except (OSError, ValueError, RuntimeError):
            continue  # the reader says what is wrong with it
        if real in known:
            raise InputError(
                tr("{path} is named twice", path=path)
                if known[real] == path
                else tr("{path} is named twice, also as {other}", path=path, other=known[real]),
                hint=tr("Name every file once."),
                code="file_twice",
            )
        known[real] = path


FORMAT = "dataframe"


@dataclass(frozen=True, slots=True)
class FrameSource(SourceFile):
    """A table in memory; what happens to the DataFrame afterwards makes no difference.

    Attributes:
        texts: Every row, the headings first.
    """

    texts: tuple[tuple[str, ...], ...] = ()

    @contextmanager
    def open(self, options: FileOptions) -> Iterator[Table]:
        """Its rows, numbered as if they stood in a file below their headings."""
        del options
        rows = (RawRow(at, cells) for at, cells in enumerate(self.texts, start=HEADING_ROW))
        yield Table(TableInfo(FORMAT), rows)

    def digest_now(self) -> str:
        """It cannot change."""
        return self.sha256


def sources_of_frame(frame: "pd.DataFrame", name: str) -> Sources:
    """The sources of a run that is planned from a DataFrame.

    Args:
        frame: Its columns are the columns of the table; its index is none.
        name: What the run is called after.

    Returns:
        One source, whose SHA-256 is that of its canonical CSV: the same cells in the same order are
        the same run, whatever types they had.

    Raises:
        InputError: It holds what is no text.
    """
    texts = texts_of(frame)
    digest = hashlib.sha256()
    for line in as_lines(texts):
        digest.update(line.encode())
        digest.update(b"\r\n")
    return Sources((FrameSource(Path(name), name, digest.hexdigest(), texts),))
