"""Tokens by spaCy's rules, in any of our languages and without a trained model.

A token's lemma is its plain form ("Heeelp" is "help", "he's" is "hes"), by which the n-grams see through how people type.
"""

from __future__ import annotations

from typing import Any

import spacy
from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.training_data.message import Message

from bot.text import plain


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class MultilingualTokenizer(Tokenizer):
    """Split a message with spaCy's language-independent tokenizer ("xx"), which no language is without."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Rasa asks every tokenizer whether to split intents; ours have no parts."""
        return {"intent_tokenization_flag": False, "intent_split_symbol": "_", "token_pattern": None}

    @staticmethod
    def required_packages() -> list[str]:
        """Packages that Rasa checks for before it loads this."""
        return ["spacy"]

    @classmethod
    def create(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> MultilingualTokenizer:
        """Called by Rasa."""
        return cls(config)

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__(config)
        self._spacy = spacy.blank("xx")

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        """Return the tokens of one message; a message of blanks only is one token."""
        text = message.get(attribute)
        words = [token for token in self._spacy.make_doc(text) if not token.is_space]
        tokens = [Token(word.text, word.idx, lemma=plain(word.text) or word.text) for word in words]
        split: list[Token] = self._apply_token_pattern(tokens or [Token(text, 0)])
        return split
