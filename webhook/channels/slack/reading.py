"""What Slack sends, by its shape, and what is wanted with it. What has none of these shapes is nothing that we answer:
messages of bots and of our own, and events that we did not ask for.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError

from webhook.channels.slack.checks import POST, SHARE
from webhook.channels.slack.mrkdwn import words_of
from webhook.post.channel import Arrived

CHECK = "check"  # the message shortcut

_Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]{1,255}$")]
_Stamp = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,12}\.[0-9]{1,9}$")]  # seconds since 1970
_Text = Annotated[str, BeforeValidator(lambda text: text or "")]  # Slack writes null where there is none
_Address = Annotated[str, StringConstraints(pattern=r"^https?://", max_length=3000)]


@dataclass(frozen=True, slots=True)
class Opened:
    """Somebody looks at the app's Home."""

    user: str


@dataclass(frozen=True, slots=True)
class Wordless:
    """Somebody wants a message checked in which there are no words."""

    user: str
    address: str


@dataclass(frozen=True, slots=True)
class Sharing:
    """Somebody pressed the button that asks whether to post a check in the channel, or the one that posts it."""

    key: str
    step: str
    value: str
    user: str
    address: str


Wish = Arrived | Opened | Wordless | Sharing


class _Shape(BaseModel):
    model_config = ConfigDict(frozen=True)


class _Named(_Shape):
    id: _Id


class _Person(_Named):
    team_id: _Id | None = None


class _Event(_Shape):
    """What every event says of whoever caused it; in a channel shared with others, that may be one of theirs."""

    user: _Id
    team: _Id | None = None
    user_team: _Id | None = None
    source_team: _Id | None = None

    def teams(self) -> set[str]:
        return _known(self.team, self.user_team, self.source_team)


class _Written(_Event):
    """Something a person wrote. A bot's has a `bot_id`."""

    text: _Text = ""
    ts: _Stamp
    thread_ts: _Stamp | None = None
    bot_id: None = None


class _Said(_Written):
    """Something a person wrote now; a changed one is `edited`."""

    channel: _Id
    edited: None = None

    def arrived(self, team: str, address: dict[str, Any], wish: Literal["message", "greeting"]) -> Arrived:
        return Arrived(
            key=_message(self.channel, self.ts),
            writer=_writer(team, self.user),
            address={**address, "channel": self.channel, "thread": self.thread_ts},
            at=float(self.ts),
            wish=wish,
            text=words_of(self.text),
        )


class _DirectMessage(_Said):
    type: Literal["message"]
    channel_type: Literal["im"]
    subtype: Literal["file_share", "me_message", "thread_broadcast"] | None = None

    def wish(self, team: str) -> Wish:
        return self.arrived(team, {"way": "message"}, "message")


class _Edit(_Shape):
    ts: _Stamp


class _Edited(_Written):
    """A message with its words of now. A link that was unfurled changes it too, but is no edit."""

    edited: _Edit


class _Change(_Shape):
    """What happened to a message in a direct conversation."""

    type: Literal["message"]
    channel_type: Literal["im"]
    channel: _Id


class _Changed(_Change):
    """The new words are answered: they may tell of danger, and in the place of the old ones, if these still wait."""

    subtype: Literal["message_changed"]
    message: _Edited

    def teams(self) -> set[str]:
        return self.message.teams()

    def wish(self, team: str) -> Wish:
        said, changed_at = self.message, self.message.edited.ts
        return Arrived(
            key=_message(self.channel, said.ts, changed_at),
            recalls=_message(self.channel, said.ts),
            writer=_writer(team, said.user),
            address={"way": "message", "channel": self.channel, "thread": said.thread_ts},
            at=float(changed_at),
            text=words_of(said.text),
        )


class _Deleted(_Change):
    subtype: Literal["message_deleted"]
    deleted_ts: _Stamp
    previous_message: _Written

    def teams(self) -> set[str]:
        return self.previous_message.teams()

    def wish(self, team: str) -> Wish:
        deleted = _message(self.channel, self.deleted_ts)
        writer = _writer(team, self.previous_message.user)
        return Arrived(key=f"{deleted} deleted", recalls=deleted, writer=writer, address={}, wish="recall")


class _Mention(_Said):
    type: Literal["app_mention"]

    def wish(self, team: str) -> Wish:
        is_bare = not words_of(self.text)
        return self.arrived(team, {"way": "ephemeral", "user": self.user}, "greeting" if is_bare else "message")


class _HomeOpened(_Event):
    type: Literal["app_home_opened"]
    tab: Literal["home"]

    def wish(self, team: str) -> Wish:
        return Opened(self.user)


