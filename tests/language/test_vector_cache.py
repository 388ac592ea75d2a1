"""Sentence vectors kept between trainings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from medpath.language.encoder import SentenceEncoder
from medpath.language.vector_cache import VectorCache, training_vectors
from medpath.project import Project, find_project


class Letters:
    """Encodes a sentence by its length and first letter, and writes down what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, sentences: Sequence[str]) -> np.ndarray:
        self.asked += sentences
        return np.array([[len(sentence), ord(sentence[0])] for sentence in sentences], dtype=np.float32)


@pytest.fixture
def letters() -> Letters:
    return Letters()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "vectors.npz"


def saved(letters: Letters, path: Path, *sentences: str, stamp: str = "one") -> VectorCache:
    cache = VectorCache(letters, path, stamp)
    cache(sentences)
    cache.save()
    letters.asked.clear()
    return cache


def test_rows_in_the_order_asked(letters: Letters, path: Path) -> None:
    """Each sentence gets its own vector, in the order asked, also if a sentence stands twice."""
    cache = VectorCache(letters, path, "one")
    cache(["bb"])
    vectors = cache(["a", "bb", "a", "ccc"])
    assert vectors.dtype == np.float32
    assert vectors.tolist() == [[1, 97], [2, 98], [1, 97], [3, 99]]


def test_nothing_is_encoded_twice(letters: Letters, path: Path) -> None:
    """A sentence is encoded once, whatever is asked later."""
    cache = VectorCache(letters, path, "one")
    cache(["a", "b", "a"])
    cache(["b", "a", "c"])
    assert letters.asked == ["a", "b", "c"]


def test_kept_for_the_next_training(letters: Letters, path: Path) -> None:
    """A later training encodes only what is new, and gets the same vectors."""
    before = saved(letters, path, "a", "bb")(["a", "bb"])
    after = VectorCache(letters, path, "one")(["bb", "a", "new"])
    assert letters.asked == ["new"]
    assert np.array_equal(after[:2], before[::-1])


def test_what_a_later_training_adds(letters: Letters, path: Path) -> None:
    """Vectors of two trainings stand in the file together."""
    saved(letters, path, "a")
    saved(letters, path, "b")
    VectorCache(letters, path, "one")(["a", "b"])
    assert letters.asked == []


def test_another_encoder(letters: Letters, path: Path) -> None:
    """The vectors of another encoder are dropped, and replaced in the file."""
    saved(letters, path, "a", stamp="one")
    saved(letters, path, "a", stamp="two")
    VectorCache(letters, path, "two")(["a"])
    assert letters.asked == []
    VectorCache(letters, path, "one")(["a"])
    assert letters.asked == ["a"]


def test_nothing_new_is_not_written(letters: Letters, path: Path) -> None:
    """A training without new sentences leaves the file alone."""
    saved(letters, path, "a")
    path.unlink()
    again = VectorCache(letters, path, "one")
    again.save()
    assert not path.exists()


@pytest.mark.parametrize(
    "damage",
    [
        lambda whole: b"",
        lambda whole: b"no vectors at all",
        lambda whole: whole[: len(whole) // 2],
        lambda whole: whole.replace(b"NUMPY", b"numpy"),
    ],
    ids=["empty", "other", "cut off", "changed"],
)
def test_damaged_file(letters: Letters, path: Path, damage: Callable[[bytes], bytes]) -> None:
    """A damaged file, as a training that was stopped while writing leaves it, only costs the time to encode again."""
    saved(letters, path, "a", "b")
    path.write_bytes(damage(path.read_bytes()))
    cache = VectorCache(letters, path, "one")
    assert cache(["a"]).tolist() == [[1, 97]]
    cache.save()
    letters.asked.clear()
    VectorCache(letters, path, "one")(["a"])
    assert letters.asked == []


def test_vectors_of_a_project(tmp_path: Path, own_encoder: SentenceEncoder) -> None:
    """A project's vectors are its encoder's, in half precision, and are kept among its models until it changes."""
    project = Project(tmp_path)
    project.encoder.mkdir(parents=True)
    for name in ("encoder.onnx", "tokenizer.json"):
        (project.encoder / name).symlink_to(find_project().encoder / name)
    (project.encoder / "built_from.txt").write_text("one", encoding="utf-8")
    sentences = ["how long is residency", "what is the fee"]
    cache = training_vectors(project)
    np.testing.assert_allclose(cache(sentences), own_encoder.encode(sentences), atol=2e-4)
    cache.save()
    assert list(project.models.glob("cache/*"))
    kept = VectorCache(Letters(), project.models / "cache" / "vectors.npz", "one")
    assert np.array_equal(kept(sentences), cache(sentences))
