"""The gateway's settings: one table of names, defaults and meanings, read once from the environment."""

import os
import secrets
from collections.abc import Mapping, Sequence
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
    Setting("WAYMARK_CHANNEL_A_MINUTE", "10000", "messages a minute that each of SMS, Slack and Teams may bring in all"),
    Setting("WAYMARK_ORIGINS", "", "pages that may hold the chat: https://www.example.org, divided by blanks; * for any"),
    Setting("WAYMARK_PUBLIC_URL", "", "where providers of messages reach the gateway, such as https://chat.example.org"),
    Setting(
        "WAYMARK_SECRETS", "", "what seals waiting messages, 32 characters or more; several, divided by blanks, to renew it"
    ),
    Setting("WAYMARK_STOP_KEY", "", "what hides the numbers that sent STOP, 32 characters or more; never changed"),
    Setting("WAYMARK_STATE", "", "folder in which one gateway keeps what waits; `waymark serve` takes var/state"),
    Setting("WAYMARK_STORE_URL", "", "redis://...: what several gateways share, in the place of the folder"),
    Setting("WAYMARK_METRICS_TOKEN", "", "what Prometheus shows to read /metrics; without it there is no such page"),
    Setting("WAYMARK_TEST_MODE", "0", "1: a clock that tests set, other channels' rendering, POST /api/read. Never in service"),
)


FEWEST_CHARACTERS = 32


class MissingSetting(WaymarkError):
    """Something that only the environment can say was not said."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The values in force. `is_lasting`: what waits outlives a restart; without that no channel can be connected."""

    assistant_url: str
    assistant_token: str
    actions_url: str
    idle_minutes: float
    messages_a_minute: int
    starts_a_minute: int
    channel_a_minute: int
    origins: tuple[str, ...]
    public_url: str
    secrets: tuple[str, ...]
    stop_key: str
    state_folder: str
    store_url: str
    metrics_token: str
    is_test_mode: bool
    is_lasting: bool


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Return the settings of an environment; what it does not hold has its default.

    Raises:
        MissingSetting: a secret is not set, or too short to be one.
    """
    values = {setting.name: environment.get(setting.name, setting.default) for setting in SETTINGS}
    if not values["WAYMARK_ASSISTANT_TOKEN"]:
        raise MissingSetting("WAYMARK_ASSISTANT_TOKEN is not set: without it Rasa answers nobody. `waymark serve` sets it.")
    sealing, stop_key = tuple(values["WAYMARK_SECRETS"].split()), values["WAYMARK_STOP_KEY"]
    for name, secret in (*(("WAYMARK_SECRETS", secret) for secret in sealing), ("WAYMARK_STOP_KEY", stop_key)):
        if 0 < len(secret) < FEWEST_CHARACTERS:
            raise MissingSetting(f"{name} is too short: it needs {FEWEST_CHARACTERS} characters. `waymark secret` makes one.")
    return Settings(
        assistant_url=values["WAYMARK_ASSISTANT_URL"],
        assistant_token=values["WAYMARK_ASSISTANT_TOKEN"],
        actions_url=values["WAYMARK_ACTIONS_URL"],
        idle_minutes=float(values["WAYMARK_IDLE_MINUTES"]),
        messages_a_minute=int(values["WAYMARK_MESSAGES_A_MINUTE"]),
        starts_a_minute=int(values["WAYMARK_STARTS_A_MINUTE"]),
        channel_a_minute=int(values["WAYMARK_CHANNEL_A_MINUTE"]),
        origins=tuple(values["WAYMARK_ORIGINS"].split()),
        public_url=values["WAYMARK_PUBLIC_URL"].rstrip("/"),
        # Without channels nothing outlives this process, and a secret that dies with it is the best one.
        secrets=sealing or (secrets.token_urlsafe(FEWEST_CHARACTERS),),
        stop_key=stop_key,
        state_folder=values["WAYMARK_STATE"],
        store_url=values["WAYMARK_STORE_URL"],
        metrics_token=values["WAYMARK_METRICS_TOKEN"],
        is_test_mode=values["WAYMARK_TEST_MODE"] == "1",
        is_lasting=bool(sealing and (values["WAYMARK_STATE"] or values["WAYMARK_STORE_URL"])),
    )


def required(settings: Sequence[Setting], environment: Mapping[str, str]) -> tuple[str, ...] | None:
    """Return the values of a channel's settings; None if nothing of it is configured.

    Raises:
        MissingSetting: it is configured in part.
    """
    if not any(environment.get(setting.name) for setting in settings if not setting.default):
        return None
    values = tuple(environment.get(setting.name) or setting.default for setting in settings)
    missing = [setting for setting, value in zip(settings, values, strict=True) if not value]
    if missing:
        raise MissingSetting(" ".join(f"{setting.name} is not set ({setting.help})." for setting in missing))
    return values
