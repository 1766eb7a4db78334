"""The chat on somebody's page: small, quiet, usable by everybody, and gone without a trace."""

import gzip
import json
import re
import subprocess
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, Playwright, Route, expect

from bot.content import PROJECT_FOLDER
from tests.browser.conftest import CHAT, CHROMIUM, FLAGS, FOLDER, Host, Visit
from waymark.supervisor import LOGS, Supervisor

WIDGET = PROJECT_FOLDER / "webhook" / "widget"
LOADED_LATER = {"papers.js", "settings.js"}
MOST_BYTES = 10_000
STORY = "a girl of 15 lives with a family in Bramhall, she cleans all day and never goes out"
DANGER = {
    "en": "he is hitting her right now",
    "ar": "\u0647\u0648 \u064a\u0636\u0631\u0628\u0646\u064a \u0627\u0644\u0622\u0646",
}


def test_the_types_are_right(checkers: Path):
    """Every module of the chat passes the TypeScript compiler, strictly."""
    checked = subprocess.run(
        [checkers / ".bin" / "tsc", "-p", FOLDER / "jsconfig.json"], capture_output=True, text=True, check=False
    )
    assert checked.stdout == ""
    assert checked.returncode == 0


def test_the_chat_is_small():
    """Code and style of the chat, as they travel: at most 10 kB."""
    sizes = [len(gzip.compress(file.read_bytes())) for file in WIDGET.iterdir() if file.name not in LOADED_LATER]
    assert sum(sizes) <= MOST_BYTES


def test_nothing_loads_until_the_chat_is_opened(visit: Visit, host: Host):
    """Beside the script, a page that holds the tag asks the server for nothing."""
    visit.page.goto(host.page())
    visit.page.get_by_role("button", name="Get help").wait_for()
    visit.page.wait_for_load_state("networkidle")
    assert [url for url in visit.requests if url.startswith(host.gateway)] == [f"{host.gateway}/widget/waymark-chat.js"]


def test_it_obeys_a_strict_policy_and_asks_nobody_else(visit: Visit, host: Host):
    """No violation under a strict policy with Trusted Types, no request to a third party, and nothing kept in the browser."""
    visit.open(host.page())
    visit.say(STORY)
    visit.say(DANGER["en"])
    assert visit.complaints == []
    assert {url for url in visit.requests if not url.startswith((host.address, host.gateway))} == set()
    kept = visit.page.evaluate("async () => [localStorage.length, sessionStorage.length, (await indexedDB.databases()).length]")
    assert kept == [0, 0, 0]
    assert visit.page.context.cookies() == []


def test_with_the_keyboard_alone(visit: Visit, host: Host):
    """Opened, used, left and closed without a mouse; the way out is the first thing that Tab reaches in it."""
    page = visit.page
    page.goto(host.page())
    page.get_by_role("button", name="Get help").wait_for()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.locator(".choices button").first.wait_for()
    page.keyboard.type(STORY)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Yes", exact=True)).to_be_visible()
    assert page.evaluate(f"() => {CHAT}.querySelector('button, a, textarea').className") == "exit"
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Get help")).to_be_focused()


@pytest.mark.parametrize("language", ["en", "ar", "ur", "ti", "zh"])
def test_there_is_no_barrier_that_a_program_can_see(language: str, visit: Visit, host: Host, checkers: Path):
    """axe finds nothing, in two languages from right to left too: with a question, a danger reply, and the settings open."""
    visit.open(host.page(language=language))
    visit.say(STORY)
    visit.say(DANGER.get(language, DANGER["en"]))
    visit.page.locator(".top button").nth(1).click()
    visit.page.locator(".settings select").wait_for()
    visit.page.context.new_cdp_session(visit.page).send("Page.setBypassCSP", {"enabled": True})
    visit.page.evaluate((checkers / "axe-core" / "axe.min.js").read_text(encoding="utf-8"))
    found = visit.page.evaluate("async () => (await axe.run()).violations")
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found] == []


