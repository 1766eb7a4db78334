"""What a channel is to the rest of Waymark: it verifies and reads what comes in, writes what goes out, and nothing else."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from starlette.types import ASGIApp

from bot.errors import WaymarkError
from webhook.conversations import Conversation

Name = Literal["sms", "slack", "teams"]
Page = dict[str, Any]
Reply = dict[str, Any]
DELIVERED, FAILED = "delivered", "failed"  # what a receipt says


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """One thing that somebody sent and that is to be answered.

    `key`: the provider's own id of it; what comes again under the same key is not answered again.
    `recalls`: the key of an earlier one that was changed or deleted since; if it still waits, it is not answered any more.
    `writer`: who writes, as the channel knows them. Only a keyed hash of it is ever kept.
    `address`: what the channel needs in order to answer; kept sealed, and only until the answer is delivered.
    `at`: when it was sent, in seconds since 1970, if the provider says so. It decides the order within a conversation.
    `wish`: a message to be answered in the conversation, a text to be checked for signs and then forgotten, a greeting,
    nothing but to recall, or the receipt for a page of ours, whose `writer` is the provider's id of that page and whose
    `text` is its state.
    `payload`: of a button that we offered, in the place of a text.
    `language`: what the channel says of the writer's language, if anything.
    """

    key: str
    writer: str
    address: dict[str, Any]
    at: float | None = None
    wish: Literal["message", "check", "greeting", "recall", "receipt"] = "message"
    text: str = ""
    payload: str | None = None
    recalls: str | None = None
    language: str | None = None


Take = Callable[[Arrived], Awaitable[bool]]


class TryLater(WaymarkError):
    """The provider could not take a page now. `seconds`: how long it asked us to wait, if it said so."""

    def __init__(self, message: str, seconds: float | None = None) -> None:
        super().__init__(message)
        self.seconds = seconds


class Undeliverable(WaymarkError):
    """The provider will never take this page. `is_final`: no other provider may try, for the person does not want it."""

    def __init__(self, message: str, is_final: bool = False) -> None:
        super().__init__(message)
        self.is_final = is_final


class Channel(Protocol):
    """One channel. A module of `webhook.channels` makes it with `connect`, where the environment configures it."""

    name: Name
    audience: Literal["public", "staff"]
    idle_minutes: float
    carries: frozenset[str] | None  # the languages whose letters it can carry; None: all
    offers: frozenset[str]  # payloads of buttons of its own, which no reply has offered

    def application(self, take: Take) -> ASGIApp:
        """Return what is mounted at `/channels/<module>`: it verifies, reads, takes and acknowledges within a second."""
        ...

    async def start(self) -> None:
        """Make ready whatever needs a running event loop."""
        ...

    async def stop(self) -> None:
        """Close connections."""
        ...

    def pages(self, reply: Reply, conversation: Conversation) -> tuple[Page, ...]:
        """Return a reply of the HTTP contract as what is sent, page by page; each can be stored as JSON."""
        ...

    async def send(self, address: dict[str, Any], page: Page) -> str | None:
        """Send one page, and return the provider's id of it if a receipt may come.

        Raises:
            TryLater: not now.
            Undeliverable: never.
        """
        ...
