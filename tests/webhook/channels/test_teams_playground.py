"""Somebody of staff talks to the whole of Waymark through Microsoft's own client: triage, danger, practice, check of a message.

Everything runs as in service, but that the client has no tokens to show. What was seen is left in `var/screenshots`, to be
looked at.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from bot.content import PROJECT_FOLDER
from tests.conftest import TEST_ENVIRONMENT
from tests.webhook.channels.teams_client import TENANT, Person, chromium, microsofts_client, skip_without_a_client
from waymark.supervisor import LOOPBACK, Supervisor, free_port, serving
from webhook.channels.teams.package import messaging_endpoint

SCREENSHOTS = PROJECT_FOLDER / "var" / "screenshots"
OPENING = "a boy of 15 works in a car wash in Stockport, he sleeps there"
AGAIN = "Ring 999 now. It is free."


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium."""
    skip_without_a_client()
    with chromium() as launched:
        yield launched


@pytest.fixture(scope="module")
def product(trained: None, browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Supervisor]:
    """The whole of Waymark, connected to Teams."""
    teams = {
        "WAYMARK_TEAMS_UNAUTHENTICATED": "1",
        "WAYMARK_TEAMS_CLIENT_ID": "0f5c0d3e-3b0a-4b7e-9b6e-2b1f6a5d4c3b",
        "WAYMARK_TEAMS_CLIENT_SECRET": "none",
        "WAYMARK_TEAMS_TENANT_ID": TENANT,
        "WAYMARK_SECRETS": "one-secret-of-more-than-thirty-two-characters",
        "WAYMARK_STATE": str(tmp_path_factory.mktemp("state")),
    }
    with serving(LOOPBACK, free_port(), {**os.environ, **TEST_ENVIRONMENT, **teams}, print) as supervisor:
        yield supervisor


@pytest.fixture
def person(browser: Browser, product: Supervisor, tmp_path: Path) -> Iterator[Person]:
    """Somebody at Microsoft's client, who has just installed Waymark."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    with microsofts_client(messaging_endpoint(product.address), tmp_path) as address:
        page = browser.new_page(viewport={"width": 1100, "height": 1500})
        somebody = Person(page)
        somebody.open(address)
        yield somebody
        page.close()


def test_a_triage_with_cards_through_microsofts_own_client(person: Person):
    """The home card; a question with buttons; the services; what happens next; danger, and the list once more."""
    expect(person.cards.last).to_contain_text("Emergency services: 999")
    person.page.screenshot(path=SCREENSHOTS / "teams-home.png")

    asked = person.say(OPENING, "Which organisation do you work for?")
    expect(asked.get_by_role("button", name="Council")).to_be_in_viewport()
    person.page.screenshot(path=SCREENSHOTS / "teams-question.png")

    listed = person.press("Council", "Who to contact, in this order:")
    expect(person.page.get_by_text("You chose: Council")).to_be_visible()
    assert person.headings(listed) == [
        "Emergency services: 999",
        "Multi-Agency Safeguarding and Support Hub (MASSH)",
        "Independent Child Trafficking Guardianship Service",
        "Police: 101",
        "Fair Work Agency",
        "Report modern slavery as a first responder",
    ]
    expect(listed.locator("a[href='tel:01612176028']")).to_have_text("0161 217 6028")
    person.page.screenshot(path=SCREENSHOTS / "teams-services.png")

    person.press("What happens when I ring?", "First they ask if you are in a safe place and can talk.")

    danger = person.say("he is hitting him right now", AGAIN)
    expect(danger.locator("a[href='tel:999']")).to_have_text("999")
    expect(person.cards.last).to_have_text(AGAIN)
    expect(person.cards.last).to_be_in_viewport()
    person.page.screenshot(path=SCREENSHOTS / "teams-danger.png")

    person.press("I am safe now", "Who to contact, in this order:")


def test_the_commands_through_microsofts_own_client(person: Person):
    """The practice room, whose answers are too long for buttons; the languages; and one that runs from right to left."""
    person.press("practice", "5.")
    person.page.screenshot(path=SCREENSHOTS / "teams-practice.png")
    person.press("2", "That is the best choice.")

    person.press("languages", "Which language is best for you?")
    person.page.screenshot(path=SCREENSHOTS / "teams-languages.png")
    expect(person.page.get_by_role("button", name="اردو")).to_be_visible()

    danger = person.say("وہ اسے ابھی مار رہا ہے", "999")
    expect(danger.locator("a[href='tel:999']")).to_have_text("\u2066999\u2069")
    person.page.screenshot(path=SCREENSHOTS / "teams-urdu.png")


def test_a_triage_in_welsh_through_microsofts_own_client(person: Person):
    """Who writes in Welsh is asked, helped and warned in Welsh; in danger in English too."""
    person.say("mae bachgen 15 oed yn gweithio mewn golchfa ceir yn Stockport", "I ba sefydliad ydych chi'n gweithio?")
    listed = person.press("Y cyngor", "Â phwy i gysylltu, yn y drefn hon:")
    assert "Multi-Agency Safeguarding and Support Hub (MASSH)" in person.headings(listed)
    person.page.screenshot(path=SCREENSHOTS / "teams-welsh.png")
    person.say("mae o yn ei guro fo rŵan", "Ffoniwch 999 nawr.")
    expect(person.cards.last).to_be_in_viewport()
    person.page.screenshot(path=SCREENSHOTS / "teams-welsh-danger.png")


def test_the_check_of_a_message_through_microsofts_own_client(person: Person):
    """The action on a message opens a window with the result."""
    person.say("He is hitting her right now", AGAIN)
    window = person.check(1)  # after the home card
    expect(window).to_contain_text("If somebody is in danger now, ring 999.")
    expect(window).to_contain_text("Only you can see this. The text is not kept.")
    expect(window).to_contain_text("Emergency services: 999")
    person.page.screenshot(path=SCREENSHOTS / "teams-check.png")
