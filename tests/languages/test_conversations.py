"""A whole conversation in every language, through the gateway: told, asked, answered, corrected, and changed to English."""

from collections.abc import Iterator

import httpx
import pytest
import yaml

from bot.content import PROJECT_FOLDER
from bot.languages import FALLBACK, load_languages
from bot.replies import load_replies
from bot.words import load_words
from waymark.supervisor import Supervisor

SAID = yaml.safe_load((PROJECT_FOLDER / "tests" / "languages" / "conversations.yml").read_text(encoding="utf-8"))
LANGUAGES = load_languages()
REPLIES = load_replies()
WORDS = load_words()


@pytest.fixture(scope="module")
def http(running: Supervisor) -> Iterator[httpx.Client]:
    """An HTTP client of the running Waymark."""
    with httpx.Client(base_url=running.address, timeout=10) as client:
        yield client


class Talk:
    """One conversation."""

    def __init__(self, http: httpx.Client) -> None:
        self._http = http
        self.reply = http.post("/api/conversations", json={}).json()
        self._path = f"/api/conversations/{self.reply['conversation_id']}/messages"

    def say(self, text: str) -> None:
        """Write something."""
        self.reply = self._http.post(self._path, json={"text": text}).json()

    def press(self, reference: str, language: str) -> None:
        """Press the button that has these words in this language."""
        wanted = WORDS.text(reference, language)
        offered = {button["title"]: button["payload"] for message in self.reply["messages"] for button in message["buttons"]}
        self.reply = self._http.post(self._path, json={"payload": offered[wanted]}).json()

    @property
    def services(self) -> list[str]:
        """The ids of the services shown."""
        return [service["id"] for message in self.reply["messages"] for service in message["services"]]

    @property
    def text(self) -> str:
        """All that was said."""
        return "\n".join(message["text"] for message in self.reply["messages"])


def test_every_language_that_we_speak_is_tried():
    """No language has words but no conversation here."""
    assert {language.id for language in LANGUAGES.values() if language.has_words} <= set(SAID)


@pytest.mark.parametrize("language", [code for code in SAID if LANGUAGES[code].has_words])
def test_a_whole_conversation(language: str, http: httpx.Client):
    """Told in a language, everything is answered in it, the card in English beside it; "english please" changes it."""
    talk = Talk(http)
    talk.say(SAID[language]["opening"])
    assert talk.reply["language"] == language
    assert {message["language"] for message in talk.reply["messages"]} == {language}
    assert talk.reply["messages"][-1]["asks"] == "danger"
    is_told = REPLIES.reply("utter_language_is_a_draft", {}, "web", {}, WORDS.catalogue(language))["text"] in talk.text
    assert is_told == LANGUAGES[language].is_draft
    talk.press("phrases/buttons/no", language)
    assert {"stockport-children", "ictg"} <= set(talk.services)
    talk.say(SAID[language]["correction"])
    assert "stockport-adults" in talk.services
    assert "ictg" not in talk.services
    talk.press("phrases/buttons/call_card", language)
    if language != FALLBACK:
        assert f"I speak {LANGUAGES[language].english_name}." in talk.text
    assert "I am worried about somebody else." in talk.text
    assert WORDS.text("call_card/about_somebody", language) in talk.text
    talk.say("english please")
    assert talk.reply["language"] == "en"
    assert {message["direction"] for message in talk.reply["messages"]} == {"ltr"}
