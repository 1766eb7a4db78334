"""The conversations the gateway holds: what was asked and offered last, what was heard while Rasa was away."""

import dataclasses
import datetime as dt
import hashlib
import secrets
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from bot.languages import FALLBACK
from webhook.stores.sealing import Seal
from webhook.stores.store import Store

ANSWERS_KEPT = 3  # to a message sent again with the same id, the same answer is given
BYTES_OF_AN_ID = 24
GUARDED_AFTER = dt.timedelta(minutes=5)  # policy, section 5: "Who holds the phone?"


Choice = dict[str, str]  # title and payload of a button


@dataclass(slots=True)
class Conversation:
    """One conversation. `asks` is the slot our last reply asked for; `offered` are the payloads of the
    buttons we showed, each with the slot it answers, so that an earlier question can be answered anew.

    `decoy`: somebody else may be reading, so we tell nothing. `is_guarded`: the phone may have changed hands since.
    `language_is_known`: it follows from something, and is not only what we begin with.
    `language_is_chosen`: the person has said which language they want, so that no message changes it.
    `was_told_of_language`: it was said that we have no words in the person's language.
    `writes_about_me`: the person is the one it is about. `was_told_of_safe_texting`: to write only when it is safe was said.
    `carried`: the languages whose letters the channel can carry; None: all. In the others, English is answered.
    `not_carried`: the language that the person would have been answered in.
    `is_counted`: it is in the sums already.
    `choices` and `rest`: by text message, the numbered answers to the last question, and the pages that wait for MORE.
    """

    id: str
    language: str
    channel: str
    area: str | None
    audience: str | None
    idle_minutes: float = 30
    asks: str | None = None
    child_writes: bool = False
    decoy: bool = False
    is_guarded: bool = False
    language_is_known: bool = False
    language_is_chosen: bool = False
    was_told_of_language: bool = False
    writes_about_me: bool = False
    was_told_of_safe_texting: bool = False
    is_counted: bool = False
    last_message: dt.datetime | None = None
    offered: dict[str, str | None] = field(default_factory=dict)
    heard: list[list[dict[str, str]]] = field(default_factory=list)
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    carried: list[str] | None = None
    not_carried: str | None = None
    choices: list[Choice] = field(default_factory=list)
    rest: list[str] = field(default_factory=list)

    @property
    def sender(self) -> str:
        """The name under which Rasa knows the conversation; the id itself stays with the person.

        It begins with the channel, for how long a conversation may be idle depends on that.
        """
        return f"{self.channel}:{hashlib.sha256(self.id.encode()).hexdigest()}"

    def is_carried(self, language: str) -> bool:
        """Say whether the channel can carry a language."""
        return self.carried is None or language in self.carried

    def notice(self, now: dt.datetime) -> None:
        """Take note that a message has come; after a pause nobody knows who holds the phone."""
        is_late = self.last_message is not None and now - self.last_message >= GUARDED_AFTER
        self.is_guarded = self.is_guarded or is_late or self.decoy or self.channel == "sms"
        self.last_message = now

    def forget(self) -> None:
        """Empty everything that was said; the conversation itself goes on."""
        self.asks, self.child_writes, self.writes_about_me = None, False, False
        self.decoy, self.is_guarded = False, False
        for said in (self.offered, self.heard, self.answers, self.choices, self.rest):
            said.clear()

    def keep_answer(self, message_id: str, answer: dict[str, Any]) -> None:
        """Keep an answer for the case that the message comes again."""
        self.answers[message_id] = answer
        for oldest in list(self.answers)[:-ANSWERS_KEPT]:
            del self.answers[oldest]

    def as_record(self) -> dict[str, Any]:
        """Return the conversation as JSON can hold it."""
        last = self.last_message.isoformat() if self.last_message else None
        # Not dataclasses.asdict: it copies deeply, and this happens with every message.
        return {name: getattr(self, name) for name in _FIELDS} | {"last_message": last}

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> "Conversation":
        """Return the conversation that was kept."""
        last = record["last_message"]
        return cls(**{**record, "last_message": dt.datetime.fromisoformat(last) if last else None})


_FIELDS = tuple(field.name for field in dataclasses.fields(Conversation))


def begin(language: str, channel: str, area: str | None, audience: str | None, idle_minutes: float) -> Conversation:
    """Begin a conversation under an id that nobody can guess."""
    return Conversation(secrets.token_urlsafe(BYTES_OF_AN_ID), language, channel, area, audience, idle_minutes)


def nobody(language: str = FALLBACK, audience: str | None = None) -> Conversation:
    """Return a conversation with nobody, for words that are said outside of any."""
    return Conversation("", language, "web", None, audience)


class Conversations:
    """The conversations in the store, sealed; each is gone when it has been idle for long enough."""

    def __init__(self, store: Store, seal: Seal) -> None:
        self._store = store
        self._seal = seal

    @asynccontextmanager
    async def held(self, names: Sequence[str]) -> AsyncIterator[Conversation | None]:
        """Hold a conversation while a message of it is answered; it is kept again afterwards, and is then not idle.

        Args:
            names: under which it may be found; it is kept under the first.

        Yields:
            The conversation; None if it is unknown or was forgotten.

        Raises:
            StoreFailed: it cannot be found now, or not kept.
        """
        async with self._store.lock(names[0]):
            conversation = await self._found(names)
            yield conversation
            if conversation is not None:
                await self.keep(names[0], conversation)

    async def keep(self, name: str, conversation: Conversation) -> None:
        """Keep a conversation for as long as it may be idle.

        Raises:
            StoreFailed: it cannot be kept now.
        """
        await self._store.put(
            f"conversation {name}", self._seal.sealed(conversation.as_record()), conversation.idle_minutes * 60
        )

    async def end(self, names: Sequence[str]) -> Conversation | None:
        """Forget a conversation, and return what it was.

        Raises:
            StoreFailed: it cannot be forgotten now.
        """
        async with self._store.lock(names[0]):
            conversation = await self._found(names)
            for name in names:
                await self._store.delete(f"conversation {name}")
        return conversation

    async def _found(self, names: Sequence[str]) -> Conversation | None:
        for name in names:
            sealed = await self._store.get(f"conversation {name}")
            record = self._seal.opened(sealed) if sealed else None
            if record is not None:
                return Conversation.from_record(record)
        return None
