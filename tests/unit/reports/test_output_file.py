"""A report lands whole or not at all, and never on top of something that is not a report."""

import errno
import os
import stat
import time
from pathlib import Path

import pytest

from campaign.errors import InputError
from campaign.reports.output_file import whole_file
from tests.conftest import raises_code


def put(path: Path, text: str = "new") -> Path:
    with whole_file(path) as draft:
        draft.path.write_text(text)
    return draft.final


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_until_the_end_the_target_stays_as_it_was(tmp_path: Path) -> None:
    target = tmp_path / "report.xlsx"
    put(target, "old")

    with whole_file(target) as draft:
        draft.path.write_text("new")
        assert target.read_text() == "old"
        assert draft.path.parent == tmp_path
        assert stat.S_IMODE(draft.path.stat().st_mode) == 0o600

    assert draft.final == target
    assert target.read_text() == "new"
    assert names(tmp_path) == ["report.xlsx"]


def test_the_mode_does_not_depend_on_the_umask_or_on_the_older_file(tmp_path: Path) -> None:
    target = tmp_path / "report.xlsx"
    put(target, "old")
    target.chmod(0o666)
    before = os.umask(0)
    try:
        put(target)
    finally:
        os.umask(before)

    assert stat.S_IMODE(target.stat().st_mode) == 0o600


def test_a_folder_of_that_name_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "report.xlsx").mkdir()

    assert put(tmp_path / "report.xlsx") == tmp_path / "report (2).xlsx"
    assert put(tmp_path / "report.xlsx") == tmp_path / "report (3).xlsx"
    assert names(tmp_path) == ["report (2).xlsx", "report (3).xlsx", "report.xlsx"]


def test_a_report_that_excel_holds_open_gets_a_numbered_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows refuses to replace an open file; the system call is made to fail here."""
    target = tmp_path / "report.xlsx"
    target.write_text("open in Excel")
    replace = os.replace

    def as_windows(source: Path, destination: Path) -> None:
        if Path(destination) == target:
            raise PermissionError(errno.EACCES, "Access is denied")
        replace(source, destination)

    monkeypatch.setattr(os, "replace", as_windows)

    assert put(target) == tmp_path / "report (2).xlsx"
    assert target.read_text() == "open in Excel"
    assert names(tmp_path) == ["report (2).xlsx", "report.xlsx"]


@pytest.mark.parametrize("before", ["customers", "new, and a remark of mine"])
def test_a_file_that_is_no_report_of_ours_is_never_replaced(tmp_path: Path, before: str) -> None:
    """`-o customers.csv` is a slip, and remarks in a report are worth keeping."""
    target = tmp_path / "report.xlsx"
    put(target)
    target.write_text(before)

    assert put(target) == tmp_path / "report (2).xlsx"
    assert target.read_text() == before


def test_a_change_that_kept_the_time_is_seen_too(tmp_path: Path) -> None:
    """Some editors put the time of change back."""
    target = tmp_path / "report.xlsx"
    put(target)
    status = target.stat()
    target.write_text("wen")
    os.utime(target, ns=(status.st_atime_ns, status.st_mtime_ns))

    assert put(target) == tmp_path / "report (2).xlsx"


def test_an_empty_file_is_replaced(tmp_path: Path) -> None:
    """`-o "$(mktemp)"` asks for that file, and nothing is lost."""
    target = tmp_path / "report.xlsx"
    target.touch()

    assert put(target) == target
    assert put(target, "newer") == target
    assert target.stat().st_mtime <= time.time()


@pytest.mark.parametrize("kind", ["link", "pipe"])
def test_links_and_pipes_are_neither_followed_nor_replaced(tmp_path: Path, kind: str) -> None:
    """`-o` in a shared folder must not write through a planted link."""
    target, victim = tmp_path / "report.xlsx", tmp_path / "victim"
    victim.write_text("mine")
    if kind == "link":
        target.symlink_to(victim)
    else:
        os.mkfifo(target)

    with raises_code(InputError, "report_place"), whole_file(target):
        pass
    assert victim.read_text() == "mine"
    assert names(tmp_path) == ["report.xlsx", "victim"]


@pytest.mark.parametrize("name", ["x" * 300, "a\0b"])
def test_an_impossible_name_is_an_input_error_with_a_way_out(tmp_path: Path, name: str) -> None:
    with raises_code(InputError, "report_place") as caught:
        put(tmp_path / name)

    assert "-o PATH" in caught.value.hint
    assert "\0" not in caught.value.message


def test_a_full_disk_is_an_input_error_and_leaves_nothing(tmp_path: Path) -> None:
    def fill_the_disk() -> None:
        with whole_file(tmp_path / "report") as draft:
            draft.path.write_text("half a rep")
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.raises(InputError, match="the disk is full"):
        fill_the_disk()

    assert names(tmp_path) == []


def test_other_errors_of_the_block_come_through_unchanged(tmp_path: Path) -> None:
    """A connection that breaks while rows are read has nothing to do with the path."""
    with pytest.raises(ConnectionResetError), whole_file(tmp_path / "r"):
        raise ConnectionResetError

    assert names(tmp_path) == []


def test_missing_folders_are_made_for_their_owner_only(tmp_path: Path) -> None:
    put(tmp_path / "a" / "b" / "report.xlsx")

    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "a" / "b").stat().st_mode) == 0o700
