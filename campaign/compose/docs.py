"""The documentation, which travels in the package and is read offline."""

import difflib
from importlib.resources import files

from campaign.errors import InputError


def page_names() -> tuple[str, ...]:
    """Names of all pages, for `campaign docs NAME`."""
    root = files("campaign").joinpath("docs")
    top = [entry.name.removesuffix(".md") for entry in root.iterdir() if entry.name.endswith(".md")]
    decisions = [
        f"decisions/{entry.name.removesuffix('.md')}"
        for entry in root.joinpath("decisions").iterdir()
        if entry.name.endswith(".md")
    ]
    return (*sorted(top), *sorted(decisions))


def page(name: str) -> str:
    """The text of a page.

    Raises:
        InputError: There is no such page; names the nearest one.
    """
    if name not in page_names():
        near = difflib.get_close_matches(name, page_names(), n=1)
        raise InputError(
            f"there is no page {name!r}",
            hint=f"campaign docs {near[0]}" if near else "campaign docs lists all pages",
            code="docs_unknown",
        )
    return files("campaign").joinpath("docs").joinpath(f"{name}.md").read_text(encoding="utf-8")
