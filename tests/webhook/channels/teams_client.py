"""Microsoft's own client of Teams, on this machine, and a person in front of it.

The client (the Agents Playground, from npm) sends no tokens, so that Waymark must run in test mode, with the organisation
`TENANT` and WAYMARK_TEAMS_UNAUTHENTICATED=1. It hears mentions in no group.
"""

import contextlib
import json
import os
import re
import shutil
import subprocess
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect, sync_playwright

from tests.browser.conftest import CHROMIUM, FLAGS
from waymark.supervisor import LOOPBACK, free_port

CLIENT = Path(__file__).parent / "playground" / "node_modules" / ".bin" / "agentsplayground"
NODE = shutil.which("node")
TENANT = "00000000-0000-0000-0000-000000000001"
SETTINGS = ".m365agentsplayground.yml"  # read by the client in the folder that it is started in
FEWEST_OTHERS = 5  # that it takes in its organisation
MILLISECONDS_OF_PATIENCE = 60_000  # a machine that is busy with other tests is slow, and not wrong
MISSING = (
    "NO CLIENT OF TEAMS: Microsoft's client, node or chromium is missing, and nobody has talked to Waymark through it. "
    "`npm ci` in tests/webhook/channels/playground and `make browser` install them."
)


def skip_without_a_client() -> None:
    """Skip a test, loudly, where there is nothing to run."""
    if CHROMIUM is None or NODE is None or not CLIENT.exists():
        pytest.skip(MISSING)


@contextlib.contextmanager
def microsofts_client(endpoint: str, folder: Path) -> Iterator[str]:
    """Run the client for somebody new against a messaging endpoint, as long as the context lasts; yield its page's address."""
    (folder / SETTINGS).write_text(json.dumps(_somebody_new()), encoding="utf-8")  # JSON is YAML
    arguments = [CLIENT, "-e", endpoint, "-c", "msteams", "-p", str(free_port()), "--disable-telemetry"]
    environment = {**os.environ, "HOME": str(folder)}
    with subprocess.Popen(
        arguments, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as ran:
        try:
            yield f"http://{LOOPBACK}:{_port(ran)}"
        finally:
            ran.terminate()


def _somebody_new() -> dict[str, Any]:
    """Return what the client is told of its organisation: the least that it takes."""
    channels = [{"id": "channel", "name": "A channel"}]
    return {
        "version": "0.1.1",
        "tenantId": TENANT,
        "bot": {"id": "bot", "name": "Waymark"},
        "currentUser": _member(0),
        "users": [_member(number) for number in range(1, FEWEST_OTHERS + 1)],
        "personalChat": {"id": str(uuid.uuid4())},
        "groupChat": {"id": str(uuid.uuid4()), "name": "A group"},
        "team": {"id": "team", "name": "A team", "aadGroupId": str(uuid.uuid4()), "channels": channels},
    }


def _member(number: int) -> dict[str, str]:
    name, address = f"Member {number}", f"member{number}@example.org"
    known = {"givenName": "Member", "surname": str(number), "email": address, "userPrincipleName": address}
    return {"id": f"user-{number}", "name": name, "aadObjectId": str(uuid.uuid4()), **known}


def _port(ran: "subprocess.Popen[str]") -> str:
    assert ran.stdout is not None
    for line in ran.stdout:
        if listening := re.search(r"Listening on (\d+)", line):
            return listening[1]
    raise AssertionError("Microsoft's client has not started")


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """Run a browser for as long as the context lasts."""
    expect.set_options(timeout=MILLISECONDS_OF_PATIENCE)
    with sync_playwright() as started:
        launched = started.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield launched
        launched.close()


@dataclass
class Person:
    """Somebody at the client's page, in their own chat with Waymark."""

    page: Page
    elsewhere: list[str] = field(default_factory=list)

    def open(self, address: str) -> None:
        """Open the client, and wait for the home card."""
        self.page.set_default_timeout(MILLISECONDS_OF_PATIENCE)
        self.page.route("**/*", self._only_here)
        self.page.goto(address, wait_until="domcontentloaded")
        self.cards.first.wait_for()

    @property
    def cards(self) -> Locator:
        """Every card in the chat, the oldest first."""
        return self.page.locator(".ac-adaptiveCard")

    def say(self, text: str, answer: str) -> Locator:
        """Write something, and return the card that answers with certain words."""
        before = self.cards.count()
        self.page.locator("[contenteditable=true][role=textbox]").first.click()
        self.page.keyboard.insert_text(text)
        self.page.keyboard.press("Enter")
        return self._new_card(before, answer)

    def press(self, title: str, answer: str) -> Locator:
        """Press the newest button of this title, and return the card that answers with certain words."""
        before = self.cards.count()
        self.page.get_by_role("button", name=title, exact=True).last.click()
        return self._new_card(before, answer)

    def headings(self, card: Locator) -> list[str]:
        """Return the names of the services on a card, in order."""
        return card.get_by_role("heading").all_inner_texts()

    def check(self, place: int) -> Locator:
        """Choose the action on a message, by its place in the chat from 0 on, and return the window that opens."""
        self.page.get_by_role("button", name="Show more information").nth(place).click()
        self.page.get_by_role("menuitem", name="Action Command").click()
        dialog = self.page.get_by_role("dialog")
        dialog.locator("input").first.fill("check")
        dialog.get_by_text("Adaptive Cards").first.click()
        dialog.get_by_role("button", name="Create").click()
        window = self.page.get_by_role("dialog").filter(has=self.page.locator(".ac-adaptiveCard"))
        window.locator(".ac-adaptiveCard").wait_for()
        return window

    def _new_card(self, before: int, words: str) -> Locator:
        """Return the first card after so many that holds certain words, as soon as it is there."""
        found = self.page.wait_for_function(
            """([before, words]) => {
                const cards = [...document.querySelectorAll('.ac-adaptiveCard')]
                return cards.findIndex((card, place) => place >= before && card.innerText.includes(words)) + 1
            }""",
            arg=[before, words],
        )
        return self.cards.nth(found.json_value() - 1)

    def _only_here(self, route: Route) -> None:
        if re.match(rf"(https?|wss?)://({re.escape(LOOPBACK)}|localhost)[:/]", route.request.url):
            route.continue_()
        else:
            self.elsewhere.append(route.request.url)
            route.abort()
