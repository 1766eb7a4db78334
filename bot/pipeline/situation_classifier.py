"""The trained reading: danger, person and kinds of exploitation as several labels at once, learnt from the examples' metadata.

One logistic regression a label over the features of the message: its n-grams, rare ones weighing more, and its vector. It only
adds to what the word lists read.
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
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix, hstack, vstack
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import normalize

PROBABILITIES = "label_probabilities"  # the message property that holds {label: probability}
WEIGHT_OF_THE_VECTOR = 3.0  # the vectors of any two messages are close together: what tells them apart is small
FEWEST_EXAMPLES = 20  # a label seen less often is not learnt

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Label:
    """A label of the examples: `danger`, or a value of a key, such as `person:me`."""

    key: str
    value: str | None

    @property
    def name(self) -> str:
        return self.key if self.value is None else f"{self.key}:{self.value}"

    def of(self, message: Message) -> bool | None:
        """Say whether an example carries the label; None where the example says nothing of the key."""
        labels = (message.get("metadata") or {}).get("example") or {}
        if self.value is None:
            return bool(labels.get(self.key, False))
        if self.key == "person" and "person" not in labels:
            return None
        found = labels.get(self.key, ())
        return self.value in ([found] if isinstance(found, str) else found)


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
        """`labels`: as `danger` or `person:me`; `featurizers`: the sparse ones; `strength`: how freely it may fit."""
        return {"labels": ["danger"], "featurizers": ["letters", "words", "lists"], "strength": 10.0}

    @classmethod
    def create(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> SituationClassifier:
        """Called by Rasa for training."""
        weights = {featurizer: TfidfTransformer(sublinear_tf=True) for featurizer in config["featurizers"]}
        return cls(config, model_storage, resource, weights, {})

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
            weights, models = skops.io.load(file, trusted=skops.io.get_untrusted_types(file=file))
        return cls(config, model_storage, resource, weights, models)

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        weights: dict[str, TfidfTransformer],
        models: dict[str, LogisticRegression],
    ) -> None:
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._weights = weights
        self._models = models

    def train(self, training_data: TrainingData) -> Resource:
        """Learn every label from the examples that speak of it."""
        examples = [example for example in training_data.intent_examples if example.get(TEXT)]
        for featurizer, weights in self._weights.items():
            weights.fit(vstack([_counts(example, featurizer) for example in examples]))
        features = vstack([self._features(example) for example in examples]).tocsr()
        for name in self._config["labels"]:
            key, _, value = name.partition(":")
            self._learn(_Label(key, value or None), examples, features)
        with self._model_storage.write_to(self._resource) as folder:
            skops.io.dump((self._weights, self._models), folder / "labels.skops")
        return self._resource

    def _learn(self, label: _Label, examples: list[Message], features: csr_matrix) -> None:
        truths = [label.of(example) for example in examples]
        rows = [row for row, truth in enumerate(truths) if truth is not None]
        wanted = np.array([truths[row] for row in rows], dtype=bool)
        if min(wanted.sum(), (~wanted).sum()) < FEWEST_EXAMPLES:
            _log.warning("config.yml: labels: %s: under %d examples, not learnt", label.name, FEWEST_EXAMPLES)
            return
        model = LogisticRegression(C=self._config["strength"], class_weight="balanced", solver="liblinear", random_state=7)
        self._models[label.name] = model.fit(features[rows], wanted)

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the probability of every label on each message."""
        for message in messages:
            message.set(PROBABILITIES, dict(self._probabilities(self._features(message))))
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Nothing later in the pipeline learns from these probabilities."""
        return training_data

    def _features(self, message: Message) -> csr_matrix:
        """Return a message's features side by side, as one row: each block of length one, so that none drowns the others."""
        weighted = [weights.transform(_counts(message, featurizer)) for featurizer, weights in self._weights.items()]
        return hstack([*weighted, csr_matrix(_vector(message) * WEIGHT_OF_THE_VECTOR)]).tocsr()

    def _probabilities(self, features: csr_matrix) -> Iterator[tuple[str, float]]:
        for name, model in self._models.items():
            probabilities: NDArray[np.float64] = model.predict_proba(features)
            yield name, float(probabilities[0, 1])


def _counts(message: Message, featurizer: str) -> csr_matrix:
    """Return the counts that one sparse featurizer set on a message, as one row."""
    _, counts = message.get_sparse_features(TEXT, [featurizer])
    return csr_matrix(counts.features, dtype=np.float64)


def _vector(message: Message) -> NDArray[np.float64]:
    """Return a message's sentence vector, as one row of length one."""
    _, vector = message.get_dense_features(TEXT)
    row: NDArray[np.float64] = normalize(vector.features)
    return row
