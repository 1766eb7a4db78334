"""Which language a message is in, learnt from the training examples: short texts, without accents, in Latin letters too.

The script decides where it can: what is written in a script that no example is written in belongs to a language we do not know.
Languages that have examples but no folder in `locales/` are recognised so that they are not taken for a neighbour.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import METADATA, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.special import expit
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import SGDClassifier

from bot.languages import FALLBACK, UNKNOWN
from bot.pipeline.vectorizers import Ngrams
from bot.scripts import main_script
from bot.text import clean

FEWEST_EXAMPLES_OF_OURS = 400
FEWEST_WORDS_THAT_TELL = 3
LEARNT = "languages.npz"
LANGUAGE = "language"  # the message property that holds the code of the language it is in
LIKELY_LANGUAGES = "likely_languages"  # those that it may be in as well, where that is not clear


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class LanguageClassifier(GraphComponent):
    """Set the language of each message."""

    @staticmethod
    def required_packages() -> list[str]:
        """Packages that Rasa checks for before it loads this."""
        return ["sklearn"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`sure`: the probability from which a message changes the conversation's language; `likely`: that of a second one."""
        return {"sure": 0.8, "likely": 0.2}

    @classmethod
    def create(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> LanguageClassifier:
        """Called by Rasa for training."""
        return cls(config, model_storage, resource, None, {})

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> LanguageClassifier:
        """Called by Rasa with a trained model."""
        with model_storage.read_from(resource) as folder:
            letters = Ngrams.kept_in(folder, _untrained_letters())
            with np.load(folder / LEARNT, allow_pickle=False) as learnt:
                return cls(config, model_storage, resource, letters, dict(learnt))

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        letters: Ngrams | None,
        learnt: dict[str, NDArray[Any]],
    ) -> None:
        self._config = config
        self._model_storage = model_storage
        self._resource = resource
        self._letters = letters  # None until it is trained
        self._learnt = learnt  # `codes` of the languages; of each the weight of every n-gram, and a bias; known `scripts`

    def train(self, training_data: TrainingData) -> Resource:
        """Learn the languages from what each example says of its own."""
        examples = [example for example in training_data.intent_examples if example.get(TEXT)]
        texts = [_readable(example.get(TEXT)) for example in examples]
        stated = [_stated(example) for example in examples]
        model = SGDClassifier(loss="log_loss", alpha=1e-6, class_weight=_weights(Counter(stated)), random_state=7)
        vectorizer = _untrained_letters()
        model.fit(vectorizer.fit_transform(texts), stated)
        self._letters = Ngrams.learnt_by(vectorizer)
        self._learnt = {
            "codes": np.array(model.classes_),
            "weights": model.coef_.astype(np.float32),
            "biases": model.intercept_.astype(np.float32),
            "scripts": np.array(sorted(filter(None, set(map(main_script, texts))))),
        }
        with self._model_storage.write_to(self._resource) as folder:
            self._letters.keep(folder)
            np.savez(folder / LEARNT, **self._learnt)
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """An example's language is the one it states."""
        for example in training_data.training_examples:
            example.set(LANGUAGE, _stated(example))
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the language of each message; in a conversation it changes only where the message leaves no doubt."""
        for message in messages:
            before = (message.get(METADATA) or {}).get("language")
            language, likely = self._languages(_readable(message.get(TEXT) or ""), before)
            message.set(LANGUAGE, language, add_to_output=True)
            message.set(LIKELY_LANGUAGES, likely, add_to_output=True)
        return messages

    def _languages(self, text: str, before: str | None) -> tuple[str, list[str]]:
        """Return the language of a text, and those that it may be in as well."""
        script = main_script(text)
        if script is None:
            return before or FALLBACK, []
        if script not in self._learnt["scripts"]:
            return UNKNOWN, []
        probabilities = self._probabilities(text)
        best = int(np.argmax(probabilities))
        language = str(self._learnt["codes"][best])
        # One or two Latin words that many languages share ("no", "hi", "am 30") say nothing yet.
        tells = script != "Latin" or sum(any(map(str.isalpha, word)) for word in text.split()) >= FEWEST_WORDS_THAT_TELL
        if probabilities[best] >= self._config["sure"] and (tells or before is None):
            return language, []
        ranked = sorted(zip(probabilities, map(str, self._learnt["codes"]), strict=True), reverse=True)
        likely = [code for probability, code in ranked if probability >= self._config["likely"]]
        return before or (language if tells else FALLBACK), likely

    def _probabilities(self, text: str) -> list[float]:
        """Return the probability of each language, in the order of their codes."""
        assert self._letters is not None
        columns, letters = self._letters.row(text)
        scores = self._learnt["weights"][:, columns] @ letters + self._learnt["biases"]
        each = expit(scores)
        found: list[float] = (each / each.sum()).tolist()
        return found


def _untrained_letters() -> TfidfVectorizer:
    return TfidfVectorizer(analyzer="char_wb", ngram_range=(1, 4), min_df=2, sublinear_tf=True, dtype=np.float32)


def _weights(counts: Counter[str]) -> dict[str, float]:
    """Return the weight of an example of each language: all languages count alike, but for those with few examples.

    These we only have to know when we see them; if they counted as much, they would draw messages from their neighbours, and
    whoever wrote them would be answered in English.
    """
    each = counts.total() / len(counts)
    return {language: each / max(count, FEWEST_EXAMPLES_OF_OURS) for language, count in counts.items()}


def _readable(text: str) -> str:
    return clean(text).casefold()


def _stated(example: Message) -> str:
    stated: str = (example.get(METADATA) or {}).get("intent", {}).get("language", FALLBACK)
    return stated
