"""Rasa training-data importer: derives lookups, synonyms and examples from the knowledge file."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from rasa.shared.utils.common import cached_method

from medpath.knowledge.checking import load_knowledge
from medpath.knowledge.records import Knowledge
from medpath.language.intents import ASK
from medpath.language.lexicon import names_of
from medpath.nlu.topic_extractor import SHARED, TOPIC
from medpath.project import find_project


class KnowledgeImporter(RasaFileImporter):
    """The files of the project, and what the knowledge file adds: nothing of it is written by hand."""

    @cached_method
    def get_nlu_data(self, language: str | None = "en") -> TrainingData:
        """Hand-written examples together with the sample questions, names and synonyms of the knowledge."""
        written = super().get_nlu_data(language)
        return written.merge(training_data_of(load_knowledge(find_project().knowledge, date.today())))


def training_data_of(knowledge: Knowledge) -> TrainingData:
    """Some sample questions of each fact (intent ask_ASPECT), one lookup of all names, a synonym a name."""
    examples = [
        Message.build(text=question, intent=ASK + fact.aspect) for fact in knowledge.facts for question in fact.taught()
    ]
    owners: dict[str, list[str]] = defaultdict(list)
    for name, topic in names_of(knowledge):
        owners[name].append(topic)
    lookup: dict[str, Any] = {"name": TOPIC, "elements": sorted(owners)}
    synonyms = {name: SHARED.join(topics) for name, topics in owners.items()}
    return TrainingData(training_examples=examples, entity_synonyms=synonyms, lookup_tables=[lookup])
