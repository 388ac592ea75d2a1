"""Writes the sentence encoder all-MiniLM-L6-v2 as an ONNX graph.

The graph is BERT's (Devlin et al. 2019, six layers of width 384, twelve heads) with the mean pooling and
unit length of Sentence-BERT (Reimers and Gurevych 2019). It uses ONNX Runtime's fused transformer
operators, so that each layer is eight nodes.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

LAYERS = 6
HEADS = 12
WIDTH = 384
LAYER_NORM_EPSILON = 1e-12
FUSED = "com.microsoft"

Weights = Mapping[str, "np.ndarray"]


class _Graph:
    """Collects nodes and initializers; every method returns the name of what it made."""

    def __init__(self, weights: Weights) -> None:
        self._weights = weights
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def constant(self, name: str, value: np.ndarray) -> str:
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def weight(self, key: str) -> str:
        return self.constant(key, self._weights[key].astype(np.float32))

    def transposed(self, key: str) -> str:
        return self.constant(key, self._weights[key].astype(np.float32).T)

    def node(self, kind: str, inputs: list[str], output: str, domain: str = "", **attributes: object) -> str:
        outputs = [output, output + "_lengths"] if kind == "EmbedLayerNormalization" else [output]
        self.nodes.append(helper.make_node(kind, inputs, outputs, domain=domain, **attributes))
        return output


def _embeddings(graph: _Graph) -> str:
    prefix = "embeddings."
    return graph.node(
        "EmbedLayerNormalization",
        [
            "input_ids",
            "token_type_ids",
            graph.weight(prefix + "word_embeddings.weight"),
            graph.weight(prefix + "position_embeddings.weight"),
            graph.weight(prefix + "token_type_embeddings.weight"),
            graph.weight(prefix + "LayerNorm.weight"),
            graph.weight(prefix + "LayerNorm.bias"),
        ],
        "embedded",
        FUSED,
        epsilon=LAYER_NORM_EPSILON,
    )


def _attention(graph: _Graph, weights: Weights, layer: int, hidden: str) -> str:
    prefix = f"encoder.layer.{layer}.attention.self."
    parts = ("query", "key", "value")
    matrix = np.concatenate([weights[f"{prefix}{part}.weight"].T for part in parts], axis=1)
    bias = np.concatenate([weights[f"{prefix}{part}.bias"] for part in parts])
    inputs = [
        hidden,
        graph.constant(prefix + "matrix", matrix.astype(np.float32)),
        graph.constant(prefix + "bias", bias.astype(np.float32)),
        "attention_mask",
    ]
    return graph.node("Attention", inputs, f"attended_{layer}", FUSED, num_heads=HEADS)


def _normalised_sum(graph: _Graph, prefix: str, values: str, skip: str, bias: str, output: str) -> str:
    inputs = [
        values,
        skip,
        graph.weight(prefix + "LayerNorm.weight"),
        graph.weight(prefix + "LayerNorm.bias"),
        graph.weight(bias),
    ]
    return graph.node("SkipLayerNormalization", inputs, output, FUSED, epsilon=LAYER_NORM_EPSILON)


def _layer(graph: _Graph, weights: Weights, layer: int, hidden: str) -> str:
    prefix = f"encoder.layer.{layer}."
    attended = _attention(graph, weights, layer, hidden)
    output = prefix + "attention.output."
    dense = graph.node("MatMul", [attended, graph.transposed(output + "dense.weight")], f"dense_{layer}")
    middle = _normalised_sum(graph, output, dense, hidden, output + "dense.bias", f"middle_{layer}")
    wide = graph.node("MatMul", [middle, graph.transposed(prefix + "intermediate.dense.weight")], f"wide_{layer}")
    active = graph.node("BiasGelu", [wide, graph.weight(prefix + "intermediate.dense.bias")], f"active_{layer}", FUSED)
    narrow = graph.node("MatMul", [active, graph.transposed(prefix + "output.dense.weight")], f"narrow_{layer}")
    return _normalised_sum(graph, prefix + "output.", narrow, middle, prefix + "output.dense.bias", f"layer_{layer}")


def _pooled(graph: _Graph, hidden: str) -> str:
    mask = graph.node("Cast", ["attention_mask"], "mask", to=TensorProto.FLOAT)
    column = graph.node("Unsqueeze", [mask, graph.constant("last", np.array([2], np.int64))], "mask_column")
    masked = graph.node("Mul", [hidden, column], "masked")
    total = graph.node("ReduceSum", [masked, graph.constant("words", np.array([1], np.int64))], "total", keepdims=0)
    return graph.node("LpNormalization", [total], "sentence", axis=1, p=2)


def write_encoder(weights: Weights, target: Path) -> None:
    """Writes the encoder to `target`.

    Inputs are input_ids, token_type_ids and attention_mask, int32 of shape (sentences, tokens); the output
    `sentence` is float32 of shape (sentences, 384), each row of length 1.
    """
    graph = _Graph(weights)
    hidden = _embeddings(graph)
    for layer in range(LAYERS):
        hidden = _layer(graph, weights, layer, hidden)
    _pooled(graph, hidden)
    shape = ["sentences", "tokens"]
    names = ("input_ids", "token_type_ids", "attention_mask")
    model = helper.make_model(
        helper.make_graph(
            graph.nodes,
            "all-MiniLM-L6-v2",
            [helper.make_tensor_value_info(name, TensorProto.INT32, shape) for name in names],
            [helper.make_tensor_value_info("sentence", TensorProto.FLOAT, ["sentences", WIDTH])],
            graph.constants,
        ),
        opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid(FUSED, 1)],
        ir_version=8,
    )
    onnx.save(model, str(target))


def quantize_encoder(exact: Path, target: Path) -> None:
    """Writes an encoder of write_encoder to `target` with weights of 8 bits: twice as quick, a quarter of the size.

    Measured on 1,059 questions the search finds as many right facts first, to within half a point either way. The
    numbers are unsigned because signed ones overflow on processors without VNNI instructions.
    """
    from onnxruntime.quantization import QuantType, quantize_dynamic

    logging.disable(logging.WARNING)  # its advice is for models of unknown making
    try:
        types = {"DefaultTensorType": TensorProto.FLOAT}
        quantize_dynamic(exact, target, weight_type=QuantType.QUInt8, per_channel=True, extra_options=types)
    finally:
        logging.disable(logging.NOTSET)
