"""Builds what a running Medpath needs: the compiled knowledge with its search index, and the Rasa model."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

from medpath.answering.search.index import Corpus, build_index
from medpath.answering.service import KNOWLEDGE, LEXICON
from medpath.errors import SetupError
from medpath.knowledge.checking import load_knowledge
from medpath.knowledge.compiled import save_compiled
from medpath.knowledge.records import Knowledge
from medpath.language.lexicon import build_lexicon, names_of, spelled
from medpath.language.messages import read_messages
from medpath.language.short_forms import load_short_forms
from medpath.language.vector_cache import training_vectors
from medpath.language.wording import load_wording
from medpath.project import Project
from medpath.serving.environment import be_quiet, keep_rasa_quiet
from medpath.serving.without_tensorflow import forgo_tensorflow

Tell = Callable[[str], None]
TRAINED_FROM = "trained_from.txt"
# What is read at the start, by the answering and for plans, does not have to be trained on.
READ_AT_START = frozenset({"answering", "planning"})


def train(project: Project, tell: Tell, force: bool = False) -> bool:
    """Trains if there is no model or its material changed; gives False if there was nothing to do.

    Raises KnowledgeError for faults of the knowledge file and SetupError if the encoder is missing or Rasa
    refuses the data.
    """
    if not force and is_up_to_date(project):
        return False
    fingerprint = _fingerprint(project)
    stamp = project.models / TRAINED_FROM
    stamp.unlink(missing_ok=True)
    tell("[1/3] Checking the knowledge file")
    knowledge = load_knowledge(project.knowledge, date.today())
    tell(f"[2/3] Building the search over {len(knowledge.facts)} facts (some minutes at the first time)")
    compile_index(project, knowledge)
    tell("[3/3] Training the Rasa model")
    train_rasa(project)
    stamp.write_text(fingerprint)
    return True


def is_up_to_date(project: Project) -> bool:
    """Whether there is a model, made of the files as they are now; raises SetupError without a knowledge file."""
    stamp = project.models / TRAINED_FROM
    built = project.rasa_model.exists() and (project.index / KNOWLEDGE).exists() and stamp.exists()
    return built and stamp.read_text() == _fingerprint(project)


def compile_index(project: Project, knowledge: Knowledge) -> None:
    """Writes knowledge, lexicon and search index; the old index stays until the new one is whole."""
    wording = load_wording(project.wording)
    asked = [question for fact in knowledge.facts for question in fact.questions]
    said = spelled(read_messages(project.messages))
    lexicon = build_lexicon(names_of(knowledge), [*asked, *said], wording)
    matcher = lexicon.matcher(wording)
    vectors = training_vectors(project)
    corpus = Corpus.of(knowledge).read_by(load_short_forms(project.short_forms).spelled_out)
    index = build_index(corpus, vectors, lambda text: [word.norm for word in matcher.words(text)], matcher.mentions)
    vectors.save()
    fresh = project.models / "index.new"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    save_compiled(knowledge, fresh / KNOWLEDGE)
    lexicon.save(fresh / LEXICON)
    index.save(fresh)
    shutil.rmtree(project.index, ignore_errors=True)
    fresh.rename(project.index)


def train_rasa(project: Project) -> None:
    """Trains the Rasa model from data/nlu, rules and stories; the knowledge comes in by the importer."""
    be_quiet()
    os.environ["RASA_MAX_CACHE_SIZE"] = "0"  # the knowledge decides what is trained anew, not Rasa's cache
    forgo_tensorflow()
    from rasa.model_training import train as rasa_train
    from rasa.shared.exceptions import RasaException

    data = project.root / "data"
    keep_rasa_quiet()
    project.state.mkdir(exist_ok=True)
    log = project.state / "training.log"
    with _inside(project.root), log.open("w", encoding="utf-8") as output, contextlib.redirect_stdout(output):
        try:
            result = rasa_train(
                domain="domain.yml",
                config="config.yml",
                training_files=[str(data / "nlu"), str(data / "rules.yml"), str(data / "stories")],
                output=str(project.models),
                fixed_model_name=project.rasa_model.name.removesuffix(".tar.gz"),
                force_training=True,
            )
        except RasaException as error:
            raise SetupError(f"Rasa refuses the training data: {error}") from error
    if not result.model:
        raise SetupError(f"Rasa did not train (code {result.code}). See {log}, and run `rasa data validate`.")


@contextlib.contextmanager
def _inside(folder: Path) -> Iterator[None]:
    """Works in a folder, as Rasa's relative paths want it."""
    here = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(here)


def _fingerprint(project: Project) -> str:
    digest = hashlib.sha256()
    for path in _inputs(project):
        digest.update(str(path.relative_to(project.root)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _inputs(project: Project) -> Iterator[Path]:
    """The files that the models are made of, code included."""
    if not project.knowledge.exists():
        raise SetupError(f"The knowledge file is missing: {project.knowledge}. Restore it from the repository.")
    yield project.root / "config.yml"
    yield project.root / "domain.yml"
    yield project.adapter
    yield project.door_adapter
    for folder in ("data", "medpath/nlu", "medpath/language", "medpath/knowledge"):
        for path in sorted((project.root / folder).rglob("*")):
            if path.suffix in (".yml", ".json", ".py") and READ_AT_START.isdisjoint(path.parts):
                yield path
    for name in ("index.py", "lexical.py", "embedding_map.py"):
        yield project.root / "medpath" / "answering" / "search" / name
