"""Check for indicators: the action on a message of Teams. The result is a window that only who asks sees; nothing is kept."""

import dataclasses
import time
from collections.abc import Mapping
from functools import partial
from typing import Any, cast

from bot.languages import FALLBACK
from bot.text import passages
from webhook.assistant import Assistant, AssistantFailed
from webhook.channels.teams.cards import check_card
from webhook.channels.teams.notes import notes
from webhook.channels.teams.pages import ATTACHMENT
from webhook.checking import MOST_CHARACTERS_OF_A_PASSAGE, MOST_PASSAGES, check_notes
from webhook.gateway import Gateway

# Teams waits 5 seconds. The assistant's last answer may take 1.5, and word lists read the longest text in 1.3.
SECONDS_OF_THE_ASSISTANT = 1.0

Task = dict[str, Any]


class _InTime:
    """The assistant for as long as there is time; from then on it counts as away, and word lists alone read the rest."""

    def __init__(self, assistant: Assistant) -> None:
        self.is_thorough = True
        self._assistant = assistant
        self._end = time.monotonic() + SECONDS_OF_THE_ASSISTANT

    async def read(self, message: Mapping[str, Any]) -> dict[str, Any]:
        """Return the reading of one passage.

        Raises:
            AssistantFailed: no answer, or no time left.
        """
        try:
            if time.monotonic() > self._end:
                raise AssistantFailed("out of time")
            return await self._assistant.read(message)
        except AssistantFailed:
            self.is_thorough = False
            raise


async def checked(value: Any, gateway: Gateway) -> Task:
    """Return the window for a message that is to be checked.

    Raises:
        ValidationError: what was handed over is no message of Teams.
    """
    say = partial(gateway.renderer.words.get().text, language=FALLBACK)
    text = notes(value)
    if not text:
        return _window({"type": "message", "value": say("workplace/teams/nothing_to_check")})
    if len(passages(text, MOST_CHARACTERS_OF_A_PASSAGE)) > MOST_PASSAGES:  # the last ones would be left out without a word
        return _window({"type": "message", "value": say("workplace/teams/too_long_to_check")})
    assistant = _InTime(gateway.assistant)
    found = await check_notes(text, dataclasses.replace(gateway, assistant=cast(Assistant, assistant)), gateway.now())
    card = {"contentType": ATTACHMENT, "content": check_card(found, assistant.is_thorough, say)}
    shown = {"title": say("workplace/both/check"), "height": "large", "width": "large", "card": card}
    return _window({"type": "continue", "value": shown})


def _window(task: Task) -> Task:
    return {"task": task}
