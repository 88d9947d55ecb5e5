"""Read the cells that need no rule module of their own: sender, flash, wap link."""

import re
from typing import Final

from campaign.errors import UnusableCell
from campaign.rules.cells import is_blank, shown, tidy

_SENDER: Final = re.compile(r"[A-Za-z0-9 ._&-]{1,11}|[0-9]{1,15}")
_WAPURL: Final = re.compile(r"[!-~]{1,255}")
_YES: Final = frozenset({"1", "1.0", "yes", "true", "да", "истина"})
_NO: Final = frozenset({"0", "0.0", "no", "false", "нет", "ложь"})


def parse_sender(cell: str) -> str:
    """Read a sender name (подпись).

    Raises:
        UnusableCell: ``sender_bad`` with ``value``.

    Source:
        Gateway facts: at most 11 Latin letters or digits, registered per operator; the signs
        `` ._&-`` and digits up to 15 (a number) are in use too.
    """
    name = cell.strip()
    if not _SENDER.fullmatch(name):
        raise UnusableCell("sender_bad", value=shown(cell))
    return name


def parse_flash(cell: str, *, allowed: bool) -> bool:
    """Read whether an SMS is shown at once and not stored; a blank cell means no.

    Args:
        cell: 1, 0, yes, no, true, false, да, нет, истина, ложь.
        allowed: Whether the gateway knows flash messages.

    Raises:
        UnusableCell: ``flash_bad``; ``flash_unsupported`` for a yes to a gateway that would
            send an ordinary SMS instead.

    Source:
        iqsms document, send.json, ``flash``.
    """
    word = tidy(cell).casefold()
    if not word or word in _NO:
        return False
    if word not in _YES:
        raise UnusableCell("flash_bad", value=shown(cell))
    if not allowed:
        raise UnusableCell("flash_unsupported", value=shown(cell))
    return True


def parse_wapurl(cell: str, *, allowed: bool) -> str | None:
    """Read the link of a wap-push message; None for a blank cell.

    Raises:
        UnusableCell: ``wapurl_bad``; ``wapurl_unsupported`` when the gateway knows none.

    Source:
        iqsms document, send.json, ``wapurl``: "for example wap.yousite.ru".
    """
    if is_blank(cell):
        return None
    link = cell.strip()
    if not _WAPURL.fullmatch(link) or "." not in link:
        raise UnusableCell("wapurl_bad", value=shown(cell))
    if not allowed:
        raise UnusableCell("wapurl_unsupported", value=shown(cell))
    return link
