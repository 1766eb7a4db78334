"""In the place of our language classifier where all lines are in one language, and there is nothing to learn."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.training_data.message import Message

from bot.languages import FALLBACK
from bot.pipeline.language_classifier import LANGUAGE, LIKELY_LANGUAGES, LanguageClassifier


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class OneLanguage(LanguageClassifier):
    """Every message is in the language that the configuration names."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`code`: of the language."""
        return {"code": FALLBACK}

    @classmethod
    def create(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> OneLanguage:
        """Called by Rasa."""
        return cls(config, model_storage, resource, None, {})

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> OneLanguage:
        """Called by Rasa with a trained model, in which there is nothing of this."""
        return cls.create(config, model_storage, resource, execution_context)

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the language of each message."""
        for message in messages:
            message.set(LANGUAGE, self._config["code"], add_to_output=True)
            message.set(LIKELY_LANGUAGES, [], add_to_output=True)
        return messages
