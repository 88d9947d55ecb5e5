"""In which time zone people read times: the one that they named, or that of this machine."""

from collections.abc import Mapping
from datetime import tzinfo

from campaign.adapters.local_zone import local_zone
from campaign.config import Settings
from campaign.errors import InputError, UnusableCell
from campaign.rules.schedule import load_zone
from campaign.rules.words import reason

_NOTHING: Mapping[str, object] = {}


def shown_zone(settings: Settings, frozen: Mapping[str, object] = _NOTHING) -> tzinfo:
    """The zone of all times that a command shows to people.

    Args:
        settings: Of the command; `--timezone` decides.
        frozen: Settings of the run; the zone in which its times were given comes next.

    Raises:
        InputError: There is no such zone.
    """
    named = settings.text("timezone")
    if named:
        try:
            return load_zone(named)
        except UnusableCell as error:
            sentence = reason(error.code, error.details, "en")
            raise InputError(
                f"--timezone {named!r}: {sentence.reason}", hint=sentence.hint, code=error.code
            ) from None
    known = frozen.get("timezone")
    if isinstance(known, str) and known:
        try:
            return load_zone(known)
        except UnusableCell:  # made on another machine, whose system knew it
            return local_zone()
    return local_zone()
