"""Rasa component: reads a message before all others do, and notices danger in any part of it."""

from __future__ import annotations

import functools
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from medpath.language.danger import DangerModel, DangerWatch, load_danger, train_danger
from medpath.language.emoji import spoken
from medpath.language.encoder import SentenceEncoder
from medpath.language.intents import ASK, CRISIS, CRISIS_AND_QUESTION
from medpath.language.letters import read_letter
from medpath.language.lexicon import Lexicon, build_lexicon, load_lexicon, spelled
from medpath.language.segments import said_once, sentences
from medpath.language.short_forms import Separator, load_short_forms
from medpath.language.splitting import LEAST_WORDS, STORY_WORDS, Splitter, load_splitting
from medpath.language.vector_cache import training_door_vectors
from medpath.language.wording import load_wording
from medpath.project import find_project

# What the message asks, without greeting, signature, quoted mail and what speaks of danger.
ASKED = "asked"
# Its vector by the door encoder, of shape (384,).
DOOR_VECTOR = "medpath_door_vector"
# The questions of a message that asks several things or tells a story around them, as messages; of a story in which no
# words part them its sentences. Of no longer message and no more sentences, to save time.
PARTS = "medpath_parts"
# Whether the message tells a story around the questions that were parted from it.
STORY = "medpath_story"
LONGEST_PARTED, MOST_SENTENCES = 3000, 24
_WORDS = "words.json"


def with_parts(messages: list[Message]) -> list[Message]:
    """The messages and behind them the questions of those that ask several things."""
    return [*messages, *(part for message in messages for part in message.get(PARTS) or [])]


# A featurizer in Rasa's eyes, because only those are run before the next component in training.
@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class MessageReader(GraphComponent):
    """Sets `asked`, the text that the other components read, and the intent crisis where somebody is in danger."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The probability from which a message counts as one of danger, and how many harmless questions teach it."""
        return {"threshold": 0.5, "questions": 8000}

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        model: DangerModel | None = None,
        words: Lexicon | None = None,
    ) -> None:
        self._config, self._storage, self._resource = config, model_storage, resource
        self._model = model
        project = find_project()
        self._splitter = Splitter(load_splitting(project.following))
        self._short_forms = load_short_forms(project.short_forms)
        self._separator = Separator(words.frequencies if words else {}, self._short_forms.short_words)

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> MessageReader:
        """A new, untrained reader."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> MessageReader:
        """The reader as it was trained."""
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, load_danger(folder), load_lexicon(folder / _WORDS))

    def train(self, training_data: TrainingData) -> Resource:
        """Trains on the messages of the intent crisis against all others, of the questions on some."""
        examples = [(m.get(TEXT), m.get(INTENT)) for m in training_data.intent_examples if m.get(TEXT)]
        questions = [text for text, intent in examples if intent.startswith(ASK)]
        step = max(1, len(questions) // int(self._config["questions"]))
        others = [text for text, intent in examples if intent != CRISIS and not intent.startswith(ASK)]
        cache = training_door_vectors(find_project())
        danger = [text for text, intent in examples if intent == CRISIS]
        self._model = train_danger(danger, [*others, *questions[::step]], cache)
        cache.save()
        words = build_lexicon((), spelled(examples), load_wording(find_project().wording))
        self._separator = Separator(words.frequencies, self._short_forms.short_words)
        with self._storage.write_to(self._resource) as folder:
            self._model.save(folder)
            words.save(folder / _WORDS)
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Reads the training messages as it reads people's."""
        for message in training_data.intent_examples:
            message.set(ASKED, self._short_forms.spelled_out(spoken(message.get(TEXT) or "")))
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Looks for danger in the whole of each message, and takes from it what it asks."""
        for message in messages:
            text = self._separator.apart(message.get(TEXT) or "")
            asked, danger = said_once(read_letter(text).asked), self._looking.look(text)
            if danger >= self._looking.threshold:
                rest = self._looking.rest(asked, self._splitter.asks)
                asked = rest if self._splitter.asks(rest) else ""
                name = CRISIS_AND_QUESTION if asked else CRISIS
                found = {INTENT_NAME_KEY: name, PREDICTED_CONFIDENCE_KEY: danger}
                message.set(INTENT, found, add_to_output=True)
            asked = self._short_forms.spelled_out(spoken(asked)) if asked else ""
            message.set(ASKED, asked, add_to_output=True)
            parts, story = self._parts(asked)
            message.set(PARTS, parts)
            message.set(STORY, story)
            for one in (message, *message.get(PARTS)):
                one.set(DOOR_VECTOR, self._encoder.gists([one.get(ASKED)])[0])
        return messages

    def _parts(self, asked: str) -> tuple[list[Message], bool]:
        """The questions of a text that are to be read apart from it, and whether it tells a story around them.

        Of a story in which no words part them it is not known which of its sentences ask.
        """
        if len(asked) > LONGEST_PARTED:
            return [], False
        found = self._splitter.split(asked)
        texts = {part: found.whole(part) for part in found.questions} if found.separate else {}
        if not texts and len(asked.split()) >= STORY_WORDS:
            said = [sentence.of(asked) for sentence in sentences(asked)]
            texts = {one: one for one in said if len(one.split()) >= LEAST_WORDS} if len(said) > 1 else {}
        if len(texts) > MOST_SENTENCES:
            return [], False
        return [Message({TEXT: part, ASKED: whole}) for part, whole in texts.items()], bool(found.told)

    # Made when they are first needed, once also where two messages are read at the same time.
    @functools.cached_property
    def _encoder(self) -> SentenceEncoder:
        return SentenceEncoder(find_project().door_encoder)

    @functools.cached_property
    def _looking(self) -> DangerWatch:
        assert self._model is not None, "Rasa trains or loads a component before it is used"
        return DangerWatch(self._model, self._encoder.encode, self._config["threshold"])
