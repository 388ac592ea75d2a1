"""The action that says where an answer comes from."""

from __future__ import annotations

from action_runs import run_action

from actions.action_source import ActionSource
from medpath.knowledge.records import Knowledge


def test_the_page_of_the_last_answer_is_named(compiled: Knowledge) -> None:
    """Publisher and page of the fact that answered are told, and the subject stays as it was."""
    sources = compiled.sources_of(compiled.fact("mcat/how-long-is-it"))
    done = run_action(ActionSource(), topics=["mcat"], facts=["mcat/how-long-is-it", "usmle/four-attempts"])
    assert sources
    assert all(source.publisher in done.block["body"] for source in sources)
    assert [shown["url"] for shown in done.block["sources"]] == [source.url for source in sources]
    assert done.slots == {}


def test_the_source_of_an_answer_under_a_former_id_is_named(compiled: Knowledge) -> None:
    """An old conversation remembers the id of that time; the pages of the fact of today are told."""
    sources = compiled.sources_of(compiled.fact("mcat/duration"))
    done = run_action(ActionSource(), topics=["mcat"], facts=["mcat/duration"])
    assert [shown["url"] for shown in done.block["sources"]] == [source.url for source in sources]


def test_advice_that_rests_on_no_page_is_called_so(compiled: Knowledge) -> None:
    """Asked for the source of an adviser's advice, the person gets the truth and no link."""
    fact = next(fact for fact in compiled.facts if not fact.sources)
    done = run_action(ActionSource(), topics=[fact.topic], facts=[fact.id])
    assert "adviser's advice" in done.block["body"]
    assert done.block["sources"] == []


def test_a_source_of_nothing_tells_where_all_comes_from() -> None:
    """Before the first answer the question is where Medpath gets its facts from."""
    done = run_action(ActionSource())
    assert done.responses == ["utter_bot_sources"]


def test_a_fact_that_is_gone_tells_where_all_comes_from() -> None:
    """A conversation that outlives a fact gets no error."""
    done = run_action(ActionSource(), topics=["gone"], facts=["gone/for-good"])
    assert done.responses == ["utter_bot_sources"]
