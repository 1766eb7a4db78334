"""Which of a language's word lists a message touches, as Rasa features: what the lists know helps the classifiers decide.

A phrase such as "last year" or "in the film" proves nothing by itself, but it weighs.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import FEATURIZER_CLASS_ALIAS
from rasa.nlu.featurizers.sparse_featurizer.sparse_featurizer import SparseFeaturizer
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix

from bot.lexicon import Lexicon
from bot.pipeline.language_classifier import LANGUAGE, LanguageClassifier
from bot.reading import Knowledge, shared_knowledge
from bot.text import plain

# Only what colours a sentence. What the danger lane reads outright is left out: it adds to the classifier's reading anyway, and
# a classifier that learnt it would trust the lists more on new messages than they deserve.
_DANGER_LISTS = ("unclear", "denied", "past", "not_now", "right_now", "not_real", "idioms")


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class WordListFeatures(SparseFeaturizer, GraphComponent):
    """Add one column a word list; a row that touches any has length one."""

    @classmethod
    def required_components(cls) -> list[type]:
        """Components that must come earlier in the pipeline."""
        return [LanguageClassifier, Tokenizer]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Nothing of its own."""
        return {**SparseFeaturizer.get_default_config()}

    @classmethod
    def create(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> WordListFeatures:
        """Called by Rasa."""
        return cls(execution_context.node_name, config, shared_knowledge())

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Called by Rasa; there is nothing to get wrong."""

    def __init__(self, name: str, config: dict[str, Any], knowledge: Knowledge) -> None:
        super().__init__(name, config)
        self._knowledge = knowledge

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the columns to each message."""
        for message in messages:
            if message.get(TEXT):
                self._add(message)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Add the columns to each training example."""
        self.process(training_data.training_examples)
        return training_data

    def _add(self, message: Message) -> None:
        lexicon = self._knowledge.lexicon(message.get(LANGUAGE))
        touched = np.array([word_lists_touched(plain(message.get(TEXT)), lexicon)], dtype=np.float32)
        row = csr_matrix(touched / (np.linalg.norm(touched) or 1))
        message.add_features(Features(row, FEATURE_TYPE_SENTENCE, TEXT, self._config[FEATURIZER_CLASS_ALIAS]))


def word_lists_touched(text: str, lexicon: Lexicon) -> list[bool]:
    """Return, in a fixed order, which of the lists a plain text touches."""
    lists = [getattr(lexicon.danger, name) for name in _DANGER_LISTS]
    lists += [lexicon.person.me, lexicon.person.someone_else, lexicon.staff]
    return [phrases.found_in(text) for phrases in lists]
