"""The trained reading: intent, danger, person, age, kinds, concerns, indicators and topics, learnt from the examples.

One logistic regression a label over the features of the message: its n-grams, and its meaning. Where neural networks are asked
for, they read the meaning instead, apart from the n-grams, and so do the examples whose meaning is nearest; the readings weigh
alike. All this only adds to what the word lists read. Every value that the examples carry is learnt, so that a new indicator or
topic needs nothing but examples.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

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
from scipy.special import expit, logit
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier

DESCRIBES = "describe_situation"
PROBABILITIES = "label_probabilities"  # the message property that holds {label: probability}
WEIGHT_OF_THE_MEANING = 3.0  # the vectors of any two messages are close together: what tells them apart is small
WEIGHT_FOR_NETWORKS = 8.0  # of the same, once what all messages have in common is taken out
HIDDEN_UNITS = 256
ROUNDS = 6  # through the examples; after more of them a network knows the examples by heart, and new messages less well
PASSES = 20  # the same for a logistic regression; five times as many make it no better
SUREST = 14.0  # log-odds that a network may have: one in a million
NEARER_COUNTS_MORE = 20.0  # an example nearer by a tenth of the cosine counts seven times as much
SUREST_EXAMPLES = 0.98  # however the nearest examples agree: they are few
SEEN_WITHOUT_BEING_SEEN = 0.5  # how often an n-gram counts as seen where it was not
LEARNT = "labels.npz"
FEWEST_EXAMPLES = 10  # a label seen less often is not learnt

_Truths = list[bool | None]  # what each example says of a label; None: nothing

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


@dataclass(frozen=True, slots=True)
class _Row:
    """The features of a message: in which columns, of how many, which values."""

    columns: NDArray[np.int64]
    values: NDArray[np.float32]
    width: int


def _said(example: Message) -> dict[str, Any]:
    """Return what an example says of itself."""
    labels: dict[str, Any] = (example.get(METADATA) or {}).get("example") or {}
    return {**labels, INTENT: example.get(INTENT)}


def _values(labels: dict[str, Any], key: str) -> list[str]:
    found = labels.get(key, [])
    return [found] if isinstance(found, str) else list(found)


def _only_where_said(example: Message) -> tuple[str, ...]:
    """Return the keys whose absence from an example tells nothing."""
    # Not every story was looked through for signs. Whoever tells none has none.
    return ("person", "topic", "indicators") if example.get(INTENT) == DESCRIBES else ("person", "topic")


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
        """`labels`: keys of the examples' metadata; `featurizers`: the sparse ones; `strength`: how freely it may fit.

        `networks`: so many neural networks read the vector of a message, so that meanings which no straight line divides are
        told apart too; 0: the logistic regression reads it beside the n-grams. `neighbours`: with networks, so many examples of
        the nearest meaning are asked what they say; every example must speak of the labels then.
        """
        return {
            "labels": ["danger"],
            "featurizers": ["letters", "words", "lists"],
            "strength": 10.0,
            "networks": 0,
            "neighbours": 16,
        }

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
            kept = dict(learnt)
        if "examples" in kept:
            # Numbers of half the length take half the room in the model, and far longer to multiply.
            kept["examples"] = kept["examples"].astype(np.float32)
        return cls(config, model_storage, resource, kept)

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
        wanted = {label.name: truths for label in self._labels(examples) if (truths := _truths(label, examples)) is not None}
        self._learnt = {"names": np.array(list(wanted)), "centre": self._centre(examples)}
        features, meanings = map(self._features, examples), map(self._meaning, examples)
        self._learnt |= self._learn(list(wanted.values()), _together(list(features)), np.array(list(meanings)))
        with self._model_storage.write_to(self._resource) as folder:
            np.savez(folder / LEARNT, **self._learnt)
        return self._resource

    def _labels(self, examples: list[Message]) -> Iterator[_Label]:
        for key in self._config["labels"]:
            values = {value for example in examples for value in _values(_said(example), key)} if key != "danger" else {None}
            yield from (_Label(key, value) for value in sorted(values, key=str))

    def _learn(
        self, labels: list[_Truths], features: csr_matrix, meanings: NDArray[np.float32]
    ) -> dict[str, NDArray[np.float32]]:
        """Learn each label from what the examples say of it; the labels share the machine's cores.

        Returns:
            `factors`: a column a label, the weight of each feature, and at the end of what is always there; and where networks
            are asked for, their layers: `inner` and `outer` weights and biases, by label and network; the meanings of the
            `examples`, each of length one, and in a row each what they `said`.
        """
        share = Parallel(n_jobs=-1)
        seeds = range(self._config["networks"])
        fitted = delayed(_fitted_to_contrasts if seeds else _fitted)
        of_labels = share(fitted(features, *_spoken(truths), self._config["strength"]) for truths in labels)
        factors = np.array(of_labels).T.copy()  # a message's few features then stand together, of all labels at once
        if not seeds:
            return {"factors": factors}
        networks = [share(delayed(_network)(meanings, *_spoken(truths), seed) for seed in seeds) for truths in labels]
        return {
            "factors": factors,
            **{
                layer: np.array([[network[layer] for network in of_label] for of_label in networks])
                for layer in ("inner", "inner_biases", "outer", "outer_bias")
            },
            "examples": (meanings / WEIGHT_FOR_NETWORKS).astype(np.float16),
            "said": np.array(labels, dtype=np.float32).T,
        }

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the probability of every label on each message, and its intent where that is one of the labels."""
        for message in messages:
            probabilities = self._probabilities(message)
            message.set(PROBABILITIES, {**(message.get(PROBABILITIES) or {}), **probabilities})
            if ranking := _ranked(probabilities):
                message.set(INTENT, ranking[0], add_to_output=True)
                message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Nothing later in the pipeline learns from these probabilities."""
        return training_data

    def _features(self, message: Message) -> _Row:
        """Return a message's features side by side: each block of length one, so that none drowns the others."""
        blocks = [_sparse(message, featurizer) for featurizer in self._config["featurizers"]]
        if not self._config["networks"]:
            blocks.append(csr_matrix(self._meaning(message)))
        starts = np.cumsum([0, *(block.shape[1] for block in blocks)])
        columns = [block.indices + start for block, start in zip(blocks, starts, strict=False)]
        return _Row(np.concatenate(columns), np.concatenate([block.data for block in blocks]), int(starts[-1]))

    def _centre(self, examples: list[Message]) -> NDArray[np.float32]:
        """Return what all meanings have in common: any two are close together, and networks see only what tells them apart."""
        vectors = np.array([_vector(example) for example in examples])
        centre = vectors.mean(axis=0) if self._config["networks"] else np.zeros(vectors.shape[1])
        return np.asarray(centre, dtype=np.float32)

    def _meaning(self, message: Message) -> NDArray[np.float32]:
        """Return the meaning of a message as what reads it wants it."""
        weight = WEIGHT_FOR_NETWORKS if self._config["networks"] else WEIGHT_OF_THE_MEANING
        apart = _vector(message) - self._learnt["centre"]
        return np.asarray(apart / (np.linalg.norm(apart) or 1) * weight, dtype=np.float32)

    def _probabilities(self, message: Message) -> dict[str, float]:
        """Return the probability of every label for one message."""
        features, factors = self._features(message), self._learnt["factors"]
        scores = features.values @ factors[features.columns] + factors[-1]
        if self._config["networks"]:
            # Learnt together, the n-grams would lean on the meaning, and both fail on a new message; apart, they fail apart.
            meaning = self._meaning(message)
            scores = (scores + self._scores_of_networks(meaning) + self._scores_of_neighbours(meaning)) / 3
        return dict(zip(self._learnt["names"].tolist(), expit(scores).tolist(), strict=True))

    def _scores_of_networks(self, meaning: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return of each label the mean of what its networks say of one message, as log-odds."""
        learnt = self._learnt
        hidden = np.maximum(meaning @ learnt["inner"] + learnt["inner_biases"], 0)
        scores = (hidden * learnt["outer"]).sum(axis=-1) + learnt["outer_bias"]
        return np.asarray(np.clip(scores, -SUREST, SUREST).mean(axis=-1), dtype=np.float32)

    def _scores_of_neighbours(self, meaning: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return of each label what the examples of the nearest meaning say of it, the nearer the more, as log-odds."""
        examples, said = self._learnt["examples"], self._learnt["said"]
        alike = examples @ (meaning / WEIGHT_FOR_NETWORKS)
        number = min(self._config["neighbours"], len(alike))
        nearest = np.argpartition(alike, -number)[-number:]
        weights = np.exp((alike[nearest] - alike[nearest].max()) * NEARER_COUNTS_MORE)
        share = weights @ said[nearest] / weights.sum()
        return np.asarray(logit(np.clip(share, 1 - SUREST_EXAMPLES, SUREST_EXAMPLES)), dtype=np.float32)


def _truths(label: _Label, examples: list[Message]) -> _Truths | None:
    """Return what each example says of a label; None where too few examples carry it."""
    truths = [label.of(example) for example in examples]
    if min(truths.count(True), truths.count(False)) < FEWEST_EXAMPLES:
        _log.warning("data/nlu: %s: under %d examples, not learnt", label.name, FEWEST_EXAMPLES)
        return None
    return truths


def _spoken(truths: _Truths) -> tuple[list[int], NDArray[np.bool_]]:
    """Return the examples that speak of a label, and what they say."""
    rows = [row for row, truth in enumerate(truths) if truth is not None]
    return rows, np.array([truths[row] for row in rows], dtype=bool)


def _fitted(features: csr_matrix, rows: list[int], said: NDArray[np.bool_], strength: float) -> NDArray[np.float32]:
    """Return the weight of each feature for one label, learnt from the rows of the examples that speak of it."""
    # In the dual form, and ended early, it reads new messages as well as the primal one, in a thirtieth of the time.
    form = {"solver": "liblinear", "dual": True, "tol": 0.1, "max_iter": PASSES, "random_state": 7}
    model = LogisticRegression(C=strength, class_weight="balanced", **form)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(features[rows], said)
    return np.append(model.coef_[0], model.intercept_).astype(np.float32)


def _fitted_to_contrasts(
    features: csr_matrix, rows: list[int], said: NDArray[np.bool_], strength: float
) -> NDArray[np.float32]:
    """Return the same for n-grams that are read alone: each weighs more, the more it is said on one side only.

    Wang and Manning, "Baselines and Bigrams" (2012), https://aclanthology.org/P12-2018.
    """
    seen = features[rows].sign()
    often, seldom = (np.asarray(seen[side].sum(axis=0)).ravel() + SEEN_WITHOUT_BEING_SEEN for side in (said, ~said))
    contrasts = np.log(often / often.sum()) - np.log(seldom / seldom.sum())
    weights = _fitted((features @ diags(contrasts)).tocsr(), rows, said, strength)
    return weights * np.append(contrasts, 1).astype(np.float32)


def _network(
    meanings: NDArray[np.float32], rows: list[int], said: NDArray[np.bool_], seed: int
) -> dict[str, NDArray[np.float32]]:
    """Return the layers of a network that has learnt one label from the meanings of the examples that speak of it."""
    spoken = meanings[rows]
    network = MLPClassifier((HIDDEN_UNITS,), alpha=1e-3, batch_size=256, random_state=seed)
    for _ in range(ROUNDS):
        network.partial_fit(spoken, said, classes=[False, True])
    (inner, outer), (inner_biases, outer_bias) = network.coefs_, network.intercepts_
    return {"inner": inner, "inner_biases": inner_biases, "outer": outer[:, 0], "outer_bias": outer_bias[0]}


def probabilities_of(key: str, probabilities: dict[str, float]) -> dict[str, float]:
    """Return the probability of each value of a key: of "topic:cost" and its like, by "cost"."""
    return {name.partition(":")[2]: value for name, value in probabilities.items() if name.startswith(f"{key}:")}


def _ranked(probabilities: dict[str, float]) -> list[dict[str, Any]]:
    """Return the intents, the likeliest first; their confidences sum up to one."""
    intents = probabilities_of(INTENT, probabilities)
    ranking = sorted(intents.items(), key=lambda intent: -intent[1])
    whole = sum(intents.values())
    return [{INTENT_NAME_KEY: name, PREDICTED_CONFIDENCE_KEY: value / whole} for name, value in ranking]


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
