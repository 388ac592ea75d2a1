"""The project's wording and encoder, loaded once, and an encoder built without our additions."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from medpath.language.build_encoder import build_encoder
from medpath.language.encoder import SentenceEncoder
from medpath.language.wording import Wording, load_wording
from medpath.project import find_project

QUERY = "encoder.layer.0.attention.self.query"


@pytest.fixture(scope="session")
def own_wording() -> Wording:
    """The project's own wording."""
    return load_wording(find_project().wording)


@pytest.fixture(scope="session")
def own_encoder() -> SentenceEncoder:
    """The encoder that `make setup` built."""
    return SentenceEncoder(find_project().encoder)


@pytest.fixture(scope="session")
def no_additions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An adapter that adds nothing to the weights."""
    path = tmp_path_factory.mktemp("adapter") / "adapter.safetensors"
    save_file({f"{QUERY}.A": np.zeros((2, 384), np.float16), f"{QUERY}.B": np.zeros((384, 2), np.float16)}, str(path))
    return path


@pytest.fixture(scope="session")
def published_folder(no_additions: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of an encoder with the weights as they were published (23 MB)."""
    folder = tmp_path_factory.mktemp("published") / "encoder"
    assert build_encoder(no_additions, folder) is True
    yield folder
    shutil.rmtree(folder)
