"""`waymark chat`: the same conversation as on the web, in the terminal."""

from collections.abc import Mapping
from typing import Any

from rich.console import Console

from waymark.client import Client, client

_console = Console(highlight=False)


def talk(address: str | None, channel: str) -> None:
    """Talk until an empty line. A button is pressed by its number."""
    with client(address) as waymark:
        reply = waymark.start(channel=None if channel == "web" else channel)
        conversation = reply["conversation_id"]
        buttons = _show(reply)
        while said := _console.input("[bold]> ").strip():
            reply = _send(waymark, conversation, said, buttons)
            buttons = _show(reply)
        waymark.end(conversation)


def _send(waymark: Client, conversation: str, said: str, buttons: list[str]) -> dict[str, Any]:
    if said.isdigit() and 0 < int(said) <= len(buttons):
        return waymark.press(conversation, buttons[int(said) - 1])
    return waymark.say(conversation, said)


def _show(reply: Mapping[str, Any]) -> list[str]:
    """Print a reply and return the payloads of its buttons, in the order of their numbers."""
    buttons = [button for message in reply["messages"] for button in message["buttons"]]
    for message in reply["messages"]:
        _console.print()
        _console.print(message["text"], style="bold red" if message["urgent"] else "cyan", markup=False)
        for service in message["services"]:
            _console.print(_line(service), markup=False)
    for number, button in enumerate(buttons, 1):
        _console.print(f"  [{number}] {button['title']}", markup=False)
    return [button["payload"] for button in buttons]


def _line(service: Mapping[str, Any]) -> str:
    phones = ", ".join(f"{phone['number']} ({phone['label']})" for phone in service["phones"])
    parts = [service.get("condition"), service["name"], phones or service.get("url"), service["hours"], service.get("note")]
    return "  - " + " | ".join(part for part in parts if part)
