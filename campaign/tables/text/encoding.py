"""Find out how a text file is encoded: for certain where possible, by evidence where not.

A wrong guess is thousands of SMS full of question marks, so the order is by certainty: a byte order
mark, UTF-16 by its zeros, strict UTF-8 over the *whole* file, and only then the evidence for a code
page (`code_pages`). Whatever was chosen is tried on every byte before the first row is given out.
"""

import codecs
import io
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from campaign.errors import InputError
from campaign.tables.text.code_pages import examples, guess
from campaign.text import joined, tr

SAMPLE_BYTES = 256 << 10
_CHUNK_BYTES = 1 << 20

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_PIECES, _PIECE_BYTES = 8, 32 << 10
_USUAL, _UNUSUAL = 0.95, 0.5
"""Share of usual characters in UTF-16 read in the right order of bytes, and in the wrong one."""
_CONTROLS = bytes(set(range(0x20)) - set(b"\t\n\x0b\f\r\x1a\x1b"))
_MANY_CONTROLS = 0.01
_NEARLY = 0.9
"""Share of the characters beyond ASCII that are right UTF-8, in a file that nearly is."""
_NAME_IT = tr("Save it as CSV (UTF-8), or name the encoding: --encoding cp1251.")


class _Fault(NamedTuple):
    """Where it first cannot be decoded: offset in bytes, line from 1."""

    offset: int
    line: int


def find_encoding(path: Path, wanted: str | None) -> str:
    """Choose the encoding of a text file and prove that all of the file can be decoded.

    Raises:
        InputError: `encoding_unknown`, `encoding_wrong`, `encoding_unclear`, or `file_binary`.
    """
    with path.open("rb") as file:
        start = file.read(SAMPLE_BYTES)
    if wanted is not None:
        return _wanted(path, start, wanted)
    for mark, encoding in _BOMS:
        if start.startswith(mark):
            return _proved(path, encoding)
    if b"\x00" in start:
        return _proved(path, _without_mark(path, start))
    if len(start) - len(start.translate(None, _CONTROLS)) > _MANY_CONTROLS * len(start):
        raise _binary(path)
    fault = _fault(path, "utf-8")
    if fault is None:
        return "utf-8"
    return _proved(path, _guess(path, fault))


def _wanted(path: Path, start: bytes, name: str) -> str:
    try:
        encoding = codecs.lookup(name.strip()).name
        # Refuses `base64` and its like, which are codecs, but not of text.
        io.TextIOWrapper(io.BytesIO(), encoding=encoding).close()
    except (LookupError, ValueError):
        raise InputError(
            tr("There is no encoding {name!r}", name=name),
            hint=tr("Usual ones: utf-8, cp1251, utf-16, cp866, koi8-r."),
            code="encoding_unknown",
        ) from None
    if encoding == "utf-8" and start.startswith(codecs.BOM_UTF8):
        encoding = "utf-8-sig"
    if not encoding.startswith("utf") and not start.isascii() and _fault(path, "utf-8") is None:
        # A profile that names cp1251 must not garble the one file that is not in it.
        raise InputError(
            tr("{path} is UTF-8, not {encoding}", path=path, encoding=encoding),
            hint=tr("Leave --encoding out, or say --encoding utf-8."),
            code="encoding_wrong",
        )
    return _proved(path, encoding)


