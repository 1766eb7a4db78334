"""The conversations the gateway holds: what was asked and offered last, what was heard while Rasa was away."""

import asyncio
import datetime as dt
import hashlib
import secrets
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from cachetools import TTLCache

from bot.languages import FALLBACK

MOST_CONVERSATIONS = 100_000
ANSWERS_KEPT = 20  # to a message sent again with the same id, the same answer is given
BYTES_OF_AN_ID = 24
GUARDED_AFTER = dt.timedelta(minutes=5)  # policy, section 5: "Who holds the phone?"


@dataclass(slots=True)
class Conversation:
    """One conversation. `asks` is the slot our last reply asked for; `offered` are the payloads of the
    buttons we showed, each with the slot it answers, so that an earlier question can be answered anew.

    `decoy`: somebody else may be reading, so we tell nothing. `is_guarded`: the phone may have changed hands since.
    `language_is_known`: it follows from something, and is not only what we begin with.
    `language_is_chosen`: the person has said which language they want, so that no message changes it.
    `was_told_of_language`: it was said that we have no words in the person's language.
    """

    id: str
    language: str
    channel: str
    area: str | None
    audience: str | None
    asks: str | None = None
    child_writes: bool = False
    decoy: bool = False
    is_guarded: bool = False
    language_is_known: bool = False
    language_is_chosen: bool = False
    was_told_of_language: bool = False
    last_message: dt.datetime | None = None
    offered: dict[str, str | None] = field(default_factory=dict)
    heard: list[list[dict[str, str]]] = field(default_factory=list)
    answers: OrderedDict[str, dict[str, Any]] = field(default_factory=OrderedDict)
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def sender(self) -> str:
        """The name under which Rasa knows the conversation; the id itself stays with the person."""
        return hashlib.sha256(self.id.encode()).hexdigest()

    def notice(self, now: dt.datetime) -> None:
        """Take note that a message has come; after a pause nobody knows who holds the phone."""
        is_late = self.last_message is not None and now - self.last_message >= GUARDED_AFTER
        self.is_guarded = self.is_guarded or is_late or self.decoy or self.channel == "sms"
        self.last_message = now

    def forget(self) -> None:
        """Empty everything that was said; the conversation itself goes on."""
        self.asks, self.child_writes, self.decoy, self.is_guarded = None, False, False, False
        self.offered.clear()
        self.heard.clear()
        self.answers.clear()

    def keep_answer(self, message_id: str, answer: dict[str, Any]) -> None:
        """Keep an answer for the case that the message comes again."""
        self.answers[message_id] = answer
        while len(self.answers) > ANSWERS_KEPT:
            self.answers.popitem(last=False)


def nobody(language: str = FALLBACK, audience: str | None = None) -> Conversation:
    """Return a conversation with nobody, for words that are said outside of any."""
    return Conversation("", language, "web", None, audience)


class Conversations:
    """All conversations of this gateway, in memory; each is gone when it has been idle for long enough."""

    def __init__(self, idle_minutes: float, timer: Callable[[], float]) -> None:
        self._held: TTLCache[str, Conversation] = TTLCache(MOST_CONVERSATIONS, idle_minutes * 60, timer)

    def start(self, language: str, channel: str, area: str | None, audience: str | None) -> Conversation:
        """Begin a conversation under an id that nobody can guess."""
        conversation = Conversation(secrets.token_urlsafe(BYTES_OF_AN_ID), language, channel, area, audience)
        self._held[conversation.id] = conversation
        return conversation

    def find(self, conversation_id: str) -> Conversation | None:
        """Return a conversation, which is then not idle; None if it is unknown or was forgotten."""
        conversation = self._held.get(conversation_id)
        if conversation is not None:
            self._held[conversation_id] = conversation
        return conversation

    def end(self, conversation_id: str) -> Conversation | None:
        """Forget a conversation."""
        ended: Conversation | None = self._held.pop(conversation_id, None)
        return ended
