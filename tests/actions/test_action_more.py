"""The action that goes on with the subject."""

from __future__ import annotations

from action_runs import run_action

from actions.action_more import ActionMore
from medpath.knowledge.records import Knowledge


def test_more_goes_on_until_the_topic_is_told(compiled: Knowledge) -> None:
    """Each "more" gives a fact of the topic that was not shown yet; after the last one it says that this is all."""
    topic = compiled.topic("mcat")
    slots = {"topics": ["mcat"], "facts": ["mcat/how-long-is-it"]}
    for _ in range(len(topic.facts) - 1):
        done = run_action(ActionMore(), **slots)
        assert done.block["facts"][0] not in slots["facts"]
        slots = done.slots
    assert set(slots["facts"]) == {fact.id for fact in topic.facts}
    assert slots["topics"] == ["mcat"]
    assert run_action(ActionMore(), **slots).responses == ["utter_no_more"]


def test_more_of_nothing_asks_for_the_subject() -> None:
    """Before the first answer "more" asks back and remembers nothing."""
    done = run_action(ActionMore())
    assert done.responses == ["utter_ask_subject"]
    assert done.slots == {}


def test_more_after_a_corrected_belief_stays_with_the_question() -> None:
    """Where a correction was stated beside the answer, "more" goes on with the topic of the answer."""
    done = run_action(ActionMore(), topics=["mcat", "usmle"], facts=["mcat/how-long-is-it", "usmle/four-attempts"])
    assert done.block["topics"] == ["mcat"]
    assert done.slots["facts"][1:] == ["mcat/how-long-is-it", "usmle/four-attempts"]


def test_more_after_an_answer_under_a_former_id_repeats_nothing(compiled: Knowledge) -> None:
    """What an old conversation was told under an id of that time counts as told."""
    today = compiled.fact("mcat/duration")
    done = run_action(ActionMore(), topics=["mcat"], facts=["mcat/duration"])
    assert done.memory.facts[1:] == (today.id,)
    assert today.id not in done.block["facts"]
