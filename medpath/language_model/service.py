"""The one language model of a process, and what it makes of a turn."""

from __future__ import annotations

import functools
import os
from typing import TYPE_CHECKING

from medpath.answering.adviser import Adviser
from medpath.answering.answer import Answer
from medpath.answering.consulting import Inquiry
from medpath.answering.memory import Memory
from medpath.answering.question import Question
from medpath.language.profile import Profile
from medpath.language_model.settings import read_model_settings
from medpath.project import find_project

# The client takes a second and 70 MB, which nobody without a language model is to pay for.
if TYPE_CHECKING:
    from medpath.language_model.client import LanguageModel

Replies = tuple[list[Answer], Memory]


@functools.cache
def language_model() -> LanguageModel | None:
    """The language model of this process, or None; raises SetupError for settings that cannot work."""
    settings = read_model_settings(find_project(), os.environ)
    if settings is None:
        return None
    from medpath.language_model.client import LanguageModel

    return LanguageModel(settings)


async def better_replies(
    adviser: Adviser, question: Question, memory: Memory, profile: Profile, local: Replies
) -> Replies:
    """The replies by what the language model chooses; the local ones where it is not asked or of no use."""
    model = language_model()
    consultation = adviser.consultation(question, memory, profile, local) if model else None
    if model is None or consultation is None:
        return local
    from medpath.language_model import metrics

    if consultation.sure >= model.settings.sure:
        metrics.count(metrics.NOT_NEEDED)
        return local
    rounds = [consultation]

    def wider(phrase: str) -> Inquiry:
        rounds.append(adviser.wider(consultation, phrase))
        return rounds[-1].inquiry

    chosen = await model.choose(consultation.inquiry, wider)
    return (adviser.by_verdict(rounds[-1], chosen) if chosen else None) or local
