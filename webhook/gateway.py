"""What the gateway holds while it runs, made once at start and given to every route."""

import datetime as dt
import time
from dataclasses import dataclass

from fastapi import Request

from bot.languages import load_languages
from bot.live import live_directory, live_replies, live_words
from bot.reading import shared_knowledge
from webhook.assistant import Assistant
from webhook.conversations import Conversations
from webhook.dialogue import Dialogue
from webhook.messages import Renderer
from webhook.rates import Rates
from webhook.settings import Settings


@dataclass(frozen=True, slots=True)
class Gateway:
    """The gateway's parts."""

    settings: Settings
    assistant: Assistant
    conversations: Conversations
    renderer: Renderer
    dialogue: Dialogue
    rates: Rates

    def now(self) -> dt.datetime:
        """Return the moment, in UTC."""
        return dt.datetime.now(dt.UTC)


def build_gateway(settings: Settings) -> Gateway:
    """Make every part of the gateway.

    Raises:
        ContentError: a content file cannot be used.
    """
    assistant = Assistant(settings.assistant_url, settings.assistant_token, settings.actions_url)
    directory = live_directory()
    renderer = Renderer(directory, live_replies(), live_words(), load_languages())
    dialogue = Dialogue(assistant, renderer, shared_knowledge())
    conversations = Conversations(settings.idle_minutes, time.monotonic)
    rates = Rates(settings.messages_a_minute, settings.starts_a_minute)
    return Gateway(settings, assistant, conversations, renderer, dialogue, rates)


def gateway_of(request: Request) -> Gateway:
    """Return the gateway that answers a request."""
    gateway: Gateway = request.app.state.gateway
    return gateway
