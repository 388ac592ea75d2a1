"""Texts of facts as they are said outside a conversation, where nobody has asked what they answer."""

from __future__ import annotations

import re

from medpath.knowledge.records import Fact
from medpath.planning.tables.records import Subjects

_AFFIRMED = re.compile(r"\AYes[:,] (\w)")
_ASKS = re.compile(r"(?:Do|Does|Will|Is|Are|Can|Should)\b")


def said_alone(fact: Fact, subjects: Subjects) -> str:
    """The text of a fact, with its label before it where it does not say itself what it is about."""
    text = _AFFIRMED.sub(lambda match: match[1].upper(), fact.text, count=1)
    if fact.id not in subjects.named and not subjects.fragments.match(text):
        return text
    label = fact.label[:1].upper() + fact.label[1:]
    if _ASKS.match(label):
        label = f"{label.removesuffix('?')}?"
    mark = "" if label.endswith("?") else "." if ":" in label else ":"
    return f"{label}{mark} {text}"
