"""The pages for newcomers lead to what there is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from on_loopback import REPOSITORY

PAGES = sorted(
    path.relative_to(REPOSITORY)
    for path in (*REPOSITORY.glob("*.md"), *(REPOSITORY / "docs").glob("*.md"), *REPOSITORY.glob("*/README.md"))
)
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)")
# What is named as a path of the repository, without blanks or the names that stand for something else.
NAMED = re.compile(r"`((?:actions|benchmarks|data|deploy|docs|medpath|scripts|tests|web)/[\w./-]*\w/?)`")
# Built, or made by whoever deploys; not in the repository.
BUILT = ("web/dist", "deploy/secrets", "deploy/.env")


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_a_link_leads_somewhere(page: Path) -> None:
    """Every relative link of a page leads to a file or folder of the repository."""
    text = (REPOSITORY / page).read_text(encoding="utf-8")
    assert [link for link in LINK.findall(text) if not (REPOSITORY / page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_a_path_that_is_named_is_there(page: Path) -> None:
    """Every path of the repository that a page names exists, so that moves are told everywhere."""
    named = NAMED.findall((REPOSITORY / page).read_text(encoding="utf-8"))
    assert [path for path in named if not path.startswith(BUILT) and not (REPOSITORY / path).exists()] == []
