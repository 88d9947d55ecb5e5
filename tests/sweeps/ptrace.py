"""Follow one process, count its effects on the world, and strike at the k-th (Linux, x86-64).

`strace -e inject=…:when=k` counts for each thread and each call alone, and from the start of the
interpreter; a process with two threads then has calls that no k reaches. Here one counter runs
over all threads and all calls, and only over those that touch the watched folder or a socket:
every number from 1 to the last one is another moment, and none is missed.

Reads are not counted: between two effects nothing outside the process changes, so a death before a
read and a death before the next effect leave the same world. `recvfrom` is (an answer taken off
the socket is gone), although it is a read.
"""

import ctypes
import errno
import os
import random
import signal
import struct
import sys
import time
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

_TRACEME, _SYSCALL, _SETOPTIONS, _POKEUSER = 0, 24, 0x4200, 6
_GET_SYSCALL_INFO = 0x420E
_SYSGOOD, _TRACE_CLONE, _EXITKILL = 0x1, 0x8, 0x100000
_WALL = 0x40000000
_ORIG_RAX, _RAX = 15 * 8, 10 * 8
_ENTRY, _EXIT = 1, 2
_AT_FDCWD = -100
_INFO_SIZE = 88
_INET = (2, 10)

CALLS: Mapping[int, str] = {
    1: "write", 2: "open", 3: "close", 18: "pwrite64", 20: "writev", 41: "socket", 42: "connect",
    44: "sendto", 45: "recvfrom", 46: "sendmsg", 48: "shutdown", 74: "fsync", 75: "fdatasync",
    76: "truncate", 77: "ftruncate", 82: "rename", 83: "mkdir", 84: "rmdir", 86: "link",
    87: "unlink", 90: "chmod", 91: "fchmod", 257: "openat", 258: "mkdirat", 263: "unlinkat",
    264: "renameat", 285: "fallocate", 316: "renameat2", 296: "pwritev",
}  # fmt: skip
"""Numbers of x86-64 to names: everything that changes a file, a name or a connection."""

_BY_PATH = {"open": 0, "truncate": 0, "rename": 0, "mkdir": 0, "rmdir": 0, "link": 0, "unlink": 0,
            "chmod": 0, "openat": 1, "mkdirat": 1, "unlinkat": 1, "renameat": 1,
            "renameat2": 1}  # fmt: skip
"""Which argument is the path; for the *at calls the one before it is the folder."""

_TARGET = {"rename": 1, "link": 1, "renameat": 3, "renameat2": 3}

_libc = ctypes.CDLL(None, use_errno=True)
_libc.ptrace.restype = ctypes.c_long
_libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]


def usable() -> bool:
    """Whether this machine is one whose registers are known here."""
    return sys.platform == "linux" and os.uname().machine == "x86_64"


class Blow(StrEnum):
    """What happens at the chosen effect."""

    NONE = "none"
    COUNT = "count"
    """Nothing either, but what would have been struck is counted."""
    KILL = "kill"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Strike:
    """When and how to strike.

    Attributes:
        at: The number of the effect, from 1, counted over `calls` below `within` only.
        onwards: Every such effect from there on, and not only that one.
        error: `errno` of a failure.
        calls: Names; empty: all.
        within: A path that the file's path must begin with; "" for all, sockets included.
        image: After a kill, make of the files below `within` what a power cut could leave: "" no,
            "synced" (only what was synced), or a seed (some of the rest, sector by sector).
    """

    blow: Blow = Blow.NONE
    at: int = 0
    onwards: bool = False
    error: int = errno.EIO
    calls: frozenset[str] = frozenset()
    within: str = ""
    image: str = ""


@dataclass(slots=True)
class Traced:
    """What was seen of one process.

    Attributes:
        code: Exit code; the negative signal number of a killed one.
        calls: Effects, by name of the call.
        struck: The effect that was struck: call and object.
        struck_at_s: Monotonic time of the first blow.
    """

    code: int = 0
    effects: int = 0
    calls: Counter[str] = field(default_factory=Counter)
    struck: str = ""
    struck_at_s: float | None = None
    blows: int = 0


@dataclass(slots=True)
class _Call:
    """One call between its entry and its exit."""

    name: str
    arguments: tuple[int, ...]
    path: str
    target: str = ""
    data: bytes = b""
    failing: bool = False


def be_followed() -> None:
    """In the child: wait until `follow` says go."""
    _libc.ptrace(_TRACEME, 0, None, None)
    os.kill(os.getpid(), signal.SIGSTOP)


def follow(pid: int, strike: Strike, folder: Path) -> Traced:
    """Run a child that called `be_followed` to its end, and strike.

    The only caller of `wait` in its process: it waits for whatever child comes.
    """
    return _Follower(pid, strike, folder).run()


