"""Slack as a channel of Waymark, for staff."""

import asyncio
import contextlib
import logging
from typing import Any, Literal

from cachetools import TTLCache
from slack_bolt.authorization import AuthorizeResult
from starlette.types import ASGIApp

from webhook.channels.slack.answers import answer
from webhook.channels.slack.blocks import pages, paragraphs
from webhook.channels.slack.checks import POST, checked, confirmation, shared
from webhook.channels.slack.delivery import Delivery
from webhook.channels.slack.door import Door
from webhook.channels.slack.home import CHOOSE_LANGUAGE, PRACTISE, home
from webhook.channels.slack.reading import Opened, Sharing, Wordless
from webhook.channels.slack.settings import SlackSettings
from webhook.conversations import Conversation
from webhook.gateway import Gateway
from webhook.places_of_errors import told
from webhook.post.channel import Name, Page, Reply, Take, TryLater, Undeliverable

MOST_PRESSES_KNOWN = 10_000
SECONDS_PRESSES_ARE_KNOWN = 3600

_log = logging.getLogger(__name__)


class SlackChannel:
    """Answers in Slack: privately, until somebody presses twice to post in a channel."""

    name: Name = "slack"
    audience: Literal["public", "staff"] = "staff"
    carries: frozenset[str] | None = None  # every letter there is
    offers = frozenset({PRACTISE, CHOOSE_LANGUAGE})

    def __init__(self, settings: SlackSettings, gateway: Gateway) -> None:
        self.idle_minutes = gateway.settings.idle_minutes
        self._settings = settings
        self._gateway = gateway
        self._delivery = Delivery(settings.bot_token, settings.api)
        self._me = AuthorizeResult(enterprise_id=None, team_id=None, bot_token=settings.bot_token)
        self._working: set[asyncio.Task[None]] = set()
        self._posted: TTLCache[str, bool] = TTLCache(MOST_PRESSES_KNOWN, SECONDS_PRESSES_ARE_KNOWN)

    def application(self, take: Take) -> ASGIApp:
        """Return what is mounted at `/channels/slack`."""
        door = Door(self._settings.teams, take, self._aside)
        return door.application(self._settings.signing_secret, self._delivery.client, lambda: self._me)

    async def start(self) -> None:
        """Open the connections, and try the token."""
        await self._delivery.start()
        try:
            me = await self._delivery.introduced()
        except (TryLater, Undeliverable) as failure:
            _log.error("WAYMARK_SLACK_BOT_TOKEN could not be tried: %s", failure)
            return
        if me["team_id"] not in self._settings.teams:
            _log.error("WAYMARK_SLACK_BOT_TOKEN belongs to a workspace that is not in WAYMARK_SLACK_TEAMS.")
        self._me = AuthorizeResult(
            enterprise_id=None,
            team_id=me["team_id"],
            bot_id=me["bot_id"],
            bot_user_id=me["user_id"],
            bot_token=self._settings.bot_token,
        )

    async def stop(self) -> None:
        """Close the connections."""
        for task in self._working:
            task.cancel()
        await asyncio.gather(*self._working, return_exceptions=True)
        await self._delivery.stop()

    def pages(self, reply: Reply, conversation: Conversation) -> tuple[Page, ...]:
        """Return a reply as messages with blocks."""
        renderer = self._gateway.renderer
        if "check" in reply:
            return checked(reply["check"], renderer)
        return pages(answer(reply["messages"], renderer.words.get()))

    async def send(self, address: dict[str, Any], page: Page) -> None:
        """Send one page.

        Raises:
            TryLater: not now.
            Undeliverable: never.
        """
        await self._delivery.send(address, page)

    def _aside(self, wish: Opened | Wordless | Sharing) -> None:
        """Do after the acknowledgement what needs no dialogue. A restart loses it; a second press brings it back."""
        task = asyncio.create_task(self._done(wish))
        self._working.add(task)
        task.add_done_callback(self._working.discard)

    async def _done(self, wish: Opened | Wordless | Sharing) -> None:
        try:
            match wish:
                case Opened():
                    await self._delivery.publish(wish.user, home(self._gateway.renderer, self._gateway.now()))
                case Wordless():
                    await self._tell(wish, "workplace/slack/nothing_to_check")
                case Sharing():
                    await self._share(wish)
        except Exception as error:  # nobody waits for this task
            _log.error("Something in Slack could not be done: %s", told(error))

    async def _tell(self, wish: Wordless | Sharing, reference: str) -> None:
        said = self._gateway.renderer.words.get().text(reference)
        for page in pages(paragraphs(said)):
            await self._delivery.send({"way": "response", "address": wish.address, "user": wish.user}, page)

    async def _share(self, wish: Sharing) -> None:
        try:
            if wish.step == POST:
                await self._post_once(wish)
            else:
                await self._ask(wish)
        except Exception:
            await self._tell(wish, "workplace/slack/not_posted")
            raise

    async def _ask(self, wish: Sharing) -> None:
        page = confirmation(wish.value, self._gateway.renderer)
        await self._delivery.send({"way": "response", "address": wish.address, "user": wish.user}, page)

    async def _post_once(self, wish: Sharing) -> None:
        """Post a check in its channel, and take away the button that did."""
        if wish.key in self._posted:
            return
        self._posted[wish.key] = True
        for page in shared(wish.value, wish.user, self._gateway.renderer, self._gateway.now()):
            await self._delivery.send({"way": "channel", "address": wish.address}, page)
        with contextlib.suppress(TryLater, Undeliverable):  # what was posted is posted; the press is known
            await self._delivery.respond(wish.address, {"delete_original": True})
