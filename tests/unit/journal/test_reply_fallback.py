"""An answer in hand when the disk is full: saved next to the journal, applied by the next start."""

import json
import os
import stat
import subprocess
import sys
import tempfile
import textwrap
from base64 import b64decode
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from campaign.domain import Reply, RunId, RunState, Status
from campaign.errors import JournalError
from campaign.gateways.json_v2.client import HttpGateway
from campaign.gateways.json_v2.providers import provider_of
from campaign.journal.sqlite.doctor import examine
from campaign.journal.sqlite.reply_fallback import BALLAST_BYTES, ReplyFallback
from campaign.secret import Credentials, Secret
from campaign.sending.send import recover, send_chunk
from tests.fakes import RUN, FakeGateway, Fault, OpenJournal, World, chunked, recipients
from tests.fault.stub_server import answering, http, serving
from tests.invariants import broken

OTHER = RunId("other-000002")
ROOT = Path(__file__).resolve().parents[3]
REPLY = Reply(200, b'{"status":"ok","messages":[]}', retry_after_s=2.0)


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for temporary files, of this test alone."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path / "store" / "journal.db")
    made.plan(chunked(recipients(6), 3))
    yield made
    assert broken(made.path) == []


def fallback(world: World) -> ReplyFallback:
    """With the names that the journal gives its files."""
    return ReplyFallback(world.path)


def saved(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.answer.json"))


def saved_json(attempt: str = "1", http_status: str = "200", body: str = '""') -> bytes:
    """A saved answer with these parts."""
    return (
        f'{{"attempt":{attempt},"http_status":{http_status},"body":{body},"complete":true,'
        '"error":"","retry_after_s":null}'
    ).encode()


def full_from_the_answer_on(journal: OpenJournal) -> Callable[[object], None]:
    """The disk is full once the last byte has left: the commit point is stored, the answer is not."""

    def fill(_connection: object) -> None:
        raise OSError(28, "No space left on device")

    def before_answer(_attempt: object) -> None:
        commit_point = journal.attempts.commit_point

        def fill_after(attempt: object) -> None:
            commit_point(attempt)  # type: ignore[arg-type]  # whatever the gateway was given
            with pytest.raises(JournalError):
                journal.store.write(fill)

        journal.attempts.commit_point = fill_after  # type: ignore[method-assign]  # from now on the disk is full

    return before_answer


def die_with_an_answer(world: World) -> JournalError:
    """One process, whose disk is full when its first answer comes."""
    with world.process() as journal:
        journal.attempts.prepare_room()
        world.gateway.before_send = full_from_the_answer_on(journal)
        error = first_chunk(world, journal)
        world.gateway.before_send = lambda _: None
    return error


def recover_run(world: World) -> None:
    with world.process() as journal:
        recover(world.sending(journal), RUN)


def first_chunk(world: World, journal: OpenJournal) -> JournalError:
    recover(world.sending(journal), RUN)
    journal.runs.set_state(RUN, RunState.SENDING)
    with pytest.raises(JournalError) as stopped:
        send_chunk(world.sending(journal), RUN, 1)
    return stopped.value


# --- the whole way --------------------------------------------------------------------------------


def test_an_answer_that_cannot_be_stored_is_saved_and_applied(world: World) -> None:
    ballast = world.path.with_name("journal.db.ballast")
    error = die_with_an_answer(world)

    assert error.exit_code == 74
    (path,) = saved(world.path.parent)
    assert f"is saved in {path}" in error.message
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert not ballast.exists()
    assert [one.code for one in examine(world.path) if one.level == "error"] == []

    world.gateway.status_text = "queued"
    recover_run(world)
    assert saved(world.path.parent) == []
    assert list(world.statuses().values()) == [Status.ACCEPTED] * 3 + [Status.PENDING] * 3
    assert world.attempts() == {"answered": 1}

    world.resume()
    assert set(world.gateway.times_taken().values()) == {1}
    assert len(world.gateway.ledger) == 6


def test_without_the_file_the_same_recipients_are_unknown_and_never_sent_again(world: World) -> None:
    die_with_an_answer(world)
    for path in saved(world.path.parent):
        path.unlink()

    recover_run(world)

    assert list(world.statuses().values()) == [Status.UNKNOWN] * 3 + [Status.PENDING] * 3


def test_the_answer_of_another_run_is_left_for_that_run(world: World) -> None:
    die_with_an_answer(world)
    world.plan(recipients(2), OTHER)

    world.resume(OTHER)

    (path,) = saved(world.path.parent)
    world.resume()
    assert not path.exists()
    assert set(world.statuses().values()) == {Status.DELIVERED}


def test_the_answer_of_another_journal_is_left_alone(world: World, elsewhere: Path) -> None:
    other = ReplyFallback(elsewhere / "journal.db")
    path = other.save(1, REPLY)
    assert path is not None

    world.resume()

    assert path.exists()


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 100_000, b'{"attempt":1}'),
        saved_json(attempt='"one"'),
        saved_json(body='"!"'),
        saved_json(http_status="[]"),
        saved_json(attempt="99999999999999999999"),
    ],
)
def test_a_broken_file_proves_nothing(world: World, content: bytes) -> None:
    die_with_an_answer(world)
    (path,) = saved(world.path.parent)
    path.write_bytes(content)

    recover_run(world)

    assert list(world.statuses().values())[:3] == [Status.UNKNOWN] * 3
    assert path.exists()


