"""The short words by id: what stands with a service, what was noted, and what can be tapped. Loaded from `data/phrases.yml`."""

from pathlib import Path
from typing import Annotated, get_args

from pydantic import AfterValidator, ConfigDict
from pydantic.dataclasses import dataclass

from bot.content import PROJECT_FOLDER, load_record
from bot.routing import Condition, Note
from bot.services import PhoneLabel, ShortName
from bot.situation import QUESTIONS, AgeBand, Answer, Concern, Exploitation

STRICT = ConfigDict(extra="forbid")
HOURS = ("always", "open_now", "opens_today", "opens_tomorrow", "opens_day")
PLACEHOLDERS = {"time": "", "day": "", "area": "", "sign": "", "number": "", "url": ""}
SUMMARY = ("who", "age", "where", "when", "what", "past", "denied", "kind", "risk", "languages", "contact")
BUTTONS = (
    "yes",
    "no",
    "dont_know",
    "skip",
    "about_me",
    "about_somebody",
    "under_18",
    "maybe_under_18",
    "just_18",
    "over_18",
    "safe_now",
    "mistake",
    "call_card",
    "pack",
    "police",
    "council",
    "nhs",
    "school",
    "another",
    "not_asked",
)
SMS = ("opening", "numbers", "safe", "price", "elsewhere", "choose", "more", "help", "stopped", "started")
CHOICES = ("yes", "no", "dont_know", "back", "enough", "wrong", "take_back", "any", "done")


def _words_for(*ids: str) -> AfterValidator:
    """Make sure that every id has its words, and that the words hold no placeholder which nobody fills."""

    def check(words: dict[str, str]) -> dict[str, str]:
        if set(words) != set(ids):
            raise ValueError(f"must hold exactly {', '.join(sorted(ids))}")
        try:
            for text in words.values():
                text.format(**PLACEHOLDERS)
        except (KeyError, IndexError, ValueError) as error:
            raise ValueError(f"holds a placeholder that nothing fills: {error}") from error
        return words

    return AfterValidator(check)


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Phrases:
    """Words by id: labels of phones, opening, conditions and notes; the values of the slots; a summary's parts; choices."""

    labels: Annotated[dict[str, str], _words_for(*get_args(PhoneLabel))]
    hours: Annotated[dict[str, str], _words_for(*HOURS)]
    conditions: Annotated[dict[str, str], _words_for(*get_args(Condition))]
    notes: Annotated[dict[str, str], _words_for(*get_args(Note))]
    short_names: Annotated[dict[str, str], _words_for(*get_args(ShortName))]
    person: Annotated[dict[str, str], _words_for("me", "someone_else")]
    ages: Annotated[dict[str, str], _words_for(*get_args(AgeBand))]
    kinds: Annotated[dict[str, str], _words_for(*get_args(Exploitation))]
    concerns: Annotated[dict[str, str], _words_for(*get_args(Concern))]
    dangers: Annotated[dict[str, str], _words_for(*get_args(Answer))]
    summary: Annotated[dict[str, str], _words_for(*SUMMARY, "to_fill_in")]
    missing: Annotated[dict[str, str], _words_for(*QUESTIONS)]
    choices: Annotated[dict[str, str], _words_for(*CHOICES)]
    buttons: Annotated[dict[str, str], _words_for(*BUTTONS)]
    sms: Annotated[dict[str, str], _words_for(*SMS)]


def load_phrases(root: Path = PROJECT_FOLDER) -> Phrases:
    """Load the phrases.

    Raises:
        ContentError: every mistake in the file.
    """
    return load_record(root / "data" / "phrases.yml", Phrases)
