"""Keeps sentence vectors between trainings, so that a change of one fact does not encode all sentences again."""

from __future__ import annotations

import hashlib
import os
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from medpath.errors import SetupError
from medpath.language.encoder import SentenceEncoder
from medpath.project import Project

Encode = Callable[[Sequence[str]], np.ndarray]


class VectorCache:
    """Encodes sentences, remembering each vector in half precision."""

    def __init__(self, encode: Encode, path: Path, stamp: str) -> None:
        """`stamp` names the encoder; vectors of another one are dropped."""
        self._encode, self._path, self._stamp = encode, path, stamp
        self._rows: dict[bytes, np.ndarray] = {}
        self._grown = False
        if path.exists():
            self._read()

    def _read(self) -> None:
        try:
            with self._path.open("rb") as file, np.load(file) as stored:
                if str(stored["stamp"]) == self._stamp:
                    self._rows = {key.tobytes(): row for key, row in zip(stored["keys"], stored["rows"], strict=True)}
        except (OSError, ValueError, KeyError, zipfile.BadZipFile):
            self._rows = {}  # a damaged cache only costs time

    def __call__(self, sentences: Sequence[str]) -> np.ndarray:
        """As SentenceEncoder.encode: float32 of shape (len(sentences), width)."""
        keys = [hashlib.sha1(sentence.encode()).digest() for sentence in sentences]
        missing = {key: sentence for key, sentence in zip(keys, sentences, strict=True) if key not in self._rows}
        if missing:
            vectors = self._encode(list(missing.values())).astype(np.float16)
            self._rows.update(zip(missing, vectors, strict=True))
            self._grown = True
        return np.array([self._rows[key] for key in keys], dtype=np.float32)

    def save(self) -> None:
        """Writes the vectors if there are new ones."""
        if not self._grown:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        keys = np.frombuffer(b"".join(self._rows), dtype=np.uint8).reshape(len(self._rows), -1)
        with self._path.open("wb") as file:
            np.savez(file, stamp=self._stamp, keys=keys, rows=np.array(list(self._rows.values())))
        self._grown = False


def training_vectors(project: Project) -> VectorCache:
    """The vectors of the project's sentences, encoded on all cores where they are not known yet."""
    return _cache_of(project, project.encoder, "vectors.npz")


def training_door_vectors(project: Project) -> VectorCache:
    """As training_vectors, by the encoder that tells kinds of messages apart."""
    return _cache_of(project, project.door_encoder, "door_vectors.npz")


def _cache_of(project: Project, encoder: Path, name: str) -> VectorCache:
    built = encoder / "built_from.txt"
    if not built.exists():
        raise SetupError(f"The sentence encoder is not in {encoder}. Run `make setup`.")
    stamp = built.read_text(encoding="utf-8")
    on_all_cores = SentenceEncoder(encoder, threads=os.cpu_count() or 1)
    return VectorCache(on_all_cores.encode, project.models / "cache" / name, stamp)
