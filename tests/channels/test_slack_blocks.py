"""Replies as Slack draws them: text with its escapes, and blocks within the limits."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from planned import ABROAD, CONTRADICTORY, STUDENT, plan_message

from medpath.answering.replies.answer import ShownSource, Table
from medpath.channels.replies import Button, Reply, read_reply
from medpath.channels.slack.blocks import HELPED, WRONG, home, introduction, posts
from medpath.channels.slack.text import LONGEST_TEXT, chunks, escape, link, mrkdwn, plain_text

TEXTS = st.text(max_size=400) | st.text(alphabet="ab &<>*_`|-\n()[]:/.", max_size=9000)
CELLS = st.text(alphabet="ab &<>`|", max_size=200)
TABLES = st.integers(1, 4).flatmap(
    lambda width: st.builds(
        Table,
        st.tuples(*[CELLS] * width),
        st.lists(st.tuples(*[CELLS] * width), min_size=1, max_size=30).map(tuple),
    )
)
REPLIES = st.builds(
    Reply,
    text=TEXTS,
    kind=st.sampled_from(["answer", "comparison", "clarify", "error"]),
    body=TEXTS,
    warnings=st.lists(TEXTS, max_size=3).map(tuple),
    facts=st.sampled_from([(), ("a/b",)]),
    sources=st.lists(st.builds(ShownSource, TEXTS, TEXTS, TEXTS, TEXTS), max_size=4).map(tuple),
    buttons=st.lists(st.builds(Button, TEXTS, TEXTS), max_size=40).map(tuple),
    table=st.none() | TABLES,
)


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("AT&T: 3 < 4 > 2", "AT&amp;T: 3 &lt; 4 &gt; 2"),
        ("**Bold** and 2 * 3 * 4", "*Bold* and 2 * 3 * 4"),
        ("[R&D](https://a.example/?a=1&b=2)", "<https://a.example/?a=1&amp;b=2|R&amp;D>"),
        ("See https://a.example/x.", "See <https://a.example/x>."),
        ("- one\n  - two\n3 - 4", "• one\n  • two\n3 - 4"),
        ("<!channel> <@U1>", "&lt;!channel&gt; &lt;@U1&gt;"),
    ],
)
def test_text_is_drawn_as_slack_writes_it(text: str, drawn: str) -> None:
    """Bold, links and lists are Slack's; what would call people together is not."""
    assert mrkdwn(text) == drawn


@pytest.mark.parametrize(
    ("sent", "typed"),
    [
        ("<@UBOT> what's R&amp;D &lt;now&gt;?", "what's R&D <now>?"),
        ("<@U1|ann>  see <https://a.example|a.example>", "see a.example"),
        ("see <https://a.example>", "see https://a.example"),
        ("<mailto:a@b.example|a@b.example> in <#C1|match>", "a@b.example in #match"),
        ("<!here> when is match day", "when is match day"),
        ("&amp;lt;", "&lt;"),
    ],
)
def test_what_a_person_typed_is_read_from_slacks_form(sent: str, typed: str) -> None:
    """Mentions go, names stay, escapes are undone once."""
    assert plain_text(sent) == typed


@given(st.text(max_size=300))
def test_escaping_is_undone_on_the_way_in(text: str) -> None:
    """Whatever a person writes arrives in its lines, but for its spaces."""
    assert "<" not in escape(text)
    if "&" not in text:  # Slack would have escaped a reference that the person typed
        assert plain_text(escape(text)).split() == text.split()


@given(TEXTS, st.integers(10, 300))
def test_a_long_text_is_cut_without_loss(text: str, longest: int) -> None:
    """No part is too long or empty, and no escape is torn."""
    parts = chunks(escape(text), longest)
    assert all(0 < len(part) <= longest for part in parts)
    assert "".join("".join(parts).split()) == "".join(escape(text).split())
    assert not any(re.search(r"&[a-z]{0,3}$", part) for part in parts)


def test_a_link_is_not_torn() -> None:
    """A link that does not fit any more goes to the next part."""
    drawn = link("https://a.example/page", "A label of some words")
    parts = chunks("word " * 20 + drawn, 110)
    assert parts[-1] == drawn


@given(REPLIES)
def test_blocks_keep_within_slacks_limits(reply: Reply) -> None:
    """Whatever a reply holds."""
    for post in posts([reply]):
        assert 0 < len(post.text) < 4000
        assert 0 < len(post.blocks) <= 50
        for block in post.blocks:
            _check(block)


def _check(block: dict[str, Any]) -> None:
    if block["type"] == "actions":
        assert 0 < len(block["elements"]) <= 5
        for button in block["elements"]:
            assert 0 < len(button["text"]["text"]) <= 75
            assert 0 < len(button["value"]) <= 2000
        assert len({button["action_id"] for button in block["elements"]}) == len(block["elements"])
    else:
        [text] = block["elements"] if block["type"] == "context" else [block["text"]]
        assert 0 < len(text["text"]) <= LONGEST_TEXT
        assert text["text"].strip()


