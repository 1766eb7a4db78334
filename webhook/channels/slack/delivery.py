"""What goes out to Slack: messages, private answers, the Home. Slack's refusals become ours, and quote nothing of it."""

import contextlib
import json
import logging
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from webhook.post.channel import Page, TryLater, Undeliverable

SECONDS_FOR_AN_ANSWER = 10
_TRY_LATER = frozenset(
    {
        "fatal_error",
        "internal_error",
        "rate_limited",
        "ratelimited",
        "request_timeout",
        "service_unavailable",
        "team_added_to_org",  # the workspace is being moved
    }
)
_BLOCKS = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long"})

# Slack's libraries log whole bodies at lower levels, and what they could not handle at higher ones. They log nothing here.
SILENT = logging.Logger("slack", logging.CRITICAL + 1)


class BlocksRefused(Undeliverable):
    """Slack does not take the blocks of a page; its text it may take."""


class Delivery:
    """Slack's Web API, with the app's token."""

    def __init__(self, token: str, api: str) -> None:
        # The one who delivers tries again: a message that was sent twice by two that try again would come four times.
        self.client = AsyncWebClient(token, api, SECONDS_FOR_AN_ANSWER, logger=SILENT, retry_handlers=[])

    async def start(self) -> None:
        """Open the connections."""
        timeout = aiohttp.ClientTimeout(total=SECONDS_FOR_AN_ANSWER)
        self.client.session = aiohttp.ClientSession(timeout=timeout)

    async def stop(self) -> None:
        """Close the connections."""
        if self.client.session is not None:
            await self.client.session.close()

    async def send(self, address: Mapping[str, Any], page: Page) -> None:
        """Send a page to an address; its text alone where Slack does not take its blocks.

        Raises:
            TryLater: not now.
            Undeliverable: never.
        """
        try:
            await self._send(address, page)
        except BlocksRefused:
            await self._send(address, {"text": page["text"]})

    async def _send(self, address: Mapping[str, Any], page: Page) -> None:
        try:
            await self._send_there(address, _shown(page, address.get("is_channel", False)))
        except BlocksRefused:
            raise
        except Undeliverable:
            # A private answer is refused after half an hour, after the fifth, or where the app is no member of the channel.
            if address["way"] not in ("ephemeral", "response"):
                raise
            await self._send_directly(address["user"], _shown(page, False))

    async def _send_there(self, address: Mapping[str, Any], page: Page) -> None:
        match address["way"]:
            case "message":
                await self._post(address["channel"], page, address["thread"])
            case "ephemeral":
                with _translated():
                    await self.client.chat_postEphemeral(
                        channel=address["channel"], user=address["user"], thread_ts=address["thread"], **page
                    )
            case "response":
                await self.respond(address["address"], {"response_type": "ephemeral", "replace_original": False, **page})
            case "channel":
                await self.respond(address["address"], {"response_type": "in_channel", "replace_original": False, **page})
            case _:
                await self._send_directly(address["user"], page)

    async def _send_directly(self, user: str, page: Page) -> None:
        with _translated():
            opened = await self.client.conversations_open(users=user)
        await self._post(opened["channel"]["id"], page, None)

    async def _post(self, channel: str, page: Page, thread: str | None) -> None:
        with _translated():
            await self.client.chat_postMessage(
                channel=channel, thread_ts=thread, unfurl_links=False, unfurl_media=False, **page
            )

    async def respond(self, address: str, body: dict[str, Any]) -> None:
        """Answer at the address that came with a command or a press.

        Raises:
            TryLater: not now.
            Undeliverable: never.
        """
        hook = AsyncWebhookClient(address, SECONDS_FOR_AN_ANSWER, session=self.client.session, logger=SILENT, retry_handlers=[])
        with _translated():
            response = await hook.send_dict(body)
        if response.status_code != HTTPStatus.OK:
            raise _failure(response.status_code, response.headers, _code(response.body))

    async def publish(self, user: str, view: dict[str, Any]) -> None:
        """Show a person their Home.

        Raises:
            TryLater: not now.
            Undeliverable: never.
        """
        with _translated():
            await self.client.views_publish(user_id=user, view=view)

    async def introduced(self) -> dict[str, Any]:
        """Return who the token says that we are.

        Raises:
            TryLater: Slack cannot say it now.
            Undeliverable: the token is not accepted.
        """
        with _translated():
            answer = await self.client.auth_test()
        return {key: answer.get(key) for key in ("team_id", "user_id", "bot_id")}


def _shown(page: Page, is_offered: bool) -> Page:
    """Return what of a page is shown; the button that posts it in a channel only where there is a channel."""
    message: Page = {key: page[key] for key in ("text", "blocks") if key in page}
    if is_offered and "share" in page:
        message["blocks"] = [*message["blocks"], page["share"]]
    return message


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    """Turn the errors of Slack's library into ours. They are cut off from theirs, which quote what Slack answered."""
    try:
        yield
    except SlackApiError as error:
        raise _failure_of(error.response) from None
    except (aiohttp.ClientError, TimeoutError, AttributeError) as error:
        # AttributeError: the library takes an answer in plain text, such as a proxy's, for one of Slack's.
        raise TryLater(f"Slack was not reached: {type(error).__name__}") from None


def _failure_of(response: Any) -> TryLater | Undeliverable:
    """Return what a refusal means; where the answer was no JSON, the library hands on what it got it from."""
    if isinstance(response, aiohttp.ClientResponse):
        return TryLater(f"Slack's answer was no JSON: {response.status}")
    code = response.data.get("error", "") if isinstance(response.data, dict) else ""
    return _failure(response.status_code, response.headers, code)


def _failure(status: int, headers: Mapping[str, str], code: str) -> TryLater | Undeliverable:
    said = f"Slack: {status} {code}"
    if status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR or code in _TRY_LATER:
        return TryLater(said, _seconds(headers.get("Retry-After", "")))
    return BlocksRefused(said) if code in _BLOCKS else Undeliverable(said)


def _seconds(retry_after: str) -> float | None:
    return float(retry_after) if retry_after.isdecimal() else None


def _code(body: str) -> str:
    """Return the code in the refusal of an answer: it is JSON, or the bare code."""
    with contextlib.suppress(ValueError):
        refusal = json.loads(body)
        body = refusal.get("error", "") if isinstance(refusal, dict) else ""
    return body if isinstance(body, str) and body.isidentifier() else ""
