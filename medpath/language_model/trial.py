"""A question of which the answer is plain, to see whether a language model does what it is asked."""

from __future__ import annotations

from medpath.answering.conversation.consulting import Candidate, Inquiry

TRIAL_ANSWER = "lunch/when"
TRIAL = Inquiry(
    "what time is lunch?",
    (),
    "",
    (
        Candidate("lunch/where", "lunch", "Where is lunch?", "Lunch is in the hall on the first floor."),
        Candidate(TRIAL_ANSWER, "lunch", "When is lunch?", "Lunch begins at noon and ends at one."),
        Candidate("dinner/when", "dinner", "When is dinner?", "Dinner begins at six."),
    ),
    may_search=False,
)
