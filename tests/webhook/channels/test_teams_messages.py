"""What comes from Teams, and what of it is to be answered."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.webhook.channels.teams_world import CLIENT, TENANT, Bot, activity, running_bot

PERSON = {"id": "29:somebody", "name": "Somebody", "aadObjectId": "5b1f0c9e-0000-4000-8000-000000000001"}
OURSELVES = {"id": f"28:{CLIENT}", "name": "Waymark"}
GROUP = {"conversationType": "groupChat", "isGroup": True, "tenantId": TENANT, "id": "19:group@thread.v2"}
TEAM = {"conversationType": "channel", "isGroup": True, "tenantId": TENANT, "id": "19:team@thread.tacv2;messageid=17"}
PAYLOAD = '/inform{"danger": "no"}'


@pytest.fixture(scope="module")
def running() -> Iterator[Bot]:
    """The channel, and Microsoft's servers on loopback."""
    with running_bot() as started:
        yield started


@pytest.fixture
def bot(running: Bot) -> Bot:
    """The same, afresh."""
    running.forget()
    return running


def invoke(name: str, value: Any) -> dict[str, Any]:
    """The fields of an invoke."""
    return {"type": "invoke", "name": name, "value": value, "text": None}


def press(**data: Any) -> dict[str, Any]:
    """The fields of a pressed button, as Microsoft's client sends them."""
    return invoke(
        "adaptiveCard/action", {"action": {"type": "Action.Execute", "verb": "choose", "data": data}, "trigger": "manual"}
    )


def test_a_message_is_taken_as_it_was_written(bot: Bot):
    """Key, writer, moment and language as Teams says them; the address holds all that an answer needs."""
    answer = bot.hear(activity(bot.world, id="17", text=" a girl of 15\nin Stockport "))
    assert (answer.status_code, answer.content) == (200, b"")
    (arrived,) = bot.taken
    assert arrived.key == "a:chat 17"
    assert arrived.writer == f"{TENANT} {PERSON['aadObjectId']}"
    assert arrived.at == pytest.approx(1795342530.123456)
    assert (arrived.wish, arrived.text, arrived.payload, arrived.language) == (
        "message",
        "a girl of 15\nin Stockport",
        None,
        "en",
    )
    assert arrived.address == {
        "service_url": bot.world.url,
        "conversation": "a:chat",
        "is_personal": True,
        "is_home": False,
        "tenant": TENANT,
        "person": "29:somebody",
        "reply_to": "17",
        "language": "en",
    }


@pytest.mark.parametrize(
    ("changes", "text", "payload"),
    [
        ({"text": ""}, "", None),
        ({"text": None, "attachments": [{"contentType": "image/*", "contentUrl": "https://x"}]}, "", None),
        ({"text": "Anna <at>Bob</at> & <b>"}, "Anna Bob & <b>", None),
        (press(payload=PAYLOAD, title="No"), "", PAYLOAD),
        (press(say="practice", title="practice"), "practice", None),
        ({"text": None, "value": {"payload": PAYLOAD, "title": "No"}}, "", PAYLOAD),
        ({"text": None, "value": {"say": "help"}}, "help", None),
        ({"text": None, "value": "something else"}, "", None),
        (press(payload="x" * 501), "", None),
        (press(payload=["x"]), "", None),
        (press(), "", None),
        (invoke("adaptiveCard/action", "garbled"), "", None),
    ],
    ids=str,
)
def test_words_and_buttons(bot: Bot, changes: dict[str, Any], text: str, payload: str | None):
    """A button's payload or command is taken in the place of a text; whatever else somebody sends to us is answered too."""
    assert bot.hear(activity(bot.world, **changes)).status_code == 200
    assert [(arrived.text, arrived.payload) for arrived in bot.taken] == [(text, payload)]


def test_a_pressed_button_says_what_was_chosen(bot: Bot):
    """Microsoft's form of it, in the language of the person's Teams; the answer itself comes as a message."""
    answer = bot.hear(activity(bot.world, id="17", **press(payload=PAYLOAD, title="No")))
    assert answer.json() == {
        "statusCode": 200,
        "type": "application/vnd.microsoft.activity.message",
        "value": "You chose: No",
    }
    assert bot.taken[0].key == "a:chat 17 adaptiveCard/action"


def test_what_is_sent_again_is_taken_once_and_acknowledged_each_time(bot: Bot):
    """Teams sends an activity again when it heard nothing in time."""
    said, pressed = activity(bot.world), activity(bot.world, **press(payload=PAYLOAD, title="No"))
    answers = [bot.hear(each) for each in (said, said, pressed, said, pressed)]
    assert [answer.status_code for answer in answers] == [200] * 5
    assert len(bot.taken) == 2
    assert answers[2].json() == answers[4].json()


def test_a_message_and_a_button_with_one_id_are_two_things(bot: Bot):
    """An invoke is known by its name besides."""
    bot.hear(activity(bot.world, id="17"))
    bot.hear(activity(bot.world, id="17", **press(payload=PAYLOAD)))
    assert len(bot.taken) == 2


def test_the_moment_is_when_it_was_sent(bot: Bot):
    """What arrives out of order can be put in order; a moment without a zone is UTC, and one that is missing is now."""
    for moment in ("2026-11-22T10:00:02Z", "2026-11-22T10:00:01.5Z", "2026-11-22T10:00:00", "2026-11-22T11:00:00+01:00", None):
        bot.hear(activity(bot.world, timestamp=moment))
    second, first, *same, now = [arrived.at for arrived in bot.taken]
    assert second - first == pytest.approx(0.5)
    assert same == [second - 2, second - 2]
    assert now > 1_700_000_000


MENTION = {"type": "mention", "text": "<at>Waymark</at>", "mentioned": OURSELVES}


