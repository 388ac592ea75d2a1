"""What is said to a form and is no answer: the rules of the dialogue hold for it as they do without a form."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Mapping
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.utils import all_subclasses

from medpath.knowledge.yaml_lines import read_yaml
from medpath.project import find_project

RESPONSE = "utter_"
# The rules of these lead to a search, which finds something for anything; a form asks again instead.
NO_INTERRUPTION = frozenset(
    {"plan", "affirm", "deny", "unclear", "profile", "correct", "nlu_fallback", "stop", "follow_up", "feedback_bad"}
)
# Whatever else these say: they are heard before what they may tell a form.
HEARD_FIRST = frozenset({"weary", "medical_advice", "other_language", "abuse", "injection", "pick_fact"})


async def interrupted(
    dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any], *, asks: bool
) -> list[dict[str, Any]] | None:
    """Replies as the rules say, and gives the events without the end of the turn; None where nothing is to be said.

    `asks` tells that the message is worded as a question, whatever kind the classifier takes it for.
    """
    intent = (tracker.latest_message.get("intent") or {}).get("name") or ""
    if intent in NO_INTERRUPTION and not asks:
        return None
    name = rules().get("question" if intent in NO_INTERRUPTION else intent, "")
    if name.startswith(RESPONSE):
        dispatcher.utter_message(response=name)
        return []
    action = next((one for one in all_subclasses(Action) if _is_called(one, name)), None)
    events = action().run(dispatcher, tracker, domain) if action else None
    events = await events if inspect.isawaitable(events) else events
    return [event for event in events or () if event.get("event") == "slot"] if events is not None else None


def _is_called(action: type[Action], name: str) -> bool:
    return action.__module__.startswith("actions.") and action().name() == name


@functools.cache
def rules() -> Mapping[str, str]:
    """The first action of each intent, by the rules of the dialogue."""
    found: dict[str, str] = {}
    for rule in read_yaml(find_project().root / "data" / "rules.yml")["rules"]:
        first, following, *_ = rule["steps"]
        for step in first.get("or", [first]):
            if "intent" in step:
                found[step["intent"]] = following["action"]
    return found
