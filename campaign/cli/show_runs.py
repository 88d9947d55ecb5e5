"""Several runs as lines of text, in English or Russian, that fit the terminal."""

import textwrap
from collections.abc import Iterator, Sequence

from campaign.compose.history import History
from campaign.model import RunInfo, Tally
from campaign.rules.words import Lang, fate_name, label

_NONE = {"en": "no such run", "ru": "таких запусков нет"}
_NO_RUNS = {"en": "there are no runs yet", "ru": "запусков пока нет"}
_RUNS = {"en": "runs since", "ru": "запусков с"}
_REPORT = {"en": "Report", "ru": "Отчёт"}
_NARROWEST = 40


def run_lines(
    runs: Sequence[tuple[RunInfo, Tally]], lang: Lang, width: int = 100, *, filtered: bool = False
) -> Iterator[str]:
    """One line a run; where that is wider than the terminal, its figures go below it.

    Args:
        runs: Latest first.
        lang: Of states and fates.
        width: Of the terminal, in characters.
        filtered: Whether not all runs were asked for.
    """
    if not runs:
        yield (_NONE if filtered else _NO_RUNS)[lang]
    width = max(width, _NARROWEST)
    for info, tally in runs:
        fates = ", ".join(f"{count} {fate_name(fate, lang)}" for fate, count in tally.fates.items())
        head = f"{info.created_at:%Y-%m-%d %H:%M}  {info.run}"
        rest = f"{info.gateway}  {label(f'state_{info.state}', lang)}: {fates}"
        if len(head) + len(rest) + 2 <= width:
            yield f"{head}  {rest}"
            continue
        yield head
        yield from textwrap.wrap(
            rest, width, initial_indent="  ", subsequent_indent="    ", break_long_words=False
        )


def history_lines(history: History, lang: Lang) -> Iterator[str]:
    """What several runs came to."""
    told = history.as_json()
    yield f"{len(history.tallies)} {_RUNS[lang]} {history.since:%Y-%m-%d %H:%M} UTC"
    fates, costs = told["fates"], told["cost"]
    if isinstance(fates, dict) and isinstance(costs, dict):
        for fate, count in fates.items():
            yield f"  {count:>8}  {fate_name(fate, lang)}"
        for currency, amount in costs.items():
            yield f"  {label('cost_total', lang)}: {amount} {currency}"
    for path in history.reports:
        yield f"{_REPORT[lang]}: {path}"
