"""Counts conversations for the partnership's page: in memory at first, and then in the store, several at a time.

Written one by one, the sums would tell in the files of a database, step by step, what belongs to one conversation. And a store
that is away or slow keeps nobody waiting for an answer.
"""

import datetime as dt
import logging
from collections import Counter
from collections.abc import Iterable, Mapping
from secrets import randbelow
from typing import Any

from bot.tally import ALL, LEFT_OUT, band, drawn, month
from webhook.conversations import Conversation
from webhook.stores.store import Store, StoreFailed

FEWEST_AT_ONCE = 5

_log = logging.getLogger(__name__)


class Tally:
    """What was counted and is not in the store yet."""

    def __init__(self, store: Store, is_counting: bool) -> None:
        self._store = store
        self._is_counting = is_counting
        self._sums: Counter[str] = Counter()
        self._conversations = 0

    def note(self, conversation: Conversation, replies: Iterable[Mapping[str, Any]], now: dt.datetime) -> None:
        """Count a conversation, once, when it is shown whom to ring."""
        shown = next((reply["tally"] for reply in replies if "tally" in reply), None)
        if shown is None or conversation.is_counted or not self._is_counting:
            return
        conversation.is_counted = True
        own = {
            "conversations": [ALL],
            "channel": [conversation.channel],
            "audience": [conversation.audience or "public"],
            "language": [conversation.language],
            "hour": [band(now)],
        }
        self._sums.update(f"{chart} {value}" for chart, value in drawn({**own, **shown}, _is_left_out))
        self._conversations += 1

    async def write(self, now: dt.datetime, fewest: int = FEWEST_AT_ONCE) -> None:
        """Add to the store's sums what was counted, if it was enough; what fails is tried again with the next.

        The month is that of the writing: what is added to a month that is over would change what was published of it.
        """
        if self._conversations < fewest:
            return
        sums, count = self._sums, self._conversations
        self._sums, self._conversations = Counter(), 0
        try:
            await self._store.add({f"{month(now)} {name}": number for name, number in sums.items()})
        except StoreFailed as failure:
            _log.warning("What was counted could not be kept yet: %s.", failure)
            self._sums, self._conversations = self._sums + sums, self._conversations + count


def _is_left_out() -> bool:
    return randbelow(LEFT_OUT.denominator) < LEFT_OUT.numerator
