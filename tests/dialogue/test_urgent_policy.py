"""What comes before a form that is open."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from rasa.core.policies.ensemble import DefaultPolicyPredictionEnsemble
from rasa.core.policies.policy import PolicyPrediction
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, Event, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from medpath.dialogue.urgent_policy import UrgentPolicy
from medpath.project import find_project

FORM, LISTEN = "plan_form", "action_listen"


@pytest.fixture
def policy(tmp_path: Path) -> UrgentPolicy:
    """The policy as config.yml sets it up."""
    config = yaml.safe_load((find_project().root / "config.yml").read_text(encoding="utf-8"))
    (settings,) = [one for one in config["policies"] if one["name"].endswith(".UrgentPolicy")]
    context = ExecutionContext(GraphSchema({}), "test-model", "urgent")
    config = {**UrgentPolicy.get_default_config(), **settings}
    return UrgentPolicy.create(config, LocalModelStorage.create(tmp_path), Resource("urgent"), context)


def turn(policy: UrgentPolicy, domain: Domain, intent: str, *, is_open: bool) -> list[str]:
    """The actions that the policy predicts one after another for a message."""
    events: list[Event] = [ActionExecuted(LISTEN)]
    if is_open:
        events += [ActionExecuted(FORM), ActiveLoop(FORM), ActionExecuted(LISTEN)]
    events += [UserUttered("…", {"name": intent, "confidence": 1.0})]
    actions: list[str] = []
    while len(actions) < 6 and actions[-1:] != [LISTEN]:
        tracker = DialogueStateTracker.from_events("someone", events, domain.slots)
        prediction = policy.predict_action_probabilities(tracker, domain)
        if not prediction.max_confidence:
            break
        actions.append(domain.action_names_or_texts[prediction.max_confidence_index])
        events += [ActionExecuted(actions[-1])]
        events += [ActiveLoop(None)] if actions[-1] == "action_deactivate_loop" else []
    return actions


def test_danger_in_a_form(policy: UrgentPolicy, domain: Domain) -> None:
    """The help lines come first, from the domain; then the form is closed without the action server, and silence."""
    assert turn(policy, domain, "crisis", is_open=True) == ["utter_crisis", "action_deactivate_loop", LISTEN]


def test_danger_with_a_question_in_a_form(policy: UrgentPolicy, domain: Domain) -> None:
    """The question is answered last, when the form is closed."""
    actions = turn(policy, domain, "crisis_and_question", is_open=True)
    assert actions == ["utter_crisis", "action_deactivate_loop", "action_beside_crisis", LISTEN]


@pytest.mark.parametrize(("intent", "action"), [("forget_me", "action_forget_me"), ("start_over", "action_start_over")])
def test_leaving_a_form(policy: UrgentPolicy, domain: Domain, intent: str, action: str) -> None:
    """The form is closed before what would bring it back is forgotten."""
    assert turn(policy, domain, intent, is_open=True) == ["action_deactivate_loop", action, LISTEN]


@pytest.mark.parametrize("intent", ["ask_cost", "plan", "stop", "affirm", "nlu_fallback"])
def test_the_form_hears_all_else(policy: UrgentPolicy, domain: Domain, intent: str) -> None:
    """Answers and questions are the form's own."""
    assert turn(policy, domain, intent, is_open=True) == []


@pytest.mark.parametrize("intent", ["crisis", "forget_me", "ask_cost"])
def test_without_a_form_the_rules_hold(policy: UrgentPolicy, domain: Domain, intent: str) -> None:
    """No prediction where no form is open."""
    assert turn(policy, domain, intent, is_open=False) == []


def test_it_wins_over_the_open_form(policy: UrgentPolicy, domain: Domain) -> None:
    """Rasa predicts an open form with full confidence and without regard to the message; that must not swallow it."""
    events = [
        *(ActionExecuted(LISTEN), ActionExecuted(FORM), ActiveLoop(FORM), ActionExecuted(LISTEN)),
        UserUttered("…", {"name": "crisis", "confidence": 1.0}),
    ]
    tracker = DialogueStateTracker.from_events("someone", events, domain.slots)
    form = [float(name == FORM) for name in domain.action_names_or_texts]
    happy = PolicyPrediction(form, "RulePolicy", 6, is_no_user_prediction=True)
    urgent = policy.predict_action_probabilities(tracker, domain)
    best = DefaultPolicyPredictionEnsemble().combine_predictions([happy, urgent], tracker, domain)
    assert domain.action_names_or_texts[best.max_confidence_index] == "utter_crisis"
