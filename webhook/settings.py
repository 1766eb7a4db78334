"""The gateway's settings: one table of names, defaults and meanings, read once from the environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass

from bot.errors import WaymarkError


@dataclass(frozen=True, slots=True)
class Setting:
    """One environment variable."""

    name: str
    default: str
    help: str


SETTINGS = (
    Setting("HOST", "127.0.0.1", "address the gateway listens on"),
    Setting("PORT", "8000", "port the gateway listens on"),
    Setting("WAYMARK_ASSISTANT_URL", "http://127.0.0.1:5005", "where Rasa listens; set by `waymark serve`"),
    Setting("WAYMARK_ASSISTANT_TOKEN", "", "what the gateway shows to Rasa; made by `waymark serve`"),
    Setting("WAYMARK_ACTIONS_URL", "http://127.0.0.1:5055/webhook", "where the actions listen; set by `waymark serve`"),
    Setting("WAYMARK_IDLE_MINUTES", "30", "minutes after which an idle conversation is forgotten"),
    Setting("WAYMARK_MESSAGES_A_MINUTE", "40", "messages a minute that one conversation may send"),
    Setting("WAYMARK_STARTS_A_MINUTE", "60", "conversations a minute that one address may start"),
    Setting("WAYMARK_ORIGINS", "", "pages that may hold the chat: https://www.example.org, divided by blanks; * for any"),
    Setting("WAYMARK_TEST_MODE", "0", "1: a clock that tests set, other channels' rendering, POST /api/read. Never in service"),
)


class MissingSetting(WaymarkError):
    """Something that only the environment can say was not said."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The values in force."""

    assistant_url: str
    assistant_token: str
    actions_url: str
    idle_minutes: float
    messages_a_minute: int
    starts_a_minute: int
    origins: tuple[str, ...]
    is_test_mode: bool


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Return the settings of an environment; what it does not hold has its default.

    Raises:
        MissingSetting: a secret is not set.
    """
    values = {setting.name: environment.get(setting.name, setting.default) for setting in SETTINGS}
    if not values["WAYMARK_ASSISTANT_TOKEN"]:
        raise MissingSetting("WAYMARK_ASSISTANT_TOKEN is not set: without it Rasa answers nobody. `waymark serve` sets it.")
    return Settings(
        assistant_url=values["WAYMARK_ASSISTANT_URL"],
        assistant_token=values["WAYMARK_ASSISTANT_TOKEN"],
        actions_url=values["WAYMARK_ACTIONS_URL"],
        idle_minutes=float(values["WAYMARK_IDLE_MINUTES"]),
        messages_a_minute=int(values["WAYMARK_MESSAGES_A_MINUTE"]),
        starts_a_minute=int(values["WAYMARK_STARTS_A_MINUTE"]),
        origins=tuple(values["WAYMARK_ORIGINS"].split()),
        is_test_mode=values["WAYMARK_TEST_MODE"] == "1",
    )
