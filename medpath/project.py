"""Where the project's files stand."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

HOME, STATE = "MEDPATH_HOME", "MEDPATH_STATE"


@dataclass(frozen=True)
class Project:
    """The folders and files of one checkout of Medpath; `kept` is where a running one writes, if not in var/."""

    root: Path
    kept: Path | None = None

    @property
    def knowledge(self) -> Path:
        """The knowledge file: a folder of YAML."""
        return self.root / "data" / "knowledge"

    @property
    def messages(self) -> Path:
        """The training messages of the intents."""
        return self.root / "data" / "nlu"

    @property
    def wording(self) -> Path:
        """Spellings, abbreviations and words that tell an audience."""
        return self.root / "data" / "language" / "wording.yml"

    @property
    def short_forms(self) -> Path:
        """States' codes and dotted abbreviations."""
        return self.root / "data" / "language" / "short_forms.yml"

    @property
    def following(self) -> Path:
        """Words by which a message hangs on the ones before it."""
        return self.root / "data" / "language" / "following.yml"

    @property
    def adapter(self) -> Path:
        """The additions to the encoder's weights."""
        return self.root / "data" / "language" / "encoder_adapter.safetensors"

    @property
    def door_adapter(self) -> Path:
        """The additions to the weights that make the encoder tell kinds of messages apart."""
        return self.root / "data" / "language" / "door_adapter.safetensors"

    @property
    def models(self) -> Path:
        """Everything that is built."""
        return self.root / "models"

    @property
    def encoder(self) -> Path:
        """The sentence encoder with its tokenizer."""
        return self.models / "encoder"

    @property
    def door_encoder(self) -> Path:
        """The encoder that tells kinds of messages apart, with its tokenizer."""
        return self.models / "door_encoder"

    @property
    def index(self) -> Path:
        """The compiled knowledge with the search index."""
        return self.models / "index"

    @property
    def rasa_model(self) -> Path:
        """The trained Rasa model."""
        return self.models / "medpath.tar.gz"

    @property
    def ranking(self) -> Path:
        """The fitted weights and thresholds of the answering."""
        return self.root / "data" / "answering" / "ranking.yml"

    @property
    def context_ranking(self) -> Path:
        """The fitted weights by which the readings of a follow-up are compared."""
        return self.ranking.with_name("ranking_in_context.yml")

    @property
    def planning(self) -> Path:
        """The tables of the planner."""
        return self.root / "data" / "planning"

    @property
    def state(self) -> Path:
        """Where a running Medpath keeps what is its own: logs, conversations, the secret of the web channel."""
        return self.kept or self.root / "var"

    @property
    def feedback(self) -> Path:
        """What people thought of answers, whichever Medpath gave them."""
        return self.root / "var" / "feedback.jsonl"

    @property
    def feedback_key(self) -> Path:
        """The key by which feedback is found again when its conversation is erased."""
        return self.feedback.with_name("feedback-key")

    @property
    def web_secret(self) -> Path:
        """What the tokens of the web channel are signed with, unless the environment gives it."""
        return self.state / "web-secret"

    @property
    def web_files(self) -> Path:
        """The built files of the chat on web pages."""
        return self.root / "web" / "dist"


def find_project() -> Project:
    """The project to work on: MEDPATH_HOME if it is set, else the checkout that this package lies in.

    MEDPATH_STATE names another folder than var/ for what a running Medpath keeps.
    """
    home, state = os.environ.get(HOME), os.environ.get(STATE)
    root = Path(home).resolve() if home else Path(__file__).resolve().parent.parent
    return Project(root, Path(state).resolve() if state else None)
