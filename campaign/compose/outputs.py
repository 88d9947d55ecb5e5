"""No command writes over what it reads: a slip with `-o` would destroy somebody's list."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from campaign.compose.desk import Desk
from campaign.compose.places import report_formats, report_targets
from campaign.compose.sources import Sources, find_sources
from campaign.errors import InputError
from campaign.model import RunId

_READ = ("text_file", "stop_list", "ca_file", "store")
"""Settings that name a file to be read; the journal is one, too."""


def sources_of(desk: Desk, paths: Sequence[Path] | Sources) -> Sources:
    """The files of a run, none of which the settings tell to write over.

    Raises:
        InputError: As `find_sources`; or `output_is_input`, before anything is read or sent.
    """
    sources = find_sources(paths)
    read = tuple(_inputs(desk, sources))
    refuse_inputs("--fix-file", _asked(desk, "fix_file"), read)
    if output := desk.settings.text("output"):
        # Which run it will be is not known yet; its name makes no difference to a file.
        targets = report_targets(output, report_formats(desk.settings), RunId("run"))
        refuse_inputs("-o", (path for _, path in targets), read)
    return sources


def refuse_inputs(option: str, outputs: Iterable[Path], inputs: Sequence[Path]) -> None:
    """Refuse an output that is an input, under whatever name: links are followed.

    Raises:
        InputError: ``output_is_input``.
    """
    for output in outputs:
        twin = next((path for path in inputs if _same(output, path)), None)
        if twin is not None:
            raise InputError(
                f"{option} {output} is the file {twin}, which is read: nothing was written or sent",
                hint=f"Name another file: {option} "
                f"{output.with_name(f'{output.stem}-2{output.suffix}')}",
                code="output_is_input",
            )


def say_moved(desk: Desk, wanted: Path, written: Path) -> None:
    """Tell that a file stands beside the place that was named, and why."""
    if written != wanted:
        desk.ui.say(
            f"{wanted} was left as it is: it is no file that campaign wrote and nobody changed "
            f"since, or it is open; written to {written}"
        )


def _inputs(desk: Desk, sources: Sources) -> Iterator[Path]:
    yield from (file.path for file in sources.files)
    for name in _READ:
        yield from _asked(desk, name)


def _asked(desk: Desk, name: str) -> Sequence[Path]:
    named = desk.settings.text(name)
    return (Path(named).expanduser(),) if named else ()


def _same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except (OSError, ValueError):  # one of them is not there
        return False