@pytest.mark.parametrize(("width", "height"), [(320, 640), (320, 256)])  # a small phone; a screen of 1280 x 1024 at 400%
def test_on_a_very_small_screen(width: int, height: int, visit: Visit, host: Host):
    """Nothing is cut off sideways, and the way out, the text field and a service's number can be reached."""
    visit.page.set_viewport_size({"width": width, "height": height})
    visit.open(host.page())
    visit.say(DANGER["en"])
    assert visit.page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    rights = visit.page.evaluate(f"() => [...{CHAT}.querySelectorAll('*')].map(each => each.getBoundingClientRect().right)")
    assert max(rights) <= width + 1
    for control in (".exit", "form textarea", ".urgent .call"):
        visit.page.locator(control).first.scroll_into_view_if_needed()
        expect(visit.page.locator(control).first).to_be_in_viewport()


def test_it_keeps_still_for_who_wants_that(visit: Visit, host: Host):
    """With reduced motion nothing glides."""
    visit.page.emulate_media(reduced_motion="reduce")
    visit.open(host.page())
    assert visit.page.locator(".log").evaluate("log => getComputedStyle(log).scrollBehavior") == "auto"


def test_it_can_be_seen_in_forced_colours(visit: Visit, host: Host):
    """Where the system chooses the colours, borders show what is what."""
    visit.page.emulate_media(forced_colors="active")
    visit.open(host.page())
    assert visit.page.locator(".exit").evaluate("exit => getComputedStyle(exit).borderTopStyle") == "solid"


STATES = {
    "fresh": lambda visit: None,
    "answered": lambda visit: visit.say(STORY),
    "in danger": lambda visit: visit.say(DANGER["en"]),
    "settings open": lambda visit: visit.page.locator(".top button").nth(1).click(),
    "offline": lambda visit: visit.page.locator("form textarea").fill("zyxwv"),
}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("way", ["button", "shift"])
def test_the_way_out(state: str, way: str, visit: Visit, host: Host):
    """From every state: another page, no referrer, no way back to the chat, and the server has forgotten."""
    page = visit.page
    visit.open(host.page())
    STATES[state](visit)
    before = page.evaluate("() => history.length")
    if way == "button":
        page.locator(".exit").click()
    else:
        for _ in range(3):
            page.keyboard.press("Shift")
    page.wait_for_url(f"{host.address}/elsewhere")
    assert page.evaluate("() => history.length") == before
    assert host.referrers[-1] is None
    page.go_back()
    assert not page.url.startswith(host.page())
    for conversation in {url for url in visit.requests if url.endswith("/messages")}:
        assert httpx.post(conversation, json={"text": "hello"}).status_code == 404


def test_capitals_do_not_lead_out(visit: Visit, host: Host):
    """Whoever writes in capitals stays; after two presses it is said what a third would do."""
    visit.open(host.page())
    visit.page.locator("form textarea").press_sequentially("HELP ME NOW")
    assert visit.page.url == host.page()
    visit.page.keyboard.press("Shift")
    expect(visit.page.locator(".status")).to_contain_text("1")


def test_a_lost_message_is_sent_once_more(visit: Visit, host: Host):
    """The connection breaks once: the same message goes out again, under the same id, and is answered."""
    sent: list[str] = []

    def break_the_first(route: Route) -> None:
        sent.append(json.loads(route.request.post_data or "{}")["message_id"])
        if len(sent) == 1:
            route.abort()
        else:
            route.continue_()

    visit.open(host.page())
    visit.page.route(re.compile("/messages$"), break_the_first)
    visit.say(STORY)
    assert len(sent) == 2
    assert len(set(sent)) == 1


