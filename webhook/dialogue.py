"""One message of a person, from the door to the reply: the danger lane, Rasa, and the safe reply when Rasa is away.

Whatever fails behind this, the person gets an answer with 999 and the helpline, in time. Nothing here logs or keeps a text.
"""

import datetime as dt
import logging
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.entities import to_entities
from bot.payloads import entities
from bot.reading import Knowledge, Reading, languages_of_danger, read
from bot.text import clean
from webhook.assistant import Assistant, AssistantFailed
from webhook.conversations import Conversation
from webhook.messages import Renderer
from webhook.metrics import Metrics
from webhook.tally import Tally

_log = logging.getLogger(__name__)

MOST_LANGUAGES_OF_A_REPLY = 3
DANGER_REPLY = ("utter_danger_by_gateway", "utter_cannot_speak_to_999", "utter_not_a_report")


@dataclass(frozen=True, slots=True)
class Spoken:
    """What came in: words, or the payload of a button that we offered."""

    text: str | None
    payload: str | None
    message_id: str


class Dialogue:
    """Answers messages of conversations that the caller holds, one at a time in each."""

    def __init__(self, assistant: Assistant, renderer: Renderer, knowledge: Knowledge, metrics: Metrics, tally: Tally) -> None:
        self._metrics = metrics
        self._tally = tally
        self._assistant = assistant
        self._renderer = renderer
        self._knowledge = knowledge
        self._to_forget: set[str] = set()

    def greet(self, conversation: Conversation, now: dt.datetime) -> dict[str, Any]:
        """Return the greeting; it needs nobody but the gateway."""
        names = ["utter_greeting_staff" if conversation.audience == "staff" else "utter_greeting"]
        if self._renderer.answers_in(conversation.language).is_draft:
            names.append("utter_language_is_a_draft")
        messages = self._renderer.own(names, conversation, now)
        _remember(conversation, messages)
        return _reply(conversation, messages)

    async def answer(self, conversation: Conversation, spoken: Spoken, now: dt.datetime) -> dict[str, Any]:
        """Return the reply to a message."""
        return _reply(conversation, await self._answered(conversation, spoken, now))

    def gone(self, conversation: Conversation, now: dt.datetime) -> dict[str, Any]:
        """Return what is said to a button of a reply that we do not remember."""
        return _reply(conversation, self._renderer.own(["utter_gone"], conversation, now))

    def too_many(self, conversation: Conversation, text: str, now: dt.datetime) -> dict[str, Any]:
        """Return what is said to a message over the limit. Danger is answered all the same, so that no flood reaches Rasa."""
        return self._unless_danger("utter_too_many", conversation, text, now)

    def too_long(self, conversation: Conversation, text: str, now: dt.datetime) -> dict[str, Any]:
        """Return what is said to a message that is too long to be read in a conversation; danger in it is answered."""
        return self._unless_danger("utter_too_long", conversation, text, now)

    def _unless_danger(self, name: str, conversation: Conversation, text: str, now: dt.datetime) -> dict[str, Any]:
        languages = self.languages_of_danger(text)
        if languages:
            return _reply(conversation, self.danger_reply(conversation, languages, now))
        return _reply(conversation, self._renderer.own([name], conversation, now))

    def alone(self, conversation: Conversation, text: str, now: dt.datetime) -> dict[str, Any]:
        """Return what can be said when nothing is known of a conversation: danger by the words, or the safe reply."""
        languages = self.languages_of_danger(text)
        said = self.danger_reply(conversation, languages, now) if languages else self.otherwise_reply(conversation, now)
        return _reply(conversation, said)

    def danger_lane(self, text: str, asks: str | None, language: str) -> Reading:
        """Return what the words alone say."""
        return read(text, asks, language, self._knowledge)

    def languages_of_danger(self, text: str) -> list[str]:
        """Return the languages in which a text, outside any conversation, speaks of danger now."""
        return languages_of_danger(text, self._knowledge)

    def danger_reply(self, conversation: Conversation, languages: Sequence[str], now: dt.datetime) -> list[dict[str, Any]]:
        """Return what is said in danger while Rasa is away, also in the languages that the words may be in.

        English words are read in every language, so where the conversation's own is among them, the others mean nothing.
        """
        carried = [language for language in languages if conversation.is_carried(language)]
        likely = () if conversation.language in languages else carried[:MOST_LANGUAGES_OF_A_REPLY]
        return self._renderer.own(DANGER_REPLY, conversation, now, likely)

    def otherwise_reply(self, conversation: Conversation, now: dt.datetime) -> list[dict[str, Any]]:
        """Return what is said while Rasa is away; nothing that tells what this is about, while somebody else may be reading."""
        return self._renderer.own(["utter_decoy" if conversation.decoy else "utter_safe_reply"], conversation, now)

    async def forget(self, conversation: Conversation) -> None:
        """Delete what Rasa holds; if it cannot now, as soon as it can."""
        self._to_forget.add(conversation.sender)
        await self.forget_what_waits()

    async def forget_what_waits(self) -> None:
        """Delete what could not be deleted before."""
        for sender in tuple(self._to_forget):
            try:
                await self._assistant.forget(sender)
                self._to_forget.discard(sender)
            except AssistantFailed as failure:
                _log.warning("Rasa could not forget a conversation yet: %s", failure)

    async def _answered(self, conversation: Conversation, spoken: Spoken, now: dt.datetime) -> list[dict[str, Any]]:
        conversation.notice(now)
        text = clean(spoken.text or "")
        reading = self.danger_lane(text, conversation.asks, conversation.language)
        if reading.danger == "yes":
            self._metrics.danger("words")
        if spoken.payload is None and not text:
            return self._renderer.own(["utter_nlu_fallback"], conversation, now)
        try:
            replies = await self._assistant.answer(_for_rasa(conversation, spoken, text, reading, now))
        except AssistantFailed as failure:
            _log.error("Rasa did not answer: %s. The safe reply was given.", failure)
            self._metrics.answered_alone(conversation.channel)
            return self._by_itself(conversation, spoken, reading, now)
        return await self._checked(conversation, reading, replies, now)

    def _by_itself(
        self, conversation: Conversation, spoken: Spoken, reading: Reading, now: dt.datetime
    ) -> list[dict[str, Any]]:
        """Answer without Rasa, and keep the reading, so that nothing the person said has to be said again.

        Our question stays open, so that the next short answer is read in its light too.
        """
        heard = to_entities(reading) if spoken.payload is None else entities(spoken.payload)
        if not conversation.decoy:
            conversation.heard.append(heard)
        languages = self.languages_of_danger(spoken.text or "")
        if {"entity": "danger", "value": "yes"} in heard:
            languages.append(conversation.language)
        return self.danger_reply(conversation, languages, now) if languages else self.otherwise_reply(conversation, now)

    async def _checked(
        self, conversation: Conversation, reading: Reading, replies: list[dict[str, Any]], now: dt.datetime
    ) -> list[dict[str, Any]]:
        """Return Rasa's replies; if they pass over danger that the words tell, the gateway's own danger reply."""
        before, was_known = conversation.language, conversation.language_is_known
        conversation.heard.clear()
        conversation.child_writes = any(reply.get("child_writes") for reply in replies)
        conversation.writes_about_me = any(reply.get("writes_about_me") for reply in replies)
        conversation.audience = next((reply["audience"] for reply in replies if reply.get("audience")), conversation.audience)
        known = [reply["language"] for reply in replies if self._renderer.speaks(reply.get("language"))]
        if known:
            conversation.language, conversation.language_is_known = known[0], True
        conversation.not_carried = next((reply["not_carried"] for reply in replies if reply.get("not_carried")), None)
        conversation.language_is_chosen = any(reply.get("language_is_chosen") for reply in replies)
        customs = [reply.get("custom") or {} for reply in replies]
        conversation.decoy = any(custom.get("decoy") for custom in customs)
        if any(custom.get("forget") for custom in customs):
            conversation.forget()
            await self.forget(conversation)
        is_urgent = any(custom.get("urgent") for custom in customs)
        if is_urgent and reading.danger != "yes":
            self._metrics.danger("model")
        if reading.danger == "yes" and not is_urgent:
            _log.error("Rasa's reply passed over danger. The gateway's danger reply was given.")
            return self.danger_reply(conversation, [conversation.language], now)
        self._tally.note(conversation, replies, now)
        messages = self._renderer.render(replies, conversation, now)
        if messages and not was_known:
            likely = [code for reply in replies for code in reply.get("likely_languages") or ()]
            messages[-1]["buttons"] += self._renderer.language_choices(likely, conversation)
        _remember(conversation, messages)
        return self._with_word_on_language(before, replies, messages, conversation, now)

    def _with_word_on_language(
        self,
        before: str,
        replies: list[dict[str, Any]],
        messages: list[dict[str, Any]],
        conversation: Conversation,
        now: dt.datetime,
    ) -> list[dict[str, Any]]:
        """Say once that the words are a draft, or that the language is none of ours; a question of ours stays last."""
        heard = {reply.get("language") for reply in replies}
        said = None
        if conversation.language != before and self._renderer.languages[conversation.language].is_draft:
            said = "utter_language_is_a_draft"
        elif not conversation.was_told_of_language and not any(self._renderer.speaks(language) for language in heard):
            said = "utter_language_unknown"
            conversation.was_told_of_language = True
        if said is None or conversation.decoy:
            return messages
        word = self._renderer.own([said], conversation, now)
        # By text message the question has to stand on the first page.
        has_question = bool(messages) and "asks" in messages[-1] and conversation.channel != "sms"
        place = len(messages) - 1 if has_question else len(messages)
        return [*messages[:place], *word, *messages[place:]]


