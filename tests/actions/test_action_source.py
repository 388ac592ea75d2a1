"""The action that says where an answer comes from."""

from __future__ import annotations

from action_runs import run_action

from actions.action_source import ActionSource
from medpath.knowledge.records import Knowledge


def test_the_page_of_the_last_answer_is_named(compiled: Knowledge) -> None:
    """Publisher and page of the fact that answered are told, and the subject stays as it was."""
    (source,) = compiled.sources_of(compiled.fact("mcat/duration"))
    done = run_action(ActionSource(), topics=["mcat"], facts=["mcat/duration", "usmle/attempt-limit"])
    assert source.publisher in done.block["body"]
    assert [shown["url"] for shown in done.block["sources"]] == [source.url]
    assert done.slots == {}


def test_a_source_of_nothing_tells_where_all_comes_from() -> None:
    """Before the first answer the question is where Medpath gets its facts from."""
    done = run_action(ActionSource())
    assert done.responses == ["utter_bot_sources"]


def test_a_fact_that_is_gone_tells_where_all_comes_from() -> None:
    """A conversation that outlives a fact gets no error."""
    done = run_action(ActionSource(), topics=["gone"], facts=["gone/for-good"])
    assert done.responses == ["utter_bot_sources"]
