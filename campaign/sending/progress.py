"""What the steps need of the world around: time, tables, progress, report files."""

from typing import Protocol


class Progress(Protocol):
    """Told how far a stage is; draws a bar, or nothing."""

    def stage(self, name: str, total: int | None) -> None:
        """A stage begins: `check`, `send`, `wait`, `report`; total None when not known."""
        ...

    def advance(self, count: int) -> None:
        """So many people further."""
        ...

    def say(self, text: str) -> None:
        """One line that the person should see now ("gateway busy, next try in 4 s")."""
        ...
