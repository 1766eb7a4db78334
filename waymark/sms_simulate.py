"""`waymark sms-simulate`: a phone in the terminal. Every text shows what it costs, those that the person sends too."""

from rich.align import Align
from rich.console import Console
from rich.panel import Panel
from rich.text import Text

from bot.errors import WaymarkError
from bot.sms import cost
from waymark.client import client

COLUMNS = 44  # about what a small phone shows

_console = Console(highlight=False)


class NoPhone(WaymarkError):
    """The Waymark at the address does not answer as by text message."""


def text_with(address: str | None) -> None:
    """Send texts until an empty line. What STOP does to later messages is the channels' affair and not simulated."""
    with client(address) as waymark:
        if waymark.read("").get("error") == "not_found":  # it is there in test mode alone
            raise NoPhone("Only a Waymark that runs with WAYMARK_TEST_MODE=1 answers a terminal as by text message.")
        # Nobody is greeted by text message: the person writes first.
        conversation = waymark.start(channel="sms")["conversation_id"]
        while said := _console.input("[bold]> ").strip():
            _console.print(Align.right(_bubble(said, "green")))
            for message in waymark.say(conversation, said)["messages"]:
                # Over HTTP the texts of a reply are one message; no text of ours holds an empty line.
                for text in message["text"].split("\n\n"):
                    _console.print(_bubble(text, "red" if message["urgent"] else "cyan"))
        waymark.end(conversation)


def _bubble(text: str, colour: str) -> Panel:
    return Panel(Text(text), subtitle=price(text), subtitle_align="right", border_style=colour, width=COLUMNS)


def price(text: str) -> str:
    """Return what a text costs, in a few words."""
    counted = cost(text)
    return f"{counted.segments} x {counted.alphabet}, {len(text)} characters"
