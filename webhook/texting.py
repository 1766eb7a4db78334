"""Conversations by text message: words that mean one thing alone, numbered answers, and pages instead of cards.

HELP is answered with 999 and the helpline, whoever sends it, so that a cry of one word has its answer too.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from bot.keywords import Keywords, Meaning, bare, meanings
from bot.languages import FALLBACK
from bot.replies import filled
from bot.texting import chosen, is_only_an_answer, pages, plain_marks, sentences, with_room_for
from webhook.conversations import Conversation
from webhook.dialogue import Dialogue, Spoken
from webhook.messages import NOTHING_ELSE, Renderer

IDLE_MINUTES = 12 * 60  # who has no credit, or has to hide the phone, comes back after hours
HELPLINE = "modern-slavery-helpline"
Reply = dict[str, Any]


class Texting:
    """Answers text messages: what it does not answer itself, the dialogue does.

    A reply's `pages` are what is sent at once. Its `wish` is "stop" or "start" where the person wants no more messages, or
    wants them again.
    """

    def __init__(self, dialogue: Dialogue, renderer: Renderer, keywords: Mapping[str, Keywords], public_url: str) -> None:
        self._chat = f"{public_url}/chat".removeprefix("https://")
        self._dialogue = dialogue
        self._renderer = renderer
        self._keywords = keywords
        self._meanings = meanings(keywords.values())

    async def answer(self, conversation: Conversation, spoken: Spoken, now: dt.datetime) -> Reply:
        """Return the reply to a text message."""
        text, is_first = spoken.text or "", conversation.last_message is None
        meaning = self.meaning(text)
        if meaning == "more" and conversation.rest:
            return self._paged(conversation, [], [conversation.rest.pop(0)])
        if meaning in ("help", "stop", "start", "more"):
            return self._to_keyword(meaning, text, conversation, now)
        if is_first and is_only_an_answer(text):  # to a question that was forgotten meanwhile
            conversation.notice(now)
            return self.written(self._dialogue.greet(conversation, now)["messages"], conversation, ["price"])
        reply = await self._dialogue.answer(conversation, _chosen(conversation, spoken), now)
        # A question is shown without services.
        usual = [*(["numbers"] if conversation.asks else []), "price"]
        return self.written(reply["messages"], conversation, usual if is_first else [])

    def meaning(self, text: str) -> Meaning | None:
        """Return what a message means by itself; None if it is an ordinary one."""
        return self._meanings.get(bare(text))

    def reaches_who_stopped(self, text: str) -> bool:
        """Say whether a message is answered although its writer wants no more of them: a cry for help, or a new beginning."""
        return self.meaning(text) in ("start", "help") or bool(self._dialogue.languages_of_danger(text))

    def _to_keyword(self, meaning: Meaning, text: str, conversation: Conversation, now: dt.datetime) -> Reply:
        if meaning in ("help", "more"):
            return self._help(conversation, text, now)
        said = self._say("stopped" if meaning == "stop" else "started", conversation)
        return {**self._paged(conversation, [], [said]), "wish": meaning}

    def _help(self, conversation: Conversation, text: str, now: dt.datetime) -> Reply:
        """Return the numbers, how to stop, and that somebody listens; also to MORE where there is no more."""
        languages = self._languages_of_help(conversation, text)
        conversation.language = languages[0]
        messages = self._renderer.own(["utter_ask_help"], conversation, now)
        listening = " ".join(sentences(messages[0]["text"])[:-1])  # the last one says 999 again
        said = [self._say("help", conversation, language) for language in languages]
        return self._paged(conversation, messages, [with_room_for(said[0], plain_marks(listening)), *said[1:]])

    def _languages_of_help(self, conversation: Conversation, text: str) -> list[str]:
        """Return the languages in which help is offered: the conversation's, or else those whose word was sent."""
        if conversation.language_is_known:
            return [conversation.language]
        having = [code for code, words in self._keywords.items() if bare(text) in map(bare, words.help)]
        spoken = [code for code in having if self._renderer.speaks(code) and conversation.is_carried(code)]
        return [FALLBACK] if FALLBACK in spoken or not spoken else spoken[:2]

    def written(self, messages: list[dict[str, Any]], conversation: Conversation, notes: Iterable[str] = ()) -> Reply:
        """Return a reply as pages; what does not go out at once waits for MORE.

        Args:
            notes: what is said besides, as far as there is room.
        """
        asking = [message for message in messages if message.get("asks")]
        conversation.choices = [
            {"title": plain_marks(button["title"]), "payload": button["payload"]}
            for message in asking
            for button in message["buttons"]
        ]
        told = self._with_notes(messages, conversation, notes)
        at_once, conversation.rest = pages(told, partial(self._phrase, language=conversation.language))
        return self._paged(conversation, messages, at_once)

    def _with_notes(
        self, messages: list[dict[str, Any]], conversation: Conversation, usual: Iterable[str]
    ) -> list[dict[str, Any]]:
        """Return the messages with what is said once, as far as the first page has room for it."""
        if any(message["urgent"] for message in messages) or conversation.decoy:
            return messages
        notes = []
        if conversation.writes_about_me and not conversation.was_told_of_safe_texting:
            notes.append("safe")
            conversation.was_told_of_safe_texting = True
        if conversation.not_carried and not conversation.was_told_of_language:
            notes.append("elsewhere")
            conversation.was_told_of_language = True
        told: list[dict[str, Any]] = []
        for note in [*notes, *usual]:
            tried = [*told, {"text": self._say(note, conversation), "urgent": False, **NOTHING_ELSE}]
            if not pages([*tried, *messages], partial(self._phrase, language=conversation.language))[1]:
                told = tried
        return [*told, *messages]

    def _paged(self, conversation: Conversation, messages: Iterable[Mapping[str, Any]], texts: list[str]) -> Reply:
        """Return the contract's reply: one message with the words that are sent, and every service, named there or not."""
        messages = list(messages)
        asks = next((message["asks"] for message in messages if message.get("asks")), None)
        language = self._renderer.answers_in(conversation.language)
        one = {
            "text": "\n\n".join(texts),
            "language": language.id,
            "direction": language.direction,
            "urgent": any(message["urgent"] for message in messages),
            "buttons": [],
            "services": [service for message in messages for service in message["services"]],
            **({"asks": asks} if asks else {}),
        }
        return {"conversation_id": conversation.id, "language": conversation.language, "messages": [one], "pages": texts}

    def _say(self, phrase: str, conversation: Conversation, language: str | None = None) -> str:
        phones = self._renderer.directory.get().services[HELPLINE].phones_for("public")
        values = {"number": phones[0].number, "url": f"{self._chat}?language={conversation.not_carried}"}
        return plain_marks(filled(self._phrase(f"sms/{phrase}", language or conversation.language), values))

    def _phrase(self, id_: str, language: str) -> str:
        known = self._renderer.answers_in(language).id
        return plain_marks(self._renderer.words.get().text(f"phrases/{id_}", known))


def _chosen(conversation: Conversation, spoken: Spoken) -> Spoken:
    """Return the payload of a numbered answer in the place of its number."""
    payload = chosen(spoken.text or "", conversation.choices, conversation.asks)
    return spoken if payload is None else Spoken(None, payload, spoken.message_id)
