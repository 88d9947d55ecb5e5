"""Keywords of the API as settings: the table of options (`campaign.options`) says which there are."""

import difflib
from collections.abc import Mapping
from os import PathLike

from campaign.errors import InputError
from campaign.options import Where, rows
from campaign.text import tr


def settings_of(keywords: Mapping[str, object], *groups: str) -> dict[str, object]:
    """Keywords as settings: paths become texts, None means not given.

    Groups are those of the table, or single names; another keyword is an `InputError`.
    """
    known = sorted(row.name for row in rows(*groups, where=Where.API))
    for name in keywords:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = (
                tr("Did you mean {near}?", near=near[0])
                if near
                else tr("Options: {names}", names=", ".join(known))
            )
            raise InputError(tr("there is no option {name!r}", name=name), hint=hint, code="setting")
    return {
        name: str(value) if isinstance(value, PathLike) else value
        for name, value in keywords.items()
        if value is not None
    }