class _EventCallback(_Shape):
    type: Literal["event_callback"]
    team_id: _Id
    event: _DirectMessage | _Changed | _Deleted | _Mention | _HomeOpened

    def teams(self) -> set[str]:
        return {self.team_id} | self.event.teams()

    def wish(self, sent_at: float) -> Wish:
        return self.event.wish(self.team_id)


class _Command(_Shape):
    command: str
    team_id: _Id
    user_id: _Id
    text: _Text = ""
    trigger_id: _Id
    response_url: _Address

    def teams(self) -> set[str]:
        return {self.team_id}

    def wish(self, sent_at: float) -> Wish:
        text = words_of(self.text)
        return Arrived(
            key=self.trigger_id,
            writer=_writer(self.team_id, self.user_id),
            address=_response(self.response_url, self.user_id),
            at=sent_at,
            wish="message" if text else "greeting",
            text=text,
        )


class _Interaction(_Shape):
    team: _Named | None = None  # an organisation's own app is told the person's team only
    user: _Person
    trigger_id: _Id | None = None

    def teams(self) -> set[str]:
        return _known(self.team.id if self.team else None, self.user.team_id)

    @property
    def writer(self) -> str:
        return _writer(self.team.id if self.team else self.user.team_id or "", self.user.id)

    def key(self, action_ts: str) -> str:
        return self.trigger_id or f"{self.user.id}:{action_ts}"


class _Quoted(_Shape):
    """A message that was passed on, or that a program wrote, inside another one."""

    text: _Text = ""
    fallback: _Text = ""


class _Message(_Shape):
    text: _Text = ""
    attachments: tuple[_Quoted, ...] = ()

    def words(self) -> str:
        quoted = (attachment.text or attachment.fallback for attachment in self.attachments)
        return "\n".join(filter(None, map(words_of, (self.text, *quoted))))


class _Shortcut(_Interaction):
    type: Literal["message_action"]
    callback_id: Literal["check"]
    action_ts: _Stamp
    response_url: _Address
    channel: _Named
    message: _Message

    def wish(self, sent_at: float) -> Wish:
        text = self.message.words()
        if not text:
            return Wordless(self.user.id, self.response_url)
        return Arrived(
            key=self.key(self.action_ts),
            writer=self.writer,
            address={**_response(self.response_url, self.user.id), "is_channel": not _is_direct(self.channel.id)},
            at=float(self.action_ts),
            wish="check",
            text=text,
        )


class _Action(_Shape):
    type: Literal["button"]
    action_id: str
    value: str
    action_ts: _Stamp


class _InThread(_Shape):
    thread_ts: _Stamp | None = None


class _Pressed(_Interaction):
    type: Literal["block_actions"]
    actions: Annotated[tuple[_Action, ...], Field(min_length=1, max_length=1)]
    channel: _Named | None = None
    message: _InThread | None = None
    response_url: _Address | None = None

    def wish(self, sent_at: float) -> Wish:
        (action,) = self.actions
        if action.action_id in (SHARE, POST) and self.response_url:
            return Sharing(self.key(action.action_ts), action.action_id, action.value, self.user.id, self.response_url)
        return Arrived(
            key=self.key(action.action_ts),
            writer=self.writer,
            address=self._address(),
            at=float(action.action_ts),
            payload=action.value,
        )

    def _address(self) -> dict[str, Any]:
        if self.channel and _is_direct(self.channel.id):
            thread = self.message.thread_ts if self.message else None
            return {"way": "message", "channel": self.channel.id, "thread": thread}
        if self.response_url:
            return _response(self.response_url, self.user.id)
        return {"way": "direct", "user": self.user.id}


_Request = _EventCallback | _Command | _Shortcut | _Pressed
_REQUEST: TypeAdapter[_Request] = TypeAdapter(_Request)


def read(body: Mapping[str, Any], sent_at: float) -> tuple[set[str], Wish] | None:
    """Return the teams that a request names, and what is wanted with it; None if it is nothing that we answer.

    Args:
        sent_at: in seconds since 1970, for what does not say it itself.
    """
    try:
        request = _REQUEST.validate_python(body)
    except ValidationError:
        return None
    return request.teams(), request.wish(sent_at)


def _known(*teams: str | None) -> set[str]:
    return {team for team in teams if team}


def _message(channel: str, *stamps: str) -> str:
    """Return the key of a message, which Slack knows by its channel and the moment when it was written."""
    return ":".join((channel, *stamps))


def _writer(team: str, user: str) -> str:
    return f"{team}:{user}"


def _response(address: str, user: str) -> dict[str, Any]:
    return {"way": "response", "address": address, "user": user}


def _is_direct(channel: str) -> bool:
    """Say whether nobody but two can read a conversation."""
    return channel.startswith("D")
