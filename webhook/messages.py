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
        language = self.languages[FALLBACK]
        message = {
            "text": reply.get("text") or "",
            "language": language.id,
            "direction": language.direction,
            "urgent": bool(custom.get("urgent")),
            "buttons": reply.get("buttons") or [],
            "services": self._cards(reply, conversation, now),
        }
        return {**message, "asks": custom["asks"]} if "asks" in custom else message

    def _cards(self, reply: Mapping[str, Any], conversation: Conversation, now: dt.datetime) -> list[dict[str, Any]]:
        listed = reply.get("services") or (reply.get("custom") or {}).get("services") or ()
        directory, phrases = self.directory.get(), self.phrases.get()
        audience = conversation.audience or "public"
        return [
            card(_recommendation(entry), audience, conversation.child_writes, now, conversation.language, directory, phrases)
            for entry in listed
            if entry["id"] in directory.services
        ]


def _is_new(service: Mapping[str, Any], shown: set[tuple[str, str | None]]) -> bool:
    key = (service["id"], service.get("condition"))
    is_new = key not in shown
    shown.add(key)
    return is_new


def _recommendation(entry: Mapping[str, Any]) -> Recommendation:
    return Recommendation(entry["id"], entry.get("condition"), entry.get("note"), entry.get("stands_in_for"))
