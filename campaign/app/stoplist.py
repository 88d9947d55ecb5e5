"""The commands of `campaign stoplist`: numbers that must not be texted, by whose decision."""

import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from campaign.app.context import AppContext, operator
from campaign.app.spec import file_options
from campaign.app.stop_file import StopFile, read_stop_file, region_of
from campaign.domain import Phone, Role, StopEntry
from campaign.domain.printable import csv_guard
from campaign.domain.recipients.phone_cell import parse_stop_phones
from campaign.errors import Exit, GuardRefused, InputError, NothingToDo, UnusableCell
from campaign.i18n import count_of, reason_text
from campaign.journal.base import StopList
from campaign.reports.output_file import whole_file
from campaign.text import tr

HEADING = ("phone", "added_at", "operator", "why")


@dataclass(frozen=True, slots=True)
class Change:
    """What a command did to the list.

    Attributes:
        unchanged: Numbers that were on it already, or not on it.
        listed: Numbers on the list now.
        bad: Rows of a file that were left out.
    """

    changed: int
    unchanged: int
    listed: int
    bad: int = 0

    @property
    def exit_code(self) -> Exit:
        """Rows left out show in the exit code too."""
        return Exit.SOME_NOT_REACHED if self.bad else Exit.DONE


@dataclass(frozen=True, slots=True)
class Stoplist:
    """The commands."""

    context: AppContext

    def add(self, numbers: Sequence[str], *, why: str) -> Change:
        """Put numbers on the list."""
        phones = self._phones(numbers)
        with self._list() as stop_list:
            new = stop_list.add(phones, operator=operator(), why=_required(why))
            return Change(new, len(phones) - new, stop_list.count())

    def remove(self, numbers: Sequence[str], *, why: str) -> Change:
        """Take numbers off the list."""
        phones = self._phones(numbers)
        with self._list() as stop_list:
            gone = stop_list.remove(phones, operator=operator(), why=_required(why))
            if not gone:
                raise NothingToDo(
                    tr("none of these numbers is on the stop-list"), hint="campaign stoplist list"
                )
            return Change(gone, len(phones) - gone, stop_list.count())

    def remove_all(self, *, why: str) -> Change:
        """Empty the list, once the user has typed how many that is."""
        with self._list() as stop_list:
            count = stop_list.count()
            if not count:
                raise NothingToDo(tr("the stop-list is empty"))
            question = tr(
                "Type the number of phones ({count}) to let all of them be texted again", count=count
            )
            if not self.context.agreed(question, count):
                raise GuardRefused(
                    tr("the stop-list still has its {count}: not confirmed", count=count_of(count, "number")),
                    hint="campaign stoplist remove --all --yes --why TEXT",
                    code="not_confirmed",
                )
            gone = stop_list.remove_all(operator=operator(), why=_required(why))
            return Change(gone, 0, stop_list.count())

    def import_(self, path: Path, *, why: str, skip_bad: bool) -> Change:
        """Put every number of a file on the list, all or none."""
        found = self._read(path)
        if skip_bad:
            for line in found.problem_lines():
                self.context.ui.say(tr("left out: {line}", line=line))
        else:
            found.require_whole(
                hint=tr("Fix those rows, or leave them out: campaign stoplist import FILE --skip-bad")
            )
        with self._list() as stop_list:
            new = stop_list.add(found.phones, operator=operator(), why=why or f"from {path.name}")
            return Change(new, len(found.phones) - new, stop_list.count(), bad=len(found.bad))

    @contextmanager
    def entries(self) -> Iterator[Iterator[StopEntry]]:
        """The whole list by number."""
        with self._list() as stop_list, stop_list.entries() as entries:
            yield entries

    def export(self, path: Path) -> tuple[Path, int]:
        """Write the list as CSV that `import` reads; returns its path and how many."""
        count = 0
        with (
            self.entries() as entries,
            whole_file(path) as draft,
            draft.path.open("w", encoding="utf-8-sig", newline="") as out,
        ):
            write = csv.writer(out, delimiter=";", lineterminator="\r\n").writerow
            write(HEADING)
            for one in entries:
                count += 1
                added_at = f"{one.added_at:%Y-%m-%d %H:%M:%S}"
                # With its plus: without it, `import` would have to guess the country again.
                write([one.phone, added_at, csv_guard(one.operator), csv_guard(one.why)])
        return draft.final, count

    def _read(self, path: Path) -> StopFile:
        settings = self.context.settings
        column = settings.table("map").get("phone")
        mapping = {} if column is None else {Role.PHONE: column}
        found = read_stop_file(path, file_options(settings), mapping, region=region_of(settings))
        for note in found.info.notes:
            self.context.ui.say(note)
        return found

    def _phones(self, numbers: Sequence[str]) -> tuple[Phone, ...]:
        region = region_of(self.context.settings)
        phones: dict[Phone, None] = {}
        for number in numbers:
            try:
                phones.update(dict.fromkeys(parse_stop_phones(number, region=region)))
            except UnusableCell as error:
                cause, hint = reason_text(error.code, error.details)
                raise InputError(
                    tr("{number!r}: {cause}", number=number, cause=cause), hint=hint, code=error.code
                ) from error
        return tuple(phones)

    @contextmanager
    def _list(self) -> Iterator[StopList]:
        with self.context.journal(making=True) as journal:
            yield journal.stop_list


def _required(why: str) -> str:
    if not why.strip():
        raise InputError(
            tr("the stop-list keeps why a number was put on it or taken off"),
            hint=tr('--why "asked by phone on 1 March"'),
            code="why_missing",
        )
    return why
