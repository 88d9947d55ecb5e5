"""What became of the stop-list, as a line of text."""

from pathlib import Path
from typing import Literal

from campaign.compose.stoplist import Change
from campaign.rules.plural import counted
from campaign.rules.words import Lang

Done = Literal["added", "removed"]


def change_line(change: Change, done: Done, lang: Lang) -> str:
    """How many numbers were put on the list or taken off, and how many stand on it now."""
    changed = counted(change.changed, "number", lang)
    listed = counted(change.listed, "number", lang)
    bad = counted(change.bad, "row", lang)
    if lang == "ru":
        head, before = {
            "added": ("Внесено в стоп-лист", "уже были в нём"),
            "removed": ("Убрано из стоп-листа", "в нём не было"),
        }[done]
        return (
            f"{head}: {changed}; {before}: {change.unchanged}; не прочитано: {bad}; "
            f"всего в стоп-листе: {listed}"
        )
    head = {"added": "put on the list", "removed": "taken off the list"}[done]
    was = "was" if change.unchanged == 1 else "were"
    return (
        f"{changed} {head}, {change.unchanged} {was} so before, {bad} could not be read; "
        f"{listed} on the list"
    )


def export_line(count: int, path: Path, lang: Lang) -> str:
    """How many numbers were written, and where."""
    return f"{counted(count, 'number', lang)}: {path}"
