"""`waymark bench`: this assistant and the stock Rasa project under the same conversations, and what makes ours slower.

One server runs at a time, in a folder that is thrown away, started as whoever runs it would.
"""

import asyncio
import contextlib
import json
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from bot.languages import FALLBACK, load_languages
from waymark.benches import figures
from waymark.benches.growth import store_conversations
from waymark.benches.lines import our_lines, sampled
from waymark.benches.processes import Peak, measured_run, memory_mb
from waymark.benches.projects import (
    OUT,
    add_services,
    copy_of_ours,
    environment_in,
    keep_languages,
    ours,
    rasa,
    stock_project,
)
from waymark.benches.servers import SECONDS_FOR_A_MESSAGE, Running, Server, Stock, Waymark, running
from waymark.benches.traffic import one_a_second, one_after_another

PEOPLE = (1, 16, 64)
PEOPLE_ON_TIME = 16
SECONDS_TO_WARM_UP = 3.0


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is measured: seconds of each load, examples a language that are trained with, and the growths."""

    seconds: float
    most: int
    languages: tuple[int, ...] = (1, 8, 26)
    services: tuple[int, ...] = (100, 10_000)
    conversations: tuple[int, ...] = (0, 100_000)


def bench(sizes: Sizes) -> None:
    """Measure, print tables, and write everything to `var/bench/load.json`.

    Raises:
        BenchFailed: something that was to be measured did not run.
    """
    OUT.mkdir(parents=True, exist_ok=True)
    measured: dict[str, Any] = {"processors": os.cpu_count(), "seconds": sizes.seconds, "most": sizes.most}
    measured["servers"] = [_stock(sizes), _waymark(sizes)]
    title = f"The same English conversations, {sizes.seconds:g} seconds each, {measured['processors']} processors"
    figures.show(title, measured["servers"])
    measured["languages"] = [_with_languages(count, sizes) for count in sizes.languages]
    figures.show(f"Languages spoken; at most {sizes.most} examples of each are learnt", measured["languages"])
    measured["services"] = [_with_services(count, sizes) for count in sizes.services]
    figures.show("Services in the directory", measured["services"])
    measured["conversations"] = _with_conversations(sizes)
    figures.show("Conversations in the store", measured["conversations"])
    (OUT / "load.json").write_text(json.dumps(measured, indent=1), encoding="utf-8")


def _stock(sizes: Sizes) -> dict[str, Any]:
    with _folder() as temporary:
        folder = stock_project(temporary / "stock", sampled(our_lines({FALLBACK}), sizes.most))
        command = rasa("train", "--fixed-model-name", "model")
        training = measured_run(command, folder, environment_in(folder), OUT / "train.log")
        return {**_under_load(Stock(folder), folder, sizes), "train s": training.seconds}


def _waymark(sizes: Sizes) -> dict[str, Any]:
    with _folder() as temporary:
        folder = copy_of_ours(temporary, is_trained=True)
        return _under_load(Waymark(folder), folder, sizes)


def _under_load(server: Server, folder: Path, sizes: Sizes) -> dict[str, Any]:
    """Return everything that is measured of a server; ours as it is in service, with all its languages."""
    with running(server, folder) as run:
        row: dict[str, Any] = {"": server.name, **_started(run)}
        with Peak(run.pid) as peak:
            for people in PEOPLE:
                tally = asyncio.run(one_after_another(server, run.address, people, sizes.seconds))
                row |= {f"{people} at once: {key}": value for key, value in tally.figures().items()}
            tally = asyncio.run(one_a_second(server, run.address, PEOPLE_ON_TIME, sizes.seconds))
            row |= {f"{PEOPLE_ON_TIME}, a message a second each: {key}": value for key, value in tally.figures().items()}
        row["peak MB"] = peak.mb
        with httpx.Client(base_url=run.address, timeout=SECONDS_FOR_A_MESSAGE) as http:
            row["safe replies only"] = server.answered_alone(http)
    return row


def _with_languages(count: int, sizes: Sizes) -> dict[str, Any]:
    """Measure with so many languages: English, and the next by their codes."""
    with _folder() as temporary:
        folder = copy_of_ours(temporary, is_trained=False)
        codes = sorted(load_languages(folder), key=lambda code: (code != FALLBACK, code))[:count]
        keep_languages(folder, codes, sizes.most)
        training = measured_run(ours("train"), folder, environment_in(folder), OUT / "train.log")
        costs = {"train s": training.seconds, "train MB": training.peak_mb}
        return {"": str(len(codes)), **costs, **_briefly(folder, sizes)}


def _with_services(count: int, sizes: Sizes) -> dict[str, Any]:
    with _folder() as temporary:
        folder = copy_of_ours(temporary, is_trained=True)
        add_services(folder, count)
        return {"": f"{count:,}", **_briefly(folder, sizes)}


def _with_conversations(sizes: Sizes) -> list[dict[str, Any]]:
    """Measure one server again and again while its store grows."""
    rows = []
    with _folder() as temporary:
        folder = copy_of_ours(temporary, is_trained=True)
        server = Waymark(folder)
        stored = 0
        with running(server, folder) as run:
            asyncio.run(one_after_another(server, run.address, 1, SECONDS_TO_WARM_UP))  # one of these is copied
            database = next((folder / "tmp").glob("waymark-*/conversations.db"))
            for count in sizes.conversations:
                events = store_conversations(database, stored, count) if count else 0
                stored = count
                size = {"events each": events, "store MB": database.stat().st_size / 1024**2}
                rows.append({"": f"{count:,}", **size, **_loaded(server, run, sizes)})
    return rows


def _briefly(folder: Path, sizes: Sizes) -> dict[str, Any]:
    server = Waymark(folder)
    with running(server, folder) as run:
        return {**_started(run), **_loaded(server, run, sizes)}


def _started(run: Running) -> dict[str, Any]:
    return {
        "cold start to a safe reply s": run.safe_seconds,
        "cold start to an understood one s": run.ready_seconds,
        "memory MB": memory_mb(run.pid),
    }


def _loaded(server: Server, run: Running, sizes: Sizes) -> dict[str, Any]:
    tally = asyncio.run(one_a_second(server, run.address, PEOPLE_ON_TIME, sizes.seconds))
    busy = {f"{PEOPLE_ON_TIME}, a message a second each: {key}": value for key, value in tally.figures().items()}
    return {**busy, "memory after MB": memory_mb(run.pid)}


@contextlib.contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="waymark-bench-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)
