"""Rasa's response generator: the words of a reply, fixed and reviewed, in the conversation's language."""

from typing import Any

from rasa.core.nlg.generator import NaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from bot.live import live_replies


class ReviewedReplies(NaturalLanguageGenerator):
    """Says what `domain.yml` says, read live."""

    def __init__(self, endpoint_config: EndpointConfig, domain: Domain) -> None:
        self._replies = live_replies()

    async def generate(
        self, utter_action: str, tracker: DialogueStateTracker, output_channel: str, **kwargs: Any
    ) -> dict[str, Any] | None:
        """Return the reply that Rasa sends to the channel."""
        slots = tracker.current_slot_values()
        reply = self._replies.get().reply(utter_action, slots, output_channel, {**slots, **kwargs})
        return {**reply, "child_writes": bool(slots.get("child_writes"))}
