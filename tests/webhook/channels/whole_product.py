"""A gateway reached as pages, Slack and Microsoft reach it: signed requests come in, and what is posted goes out.

Its assistant is that of a running Waymark. Nothing of ours is replaced; Slack and Microsoft have addresses on loopback.
"""

import asyncio
import contextlib
import dataclasses
import datetime as dt
import html
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from tests.webhook.channels.slack_side import SECRET, TEAM, FakeSlack, as_sent, direct_message, event, fake_slack, signed
from tests.webhook.channels.teams_world import CLIENT, TENANT, World, a_token, activity, running_world
from waymark.supervisor import Supervisor
from webhook import api, assistant
from webhook.app import create_app
from webhook.channels import teams as teams_channel
from webhook.channels.teams.channel import TeamsChannel
from webhook.channels.teams.sdk import PUBLIC
from webhook.gateway import Gateway

SECONDS_TO_ANSWER = 60.0
_NAME, _CONDITION, _NUMBER = re.compile(r"\*(.+)\*"), re.compile(r"_(.+)_"), re.compile(r"<(tel:[^|>]+)\|")
_numbers = itertools.count(1)


@dataclass(slots=True)
class Shown:
    """A service as a person sees it, in whatever channel: under which condition, its name, and the numbers to tap."""

    name: str
    condition: str = ""
    numbers: list[str] = field(default_factory=list)


@dataclass
class Product:
    """The gateway, and what its channels talk to."""

    app: FastAPI
    slack: FakeSlack
    teams: World
    runner: asyncio.Runner
    http: httpx.AsyncClient
    said: list[str] = field(default_factory=list)

    def newcomer(self) -> str:
        """Return somebody who has never written before, in Slack or in Teams."""
        return f"U{next(_numbers):05}"

    def start(self, now: str | None, **wanted: str | None) -> dict[str, Any]:
        """Begin a conversation on the web; `said` is from now on what is said in it."""
        self.said.clear()
        return self._posted("/api/conversations", wanted, now)

    def say(self, conversation_id: str, text: str, now: str | None) -> dict[str, Any]:
        """Send a message on the web, and return the reply."""
        self.said.append(text)
        return self._posted(f"/api/conversations/{conversation_id}/messages", {"text": text}, now)

    def _posted(self, path: str, body: dict[str, Any], now: str | None) -> dict[str, Any]:
        answer = self.runner.run(self.http.post(path, json=body, headers={"X-Waymark-Now": now} if now else {}))
        reply: dict[str, Any] = answer.json()
        return reply

    def in_slack(self, person: str, text: str) -> list[Shown]:
        """Send a direct message in Slack, and return the services that are posted in answer."""
        number = next(_numbers)
        stamp = f"{1763791200 + number}.000100"
        said = event(direct_message(text, user=person, channel=f"D{person}", ts=stamp, event_ts=stamp), f"Ev{number:05}")
        content_type, content = as_sent(said)
        self._bring("/channels/slack/events", content.encode(), {"content-type": content_type, **signed(content)})
        posted, self.slack.calls = self.slack.asked("chat.postMessage"), []
        return [service for message in posted for service in _of_blocks(message["blocks"])]

    def in_teams(self, person: str, text: str) -> list[Shown]:
        """Send a message in Teams, and return the services that are posted in answer."""
        sender = {"id": f"29:{person}", "aadObjectId": person}
        at = dt.datetime.fromtimestamp(1763791200 + next(_numbers), dt.UTC).isoformat()
        place = {"conversationType": "personal", "tenantId": TENANT, "id": f"a:{person}"}
        said = activity(self.teams, **{"from": sender, "conversation": place, "text": text, "timestamp": at, "locale": None})
        self._bring("/channels/teams/api/messages", said, {"authorization": f"Bearer {self.teams.token()}"})
        posted, self.teams.sent = self.teams.sent, []
        cards = [attachment["content"] for message in posted for attachment in message["attachments"]]
        return [service for card in cards for service in _of_card(card)]

    def _bring(self, path: str, content: bytes | dict[str, Any], headers: dict[str, str]) -> None:
        self.runner.run(self._brought(path, content, headers))

    async def _brought(self, path: str, content: bytes | dict[str, Any], headers: dict[str, str]) -> None:
        """Send a request, and return when all that it asks for has been delivered."""
        body: dict[str, Any] = {"content": content} if isinstance(content, bytes) else {"json": content}
        answer = await self.http.post(path, headers=headers, **body)
        assert answer.status_code == 200
        async with asyncio.timeout(SECONDS_TO_ANSWER):
            while await self.app.state.gateway.store.waiting():
                await asyncio.sleep(0.005)


