"""The colours and cell formats of the workbook; a colour never says what words do not say too."""

from dataclasses import dataclass
from typing import NamedTuple

from campaign.adapters.reports.sheets import Book, Style
from campaign.model import Fate
from campaign.rules.words import Lang


class Tint(NamedTuple):
    """Colours of a fate: cell, letters on it (contrast at least 4.5 to 1), bar of the chart."""

    paper: str
    ink: str
    bar: str


_GREEN = Tint("#DDF3E4", "#14532D", "#2F9E63")
_BLUE = Tint("#DCEBFA", "#1E4976", "#4A90D9")
_AMBER = Tint("#FFE9B3", "#6B4300", "#E8A317")
_RED = Tint("#FBDCDC", "#8A1F1F", "#D64545")
_ROSE = Tint("#FBE7DA", "#7A3410", "#E08A55")
_GREY = Tint("#EBEDF0", "#414B57", "#A3ACB8")

TINTS = {
    Fate.DELIVERED: _GREEN,
    Fate.ACCEPTED: _BLUE,
    Fate.NO_FINAL_STATUS: Tint("#E4E9F2", "#34435C", "#8494AE"),
    Fate.UNDELIVERED: _RED,
    Fate.REFUSED: Tint("#F6D3DC", "#7D1834", "#B83A5E"),
    Fate.UNKNOWN: _AMBER,
    Fate.PENDING: Tint("#EEF3F8", "#3A5068", "#B4C6D8"),
    Fate.EXPIRED: _GREY,
    Fate.CANCELLED: _GREY,
    Fate.STOPPED: _GREY,
    Fate.ALREADY_SENT: _GREY,
    Fate.DUPLICATE: _GREY,
    Fate.INVALID: _ROSE,
}
"""In the order of the summary: what reached people first, what never left last."""

_FONT = {"font_name": "Calibri", "font_size": 11, "valign": "vcenter"}
_NAVY = "#1F3A5F"
_LINE = "#D5DAE1"


@dataclass(frozen=True, slots=True)
class Palette:
    """The formats of one workbook."""

    their_heading: Style
    our_heading: Style
    text: Style
    our_text: Style
    row_number: Style
    number: Style
    money: Style
    time: Style
    fates: dict[Fate, Style]
    pills: dict[Fate, Style]
    title: Style
    name: Style
    head: Style
    head_right: Style
    cell: Style
    cell_number: Style
    cell_money: Style
    cell_price: Style
    note: Style
    cell_time: Style
    cell_id: Style
    subtitle: Style
    cell_share: Style
    fact: Style
    fact_time: Style
    total: Style
    total_number: Style
    total_share: Style
    total_money: Style


def make_palette(book: Book, lang: Lang) -> Palette:
    """Make the formats of a workbook.

    Args:
        book: The workbook.
        lang: Decides how times look.
    """
    moment = "dd.mm.yyyy hh:mm:ss" if lang == "ru" else "yyyy-mm-dd hh:mm:ss"

    def style(**options: object) -> Style:
        return book.add_format({**_FONT, **options})

    heading = {"bold": True, "text_wrap": True, "bottom": 1, "bottom_color": "#FFFFFF"}
    cell = {"bottom": 1, "bottom_color": _LINE, "text_wrap": True}
    head = {"bold": True, "font_color": _NAVY, "bottom": 2, "bottom_color": _NAVY}
    total = {"bold": True, "top": 1, "top_color": _NAVY, "bg_color": "#F2F5F9"}
    count = {"num_format": "#,##0", "align": "right"}
    share = {"num_format": "0.0%", "align": "right"}
    return Palette(
        their_heading=style(**heading, bg_color="#E3E7ED", font_color="#26323F"),
        our_heading=style(**heading, indent=1, bg_color=_NAVY, font_color="#FFFFFF"),
        text=style(num_format="@"),
        our_text=style(num_format="@", indent=1),
        row_number=style(num_format="0", align="center", font_color="#7A8694"),
        number=style(num_format="0", align="center"),
        money=style(num_format="#,##0.00"),
        time=style(num_format=moment, align="left", indent=1),
        fates={
            fate: style(bg_color=tint.paper, font_color=tint.ink, bold=True, indent=1)
            for fate, tint in TINTS.items()
        },
        pills={
            fate: style(
                bg_color=tint.paper,
                font_color=tint.ink,
                bold=True,
                indent=1,
                bottom=1,
                bottom_color="#FFFFFF",
            )
            for fate, tint in TINTS.items()
        },
        title=style(bold=True, font_size=20, font_color=_NAVY),
        name=style(font_color="#5B6775"),
        head=style(**head),
        head_right=style(**head, align="right"),
        cell=style(**cell),
        cell_number=style(**{**cell, **count}),
        cell_money=style(**{**cell, "num_format": "#,##0.00", "align": "right"}),
        cell_price=style(**{**cell, "num_format": "#,##0.0000", "align": "right"}),
        note=style(font_color="#5B6775", italic=True, text_wrap=True),
        cell_id=style(**{**cell, "num_format": "0", "align": "left"}),
        subtitle=style(bold=True, font_size=12, font_color=_NAVY),
        cell_time=style(**{**cell, "num_format": moment, "align": "left"}),
        cell_share=style(**{**cell, **share}),
        fact=style(num_format="@", align="left", text_wrap=True),
        fact_time=style(num_format=moment, align="left"),
        total=style(**total),
        total_number=style(**total, **count),
        total_share=style(**total, **share),
        total_money=style(**total, num_format="#,##0.00", align="right"),
    )
