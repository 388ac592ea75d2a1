"""The sentence encoder that `make setup` built."""

from __future__ import annotations

import json
import random
import string
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from medpath.errors import SetupError
from medpath.language.encoder import GIST_WINDOWS, SentenceEncoder, vector_of, vector_text
from medpath.project import find_project

SENTENCES = [
    "fee",
    "how long is cardiology fellowship after IM",
    "What does it take for an international medical graduate to be licensed in Texas, and how long does that take?",
    "",
    "Résumé — H‑1B, J‑1 & 医学 🙂",
]


def test_unit_vectors(own_encoder: SentenceEncoder) -> None:
    """Every sentence, also an empty or a foreign one, gets a vector of length 1."""
    vectors = own_encoder.encode(SENTENCES)
    assert vectors.shape == (len(SENTENCES), 384)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_no_sentences(own_encoder: SentenceEncoder) -> None:
    """No sentences give no rows."""
    assert own_encoder.encode([]).shape == (0, 384)


def test_alone_and_in_company(own_encoder: SentenceEncoder) -> None:
    """Among longer and shorter ones, over several batches, a sentence gets nearly the vector that it gets alone.

    Nearly, because the 8-bit encoder scales its numbers by the largest of a batch.
    """
    many = [f"{sentence} {number}" for number in range(20) for sentence in SENTENCES]
    together = own_encoder.encode(many)
    for position in (0, 1, 2, 3, 4, 63, 64, 99):
        assert own_encoder.encode([many[position]])[0] @ together[position] > 0.97


def test_the_same_question_gets_the_same_vector(own_encoder: SentenceEncoder) -> None:
    """Whatever was asked in between."""
    first = own_encoder.encode(SENTENCES[1:2])
    own_encoder.encode(SENTENCES[2:3])
    assert np.array_equal(own_encoder.encode(SENTENCES[1:2]), first)


def test_vectors_as_text(own_encoder: SentenceEncoder) -> None:
    """A vector survives the way through JSON in half precision."""
    (vector,) = own_encoder.encode(SENTENCES[1:2])
    back = vector_of(json.loads(json.dumps(vector_text(vector))))
    assert back is not None
    np.testing.assert_allclose(back, vector, atol=1e-3)


@pytest.mark.parametrize("text", ["", "no base 64 at all!", "QUJD", "ä"])
def test_text_without_a_vector(text: str) -> None:
    """Anything else than a vector's text gives none."""
    assert vector_of(text) is None


def test_threads_do_not_matter(own_encoder: SentenceEncoder) -> None:
    """Training on several threads gives the vectors that answering on one gets."""
    threaded = SentenceEncoder(find_project().encoder, threads=2)
    np.testing.assert_allclose(threaded.encode(SENTENCES), own_encoder.encode(SENTENCES), atol=1e-5)


class Counting:
    """An ONNX session that counts the windows that it is given."""

    def __init__(self, session: Any) -> None:
        self._session = session
        self.windows = 0

    def run(self, outputs: list[str], inputs: dict[str, np.ndarray]) -> Any:
        self.windows += len(inputs["input_ids"])
        return self._session.run(outputs, inputs)


@pytest.fixture
def counting(own_encoder: SentenceEncoder, monkeypatch: pytest.MonkeyPatch) -> Counting:
    session = Counting(own_encoder._session)
    monkeypatch.setattr(own_encoder, "_session", session)
    return session


def test_what_is_said_again_costs_nothing(own_encoder: SentenceEncoder, counting: Counting) -> None:
    """Neither the same text nor the same stretch of a long one is encoded twice, and each keeps its vector."""
    again = own_encoder.encode(["fee", "a," * 3000, "fee", "a," * 3000])
    assert counting.windows <= 4
    assert np.array_equal(again[0], again[2])
    assert np.array_equal(again[1], again[3])


def test_the_gist_of_a_long_text_costs_no_more_than_prose(own_encoder: SentenceEncoder, counting: Counting) -> None:
    """Soup of 6,000 letters is read in a part of its windows, and prose as a whole."""
    soup = " ".join(random.Random(3).choices(string.ascii_lowercase, k=3000))
    assert own_encoder.gists([soup])[0] @ own_encoder.encode([soup])[0] > 0.95
    counting.windows = 0
    own_encoder.gists([soup])
    assert counting.windows == GIST_WINDOWS
    prose = " ".join(f"I am in year {year} and ask how long residency takes." for year in range(110))
    assert np.array_equal(own_encoder.gists([prose]), own_encoder.encode([prose]))


def test_very_long_text(own_encoder: SentenceEncoder) -> None:
    """The end of a very long text counts as much as its beginning, and its vector is of length 1 like any other."""
    long, other = "how long is residency in surgery " * 20, "what is the fee of the exam " * 20
    first, last, alone, asked = own_encoder.encode([f"{other}{long}", f"{long}{other}", long, "fee of the exam"])
    assert first @ last > 0.95
    assert last @ asked > alone @ asked + 0.2
    assert np.linalg.norm(last) == pytest.approx(1, abs=1e-5)


def test_alike_sentences_are_near(own_encoder: SentenceEncoder) -> None:
    """A sentence is nearer to another wording of it than to a sentence on something else."""
    asked, same, other = own_encoder.encode(
        [
            "how long is cardiology fellowship",
            "years of training to be a cardiologist",
            "visa fee for an exam in Canada",
        ]
    )
    assert asked @ same > asked @ other + 0.2


@pytest.mark.parametrize("missing", ["encoder.onnx", "tokenizer.json"])
def test_missing_file(tmp_path: Path, missing: str) -> None:
    """An encoder that lacks a file is told with its folder and what to do."""
    for name in {"encoder.onnx", "tokenizer.json"} - {missing}:
        (tmp_path / name).symlink_to(find_project().encoder / name)
    with pytest.raises(SetupError, match="make setup") as caught:
        SentenceEncoder(tmp_path)
    assert str(tmp_path) in str(caught.value)


@pytest.mark.parametrize("damaged", ["encoder.onnx", "tokenizer.json"])
def test_damaged_file(tmp_path: Path, damaged: str) -> None:
    """An encoder with a damaged file is told with its folder and what to do."""
    for name in {"encoder.onnx", "tokenizer.json"} - {damaged}:
        (tmp_path / name).symlink_to(find_project().encoder / name)
    (tmp_path / damaged).write_bytes((find_project().encoder / damaged).read_bytes()[:1000])
    with pytest.raises(SetupError, match="make setup"):
        SentenceEncoder(tmp_path)
