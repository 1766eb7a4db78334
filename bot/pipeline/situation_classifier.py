"""The trained reading: intent, danger, person, age, kinds, concerns, indicators and topics, learnt from the examples.

Two logistic regressions a label: one reads the n-grams of a message and the word lists it touches, one its meaning; they weigh
alike. All this only adds to what the word lists read. Every value that the examples carry is learnt, so that a new indicator or
topic needs nothing but examples.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.featurizers.featurizer import Featurizer
from rasa.shared.nlu.constants import (
    INTENT,
    INTENT_NAME_KEY,
    INTENT_RANKING_KEY,
    METADATA,
    PREDICTED_CONFIDENCE_KEY,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix, diags
from scipy.special import expit, softmax
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

from bot.pipeline.labels import Label, Said, labels_of

PROBABILITIES = "label_probabilities"  # the message property that holds {label: probability}
WEIGHT_OF_THE_MEANING = 8.0  # the vectors of any two messages are close together: what tells them apart is small
STRENGTH_OF_WORDS, STRENGTH_OF_MEANING = 10.0, 0.01  # how freely each may fit: the encoder knows the examples already
PASSES = 20  # through the examples; five times as many make it no better
SEEN_WITHOUT_BEING_SEEN = 0.5  # how often an n-gram counts as seen where it was not
LEARNT = "labels.npz"
FEWEST_EXAMPLES = 10  # a label seen less often is not learnt
RANKED = 2  # intents that are told: Rasa's fallback compares two, and the conversation carries what is told from then on

_Truths = list[bool | None]  # what each example says of a label; None: nothing
_Features: TypeAlias = csr_matrix | NDArray[np.float32]  # a row an example

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Row:
    """The features of a message: in which columns, of how many, which values."""

    columns: NDArray[np.int64]
    values: NDArray[np.float32]
    width: int


def _said(example: Message) -> dict[str, Any]:
    """Return what an example says of itself."""
    told: dict[str, Any] = (example.get(METADATA) or {}).get("example") or {}
    return {**told, INTENT: example.get(INTENT)}


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class SituationClassifier(IntentClassifier, GraphComponent):
    """Give each message the probability of every label, and the likeliest intent."""

    @classmethod
    def required_components(cls) -> list[type]:
        """Components that must come earlier in the pipeline."""
        return [Featurizer]

    @staticmethod
    def required_packages() -> list[str]:
        """Packages that Rasa checks for before it loads this."""
        return ["sklearn"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`labels`: keys of the examples' metadata; `featurizers`: the sparse ones."""
        return {"labels": ["danger"], "featurizers": ["letters", "words", "lists"]}

    @classmethod
    def create(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> SituationClassifier:
        """Called by Rasa for training."""
        return cls(config, model_storage, resource, {})

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
        with model_storage.read_from(resource) as folder, np.load(folder / LEARNT, allow_pickle=False) as learnt:
            return cls(config, model_storage, resource, dict(learnt))

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        learnt: dict[str, NDArray[Any]],
    ) -> None:
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._learnt = learnt

    def train(self, training_data: TrainingData) -> Resource:
        """Learn every label from the examples that speak of it."""
        examples = [example for example in training_data.intent_examples if example.get(TEXT)]
        said = list(map(_said, examples))
        labels = labels_of(said, self._config["labels"])
        wanted = {label.name: truths for label in labels if (truths := _truths(label, said)) is not None}
        self._learnt = {"names": np.array(list(wanted)), "centre": np.mean([_vector(example) for example in examples], axis=0)}
        self._learnt["words"] = _learnt(wanted.values(), _together(list(map(self._words, examples))), STRENGTH_OF_WORDS)
        self._learnt["meaning"] = _learnt(wanted.values(), np.array(list(map(self._meaning, examples))), STRENGTH_OF_MEANING)
        with self._model_storage.write_to(self._resource) as folder:
            np.savez(folder / LEARNT, **self._learnt)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the probability of every label on each message, and its intent where that is one of the labels."""
        for message in messages:
            scores = self._scores(message)
            message.set(PROBABILITIES, {name: float(expit(score)) for name, score in scores.items()})
            if ranking := _ranked(probabilities_of(INTENT, scores)):
                message.set(INTENT, ranking[0], add_to_output=True)
                message.set(INTENT_RANKING_KEY, ranking[:RANKED], add_to_output=True)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Nothing later in the pipeline learns from these probabilities."""
        return training_data

    def _words(self, message: Message) -> _Row:
        """Return a message's sparse features side by side: each block of length one, so that none drowns the others."""
        blocks = [_sparse(message, featurizer) for featurizer in self._config["featurizers"]]
        starts = np.cumsum([0, *(block.shape[1] for block in blocks)])
        columns = [block.indices + start for block, start in zip(blocks, starts, strict=False)]
        return _Row(np.concatenate(columns), np.concatenate([block.data for block in blocks]), int(starts[-1]))

    def _meaning(self, message: Message) -> NDArray[np.float32]:
        """Return a message's vector without what all messages have in common."""
        apart = _vector(message) - self._learnt["centre"]
        return np.asarray(apart / (np.linalg.norm(apart) or 1) * WEIGHT_OF_THE_MEANING, dtype=np.float32)

    def _scores(self, message: Message) -> dict[str, float]:
        """Return the log-odds of every label for one message."""
        row, words, meaning = self._words(message), self._learnt["words"], self._learnt["meaning"]
        of_words = row.values @ words[row.columns] + words[-1]
        of_meaning = self._meaning(message) @ meaning[:-1] + meaning[-1]
        # Learnt together, the words would lean on the meaning, and both fail on a new message; apart, they fail apart.
        scores = (of_words + of_meaning) / 2
        return dict(zip(self._learnt["names"].tolist(), scores.tolist(), strict=True))


