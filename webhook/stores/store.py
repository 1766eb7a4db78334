"""The port of the stores: values that expire, locks, and a queue in which each conversation keeps its order.

Everything that a store is given is sealed, and every key is a hash, but for sums, which speak of nobody. A store never sees a
word that anyone wrote.
"""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

from bot.errors import WaymarkError


class StoreFailed(WaymarkError):
    """The store is away, slow, or cannot write. What it was asked for was not done, or is not known to be."""


class TakenOver(StoreFailed):
    """Another gateway has the conversation now, and does what is still to be done."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One entry of the queue."""

    conversation: str
    key: str
    content: bytes


class Store(Protocol):
    """Keeps values, locks and the queue. Every method may raise `StoreFailed`."""

    async def get(self, key: str) -> bytes | None:
        """Return a value; None if there is none, or no longer."""
        ...

    async def put(self, key: str, value: bytes, seconds: float | None) -> None:
        """Keep a value for so many seconds; for ever with None."""
        ...

    async def delete(self, key: str) -> None:
        """Forget a value."""
        ...

    def lock(self, key: str) -> AbstractAsyncContextManager[None]:
        """Hold a name that nobody else can hold meanwhile, in any process."""
        ...

    async def enqueue(self, entry: Waiting, at: float | None, seconds_known: float) -> bool:
        """Put an entry into the queue, durably; return False if its key is known already.

        Args:
            at: the order within the conversation; None: behind all that waits, for the clocks of two gateways never agree.
            seconds_known: how long the key is remembered.
        """
        ...

    async def claim(self) -> str:
        """Wait for a conversation that has something waiting, and hold it until `release`."""
        ...

    async def first(self, conversation: str) -> Waiting | None:
        """Return the first entry of a conversation that is held."""
        ...

    async def keep(self, entry: Waiting) -> None:
        """Replace the content of an entry: what is done of it already."""
        ...

    async def finish(self, entry: Waiting) -> None:
        """Delete an entry; its key stays known."""
        ...

    async def release(self, conversation: str) -> None:
        """Give a conversation back; what still waits in it can be claimed again."""
        ...

    async def waiting(self) -> int:
        """Return how many entries wait."""
        ...

    async def add(self, numbers: Mapping[str, int]) -> None:
        """Add to sums, which stay for ever: to all of them or to none."""
        ...

    async def sums(self) -> dict[str, int]:
        """Return every sum by its name. Anybody may ask, beside the gateways and without `start`."""
        ...

    async def start(self) -> None:
        """Make ready; what was claimed when a process died can be claimed again."""
        ...

    async def close(self) -> None:
        """Close files and connections."""
        ...
