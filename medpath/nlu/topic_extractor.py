"""Rasa component: finds the topics that a message names and brings its words to their normal form."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from medpath.language.lexicon import Lexicon, build_lexicon, load_lexicon, spelled
from medpath.language.topics import Mention, TopicMatcher
from medpath.language.wording import load_wording
from medpath.nlu.message_reader import ASKED, with_parts
from medpath.project import find_project

TOPIC = "topic"
NORMAL_TEXT = "medpath_normal_text"
MENDED_TEXT = "medpath_mended_text"
SHARED = "|"
_LEXICON = "lexicon.json"


# Also a featurizer in Rasa's eyes, because only those are run on the training examples before the next component.
@DefaultV1Recipe.register(
    [DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR],
    is_trainable=True,
)
class TopicExtractor(GraphComponent):
    """Sets `topic` entities; the value is a topic's id, or several joined by "|" where a name is ambiguous."""

    def __init__(self, model_storage: ModelStorage, resource: Resource, lexicon: Lexicon | None = None) -> None:
        self._storage, self._resource = model_storage, resource
        self._matcher = self._make_matcher(lexicon) if lexicon else None

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """No settings: the wording stands in data/language."""
        return {}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> TopicExtractor:
        """A new, untrained extractor."""
        return cls(model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> TopicExtractor:
        """The extractor as it was trained."""
        with model_storage.read_from(resource) as folder:
            return cls(model_storage, resource, load_lexicon(folder / _LEXICON))

    def train(self, training_data: TrainingData) -> Resource:
        """Gathers the names from the synonyms and the known words from all examples."""
        wording = load_wording(find_project().wording)
        names = [
            (name, topic) for name, topics in training_data.entity_synonyms.items() for topic in topics.split(SHARED)
        ]
        texts = spelled((m.get(TEXT), m.get(INTENT)) for m in training_data.intent_examples if m.get(TEXT))
        lexicon = build_lexicon(names, texts, wording)
        with self._storage.write_to(self._resource) as folder:
            lexicon.save(folder / _LEXICON)
        self._matcher = self._make_matcher(lexicon)
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Sets the normal text on every example."""
        for message in training_data.intent_examples:
            self._read(message)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Sets the normal text of each message and its questions, and the topic entities of each message."""
        for message in with_parts(messages):
            self._read(message)
        for message in messages:
            found = self._matched.mentions(message.get(TEXT) or "")
            message.set(ENTITIES, [*message.get(ENTITIES, []), *map(_entity, found)], add_to_output=True)
        return messages

    @property
    def _matched(self) -> TopicMatcher:
        assert self._matcher is not None, "Rasa trains or loads a component before it is used"
        return self._matcher

    def _read(self, message: Message) -> None:
        text = message.get(ASKED, message.get(TEXT)) or ""
        message.set(NORMAL_TEXT, " ".join(word.norm for word in self._matched.words(text)))
        message.set(MENDED_TEXT, self._matched.mend(text))

    @staticmethod
    def _make_matcher(lexicon: Lexicon) -> TopicMatcher:
        return lexicon.matcher(load_wording(find_project().wording))


def _entity(mention: Mention) -> dict[str, Any]:
    return {
        "entity": TOPIC,
        "value": SHARED.join(mention.topics),
        "start": mention.start,
        "end": mention.end,
        "extractor": TopicExtractor.__name__,
    }
