"""The trained reading: danger, person, age, kinds, concerns, indicators and topics, learnt from the examples' metadata.

One logistic regression a label over the features of the message: its n-grams, rare ones weighing more, and its vector. It only
adds to what the word lists read. Every value that the examples carry is learnt, so that a new indicator or topic needs nothing
but examples.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import skops.io
from numpy.typing import NDArray
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.featurizers.featurizer import Featurizer
from rasa.shared.nlu.constants import INTENT, METADATA, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix, hstack, vstack
from scipy.special import expit
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import normalize

DESCRIBES = "describe_situation"
PROBABILITIES = "label_probabilities"  # the message property that holds {label: probability}
WEIGHT_OF_THE_VECTOR = 3.0  # the vectors of any two messages are close together: what tells them apart is small
FEWEST_EXAMPLES = 10  # a label seen less often is not learnt

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Label:
    """A label of the examples: `danger`, or a value of a key, such as `person:me`."""

    key: str
    value: str | None

    @property
    def name(self) -> str:
        return self.key if self.value is None else f"{self.key}:{self.value}"

    def of(self, example: Message) -> bool | None:
        """Say whether an example carries the label; None where the example says nothing of the key."""
        said = _said(example)
        if self.value is None:
            return bool(said.get(self.key, False))
        if self.key not in said and self.key in _only_where_said(example):
            return None
        return self.value in _values(said, self.key)


def _said(example: Message) -> dict[str, Any]:
    """Return what an example says of itself."""
    labels: dict[str, Any] = (example.get(METADATA) or {}).get("example") or {}
    return labels


def _values(labels: dict[str, Any], key: str) -> list[str]:
    found = labels.get(key, [])
    return [found] if isinstance(found, str) else list(found)


def _only_where_said(example: Message) -> tuple[str, ...]:
    """Return the keys whose absence from an example tells nothing."""
    # Not every story was looked through for signs. Whoever tells none has none.
    return ("person", "topic", "indicators") if example.get(INTENT) == DESCRIBES else ("person", "topic")


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class SituationClassifier(GraphComponent):
    """Give each message the probability of every label."""

    @classmethod
    def required_components(cls) -> list[type]:
        """Components that must come earlier in the pipeline."""
        return [Featurizer]

    @staticmethod
    def required_packages() -> list[str]:
        """Packages that Rasa checks for before it loads this."""
        return ["sklearn", "skops"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`labels`: keys of the examples' metadata; `featurizers`: the sparse ones; `strength`: how freely it may fit."""
        return {"labels": ["danger"], "featurizers": ["letters", "words", "lists"], "strength": 10.0}

    @classmethod
    def create(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> SituationClassifier:
        """Called by Rasa for training."""
        weights = {featurizer: TfidfTransformer(sublinear_tf=True) for featurizer in config["featurizers"]}
        return cls(config, model_storage, resource, weights, [], np.zeros((0, 0), dtype=np.float32))

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> SituationClassifier:
        """Called by Rasa with a trained model."""
        with model_storage.read_from(resource) as folder:
            file = folder / "labels.skops"
            weights, names, factors = skops.io.load(file, trusted=skops.io.get_untrusted_types(file=file))
        return cls(config, model_storage, resource, weights, names, factors)

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        weights: dict[str, TfidfTransformer],
        names: list[str],
        factors: NDArray[np.float32],
    ) -> None:
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._weights = weights
        self._names = names
        self._factors = factors  # a row a label: the weight of each feature, and at the end of what is always there

    def train(self, training_data: TrainingData) -> Resource:
        """Learn every label from the examples that speak of it."""
        examples = [example for example in training_data.intent_examples if example.get(TEXT)]
        for featurizer, weights in self._weights.items():
            weights.fit(vstack([_counts(example, featurizer) for example in examples]))
        features = vstack([self._features(example) for example in examples]).tocsr()
        learnt = {label.name: self._learn(label, examples, features) for label in self._labels(examples)}
        self._names = [name for name, factors in learnt.items() if factors is not None]
        self._factors = np.array([learnt[name] for name in self._names], dtype=np.float32)
        with self._model_storage.write_to(self._resource) as folder:
            skops.io.dump((self._weights, self._names, self._factors), folder / "labels.skops")
        return self._resource

    def _labels(self, examples: list[Message]) -> Iterator[_Label]:
        for key in self._config["labels"]:
            values = {value for example in examples for value in _values(_said(example), key)} if key != "danger" else {None}
            yield from (_Label(key, value) for value in sorted(values, key=str))

    def _learn(self, label: _Label, examples: list[Message], features: csr_matrix) -> NDArray[np.float32] | None:
        truths = [label.of(example) for example in examples]
        rows = [row for row, truth in enumerate(truths) if truth is not None]
        wanted = np.array([truths[row] for row in rows], dtype=bool)
        if min(wanted.sum(), (~wanted).sum()) < FEWEST_EXAMPLES:
            _log.warning("data/nlu: %s: under %d examples, not learnt", label.name, FEWEST_EXAMPLES)
            return None
        # The dual form and this tolerance find the same answer as the primal one, to the third digit, in a tenth of the time.
        form = {"solver": "liblinear", "dual": True, "tol": 0.1, "random_state": 7}
        model = LogisticRegression(C=self._config["strength"], class_weight="balanced", **form).fit(features[rows], wanted)
        return np.append(model.coef_[0], model.intercept_).astype(np.float32)

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the probability of every label on each message."""
        for message in messages:
            message.set(PROBABILITIES, self._probabilities(self._features(message)))
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Nothing later in the pipeline learns from these probabilities."""
        return training_data

    def _features(self, message: Message) -> csr_matrix:
        """Return a message's features side by side, as one row: each block of length one, so that none drowns the others."""
        weighted = [weights.transform(_counts(message, featurizer)) for featurizer, weights in self._weights.items()]
        return hstack([*weighted, csr_matrix(_vector(message) * WEIGHT_OF_THE_VECTOR)]).tocsr()

    def _probabilities(self, features: csr_matrix) -> dict[str, float]:
        """Return the probability of every label for one message."""
        scores = self._factors[:, features.indices] @ features.data + self._factors[:, -1]
        return dict(zip(self._names, expit(scores).tolist(), strict=True))


def _counts(message: Message, featurizer: str) -> csr_matrix:
    """Return the counts that one sparse featurizer set on a message, as one row."""
    _, counts = message.get_sparse_features(TEXT, [featurizer])
    return csr_matrix(counts.features, dtype=np.float64)


def _vector(message: Message) -> NDArray[np.float64]:
    """Return a message's sentence vector, as one row of length one."""
    _, vector = message.get_dense_features(TEXT)
    row: NDArray[np.float64] = normalize(vector.features)
    return row
