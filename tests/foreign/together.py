"""Several stories at once: a story with a real gateway and real processes waits most of the time.

One test in place of many, so that the default part of the suite stays short on two cores; every
story still has its own folder, gateway and journal, and every failure keeps its name.
"""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

Story = Callable[[Path], None]
"""Gets an empty folder of its own; fails as a test does."""


def live_together(folder: Path, stories: Mapping[str, Story], *, at_once: int = 4) -> None:
    """Live through all stories, each in a folder of its own, named like it.

    Raises:
        ExceptionGroup: One or more failed; each exception carries the name of its story.
    """
    failures: list[Exception] = []
    with ThreadPoolExecutor(at_once) as pool:
        for name in stories:
            (folder / name).mkdir()
        ends = [pool.submit(_live, folder / name, story, failures) for name, story in stories.items()]
    for end in ends:
        end.result()  # what is no Exception, such as pytest's own outcomes, comes out here
    if failures:
        raise ExceptionGroup(f"{len(failures)} of {len(stories)} stories ended badly", failures)


def _live(folder: Path, story: Story, failures: list[Exception]) -> None:
    try:
        story(folder)
    except Exception as failure:  # noqa: BLE001 - the test raises it, with its name
        failure.add_note(f"story: {folder.name}")
        failures.append(failure)
