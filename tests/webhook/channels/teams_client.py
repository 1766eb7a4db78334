"""Microsoft's own client of Teams, on this machine, and a person in front of it.

The client (the Agents Playground, from npm) sends no tokens, so that Waymark must run in test mode, with the organisation
`TENANT` and WAYMARK_TEAMS_UNAUTHENTICATED=1. It hears mentions in no group.
"""

import contextlib
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, sync_playwright

from tests.browser.conftest import CHROMIUM, FLAGS
from waymark.supervisor import LOOPBACK, free_port

CLIENT = Path(__file__).parent / "playground" / "node_modules" / ".bin" / "agentsplayground"
NODE = shutil.which("node")
TENANT = "00000000-0000-0000-0000-0000000000001"  # what the client says it is of
SECONDS_TO_START = 60
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
    """Run the client against a messaging endpoint for as long as the context lasts; yield the address of its page."""
    arguments = [CLIENT, "-e", endpoint, "-c", "msteams", "-p", str(free_port()), "--disable-telemetry"]
    environment = {**os.environ, "HOME": str(folder)}
    with subprocess.Popen(
        arguments, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as ran:
        try:
            yield f"http://{LOOPBACK}:{_port(ran)}"
        finally:
            ran.terminate()


def _port(ran: "subprocess.Popen[str]") -> str:
    assert ran.stdout is not None
    for line in ran.stdout:
        if listening := re.search(r"Listening on (\d+)", line):
            return listening[1]
    raise AssertionError("Microsoft's client has not started")


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """Run a browser for as long as the context lasts."""
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
        self.page.route("**/*", self._only_here)
        self.page.goto(address, wait_until="domcontentloaded")
        self.cards.first.wait_for()

    @property
    def cards(self) -> Locator:
        """Every card in the chat, the oldest first."""
        return self.page.locator(".ac-adaptiveCard")

    def say(self, text: str, cards: int) -> None:
        """Write something, and wait for an answer of so many cards."""
        before = self.cards.count()
        self.page.locator("[contenteditable=true][role=textbox]").first.click()
        self.page.keyboard.insert_text(text)
        self.page.keyboard.press("Enter")
        self._wait(before + cards)

    def press(self, title: str, cards: int) -> None:
        """Press the newest button of this title, and wait for an answer of so many cards."""
        before = self.cards.count()
        self.page.get_by_role("button", name=title, exact=True).last.click()
        self._wait(before + cards)

    def check_what_was_said(self, cards: int) -> Locator:
        """Choose the action on what was written before so many cards, and return the window that opens."""
        self.page.get_by_role("button", name="Show more information").nth(-1 - cards).click()
        self.page.get_by_role("menuitem", name="Action Command").click()
        dialog = self.page.get_by_role("dialog")
        dialog.locator("input").first.fill("check")
        dialog.get_by_text("Adaptive Cards").first.click()
        dialog.get_by_role("button", name="Create").click()
        window = self.page.get_by_role("dialog").filter(has=self.page.locator(".ac-adaptiveCard"))
        window.locator(".ac-adaptiveCard").wait_for()
        return window

    def _wait(self, count: int) -> None:
        self.page.wait_for_function("count => document.querySelectorAll('.ac-adaptiveCard').length >= count", arg=count)

    def _only_here(self, route: Route) -> None:
        if re.match(rf"(https?|wss?)://({re.escape(LOOPBACK)}|localhost)[:/]", route.request.url):
            route.continue_()
        else:
            self.elsewhere.append(route.request.url)
            route.abort()
