"""What was estimated and what was billed, side by side."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from campaign.adapters.reports.page_facts import PageFacts
from campaign.adapters.reports.page_format import Figures
from campaign.model import Tally
from campaign.rules.words import Lang
from campaign.rules.words_page import PAGE

_PRICE_STEP: Final = Decimal("0.0001")
_CENT: Final = Decimal("0.01")


def money_lines(
    tally: Tally, facts: PageFacts, figures: Figures, lang: Lang
) -> list[tuple[str, str]]:
    """Name and figure, line by line.

    Args:
        tally: What was estimated for all and billed so far.
        facts: What was estimated for those who have been billed.
        figures: Writes them.
        lang: Of the names.
    """
    side = 1 if lang == "ru" else 0
    return [(PAGE[key][side], said) for key, said in _figures(tally, facts, figures, side)]


def _figures(
    tally: Tally, facts: PageFacts, figures: Figures, side: int
) -> Iterator[tuple[str, str]]:
    yield "money_estimate", figures.count(tally.segments_estimated)
    if tally.segments_billed:
        yield "money_billed_estimate", figures.count(facts.billed_estimate)
        yield "money_billed", figures.count(tally.segments_billed)
    for currency, cost in tally.cost.items():
        yield "money_cost", figures.money(cost, currency)
        if facts.priced and facts.priced_cost.is_finite() and len(tally.cost) == 1:
            price = facts.priced_cost / facts.priced
            whole = price * tally.segments_estimated
            yield "money_price", figures.money(price.quantize(_PRICE_STEP), currency)
            yield "money_whole", figures.money(whole.quantize(_CENT), currency)
    if not tally.cost:
        yield "money_cost", PAGE["money_none"][side]