def _truths(label: Label, examples: Sequence[Said]) -> _Truths | None:
    """Return what each example says of a label; None where too few examples carry it."""
    truths = [label.of(said) for said in examples]
    if min(truths.count(True), truths.count(False)) < FEWEST_EXAMPLES:
        _log.warning("data/nlu: %s: under %d examples, not learnt", label.name, FEWEST_EXAMPLES)
        return None
    return truths


def _learnt(labels: Iterable[_Truths], features: _Features, strength: float) -> NDArray[np.float32]:
    """Return a column for each label: the weight of each feature, and at the end what is always there.

    The labels share the machine's cores.
    """
    of_labels = Parallel(n_jobs=-1)(delayed(_fitted)(features, truths, strength) for truths in labels)
    return np.array(of_labels).T.copy()  # a message's few features then stand together, of all labels at once


def _fitted(features: _Features, truths: _Truths, strength: float) -> NDArray[np.float32]:
    """Return the weights for one label, learnt from the rows of the examples that speak of it.

    An n-gram weighs more, the more it is said on one side only: Wang and Manning, "Baselines and Bigrams" (2012),
    https://aclanthology.org/P12-2018.
    """
    rows = [row for row, truth in enumerate(truths) if truth is not None]
    said = np.array([truths[row] for row in rows], dtype=bool)
    spoken = features[rows]
    contrasts = _contrasts(spoken, said) if isinstance(spoken, csr_matrix) else np.ones(spoken.shape[1])
    # In the dual form, and ended early, it reads new messages as well as the primal one, in a thirtieth of the time.
    form = {"solver": "liblinear", "dual": True, "tol": 0.1, "max_iter": PASSES, "random_state": 7}
    model = LogisticRegression(C=strength, class_weight="balanced", **form)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(spoken @ diags(contrasts), said)
    return np.append(model.coef_[0] * contrasts, model.intercept_).astype(np.float32)


def _contrasts(seen: csr_matrix, said: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return of each n-gram how much oftener it is said where a label is."""
    often, seldom = (np.asarray(seen.sign()[side].sum(axis=0)).ravel() + SEEN_WITHOUT_BEING_SEEN for side in (said, ~said))
    return np.asarray(np.log(often / often.sum()) - np.log(seldom / seldom.sum()))


def probabilities_of(key: str, probabilities: dict[str, float]) -> dict[str, float]:
    """Return the probability of each value of a key: of "topic:cost" and its like, by "cost"."""
    return {name.partition(":")[2]: value for name, value in probabilities.items() if name.startswith(f"{key}:")}


def _ranked(intents: dict[str, float]) -> list[dict[str, Any]]:
    """Return the intents, given with their log-odds, the likeliest first; their confidences sum up to one."""
    # Only one can be meant: of two likely ones the likelier counts far more.
    confidences = softmax(list(intents.values())).tolist() if intents else []
    ranking = sorted(zip(intents, confidences, strict=True), key=lambda intent: -intent[1])
    return [{INTENT_NAME_KEY: name, PREDICTED_CONFIDENCE_KEY: confidence} for name, confidence in ranking]


def _together(rows: list[_Row]) -> csr_matrix:
    """Return the rows of many messages as one matrix."""
    ends = np.cumsum([0, *(len(row.columns) for row in rows)])
    values, columns = (np.concatenate([getattr(row, name) for row in rows]) for name in ("values", "columns"))
    return csr_matrix((values, columns, ends), shape=(len(rows), rows[0].width))


def _sparse(message: Message, featurizer: str) -> csr_matrix:
    """Return what one sparse featurizer set on a message: a row of length one."""
    return message.get_sparse_features(TEXT, [featurizer])[1].features


def _vector(message: Message) -> NDArray[np.float32]:
    """Return a message's sentence vector."""
    vector: NDArray[np.float32] = message.get_dense_features(TEXT)[1].features[0]
    return vector
