"""A stop-list in a file: every number is understood, or the person is told which is not."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from campaign.adapters.tables import open_table
from campaign.config import Settings
from campaign.errors import InputError
from campaign.model import FileOptions, Phone, Rejection, Role, TableInfo
from campaign.rules.plural import counted
from campaign.rules.words import reason
from campaign.steps.stoplist import read_stop_rows

PROBLEMS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class StopFile:
    """What a file of refusals holds.

    Attributes:
        phones: Each once, in file order.
        bad: Rows whose number cannot be read.
    """

    path: Path
    info: TableInfo
    phones: tuple[Phone, ...]
    bad: tuple[Rejection, ...]

    @property
    def digest(self) -> str:
        """SHA-256 over the numbers: the same list in another file is the same list."""
        return hashlib.sha256("\n".join(sorted(self.phones)).encode("ascii")).hexdigest()

    def problem_lines(self) -> tuple[str, ...]:
        """The first rows that cannot be read, and how many there are."""
        shown = [
            f"row {one.row_no}: {reason(one.code, one.details, 'en').reason}"
            for one in self.bad[:PROBLEMS_SHOWN]
        ]
        rest = len(self.bad) - len(shown)
        return (*shown, f"and {counted(rest, 'row')} more") if rest else tuple(shown)

    def require_whole(self, *, hint: str) -> None:
        """Refuse a list of which a number cannot be read: that person's refusal would be lost.

        Raises:
            InputError: ``stop_list_rows``.
        """
        if self.bad:
            raise InputError(
                f"{counted(len(self.bad), 'row')} of the stop-list {self.path} cannot be read: "
                f"{'; '.join(self.problem_lines())}",
                hint=hint,
                code="stop_list_rows",
            )


def read_stop_file(
    path: Path,
    options: FileOptions,
    mapping: Mapping[Role, str],
    *,
    region: str = "RU",
) -> StopFile:
    """Read a list of refusals in any of the formats of a recipients file.

    Hidden and filtered rows count, too: leaving a refusal out is the worse mistake.

    Raises:
        InputError: The file cannot be read, or holds no number (``stop_list_empty``).
    """
    everything = FileOptions(
        options.sheet, options.encoding, options.delimiter, include_hidden=True
    )
    phones: dict[Phone, None] = {}
    bad: list[Rejection] = []
    with open_table(path, everything) as table:
        for row in read_stop_rows(table.rows, mapping, region=region):
            phones.update(dict.fromkeys(row.phones))
            if row.problem is not None:
                bad.append(row.problem)
        found = StopFile(path, table.info, tuple(phones), tuple(bad))
    if not phones:
        raise InputError(
            f"the stop-list {path} holds no phone number that can be read "
            f"({counted(len(bad), 'row')} cannot); nothing was changed or sent",
            hint="Is it the right file and sheet? The numbers stand under a heading such as "
            "`phone`, or alone in the only column.",
            code="stop_list_empty",
        )
    return found


def named_stop_file(settings: Settings) -> StopFile | None:
    """The list of `--stop-list`, which counts beside the stored one.

    Raises:
        InputError: It cannot be read, or not all of it: "no refusals" would be the worst guess.
    """
    named = settings.text("stop_list")
    if not named:
        return None
    region = settings.text("region", "RU").upper()
    found = read_stop_file(Path(named).expanduser(), FileOptions(), {}, region=region)
    found.require_whole(
        hint="Mend those rows; or keep the list in the journal: "
        "campaign stoplist import FILE --skip-bad"
    )
    return found
