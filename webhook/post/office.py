"""Finds the channels that the environment configures. A new channel is one new module of `webhook.channels`."""

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from types import ModuleType

from webhook import channels
from webhook.gateway import Gateway
from webhook.post.channel import Channel
from webhook.settings import MissingSetting, Setting


def channel_names() -> Iterator[str]:
    """Yield the name of every channel there is, configured or not. Its settings begin with it: `WAYMARK_TWILIO_...`."""
    for found in pkgutil.iter_modules(channels.__path__):
        yield found.name


def connected_channels(environment: Mapping[str, str], gateway: Gateway) -> dict[str, Channel]:
    """Return the channels that are configured, by the name of their module.

    Raises:
        MissingSetting: a channel lacks a setting, or what waits in it would not outlive a restart.
    """
    # Their makers' libraries take seconds to load: nobody waits for those of a channel that the environment does not name.
    named = [name for name in channel_names() if any(variable.startswith(prefix(name)) for variable in environment)]
    connected = {name: _module(name).connect(environment, gateway) for name in named}
    found = {name: channel for name, channel in connected.items() if channel is not None}
    if found and not gateway.settings.is_lasting:
        raise MissingSetting(
            f"{', '.join(found)}: WAYMARK_SECRETS is not set, or neither WAYMARK_STATE nor WAYMARK_STORE_URL is: "
            "what waits to be answered could not be kept. `waymark secret` makes a secret."
        )
    if any(channel.name == "sms" for channel in found.values()) and not gateway.settings.stop_key:
        raise MissingSetting("WAYMARK_STOP_KEY is not set: who sent STOP could not be remembered. `waymark secret` makes one.")
    return found


def all_settings() -> Iterator[Setting]:
    """Yield the settings of every channel."""
    for name in channel_names():
        yield from _module(name).SETTINGS


def prefix(name: str) -> str:
    """Return how the names of a channel's settings begin."""
    return f"WAYMARK_{name.upper()}_"


def _module(name: str) -> ModuleType:
    return importlib.import_module(f"{channels.__name__}.{name}")