def test_a_link_in_the_shared_folder_is_not_followed(world: World, elsewhere: Path) -> None:
    """Anyone who can write there could claim that nothing was taken."""
    die_with_an_answer(world)
    (path,) = saved(world.path.parent)
    target = elsewhere / "theirs"
    path.replace(target)
    (elsewhere / path.name).symlink_to(target)

    recover_run(world)

    assert list(world.statuses().values())[:3] == [Status.UNKNOWN] * 3


def test_an_answer_of_an_attempt_that_was_closed_changes_nothing(world: World) -> None:
    world.gateway.faults = [Fault.NONE]
    world.resume()
    before = world.statuses()
    fallback(world).save(1, Reply(200, b'{"status":"ok"}'))

    world.resume()

    assert world.statuses() == before
    assert saved(world.path.parent) == []


# --- a disk that is really full -------------------------------------------------------------------

FULL = """
import resource, signal, sys
from pathlib import Path
from campaign.domain import RunState
from tests.fakes import RUN, World
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
world = World(Path(sys.argv[1]))
with world.process() as journal:
    journal.attempts.prepare_room()
    commit_point = journal.attempts.commit_point
    def fill_after(attempt):
        commit_point(attempt)
        size = journal.store.path.with_name("journal.db-wal").stat().st_size
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    journal.attempts.commit_point = fill_after
    journal.runs.set_state(RUN, RunState.SENDING)
    ending = world.engine(journal).run(RUN)
print(int(ending.error.exit_code), ending.error.message)
"""


def test_a_full_disk_keeps_the_answer(world: World) -> None:
    # The limit is on the size of each file: the small fallback file still fits.
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(FULL), str(world.path)],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip

    assert done.stdout.startswith("74 "), done.stderr
    (path,) = saved(world.path.parent)
    assert str(path) in done.stdout
    recover_run(world)
    assert list(world.statuses().values()) == [Status.ACCEPTED] * 3 + [Status.PENDING] * 3


# --- the file -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "reply",
    [
        REPLY,
        Reply(None, complete=False, error="ReadTimeout"),
        Reply(502, b"\x00\xff" * 1000, complete=False, error="ended early"),
    ],
)
@pytest.mark.parametrize("name", ["journal.db", "my [1] journal?.db", "Журнал.db"])
def test_what_was_saved_is_read_back(tmp_path: Path, name: str, reply: Reply) -> None:
    reply_fallback = ReplyFallback(tmp_path / name)

    path = reply_fallback.save(7, reply)

    assert path is not None
    assert list(reply_fallback.saved()) == [(path, 7, "", reply)]
    assert not list(tmp_path.glob("*.part"))


def test_without_room_in_the_folder_the_one_for_temporary_files_is_used(
    tmp_path: Path, elsewhere: Path
) -> None:
    reply_fallback = ReplyFallback(tmp_path / "gone" / "journal.db")

    path = reply_fallback.save(7, REPLY)

    assert path is not None
    assert path.parent == elsewhere
    assert list(reply_fallback.saved()) == [(path, 7, "", REPLY)]


def test_without_any_writable_folder_nothing_is_saved(tmp_path: Path, elsewhere: Path) -> None:
    elsewhere.rmdir()

    assert ReplyFallback(tmp_path / "gone" / "journal.db").save(7, REPLY) is None


def test_the_ballast_is_of_its_size_private_and_made_once(tmp_path: Path) -> None:
    reply_fallback, ballast = (ReplyFallback(tmp_path / "journal.db"), tmp_path / "journal.db.ballast")
    reply_fallback.prepare()
    state = ballast.stat()
    reply_fallback.prepare()

    assert state.st_size == BALLAST_BYTES
    assert stat.S_IMODE(state.st_mode) == 0o600
    assert ballast.stat().st_mtime_ns == state.st_mtime_ns

    os.truncate(ballast, 10)
    reply_fallback.prepare()
    assert ballast.stat().st_size == BALLAST_BYTES


def test_no_password_is_in_the_file(world: World) -> None:
    """A gateway that repeats the request in its answer: the client redacts before anything is stored."""
    password = "correct horse/battery+staple"  # noqa: S105  # invented
    echo = f'{{"status":"error","description":"{password} {quote(password)}"}}'.encode()
    with serving(answering(http(echo))) as server, world.process() as journal:
        gateway = HttpGateway(
            provider_of("prostor"), Credentials("me", Secret(password)), base_url=server.url()
        )
        attempt = journal.attempts.begin(
            journal.attempts.chunk(RUN, 1), queue_name="q" * 16, request_digest=FakeGateway().request_digest
        )
        reply = gateway.send(attempt, lambda: journal.attempts.commit_point(attempt))
        path = fallback(world).save(attempt.attempt_id, reply)
    assert path is not None
    content = path.read_bytes()
    body = b64decode(json.loads(content)["body"])

    assert body.startswith(b'{"status":"error"')
    for secret in (password, quote(password), quote(password, safe="")):
        assert secret.encode() not in content + body