def test_an_answer_has_its_parts_in_order() -> None:
    """Text, table, warning, source, what to ask next, feedback."""
    reply = Reply(
        text="Both take four years.",
        kind="comparison",
        body="Both take four years.",
        warnings=("Stale.",),
        facts=("md/length",),
        sources=(ShownSource("AAMC", "MD & DO", "https://aamc.org", "2026"),),
        buttons=(Button("Cost", "fact:md/cost"),),
        table=Table(("", "MD", "DO"), (("Length", "4", "4"),)),
    )
    [post] = posts([reply])
    kinds = [block["type"] for block in post.blocks]
    assert kinds == ["section", "section", "context", "context", "actions", "actions"]
    assert post.blocks[1]["text"]["text"] == "```       | MD | DO\nLength | 4  | 4```"
    assert post.blocks[3]["elements"][0]["text"] == "Source: <https://aamc.org|AAMC, MD &amp; DO> (2026)"
    assert [button["action_id"] for button in post.blocks[4]["elements"]] == ["pick_0"]
    assert [button["action_id"] for button in post.blocks[5]["elements"]] == ["feedback_good", "feedback_bad"]


def test_a_table_too_wide_for_the_window_becomes_lines() -> None:
    """A line a cell, under the name of its row."""
    long = "x" * 80
    [post] = posts([Reply(text="t", body="t", table=Table(("", "MD", "DO"), (("Length", long, long),)))])
    assert post.blocks[1]["text"]["text"] == f"*Length*\nMD: {long}\nDO: {long}"


def test_the_points_of_an_overview_are_a_section_each() -> None:
    """The heading in bold over its text, however short all of them are, and they can be judged."""
    table = Table(("", ""), (("Length", "3 years."), ("Pay", "A & B.")))
    [post] = posts([Reply(text="t", body="What it is.", kind="overview", facts=("a/b",), table=table)])
    texts = [block["text"]["text"] for block in post.blocks if block["type"] == "section"]
    assert texts == ["What it is.", "*Length*\n3 years.", "*Pay*\nA &amp; B."]
    assert post.blocks[-1]["type"] == "actions"


def test_where_nothing_was_asked_there_are_examples() -> None:
    """The home tab shows the same and remembers where its clicks are answered."""
    tab = home("D1")
    assert (tab["type"], tab["private_metadata"]) == ("home", "D1")
    assert tab["blocks"] == list(introduction().blocks)
    for block in tab["blocks"]:
        _check(block)


def test_several_replies_are_one_post() -> None:
    """A message that asks several things is answered at once, with one row to judge the answer by."""
    replies = [Reply(text=f"Answer {i}.", body=f"Answer {i}.", facts=("a/b",)) for i in range(3)]
    (post,) = posts(replies)
    assert all(f"Answer {i}." in post.text for i in range(3))
    rows = [block for block in post.blocks if block["type"] == "actions"]
    assert [element["action_id"] for row in rows for element in row["elements"]] == [HELPED, WRONG]


def test_a_heading_is_bold_before_its_answer() -> None:
    """Each of several answers begins with what it is to."""
    [post] = posts([Reply(text="t", body="It takes years.", heading="Length & cost")])
    assert post.blocks[0]["text"]["text"] == "*Length &amp; cost*\nIt takes years."


def _paragraphs(message: dict[str, Any]) -> str:
    """The text of all sections of the one post that shows a message; each block is as Slack takes it."""
    (post,) = posts([read_reply(message)])
    assert len(post.blocks) <= 20
    assert post.text.startswith(escape(message["text"][:60]))
    for block in post.blocks:
        _check(block)
    return "\n".join(block["text"]["text"] for block in post.blocks if block["type"] == "section")


@pytest.mark.parametrize("profile", [STUDENT, ABROAD], ids=["student", "abroad"])
def test_a_plan_is_told_in_one_post(profile: dict[str, Any]) -> None:
    """Every step has its line with a date and a linked source; the year, the fees and whom to ask are there."""
    message = plan_message(**profile)
    plan = message["custom"]["plan"]
    told = _paragraphs(message)
    for step in plan["steps"]:
        assert re.search(rf"• \*[^*]*20\d\d\*: {re.escape(escape(step['label']))}.* \(<https?://", told), step["label"]
    assert f"Earliest independent practice: {plan['earliest_independent_practice']}".replace("-", "–") in told
    assert "*Whom to ask*" in told
    assert "Fees to pay: $" in told


def test_in_a_plan_the_problems_come_first() -> None:
    """After what a what-if changes, and before the year."""
    told = _paragraphs(plan_message("What changes", **ABROAD))
    places = [told.index(part) for part in ("What changes", "*First*", "Earliest independent practice", "*Steps*")]
    assert places == sorted(places)
    back = plan_message(**CONTRADICTORY)
    assert back["custom"]["plan"]["ask_back"] in _paragraphs(back)


def test_a_plan_of_another_version_is_told_as_it_was() -> None:
    """Its text stands for it."""
    [post] = posts([Reply(text="My way.", body="My *way*.", kind="plan", plan={"steps": 1})])
    assert post.blocks[0]["text"]["text"] == "My *way*."
