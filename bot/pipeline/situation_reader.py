"""The last word of the pipeline: word lists and trained classifiers become one reading, as entities, and the intent is settled.

Two lanes read danger and either one is enough. A classifier never takes back what the words say.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES, INTENT, METADATA, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.ages import ASKS_WHO
from bot.entities import to_entities
from bot.keywords import bare
from bot.languages import named_language
from bot.pipeline.language_classifier import LANGUAGE, LIKELY_LANGUAGES, LanguageClassifier
from bot.pipeline.situation_classifier import PROBABILITIES, SituationClassifier, probabilities_of
from bot.reading import Knowledge, Reading, read, shared_knowledge
from bot.situation import Person

_KEYWORD_INTENTS = {"resume": "resume", "pause": "pause", "forget": "forget_me"}
_ANSWER_INTENTS = {"yes": "affirm", "no": "deny", "dont_know": "dont_know", "skip": "skip"}
_TELL_OF_SOMEBODY = frozenset(
    {"describe_situation", "danger", "inform", "safe_now", "affirm", "deny", "dont_know", "skip", "cannot_speak"}
)
_EASILY_TAKEN_FOR_A_STORY = frozenset({"fear_exploiting", "business", "ask_signs", "stop_him", "ask_immigration"})
LIKELIER_THAN_NOT = 0.5
FEWEST_WORDS_OF_A_STORY = 3
# "Something is wrong at the car wash", "I am worried about my neighbour": a place where signs are noticed makes a story of it.
_EASILY_READ_INTO_A_WORRY = frozenset({"nlu_fallback", "ask_help", "other_help", "inform", "pause"})
# "I think my cousin is being used" must not be answered as if the cousin's friend did it.
_FEARS_TO_EXPLOIT = "fear_exploiting"
_SMALL_TALK = frozenset({"nlu_fallback", "out_of_scope", "greet", "thank", "goodbye", "other_help", "inform", "ask_help"})


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class SituationReader(GraphComponent):
    """Write the reading of each message as entities, and the intent that follows from it."""

    @classmethod
    def required_components(cls) -> list[type]:
        """Components that must come earlier in the pipeline."""
        return [LanguageClassifier, SituationClassifier]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Probabilities from which a label counts as said."""
        return {
            "danger": 0.4,
            "danger_in_an_answer": 0.6,
            "danger_against_words": 0.8,
            "danger_against_calm": 0.98,
            "unclear_danger": 0.2,
            "unclear_danger_in_an_answer": 0.33,
            "me": 0.52,
            "someone_else": 0.63,
            "me_against_words": 0.85,
            "someone_else_against_words": 0.8,
            "doubtful_me": 0.45,
            "doubtful_someone_else": 0.4,
            "age": 0.7,
            "age_in_an_answer": 0.9,
            "doubtful_child": 0.08,
            "kind": 0.38,
            "indicator": 0.5,
            "concern": 0.8,
            "staff": 0.85,
            "sure_of_intent": 0.55,
            "sure_of_a_pause": 0.97,
            "sure_of_no_story": 0.85,
        }

    @classmethod
    def create(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> SituationReader:
        """Called by Rasa."""
        return cls(config, shared_knowledge())

    def __init__(self, config: dict[str, Any], knowledge: Knowledge) -> None:
        self._config = config
        self._knowledge = knowledge

    def process(self, messages: list[Message]) -> list[Message]:
        """Read each message."""
        for message in messages:
            self._read(message)
        return messages

    def _read(self, message: Message) -> None:
        turn = message.get(METADATA) or {}
        written = bare(message.get(TEXT) or "")
        keyword = _KEYWORD_INTENTS.get(self._knowledge.keywords.get(written, ""))
        if keyword:
            message.set(INTENT, {"name": keyword, "confidence": 1.0}, add_to_output=True)
        if turn.get("decoy") and turn.get("danger") != "yes":
            _read_behind_the_decoy(message)
            return
        asks = turn.get("asks")
        likely = message.get(LIKELY_LANGUAGES) or ()
        words = read(message.get(TEXT) or "", asks, message.get(LANGUAGE), self._knowledge, likely)
        # "Someone is coming" alone has one meaning: no classifier may read a danger into it, and put 999 on the screen.
        reading = words if keyword else self._with_trained(words, message, asks)
        if turn.get("danger") == "yes":  # the gateway's lane
            reading = replace(reading, danger="yes")
        if asks == "person" and self._is_another_wish(message.get(INTENT) or {}):
            reading = replace(reading, person=words.person)
        intent = keyword or self._intent(message.get(INTENT) or {}, reading, asks)
        # "Polish please, he has a knife": danger goes before every other wish.
        wanted = [] if intent == "danger" else self._wanted_language(written, intent, asks)
        if wanted:
            intent = "change_language"
        reading = replace(reading, is_correction=reading.is_correction or intent == "correct")
        is_short_answer = intent in _ANSWER_INTENTS.values() and len(written.split()) < FEWEST_WORDS_OF_A_STORY
        # "No wait, sorry, I mean Huddersfield": an "I" in a correction says nothing of who is at risk.
        corrects_something_else = reading.is_correction and asks not in (None, "person")
        if words.answer or is_short_answer or corrects_something_else or intent not in _TELL_OF_SOMEBODY:
            # "That's enough", "go through the signs with me", "sorry, she is 19": who is at risk is open, or was said before.
            reading = replace(reading, person=words.person)
        message.set(ENTITIES, [*to_entities(reading), *wanted], add_to_output=True)
        message.set(INTENT, {**(message.get(INTENT) or {}), "name": intent}, add_to_output=True)

    def _wanted_language(self, written: str, intent: str | None, asks: str | None) -> list[dict[str, str]]:
        """Return the language that is asked for by its name, as an entity; somebody else's ("she speaks Polish") is not."""
        language = self._knowledge.language_names.get(written)
        if language is None and (intent == "change_language" or asks == "language"):
            language = named_language(written, self._knowledge.languages)
        return [{"entity": "language", "value": language}] if language else []

    def _is_surely_a_pause(self, classified: dict[str, Any]) -> bool:
        """Say whether somebody surely wants the screen hidden: "he's home, later"."""
        return classified.get("name") == "pause" and classified.get("confidence", 0.0) >= self._config["sure_of_a_pause"]

    def _with_trained(self, words: Reading, message: Message, asks: str | None) -> Reading:
        """Add what the classifiers read to what the words say."""
        probabilities = message.get(PROBABILITIES) or {}
        is_pause = self._is_surely_a_pause(message.get(INTENT) or {})
        bar = "danger_against_words" if is_pause else _bar_of_danger(words, asks)
        return replace(
            words,
            danger=self._danger(words, probabilities.get("danger", 0.0), asks, self._config[bar]),
            person=words.person if asks and words.person else self._person(words, probabilities, asks),
            age_band=self._ages(words, probabilities, asks) or self._said("age", _bar_of_age(asks), probabilities),
            audience=words.audience or ("staff" if probabilities.get("audience:staff", 0.0) >= self._config["staff"] else None),
            exploitation=words.exploitation | self._said("exploitation", "kind", probabilities),
            indicators=words.indicators | self._said("indicators", "indicator", probabilities),
            concerns=words.concerns | self._said("concerns", "concern", probabilities),
            topic=_likeliest("topic", probabilities),
        )

    def _danger(self, words: Reading, probability: float, asks: str | None, bar: float) -> Any:
        if words.danger == "yes" or (words.danger == "no" and asks == "danger"):
            return words.danger
        # "I am safe now" may be a part of something else; who is surely in danger is not told that it is over.
        if words.danger == "over" and probability < self._config["danger_against_words"]:
            return "over"
        if words.answer == "calm" and words.danger is None and probability < self._config["danger_against_calm"]:
            return None
        if probability >= bar and not (asks and words.answer in ("no", "dont_know")):
            return "yes"
        is_unclear = probability >= self._config["unclear_danger_in_an_answer" if asks else "unclear_danger"]
        return words.danger or ("unclear" if is_unclear else None)

    def _person(self, words: Reading, probabilities: dict[str, float], asks: str | None) -> Person | None:
        """The classifier must be very sure to overrule words, or where something else was asked: "Leeds" tells of nobody.

        Where it is sure and the words are not, or the other way round, nobody is taken for anybody: it is asked. Who is trapped
        and taken for a bystander is not told whom the trapped can ring.
        """
        probability_of_me = probabilities.get("person:me", 0.5)
        against = "_against_words" if words.person or asks else ""
        if probability_of_me >= self._config[f"me{against}"]:
            return "me"
        if 1 - probability_of_me >= self._config[f"someone_else{against}"]:
            return "someone_else"
        probability_of_words = probability_of_me if words.person == "me" else 1 - probability_of_me
        is_doubtful = words.person and probability_of_words < self._config[f"doubtful_{words.person}"]
        return None if is_doubtful else words.person

    def _ages(self, words: Reading, probabilities: dict[str, float], asks: str | None) -> frozenset[str]:
        """Return the ages that the words tell, but not of children who are named and surely not at risk: "their children"."""
        is_the_answer = asks == "age_band" and words.age_band == {"child"}
        if is_the_answer or probabilities.get("age:child", 1.0) >= self._config["doubtful_child"]:
            return words.age_band
        return words.age_band - {"child"}

    def _intent(self, classified: dict[str, Any], reading: Reading, asks: str | None) -> str | None:
        """Return the intent that a reading leaves of the classified one."""
        name = classified.get("name")
        if reading.danger == "yes":
            return "danger"
        if asks and _answers(reading, asks):
            return "inform"
        if asks == "indicator" and (reading.answer or reading.settings):
            return "inform"
        if asks and reading.answer in _ANSWER_INTENTS:
            return _ANSWER_INTENTS[reading.answer]
        if name in _SMALL_TALK and _tells_of_somebody(reading):
            return "describe_situation"
        if self._is_surely_a_pause(classified):
            return name
        if not asks and name in _EASILY_READ_INTO_A_WORRY and reading.settings:
            return "describe_situation"
        if classified.get("confidence", 0.0) >= self._config[self._bar(name, reading, asks)]:
            return name
        if asks:
            return "inform"
        return "describe_situation" if name == _FEARS_TO_EXPLOIT or _tells_of_somebody(reading) else name

    def _is_another_wish(self, classified: dict[str, Any]) -> bool:
        """Say whether a message surely wants something else than to tell of somebody: "write a summary for the helpline"."""
        is_sure = classified.get("confidence", 0.0) >= self._config["sure_of_intent"]
        return is_sure and classified.get("name") not in _TELL_OF_SOMEBODY

    def _bar(self, name: str | None, reading: Reading, asks: str | None) -> str:
        """Return which threshold an intent must pass: a higher one where it is easily taken for another."""
        if asks and name == "pause":
            return "sure_of_a_pause"
        tells = name == _FEARS_TO_EXPLOIT or bool(reading.exploitation or reading.indicators)
        is_story_too = name in _EASILY_TAKEN_FOR_A_STORY and tells
        return "sure_of_no_story" if is_story_too else "sure_of_intent"

    def _said(self, key: str, threshold: str, probabilities: dict[str, float]) -> frozenset[str]:
        found = probabilities_of(key, probabilities)
        return frozenset(value for value, probability in found.items() if probability >= self._config[threshold])


def _read_behind_the_decoy(message: Message) -> None:
    """Read nothing: somebody else may be writing. Only the word to go on is heard, and danger said outright, before this."""
    intent = message.get(INTENT) or {}
    name = intent.get("name")
    message.set(ENTITIES, [], add_to_output=True)
    message.set(INTENT, {**intent, "name": name if name == "resume" else "decoy"}, add_to_output=True)


def _bar_of_danger(words: Reading, asks: str | None) -> str:
    """Return which threshold danger must pass: a higher one in answer to another question, for "a nurse" is no cry for help.

    The highest, where the words answer it: "Crewe", alone and in other letters, looks like anything to a classifier.
    """
    if asks in (None, "danger"):
        return "danger"
    return "danger_against_words" if _answers(words, asks) else "danger_in_an_answer"


def _bar_of_age(asks: str | None) -> str:
    """Return which threshold an age must pass: a higher one where something else was asked. "Batley, WF17" is nobody's age."""
    return "age" if asks in ASKS_WHO else "age_in_an_answer"


def _likeliest(key: str, probabilities: dict[str, float]) -> str | None:
    """Return the value of a key that is likelier said than not, and likelier than any other."""
    said = probabilities_of(key, probabilities)
    best = max(said, key=said.__getitem__, default=None)
    return best if best is not None and said[best] >= LIKELIER_THAN_NOT else None


def _answers(reading: Reading, asks: str) -> bool:
    value = reading.areas if asks == "area" else getattr(reading, asks, None)
    return bool(value) and value != "unclear"


def _tells_of_somebody(reading: Reading) -> bool:
    told = reading.exploitation or reading.indicators or reading.age_band or reading.areas or reading.concerns
    return bool(told or reading.danger == "unclear")
