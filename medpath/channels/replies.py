"""What a channel is given to draw: replies with their sources and buttons, in structured form.

The same records are read back from the `custom` block that every action sends, so that no channel has to
parse text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from medpath.answering.replies.answer import ADVICE, ADVISERS_VIEW, LOCAL, ShownSource, Table


@dataclass(frozen=True)
class Button:
    """A reply that can be picked; `facts` are the fact ids that a "did you mean" leads to."""

    title: str
    payload: str
    facts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reply:
    """One message of Medpath.

    `text` is everything as plain text; `body` the same without table, warnings and sources, which stand in
    `table`, `warnings` and `sources`. `kind` is one of answer, comparison, calculation, overview, clarify, decline,
    safety, smalltalk, plan, error. `check` is how the first fact was checked: official, secondary, general, advice, or
    empty. `score` is the probability that the answer is right, or 0. `chosen_by` is local, or model where the
    operator's language model chose the facts. `heading` names what one of several replies is to. `plan` is the whole
    plan as medpath.planning.showing.objects has it, where one is shown.
    """

    text: str
    kind: str = "answer"
    body: str = ""
    warnings: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    sources: tuple[ShownSource, ...] = ()
    buttons: tuple[Button, ...] = field(default=())
    score: float = 0.0
    table: Table | None = None
    check: str = ""
    chosen_by: str = LOCAL
    heading: str = ""
    plan: dict[str, Any] | None = field(default=None, repr=False)

    @property
    def view(self) -> str:
        """What stands in place of a source under an adviser's view; else empty."""
        return f"{ADVISERS_VIEW}." if self.check == ADVICE and not self.sources else ""


def read_reply(message: Mapping[str, Any]) -> Reply:
    """Reads one message of the REST channel: text, buttons and the custom block, where there is one."""
    custom = message.get("custom") or {}
    text = message.get("text") or custom.get("body") or ""
    buttons = custom.get("buttons") or message.get("buttons") or []
    return Reply(
        text=text,
        kind=custom.get("kind", "smalltalk"),
        body=custom.get("body") or text,
        warnings=tuple(custom.get("warnings", ())),
        facts=tuple(custom.get("facts", ())),
        topics=tuple(custom.get("topics", ())),
        sources=tuple(ShownSource(**line) for line in custom.get("sources", ())),
        buttons=tuple(Button(b["title"], b["payload"], tuple(b.get("facts", ()))) for b in buttons),
        score=float(custom.get("score", 0.0)),
        table=_table(custom.get("table")),
        check=custom.get("check", ""),
        chosen_by=custom.get("chosen_by", LOCAL),
        heading=custom.get("heading", ""),
        plan=custom.get("plan"),
    )


def _table(block: Mapping[str, Any] | None) -> Table | None:
    return Table(tuple(block["columns"]), tuple(map(tuple, block["rows"]))) if block else None
