"""The one language model of a process, and what it makes of a turn."""

from __future__ import annotations

import functools
import logging
import os
from typing import TYPE_CHECKING

from medpath.answering.conversation.adviser import Adviser
from medpath.answering.conversation.consulting import Inquiry, is_worth_asking, sure_of
from medpath.answering.conversation.memory import Memory
from medpath.answering.question import Question
from medpath.answering.replies.answer import Answer
from medpath.language.profile import Profile
from medpath.language_model.settings import read_model_settings
from medpath.observing import model_turns as metrics
from medpath.project import find_project

# The client takes a second and 70 MB, which nobody without a language model is to pay for.
if TYPE_CHECKING:
    from medpath.language_model.client import LanguageModel

logger = logging.getLogger(__name__)

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
    if model is None or not is_worth_asking(local[0]):
        return local
    if sure_of(local[0]) >= model.settings.sure:
        metrics.count(metrics.NOT_NEEDED)
        return local
    if model.spared or model.crowded:
        metrics.count(metrics.SPARED if model.spared else metrics.CROWDED)
        return local
    try:
        return await _chosen_replies(model, adviser, question, memory, profile, local)
    except Exception:  # the person has a reply already, whatever went wrong with a better one
        logger.exception("No replies could be made of what the language model chose.")
        return local


async def _chosen_replies(
    model: LanguageModel, adviser: Adviser, question: Question, memory: Memory, profile: Profile, local: Replies
) -> Replies:
    consultation = adviser.consultant.consultation(question, memory, profile, local)
    if consultation is None:
        return local
    rounds = [consultation]

    def wider(phrase: str) -> Inquiry:
        rounds.append(adviser.consultant.wider(consultation, phrase))
        return rounds[-1].inquiry

    chosen = await model.choose(consultation.inquiry, wider)
    return (adviser.consultant.by_verdict(rounds[-1], chosen) if chosen else None) or local
