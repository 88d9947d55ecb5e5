"""Name single characters so that a person can find them: what they look like and what they are."""

import unicodedata
from types import MappingProxyType
from typing import Final

LOOK_ALIKES: Final = MappingProxyType(
    dict(
        zip(
            "АВЕЅІЈКМНОРСТУХЗаеѕіјкорсух",
            "ABESIJKMHOPCTYX3aesijkopcyx",
            strict=True,
        )
    )
)
"""Cyrillic letters to the Latin letter or digit for which they are mistaken."""


def name_character(character: str) -> str:
    """Name a character as Unicode does: ``— (U+2014 EM DASH)``.

    What cannot be seen, or would disturb the line it stands in, is named without being shown.
    """
    code = f"U+{ord(character):04X}"
    name = unicodedata.name(character, "")
    full = f"{code} {name}" if name else code
    if not character.isprintable() or character.isspace() or unicodedata.combining(character):
        return full
    return f"{character} ({full})"