@pytest.mark.parametrize("failure", ["no connection", "a broken server", "too many requests"])
def test_a_message_is_never_lost(failure: str, visit: Visit, host: Host):
    """Whatever fails, twice: the words are back in the field, the numbers stay on the screen, and it is said what to do."""

    def fail(route: Route) -> None:
        if failure == "no connection":
            route.abort()
        else:
            route.fulfill(status=500 if failure == "a broken server" else 429, body="{}")

    visit.open(host.page())
    visit.page.route(re.compile("/messages$"), fail)
    visit.page.locator("form textarea").fill(STORY)
    visit.page.keyboard.press("Enter")
    expect(visit.page.locator(".status")).to_contain_text("still here", timeout=10_000)
    assert visit.page.locator("form textarea").input_value() == STORY
    expect(visit.page.locator(".numbers")).to_contain_text("999")


def test_the_language_can_be_changed_in_the_middle(visit: Visit, host: Host):
    """Chosen by its own name, it is spoken at once, the page's own words and direction too; nothing has to be said again."""
    visit.open(host.page())
    visit.say(STORY)
    visit.page.locator(".top button").nth(1).click()
    visit.page.locator(".settings select").select_option("ar")
    expect(visit.page.locator("waymark-chat")).to_have_attribute("dir", "rtl")
    expect(visit.page.locator(".row").last.locator(".bubble")).to_have_attribute("lang", "ar")
    expect(visit.page.locator(".choices button")).to_have_count(3)


def test_an_earlier_question_can_be_answered_anew(visit: Visit, host: Host):
    """Back leads to the choices of the question before; what is chosen there then counts."""
    visit.open(host.page())
    visit.say("a person is kept in a house and cleans all day in Bramhall, somebody told me")
    visit.press("No")
    visit.press("Under 18")
    expect(visit.page.locator(".log")).to_contain_text("0161 217 6028")
    visit.press("Back", replies=False)
    visit.press("Over 18")
    expect(visit.page.locator(".row").nth(-2)).not_to_contain_text("0161 217 6028")


def test_a_card_can_be_shown_large(visit: Visit, host: Host):
    """The call card fills the screen on request, and can be closed."""
    visit.open(host.page())
    visit.say(STORY)
    visit.say("can you make me a card to show")
    visit.page.locator(".paper button").nth(1).click()
    expect(visit.page.locator("dialog")).to_contain_text("worried about somebody else")
    visit.page.locator("dialog button").click()
    expect(visit.page.locator("dialog")).to_have_count(0)


def test_without_javascript(browser: Browser, host: Host):
    """The same service as plain pages: told, asked, answered, and left."""
    context = browser.new_context(java_script_enabled=False)
    page: Page = context.new_page()
    page.goto(f"{host.gateway}/chat?language=ro")
    assert page.locator("html").get_attribute("lang") == "ro"
    page.goto(f"{host.gateway}/chat")
    page.locator("textarea").fill(STORY)
    page.locator(".send").click()
    page.get_by_role("button", name="No", exact=True).click()
    expect(page.locator("main")).to_contain_text("0161 217 6028")
    assert "conversation" not in page.url
    with page.expect_request("https://www.bbc.co.uk/weather"):  # asked for, not loaded: nothing leaves this machine
        page.get_by_role("button", name="Exit this page").click()
    context.close()


MARKER = "zwyntoril brangusha"


def test_no_trace_is_left(playwright: Playwright, host: Host, running: Supervisor, tmp_path: Path):
    """Made-up words that were written are nowhere afterwards: not in the browser's profile, not on the server's disk."""
    profile = tmp_path / "profile"
    context = playwright.chromium.launch_persistent_context(profile, executable_path=CHROMIUM, args=FLAGS)
    visit = Visit(context.pages[0])
    visit.open(host.page())
    visit.say(f"my neighbour {MARKER} is kept in a shed")
    visit.page.locator(".exit").click()
    visit.page.wait_for_url(f"{host.address}/elsewhere")
    context.close()
    searched = [file for folder in (profile, LOGS, running.runtime_folder) for file in folder.rglob("*") if file.is_file()]
    assert len(searched) > 10
    for word in MARKER.split():
        for encoding in ("utf-8", "utf-16-le"):
            assert [file for file in searched if word.encode(encoding) in file.read_bytes()] == []
