"""Make the contract's messages: a reply's words and ids become text, buttons and service cards."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from bot.cards import card
from bot.directory import Directory
from bot.languages import Language, answering
from bot.live import Live
from bot.payloads import language_choice
from bot.replies import Replies, in_all_languages
from bot.routing import Recommendation
from bot.words import Words, button
from webhook.conversations import Conversation

ON_EVERY_PAGE = {"emergency": "emergency-999", "helpline": "modern-slavery-helpline"}
NOTHING_ELSE: dict[str, Any] = {"buttons": [], "services": []}
CHILDS_LINE = {"modern-slavery-helpline": "childline"}


@dataclass(frozen=True, slots=True)
class Renderer:
    """Renders replies for any conversation."""

    directory: Live[Directory]
    replies: Live[Replies]
    words: Live[Words]
    languages: Mapping[str, Language]

    def render(
        self, replies: Iterable[Mapping[str, Any]], conversation: Conversation, now: dt.datetime
    ) -> list[dict[str, Any]]:
        """Return the messages of a reply, as Rasa or `own` made it; each service stands on it once."""
        messages = [message for reply in replies for message in self._messages(reply, conversation, now)]
        if any("asks" in message for message in messages):
            for message in messages:
                message["services"] = [service for service in message["services"] if _may_stand_on_a_question(service)]
        shown: set[tuple[str, str | None]] = set()
        for message in messages:
            message["services"] = [service for service in message["services"] if _is_new(service, shown)]
        return messages

    def own(
        self, names: Iterable[str], conversation: Conversation, now: dt.datetime, likely: Sequence[str] = ()
    ) -> list[dict[str, Any]]:
        """Return messages with the gateway's own words: the greeting, and what is said while Rasa is away.

        Args:
            likely: languages that the person may have written in besides the conversation's.
        """
        return self.render([self._own(name, conversation, likely) for name in names], conversation, now)

    def _own(self, name: str, conversation: Conversation, likely: Sequence[str]) -> dict[str, Any]:
        slots = {"audience": conversation.audience, "child_writes": conversation.child_writes}
        language = self.answers_in(conversation.language).id

        def in_language(code: str) -> dict[str, Any]:
            return self.replies.get().reply(name, slots, conversation.channel, {}, self.words.get().catalogue(code))

        reply = in_all_languages(in_language, language, likely, self.languages)
        say = partial(self.words.get().text, language=language)
        return {**reply, "buttons": [button(choice, say) for choice in reply.get("buttons") or ()]}

    def _messages(self, reply: Mapping[str, Any], conversation: Conversation, now: dt.datetime) -> Iterator[dict[str, Any]]:
        """Yield a reply as a message, and in danger the same in the other languages it is said in."""
        said = self._message(reply, conversation, now)
        yield said
        for other in filter(lambda other: conversation.is_carried(other["language"]), reply.get("besides") or ()):
            direction = self.languages[other["language"]].direction
            yield {**said, "text": other["text"], "language": other["language"], "direction": direction, **NOTHING_ELSE}

    def _message(self, reply: Mapping[str, Any], conversation: Conversation, now: dt.datetime) -> dict[str, Any]:
        custom = reply.get("custom") or {}
        language = self.answers_in(conversation.language)
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

    def language_choices(self, likely: Iterable[str], conversation: Conversation) -> list[dict[str, str]]:
        """Return buttons for the languages that a message may be in as well, each by its own name."""
        spoken = [code for code in dict.fromkeys(likely) if self.speaks(code) and conversation.is_carried(code)]
        others = [code for code in spoken if code != conversation.language]
        return [button(language_choice(code), self.words.get().text) for code in others]

    def page_words(self, language: Language) -> dict[str, Any]:
        """Return the words of the chat's own page, and the two numbers that always stand on it."""
        services, words = self.directory.get().services, self.words.get()
        numbers = {name: services[service].phones_for("public")[0] for name, service in ON_EVERY_PAGE.items()}
        return {
            "page": {
                **{id_: words.text(f"page/{id_}", language.id) for id_ in words.collections["page"]},
                "back": words.text("phrases/choices/back", language.id),
            },
            **{name: {"number": phone.number, "href": phone.href} for name, phone in numbers.items()},
        }

    def speaks(self, language: str | None) -> bool:
        """Say whether we have words in a language."""
        return language is not None and answering(language, self.languages).id == language

    def answers_in(self, language: str | None) -> Language:
        """Return the language of our words: this one, or English while there are none in it."""
        return answering(language, self.languages)

    def _cards(self, reply: Mapping[str, Any], conversation: Conversation, now: dt.datetime) -> list[dict[str, Any]]:
        listed = reply.get("services") or _usual((reply.get("custom") or {}).get("services") or (), conversation.child_writes)
        directory, words = self.directory.get(), self.words.get()
        audience, language = conversation.audience or "public", self.answers_in(conversation.language).id
        return [
            card(_recommendation(entry), audience, conversation.child_writes, now, language, directory, words)
            for entry in listed
            if entry["id"] in directory.services and directory.services[entry["id"]].is_for(audience)
        ]


def urgent_first_and_last(messages: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return messages, the urgent ones first; where others follow, its first line once more, for a chat shows its end."""
    said = [dict(message) for message in sorted(messages, key=lambda message: not message["urgent"])]
    if not said or said[0]["urgent"] == said[-1]["urgent"]:
        return said
    first, _, _ = said[0]["text"].strip().partition("\n")
    return [*said, {**said[0], "text": first, **NOTHING_ELSE}]


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
