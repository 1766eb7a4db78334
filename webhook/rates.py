"""How many messages and starts are taken a minute. Danger is never counted out: the callers see to that."""

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter


class Rates:
    """Counts what each conversation sends and each address starts, in memory."""

    def __init__(self, messages_a_minute: int, starts_a_minute: int) -> None:
        self._message = RateLimitItemPerMinute(messages_a_minute)
        self._start = RateLimitItemPerMinute(starts_a_minute)
        self._storage = MemoryStorage()  # kept here, for the limiter only refers to it
        self._limiter = MovingWindowRateLimiter(self._storage)

    def may_send(self, conversation_id: str) -> bool:
        """Count a message of a conversation; say whether it is within the limit."""
        return bool(self._limiter.hit(self._message, "message", conversation_id))

    def may_start(self, address: str) -> bool:
        """Count a start from an address; say whether it is within the limit."""
        return bool(self._limiter.hit(self._start, "start", address))