@contextlib.contextmanager
def whole_product(running: Supervisor, folder: Path, patch: pytest.MonkeyPatch, **more: str) -> Iterator[Product]:
    """Run a gateway beside that of a running Waymark, with Slack and Teams connected, for as long as the context lasts.

    Args:
        more: what else is set in its environment.
    """
    with fake_slack() as slack, running_world() as teams, asyncio.Runner() as runner:
        cloud = dataclasses.replace(PUBLIC, openid_metadata_url=f"{teams.url}/v1/.well-known/openidconfiguration")
        patch.setattr(teams_channel, "TeamsChannel", partial(TeamsChannel, cloud=cloud, token=a_token))
        # A machine that is busy with other tests is not an outage.
        patch.setattr(assistant, "SECONDS_FOR_AN_ANSWER", SECONDS_TO_ANSWER)
        patch.setattr(api, "SECONDS_FOR_EVERYTHING", SECONDS_TO_ANSWER)
        app = create_app(
            {
                **running._environment,
                "WAYMARK_SECRETS": "one-secret-of-more-than-thirty-two-characters",
                "WAYMARK_STATE": str(folder),
                "WAYMARK_SLACK_SIGNING_SECRET": SECRET,
                "WAYMARK_SLACK_BOT_TOKEN": "xoxb-for-a-test",
                "WAYMARK_SLACK_TEAMS": TEAM,
                "WAYMARK_SLACK_API": slack.api,
                "WAYMARK_TEAMS_CLIENT_ID": CLIENT,
                "WAYMARK_TEAMS_CLIENT_SECRET": "secret",
                "WAYMARK_TEAMS_TENANT_ID": TENANT,
                **more,
            }
        )
        http = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://gateway")
        life = app.router.lifespan_context(app)
        runner.run(life.__aenter__())
        try:
            yield Product(app, slack, teams, runner, http)
        finally:
            runner.run(http.aclose())
            runner.run(life.__aexit__(None, None, None))


def at(moment: str, patch: pytest.MonkeyPatch) -> None:
    """Set the clock of the channels, as a header sets that of the API."""
    now = dt.datetime.fromisoformat(moment)
    patch.setattr(Gateway, "now", lambda gateway: now)


def of_cards(reply: dict[str, Any]) -> list[Shown]:
    """Return the services of a reply of the HTTP contract."""
    return [
        Shown(service["name"], service.get("condition") or "", [phone["href"] for phone in service["phones"]])
        for message in reply["messages"]
        for service in message["services"]
    ]


def _of_blocks(blocks: list[dict[str, Any]]) -> list[Shown]:
    """Read the services off a message of Slack: a name stands in bold, its condition before it, its numbers below."""
    shown: list[Shown] = []
    condition = ""
    lines = [line for block in blocks if block["type"] == "section" for line in block["text"]["text"].splitlines()]
    for line in lines:
        if name := _NAME.fullmatch(line):
            shown.append(Shown(html.unescape(name[1]), condition))
            condition = ""
        elif said := _CONDITION.fullmatch(line):
            condition = html.unescape(said[1])
        elif shown:
            shown[-1].numbers += _NUMBER.findall(line)
    return shown


def _of_card(card: dict[str, Any]) -> list[Shown]:
    """Read the services off a card of Teams: each stands in a box that begins with its name as a heading."""
    boxes = [element["items"] for element in card["body"] if element["type"] == "Container"]
    return [_of_box(*box) for box in boxes if box[0].get("style") == "heading"]


def _of_box(heading: dict[str, Any], *rest: dict[str, Any]) -> Shown:
    shown = Shown(heading["text"])
    for place, element in enumerate(rest):
        runs = element.get("inlines", [])
        if place == 0 and len(runs) == 1 and runs[0].get("weight") == "Bolder":
            shown.condition = runs[0]["text"]
        shown.numbers += [run["selectAction"]["url"] for run in runs if "selectAction" in run]
    return shown
