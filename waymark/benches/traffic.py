"""People who write: the same conversations to whichever server, many at once."""

import asyncio
import itertools
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

from bot.content import PROJECT_FOLDER
from waymark.benches.figures import latencies
from waymark.benches.servers import SECONDS_FOR_A_MESSAGE, Server
from waymark.evaluation import load_cases

ASKED = ("danger", "person", "age_band", "area")  # what a scenario has an answer to

Conversation = Sequence[str]


@dataclass(slots=True)
class Tally:
    """What came of messages: the milliseconds of each that was answered, and how many were not."""

    milliseconds: list[float] = field(default_factory=list)
    failed: int = 0
    seconds: float = 0.0

    def figures(self) -> dict[str, Any]:
        """Return messages a second, the percentiles of their times, and how many were not answered."""
        rate = len(self.milliseconds) / self.seconds if self.seconds else None
        return {
            "messages/s": rate,
            **{f"{key} ms": at for key, at in latencies(self.milliseconds).items()},
            "failed": self.failed,
        }


def conversations() -> list[Conversation]:
    """Return what people write in the English scenarios on the page: how they begin, and what they answer."""
    files = sorted((PROJECT_FOLDER / "tests" / "scenarios").glob("en-*.jsonl"))
    return [
        [case["opening"], *(case["answers"][asked] for asked in ASKED if asked in case["answers"])]
        for case in load_cases(files)
        if "channel" not in case
    ]


async def one_after_another(server: Server, address: str, at_once: int, seconds: float) -> Tally:
    """So many people write for so long; each sends the next message as soon as there is an answer to the last."""
    waiting = itertools.cycle(conversations())
    tally = Tally()
    began = time.monotonic()
    async with _http(address, at_once) as http, asyncio.TaskGroup() as people:
        for _ in range(at_once):
            people.create_task(_write(server, http, waiting, began + seconds, tally))
    tally.seconds = time.monotonic() - began
    return tally


async def one_a_second(server: Server, address: str, at_once: int, seconds: float) -> Tally:
    """So many people send a message each second, answered or not; a late answer counts from when its message was due."""
    waiting = itertools.cycle(conversations())
    tally = Tally()
    began = time.monotonic()
    async with _http(address, at_once) as http, asyncio.TaskGroup() as people:
        for number in range(at_once):
            people.create_task(_write_on_time(server, http, waiting, began + number / at_once, began + seconds, tally))
    tally.seconds = time.monotonic() - began
    return tally


def _http(address: str, at_once: int) -> httpx.AsyncClient:
    limits = httpx.Limits(max_connections=at_once, max_keepalive_connections=at_once)
    return httpx.AsyncClient(base_url=address, timeout=SECONDS_FOR_A_MESSAGE, limits=limits)


async def _write(server: Server, http: httpx.AsyncClient, waiting: Iterator[Conversation], end: float, tally: Tally) -> None:
    while time.monotonic() < end:
        texts = next(waiting)
        conversation = await server.begin(http)
        for text in texts:
            if time.monotonic() >= end:
                return
            await _send(server, http, conversation, text, time.monotonic(), tally)


async def _write_on_time(
    server: Server, http: httpx.AsyncClient, waiting: Iterator[Conversation], first: float, end: float, tally: Tally
) -> None:
    due = first
    while due < end:
        texts = next(waiting)
        conversation = await server.begin(http)
        for text in texts:
            if due >= end:
                return
            await asyncio.sleep(max(due - time.monotonic(), 0.0))
            await _send(server, http, conversation, text, due, tally)
            due += 1.0


async def _send(server: Server, http: httpx.AsyncClient, conversation: str, text: str, since: float, tally: Tally) -> None:
    try:
        is_answered = await server.say(http, conversation, text)
    except httpx.HTTPError:
        is_answered = False
    if is_answered:
        tally.milliseconds.append(1000 * (time.monotonic() - since))
    else:
        tally.failed += 1
