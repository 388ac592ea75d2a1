"""Trains the additions that make an encoder tell kinds of messages apart, data/language/door_adapter.safetensors.

    uv run --no-sync python scripts/train_door_adapter.py --export messages.json
    uv run --no-project --with torch --with transformers python scripts/train_door_adapter.py --train messages.json \\
        WEIGHTS_FOLDER adapter.safetensors [--epochs 4] [--begin adapter.safetensors]

As scripts/train_adapter.py in two halves. Method: LoRA on all linear layers under two linear heads, the kind of the
message (softmax) and whether somebody is in danger (logistic); the heads are thrown away, because `make train` fits
its own on the vectors. A statement of danger is also shown beside harmless messages, as people run them together;
the sentences of long harmless messages teach the second head alone.
"""

from __future__ import annotations

import argparse
import json
import random
from pathlib import Path
from typing import Any

from train_adapter import add_low_rank, encode, noisy

RANK = 32
BATCH = 64
TOKENS = 96
# Messages of about one length are encoded together, which halves the time.
ALIKE = 16
RATE = 1e-3
SHARPNESS = 16.0
QUESTIONS = 6000
BESIDE_SHARE = 0.35
DANGER_WEIGHT = 3.0
SHORT = 160
CRISIS = "crisis"
JOINTS = (" ", ". ", ", ", " and ", " also ", "\n", "? ", " - ", " but ")


def export(target: Path) -> None:
    """Writes the training messages with their kinds, and a sample of the questions."""
    from datetime import date

    from medpath.answering.search.index import Corpus
    from medpath.knowledge.checking import load_knowledge
    from medpath.language.intents import ASK, QUESTION
    from medpath.language.messages import read_messages
    from medpath.language.segments import sentences, windows
    from medpath.project import find_project

    project = find_project()
    said: list[tuple[str, str | None]] = []
    for text, kind in read_messages(project.messages):
        parts = windows(text)  # a long message is read in windows
        said += [(part.of(text), QUESTION if kind.startswith(ASK) else kind) for part in parts]
        if len(parts) > 1 and kind != CRISIS:
            # A sentence of a story is of no kind by itself; of danger it does not speak.
            said += [(part.of(text), None) for part in sentences(text)]
    corpus = Corpus.of(load_knowledge(project.knowledge, date.today()))
    asked = [question for own in corpus.questions for question in own]
    chosen = random.Random(0).sample(asked, min(QUESTIONS, len(asked)))
    target.write_text(json.dumps([*said, *((text, QUESTION) for text in chosen)]), encoding="utf-8")


def train(source: Path, weights: Path, target: Path, epochs: float, begin: Path | None) -> None:
    """Trains the adapter, from an earlier one or from nothing, and writes it in half precision."""
    import torch
    from safetensors.torch import load_file, save_file
    from torch import nn
    from torch.nn import functional
    from transformers import AutoModel, AutoTokenizer

    random.seed(0)
    torch.manual_seed(0)
    rows = [(text, kind) for text, kind in json.loads(source.read_text(encoding="utf-8"))]
    kinds = sorted({kind for _, kind in rows if kind not in (CRISIS, None)})
    tokenizer, model = AutoTokenizer.from_pretrained(weights), AutoModel.from_pretrained(weights)
    layers = add_low_rank(model, RANK)
    for name, values in (load_file(str(begin)) if begin else {}).items():
        layer, part = name.rsplit(".", 1)
        getattr(layers[layer], part).data.copy_(values)
    heads = nn.ModuleDict({"kind": nn.Linear(384, len(kinds)), "danger": nn.Linear(384, 1)})
    parameters = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(
        [{"params": parameters, "top": RATE}, {"params": list(heads.parameters()), "top": 4 * RATE}], weight_decay=0.01
    )
    steps = int(epochs * len(rows) / BATCH)
    batches = _batches(rows)
    for step in range(steps):
        for group in optimizer.param_groups:
            group["lr"] = group["top"] * min(1.0, (step + 1) / 50) * max(0.02, 1 - step / steps)
        chosen = next(batches)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            parts = [[text for text, _ in chosen[i : i + ALIKE]] for i in range(0, BATCH, ALIKE)]
            vectors = torch.cat([encode(model, tokenizer, part, TOKENS) for part in parts]).float() * SHARPNESS
        danger = torch.tensor([float(kind == CRISIS) for _, kind in chosen])
        calm = torch.tensor([kind not in (CRISIS, None) for _, kind in chosen])
        own = torch.tensor([kinds.index(kind) for _, kind in chosen if kind not in (CRISIS, None)])
        loss = functional.cross_entropy(heads["kind"](vectors[calm]), own)
        loss = loss + DANGER_WEIGHT * functional.binary_cross_entropy_with_logits(
            heads["danger"](vectors)[:, 0], danger
        )
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        if step % 50 == 0:
            print(f"step {step} of {steps}: loss {loss.item():.3f}", flush=True)
    parts = {f"{name}.{part}": getattr(layer, part) for name, layer in layers.items() for part in ("A", "B")}
    save_file({key: value.detach().half().contiguous() for key, value in parts.items()}, str(target))


def _batches(rows: list[tuple[str, str | None]]) -> Any:
    """Endless batches of messages with their kinds, each as it is or as people type it."""
    safe = [text for text, kind in rows if kind != CRISIS and len(text) <= SHORT]
    order: list[int] = []
    while True:
        if len(order) < BATCH:
            order = random.sample(range(len(rows)), len(rows))
        chosen = [rows[order.pop()] for _ in range(BATCH)]
        shown = [(noisy(_beside(text, safe) if kind == CRISIS else text), kind) for text, kind in chosen]
        yield sorted(shown, key=lambda row: len(row[0]))


def _beside(text: str, safe: list[str]) -> str:
    """A statement of danger, now and then with harmless messages before or after it."""
    if len(text) > SHORT or random.random() > BESIDE_SHARE:
        return text
    parts = [text]
    for _ in range(random.choice((1, 1, 1, 2, 2, 3, 4))):
        parts.insert(random.choice((0, len(parts))), random.choice(safe))
    joint = random.choice(JOINTS)
    return joint.join(part.strip(" .?!") if joint[0] != "." else part for part in parts)


def main() -> None:
    """Exports or trains."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--export", type=Path, metavar="MESSAGES")
    parser.add_argument("--train", type=Path, nargs=3, metavar=("MESSAGES", "WEIGHTS_FOLDER", "ADAPTER"))
    parser.add_argument("--epochs", type=float, default=4)
    parser.add_argument("--begin", type=Path, metavar="ADAPTER", help="an adapter to go on from")
    given = parser.parse_args()
    if given.export:
        export(given.export)
    elif given.train:
        train(*given.train, given.epochs, given.begin)
    else:
        parser.error("give --export or --train")


if __name__ == "__main__":
    main()
