"""What is wanted with what Slack sends, and what is nothing for us."""

from typing import Any

import pytest

from tests.webhook.channels.slack_side import (
    ANN,
    BOT,
    BOT_USER,
    CHANNEL,
    DIRECT,
    IN_A_DIRECT_MESSAGE,
    IN_THE_HOME,
    TEAM,
    Side,
    command,
    direct_message,
    event,
    home_opened,
    meet,
    mention,
    pressed,
    shortcut,
)
from webhook.channels.slack.mrkdwn import words_of
from webhook.channels.slack.reading import Opened, Sharing, Wordless, read
from webhook.post.channel import Arrived

SENT_AT = 1763791300.0
WRITER = f"{TEAM}:{ANN}"
PASSPORT = "he took her passport"


def private(body: dict[str, Any], **more: Any) -> dict[str, Any]:
    """The address for a private answer to a command, a shortcut or a press."""
    return {"way": "response", "address": body["response_url"], "user": ANN, **more}


WRITTEN_AT, CHANGED_AT = "1763791200.000100", "1763791209.000200"
THREAD = "1763791000.000700"
NO = '/inform{"danger": "no"}'
FORWARDED = {"text": "look:", "attachments": [{"text": "She is never alone."}, {"text": None, "fallback": "owes"}]}


def direct(thread: str | None = None) -> dict[str, Any]:
    """The address of a direct message."""
    return {"way": "message", "channel": DIRECT, "thread": thread}


def whisper(thread: str | None = None) -> dict[str, Any]:
    """The address for a private answer to a mention."""
    return {"way": "ephemeral", "channel": CHANNEL, "user": ANN, "thread": thread}


def written(address: dict[str, Any], text: str = PASSPORT, **other: Any) -> Arrived:
    """What arrives with an event."""
    key = f"{address['channel']}:{WRITTEN_AT}"
    return Arrived(key=key, writer=WRITER, address=address, at=1763791200.0001, text=text, **other)


def rewritten(address: dict[str, Any], text: str) -> Arrived:
    """What arrives with a message that was changed."""
    key = f"{DIRECT}:{WRITTEN_AT}:{CHANGED_AT}"
    recalls = f"{DIRECT}:{WRITTEN_AT}"
    return Arrived(key=key, writer=WRITER, address=address, at=float(CHANGED_AT), text=text, recalls=recalls)


def deleted() -> Arrived:
    """What arrives with a message that was deleted."""
    recalls = f"{DIRECT}:{WRITTEN_AT}"
    return Arrived(key=f"{recalls} deleted", writer=WRITER, address={}, wish="recall", recalls=recalls)


def commanded(text: str, **other: Any) -> Arrived:
    """What arrives with a command, which does not say itself when it was sent."""
    return Arrived(key="1.2.c0ffee", writer=WRITER, address=private(command()), at=SENT_AT, text=text, **other)


def to_check(text: str = "She is never alone.", *, is_channel: bool = True) -> Arrived:
    """What arrives with the shortcut."""
    address = private(shortcut(), is_channel=is_channel)
    return Arrived(key="1.2.5h0rt", writer=WRITER, address=address, at=1763791201.0002, wish="check", text=text)


def chosen(address: dict[str, Any], payload: str = NO, key: str = "1.2.b0770n") -> Arrived:
    """What arrives with a press."""
    return Arrived(key=key, writer=WRITER, address=address, at=1763791203.0003, payload=payload)


def sharing(step: str) -> Sharing:
    """What the two presses that post something are."""
    return Sharing("1.2.b0770n", step, "{}", ANN, pressed()["response_url"])


OLD = {"type": "message", "text": PASSPORT, "user": ANN, "ts": WRITTEN_AT, "team": TEAM}
NEW = {**OLD, "text": "she has it back", "edited": {"user": ANN, "ts": CHANGED_AT}}


def change(message: dict[str, Any]) -> dict[str, Any]:
    """A message of a direct conversation that was changed; nobody stands outside it."""
    said = {"message": message, "previous_message": OLD, "hidden": True, "user": None, "text": None}
    return direct_message(subtype="message_changed", **said)


