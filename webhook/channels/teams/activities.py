"""What comes from Teams, read into what is to be answered. Only the fields that we need, so that a new one breaks nothing.

Whole examples stand in `tests/webhook/channels/test_teams_messages.py`.
"""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from webhook.post.channel import Arrived

MOST_CHARACTERS_OF_A_PAYLOAD = 500  # HTTP contract
PRESSED = "adaptiveCard/action"
CHECKS = ("composeExtension/fetchTask", "composeExtension/submitAction")
SECONDS_BETWEEN_GREETINGS = 600  # Teams tells of one installation in two ways, within seconds
_BOT = "28:"  # what the ids of bots begin with; those of persons begin with "29:"
_CHANGES: dict[str, Literal["message", "recall"]] = {"messageUpdate": "message", "messageDelete": "recall"}
_MENTION = re.compile(r"</?at[^>]*>")


class _Part(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel)


class Party(_Part):
    """A person or a bot. `aad_object_id`: the person's id in the organisation's directory, the same in every conversation."""

    id: str = ""
    aad_object_id: str | None = None
    role: str | None = None


class Tenant(_Part):
    """An organisation."""

    id: str | None = None


class ChannelData(_Part):
    """What Teams adds for itself."""

    tenant: Tenant | None = None


class Place(_Part):
    """A conversation of Teams."""

    id: str
    conversation_type: str | None = None
    tenant_id: str | None = None


class Activity(_Part):
    """One thing that happened in Teams."""

    type: str
    service_url: str
    conversation: Place
    id: str = ""
    name: str = ""
    action: str | None = None
    text: str | None = None
    value: Any = None
    locale: str | None = None
    timestamp: dt.datetime | None = None
    sender: Party = Field(alias="from", default_factory=Party)
    recipient: Party = Field(default_factory=Party)
    channel_data: ChannelData | None = None
    entities: list[dict[str, Any]] | None = None
    members_added: list[Party] | None = None

    @property
    def tenants(self) -> set[str]:
        """The organisations that it says it comes from, wherever it says so."""
        of_teams = self.channel_data.tenant.id if self.channel_data and self.channel_data.tenant else None
        return {tenant.lower() for tenant in (self.conversation.tenant_id, of_teams) if tenant}

    @property
    def language(self) -> str | None:
        """The language that the person's Teams is in: "en" for "en-GB"."""
        return self.locale.partition("-")[0].lower() if self.locale else None

    @property
    def is_personal(self) -> bool:
        """Whether nobody else reads this conversation. What does not say so counts as a group."""
        return self.conversation.conversation_type == "personal"

    @property
    def is_from_a_bot(self) -> bool:
        """Whether it is from ourselves, or another bot."""
        return self.sender.role == "bot" or self.sender.id.startswith(_BOT) or self.sender.id == self.recipient.id


def read(activity: Activity, now: dt.datetime) -> Arrived | None:
    """Return what is to be answered or recalled, or None: bots, reactions and whatever we do not know need no answer."""
    if activity.is_from_a_bot:
        return None
    if activity.type in _CHANGES and activity.id:
        return _changed(activity, now)
    if activity.type == "message" and activity.id:
        return _said(activity, _submitted(activity.value), now)
    if activity.type == "invoke" and activity.name == PRESSED and activity.id:
        return _said(activity, pressed(activity), now)
    if activity.is_personal and _is_installation(activity):
        return _greeting(activity, now)
    return None


def pressed(activity: Activity) -> Mapping[str, Any]:
    """Return what a button of our cards sends back, or nothing if it was no button of ours."""
    return _submitted(_inside(activity.value, "action").get("data"))


def writer(activity: Activity) -> str:
    """Return who writes, by the same name in every conversation of theirs with us."""
    return f"{min(activity.tenants)} {activity.sender.aad_object_id or activity.sender.id}"


def _said(activity: Activity, data: Mapping[str, Any], now: dt.datetime) -> Arrived:
    payload, command = _text(data, "payload"), _text(data, "say")
    is_payload = payload is not None and len(payload) <= MOST_CHARACTERS_OF_A_PAYLOAD
    return Arrived(
        key=" ".join(filter(None, (activity.conversation.id, activity.id, activity.name))),
        writer=writer(activity),
        address=_address(activity),
        at=_at(activity, now),
        text=command or _own_words(activity),
        payload=payload if is_payload else None,
        language=activity.language,
    )


def _changed(activity: Activity, now: dt.datetime) -> Arrived:
    """Recall a message that was changed or deleted; the new words are answered, for they may tell of danger."""
    said = _said(activity, {}, now)
    return replace(said, key=f"{said.key} {activity.type} {said.at}", recalls=said.key, wish=_CHANGES[activity.type])


def _greeting(activity: Activity, now: dt.datetime) -> Arrived:
    at = _at(activity, now)
    return Arrived(
        key=f"{activity.conversation.id} greeting {int(at // SECONDS_BETWEEN_GREETINGS)}",
        writer=writer(activity),
        address={**_address(activity), "is_home": True},
        at=at,
        wish="greeting",
        language=activity.language,
    )


def _is_installation(activity: Activity) -> bool:
    if activity.type == "installationUpdate":
        return activity.action == "add"
    added = {member.id for member in activity.members_added or ()}
    return activity.type == "conversationUpdate" and activity.recipient.id in added


def _address(activity: Activity) -> dict[str, Any]:
    return {
        "service_url": activity.service_url,
        "conversation": activity.conversation.id,
        "is_personal": activity.is_personal,
        "is_home": False,
        "tenant": min(activity.tenants),
        "person": activity.sender.id,
        "reply_to": activity.id,
        "language": activity.language,
    }


def _at(activity: Activity, now: dt.datetime) -> float:
    moment = activity.timestamp or now
    return (moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)).timestamp()


def _own_words(activity: Activity) -> str:
    """Return the text without the mention of ourselves that a group needs; names of others lose only their marks."""
    text = activity.text or ""
    for entity in activity.entities or ():
        is_ours = _inside(entity, "mentioned").get("id") == activity.recipient.id
        if is_ours and isinstance(entity.get("text"), str):
            text = text.replace(entity["text"], "")
    return _MENTION.sub("", text).strip()


def _submitted(data: Any) -> Mapping[str, Any]:
    return data if isinstance(data, Mapping) else {}


def _inside(value: Any, key: str) -> Mapping[str, Any]:
    return _submitted(_submitted(value).get(key))


def _text(data: Mapping[str, Any], key: str) -> str | None:
    found = data.get(key)
    return found if isinstance(found, str) else None
