"""A real browser, and a page of somebody else's that holds the chat, on another origin and with a strict policy."""

import functools
import http.server
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright, sync_playwright

from waymark.supervisor import LOOPBACK, Supervisor

FOLDER = Path(__file__).parent
CHECKERS = FOLDER / "node_modules"
CHAT = "document.querySelector('waymark-chat').shadowRoot.querySelector('.chat')"
CHROMIUM = shutil.which("chromium")
# Debian's Chromium, told not to ring home; this machine's tests need no other network.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NO_BROWSER = "NO BROWSER: chromium is missing, and nothing of the chat is tested. `make browser` installs it."
NO_CHECKERS = "NO CHECKERS: types and barriers are not tested. `make browser` installs what they need."
POLICY = (
    "default-src 'none'; script-src {gateway}; connect-src {gateway}; img-src {gateway}; base-uri 'none'; form-action 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
HOST_PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A council</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<script type="module" src="{gateway}/widget/waymark-chat.js"></script></head>
<body><main><h1>A council's page</h1><p>Bins, parks and schools.</p></main>
<waymark-chat {attributes}>Get help</waymark-chat></body></html>"""
ELSEWHERE_PAGE = "<!doctype html><title>The weather</title><p>Rain.</p>"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say loudly, at the end, what could not be tested."""
    missing = ((CHROMIUM is None, NO_BROWSER), (not CHECKERS.exists(), NO_CHECKERS))
    for line in (line for is_missing, line in missing if is_missing):
        terminalreporter.write_line(line, red=True, bold=True)


@dataclass
class Host:
    """Somebody else's web server, whose pages hold the chat; `attributes` are the tag's."""

    gateway: str
    address: str = ""
    referrers: list[str | None] = field(default_factory=list)

    def page(self, **attributes: str) -> str:
        """Return the address of a page with the tag; by default the way out leads to another page of this server."""
        wanted = {"exit": f"{self.address}/elsewhere", **attributes}
        return f"{self.address}/?" + "&".join(f"{name}={value}" for name, value in wanted.items())


class _Handler(http.server.BaseHTTPRequestHandler):
    def __init__(self, host: Host, *args: Any) -> None:
        self._host = host
        super().__init__(*args)

    def do_GET(self) -> None:
        """Serve the page with the tag, or the one that the way out leads to."""
        path, _, query = self.path.partition("?")
        if path == "/elsewhere":
            self._host.referrers.append(self.headers["referer"])
        attributes = " ".join(f'{name}="{value}"' for name, value in parse_qsl(query))
        body = ELSEWHERE_PAGE if path == "/elsewhere" else HOST_PAGE.format(gateway=self._host.gateway, attributes=attributes)
        self.send_response(200 if path in ("/", "/elsewhere") else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Security-Policy", POLICY.format(gateway=self._host.gateway))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 its name in the library
        """Say nothing."""


@pytest.fixture(scope="session")
def host(running: Supervisor) -> Iterator[Host]:
    """Somebody else's web server."""
    served = Host(running.address)
    server = http.server.ThreadingHTTPServer((LOOPBACK, 0), functools.partial(_Handler, served))
    served.address = f"http://{LOOPBACK}:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield served
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def checkers() -> Path:
    """The folder of the checkers from npm: TypeScript's compiler and axe."""
    if not CHECKERS.exists():
        pytest.skip(NO_CHECKERS)
    return CHECKERS


# Not for the whole session: while it runs, it holds the event loop that other tests need.
@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    """The library that drives the browser."""
    if CHROMIUM is None:
        pytest.skip(NO_BROWSER)
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """Chromium."""
    launched = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
    yield launched
    launched.close()


@dataclass
class Visit:
    """A visitor's page, with everything that went wrong or left the machine on it."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def open(self, address: str) -> None:
        """Go to a page and open its chat."""
        self.page.goto(address)
        self.page.get_by_role("button", name="Get help").click()
        self.page.locator(".choices button").first.wait_for()

    def say(self, text: str) -> None:
        """Write something, and wait for the reply to it."""
        before = self.page.locator(".row").count()
        self.page.locator("form textarea").fill(text)
        self.page.keyboard.press("Enter")
        self._wait(before)

    def press(self, title: str, replies: bool = True) -> None:
        """Press a choice, and wait for the reply to it, where there is to be one."""
        before = self.page.locator(".row").count()
        self.page.get_by_role("button", name=title, exact=True).last.click()
        if replies:
            self._wait(before)

    def _wait(self, before: int) -> None:
        self.page.wait_for_function(f"before => {CHAT}.querySelectorAll('.row').length > before + 1", arg=before)
        self.page.wait_for_function(f"() => !{CHAT}.querySelector('.status').textContent")

    def complain(self, message: ConsoleMessage) -> None:
        """Note what the browser's console complains of."""
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    """A visitor with a fresh browser."""
    context = browser.new_context(viewport={"width": 390, "height": 844})
    made = Visit(context.new_page())
    made.page.on("pageerror", lambda error: made.complaints.append(str(error)))
    made.page.on("console", made.complain)
    made.page.on("request", lambda request: made.requests.append(request.url))
    yield made
    context.close()
