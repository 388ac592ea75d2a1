"""The action that shows a picked fact."""

from __future__ import annotations

import pytest
from action_runs import run_action

from actions.action_show_fact import ActionShowFact
from medpath.knowledge.records import Knowledge


def test_the_picked_fact_is_stated_and_remembered(compiled: Knowledge) -> None:
    """A pick gets the text of its fact, which becomes the subject of the conversation."""
    done = run_action(ActionShowFact(), fact="mcat/how-long-is-it", topics=["usmle"], facts=["usmle/four-attempts"])
    fact = compiled.fact("mcat/how-long-is-it")
    assert done.block["body"] == f"{fact.text}\n\n{fact.more}"
    assert done.slots == {"topics": ["mcat"], "facts": ["mcat/how-long-is-it"]}


def test_a_former_id_leads_to_the_fact_of_today(compiled: Knowledge) -> None:
    """A button of an old conversation still works, and today's id is remembered."""
    former, today = next((old, fact.id) for fact in compiled.facts for old in fact.formerly)
    done = run_action(ActionShowFact(), fact=former)
    assert (done.block["kind"], done.slots["facts"]) == ("answer", [today])


@pytest.mark.parametrize("fact", ["", "no-topic/no-fact", "../etc/passwd"])
def test_a_pick_that_leads_nowhere_is_declined(fact: str) -> None:
    """Without a known fact the person is told so, and the subject stays."""
    done = run_action(ActionShowFact(), fact=fact, topics=["mcat"], facts=["mcat/how-long-is-it"])
    assert (done.block["kind"], done.slots) == ("decline", {})
    assert done.block["body"]
