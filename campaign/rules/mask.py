"""The one way in which a phone is shown where it may be read by others: page, terminal, logs."""

from typing import Final

_SHOWN_AHEAD, _SHOWN_BEHIND = 5, 2
_LEAST_HIDDEN, _MOST_HIDDEN = 5, 8
_HIDDEN: Final = "•"


def masked(phone: str) -> str:
    """A phone that its owner recognises and nobody can dial: `+7916•••••17`.

    Args:
        phone: Of any length; where too little of it would be hidden, all of it is.
    """
    hidden = len(phone) - _SHOWN_AHEAD - _SHOWN_BEHIND
    if hidden < _LEAST_HIDDEN:
        return _HIDDEN * len(phone)
    return phone[:_SHOWN_AHEAD] + _HIDDEN * min(hidden, _MOST_HIDDEN) + phone[-_SHOWN_BEHIND:]
