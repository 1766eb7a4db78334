"""What the components learn from the examples they still know when they are loaded, and the examples are those of the files."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, INTENT, METADATA, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer

from bot.languages import UNKNOWN
from bot.pipeline.examples_importer import ExamplesImporter
from bot.pipeline.language_classifier import LANGUAGE, LIKELY_LANGUAGES, LanguageClassifier
from bot.pipeline.ngram_features import NgramFeatures
from bot.pipeline.situation_classifier import PROBABILITIES, SituationClassifier
from bot.pipeline.tokenizer import MultilingualTokenizer
from bot.pipeline.vectorizers import Ngrams
from tests.bot.test_examples import GOOD

DIMENSIONS = 384
DANGERS = ("he has a knife", "she is not breathing", "are un cutit", "nu mai respira")
TALK = ("thank you so much", "good morning to you", "multumesc frumos", "buna dimineata")
ROMANIAN = ("are un cutit", "nu mai respira", "multumesc frumos", "buna dimineata")
TURKISH = ("cok tesekkur ederim", "gunaydin efendim")
LANGUAGES = {**dict.fromkeys(ROMANIAN, "ro"), **dict.fromkeys(TURKISH, "tr")}
REPEATED = 12  # a label with fewer examples is not learnt


def example(text: str, number: int) -> Message:
    """A training example with the features that the components before would have set on it."""
    said = {"danger": text in DANGERS}
    language = {"language": LANGUAGES.get(text, "en")}
    intent = "describe_situation" if text in DANGERS else "thank"
    return Message({TEXT: text, INTENT: intent, METADATA: {"intent": language, "example": said}, "number": number})


def with_meaning(message: Message) -> Message:
    """The message with a vector that tells dangers from talk, and a little noise of its own."""
    noise = np.random.default_rng(message.get("number", 0)).normal(size=(1, DIMENSIONS))
    noise[0, 0] += 20 if message.get(TEXT) in DANGERS else -20
    message.add_features(Features(noise, FEATURE_TYPE_SENTENCE, TEXT, "meaning"))
    return message


@pytest.fixture
def trained_and_loaded(tmp_path: Path) -> Callable[..., tuple[Any, Any]]:
    """Train a component, and load it again from what it kept."""

    def learn(component: type, config: dict[str, Any], examples: list[Message]) -> tuple[Any, Any]:
        storage = LocalModelStorage(tmp_path)
        resource, context = Resource("learnt"), ExecutionContext(GraphSchema({}), node_name="learnt")
        config = {**component.get_default_config(), **config}
        trained = component.create(config, storage, resource, context)
        trained.train(TrainingData(examples))
        return trained, component.load(config, storage, resource, context)

    return learn


@pytest.fixture
def examples() -> list[Message]:
    """Examples of two languages and two intents, tokenized."""
    tokenizer = MultilingualTokenizer(MultilingualTokenizer.get_default_config())
    written = [example(text, number) for number, text in enumerate((DANGERS + TALK + TURKISH) * REPEATED)]
    return tokenizer.process(written)


@pytest.mark.filterwarnings("ignore:the load_module:DeprecationWarning")  # by what Rasa checks files with
def test_examples_are_imported_as_rasa_reads_them(tmp_path: Path):
    """Ours is only faster."""
    (tmp_path / "ro.yml").write_text(GOOD, encoding="utf-8")
    ours, rasas = (importer(training_data_paths=[str(tmp_path)]) for importer in (ExamplesImporter, RasaFileImporter))
    read = [[message.data for message in importer.get_nlu_data().training_examples] for importer in (ours, rasas)]
    assert read[0] == [{**data, METADATA: {"example": {}, **data[METADATA]}} for data in read[1]]


@pytest.mark.parametrize(("text", "language"), [("he has a knife", "en"), ("are un cutit", "ro"), ("ხანძარი", UNKNOWN)])
def test_languages_are_known_after_loading(text: str, language: str, examples, trained_and_loaded):
    """Also that a script was never seen."""
    for classifier in trained_and_loaded(LanguageClassifier, {"sure": 0.5}, examples):
        (message,) = classifier.process([Message({TEXT: text})])
        assert message.get(LANGUAGE) == language
        assert message.get(LIKELY_LANGUAGES) == []


def test_ngrams_are_the_same_after_loading(examples, trained_and_loaded):
    """A row has length one."""
    rows = [
        featurizer.process([with_tokens("he has no knife")])[0].get_sparse_features(TEXT, [])[1].features.toarray()
        for featurizer in trained_and_loaded(NgramFeatures, {"analyzer": "char_wb", "min_ngram": 2, "max_ngram": 4}, examples)
    ]
    assert np.allclose(rows[0], rows[1])
    assert np.linalg.norm(rows[0]) == pytest.approx(1)


@pytest.mark.parametrize("text", ["he has no knife", "he he he has", "a word that nobody wrote", "?", ""])
def test_ngrams_weigh_as_scikit_learn_weighs_them(text: str):
    """Ours is only faster."""
    vectorizer = TfidfVectorizer(analyzer="char_wb", ngram_range=(1, 3), sublinear_tf=True).fit(DANGERS + TALK)
    columns, weights = Ngrams.learnt_by(vectorizer).row(text)
    theirs = vectorizer.transform([text])
    theirs.sort_indices()
    assert columns.tolist() == theirs.indices.tolist()
    assert weights == pytest.approx(theirs.data)


def test_a_word_of_one_language_is_not_that_of_another(examples, trained_and_loaded):
    """Where the featurizer keeps them apart."""
    for message in examples:
        message.set(LANGUAGE, LANGUAGES.get(message.get(TEXT), "en"))
    _, featurizer = trained_and_loaded(NgramFeatures, {"by_language": True}, examples)
    found = {
        language: featurizer.process([with_tokens("un cutit", language)])[0].get_sparse_features(TEXT, [])[1].features.nnz
        for language in ("ro", "en")
    }
    assert found == {"ro": 2, "en": 0}


def test_labels_are_the_same_after_loading(examples, trained_and_loaded):
    """Danger is told from talk by both."""
    _, letters = trained_and_loaded(NgramFeatures, {"alias": "letters"}, examples)
    config = {"labels": ["danger", "intent"], "featurizers": ["letters"]}
    ready = [with_meaning(message) for message in letters.process(examples)]
    both = trained_and_loaded(SituationClassifier, config, ready)
    read = [classifier.process([with_meaning(letters.process([with_tokens("a knife")])[0])])[0] for classifier in both]
    assert read[0].get(PROBABILITIES) == read[1].get(PROBABILITIES)
    told = [classifier.process([ready[place]])[0].get(PROBABILITIES)["danger"] > 0.5 for classifier in both for place in (0, 4)]
    assert told == [True, False, True, False]


@pytest.mark.parametrize(("said", "meant", "is_danger"), [(3, 0, True), (0, 3, True), (3, -2, True), (2, -3, False)])
def test_words_and_meaning_weigh_alike(said: float, meant: float, is_danger: bool, tmp_path: Path):
    """Where one says nothing the other decides; where they differ, the surer one."""
    learnt = {"words": np.array([[0], [said]]), "meaning": np.array([[0], [meant]])}
    learnt |= {"names": np.array(["danger"]), "centre": np.zeros(1)}
    config = {**SituationClassifier.get_default_config(), "featurizers": ["letters"]}
    classifier = SituationClassifier(config, LocalModelStorage(tmp_path), Resource("learnt"), learnt)
    message = Message({TEXT: "a message"})
    message.add_features(Features(csr_matrix((1, 1)), FEATURE_TYPE_SENTENCE, TEXT, "letters"))
    message.add_features(Features(np.ones((1, 1)), FEATURE_TYPE_SENTENCE, TEXT, "meaning"))
    (read,) = classifier.process([message])
    assert (read.get(PROBABILITIES)["danger"] > 0.5) == is_danger


def with_tokens(text: str, language: str = "en") -> Message:
    """A message as the tokenizer leaves it."""
    tokenizer = MultilingualTokenizer(MultilingualTokenizer.get_default_config())
    (message,) = tokenizer.process([Message({TEXT: text, LANGUAGE: language})])
    return message