class _Follower:
    def __init__(self, pid: int, strike: Strike, folder: Path) -> None:
        self._pid = pid
        self._strike = strike
        self._folder = f"{folder}"
        self._open: dict[int, str] = {}
        self._pending: dict[int, _Call] = {}
        self._info = ctypes.create_string_buffer(_INFO_SIZE)
        self._memory = -1
        self._disk = Disk(Path(strike.within)) if strike.image else None
        self._seen = Traced()
        self._due = 0

    def run(self) -> Traced:
        os.waitpid(self._pid, _WALL)
        self._ptrace(_SETOPTIONS, self._pid, 0, _SYSGOOD | _TRACE_CLONE | _EXITKILL)
        self._memory = os.open(f"/proc/{self._pid}/mem", os.O_RDONLY)
        self._go(self._pid)
        try:
            while not self._one_stop():
                pass
        finally:
            os.close(self._memory)
        if self._disk is not None and self._seen.struck:
            self._disk.leave(self._strike.image)
        return self._seen

    def _one_stop(self) -> bool:
        """Deal with one thread's stop; True when the process has ended."""
        thread, status = os.waitpid(-1, _WALL)
        if os.WIFEXITED(status) or os.WIFSIGNALED(status):
            self._pending.pop(thread, None)
            if thread != self._pid:
                return False
            self._seen.code = os.waitstatus_to_exitcode(status)
            return True
        sign = os.WSTOPSIG(status)
        if sign == signal.SIGTRAP | 0x80:
            self._at_call(thread)
            self._go(thread)
        elif status >> 16 or sign in {signal.SIGSTOP, signal.SIGTRAP}:
            self._go(thread)
        else:
            self._go(thread, sign)
        return False

    def _at_call(self, thread: int) -> None:
        if self._ptrace(_GET_SYSCALL_INFO, thread, _INFO_SIZE, ctypes.addressof(self._info)) < 0:
            return
        raw = self._info.raw
        if raw[0] == _ENTRY:
            number, *arguments = struct.unpack_from("<7Q", raw, 24)
            if number in CALLS:
                self._enter(thread, CALLS[number], tuple(arguments))
        elif raw[0] == _EXIT and thread in self._pending:
            (result,) = struct.unpack_from("<q", raw, 24)
            self._leave(thread, self._pending.pop(thread), result)

    def _enter(self, thread: int, name: str, arguments: tuple[int, ...]) -> None:
        call = self._understood(name, arguments)
        if call is None:
            return
        self._pending[thread] = call
        if name != "socket":  # it touches nothing, but it can fail
            self._seen.effects += 1
            self._seen.calls[name] += 1
        elif name not in self._strike.calls:
            return
        if not self._is_due(call):
            return
        self._seen.blows += 1
        if self._seen.struck_at_s is None:
            self._seen.struck_at_s = time.monotonic()
            self._seen.struck = f"{name} {self._short(call.path)}"
        if self._strike.blow is Blow.COUNT:
            return
        # -1 is no call: whatever happens to the thread now, this one is not carried out.
        self._ptrace(_POKEUSER, thread, _ORIG_RAX, -1)
        if self._strike.blow is Blow.KILL:
            os.kill(self._pid, signal.SIGKILL)
            self._pending.pop(thread)
        else:
            call.failing = True

    def _is_due(self, call: _Call) -> bool:
        strike = self._strike
        if strike.blow is Blow.NONE or (strike.calls and call.name not in strike.calls):
            return False
        if strike.within and not strike.image and not call.path.startswith(strike.within):
            return False
        self._due += 1
        return self._due == strike.at or (strike.onwards and self._due > strike.at)

    def _leave(self, thread: int, call: _Call, result: int) -> None:
        if call.failing:
            self._ptrace(_POKEUSER, thread, _RAX, -self._strike.error)
            return
        if result < 0:
            return
        if call.name in {"open", "openat"}:
            self._open[result] = call.path
        elif call.name == "socket":
            self._open[result] = "socket"
        elif call.name == "close":
            self._open.pop(call.arguments[0], None)
        if self._disk is not None:
            self._disk.note(call, result)

    def _understood(self, name: str, arguments: tuple[int, ...]) -> _Call | None:
        """The call, when it touches the folder or the network."""
        if name == "socket":
            return _Call(name, arguments, "socket") if arguments[0] in _INET else None
        if name not in _BY_PATH:
            path = self._open.get(arguments[0] & 0xFFFFFFFF)
            if path is None:
                return None
            call = _Call(name, arguments, path)
            if self._disk is not None and name in {"write", "pwrite64"} and path != "socket":
                call.data = os.pread(self._memory, arguments[2], arguments[1])
            return call
        path = self._path(arguments[_BY_PATH[name]])
        if not path.startswith(self._folder):
            return None
        target = self._path(arguments[_TARGET[name]]) if name in _TARGET else ""
        return _Call(name, arguments, path, target)

    def _path(self, address: int) -> str:
        """A path in the process's memory, made absolute; its working folder is the watched one."""
        try:
            raw = os.pread(self._memory, 4096, address)
        except OSError:  # the end of a mapping
            raw = os.pread(self._memory, 4096 - address % 4096, address)
        text = os.fsdecode(raw.partition(b"\0")[0])
        return text if text.startswith("/") else f"{self._folder}/{text}"

    def _short(self, path: str) -> str:
        return path.removeprefix(f"{self._folder}/")

    def _go(self, thread: int, sign: int = 0) -> None:
        self._ptrace(_SYSCALL, thread, 0, sign)

    @staticmethod
    def _ptrace(request: int, thread: int, address: int, data: int) -> int:
        """A thread that is being killed does not answer; its end is told by `wait`."""
        return int(_libc.ptrace(request, thread, address, data & 0xFFFFFFFFFFFFFFFF))


