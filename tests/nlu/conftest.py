"""What the tests of the Rasa components share: Rasa without TensorFlow, and a small project to train in."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path

import pytest

from medpath.project import Project, find_project
from medpath.serving.environment import be_quiet
from medpath.serving.without_tensorflow import forgo_tensorflow

# be_quiet and Sanic set warning filters; the tests keep their own. spaCy comes first, before Sanic lets it warn.
with warnings.catch_warnings():
    be_quiet()
    forgo_tensorflow()
    import spacy  # noqa: F401
    from rasa.engine.graph import ExecutionContext, GraphSchema
    from rasa.engine.recipes.default_recipe import DefaultV1Recipe  # noqa: F401
    from rasa.engine.storage.local_model_storage import LocalModelStorage
    from rasa.engine.storage.resource import Resource
    from rasa.shared.nlu.constants import TEXT
    from rasa.shared.nlu.training_data.message import Message
    from rasa.shared.nlu.training_data.training_data import TrainingData


@pytest.fixture(scope="session")
def project() -> Project:
    return find_project()


@pytest.fixture
def small_home(project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project folder with the real encoder and wording, whose vector cache is its own."""
    home = tmp_path / "home"
    small = Project(home)
    small.wording.parent.mkdir(parents=True)
    small.wording.write_bytes(project.wording.read_bytes())
    small.following.write_bytes(project.following.read_bytes())
    small.short_forms.write_bytes(project.short_forms.read_bytes())
    small.models.mkdir()
    small.encoder.symlink_to(project.encoder)
    small.door_encoder.symlink_to(project.door_encoder)
    monkeypatch.setenv("MEDPATH_HOME", str(home))
    return home


@pytest.fixture
def storage(tmp_path: Path) -> LocalModelStorage:
    folder = tmp_path / "storage"
    folder.mkdir()
    return LocalModelStorage.create(folder)


@pytest.fixture
def component(storage: LocalModelStorage) -> Callable[..., object]:
    """Creates or loads a component as Rasa's graph does, each under its own name in one storage."""

    def make(kind: type, method: str = "create") -> object:
        context = ExecutionContext(GraphSchema({}), "test-model", kind.__name__)
        return getattr(kind, method)(kind.get_default_config(), storage, Resource(kind.__name__), context)

    return make


@pytest.fixture
def training_data() -> TrainingData:
    """Questions of three aspects, greetings and calls for help, with names of two topics and one that they share."""
    told = {
        "ask_cost": ["How much is Step 1?", "what does Step 1 cost", "fee for the Match", "price of the exam please"],
        "ask_duration": [
            "How long is Step 1?",
            "hours of the exam",
            "is the Match long",
            "how long does the exam take",
        ],
        "ask_dates": [
            "When is Step 1?",
            "on which day is the Match",
            "when is the exam",
            "date of Step 1 and the Match",
        ],
        "greet": ["hello", "hello there", "good morning", "good morning to you"],
        "crisis": ["I want to die", "I want to kill myself", "I do not want to live", "I cannot go on living"],
    }
    return TrainingData(
        training_examples=[Message.build(text=text, intent=intent) for intent, all_ in told.items() for text in all_],
        entity_synonyms={"Step 1": "usmle-step-1", "the Match": "main-match", "the exam": "usmle-step-1|usmle-step-2"},
    )


@pytest.fixture
def message() -> Callable[[str], Message]:
    """A message as it comes from a person."""
    return lambda text: Message({TEXT: text})
