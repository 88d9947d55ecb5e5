"""Cut a text file into lines, in blocks, so that no line costs a call of its own.

Only CR, LF and CRLF end a line, mixed as they may be; the other characters at which Python cuts
(form feed, U+2028) stand inside cells.
"""

import io
import re
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Final, TextIO

from campaign.errors import InputError

MAX_LINE_CHARS: Final = 4 << 20
BLOCK_CHARS: Final = 256 << 10

_BLOCKS_KEPT: Final = 4
_DOS_END: Final = re.compile(r"(?<![^\r\n])\x1a[\x1a\r\n]*\Z|\x1a+\Z")
"""Ctrl-Z, with which DOS programs end a file; anywhere else it stays, so it hides nobody."""


class Lines:
    """The lines of a file as a stream, of which the latest can be had once more.

    Args:
        path: For messages.
        file: Opened with `newline=""`, so that line ends come as they stand.
    """

    def __init__(self, path: Path, file: TextIO) -> None:
        self._path = path
        self._file = file
        self._kept: deque[tuple[int, list[str]]] = deque(maxlen=_BLOCKS_KEPT)
        self._count = 0

    def blocks(self) -> Iterator[list[str]]:
        """Lists of lines with their ends.

        Raises:
            InputError: `line_too_long`.
        """
        tail = ""
        following = self._file.read(BLOCK_CHARS)
        while following:
            text, following = tail + following, self._file.read(BLOCK_CHARS)
            if text.endswith("\r") and following.startswith("\n"):
                text, following = text + "\n", following[1:] or self._file.read(BLOCK_CHARS)
            if following:
                cut = max(text.rfind("\n"), text.rfind("\r")) + 1
                text, tail = text[:cut], text[cut:]
            else:
                text = _DOS_END.sub("", text)
            self._refuse_endless(len(tail))
            lines = io.StringIO(text, newline="").readlines()
            self._kept.append((self._count, lines))
            self._count += len(lines)
            yield lines

    def between(self, start: int, end: int) -> list[str] | None:
        """Lines `start` (from 0) to before `end` once more; None when they are too far back."""
        if not self._kept or start < self._kept[0][0]:
            return None
        found = []
        for first, lines in self._kept:
            found += lines[max(0, start - first) : max(0, end - first)]
        return found

    def _refuse_endless(self, length: int) -> None:
        """A line without an end must not fill the memory."""
        if length >= MAX_LINE_CHARS:
            raise InputError(
                f"{self._path}, line {self._count + 1}: longer than {MAX_LINE_CHARS >> 20} "
                "million characters",
                hint="This is no table of recipients; save it again as CSV (UTF-8).",
                code="line_too_long",
            )
