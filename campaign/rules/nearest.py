"""Name the file that a person may have meant, and a few others beside it."""

import difflib
from collections.abc import Collection
from pathlib import PurePath
from typing import Final

_NEAR: Final = 0.5
_OTHERS_SHOWN: Final = 5


def nearest_files(path: PurePath, names: Collection[str], *, kind: str) -> str:
    """What to say of a file that is not there.

    Args:
        path: As it was typed.
        names: Files of the same folder that might have been meant.
        kind: What they are called: "tables".

    Returns:
        The nearest name first, then at most five others, the nearer the sooner.
    """

    def likeness(name: str) -> float:
        # Compared without case, because that is what a person mistypes first.
        return difflib.SequenceMatcher(None, name.casefold(), path.name.casefold()).ratio()

    folder = path.parent
    ranked = sorted(names, key=lambda name: (-likeness(name), name))
    near = [name for name in ranked[:1] if likeness(name) >= _NEAR]
    others = ranked[len(near) : len(near) + _OTHERS_SHOWN]
    said = [f"Did you mean {folder / name}?" for name in near]
    if others:
        head = f"Other {kind}" if near else kind.capitalize()
        more = ", …" if len(ranked) > len(near) + len(others) else ""
        said.append(f"{head} in {folder}: {', '.join(others)}{more}.")
    return " ".join(said) or f"There are no {kind} in {folder}."
