"""The sentences of a fact's text."""

from __future__ import annotations

import re

# A new sentence begins with a capital, a number or a quotation; "U.S.", "Dr." and the like end none.
_SEAM = re.compile(
    r"(?:(?<=[.!?])|(?<=[.!?][\"”’)]))(?<!\b[A-Z]\.)(?<!\b(?:St|Dr|Mr|Ms|vs|No)\.)(?<!\bMrs\.)\s+(?=[A-Z0-9\"“(])"
)


def sentences(text: str) -> list[str]:
    """The sentences of a text; what is quoted stays within one."""
    found: list[str] = []
    for part in filter(None, _SEAM.split(text)):
        if found and found[-1].count('"') % 2:
            found[-1] += f" {part}"
        else:
            found.append(part)
    return found
