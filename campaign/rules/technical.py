"""Put what only support understands behind what everybody understands.

A lost connection is told with the class names of the exceptions that it was made of
(`ConnectionError < ProtocolError`): worth keeping, but at the end and in brackets.
"""

import re
from typing import Final

_NAME: Final = r"[A-Z][A-Za-z0-9]*(?:Error|Timeout|Exception)"
_CHAIN: Final = re.compile(
    rf"(?:: |\s?\()(?P<chain>[A-Za-z_]\w*(?: < [A-Za-z_]\w*)+|{_NAME})\)?(?=[;,.)]|\s|$)"
)


def technical_last(text: str) -> str:
    """The sentence with its chain of class names, if it has one, in brackets at its end."""
    found = _CHAIN.search(text)
    if found is None:
        return text
    plain = (text[: found.start()] + text[found.end() :]).rstrip()
    return f"{plain} ({found['chain']})"
