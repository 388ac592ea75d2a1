"""Works out sums that a message asks for: application fees, exam fees of a pathway, years to a specialty."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from medpath.answering.counting.sums_exams import ExamFees
from medpath.answering.counting.sums_fees import ProgramFees, SchoolFees
from medpath.answering.counting.sums_terms import Missing, Rules, SpecialtyNames
from medpath.answering.counting.sums_years import TrainingYears
from medpath.answering.replies.answer import CALCULATION, CLARIFY, Answer
from medpath.answering.replies.composing import Composer
from medpath.knowledge.records import Knowledge
from medpath.language.topics import Mention


class Sums:
    """Recognises questions for a sum and answers them from the values of facts."""

    def __init__(self, knowledge: Knowledge, composer: Composer, rules: Rules) -> None:
        """`rules` is what medpath.answering.counting.sums_terms.load_rules reads."""
        self._composer, self._names = composer, SpecialtyNames(knowledge, rules)
        self._kinds = (
            SchoolFees(knowledge, rules),
            ProgramFees(knowledge, rules),
            ExamFees(knowledge, rules),
            TrainingYears(knowledge, rules),
        )

    def calculate(self, text: str, mentions: Sequence[Mention], today: date) -> Answer | None:
        """The sum with its terms, a question for the number that is missing, or None if no sum is asked for."""
        named = self._names.named(text, mentions)
        for kind in self._kinds:
            found = kind.reckoned(text, named)
            if isinstance(found, Missing):
                return Answer(CLARIFY, found.question, score=1.0)
            if found is not None:
                return self._composer.joined(CALCULATION, found.body, found.facts, today)
        return None
