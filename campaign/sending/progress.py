"""How sending reports its progress."""

from typing import Protocol


class Progress(Protocol):
    """Shows how far a stage is: a bar, or nothing."""

    def stage(self, name: str, total: int | None) -> None:
        """A stage begins: `check`, `send`, `wait`, `report`; total None when not known."""

    def advance(self, count: int) -> None:
        """So many recipients further."""

    def say(self, text: str) -> None:
        """One line that the operator should see now ("gateway busy, next try in 4 s")."""
