"""One message of a person, from the door to the reply: the danger lane, Rasa, and the safe reply when Rasa is away.

Whatever fails behind this, the person gets an answer with 999 and the helpline, in time. Nothing here logs or keeps a text.
"""

import datetime as dt
import logging
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.entities import to_entities
from bot.payloads import entities
from bot.reading import Knowledge, Reading, is_danger_in_any_language, read
from bot.text import clean
from webhook.assistant import Assistant, AssistantFailed
from webhook.conversations import Conversation
from webhook.messages import Renderer

_log = logging.getLogger(__name__)

DANGER_REPLY = ("utter_danger_by_gateway", "utter_cannot_speak_to_999", "utter_not_a_report")


@dataclass(frozen=True, slots=True)
class Spoken:
    """What came in: words, or the payload of a button that we offered."""

    text: str | None
    payload: str | None
    message_id: str


class Dialogue:
    """Answers messages, one at a time in each conversation."""

    def __init__(self, assistant: Assistant, renderer: Renderer, knowledge: Knowledge) -> None:
        self._assistant = assistant
        self._renderer = renderer
        self._knowledge = knowledge
        self._to_forget: set[str] = set()

    def greet(self, conversation: Conversation, now: dt.datetime) -> dict[str, Any]:
        """Return the greeting; it needs nobody but the gateway."""
        name = "utter_greeting_staff" if conversation.audience == "staff" else "utter_greeting"
        return _reply(conversation, self._renderer.own([name], conversation, now))

    async def answer(self, conversation: Conversation, spoken: Spoken, now: dt.datetime) -> dict[str, Any]:
        """Return the reply to a message; to a message sent twice, the same reply."""
        async with conversation.lock:
            if spoken.message_id in conversation.answers:
                return conversation.answers[spoken.message_id]
            reply = _reply(conversation, await self._answered(conversation, spoken, now))
            conversation.keep_answer(spoken.message_id, reply)
            return reply

    def danger_lane(self, text: str, asks: str | None, language: str) -> Reading:
        """Return what the words alone say."""
        return read(text, asks, language, self._knowledge)

    def is_danger(self, text: str) -> bool:
        """Say whether a text, outside any conversation, speaks of danger now."""
        return is_danger_in_any_language(text, self._knowledge)

    def without_assistant(self, conversation: Conversation, in_danger: bool, now: dt.datetime) -> list[dict[str, Any]]:
        """Return what is said while Rasa is away; nothing that tells what this is about, while somebody else may be reading."""
        otherwise = "utter_decoy" if conversation.decoy else "utter_safe_reply"
        return self._renderer.own(DANGER_REPLY if in_danger else [otherwise], conversation, now)

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
        if spoken.payload is None and not text:
            return self._renderer.own(["utter_nlu_fallback"], conversation, now)
        try:
            replies = await self._assistant.answer(_for_rasa(conversation, spoken, text, reading, now))
        except AssistantFailed as failure:
            _log.error("Rasa did not answer: %s. The safe reply was given.", failure)
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
        in_danger = {"entity": "danger", "value": "yes"} in heard or self.is_danger(spoken.text or "")
        return self.without_assistant(conversation, in_danger, now)

    async def _checked(
        self, conversation: Conversation, reading: Reading, replies: list[dict[str, Any]], now: dt.datetime
    ) -> list[dict[str, Any]]:
        """Return Rasa's replies; if they pass over danger that the words tell, the gateway's own danger reply."""
        conversation.heard.clear()
        conversation.child_writes = any(reply.get("child_writes") for reply in replies)
        conversation.audience = next((reply["audience"] for reply in replies if reply.get("audience")), conversation.audience)
        known = (reply["language"] for reply in replies if reply.get("language") in self._renderer.languages)
        conversation.language = next(known, conversation.language)
        customs = [reply.get("custom") or {} for reply in replies]
        conversation.decoy = any(custom.get("decoy") for custom in customs)
        if any(custom.get("forget") for custom in customs):
            conversation.forget()
            await self.forget(conversation)
        if reading.danger == "yes" and not any(custom.get("urgent") for custom in customs):
            _log.error("Rasa's reply passed over danger. The gateway's danger reply was given.")
            return self.without_assistant(conversation, True, now)
        messages = self._renderer.render(replies, conversation, now)
        _remember(conversation, messages)
        return messages


def new_message_id() -> str:
    """Return an id for a message that came without one."""
    return secrets.token_hex(16)


def _for_rasa(conversation: Conversation, spoken: Spoken, text: str, reading: Reading, now: dt.datetime) -> Mapping[str, Any]:
    turn = {
        "now": now.isoformat(),
        "asks": conversation.asks,
        "language": conversation.language,
        "area": conversation.area,
        "audience": conversation.audience,
        "danger": "yes" if reading.danger == "yes" else None,
        "heard": conversation.heard,
        "decoy": conversation.decoy,
        "is_guarded": conversation.is_guarded,
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
    conversation.offered |= {button["payload"] for message in messages for button in message["buttons"]}
