"""Everything people come for besides the list of services: signs, settings, topics, practice and the call card.

Loaded together, because the files name one another.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.call_card import CallCard, load_call_card
from bot.content import PROJECT_FOLDER, collect, shown
from bot.errors import ContentError, Problem
from bot.indicators import Indicator, Setting, load_indicators, load_settings
from bot.practice import Scenario, load_scenarios
from bot.topics import Topic, load_topics


@dataclass(frozen=True, slots=True)
class Handbook:
    """All of it by id."""

    indicators: Mapping[str, Indicator]
    settings: Mapping[str, Setting]
    topics: Mapping[str, Topic]
    scenarios: Mapping[str, Scenario]
    call_card: CallCard


def load_handbook(root: Path = PROJECT_FOLDER) -> Handbook:
    """Load everything, and hold the files against one another and against the services.

    Raises:
        ContentError: every mistake in every file.
    """
    data = root / "data"
    loaded: list[Any] = collect(
        [
            lambda: load_indicators(data / "indicators"),
            lambda: load_settings(data / "settings"),
            lambda: load_topics(data / "topics"),
            lambda: load_scenarios(data / "scenarios"),
            lambda: load_call_card(data / "call_card.yml"),
        ]
    )
    handbook = Handbook(*loaded)
    wrong = tuple(_wrong_names(handbook, data))
    if wrong:
        raise ContentError(wrong)
    return handbook


def _wrong_names(handbook: Handbook, data: Path) -> Iterator[Problem]:
    """Yield every id that a file names and no other file has."""
    # A service that is withdrawn for a while keeps its file: nothing that names it is wrong.
    services = {path.stem for path in (data / "services").glob("*.yml")}
    general = [key for key, indicator in handbook.indicators.items() if indicator.broader is None]
    for indicator in handbook.indicators.values():
        file = data / "indicators" / f"{indicator.id}.yml"
        yield from _unknown(file, "leads_to", indicator.leads_to, handbook.indicators)
        yield from _unknown(file, "settings", sorted(indicator.settings), handbook.settings)
        yield from _unknown(file, "broader", [indicator.broader] if indicator.broader else [], general)
    for setting in handbook.settings.values():
        yield from _unknown(data / "settings" / f"{setting.id}.yml", "first", setting.first, handbook.indicators)
    for topic in handbook.topics.values():
        file = data / "topics" / f"{topic.id}.yml"
        yield from _unknown(file, "next", topic.next, handbook.topics)
        yield from _unknown(file, "services", [service.id for service in topic.services], services)
    for scenario in handbook.scenarios.values():
        file = data / "scenarios" / f"{scenario.id}.yml"
        yield from _unknown(file, "signs", scenario.signs, handbook.indicators)
        yield from _unknown(file, "expect.all", scenario.expect.get("all", ()), services)


def _unknown(file: Path, key: str, named: Iterable[str], known: Iterable[str]) -> Iterator[Problem]:
    ids = set(known)
    yield from (Problem(shown(file), key, name, "must be the id of a file that exists") for name in named if name not in ids)
