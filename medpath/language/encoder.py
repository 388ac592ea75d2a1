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
# A longer text is read in windows that share some word pieces, so that its end counts as much as its beginning.
MAX_TOKENS = 96
SHARED_TOKENS = 16
BATCH = 64


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
        self._tokenizer.enable_padding()

    def encode(self, sentences: Sequence[str]) -> np.ndarray:
        """Gives float32 of shape (len(sentences), 384), each row of length 1, in the order given.

        The vector of a text of several windows is the mean of theirs, brought to length 1.
        """
        vectors = np.zeros((len(sentences), WIDTH), dtype=np.float32)
        by_length = sorted(range(len(sentences)), key=lambda i: len(sentences[i]))
        for start in range(0, len(by_length), BATCH):
            chosen = by_length[start : start + BATCH]
            vectors[chosen] = self._run([sentences[i] for i in chosen])
        return vectors

    def _run(self, sentences: list[str]) -> np.ndarray:
        encodings = self._tokenizer.encode_batch(sentences)
        windows = [[encoding, *encoding.overflowing] for encoding in encodings]
        flat = [window for own in windows for window in own]
        ids = np.array([window.ids for window in flat], dtype=np.int32)
        mask = np.array([window.attention_mask for window in flat], dtype=np.int32)
        inputs = {"input_ids": ids, "token_type_ids": np.zeros_like(ids), "attention_mask": mask}
        vectors = self._session.run(["sentence"], inputs)[0]
        return vectors if len(flat) == len(sentences) else _joined(vectors, mask.sum(axis=1), list(map(len, windows)))


def _joined(vectors: np.ndarray, tokens: np.ndarray, windows: list[int]) -> np.ndarray:
    """One vector a text out of those of its windows, weighed by their tokens."""
    starts = np.concatenate([[0], np.cumsum(windows)[:-1]])
    sums = np.add.reduceat(vectors * tokens[:, None], starts, axis=0)
    joined: np.ndarray = sums / np.linalg.norm(sums, axis=1, keepdims=True)
    return joined.astype(np.float32)


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
    return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
