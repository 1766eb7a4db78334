"""Every text that Waymark may show, by its reference: what translators translate and what the checks check.

A reference is a path: `topics/cost/text`, `phrases/ages/child`, `replies/utter_ask_area/writes_about=me`. It is the context
of the text in the catalogues, so that the same English words may be said differently in different places. Names of services,
numbers and names of places stay as they are in every language.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.areas import Area
from bot.catalogue import is_emergency
from bot.content import PROJECT_FOLDER
from bot.directory import Directory, load_directory
from bot.handbook import Handbook, load_handbook
from bot.page import load_page
from bot.phrases import Phrases, load_phrases
from bot.replies import PLACEHOLDER, Replies, load_replies, reply_reference
from bot.services import Service
from bot.workplace import load_workplace

# Public texts are said in every language; those for staff, for businesses and for practice in English and Welsh.
ALSO_FOR_STAFF = ("cy",)
STAFF_CHANNELS = ("slack", "teams")
_STAFF_REPLIES = (
    "utter_advice_staff",
    "utter_ask_consent",
    "utter_ask_first_responder",
    "utter_greeting_staff",
    "utter_practice",
)
_STAFF_PHRASES = (
    "phrases/missing/",
    "phrases/buttons/police",
    "phrases/buttons/council",
    "phrases/buttons/nhs",
    "phrases/buttons/school",
    "phrases/buttons/another",
    "phrases/buttons/not_asked",
)


@dataclass(frozen=True, slots=True)
class Text:
    """One text: its reference, its English words, the file they stand in, and for whom they are.

    `is_for_staff`: translated into Welsh only.
    """

    reference: str
    english: str
    file: str
    is_for_staff: bool = False

    def is_for(self, language: str) -> bool:
        """Say whether it is to be translated into a language."""
        return language in ALSO_FOR_STAFF or not self.is_for_staff

    @property
    def is_emergency(self) -> bool:
        """Whether its last good translation is said until it is renewed."""
        return is_emergency(self.reference)


def load_texts(root: Path = PROJECT_FOLDER) -> list[Text]:
    """Return every text once, emergencies first, then in the order in which they are worth translating.

    Raises:
        ContentError: every mistake in the first collection that has any.
    """
    texts = [
        *_of_replies(load_replies(root)),
        *_of_phrases(load_phrases(root)),
        *_of_page(load_page(root)),
        *_of_workplace(load_workplace(root)),
        *_of_directory(load_directory(root / "data")),
        *_of_handbook(load_handbook(root)),
    ]
    return sorted(texts, key=lambda text: (not text.is_emergency, text.is_for_staff))


def _of_replies(replies: Replies) -> Iterator[Text]:
    for name, variations in replies.responses.items():
        for variation in variations:
            if not any(letter.isalpha() for letter in PLACEHOLDER.sub("", variation["text"])):
                continue  # its words stand elsewhere
            reference = reply_reference(name, variation)
            in_their_apps = variation.get("channel") in STAFF_CHANNELS
            is_for_staff = in_their_apps or name.startswith(_STAFF_REPLIES) or "audience=staff" in reference
            yield Text(reference, variation["text"], "domain.yml", is_for_staff)


def _of_phrases(phrases: Phrases) -> Iterator[Text]:
    for group in phrases.__dataclass_fields__:
        for id_, english in getattr(phrases, group).items():
            reference = f"phrases/{group}/{id_}"
            if any(letter.isalpha() for letter in english):
                yield Text(reference, english, "data/phrases.yml", reference.startswith(_STAFF_PHRASES))


def _of_page(page: Mapping[str, str]) -> Iterator[Text]:
    yield from (Text(f"page/{id_}", english, "data/page.yml") for id_, english in page.items())


def _of_workplace(workplace: Mapping[str, Mapping[str, str]]) -> Iterator[Text]:
    for group, texts in workplace.items():
        for id_, english in texts.items():
            yield Text(f"workplace/{group}/{id_}", english, "data/workplace.yml", is_for_staff=True)


def _of_directory(directory: Directory) -> Iterator[Text]:
    for service in directory.services.values():
        yield from _of_service(service)
    for area in directory.areas.values():
        yield from _of_area(area)


def _of_service(service: Service) -> Iterator[Text]:
    file, start = f"data/services/{service.id}.yml", f"services/{service.id}"
    is_for_staff = service.audience == "staff"
    for field in ("description", "child_description", "note", "url_label"):
        yield from _text(f"{start}/{field}", getattr(service, field), file, is_for_staff)
    yield from _text(f"{start}/staff_description", service.staff_description, file, True)
    if service.instead:
        yield Text(f"{start}/instead/note", service.instead.note, file, is_for_staff)
    for place, phone in enumerate(service.phones):
        yield from _text(f"{start}/phones/{place}/extension_note", phone.extension_note, file, phone.audience == "staff")


def _of_area(area: Area) -> Iterator[Text]:
    file, start = f"data/areas/{area.id}.yml", f"areas/{area.id}"
    if area.kind != "council":
        yield Text(f"{start}/name", area.name, file)
    for whom in ("children", "adults"):
        step = getattr(area.next_steps, whom)
        yield from _text(f"{start}/next_steps/{whom}/text", step and step.text, file)


def _of_handbook(handbook: Handbook) -> Iterator[Text]:
    for line, english in handbook.call_card.lines.items():
        yield Text(f"call_card/{line}", english, "data/call_card.yml")
    for topic in handbook.topics.values():
        is_for_staff = topic.audience == "staff" or topic.answers == "business"
        for field in ("title", "text", "child_text"):
            yield from _text(f"topics/{topic.id}/{field}", getattr(topic, field), f"data/topics/{topic.id}.yml", is_for_staff)
    for setting in handbook.settings.values():
        yield Text(f"settings/{setting.id}/name", setting.name, f"data/settings/{setting.id}.yml")
    for indicator in handbook.indicators.values():
        for field in ("question", "question_me", "sign", "sign_me", "explanation"):
            file = f"data/indicators/{indicator.id}.yml"
            yield Text(f"indicators/{indicator.id}/{field}", getattr(indicator, field), file)
    for scenario in handbook.scenarios.values():
        file, start = f"data/scenarios/{scenario.id}.yml", f"scenarios/{scenario.id}"
        for field in ("title", "story", "question"):
            yield Text(f"{start}/{field}", getattr(scenario, field), file, is_for_staff=True)
        for place, choice in enumerate(scenario.choices):
            yield Text(f"{start}/choices/{place}/text", choice.text, file, is_for_staff=True)
            yield Text(f"{start}/choices/{place}/feedback", choice.feedback, file, is_for_staff=True)


def _text(reference: str, english: Any, file: str, is_for_staff: bool = False) -> Iterator[Text]:
    if english:
        yield Text(reference, english, file, is_for_staff)
