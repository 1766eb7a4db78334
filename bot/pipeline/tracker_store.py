"""The conversations Rasa keeps: slots, intents and codes, never a word that anyone wrote."""

import time
from collections.abc import Iterator

from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.events import BotUttered, Event, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy.orm import Session

KEPT_METADATA = ("now", "asks")


class WordlessTrackerStore(SQLTrackerStore):
    """Rasa's SQL store with every text taken out before it is written, and with deletion, which Rasa lacks."""

    def _additional_events(self, session: Session, tracker: DialogueStateTracker) -> Iterator[Event]:
        return map(_wordless, super()._additional_events(session, tracker))

    def delete(self, sender_id: str) -> None:
        """Delete all that is held about one conversation."""
        with self.session_scope() as session:
            session.query(self.SQLEvent).filter(self.SQLEvent.sender_id == sender_id).delete()
            session.commit()

    def delete_idle(self, seconds: float) -> None:
        """Delete every conversation in which nothing happened for so many seconds."""
        with self.session_scope() as session:
            recent = session.query(self.SQLEvent.sender_id).filter(self.SQLEvent.timestamp > time.time() - seconds)
            idle = self.SQLEvent.sender_id.notin_(recent.distinct())
            session.query(self.SQLEvent).filter(idle).delete(synchronize_session=False)
            session.commit()


def _wordless(event: Event) -> Event:
    if isinstance(event, UserUttered):
        return UserUttered(
            text="",
            intent={"name": event.intent.get("name")},
            entities=[{"entity": entity["entity"], "value": entity["value"]} for entity in event.entities],
            timestamp=event.timestamp,
            input_channel=event.input_channel,
            message_id=event.message_id,
            metadata={key: event.metadata[key] for key in KEPT_METADATA if key in event.metadata},
        )
    if isinstance(event, BotUttered):
        return BotUttered(text="", timestamp=event.timestamp)
    return event
