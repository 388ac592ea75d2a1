"""Tunes the additions to the sentence encoder on questions whose answers people have graded.

    uv run --no-sync python scripts/tune_adapter.py --export lists.json
    uv run --no-project --with torch --with transformers python scripts/tune_adapter.py --train lists.json \\
        WEIGHTS_FOLDER adapter.safetensors [--begin data/language/encoder_adapter.safetensors] [--epochs 2.5]

After scripts/train_adapter.py, and in two halves like it; 20 minutes on two cores. The lists are those of
benchmarks/questions/graded and learn: questions of people who had seen no fact, with the facts that answer them.
Beside a fact that answers stand those that the encoder of today finds nearest and that do not: right words, wrong
stage, exam or aspect. Method: contrastive loss over a batch of lists; a fact is shown by its text or by one of its
sample questions. The adapter is the mean over the last half of the steps. Export again after a round, and the hard
ones are the new encoder's.

The questions of benchmarks/questions/test are left out. How sure the search may be has to be fitted on such ones: the
encoder knows the others.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from train_adapter import add_low_rank, encode, noisy

# Lists in a batch, wrong facts beside each right one, and among how many of the nearest they are drawn.
BATCH, WRONG, AMONG = 16, 3, 6
HARD, NEAREST = 10, 4
TEMPERATURE, RATE = 0.05, 5e-4
TEXT_SHARE, NEAR_SHARE = 0.4, 0.6
# Of the text's likeness beside that of the nearest sample question, in what counts as nearest.
TEXT_WEIGHT = 0.8
QUESTION_TOKENS, FACT_TOKENS, LONGEST_TEXT = 64, 96, 400
LEARNED = ("graded", "learn")


def export(target: Path) -> None:
    """Writes facts with their questions and texts, and the lists with right and nearest wrong facts."""
    from datetime import date

    import numpy as np

    from medpath.answering.fitting.choices import read_questions
    from medpath.answering.search.embedding_map import unit
    from medpath.answering.search.index import Corpus
    from medpath.knowledge.checking import load_knowledge
    from medpath.language.vector_cache import training_vectors
    from medpath.project import find_project

    project = find_project()
    knowledge = load_knowledge(project.knowledge, date.today())
    corpus, vectors = Corpus.of(knowledge), training_vectors(project)
    number = {fact.id: i for i, fact in enumerate(corpus.facts)}
    questions = [question for own in corpus.questions for question in own]
    texts = [corpus.text(i) for i in range(len(corpus.facts))]
    begins = np.cumsum([0, *map(len, corpus.questions)])
    asked_of, told = unit(vectors(questions)), unit(vectors(texts))
    folder = project.root / "benchmarks" / "questions"
    kept = {one.text for path in (folder / "test").glob("*.yml") for one in read_questions(path)}
    lists = []
    for path in sorted(path for name in LEARNED for path in (folder / name).glob("*.yml")):
        for one in read_questions(path):
            known = (knowledge.fact(name) for name in one.gold)
            right = sorted({number[fact.id] for fact in known if fact})
            if not right or one.text in kept:
                continue
            (vector,) = unit(vectors([one.text]))
            likeness = asked_of @ vector
            likeness[[i for i, text in enumerate(questions) if text == one.text]] = -1
            near = np.maximum.reduceat(likeness, begins[:-1]) + TEXT_WEIGHT * (told @ vector)
            wrong = [int(i) for i in np.argsort(-near)[: HARD + len(right)] if i not in right][:HARD]
            nearest = {
                i: [int(j) + int(begins[i]) for j in np.argsort(-likeness[begins[i] : begins[i + 1]])[:NEAREST]]
                for i in (*right, *wrong)
            }
            lists.append({"question": one.text, "right": right, "wrong": wrong, "nearest": nearest})
    rows = {"questions": questions, "begins": begins.tolist(), "texts": texts, "lists": lists}
    target.write_text(json.dumps(rows), encoding="utf-8")


def train(source: Path, weights: Path, target: Path, epochs: float, begin: Path) -> None:
    """Goes on from an adapter, and writes the new one in half precision."""
    import torch
    from safetensors.torch import load_file, save_file
    from torch.nn import functional
    from transformers import AutoModel, AutoTokenizer

    random.seed(0)
    torch.manual_seed(0)
    rows = json.loads(source.read_text(encoding="utf-8"))
    tokenizer, model = AutoTokenizer.from_pretrained(weights), AutoModel.from_pretrained(weights)
    layers = add_low_rank(model)
    trained = {f"{name}.{part}": getattr(layer, part) for name, layer in layers.items() for part in ("A", "B")}
    for name, values in load_file(str(begin)).items():
        trained[name].data.copy_(values)
    sums = {key: torch.zeros_like(value) for key, value in trained.items()}
    optimizer = torch.optim.AdamW(list(trained.values()), lr=RATE, weight_decay=0.01)
    steps = int(epochs * len(rows["lists"]) / BATCH)
    batches = _batches(rows)
    for step in range(steps):
        for group in optimizer.param_groups:
            group["lr"] = RATE * min(1.0, (step + 1) / 50) * max(0.05, 1 - step / steps)
        lists, shown, facts, firsts = next(batches)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            asked = encode(model, tokenizer, [noisy(one["question"]) for one in lists], QUESTION_TOKENS)
            told = encode(model, tokenizer, shown, FACT_TOKENS)
        likeness = asked.float() @ told.float().T / TEMPERATURE
        # What else answers a question is neither right nor wrong for it.
        also = torch.tensor([[fact in one["right"] for fact in facts] for one in lists])
        also[torch.arange(len(lists)), torch.tensor(firsts)] = False
        loss = functional.cross_entropy(likeness.masked_fill(also, -1e4), torch.tensor(firsts))
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(list(trained.values()), 1.0)
        optimizer.step()
        if step >= steps // 2:
            for key, value in trained.items():
                sums[key] += value.detach()
        if step % 50 == 0:
            print(f"step {step} of {steps}: loss {loss.item():.3f}", flush=True)
    counted = steps - steps // 2
    save_file({key: (total / counted).half().contiguous() for key, total in sums.items()}, str(target))


def _batches(rows: Mapping[str, Any]) -> Iterator[tuple[list[dict[str, Any]], list[str], list[int], list[int]]]:
    """Endless batches: lists, what is shown of facts, which facts these are, and where each list's right one stands."""
    order: list[int] = []
    while True:
        if len(order) < BATCH:
            order = random.sample(range(len(rows["lists"])), len(rows["lists"]))
        lists = [rows["lists"][order.pop()] for _ in range(BATCH)]
        facts: list[int] = []
        shown: list[str] = []
        firsts: list[int] = []
        for one in lists:
            wrong = one["wrong"][:AMONG]
            firsts.append(len(facts))
            for fact in (random.choice(one["right"]), *random.sample(wrong, min(WRONG, len(wrong)))):
                facts.append(fact)
                shown.append(_shown(fact, one, rows))
        yield lists, shown, facts, firsts


