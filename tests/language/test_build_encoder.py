"""Building the encoder: from the publisher's weights only, with our additions, and equal to the publisher's model."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import numpy_helper
from safetensors.numpy import load_file, save_file

from medpath.errors import SetupError
from medpath.language.build_encoder import PACKAGE, build_encoder
from medpath.language.encoder import SentenceEncoder
from medpath.language.encoder_graph import write_encoder
from medpath.project import find_project

NARROW = "encoder.layer.3.output.dense"
QUERY = "encoder.layer.0.attention.self.query"


def adapter_file(path: Path, **parts: np.ndarray) -> Path:
    save_file({name.replace("__", "."): part.astype(np.float16) for name, part in parts.items()}, str(path))
    return path


def stored_weights(encoder: Path, layer: str) -> tuple[np.ndarray, np.ndarray]:
    """The weights of a layer, shape (384, 1536), and the steps between storable numbers, shape (384, 1)."""
    parts = {part.name: numpy_helper.to_array(part) for part in onnx.load(str(encoder)).graph.initializer}
    number, step, zero = (parts[f"{layer}.weight_{part}"] for part in ("quantized", "scale", "zero_point"))
    return ((number.astype(np.float32) - zero) * step).T, step[:, None]


@pytest.fixture(scope="module")
def package_folder() -> Path:
    """Where the installed package keeps the publisher's files."""
    found = importlib.util.find_spec(PACKAGE)
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent / "model"


@pytest.fixture
def target(tmp_path: Path) -> Iterator[Path]:
    """A folder to build in, emptied afterwards because an encoder has 23 MB."""
    yield tmp_path / "encoder"
    shutil.rmtree(tmp_path / "encoder", ignore_errors=True)


def test_published_numbers(tmp_path: Path, package_folder: Path, published_folder: Path) -> None:
    """Without additions the graph gives the vector of all-MiniLM-L6-v2 (computed with PyTorch's reference).

    The encoder that is used, with weights of 8 bits, comes near it.
    """
    write_encoder(load_file(str(package_folder / "model.safetensors")), tmp_path / "encoder.onnx")
    shutil.copy(package_folder / "tokenizer.json", tmp_path)
    sentence = ["how long is cardiology fellowship after IM"]
    (vector,) = SentenceEncoder(tmp_path).encode(sentence)
    np.testing.assert_allclose(vector[:4], [-0.00289045, 0.02509400, 0.01310357, 0.02139320], rtol=0, atol=1e-5)
    assert SentenceEncoder(published_folder).encode(sentence)[0] @ vector > 0.98


def test_own_additions_count(published_folder: Path) -> None:
    """The project's own encoder is not the published one."""
    sentence = ["how long is cardiology fellowship after IM"]
    own = SentenceEncoder(find_project().encoder).encode(sentence)
    assert not np.allclose(own, SentenceEncoder(published_folder).encode(sentence), atol=1e-3)


def test_nothing_to_do(published_folder: Path, no_additions: Path) -> None:
    """An encoder that was built from the same files is left as it is."""
    before = (published_folder / "encoder.onnx").stat().st_mtime_ns
    assert build_encoder(no_additions, published_folder) is False
    assert (published_folder / "encoder.onnx").stat().st_mtime_ns == before


def test_another_adapter(tmp_path: Path, target: Path, package_folder: Path) -> None:
    """Another adapter is built in anew: B times A is added to the weights that it names, and to no others."""
    target.mkdir()
    (target / "encoder.onnx").write_bytes(b"of another adapter")
    (target / "built_from.txt").write_text("of another adapter", encoding="utf-8")
    random = np.random.default_rng(1)
    low, high = random.normal(size=(2, 1536)), random.normal(size=(384, 2))
    adapter = adapter_file(tmp_path / "adapter", **{f"{NARROW}.A": low, f"{NARROW}.B": high})
    assert build_encoder(adapter, target) is True
    weights = load_file(str(package_folder / "model.safetensors"))
    built, steps = stored_weights(target / "encoder.onnx", NARROW)
    added = high.astype(np.float16).astype(np.float32) @ low.astype(np.float16)
    assert (np.abs(built - weights[f"{NARROW}.weight"] - added) <= steps).all()
    other = NARROW.replace("3", "4")
    built, steps = stored_weights(target / "encoder.onnx", other)
    assert (np.abs(built - weights[f"{other}.weight"]) <= steps).all()


def test_wrong_checksum(tmp_path: Path, target: Path, no_additions: Path) -> None:
    """Weights that are not the publisher's are refused, with both checksums' file and what to do."""
    package = tmp_path / "package"
    package.mkdir()
    save_file({"embeddings.word_embeddings.weight": np.zeros((4, 4))}, str(package / "model.safetensors"))
    with pytest.raises(SetupError, match="checksum") as caught:
        build_encoder(no_additions, target, package)
    assert str(package / "model.safetensors") in str(caught.value)
    assert "Remove the package and run `make setup` again" in str(caught.value)
    assert not target.exists()


def test_missing_weights(tmp_path: Path, target: Path, no_additions: Path) -> None:
    """A package without weights is told with the file and what to do."""
    with pytest.raises(SetupError, match="make setup") as caught:
        build_encoder(no_additions, target, tmp_path)
    assert str(tmp_path / "model.safetensors") in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"\x00" * 100, b"not safetensors at all", None])
def test_damaged_adapter(tmp_path: Path, target: Path, content: bytes | None) -> None:
    """A damaged adapter, for example one that was cut off, is told with what to do, and nothing is built."""
    adapter = tmp_path / "adapter.safetensors"
    adapter.write_bytes(find_project().adapter.read_bytes()[:5000] if content is None else content)
    with pytest.raises(SetupError, match="damaged") as caught:
        build_encoder(adapter, target)
    assert str(adapter) in str(caught.value)
    assert "Restore it from the repository" in str(caught.value)
    assert not target.exists()


def test_missing_adapter(tmp_path: Path, target: Path) -> None:
    """A missing adapter is told with its path."""
    with pytest.raises(SetupError, match="No such file"):
        build_encoder(tmp_path / "adapter.safetensors", target)


@pytest.mark.parametrize(
    "parts",
    [
        {f"{QUERY}.A": np.zeros((2, 384))},
        {"no.such.layer.A": np.zeros((2, 384)), "no.such.layer.B": np.zeros((384, 2))},
        {f"{QUERY}.A": np.zeros((2, 300)), f"{QUERY}.B": np.zeros((384, 2))},
    ],
    ids=["half", "unknown layer", "other shape"],
)
def test_adapter_that_does_not_fit(tmp_path: Path, target: Path, parts: dict[str, np.ndarray]) -> None:
    """An adapter for another model is told like a damaged one."""
    with pytest.raises(SetupError, match="adapter"):
        build_encoder(adapter_file(tmp_path / "adapter", **parts), target)


def test_lost_tokenizer(tmp_path: Path, target: Path, published_folder: Path, no_additions: Path) -> None:
    """`make setup`, which the encoder advises when its tokenizer is lost, brings it back."""
    target.mkdir()
    (target / "encoder.onnx").touch()
    shutil.copy(published_folder / "built_from.txt", target)
    build_encoder(no_additions, target)
    assert (target / "tokenizer.json").exists()
