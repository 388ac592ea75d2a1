"""Draws replies as Slack's Block Kit, within its limits (https://docs.slack.dev/reference/block-kit)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

from medpath.answering.replies.answer import ANSWERED, ShownSource, Table
from medpath.channels.replies import Button, Reply
from medpath.channels.slack.plan_paragraphs import plan_paragraphs
from medpath.channels.slack.text import LONGEST_TEXT, chunks, escape, link, mrkdwn, shortened

MOST_BLOCKS = 50
LONGEST_FALLBACK = 3900
LONGEST_LABEL = 75
LONGEST_VALUE = 2000
IN_A_ROW = 5
MOST_BUTTONS = 25
WIDEST_TABLE = 90

PICK = "pick_"
HELPED, WRONG = "feedback_good", "feedback_bad"
FEEDBACK = {HELPED: "that helped", WRONG: "that's wrong"}
INTRODUCTION = (
    "I answer questions about medical education in the United States: residency and the Match, MD and DO degrees, "
    "USMLE and COMLEX, licensure, visas, careers and mentorship. Each answer names its source and date, or says that "
    "it is an adviser's view; if I do not know, I say so."
)
WAYS = (
    "Write to me in *Messages*, mention me in a channel, or type `/medpath` and your question. In a thread in which I "
    "was mentioned I go on answering."
)
EXAMPLES = (
    "When is Match Day?",
    "What is the difference between an MD and a DO?",
    "How much does Step 1 cost?",
    "How long is an internal medicine residency?",
    "Do I need a visa as an IMG?",
)

Block = dict[str, Any]


@dataclass(frozen=True)
class Post:
    """One message to Slack: `text` is what notifications and screen readers get of it."""

    text: str
    blocks: tuple[Block, ...]


def posts(replies: Sequence[Reply]) -> list[Post]:
    """The messages that show the replies to one question: a single one, unless it has more blocks than Slack takes."""
    judged = any(reply.kind in ANSWERED and reply.facts for reply in replies)
    drawn = chain(*map(_blocks, replies), [_feedback()] if judged else [])
    whole = "\n\n".join(reply.text or reply.body for reply in replies)
    fallback = shortened(escape(whole).strip(), LONGEST_FALLBACK)
    parts = iter(lambda: tuple(islice(drawn, MOST_BLOCKS)), ())
    return [Post(fallback, part) for part in parts if fallback]


def introduction() -> Post:
    """What stands for an answer where nothing was asked."""
    blocks = [_section(INTRODUCTION), _section(WAYS), *_buttons([Button(text, text) for text in EXAMPLES])]
    return Post(INTRODUCTION, tuple(blocks))


def home(conversation: str) -> dict[str, Any]:
    """The App Home tab; it carries the channel of the direct messages, where clicks on its questions are answered."""
    return {"type": "home", "private_metadata": conversation, "blocks": list(introduction().blocks)}


def _blocks(reply: Reply) -> Iterator[Block]:
    heading = f"*{escape(reply.heading)}*\n" if reply.heading else ""
    said = plan_paragraphs(reply.plan, reply.body) if reply.plan else [mrkdwn(reply.body or reply.text)]
    yield from (_section(part) for part in chunks("\n\n".join([heading + said[0], *said[1:]])))
    if reply.table:
        yield from _table(reply.table)
    notes = [f":warning: {escape(warning)}" for warning in reply.warnings] + [_source(line) for line in reply.sources]
    notes += [escape(reply.view)] if reply.view else []
    yield from (_context(part) for note in notes for part in chunks(note))
    yield from _buttons(reply.buttons)


def _feedback() -> Block:
    labels = {HELPED: "👍 Helpful", WRONG: "👎 Wrong"}
    return _actions(_button(label, FEEDBACK[action], action) for action, label in labels.items())


def _source(source: ShownSource) -> str:
    name = ", ".join(part for part in (source.publisher, source.title) if part)
    return f"Source: {link(source.url, name)} ({escape(source.provenance)})"


def _table(table: Table) -> Iterator[Block]:
    """Aligned columns of one width where they fit the window; else, and for texts, each row as a text of its own."""
    text = table.text()
    if not table.of_texts and max(map(len, text.splitlines())) <= WIDEST_TABLE:
        yield from (_section(f"```{part}```") for part in _preformatted(text))
        return
    for row in table.rows:
        cells = zip(table.columns[1:], row[1:], strict=True)
        lines = [f"*{escape(row[0])}*", *(_cell(column, cell) for column, cell in cells)]
        yield from map(_section, chunks("\n".join(lines)))


def _cell(column: str, cell: str) -> str:
    return f"{escape(column)}: {mrkdwn(cell)}" if column else mrkdwn(cell)


def _preformatted(text: str) -> Iterator[str]:
    """Whole lines together, as many as fit; the spaces before the first word stay, as they align the columns."""
    part = ""
    for line in map(escape, text.replace("`", "'").splitlines()):
        if len(part) + len(line) + len("```\n```") > LONGEST_TEXT:
            yield part
            part = ""
        part += f"\n{line}" if part else line
    yield part


def _buttons(buttons: Sequence[Button]) -> Iterator[Block]:
    usable = [button for button in buttons if button.title.strip() and 0 < len(button.payload) <= LONGEST_VALUE]
    drawn = [_button(b.title.strip(), b.payload, f"{PICK}{i}") for i, b in enumerate(usable[:MOST_BUTTONS])]
    for start in range(0, len(drawn), IN_A_ROW):
        yield _actions(drawn[start : start + IN_A_ROW])


def _button(label: str, value: str, action: str) -> Block:
    shown = label if len(label) <= LONGEST_LABEL else label[: LONGEST_LABEL - 1].rstrip() + "…"
    text = {"type": "plain_text", "text": shown, "emoji": True}
    return {"type": "button", "text": text, "value": value, "action_id": action}


def _actions(buttons: Iterable[Block]) -> Block:
    return {"type": "actions", "elements": list(buttons)}


def _section(text: str) -> Block:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def _context(text: str) -> Block:
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": text}]}
