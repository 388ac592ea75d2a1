"""Rasa policy: what comes before a form that is open, and ends it.

Rasa predicts an open form before any rule, and the form runs on the action server. A person in danger must get the
help lines whatever has been asked of him before, and also while that server is down.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rasa.core.policies.policy import Policy, PolicyPrediction, SupportedData
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.generator import TrackerWithCachedStates
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import INTENT_NAME_KEY

ENDS_FORM = "action_deactivate_loop"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=True)
class UrgentPolicy(Policy):
    """Predicts the actions that the configuration names for an intent, one after another, while a form is open."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The priority, above that of rules (6), and the actions of each intent in their order."""
        return {"priority": 7, "sequences": {}}

    @staticmethod
    def supported_data() -> SupportedData:
        """Learns nothing, and so has no need of stories."""
        return SupportedData.ML_AND_RULE_DATA

    def train(self, training_trackers: list[TrackerWithCachedStates], domain: Domain, **given: Any) -> Resource:
        """Has nothing to learn."""
        return self._resource

    def predict_action_probabilities(
        self, tracker: DialogueStateTracker, domain: Domain, rule_only_data: Any = None, **given: Any
    ) -> PolicyPrediction:
        """The next action of the sequence; nothing where no form is open or the intent has none."""
        action = self._next(tracker)
        likely = self._default_predictions(domain)
        if action is None:
            return self._prediction(likely)
        likely[domain.index_for_action(action)] = 1.0
        # So is an open form predicted; anything else would give way to it.
        return self._prediction(likely, is_no_user_prediction=True)

    def _next(self, tracker: DialogueStateTracker) -> str | None:
        sequences: Mapping[str, Sequence[str]] = self.config["sequences"]
        intent = tracker.latest_message.intent.get(INTENT_NAME_KEY) if tracker.latest_message else None
        sequence = sequences.get(intent or "", ())
        place = _place(sequence, tracker.latest_action_name, is_open=tracker.active_loop_name is not None)
        if place is None:
            return None
        return sequence[place] if place < len(sequence) else ACTION_LISTEN_NAME


def _place(sequence: Sequence[str], latest: str | None, *, is_open: bool) -> int | None:
    """Where in the sequence the turn is; None if it is not carried out."""
    if latest == ACTION_LISTEN_NAME or latest is None:
        return 0 if sequence and is_open else None
    if latest not in sequence:
        return None
    done = sequence.index(latest)
    closed = ENDS_FORM in sequence[: done + 1]
    return done + 1 if is_open or closed else None
