"""A fact that was just told and answers the next question too: what of it answers that question."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from medpath.knowledge.records import Fact
from medpath.knowledge.sentences import sentences

Nearness = Callable[[Sequence[str]], np.ndarray]
MOST_TOLD = 2
# By how much less near a second sentence may be, and the first part of the fact, without which others may say little.
AS_NEAR, FIRST_AS_NEAR = 0.06, 0.12


def retold(fact: Fact, nearness: Nearness) -> str:
    """The sentence of a fact that is nearest to a question, with one that is about as near, in their order.

    `nearness` gives the cosine of each text and the question. Where a sentence of the first part of the fact is the
    nearest, that part is told whole.
    """
    first, rest = [fact.text], sentences(fact.more)
    near = nearness([*first, *rest])
    raised = near + (FIRST_AS_NEAR - AS_NEAR) * (np.arange(len(near)) == 0)
    likeliest = sorted(np.flatnonzero(raised >= near.max() - AS_NEAR), key=lambda place: -raised[place])[:MOST_TOLD]
    return " ".join([*first, *rest][place] for place in sorted(likeliest))


def nearer(fact: Fact, nearness: Nearness) -> str:
    """The sentence of the second part of a fact that is nearest to a question, if it is nearer than the first part."""
    rest = sentences(fact.more)
    if not rest:
        return ""
    near = nearness([fact.text, *rest])
    place = int(near.argmax())
    return rest[place - 1] if place else ""
