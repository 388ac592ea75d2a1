"""The errors that Medpath tells people about.

MedpathError
├── SetupError          something on this machine is missing or broken (encoder, model, port)
├── KnowledgeError      the knowledge file has faults; carries all of them
├── PlanningError       the planning tables have faults, or a person's record cannot be planned for
├── FittingError        a file of questions to fit on cannot be used
├── StorageError        the conversation database cannot be used at present
├── ServiceError        a running part (Rasa server, action server) does not answer
└── OutboxError         what Slack sends cannot be kept at present (in channels.slack.outbox)

TurnAbandoned stands apart: it has to pass through Rasa.
"""

from __future__ import annotations

from collections.abc import Sequence


class MedpathError(Exception):
    """Base of all errors that are told to a person in one clear message."""


class SetupError(MedpathError):
    """Something on this machine is missing or broken; the message says what to do."""


class KnowledgeError(MedpathError):
    """The knowledge file has faults.

    `faults` holds one line a fault, each with file and line.
    """

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = list(faults)
        shown = "\n".join(self.faults)
        super().__init__(f"The knowledge file has {len(self.faults)} fault(s):\n{shown}")


class PlanningError(MedpathError):
    """The planning tables have faults, or what is told of a person cannot be read; the message says what to mend."""


class FittingError(MedpathError):
    """A file of questions to fit on cannot be used; the message names the file and the fault."""


class StorageError(MedpathError):
    """The conversation database cannot be used at present; the message says why, and nothing of what is kept in it."""


class ServiceError(MedpathError):
    """A running part of Medpath does not answer or answered with an error."""


class TurnAbandoned(BaseException):
    """A turn that cannot be finished now and leaves no trace; the text of the exception is for the person.

    `is_suspect`: the turn may be itself what ended or broke the action server.
    No Exception: after one of those Rasa goes on, and keeps the message as if it had been answered.
    """

    def __init__(self, apology: str, is_suspect: bool = False) -> None:
        super().__init__(apology)
        self.is_suspect = is_suspect
