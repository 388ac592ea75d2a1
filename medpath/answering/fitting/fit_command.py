"""Fits the ranking of a project on files of questions and reports by cross-validation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import yaml

from medpath.answering.conversation import weighing
from medpath.answering.conversation.weighing import SIGNALS, ContextRanking, load_context_ranking
from medpath.answering.fitting import contexts
from medpath.answering.fitting.choices import (
    Case,
    cross_validated,
    fit,
    fit_in_folds,
    is_left_out,
    judge,
    keep_unseen,
    read_questions,
)
from medpath.answering.fitting.contexts import cases_of, outside_cases, read_conversations
from medpath.answering.fitting.material import left_out_cases, present, understand
from medpath.answering.question import SOCIAL
from medpath.answering.search.index import Corpus
from medpath.answering.search.ranking import SIGNS, Ranking, load_ranking
from medpath.answering.search.searching import FEATURES
from medpath.answering.service import load_adviser
from medpath.errors import FittingError
from medpath.knowledge.checking import load_knowledge
from medpath.knowledge.records import Knowledge
from medpath.language.intents import CRISIS, OUT_OF_SCOPE
from medpath.language.lexicon import build_lexicon, names_of, spelled
from medpath.language.messages import read_messages
from medpath.language.topics import TopicMatcher
from medpath.language.vector_cache import training_door_vectors, training_vectors
from medpath.language.wording import load_wording
from medpath.project import Project

# Questions as people ask them tell more than the many sample questions: fitted on them alone, unseen ones are answered
# 1 to 4 points better than with the sample questions at equal weight.
ASKED_WEIGHT = 25.0
THRESHOLDS = (0.3, 0.4, 0.45, 0.5)
HEAD = """# Fitted by `medpath fit FILE … --write`: change the weights by fitting, not by hand.
# The thresholds are chosen from the table that the command prints.
"""
CONTEXT_THRESHOLDS = (0.2, 0.25, 0.3, 0.4, 0.5)
CONTEXT_HEAD = """# Fitted by `medpath fit-conversations FILE … --write`: change the weights by fitting, not by hand.
# The threshold is chosen from the table that the command prints.
"""
UNANSWERED = (OUT_OF_SCOPE | SOCIAL) - {CRISIS}


def fit_project(project: Project, files: Sequence[Path], today: date, write: bool) -> Iterator[str]:
    """Fits on left-out sample questions and on the files, and yields the lines of a report."""
    knowledge = load_knowledge(project.knowledge, today)
    messages = read_messages(project.messages)
    matcher, vectors = _matcher(project, knowledge, messages), training_vectors(project)
    doors = training_door_vectors(project)
    ids = [fact.id for fact in knowledge.facts]
    yield "Building search and classifier from everything, then without a quarter of the questions …"
    whole = understand(Corpus.of(knowledge), messages, matcher, vectors, doors)
    sets = {
        path: [whole.case(question, ids, ASKED_WEIGHT) for question in present(read_questions(path), knowledge)]
        for path in files
    }
    left_out = left_out_cases(knowledge, messages, matcher, vectors, doors)
    vectors.save()
    doors.save()
    yield f"Fitting on {len(left_out)} left-out questions and {sum(map(len, sets.values()))} questions of the files."
    current = load_ranking(project.ranking)
    for path, cases in sets.items():
        others = [case for other, own in sets.items() if other != path for case in own]
        yield from _report(path, [*left_out, *others], cases)
    everything = [*left_out, *(case for cases in sets.values() for case in cases)]
    fitted = keep_unseen(fit(everything, current.answer, current.offer), current, everything)
    if write:
        project.ranking.write_text(as_yaml(fitted), encoding="utf-8")
        yield f"Written to {project.ranking}."


def fit_conversations(project: Project, files: Sequence[Path], today: date, write: bool) -> Iterator[str]:
    """Fits on conversations, with the trained search, how messages that hang on others are read; yields a report."""
    conversations = [conversation for path in files for conversation in read_conversations(path)]
    knowledge = load_knowledge(project.knowledge, today)
    messages = read_messages(project.messages)
    adviser = load_adviser(project)
    yield "Building the classifier without a quarter of the messages that no fact answers …"
    matcher, vectors = _matcher(project, knowledge, messages), training_vectors(project)
    kept = [message for message in messages if not is_left_out(message[0])]
    understanding = understand(Corpus.of(knowledge), kept, matcher, vectors, training_door_vectors(project))
    outside = [text for text, intent in messages if intent in UNANSWERED and is_left_out(text)]
    cases = [case for one in conversations for case in cases_of(one, adviser, knowledge, understanding.question)]
    if not cases:
        raise FittingError("The files hold no follow-up with known facts, so there is nothing to fit on.")
    chosen = outside[:: max(len(outside) * 3 // len(cases), 1)]
    cases += list(outside_cases(chosen, cases, adviser, understanding.question))
    current = load_context_ranking(project.context_ranking)
    fitted = replace(contexts.fit(cases), answer=current.answer, offer=current.offer, hedge=current.hedge)
    for threshold in CONTEXT_THRESHOLDS:
        yield f"answering from {threshold}: {contexts.judge(cases, fitted, threshold)}"
    if write:
        project.context_ranking.write_text(context_as_yaml(fitted), encoding="utf-8")
        yield f"Written to {project.context_ranking}."


def _matcher(project: Project, knowledge: Knowledge, messages: Sequence[tuple[str, str]]) -> TopicMatcher:
    wording = load_wording(project.wording)
    asked = [question for fact in knowledge.facts for question in fact.questions]
    return build_lexicon(names_of(knowledge), [*asked, *spelled(messages)], wording).matcher(wording)


def context_as_yaml(ranking: ContextRanking) -> str:
    """A ranking in the form of data/answering/ranking_in_context.yml."""
    thresholds = {"answer": ranking.answer, "offer": ranking.offer, "hedge": ranking.hedge}
    weights = _named(SIGNALS, ranking.weights)
    return CONTEXT_HEAD + _as_yaml(weights, _named(weighing.SIGNS, ranking.signs), ranking.bias, thresholds)


def _report(path: Path, seen: Sequence[Case], cases: Sequence[Case]) -> Iterator[str]:
    unseen, folds = fit(seen, 0.5, 0.0), fit_in_folds(seen, cases)
    for threshold in THRESHOLDS:
        yield f"{path.name}, answering from {threshold}:"
        yield f"  fitted without the file: {judge(cases, replace(unseen, answer=threshold))}"
        yield f"  ten-fold cross-validation: {cross_validated(folds, threshold)}"


def as_yaml(ranking: Ranking) -> str:
    """A ranking in the form of data/answering/ranking.yml."""
    thresholds = {name: getattr(ranking, name) for name in ("answer", "offer", "outside", "hedge")}
    return HEAD + _as_yaml(_named(FEATURES, ranking.weights), _named(SIGNS, ranking.signs), ranking.bias, thresholds)


def _as_yaml(
    weights: Mapping[str, float], signs: Mapping[str, float], bias: float, thresholds: Mapping[str, float]
) -> str:
    content = {
        "weights": dict(weights),
        "confidence": {"bias": round(bias, 4), "weights": dict(signs)},
        "thresholds": dict(thresholds),
    }
    return yaml.safe_dump(content, sort_keys=False)


def _named(names: Sequence[str], values: np.ndarray) -> dict[str, float]:
    return {name: round(float(value), 4) for name, value in zip(names, values, strict=True)}
