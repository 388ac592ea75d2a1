"""Sentences to vectors: all-MiniLM-L6-v2 through ONNX Runtime."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from medpath.errors import SetupError

WIDTH = 384
# The word pieces of a window, by their numbers.
Tokens = tuple[int, ...]
# A longer text is read in windows that share some word pieces, so that its end counts as much as its beginning.
MAX_TOKENS = 96
SHARED_TOKENS = 16
BATCH = 64
# So many windows spread over a text tell what it is about; 6,000 letters of English have 17, of soup 75.
GIST_WINDOWS = 24


class SentenceEncoder:
    """Encodes sentences as unit vectors whose dot products are similarities."""

    def __init__(self, folder: Path, threads: int = 1) -> None:
        """Loads encoder.onnx and tokenizer.json from `folder`; raises SetupError if they are missing."""
        model, words = folder / "encoder.onnx", folder / "tokenizer.json"
        if not model.exists() or not words.exists():
            raise SetupError(f"The sentence encoder is not in {folder}. Run `make setup`.")
        try:
            self._tokenizer = Tokenizer.from_file(str(words))
            self._session = _session(model, threads)
        except Exception as error:  # neither library has a class of its own for a damaged file
            raise SetupError(f"{folder} is damaged ({error}). Remove it and run `make setup`.") from error
        self._tokenizer.enable_truncation(MAX_TOKENS, stride=SHARED_TOKENS)
        self._tokenizer.no_padding()

    def encode(self, sentences: Sequence[str]) -> np.ndarray:
        """Gives float32 of shape (len(sentences), 384), each row of length 1, in the order given.

        The vector of a text of several windows is the mean of theirs, brought to length 1. What is said twice is
        encoded once.
        """
        return self._encoded(sentences, None)

    def gists(self, sentences: Sequence[str]) -> np.ndarray:
        """The same from at most GIST_WINDOWS windows of each text, for what looks at no single word of it."""
        return self._encoded(sentences, GIST_WINDOWS)

    def _encoded(self, sentences: Sequence[str], most_windows: int | None) -> np.ndarray:
        distinct = sorted(set(sentences), key=lambda text: (len(text), text))
        vectors = np.zeros((len(distinct), WIDTH), dtype=np.float32)
        for start in range(0, len(distinct), BATCH):
            chosen = distinct[start : start + BATCH]
            vectors[start : start + BATCH] = self._joined([self._windows(text, most_windows) for text in chosen])
        rows = {text: row for row, text in enumerate(distinct)}
        return vectors[[rows[text] for text in sentences]]

    def _windows(self, text: str, most: int | None) -> list[Tokens]:
        encoding = self._tokenizer.encode(text)
        windows = [tuple(window.ids) for window in (encoding, *encoding.overflowing)]
        if most is None or len(windows) <= most:
            return windows
        return [windows[place] for place in np.linspace(0, len(windows) - 1, most).round().astype(int)]

    def _joined(self, texts: list[list[Tokens]]) -> np.ndarray:
        """One vector a text out of those of its windows, weighed by their tokens."""
        vectors = self._vectors_of({window for windows in texts for window in windows})
        joined = np.zeros((len(texts), WIDTH), dtype=np.float32)
        for row, windows in enumerate(texts):
            if len(windows) == 1:
                joined[row] = vectors[windows[0]]
            else:
                total = sum(len(window) * vectors[window] for window in windows)
                joined[row] = total / np.linalg.norm(total)
        return joined

    def _vectors_of(self, windows: set[Tokens]) -> dict[Tokens, np.ndarray]:
        found: dict[Tokens, np.ndarray] = {}
        by_length = sorted(windows, key=lambda window: (len(window), window))
        for start in range(0, len(by_length), BATCH):
            batch = by_length[start : start + BATCH]
            found.update(zip(batch, self._run(batch), strict=True))
        return found

    def _run(self, windows: list[Tokens]) -> np.ndarray:
        ids = np.zeros((len(windows), max(map(len, windows))), dtype=np.int32)  # 0 is the piece that says nothing
        mask = np.zeros_like(ids)
        for row, window in enumerate(windows):
            ids[row, : len(window)] = window
            mask[row, : len(window)] = 1
        inputs = {"input_ids": ids, "token_type_ids": np.zeros_like(ids), "attention_mask": mask}
        vectors: np.ndarray = self._session.run(["sentence"], inputs)[0]
        return vectors


def vector_text(vector: np.ndarray) -> str:
    """A vector of shape (384,) as text that JSON can carry, in half precision."""
    return base64.b64encode(vector.astype(np.float16).tobytes()).decode()


def vector_of(text: str) -> np.ndarray | None:
    """The vector of vector_text as float32 of shape (384,); None for a text that holds none."""
    try:
        raw = base64.b64decode(text, validate=True)
    except ValueError:
        return None
    return np.frombuffer(raw, dtype=np.float16).astype(np.float32) if len(raw) == 2 * WIDTH else None


def _session(model: Path, threads: int) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    # Its arena grows by doubling and gives nothing back: 68 MB more after 4,000 questions, 19 MB without it, as fast.
    options.enable_cpu_mem_arena = False
    return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