def deletion(message: dict[str, Any]) -> dict[str, Any]:
    """A message of a direct conversation that was deleted."""
    said = {"deleted_ts": WRITTEN_AT, "previous_message": message, "hidden": True, "user": None, "text": None}
    return direct_message(subtype="message_deleted", **said)


IN_A_THREAD = {"message": {"ts": "1763791202.000100", "thread_ts": THREAD}}
NO_WORDS = Wordless(ANN, shortcut()["response_url"])
WANTED = {
    "a direct message": (event(direct_message()), written(direct())),
    "a direct message in a thread is answered there": (event(direct_message(thread_ts=THREAD)), written(direct(THREAD))),
    "a picture without words is answered too": (event(direct_message("", subtype="file_share")), written(direct(), "")),
    "a changed message is answered anew": (event(change(NEW)), rewritten(direct(), "she has it back")),
    "a changed message in a thread": (event(change({**NEW, "thread_ts": THREAD})), rewritten(direct(THREAD), NEW["text"])),
    "a deleted message is recalled": (event(deletion(OLD)), deleted()),
    "a mention is answered privately": (event(mention()), written(whisper())),
    "a mention in a thread is answered privately there": (event(mention(thread_ts=THREAD)), written(whisper(THREAD))),
    "a mention and nothing else is a greeting": (event(mention(f"<@{BOT_USER}> ")), written(whisper(), "", wish="greeting")),
    "a command": (command(), commanded("16, cannabis house, Stockport")),
    "a command and nothing else is a greeting": (command("  "), commanded("", wish="greeting")),
    "a shortcut on a message in a channel": (shortcut(), to_check()),
    "a shortcut on a direct message has no channel to post in": (shortcut(channel={"id": "D0BOB"}), to_check(is_channel=False)),
    "a shortcut on what was passed on": (shortcut(message=FORWARDED), to_check("look:\nShe is never alone.\nowes")),
    "a shortcut on a picture": (shortcut(""), NO_WORDS),
    "a shortcut on a message that has no text at all": (shortcut(None), NO_WORDS),
    "a press in a private answer": (pressed(), chosen(private(pressed()))),
    "a press without a trigger": (pressed(trigger_id=None), chosen(private(pressed()), key=f"{ANN}:1763791203.000300")),
    "a press in a direct message": (pressed(**IN_A_DIRECT_MESSAGE), chosen(direct())),
    "a press in a thread is answered there": (pressed(**IN_A_DIRECT_MESSAGE, **IN_A_THREAD), chosen(direct(THREAD))),
    "a press in the Home": (pressed("/practice{}", **IN_THE_HOME), chosen({"way": "direct", "user": ANN}, "/practice{}")),
    "a press of an organisation's own app": (pressed(team=None), chosen(private(pressed()))),
    "the first press that posts": (pressed("{}", "share"), sharing("share")),
    "the second press that posts": (pressed("{}", "post"), sharing("post")),
    "the Home": (event(home_opened()), Opened(ANN)),
}


@pytest.mark.parametrize(("body", "wish"), WANTED.values(), ids=WANTED)
def test_what_is_wanted(body: dict[str, Any], wish: Any):
    """What somebody sends is read with its writer, its place in time and the way back to them."""
    assert read(body, SENT_AT) == ({TEAM}, wish)