@dataclass(slots=True)
class _File:
    """A file as written, and as it surely is on disk.

    Attributes:
        durable: What survives; None: not even the name.
        loose: What was done since: (offset, data), or (size, None) for a new length.
        gone: It was unlinked since, and the folder was not synced.
    """

    durable: bytearray | None
    loose: list[tuple[int, bytes | None]] = field(default_factory=list)
    gone: bool = False


class Disk:
    """What a power cut leaves of the files in one folder.

    A file's content is safe up to its last fsync; its name is, once the file or the folder was
    synced (a new file's fsync writes its name on every journaling file system in use; SQLite
    syncs the folder as well).
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: dict[str, _File] = {
            f"{path}": _File(bytearray(path.read_bytes())) for path in folder.rglob("*") if path.is_file()
        }

    def note(self, call: _Call, result: int) -> None:
        """A call that returned well."""
        name = call.name
        if call.path == f"{self._folder}":
            if name in _SYNCS:
                self._sync_names()
        elif call.path.startswith(f"{self._folder}/") and name != "mkdir":
            if name in {"open", "openat"}:
                self._opened(call)
            elif name in _NAMES:
                self._renamed(call)
            else:
                self._changed(call, result)

    def _opened(self, call: _Call) -> None:
        if call.arguments[_BY_PATH[call.name] + 1] & os.O_TRUNC:
            self._file(call.path).loose.append((0, None))
        else:
            self._file(call.path)

    def _renamed(self, call: _Call) -> None:
        if call.target:
            self._files[call.target] = self._files.pop(call.path, _File(None))
        else:
            self._file(call.path).gone = True

    def _changed(self, call: _Call, result: int) -> None:
        file = self._file(call.path)
        if call.name == "pwrite64":
            file.loose.append((call.arguments[3], call.data[:result]))
        elif call.name == "write":
            end = len(_done(file.durable or b"", file.loose))
            file.loose.append((end, call.data[:result]))
        elif call.name == "ftruncate":
            file.loose.append((call.arguments[1], None))
        elif call.name in _SYNCS:
            file.durable = bytearray(_done(file.durable or b"", file.loose))
            file.loose.clear()

    def leave(self, image: str) -> None:
        """Make the folder what the power cut leaves; "synced", or a seed for the rest."""
        chance = None if image == "synced" else random.Random(image)  # noqa: S311 - no secret
        for path in self._folder.rglob("*"):
            if path.is_file():
                path.unlink()
        for name, file in self._files.items():
            content = _survivor(file, chance)
            if content is not None and not name.endswith("-shm"):
                Path(name).write_bytes(content)
                Path(name).chmod(0o600)

    def _file(self, path: str) -> _File:
        file = self._files.setdefault(path, _File(None))
        if file.gone:  # made anew: the old one may come back in its place, or not
            file.gone = False
            file.loose.append((0, None))
        return file

    def _sync_names(self) -> None:
        """The folder was synced: who is made is made, who is gone is gone."""
        for name, file in list(self._files.items()):
            if file.gone:
                del self._files[name]
            elif file.durable is None:
                file.durable = bytearray()


_SECTOR = 512
_SYNCS = frozenset({"fsync", "fdatasync"})
_NAMES = frozenset({"unlink", "unlinkat", "rename", "renameat", "renameat2"})


def _survivor(file: _File, chance: random.Random | None) -> bytes | None:
    """What is left of one file; without chance only what is sure."""
    if chance is None:
        return None if file.durable is None else bytes(file.durable)
    if (file.gone or file.durable is None) and chance.random() < 0.5:
        return None
    kept: list[tuple[int, bytes | None]] = []
    for offset, data in file.loose:
        if data is None:
            if chance.random() < 0.5:
                kept.append((offset, None))
            continue
        at = offset
        while at < offset + len(data):
            end = min(offset + len(data), (at // _SECTOR + 1) * _SECTOR)
            if chance.random() < 0.5:
                kept.append((at, data[at - offset : end - offset]))
            at = end
    return _done(file.durable or b"", kept)


def _done(content: "bytes | bytearray", changes: Collection[tuple[int, bytes | None]]) -> bytes:
    made = bytearray(content)
    for offset, data in changes:
        if data is None:
            del made[offset:]
            made.extend(b"\0" * (offset - len(made)))
            continue
        made.extend(b"\0" * (offset - len(made)))
        made[offset : offset + len(data)] = data
    return bytes(made)
