"""Read lines with a trained model, in a process of its own: `python -m waymark.benches.reader MODEL LINES OUT`.

LINES are JSON, texts in a list. OUT holds how each was read, the milliseconds it took, and what loading took.
"""

import asyncio
import json
import logging
import sys
from pathlib import Path
from time import perf_counter
from typing import Any

from bot.entities import from_entities
from waymark.benches.processes import memory_mb

LINES_TO_WARM_UP = 20


def main(model: str, lines: str, out: str) -> None:
    """Read every line, one after another."""
    from os import getpid

    from rasa.core.agent import Agent
    from rasa.utils.log_utils import configure_structlog

    configure_structlog(logging.WARNING)  # as a server does; otherwise every line is printed, and timed
    began = perf_counter()
    agent = Agent.load(model)
    loading = perf_counter() - began
    texts = json.loads(Path(lines).read_text(encoding="utf-8"))
    read = asyncio.run(_read(agent, texts))
    content = {"load_seconds": loading, "memory_mb": memory_mb(getpid()), "read": read}
    Path(out).write_text(json.dumps(content), encoding="utf-8")


async def _read(agent: Any, texts: list[str]) -> list[dict[str, Any]]:
    for text in texts[:LINES_TO_WARM_UP]:
        await agent.parse_message(text)
    found = []
    for text in texts:
        began = perf_counter()
        parsed = await agent.parse_message(text)
        milliseconds = 1000 * (perf_counter() - began)
        danger = from_entities(parsed.get("entities", [])).danger == "yes"
        found.append(
            {
                "intent": parsed.get("intent", {}).get("name"),
                "danger": danger,
                "language": parsed.get("language"),
                "milliseconds": milliseconds,
            }
        )
    return found


if __name__ == "__main__":
    main(*sys.argv[1:])
