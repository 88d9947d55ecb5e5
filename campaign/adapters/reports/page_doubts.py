"""What is known about requests whose answer was lost: counts only, their people stay unnamed."""

from typing import Final

from campaign.adapters.reports.page_charts import Grid
from campaign.adapters.reports.page_format import Figures
from campaign.model import Doubt, ReportExtras
from campaign.rules.words import Lang
from campaign.rules.words_page import PAGE

_DOUBTS_SHOWN: Final = 20
_HEADING: Final = (
    "doubt_attempt",
    "doubt_people",
    "doubt_members",
    "doubt_ids",
    "doubt_answers",
    "doubt_armed",
)


def doubt_grid(extras: ReportExtras, figures: Figures, lang: Lang) -> Grid:
    """A line a request, the oldest first.

    Args:
        extras: With the doubts.
        figures: Writes counts and moments.
        lang: Of the headings.
    """
    side = 1 if lang == "ru" else 0
    lines = [_line(doubt, figures) for doubt in extras.doubts[:_DOUBTS_SHOWN]]
    if (more := len(extras.doubts) - _DOUBTS_SHOWN) > 0:
        said = PAGE["more"][side].format(count=figures.count(more))
        lines.append((said, *("",) * (len(_HEADING) - 1)))
    return Grid([PAGE[key][side] for key in _HEADING], lines)


def share_said(extras: ReportExtras, figures: Figures, lang: Lang) -> str:
    """What became of all who were ever in doubt; "" when nobody was."""
    share = extras.share
    if share is None or not share.people:
        return ""
    return PAGE["doubt_share"][1 if lang == "ru" else 0].format(
        people=figures.count(share.people),
        evidence=figures.count(share.by_evidence),
        person=figures.count(share.by_person),
        resent=figures.count(share.resent),
        left=figures.count(share.left),
    )


def _line(doubt: Doubt, figures: Figures) -> tuple[str, ...]:
    return (
        str(doubt.attempt_id),
        figures.count(doubt.unknown_count),
        figures.count(doubt.member_count),
        figures.count(doubt.ids_seen),
        figures.count(doubt.queue_answers),
        "" if doubt.armed_at is None else figures.moment(doubt.armed_at),
    )
