"""Replies that a full disk kept out of the journal, in files until the next `recover`."""

import base64
import glob
import json
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from campaign.domain import Reply

BALLAST_BYTES = 8 * 1024 * 1024
"""Room for the replies of 32 requests at once at their largest honest size, many times over."""

_SUFFIX = ".answer.json"


class ReplyFallback:
    """The reply files of the journal at a path."""

    def __init__(self, store: Path) -> None:
        self._ballast = store.with_name(f"{store.name}.ballast")
        self._folders = (store.parent, Path(tempfile.gettempdir()))
        # By the path alone: when it is needed most, the journal cannot be read.
        key = sha256(str(store.absolute()).encode()).hexdigest()[:16]
        self._prefix = f"{store.name}.{key}."

    def prepare(self) -> None:
        """Make the ballast; a disk without room for it has no room for a run either."""
        if self._ballast.exists() and self._ballast.stat().st_size == BALLAST_BYTES:
            return
        with suppress(OSError):
            descriptor = os.open(self._ballast, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
            try:
                os.write(descriptor, os.urandom(BALLAST_BYTES))  # no file system compresses that
                os.fsync(descriptor)
            finally:
                os.close(descriptor)

    def save(self, attempt_id: int, reply: Reply, *, queue_name: str = "") -> Path | None:
        """Save a reply outside the journal; None where nothing can be written."""
        with suppress(OSError):
            self._ballast.unlink()
        content = json.dumps({
            "attempt": attempt_id,
            "queue": queue_name,
            "http_status": reply.http_status,
            "body": base64.b64encode(reply.body).decode("ascii"),
            "complete": reply.complete,
            "error": reply.error,
            "retry_after_s": reply.retry_after_s,
        }).encode()  # fmt: skip
        for folder in self._folders:
            path = folder / f"{self._prefix}{attempt_id}{_SUFFIX}"
            with suppress(OSError):
                _write_whole(path, content)
                return path
        return None

    def saved(self) -> Iterator[tuple[Path, int, str, Reply]]:
        """File, attempt, status queue ("" when not known), reply; broken files are left alone."""
        for folder in self._folders:
            for path in sorted(folder.glob(f"{glob.escape(self._prefix)}*{_SUFFIX}")):
                with suppress(OSError, ValueError, KeyError, TypeError, RecursionError):
                    if _is_ours(path):
                        yield (path, *_read(path))


def _is_ours(path: Path) -> bool:
    """In a shared folder, anybody may put a reply that never came."""
    state = path.lstat()
    return stat.S_ISREG(state.st_mode) and (os.name != "posix" or state.st_uid == os.getuid())


def _read(path: Path) -> tuple[int, str, Reply]:
    content = json.loads(path.read_bytes())
    attempt_id = int(content["attempt"])
    status, wait_s = content["http_status"], content["retry_after_s"]
    if not 0 < attempt_id < 2**63:
        raise ValueError(attempt_id)
    reply = Reply(
        http_status=None if status is None else int(status),
        body=base64.b64decode(content["body"], validate=True),
        complete=bool(content["complete"]),
        error=str(content["error"]),
        retry_after_s=None if wait_s is None else float(wait_s),
    )
    return attempt_id, str(content.get("queue", "")), reply


def _write_whole(path: Path, content: bytes) -> None:
    """Write, flush and name the file in one go: half a reply would be worse than none."""
    draft = path.with_suffix(".part")
    descriptor = os.open(draft, os.O_CREAT | os.O_TRUNC | os.O_WRONLY | getattr(os, "O_NOFOLLOW", 0), 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise
