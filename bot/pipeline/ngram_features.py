"""The n-grams of a message as Rasa features: of its letters, for typos, dialect and text-speak, or of its words.

Rasa's own featurizer takes each example by itself and counts for every word of it too, which nothing here reads: with
our examples that is minutes of every training and milliseconds of every message.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import FEATURIZER_CLASS_ALIAS, TOKENS_NAMES
from rasa.nlu.featurizers.sparse_featurizer.sparse_featurizer import SparseFeaturizer
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer

from bot.pipeline.language_classifier import LANGUAGE, LanguageClassifier
from bot.pipeline.vectorizers import Ngrams

EVERY_WORD = r"\S+"  # short ones too: "he", "no", and most words in Chinese


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class NgramFeatures(SparseFeaturizer, GraphComponent):
    """Add the n-grams of each message's plain words, rare ones weighing more; a row has length one."""

    @classmethod
    def required_components(cls) -> list[type]:
        """Components that must come earlier in the pipeline."""
        return [LanguageClassifier, Tokenizer]

    @staticmethod
    def required_packages() -> list[str]:
        """Packages that Rasa checks for before it loads this."""
        return ["sklearn"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """As scikit-learn's: `analyzer` char_wb or word, `min_ngram` to `max_ngram`, in at least `min_df` examples.

        `by_language`: a word that two languages share ("he", "am") is another word in each.
        """
        own = {"analyzer": "word", "min_ngram": 1, "max_ngram": 1, "min_df": 1, "by_language": False}
        return {**SparseFeaturizer.get_default_config(), **own}

    @classmethod
    def create(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> NgramFeatures:
        """Called by Rasa for training."""
        return cls(execution_context.node_name, config, model_storage, resource, None)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> NgramFeatures:
        """Called by Rasa with a trained model."""
        with model_storage.read_from(resource) as folder:
            ngrams = Ngrams.kept_in(folder, _untrained(config))
        return cls(execution_context.node_name, config, model_storage, resource, ngrams)

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Called by Rasa; scikit-learn says what is wrong."""

    def __init__(
        self, name: str, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, ngrams: Ngrams | None
    ) -> None:
        super().__init__(name, config)
        self._model_storage = model_storage
        self._resource = resource
        self._ngrams = ngrams  # None until it is trained

    def train(self, training_data: TrainingData) -> Resource:
        """Learn which n-grams there are, and how rare each is."""
        vectorizer = _untrained(self._config)
        vectorizer.fit(map(self._plain_words, _worded(training_data.training_examples)))
        self._ngrams = Ngrams.learnt_by(vectorizer)
        with self._model_storage.write_to(self._resource) as folder:
            self._ngrams.keep(folder)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the n-grams to each message."""
        assert self._ngrams is not None
        for message in _worded(messages):
            columns, weights = self._ngrams.row(self._plain_words(message))
            row = csr_matrix((weights, columns, [0, len(columns)]), shape=(1, len(self._ngrams)))
            message.add_features(Features(row, FEATURE_TYPE_SENTENCE, TEXT, self._config[FEATURIZER_CLASS_ALIAS]))
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Add the n-grams to each training example."""
        self.process(training_data.training_examples)
        return training_data

    def _plain_words(self, message: Message) -> str:
        tag = f"{message.get(LANGUAGE)}:" if self._config["by_language"] else ""
        return " ".join(tag + token.lemma for token in message.get(TOKENS_NAMES[TEXT]))


def _untrained(config: dict[str, Any]) -> TfidfVectorizer:
    return TfidfVectorizer(
        analyzer=config["analyzer"],
        token_pattern=EVERY_WORD if config["analyzer"] == "word" else None,
        ngram_range=(config["min_ngram"], config["max_ngram"]),
        min_df=config["min_df"],
        lowercase=False,  # plain words are
        sublinear_tf=True,
        dtype=np.float32,
    )


def _worded(messages: list[Message]) -> list[Message]:
    return [message for message in messages if message.get(TEXT)]
