"""Several runs pivoted with pandas: by run, by sender, by month; every total adds up.

pandas takes a third of a second to import, so it is imported where it is used.
"""

from collections.abc import Sequence
from datetime import UTC, tzinfo
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from campaign.model import HANDED_OVER, Fate, HistoryLine, RunInfo

if TYPE_CHECKING:
    import pandas as pd

NOT_SENT: Final = tuple(
    fate for fate in Fate if fate not in HANDED_OVER | {Fate.REFUSED, Fate.PENDING, Fate.UNKNOWN}
)
"""Fates of rows that no gateway saw, and that none will see."""

COUNTS: Final = (
    "rows", "not_sent", "refused", "pending", "unknown", "sent", "delivered", "undelivered",
    "accepted", "no_final_status",
)  # fmt: skip
"""Columns of counts: rows = not_sent + refused + pending + unknown + sent, and sent = delivered +
undelivered + accepted + no_final_status."""

FIGURES: Final = (*COUNTS, "segments", "billed", "cost")
"""Every column that can be summed; `share` is delivered by sent."""

INFO: Final = ("created", "file", "gateway", "state")


def lines_frame(
    runs: Sequence[RunInfo], lines: Sequence[HistoryLine], timezone: tzinfo = UTC
) -> "pd.DataFrame":
    """The facts, tidy: one line for what shares run, sender, month and fate.

    Args:
        runs: What the lines are made of.
        lines: In any order.
        timezone: Whose months are meant.

    Returns:
        `run`, `created` (datetime64, UTC), `file`, `gateway`, `state`, `sender` (missing for rows
        without a message), `month`, `fate`, `count`, `segments`, `billed`, `cost` (Decimal).
    """
    import pandas as pd  # noqa: PLC0415 - see the module's docstring

    facts = pd.DataFrame.from_records(
        _by_month(lines, timezone),
        columns=["run", "sender", "month", "fate", "count", "segments", "billed", "cost"],
    )  # fmt: skip
    known = pd.DataFrame.from_records(
        [(one.run, one.created_at, one.source_name, one.gateway, one.state.value) for one in runs],
        columns=["run", *INFO],
    )
    texts = dict.fromkeys(("run", "sender", "month", "fate", "file", "gateway", "state"), "string")
    frame = known.merge(facts, on="run", how="inner", validate="one_to_many")
    return frame.astype({
        **texts, "created": "datetime64[ns, UTC]",
        **dict.fromkeys(("count", "segments", "billed"), "int64"),
    })  # fmt: skip


def _by_month(lines: Sequence[HistoryLine], timezone: tzinfo) -> list[tuple[object, ...]]:
    """Lines of the same month put together, in the order in which the first of them comes."""
    sums: dict[tuple[str, str | None, str, str], tuple[int, int, int, Decimal]] = {}
    for one in lines:
        month = f"{one.at.astimezone(timezone):%Y-%m}"
        key = (one.run, one.sender, month, one.fate.value)
        count, segments, billed, cost = sums.get(key, (0, 0, 0, Decimal(0)))
        sums[key] = (
            count + one.count, segments + one.segments, billed + one.billed,
            cost + (one.cost or Decimal(0)),
        )  # fmt: skip
    return [(*key, *figures) for key, figures in sums.items()]


def pivot(facts: "pd.DataFrame", by: str) -> "pd.DataFrame":
    """Sum the facts by one of their columns.

    Args:
        facts: From `lines_frame`.
        by: `run`, `sender` or `month`.

    Returns:
        Indexed by that column, in the order in which its values come; the columns are `FIGURES`
        and `share` (float, missing where nothing was handed over).
    """
    import pandas as pd  # noqa: PLC0415 - see the module's docstring

    fates = facts.pivot_table(
        index=by, columns="fate", values="count", aggfunc="sum", fill_value=0, dropna=False,
        sort=False, observed=True,
    )  # fmt: skip
    fates = fates.reindex(columns=[fate.value for fate in Fate], fill_value=0)
    table = pd.DataFrame(index=fates.index)
    table["rows"] = fates.sum(axis=1)
    table["not_sent"] = fates[[fate.value for fate in NOT_SENT]].sum(axis=1)
    table["sent"] = fates[[fate.value for fate in HANDED_OVER]].sum(axis=1)
    for fate in COUNTS:
        if fate not in table:
            table[fate] = fates[fate]
    sums = facts.groupby(by, dropna=False, sort=False)[["segments", "billed", "cost"]].sum()
    table = table.join(sums)[list(FIGURES)]
    table["share"] = table["delivered"] / table["sent"].where(table["sent"] > 0)
    return table


def totals(table: "pd.DataFrame") -> dict[str, int | float | Decimal]:
    """The line at the foot: the sum of each figure, and the share of them all."""
    found: dict[str, int | float | Decimal] = {
        name: int(table[name].sum()) for name in FIGURES if name != "cost"
    }
    found["cost"] = sum(table["cost"].tolist(), Decimal(0))
    sent = found["sent"]
    found["share"] = float(found["delivered"]) / float(sent) if sent else float("nan")
    return found
