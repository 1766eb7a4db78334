"""The client of Rasa: the one module that speaks to it. Every failure becomes one error of ours, and never takes long."""

import asyncio
from collections.abc import Mapping
from typing import Any

import httpx

from bot.errors import WaymarkError

SECONDS_FOR_AN_ANSWER = 1.5  # the person has a reply within 2 seconds, whatever happens behind
SECONDS_FOR_A_LOOK = 5.0


class AssistantFailed(WaymarkError):
    """Rasa is away, slow or answered nothing. What went wrong is said without any of the person's words."""


class Assistant:
    """Asks Rasa for answers and readings, and tells it to forget."""

    def __init__(self, url: str, token: str, actions_url: str) -> None:
        headers = {"authorization": f"Bearer {token}"}
        self._rasa = httpx.AsyncClient(base_url=f"{url}/webhooks/gateway", headers=headers, timeout=SECONDS_FOR_AN_ANSWER)
        self._actions_health = actions_url.removesuffix("/webhook") + "/health"

    async def answer(self, message: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Return Rasa's messages in answer to one of the person's.

        Raises:
            AssistantFailed: no usable answer in time. Rasa answers nothing at all when an action has failed.
        """
        messages: list[dict[str, Any]] = await self._post("/message", message)
        if not messages:
            raise AssistantFailed("empty answer")
        return messages

    async def read(self, message: Mapping[str, Any]) -> dict[str, Any]:
        """Return the intent and entities of one message, outside any conversation.

        Raises:
            AssistantFailed: no answer in time.
        """
        reading: dict[str, Any] = await self._post("/read", message)
        return reading

    async def forget(self, sender: str) -> None:
        """Have everything deleted that is held about one conversation.

        Raises:
            AssistantFailed: it could not be deleted now.
        """
        await self._post("/forget", {"sender": sender})

    async def forget_idle(self, seconds: Mapping[str, float], otherwise: float) -> None:
        """Have every conversation deleted that was idle for so long: by its channel, and in all others.

        Raises:
            AssistantFailed: it could not be done now.
        """
        await self._post("/forget-idle", {"seconds": dict(seconds), "otherwise": otherwise})

    async def is_ready(self) -> bool:
        """Say whether a message would be understood and answered now."""
        try:
            looks = [
                await self._rasa.get("/ready", timeout=SECONDS_FOR_A_LOOK),
                await self._rasa.get(self._actions_health, timeout=SECONDS_FOR_A_LOOK),
            ]
        except httpx.HTTPError:
            return False
        return all(look.status_code == httpx.codes.OK for look in looks)

    async def close(self) -> None:
        """Close the connections."""
        await self._rasa.aclose()

    async def _post(self, path: str, body: Mapping[str, Any]) -> Any:
        try:
            # httpx bounds each step; the person waits for all of them together.
            async with asyncio.timeout(SECONDS_FOR_AN_ANSWER):
                response = await self._rasa.post(path, json=body)
            response.raise_for_status()
            return response.json()
        except (httpx.HTTPError, TimeoutError, ValueError) as error:
            raise AssistantFailed(type(error).__name__) from error