@pytest.mark.parametrize("conversation", [GROUP, TEAM, {"tenantId": TENANT, "id": "a:new-kind"}], ids=lambda place: place["id"])
def test_in_a_group_the_same_person_is_answered_elsewhere(bot: Bot, conversation: dict[str, Any]):
    """What is not surely somebody's own chat counts as a group; our own name is no part of what was said."""
    bot.hear(activity(bot.world, conversation=conversation, text="<at>Waymark</at> a girl of 15 ", entities=[MENTION]))
    (arrived,) = bot.taken
    assert arrived.text == "a girl of 15"
    assert not arrived.address["is_personal"]
    assert (arrived.writer, arrived.address["person"]) == (f"{TENANT} {PERSON['aadObjectId']}", "29:somebody")


def test_who_has_no_id_in_the_directory_is_known_by_the_bots_own(bot: Bot):
    """A guest, perhaps."""
    bot.hear(activity(bot.world, **{"from": {"id": "29:guest"}}))
    assert bot.taken[0].writer == f"{TENANT} 29:guest"


ADDED = {"type": "installationUpdate", "action": "add", "text": None}
JOINED = {"type": "conversationUpdate", "membersAdded": [PERSON, OURSELVES], "text": None}


@pytest.mark.parametrize("changes", [ADDED, JOINED], ids=lambda changes: changes["type"])
def test_an_installation_is_greeted(bot: Bot, changes: dict[str, Any]):
    """With the home card, in the person's own chat."""
    assert bot.hear(activity(bot.world, **changes)).status_code == 200
    (arrived,) = bot.taken
    assert (arrived.wish, arrived.text, arrived.address["is_home"]) == ("greeting", "", True)


def test_an_installation_is_greeted_once(bot: Bot):
    """Teams tells of it in two ways. Who installs it again another day is greeted again."""
    for moment in ("2026-11-22T10:00:00Z", "2026-11-23T10:00:00Z"):
        bot.hear(activity(bot.world, **ADDED, timestamp=moment))
        bot.hear(activity(bot.world, **JOINED, timestamp=moment))
    assert len(bot.taken) == 2


@pytest.mark.parametrize(
    "changes",
    [
        {**ADDED, "conversation": GROUP},
        {**JOINED, "conversation": TEAM},
        {"type": "installationUpdate", "action": "remove"},
        {"type": "installationUpdate", "action": "add-upgrade"},
        {"type": "conversationUpdate", "membersAdded": [PERSON]},
        {"type": "conversationUpdate", "membersRemoved": [OURSELVES]},
        {"type": "conversationUpdate", "topicName": "new"},
        {"type": "messageUpdate", "from": OURSELVES},
        {"type": "messageDelete", "from": OURSELVES, "text": None},
        {"type": "messageReaction", "reactionsAdded": [{"type": "like"}], "text": None},
        {"type": "typing", "text": None},
        {"type": "event", "name": "application/vnd.microsoft.readReceipt", "value": {"lastReadMessageId": "1"}, "text": None},
        {"type": "endOfConversation"},
        {"type": "somethingNew", "text": "new"},
        invoke("task/fetch", {}),
        invoke("signin/verifyState", {"state": "1"}),
        invoke("somethingNew", None),
        {"from": OURSELVES},
        {"from": {"id": "28:another-bot", "name": "A bot"}},
        {"from": {"id": "29:somebody", "role": "bot"}},
        {**press(payload=PAYLOAD), "from": {"id": "28:another-bot"}},
        {"id": None},
    ],
    ids=str,
)
def test_what_needs_no_answer_is_acknowledged(bot: Bot, changes: dict[str, Any]):
    """Reactions, other bots, ourselves, groups that add us, and whatever we do not know: 200, and no more."""
    assert bot.hear(activity(bot.world, **changes)).status_code == 200
    assert bot.taken == []


def test_a_changed_message_is_answered_anew_and_a_deleted_one_not_at_all(bot: Bot):
    """Either recalls what was written first; what Teams sends twice is one change, and a later one another."""
    first, later = "2026-11-22T10:20:05Z", "2026-11-22T10:20:09Z"
    edit = {"type": "messageUpdate", "channelData": {"eventType": "editMessage", "tenant": {"id": TENANT}}}
    removal = {
        "type": "messageDelete",
        "text": None,
        "channelData": {"eventType": "softDeleteMessage", "tenant": {"id": TENANT}},
    }
    bot.hear(activity(bot.world, id="17"))
    for changes in (
        {**edit, "text": "he has a knife", "timestamp": first},
        {**edit, "text": "he has a knife", "timestamp": first},
        {**edit, "text": "he is gone", "timestamp": later},
        {**removal, "timestamp": later},
    ):
        assert bot.hear(activity(bot.world, id="17", **changes)).status_code == 200
    said, changed, again, deleted = bot.taken
    assert [arrived.recalls for arrived in bot.taken] == [None, said.key, said.key, said.key]
    assert [arrived.wish for arrived in bot.taken] == ["message", "message", "message", "recall"]
    assert [arrived.text for arrived in (changed, again, deleted)] == ["he has a knife", "he is gone", ""]
    assert said.at < changed.at < again.at


def test_many_at_once_in_any_order_with_duplicates(bot: Bot):
    """Each of 200 messages is taken once, however often and in whatever order they come."""
    said = [activity(bot.world, timestamp=f"2026-11-22T10:{number // 60:02}:{number % 60:02}Z") for number in range(200)]
    for each in [*said[::2], *said[::-1], *said[1::3]]:
        assert bot.hear(each).status_code == 200
    assert sorted(arrived.key for arrived in bot.taken) == sorted(f"a:chat {each['id']}" for each in said)
    assert len({arrived.at for arrived in bot.taken}) == len(said)
