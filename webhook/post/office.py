"""Finds the channels that the environment configures. A new channel is one new module of `webhook.channels`."""

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from types import ModuleType

from webhook import channels
from webhook.gateway import Gateway
from webhook.post.channel import Channel
from webhook.settings import MissingSetting, Setting


def channel_modules() -> Iterator[tuple[str, ModuleType]]:
    """Yield every channel there is, configured or not, by name."""
    for found in pkgutil.iter_modules(channels.__path__):
        yield found.name, importlib.import_module(f"{channels.__name__}.{found.name}")


def connected_channels(environment: Mapping[str, str], gateway: Gateway) -> dict[str, Channel]:
    """Return the channels that are configured, by the name of their module.

    Raises:
        MissingSetting: a channel lacks a setting, or what waits in it would not outlive a restart.
    """
    connected = {name: module.connect(environment, gateway) for name, module in channel_modules()}
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
    for _, module in channel_modules():
        yield from module.SETTINGS