NOTHING_FOR_US = {
    "a message whose link was unfurled": change(OLD),
    "our own message that was changed": change({**NEW, "user": BOT_USER, "bot_id": BOT}),
    "our own message that was deleted": deletion({**OLD, "user": BOT_USER, "bot_id": BOT}),
    "a message in a channel that was changed": {**change(NEW), "channel": CHANNEL, "channel_type": "channel"},
    "a mention that was changed": mention(edited={"user": ANN, "ts": CHANGED_AT}),
    "our own message": direct_message(user=BOT_USER, bot_id=BOT),
    "another bot's message": direct_message(user="U0OTHERBOT", bot_id="B0OTHER"),
    "a bot's message of the old kind": direct_message(subtype="bot_message", bot_id="B0OTHER", user=None),
    "a mention by another bot": mention(bot_id="B0OTHER"),
    "a message in a channel": direct_message(channel=CHANNEL, channel_type="channel"),
    "a message in a group": direct_message(channel="G0GROUP", channel_type="mpim"),
    "somebody came into the channel": direct_message(subtype="channel_join"),
    "the messages of the app are looked at": home_opened("messages"),
    "a reaction": {"type": "reaction_added", "user": ANN, "reaction": "eyes", "item": {"type": "message"}},
    "an event that nobody knows": {"type": "weather_changed"},
    "an event without a type": {},
}


@pytest.mark.parametrize("content", NOTHING_FOR_US.values(), ids=NOTHING_FOR_US)
def test_the_rest_is_acknowledged_and_passed_over(content: dict[str, Any]):
    """Bots, ourselves, links and events that we did not ask for: 200, and nothing is taken or done."""
    assert read(event(content), SENT_AT) is None

    async def scenario(slack: Side) -> tuple[int, int]:
        return (await slack.sends(event(content))).status_code, len(slack.taken.arrived)

    assert meet(scenario) == (200, 0)


OF_NO_KNOWN_FORM = {
    "another shortcut": shortcut(callback_id="somebody_elses"),
    "a choice from a menu": pressed(actions=[{"type": "static_select", "action_id": "a", "action_ts": "1.1"}]),
    "a view": {
        "type": "view_submission",
        "team": {"id": TEAM},
        "user": {"id": ANN},
        "view": {"type": "modal", "callback_id": "a"},
    },
    "options of a menu": {"type": "block_suggestion", "team": {"id": TEAM}, "user": {"id": ANN}, "action_id": "a"},
    "nothing at all": {},
}


@pytest.mark.parametrize("body", OF_NO_KNOWN_FORM.values(), ids=OF_NO_KNOWN_FORM)
def test_a_press_of_no_known_form_is_acknowledged_and_noticed(body: dict[str, Any], caplog: pytest.LogCaptureFixture):
    """What we never offered is acknowledged; that it came is in the log, so that nobody waits in silence for long."""

    async def scenario(slack: Side) -> tuple[int, int]:
        return (await slack.sends(body)).status_code, len(slack.taken.arrived)

    assert meet(scenario) == (200, 0)
    assert "not answered" in caplog.text


AS_TYPED = {
    "plain": ("he took her passport", "he took her passport"),
    "signs that Slack escapes": ("1 &lt; 2 &amp; 3 &gt; 2", "1 < 2 & 3 > 2"),
    "what was typed as an escape": ("&amp;lt;", "&lt;"),
    "a person": ("<@U024BE7LH> took <@W1|ann>'s passport", "took 's passport"),
    "a channel": ("as in <#C024BE7LR|general>", "as in general"),
    "everybody": ("<!here> look", "here look"),
    "a group": ("<!subteam^SAZ94GDB8|@night-shift> look", "@night-shift look"),
    "a number that Slack made a link": ("ring <tel:01612176028|0161 217 6028>", "ring 0161 217 6028"),
    "an address": ("<https://example.org/a?b=1&amp;c=2>", "https://example.org/a?b=1&c=2"),
    "an address with words": ("<https://example.org|this page>", "this page"),
    "an e-mail address": ("<mailto:a@example.org|a@example.org>", "a@example.org"),
    "half a pair of surrogates": ("knife \ud83d", "knife"),
    "lines": ("one\ntwo", "one\ntwo"),
}


@pytest.mark.parametrize(("sent", "typed"), AS_TYPED.values(), ids=AS_TYPED)
def test_words_are_read_as_they_were_typed(sent: str, typed: str):
    """Slack's marks are taken out of a text; so are the names of people, which are to be left out."""
    assert words_of(sent) == typed
