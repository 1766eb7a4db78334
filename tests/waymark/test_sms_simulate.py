"""The phone in the terminal, over real HTTP, with a stand-in for Rasa."""

import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import uvicorn
from starlette.responses import JSONResponse, Response
from typer.testing import CliRunner

from bot.sms import cost
from tests import fakes
from tests.fakes import FakeRasa, fake_rasa
from waymark.cli import app
from waymark.sms_simulate import NoPhone, price
from waymark.supervisor import LOOPBACK, free_port
from webhook.app import create_app

A_PRICE = re.compile(r"(\d+) x (GSM-7|UCS-2), (\d+) characters")
LONG = " ".join(f"Sentence number {number} of a long answer." for number in range(20))


@pytest.fixture(scope="module")
def rasa() -> Iterator[FakeRasa]:
    """A server that stands in for Rasa."""
    with fake_rasa() as fake:
        yield fake


@contextmanager
def gateway(rasa: FakeRasa, test_mode: str) -> Iterator[str]:
    """A gateway on loopback."""
    port = free_port()
    environment = {"WAYMARK_ASSISTANT_URL": rasa.url, "WAYMARK_ASSISTANT_TOKEN": "token", "WAYMARK_TEST_MODE": test_mode}
    server = uvicorn.Server(uvicorn.Config(create_app(environment), LOOPBACK, port, log_level="critical", ws="none"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://{LOOPBACK}:{port}"
    server.should_exit = True
    thread.join()


@pytest.fixture(scope="module")
def address(rasa: FakeRasa) -> Iterator[str]:
    """A gateway in test mode."""
    with gateway(rasa, "1") as started:
        yield started


def simulate(address: str, *said: str) -> str:
    """Everything that the terminal shows while somebody sends texts."""
    result = CliRunner().invoke(app, ["sms-simulate", "--address", address], input="\n".join([*said, "", ""]))
    if result.exception is not None:
        raise result.exception
    return result.output


def prices(shown: str) -> list[tuple[str, str, str]]:
    """Segments, alphabet and characters of every text that is shown, in order."""
    return A_PRICE.findall(shown)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("HELP", "1 x GSM-7, 4 characters"),
        ("a" * 161, "2 x GSM-7, 161 characters"),
        ("\u0434", "1 x UCS-2, 1 characters"),
        ("\u0434" * 71, "2 x UCS-2, 71 characters"),
    ],
)
def test_what_a_text_costs(text: str, said: str):
    """Segments, alphabet and characters."""
    assert price(text) == said


def test_help_is_shown_with_its_cost(address: str):
    """What the person sends costs something too, so both show it; the answer holds both numbers in one segment."""
    shown = simulate(address, "HELP")
    sent, answer = prices(shown)
    assert sent == ("1", "GSM-7", "4")
    assert answer[:2] == ("1", "GSM-7")
    assert "999" in shown


def test_other_alphabets_cost_more(address: str):
    """What is written in Ukrainian is counted as what it is."""
    sent, *_ = prices(simulate(address, "\u0434\u043e\u043f\u043e\u043c\u043e\u0433\u0430"))
    assert sent == ("1", "UCS-2", "8")


def test_a_long_answer_waits_for_more(address: str, rasa: FakeRasa):
    """The first text holds what it can, and each MORE brings the next; each shows its own cost."""

    async def at_length(message: dict[str, Any]) -> Response:
        return JSONResponse([{"text": LONG, "buttons": [], "custom": {}}])

    rasa.answer = at_length
    try:
        shown = simulate(address, "what is this", "MORE")
    finally:
        rasa.answer = fakes.usual
    (_, first, _, second) = prices(shown)
    assert "Sentence number 0 " in shown
    assert all(int(segments) <= 2 and alphabet == "GSM-7" for segments, alphabet, _ in (first, second))
    assert int(first[0]) == cost("a" * int(first[2])).segments


def test_without_test_mode_it_says_so(rasa: FakeRasa):
    """A Waymark in service never speaks as by text message to a terminal; that is told, not counted."""
    with gateway(rasa, "0") as started, pytest.raises(NoPhone, match="WAYMARK_TEST_MODE=1"):
        simulate(started, "there is something odd next door")