def _shown(fact: int, one: Mapping[str, Any], rows: Mapping[str, Any]) -> str:
    """The text of a fact, one of its sample questions that are nearest, or any; never the question itself."""
    if random.random() < TEXT_SHARE:
        return str(rows["texts"][fact][:LONGEST_TEXT])
    own = range(rows["begins"][fact], rows["begins"][fact + 1])
    places: Sequence[int] = one["nearest"][str(fact)] if random.random() < NEAR_SHARE else own
    others = [rows["questions"][place] for place in places if rows["questions"][place] != one["question"]]
    return random.choice(others) if others else str(rows["texts"][fact][:LONGEST_TEXT])


def main() -> None:
    """Exports or trains."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--export", type=Path, metavar="LISTS")
    parser.add_argument("--train", type=Path, nargs=3, metavar=("LISTS", "WEIGHTS_FOLDER", "ADAPTER"))
    parser.add_argument("--begin", type=Path, default=Path("data/language/encoder_adapter.safetensors"))
    parser.add_argument("--epochs", type=float, default=2.5)
    given = parser.parse_args()
    if given.export:
        export(given.export)
    elif given.train:
        train(*given.train, given.epochs, given.begin)
    else:
        parser.error("give --export or --train")


if __name__ == "__main__":
    main()
