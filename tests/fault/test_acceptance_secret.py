"""The password is in no output, no report and no byte of the journal, whatever its disguise.

The gateway of these tests is careless: it answers errors with the whole request, as debugging
proxies do, so that the password comes back in what the program must store and show.
"""

import base64
import hashlib
import html
import io
import json
import lzma
import sqlite3
import urllib.parse
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from functools import partial
from itertools import product
from pathlib import Path

import pytest

from tests.foreign import faults
from tests.foreign.driver import Shell
from tests.foreign.gateway import LOGIN, PASSWORD, Dialect, Fault, ForeignGateway
from tests.foreign.recipients import recipients, write_csv
from tests.foreign.together import live_together

PLAIN_WRONG = "wr0ng-Pass-4711"


def disguises(password: str) -> dict[str, bytes]:
    """Every form in which a password is known to leak."""
    raw = password.encode()
    ascii_json = json.dumps(password)[1:-1]
    found = {
        "plain": raw,
        "cp1251": password.encode("cp1251"),
        "UTF-16": password.encode("utf-16-le"),
        "JSON": json.dumps(password, ensure_ascii=False)[1:-1].encode(),
        "JSON, ASCII": ascii_json.encode(),
        "JSON in JSON": json.dumps(ascii_json)[1:-1].encode(),
        "repr": repr(password)[1:-1].encode(),
        "URL": urllib.parse.quote(password).encode(),
        "URL, all": urllib.parse.quote(password, safe="").encode(),
        "form": urllib.parse.quote_plus(password).encode(),
        "HTML": html.escape(password).encode(),
        "hex": raw.hex().encode(),
        "md5": hashlib.md5(raw, usedforsecurity=False).hexdigest().encode(),
        "sha1": hashlib.sha1(raw, usedforsecurity=False).hexdigest().encode(),
        "sha256": hashlib.sha256(raw).hexdigest().encode(),
        "basic": base64.b64encode(f"{LOGIN}:{password}".encode()),
    }
    for shift in range(3):
        # base64 of a text that holds the password somewhere: the middle is the same in each
        shifted = base64.b64encode(b"\0" * shift + raw)
        found[f"base64 at {shift}"] = shifted[4 if shift else 0 : -4]
    return found


def pieces(path: Path) -> Iterator[bytes]:
    """The bytes of a file, and what unpacks from it."""
    content = path.read_bytes()
    yield content
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            yield from (book.read(name) for name in book.namelist())
    if content.startswith(b"SQLite format 3"):
        yield from packed_values(path)


def packed_values(path: Path) -> Iterator[bytes]:
    """Every value of every table that unpacks."""
    unpackers: tuple[Callable[[bytes], bytes], ...] = (
        lambda value: zlib.decompress(value, 47),
        lambda value: zlib.decompress(value, -15),
        lzma.decompress,
    )
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as journal:
        names = journal.execute("SELECT name FROM sqlite_schema WHERE type='table'").fetchall()
        for (name,) in names:
            for row in journal.execute(f'SELECT * FROM "{name}"'):  # noqa: S608 - names from the file
                for value, unpack in product(row, unpackers):
                    with suppress(zlib.error, lzma.LZMAError, TypeError):
                        yield unpack(value)


def leaks(folder: Path, password: str) -> list[str]:
    """Where the password is, and in which disguise."""
    forms = disguises(password)
    return [
        f"{path.relative_to(folder)}: {name}"
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        for piece in pieces(path)
        for name, form in forms.items()
        if form in piece
    ]


def test_the_search_finds_what_it_looks_for(tmp_path: Path) -> None:
    forms = disguises(PASSWORD)
    for number, form in enumerate(forms.values()):
        (tmp_path / f"{number}.txt").write_bytes(b"before " + form + b" after")
    with closing(sqlite3.connect(tmp_path / "packed.db")) as journal, journal:
        journal.execute("CREATE TABLE replies (body BLOB)")
        journal.execute("INSERT INTO replies VALUES (?)", (zlib.compress(PASSWORD.encode() * 9),))

    found = leaks(tmp_path, PASSWORD)
    assert {line.partition(": ")[2] for line in found} == set(forms)
    assert any(line.startswith("packed.db") for line in found)


@pytest.mark.parametrize("password", [PASSWORD, PLAIN_WRONG])
def test_a_good_run_leaves_no_trace_of_the_password(tmp_path: Path, password: str) -> None:
    file = write_csv(tmp_path / "customers.csv", recipients(250))
    with ForeignGateway(password=password) as gateway:
        shell = Shell(tmp_path, gateway.url, "prostor", password=password)
        ended = shell.run(file, "-v", "--format", "jsonl,xlsx")
        shell.report()
        lines = gateway.counts.request_lines

    made = [shell.store, *(shell.folder / path for path in ended.summary["reports"])]
    assert ended.code == 3, ended.tell()
    assert {oct(path.stat().st_mode & 0o777) for path in made} == {"0o600"}  # phones and texts
    assert leaks(tmp_path, password) == []
    assert not any(password in urllib.parse.unquote(line) for line in lines)


def test_an_answer_that_shows_the_request_is_redacted_before_it_is_stored_or_shown(tmp_path: Path) -> None:
    live_together(
        tmp_path,
        {
            f"{code}": partial(meet_a_mirror, fault=faults.echo(code, accepted=accepted))
            for code, accepted in ((200, True), (400, False), (401, False), (502, True))
        },
    )


def meet_a_mirror(folder: Path, *, fault: Fault) -> None:
    file = write_csv(folder / "customers.csv", recipients(250))
    with ForeignGateway(faults=faults.at({1: fault})) as gateway:
        gateway.queue_muted = True
        shell = Shell.at(gateway, folder, wait="1s")
        ended = shell.run(file, "-v")
        shell.report()

    assert ended.code not in {0, 1, 3}, ended.tell()
    assert leaks(folder, PASSWORD) == []


def test_a_wrong_password_is_not_shown_in_the_refusal(tmp_path: Path) -> None:
    file = write_csv(tmp_path / "customers.csv", recipients(5))
    with ForeignGateway(Dialect.IQSMS) as gateway:
        shell = Shell(tmp_path, gateway.url, "iqsms", password=PLAIN_WRONG)
        ended = shell.run(file, "-v")

    assert ended.code == 6, ended.tell()
    assert leaks(tmp_path, PLAIN_WRONG) == []