def _without_mark(path: Path, start: bytes) -> str:
    """Recognise UTF-16 by its letters, of which the wrong order makes none of Europe's."""
    whole = start[: len(start) // 2 * 2]
    shares = {e: _usual_share(whole.decode(e, "replace")) for e in ("utf-16-le", "utf-16-be")}
    best = max(shares, key=shares.__getitem__)
    if shares[best] > _USUAL and min(shares.values()) < _UNUSUAL:
        return best
    raise _binary(path)


def _usual_share(text: str) -> float:
    return sum(" " <= c < "\u0530" or c in "\t\r\n" or "\u2000" <= c < "\u2150" for c in text) / max(
        1, len(text)
    )


def _binary(path: Path) -> InputError:
    return InputError(
        tr("{path} is not a text table: it contains bytes that text never has", path=path),
        hint=tr("Open it in the program that wrote it and save it as .xlsx or as CSV (UTF-8)."),
        code="file_binary",
    )


def _guess(path: Path, fault: _Fault) -> str:
    with path.open("rb") as file:
        # Around the first byte that is not UTF-8: the start may hold nothing but ASCII.
        file.seek(max(0, fault.offset - SAMPLE_BYTES // 2))
        around = file.read(SAMPLE_BYTES)
    if _nearly_utf8(around):
        raise InputError(
            tr("{path} is UTF-8 except for a byte in line {line}", path=path, line=fault.line),
            hint=tr("Fix that line in a text editor, or save the table again as CSV (UTF-8)."),
            code="encoding_wrong",
        )
    sample = _pieces(path) + b"\n" + around
    encoding = guess(sample, _beyond_ascii(path))
    if encoding is not None:
        return encoding
    readings = joined(
        *(tr("{text!r} in {encoding}", text=text, encoding=name) for name, text in examples(around)),
        separator=", ",
    )
    raise InputError(
        tr(
            "The encoding of {path} cannot be recognised; its first non-English word reads {readings}",
            path=path,
            readings=readings,
        ),
        hint=tr("Say which is right: --encoding cp1251, or save it as CSV (UTF-8)."),
        code="encoding_unclear",
    )


def _pieces(path: Path) -> bytes:
    size = path.stat().st_size
    with path.open("rb") as file:
        pieces = [file.read(_PIECE_BYTES)]
        for part in range(1, _PIECES):
            file.seek(max(_PIECE_BYTES * part, size * part // _PIECES))
            # The first word of a piece may be cut.
            pieces.append(file.read(_PIECE_BYTES).partition(b"\n")[2])
    return b"\n".join(pieces)


def _beyond_ascii(path: Path) -> frozenset[int]:
    known = bytearray(range(0x80))
    for chunk in _chunks(path):
        known += bytes(set(chunk.translate(None, bytes(known))))
    return frozenset(known[0x80:])


def _nearly_utf8(sample: bytes) -> bool:
    """A UTF-8 file with a few wrong bytes would pass for cp1251 and be garbled from end to end."""
    text = sample.decode("utf-8", "replace")
    wrong = text.count("\ufffd")
    beyond_ascii = sum(not character.isascii() for character in text)
    return beyond_ascii - wrong > _NEARLY * beyond_ascii


def _proved(path: Path, encoding: str) -> str:
    """Decode everything once, so that no row is given out of a file that has a wrong line."""
    fault = _fault(path, encoding)
    if fault is None:
        return encoding
    raise InputError(
        tr(
            "{path} is not {encoding}: line {line} cannot be decoded",
            path=path,
            encoding=encoding,
            line=fault.line,
        ),
        hint=_NAME_IT,
        code="encoding_wrong",
    )


def _fault(path: Path, encoding: str) -> _Fault | None:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    offset = 0
    lines = 1
    for chunk in _chunks(path):
        try:
            text = decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            # The decoder may still hold the start of a character from the chunk before.
            rest = len(error.object) - len(chunk)
            good = error.object[: error.start].decode(encoding, "ignore")
            return _Fault(max(0, offset - rest + error.start), lines + _line_ends(good))
        except UnicodeError:
            # UTF-16 without its mark, and codecs that are not for files.
            return _Fault(offset, lines)
        if "\x00" in text:
            raise _binary(path)
        offset += len(chunk)
        lines += _line_ends(text)
    return None


def _line_ends(text: str) -> int:
    return text.count("\n") or text.count("\r")


def _chunks(path: Path) -> Iterator[bytes]:
    """The file in pieces, and an empty one at the end for the decoder."""
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            yield chunk
    yield b""
