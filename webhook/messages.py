"""Make the contract's messages: a reply's words and ids become text, buttons and service cards."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.cards import card
from bot.directory import Directory
from bot.languages import FALLBACK, Language
from bot.live import Live
from bot.phrases import Phrases
from bot.replies import Replies
from bot.routing import Recommendation
from webhook.conversations import Conversation

CHILDS_LINE = {"modern-slavery-helpline": "childline"}


@dataclass(frozen=True, slots=True)
class Renderer:
    """Renders replies for any conversation."""

    directory: Live[Directory]
    replies: Live[Replies]
    phrases: Live[Phrases]
    languages: Mapping[str, Language]

    def render(
        self, replies: Iterable[Mapping[str, Any]], conversation: Conversation, now: dt.datetime
    ) -> list[dict[str, Any]]:
        """Return the messages of a reply, as Rasa or `own` made it; each service stands on it once."""
        messages = [self._message(reply, conversation, now) for reply in replies]
        if any("asks" in message for message in messages):
            for message in messages:
                message["services"] = [service for service in message["services"] if _may_stand_on_a_question(service)]
        shown: set[tuple[str, str | None]] = set()
        for message in messages:
            message["services"] = [service for service in message["services"] if _is_new(service, shown)]
        return messages

    def own(self, names: Iterable[str], conversation: Conversation, now: dt.datetime) -> list[dict[str, Any]]:
        """Return messages with the gateway's own words: the greeting, and what is said while Rasa is away."""
        slots = {"audience": conversation.audience, "child_writes": conversation.child_writes}
        replies = [self.replies.get().reply(name, slots, conversation.channel, {}) for name in names]
        return self.render(replies, conversation, now)

    def _message(self, reply: Mapping[str, Any], conversation: Conversation, now: dt.datetime) -> dict[str, Any]:
        custom = reply.get("custom") or {}
        language = self._answered_in(conversation)
        message = {
            "text": reply.get("text") or "",
            "language": language.id,
            "direction": language.direction,
            "urgent": bool(custom.get("urgent")),
            "buttons": reply.get("buttons") or [],
            "services": self._cards(reply, conversation, now),
        }
        extra = {"asks": custom.get("asks"), "document": reply.get("document")}
        return {**message, **{key: value for key, value in extra.items() if value}}

    def _answered_in(self, conversation: Conversation) -> Language:
        """Return the language of our words: the conversation's, or English while there are none in it."""
        language = self.languages.get(conversation.language)
        return language if language and language.has_words else self.languages[FALLBACK]

    def _cards(self, reply: Mapping[str, Any], conversation: Conversation, now: dt.datetime) -> list[dict[str, Any]]:
        listed = reply.get("services") or _usual((reply.get("custom") or {}).get("services") or (), conversation.child_writes)
        directory, phrases = self.directory.get(), self.phrases.get()
        audience, language = conversation.audience or "public", self._answered_in(conversation).id
        return [
            card(_recommendation(entry), audience, conversation.child_writes, now, language, directory, phrases)
            for entry in listed
            if entry["id"] in directory.services and directory.services[entry["id"]].is_for(audience)
        ]


def _usual(services: Iterable[Mapping[str, Any]], child_writes: bool) -> list[Mapping[str, Any]]:
    """Return the services that always stand with a reply; a child is given Childline in the place of the helpline."""
    if not child_writes:
        return list(services)
    return [{**service, "id": CHILDS_LINE.get(service["id"], service["id"])} for service in services]


def _may_stand_on_a_question(service: Mapping[str, Any]) -> bool:
    """HTTP contract: before the list is settled, these alone."""
    is_conditional_999 = service["id"] == "emergency-999" and "condition" in service
    return is_conditional_999 or service["id"] in ("modern-slavery-helpline", "childline")


def _is_new(service: Mapping[str, Any], shown: set[tuple[str, str | None]]) -> bool:
    key = (service["id"], service.get("condition"))
    is_new = key not in shown
    shown.add(key)
    return is_new


def _recommendation(entry: Mapping[str, Any]) -> Recommendation:
    return Recommendation(entry["id"], entry.get("condition"), entry.get("note"), entry.get("stands_in_for"))
