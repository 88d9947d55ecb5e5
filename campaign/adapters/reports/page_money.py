"""What was estimated and what was billed, side by side."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from campaign.adapters.reports.page_facts import PageFacts
from campaign.adapters.reports.page_format import Figures
from campaign.model import HANDED_OVER, Tally
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
    unpriced = unpriced_said(tally, facts, figures, side)
    for currency, cost in tally.cost.items():
        yield "money_named" if unpriced else "money_cost", figures.money(cost, currency)
        if facts.priced and facts.priced_cost.is_finite() and len(tally.cost) == 1:
            price = facts.priced_cost / facts.priced
            whole = price * tally.segments_estimated
            yield "money_price", figures.money(price.quantize(_PRICE_STEP), currency)
            yield "money_whole", figures.money(whole.quantize(_CENT), currency)
    if unpriced:
        yield "money_unpriced", unpriced
    if not tally.cost:
        yield "money_cost", PAGE["money_none"][side]


def about_unpriced(tally: Tally, facts: PageFacts) -> Decimal | None:
    """What messages without a named price cost at the average of the others, if that is known."""
    if len(tally.cost) != 1 or not facts.priced or not facts.priced_cost.is_finite():
        return None
    whole = facts.priced_cost / facts.priced * facts.unpriced_estimate
    return whole.quantize(_CENT) if facts.unpriced_estimate else None


def unpriced_said(tally: Tally, facts: PageFacts, figures: Figures, side: int) -> str:
    """How many messages the gateway took without naming their price, and about what they cost.

    An answer that was lost named it; what proved the message taken later names none.

    Args:
        tally: What was billed.
        facts: Whose price was named, and whose not.
        figures: Writes them.
        side: 0 English, 1 Russian.

    Returns:
        "" where every price is named, or none at all.
    """
    if not tally.cost or not facts.unpriced:
        return ""
    about = about_unpriced(tally, facts)
    key = "unpriced" if about is None else "unpriced_about"
    return PAGE[key][side].format(
        count=figures.count(facts.unpriced),
        whole=figures.count(facts.sum_of(HANDED_OVER)),
        about="" if about is None else figures.money(about, next(iter(tally.cost))),
    )


def cost_said(tally: Tally, facts: PageFacts, figures: Figures, side: int) -> Iterator[str]:
    """The cost in sentences, with what it leaves out.

    Args:
        tally: What was billed.
        facts: Whose price was named, and whose not.
        figures: Writes them.
        side: 0 English, 1 Russian.
    """
    unpriced = unpriced_said(tally, facts, figures, side)
    whole = [figures.money(cost, currency) for currency, cost in tally.cost.items()]
    if unpriced and len(whole) == 1 and facts.priced:
        sms = figures.count(facts.priced)
        yield PAGE["said_named"][side].format(cost=whole[0], sms=sms, unpriced=unpriced)
        return
    for cost in whole:
        yield PAGE["said_cost"][side].format(cost=cost)
    if unpriced:
        yield PAGE["said_unpriced"][side].format(unpriced=unpriced)
