"""Domain, rules and training messages: that each names what the others have."""

from __future__ import annotations

import importlib
import json
import pkgutil
import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from rasa_sdk import Action
from rasa_sdk.utils import all_subclasses

import actions
from actions.planned import FORM_FIELDS, FORM_SLOT
from medpath.dialogue.urgent_policy import ENDS_FORM
from medpath.language.intents import OUT_OF_SCOPE
from medpath.language.messages import read_messages
from medpath.project import Project

Content = dict[str, Any]


@pytest.fixture(scope="module")
def domain(project: Project) -> Content:
    return yaml.safe_load((project.root / "domain.yml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def rules(project: Project) -> list[Content]:
    return yaml.safe_load((project.root / "data" / "rules.yml").read_text(encoding="utf-8"))["rules"]


@pytest.fixture(scope="module")
def aspects(project: Project) -> list[str]:
    schema = json.loads((project.knowledge / "schema" / "topic.json").read_text(encoding="utf-8"))
    return schema["properties"]["facts"]["items"]["properties"]["aspect"]["enum"]


def _steps(rules: list[Content]) -> Iterator[Content]:
    for rule in rules:
        for step in rule["steps"]:
            yield from step.get("or", [step])


def _routes(rules: list[Content]) -> dict[str, str]:
    """The action that follows each intent."""
    routes = {}
    for rule in rules:
        first, following, *_ = rule["steps"]
        for step in first.get("or", [first]):
            if "intent" in step:
                routes[step["intent"]] = following["action"]
    return routes


def test_the_domain_has_an_ask_intent_for_each_aspect(domain: Content, aspects: list[str]) -> None:
    """An aspect added to the knowledge file's schema without its intent would not be trained, one too many is dead."""
    asks = [intent for intent in domain["intents"] if intent.startswith("ask_")]
    assert sorted(asks) == sorted(f"ask_{aspect}" for aspect in aspects)


def test_every_question_is_routed_to_the_answering(rules: list[Content], aspects: list[str]) -> None:
    """No aspect is left to a policy's guess."""
    routes = _routes(rules)
    assert {f"ask_{aspect}": routes.get(f"ask_{aspect}") for aspect in aspects} == {
        f"ask_{aspect}": "action_answer" for aspect in aspects
    }


def test_every_intent_of_the_domain_is_routed(domain: Content, rules: list[Content]) -> None:
    """Whatever the classifier says, a rule tells what follows."""
    assert set(domain["intents"]) - set(_routes(rules)) == set()


def test_no_intent_is_routed_twice(rules: list[Content]) -> None:
    """Two rules for one intent would contradict each other."""
    intents = [step["intent"] for step in _steps(rules) if "intent" in step]
    assert len(intents) == len(set(intents))


def test_messages_out_of_scope_are_declined_by_the_answering(rules: list[Content]) -> None:
    """The kinds that the answering declines come to it, except a crisis, which gets its numbers without a search."""
    routes = _routes(rules)
    assert {kind: routes[kind] for kind in OUT_OF_SCOPE} == {
        kind: "utter_crisis" if kind == "crisis" else "action_answer" for kind in OUT_OF_SCOPE
    }


def test_messages_that_nobody_understood_are_searched(rules: list[Content]) -> None:
    """What the classifier is unsure of goes to the search, not into a dead end."""
    assert _routes(rules)["nlu_fallback"] == "action_answer"


def test_every_training_message_has_an_intent_of_the_domain(project: Project, domain: Content) -> None:
    """The files of data/nlu name no intent that the domain does not have."""
    assert {intent for _, intent in read_messages(project.messages)} <= set(domain["intents"])


def test_every_other_intent_has_training_messages(project: Project, domain: Content) -> None:
    """An intent without an example would never be recognised; a pick is recognised by its payload, and
    what is asked beside danger by what is left of the message."""
    learnt = {intent for _, intent in read_messages(project.messages)}
    assert {i for i in domain["intents"] if not i.startswith("ask_")} - learnt == {"pick_fact", "crisis_and_question"}


def test_every_action_of_the_rules_exists(domain: Content, rules: list[Content]) -> None:
    """Each step leads to a response of the domain or to an action that the action server has."""
    for info in pkgutil.iter_modules(actions.__path__):
        importlib.import_module(f"actions.{info.name}")
    served = {action().name() for action in all_subclasses(Action) if action.__module__.startswith("actions.")}
    assert served == set(domain["actions"])
    used = {step["action"] for step in _steps(rules) if "action" in step}
    assert used <= served | set(domain["responses"]) | set(domain["forms"])


def test_every_slot_of_the_form_can_be_asked(domain: Content) -> None:
    """Each has a question of its own in the domain, so that it is asked also while the action server is down."""
    slots = domain["forms"]["plan_form"]["required_slots"]
    assert set(slots) <= set(domain["slots"])
    assert slots == [f"{FORM_SLOT}{field}" for field in FORM_FIELDS]
    assert [slot for slot in slots if f"utter_ask_{slot}" not in domain["responses"]] == []


def test_what_ends_a_form_has_a_rule_without_one(project: Project, rules: list[Content]) -> None:
    """While a form is open the policy carries out what the rules say else, and closes the form besides."""
    config = yaml.safe_load((project.root / "config.yml").read_text(encoding="utf-8"))
    sequences = next(policy["sequences"] for policy in config["policies"] if "sequences" in policy)
    said = {step["intent"]: rule["steps"] for rule in rules for step in rule["steps"][:1] if "intent" in step}
    for intent, sequence in sequences.items():
        ruled = [step["action"] for step in said[intent][1:]]
        assert [action for action in sequence if action != ENDS_FORM] == ruled
        assert sequence.count(ENDS_FORM) == 1


def test_a_crisis_gets_numbers_to_call(domain: Content) -> None:
    """The response names the lifeline, the physicians' line and the emergency number, and is marked as safety."""
    english, *others = domain["responses"]["utter_crisis"]
    assert "1-888-409-0141" in english["text"]
    for response in (english, *others):
        assert {"988", "911", "https://findahelpline.com"} <= set(
            re.findall(r"988|911|https://[a-z.]+", response["text"])
        )
        assert response["custom"]["kind"] == "safety"


def test_crisis_and_english_only_are_told_in_the_same_languages(domain: Content) -> None:
    """Whoever is told in his language that only English is read gets the help lines in it too."""
    spoken = {
        name: [response["condition"][0]["value"] for response in domain["responses"][name][1:]]
        for name in ("utter_crisis", "utter_other_language")
    }
    assert spoken["utter_crisis"] == spoken["utter_other_language"]
    assert len(set(spoken["utter_crisis"])) == len(spoken["utter_crisis"]) >= 10


def test_every_response_tells_the_channel_its_kind(domain: Content) -> None:
    """A channel draws by kind, so that no response may go without."""
    assert [
        name
        for name, responses in domain["responses"].items()
        for response in responses
        if not response["custom"].get("kind")
    ] == []
