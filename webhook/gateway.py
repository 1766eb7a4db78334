"""What the gateway holds while it runs, made once at start and given to every route."""

import datetime as dt
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fastapi import Request

from bot.keywords import load_keywords
from bot.languages import load_languages
from bot.live import live_directory, live_replies, live_words
from bot.reading import shared_knowledge
from webhook.assistant import Assistant
from webhook.conversations import Conversation, Conversations
from webhook.dialogue import Dialogue, Spoken
from webhook.messages import Renderer
from webhook.metrics import Metrics
from webhook.post.stops import Stops
from webhook.rates import Rates
from webhook.settings import Settings
from webhook.stores.embedded import EmbeddedStore
from webhook.stores.sealing import Seal
from webhook.stores.shared import SharedStore
from webhook.stores.store import Store
from webhook.tally import Tally
from webhook.texting import Texting

STATE_FILE = "gateway.db"


@dataclass(frozen=True, slots=True)
class Gateway:
    """The gateway's parts."""

    settings: Settings
    assistant: Assistant
    store: Store
    seal: Seal
    conversations: Conversations
    renderer: Renderer
    dialogue: Dialogue
    texting: Texting
    stops: Stops
    rates: Rates
    metrics: Metrics
    tally: Tally

    def now(self) -> dt.datetime:
        """Return the moment, in UTC."""
        return dt.datetime.now(dt.UTC)

    async def answer(self, conversation: Conversation, spoken: Spoken, now: dt.datetime) -> dict[str, Any]:
        """Return the reply to a message of a conversation that is held; to a message that comes again, the same reply."""
        known = conversation.answers.get(spoken.message_id)
        if known is not None:
            return known
        began = time.perf_counter()
        speaker = self.texting if conversation.channel == "sms" else self.dialogue
        reply = await speaker.answer(conversation, spoken, now)
        conversation.keep_answer(spoken.message_id, reply)
        self.metrics.replied(conversation.channel, reply, time.perf_counter() - began)
        return reply

    def alone(self, conversation: Conversation, text: str, now: dt.datetime) -> dict[str, Any]:
        """Return what can be said when everything else has failed."""
        self.metrics.answered_alone(conversation.channel)
        reply = self.dialogue.alone(conversation, text, now)
        return self.texting.written(reply["messages"], conversation) if conversation.channel == "sms" else reply


def build_gateway(settings: Settings) -> Gateway:
    """Make every part of the gateway.

    Raises:
        ContentError: a content file cannot be used.
    """
    assistant = Assistant(settings.assistant_url, settings.assistant_token, settings.actions_url)
    renderer = Renderer(live_directory(), live_replies(), live_words(), load_languages())
    metrics = Metrics()
    store = build_store(settings.store_url, settings.state_folder)
    tally = Tally(store, is_counting=not settings.is_test_mode)
    dialogue = Dialogue(assistant, renderer, shared_knowledge(), metrics, tally)
    seal = Seal(settings.secrets, run=settings.assistant_token)
    return Gateway(
        settings=settings,
        assistant=assistant,
        store=store,
        seal=seal,
        conversations=Conversations(store, seal),
        renderer=renderer,
        dialogue=dialogue,
        texting=Texting(dialogue, renderer, load_keywords(), settings.public_url),
        stops=Stops(store, settings.stop_key),
        rates=Rates(
            settings.messages_a_minute,
            settings.starts_a_minute,
            settings.channel_a_minute,
            hidden=seal.hidden,
            store_url=settings.store_url,
        ),
        metrics=metrics,
        tally=tally,
    )


def build_store(url: str, folder: str) -> Store:
    """Make the store: the Redis at a URL; without one, a file in a folder; without either, memory."""
    if url:
        return SharedStore(url)
    return EmbeddedStore(Path(folder) / STATE_FILE if folder else None)


def gateway_of(request: Request) -> Gateway:
    """Return the gateway that answers a request."""
    gateway: Gateway = request.app.state.gateway
    return gateway
