"""The encoder's calculation as a graph of ONNX: a transformer of twelve layers, and the mean of what it makes of the tokens."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper

from bot.content import PROJECT_FOLDER
from bot.pipeline.published_encoder import LAYERS, WIDTH, PublishedEncoder

TUNING = PROJECT_FOLDER / "data" / "encoder" / "tuning.npz"
MATRICES = ("q", "k", "v", "ao", "fi", "fo")  # a layer's: query, key, value, attention's output, into the middle, out of it

_Matrix = NDArray[np.float32]
Tuning = Mapping[str, tuple[_Matrix, _Matrix]]  # by layer and matrix, as "3.fi": the product of the two is added to it

HEADS = 12
LEAST = 1e-12  # no division is by less
_RUNTIMES_OWN = "com.microsoft"  # operations that ONNX Runtime does in one step
_VERSIONS = {"": 17, _RUNTIMES_OWN: 1}
_FORMAT = 8


def load_tuning(file: Path = TUNING) -> Tuning:
    """Return what our examples taught the encoder: for each matrix two thin ones, whose product is added to it."""
    with np.load(file, allow_pickle=False) as kept:
        halves = {name: kept[name].astype(np.float32) for name in kept.files}
    return {name: (halves[f"{name}.down"], halves[f"{name}.up"]) for name in every_matrix()}


def save_tuning(tuning: Tuning, file: Path = TUNING) -> None:
    """Write the tuning, in numbers of half the length."""
    file.parent.mkdir(parents=True, exist_ok=True)
    down = {f"{name}.down": halves[0] for name, halves in tuning.items()}
    up = {f"{name}.up": halves[1] for name, halves in tuning.items()}
    np.savez_compressed(file, **{name: half.astype(np.float16) for name, half in (down | up).items()})


def every_matrix() -> Iterator[str]:
    """Yield the name of every matrix that can be tuned, as "3.fi"."""
    yield from (f"{layer}.{matrix}" for layer in range(LAYERS) for matrix in MATRICES)


def graph(published: PublishedEncoder, tuning: Tuning) -> ModelProto:
    """Return the calculation.

    It takes `embedded` (texts, tokens, 384) and `mask` (texts, tokens), 1 where a token stands and 0 behind a text's end;
    it returns `vectors` (texts, 384), each of length one.
    """
    parts = _Parts(published, tuning)
    state = parts.add("LayerNormalization", "embedded", *parts.numbers("emb.ln.w", "emb.ln.b"), epsilon=LEAST)
    for layer in range(LAYERS):
        state = parts.layer(layer, state)
    parts.vectors(state)
    inputs = [
        helper.make_tensor_value_info("embedded", TensorProto.FLOAT, ["texts", "tokens", WIDTH]),
        helper.make_tensor_value_info("mask", TensorProto.INT32, ["texts", "tokens"]),
    ]
    outputs = [helper.make_tensor_value_info("vectors", TensorProto.FLOAT, ["texts", WIDTH])]
    made = helper.make_graph(parts.nodes, "encoder", inputs, outputs, parts.kept)
    versions = [helper.make_opsetid(domain, version) for domain, version in _VERSIONS.items()]
    return helper.make_model(made, opset_imports=versions, ir_version=_FORMAT)


class _Parts:
    """The operations and the numbers of a graph, as they are added. What an operation returns is named after it."""

    def __init__(self, published: PublishedEncoder, tuning: Tuning) -> None:
        self.nodes: list[NodeProto] = []
        self.kept: list[TensorProto] = []
        self._published = published
        self._tuning = tuning

    def layer(self, layer: int, state: str) -> str:
        """Add a layer: every token looks at every other, then each is thought over by itself."""
        query, key, value = (self.add("MatMul", state, self.matrix(f"{layer}.{name}")) for name in "qkv")
        biases = self.keep(np.concatenate([self._published.numbers(f"l{layer}.{name}.b") for name in "qkv"]))
        seen = self._own("MultiHeadAttention", query, key, value, biases, "mask", num_heads=HEADS)
        state = self._joined(state, self.add("MatMul", seen, self.matrix(f"{layer}.ao")), f"l{layer}.ao.b", f"l{layer}.aln")
        inner = self.add("MatMul", state, self.matrix(f"{layer}.fi"))
        inner = self._own("BiasGelu", inner, *self.numbers(f"l{layer}.fi.b"))
        return self._joined(state, self.add("MatMul", inner, self.matrix(f"{layer}.fo")), f"l{layer}.fo.b", f"l{layer}.oln")

    def vectors(self, state: str) -> None:
        """Add the end: the mean of the tokens that stand, of length one."""
        mask = self.add("Unsqueeze", self.add("Cast", "mask", to=TensorProto.FLOAT), self.keep(np.array([1])))
        whole = self.add("Squeeze", self.add("MatMul", mask, state), self.keep(np.array([1])))
        self.nodes.append(helper.make_node("LpNormalization", [whole], ["vectors"], axis=1, p=2))

    def add(self, operation: str, *takes: str, **settings: object) -> str:
        """Add an operation; return the name of what it returns."""
        return self._add(operation, takes, "", settings)

    def matrix(self, name: str) -> str:
        """Keep a matrix as it is with its tuning."""
        down, up = self._tuning[name]
        return self.keep(self._published.matrix(name) + down @ up)

    def numbers(self, *names: str) -> tuple[str, ...]:
        """Keep numbers as they were published."""
        return tuple(self.keep(self._published.numbers(name)) for name in names)

    def keep(self, array: NDArray[np.generic]) -> str:
        """Keep an array; return its name."""
        name = f"kept {len(self.kept)}"
        self.kept.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def _joined(self, state: str, change: str, bias: str, norm: str) -> str:
        numbers = self.numbers(f"{norm}.w", f"{norm}.b", bias)
        return self._own("SkipLayerNormalization", state, change, *numbers, epsilon=LEAST)

    def _own(self, operation: str, *takes: str, **settings: object) -> str:
        return self._add(operation, takes, _RUNTIMES_OWN, settings)

    def _add(self, operation: str, takes: tuple[str, ...], domain: str, settings: dict[str, object]) -> str:
        made = f"{operation} {len(self.nodes)}"
        self.nodes.append(helper.make_node(operation, takes, [made], domain=domain, **settings))
        return made
