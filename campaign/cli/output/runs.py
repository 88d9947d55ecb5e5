"""Several runs as lines of text that fit the terminal."""

import textwrap
from collections.abc import Iterator, Sequence
from datetime import tzinfo

from campaign.app.history import History
from campaign.cli.output.results import cost_lines, status_line
from campaign.domain import RunInfo, Tally
from campaign.i18n import Lang, at_moment, counted, in_full, label, moment, say, status_count

_NARROWEST = 40


def run_lines(
    runs: Sequence[tuple[RunInfo, Tally]],
    lang: Lang,
    timezone: tzinfo,
    width: int = 100,
    *,
    filtered: bool = False,
) -> Iterator[str]:
    """One line a run; where that is wider than the terminal, its figures go below it.

    The last line names the zone of all times. `filtered`: not all runs were asked for.
    """
    if not runs:
        yield (say(lang, "no such run") if filtered else say(lang, "there are no runs yet"))
        return
    width = max(width, _NARROWEST)
    for info, tally in runs:
        statuses = ", ".join(status_count(status, count, lang) for status, count in tally.statuses.items())
        head = f"{moment(info.created_at.astimezone(timezone), lang)}  {info.run}"
        rest = f"{info.gateway}  {label(f'state_{info.state}', lang)}: {statuses}"
        if len(head) + len(rest) + 2 <= width:
            yield f"{head}  {rest}"
            continue
        yield head
        yield from textwrap.wrap(
            rest, width, initial_indent="  ", subsequent_indent="    ", break_long_words=False
        )
    first, last = (info.created_at for info, _ in (runs[-1], runs[0]))
    yield f"{say(lang, 'Times')}: {in_full(timezone, lang, first, last)}"


def history_lines(history: History, lang: Lang) -> Iterator[str]:
    """What several runs came to."""
    zone, whole = history.timezone, history.whole()
    since = f"{moment(history.since.astimezone(zone), lang)} {at_moment(zone, history.since)}"
    yield f"{counted(len(history.tallies), 'run', lang)} {say(lang, 'since')} {since}"
    for status, count in whole.tally.statuses.items():
        yield status_line(status, count, lang)
    yield from cost_lines(whole, lang)
    for path in history.reports:
        yield f"{say(lang, 'Report')}: {path}"
