"""A member of staff talks to Waymark through Microsoft's own client: a triage with cards, danger, the check of a message.

The assistant's part is played from a fixed list, so that this needs neither the model nor the queue; reading, cards, buttons
and sending are the real ones.
"""

import asyncio
import contextlib
import threading
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, expect
from starlette.applications import Starlette
from starlette.routing import Mount

from bot.content import PROJECT_FOLDER
from tests.webhook.channels.teams_client import TENANT, Person, chromium, microsofts_client, skip_without_a_client
from tests.webhook.channels.teams_world import gateway
from waymark.supervisor import LOOPBACK, free_port
from webhook.channels.teams.channel import TeamsChannel
from webhook.channels.teams.package import messaging_endpoint
from webhook.channels.teams.settings import TeamsSettings
from webhook.conversations import Conversation
from webhook.post.channel import Arrived

SCREENSHOTS = PROJECT_FOLDER / "var" / "screenshots"
STAFF = Conversation("", "en", "teams", None, "staff")
NO = '/inform{"danger": "no"}'
SERVICES = ("emergency-999", "stockport-children", "modern-slavery-helpline", "police-101")


def said(text: str, *titles_and_payloads: tuple[str, str], services: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """A reply of one message."""
    listed = [{"id": id_, **({"condition": "if_danger"} if id_ == "emergency-999" else {})} for id_ in services]
    (message,) = gateway().renderer.render([{"text": text, "services": listed}], STAFF, gateway().now())
    return [{**message, "buttons": [{"title": title, "payload": payload} for title, payload in titles_and_payloads]}]


def replies() -> list[list[dict[str, Any]]]:
    """What the assistant answers, one after the other."""
    dialogue, now = gateway().dialogue, gateway().now()
    return [
        dialogue.greet(STAFF, now)["messages"],
        said("Is she in danger now?", ("Yes", '/inform{"danger": "yes"}'), ("No", NO), ("I do not know", "/inform")),
        [*said("", services=SERVICES), *said("Tell your safeguarding lead, but never wait for one.")],
        dialogue.danger_reply(STAFF, ["en"], now),
        said(
            "A van brings men to a car wash each morning.\nWhat would you do?",
            ("Follow the van to see where the workers live, and ring somebody later.", "/inform"),
            ("Ring the helpline.", "/inform"),
        ),
        dialogue.danger_reply(Conversation("", "ur", "teams", None, "staff"), ["ur"], now),
    ]


class SmallProduct:
    """The channel behind a real server, and a worker that answers from the list."""

    def __init__(self) -> None:
        settings = TeamsSettings("0f5c0d3e-3b0a-4b7e-9b6e-2b1f6a5d4c3b", "none", TENANT, is_unauthenticated=True)
        self.channel = TeamsChannel(settings, gateway())
        self.taken: list[Arrived] = []
        self.failures: list[BaseException] = []
        self.address = f"http://{LOOPBACK}:{free_port()}"
        self._replies = iter(replies())

    async def take(self, arrived: Arrived) -> bool:
        """Take once, and give to the worker."""
        if any(known.key == arrived.key for known in self.taken):
            return False
        self.taken.append(arrived)
        self._queue.put_nowait(arrived)
        return True

    @contextlib.asynccontextmanager
    async def lifespan(self, app: Starlette) -> AsyncIterator[None]:
        """Run the channel and the worker."""
        self._queue: asyncio.Queue[Arrived] = asyncio.Queue()
        await self.channel.start()
        worker = asyncio.create_task(self._work())
        yield
        worker.cancel()
        await self.channel.stop()

    async def _work(self) -> None:
        while True:
            arrived = await self._queue.get()
            try:
                for page in self.channel.pages({"messages": next(self._replies)}, STAFF):
                    await self.channel.send(arrived.address, page)
            except Exception as failure:  # it must be seen by the test, which runs elsewhere
                self.failures.append(failure)


@contextlib.contextmanager
def served(product: SmallProduct) -> Iterator[None]:
    """Serve the product for as long as the context lasts."""
    app = Starlette(routes=[Mount("/channels/teams", product.channel.application(product.take))], lifespan=product.lifespan)
    port = int(product.address.rpartition(":")[2])
    config = uvicorn.Config(app, LOOPBACK, port, log_level="critical", ws="none", timeout_graceful_shutdown=0)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield
    server.should_exit = True
    thread.join()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium."""
    skip_without_a_client()
    with chromium() as launched:
        yield launched


@pytest.fixture
def product(browser: Browser) -> Iterator[SmallProduct]:
    """Waymark's side."""
    made = SmallProduct()
    with served(made):
        yield made


@pytest.fixture
def person(browser: Browser, product: SmallProduct, tmp_path: Path) -> Iterator[Person]:
    """Somebody at Microsoft's client, who has just installed Waymark."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    with microsofts_client(messaging_endpoint(product.address), tmp_path) as address:
        page = browser.new_page(viewport={"width": 1100, "height": 1500})
        somebody = Person(page)
        somebody.open(address)
        yield somebody
        page.close()


def test_a_triage_with_cards_through_microsofts_own_client(person: Person, product: SmallProduct):
    """The home card; a question with buttons; the services; danger; the practice room by its command; right-to-left words."""
    home = person.cards.last
    expect(home).to_contain_text("Emergency services: 999")
    person.page.screenshot(path=SCREENSHOTS / "teams-home.png")

    person.say("16, cannabis house, Stockport", cards=1)
    expect(person.cards.last).to_contain_text("Is she in danger now?")
    person.press("No", cards=2)
    expect(person.page.get_by_text("You chose: No")).to_be_visible()
    listed = person.cards.nth(-2)
    for name in ("Emergency services: 999", "Multi-Agency Safeguarding and Support Hub (MASSH)", "Police: 101"):
        expect(listed).to_contain_text(name)
    expect(listed.locator("a[href='tel:01612176028']")).to_have_text("0161 217 6028")
    expect(listed.get_by_text("Report online").first).to_be_visible()
    person.page.screenshot(path=SCREENSHOTS / "teams-services.png")

    person.say("he is hitting her right now", cards=3)
    expect(person.cards.nth(-3)).to_contain_text("Ring 999 now. It is free.")
    person.page.screenshot(path=SCREENSHOTS / "teams-danger.png")

    person.press("practice", cards=1)
    expect(person.cards.last).to_contain_text("1. Follow the van to see where the workers live, and ring somebody later.")
    person.press("2", cards=4)
    expect(person.cards.nth(-4).locator("a[href='tel:999']")).to_have_text("\u2066999\u2069")
    person.page.screenshot(path=SCREENSHOTS / "teams-urdu.png")

    assert product.failures == []
    assert [(arrived.wish, arrived.text, arrived.payload) for arrived in product.taken] == [
        ("greeting", "", None),
        ("message", "16, cannabis house, Stockport", None),
        ("message", "", NO),
        ("message", "he is hitting her right now", None),
        ("message", "practice", None),
        ("message", "", "/inform"),
    ]
    assert len({arrived.writer for arrived in product.taken}) == 1


def test_the_check_of_a_message_through_microsofts_own_client(person: Person, product: SmallProduct):
    """The action on a message opens a window with the result; the message itself is taken nowhere."""
    person.say("He is hitting her right now", cards=1)
    window = person.check_what_was_said(cards=1)
    expect(window).to_contain_text("If somebody is in danger now, ring 999.")
    expect(window).to_contain_text("Only you can see this. The text is not kept.")
    expect(window).to_contain_text("Emergency services: 999")
    person.page.screenshot(path=SCREENSHOTS / "teams-check.png")
    assert [arrived.wish for arrived in product.taken] == ["greeting", "message"]