def new_message_id() -> str:
    """Return an id for a message that came without one."""
    return secrets.token_hex(16)


def _for_rasa(conversation: Conversation, spoken: Spoken, text: str, reading: Reading, now: dt.datetime) -> Mapping[str, Any]:
    turn = {
        "now": now.isoformat(),
        "asks": conversation.asks if spoken.payload is None else conversation.offered.get(spoken.payload, conversation.asks),
        "language": conversation.language if conversation.language_is_known else None,
        "chosen_language": conversation.language if conversation.language_is_chosen else None,
        "area": conversation.area,
        "audience": conversation.audience,
        "danger": "yes" if reading.danger == "yes" else None,
        "heard": conversation.heard,
        "decoy": conversation.decoy,
        "is_guarded": conversation.is_guarded,
        "carried": conversation.carried,
    }
    said = {"text": text} if spoken.payload is None else {"payload": spoken.payload}
    metadata = {key: value for key, value in turn.items() if value}
    message_id = spoken.message_id
    return {
        **said,
        "sender": conversation.sender,
        "channel": conversation.channel,
        "message_id": message_id,
        "metadata": metadata,
    }


def _reply(conversation: Conversation, messages: list[dict[str, Any]]) -> dict[str, Any]:
    return {"conversation_id": conversation.id, "language": conversation.language, "messages": messages}


def _remember(conversation: Conversation, messages: list[dict[str, Any]]) -> None:
    """Keep what the reply asked for and the payloads it offered."""
    conversation.asks = next((message["asks"] for message in reversed(messages) if "asks" in message), None)
    for message in messages:
        conversation.offered |= {button["payload"]: message.get("asks") for button in message["buttons"]}
