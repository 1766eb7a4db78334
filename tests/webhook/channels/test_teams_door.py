"""Who may write to the channel of Teams: the SDK's own check with real tokens, and the gaps of it that are closed."""

import json
import logging
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.webhook.channels.teams_world import (
    CLIENT,
    TENANT,
    Bot,
    World,
    activity,
    key_pair,
    new_bot,
    running_bot,
    running_world,
)
from webhook.post.guard import MOST_BYTES

OTHER_TENANT = "11111111-2222-4333-8444-555555555555"
SECRET_WORDS = "zibbelquast"


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


def token_of(world: World, name: str) -> str:
    """The tokens of the table below."""
    tokens = {
        "valid": {},
        "another form of the audience": {"aud": f"api://{CLIENT}"},
        "expired 60 seconds ago": {"exp": 60, "ago": True},
        "expired 10 minutes ago": {"exp": 600, "ago": True},
        "no exp": {"exp": None},
        "exp that is a text": {"exp": "tomorrow"},
        "wrong audience": {"aud": "somebody-else"},
        "no audience": {"aud": None},
        "wrong issuer": {"iss": "https://api.botframework.us"},
        "no issuer": {"iss": None},
        "Agent 365": {"iss": f"https://sts.windows.net/{TENANT}/", "tid": TENANT},
        "Agent 365, newer": {"iss": f"https://login.microsoftonline.com/{TENANT}/v2.0", "tid": TENANT},
        "wrong key": {"key": key_pair("a stranger's")},
        "unknown kid": {"kid": "another key"},
        "alg none": {"key": "", "algorithm": "none"},
        "HS256": {"key": "k" * 32, "algorithm": "HS256"},
        "not valid yet": {"nbf": 4102444800},
        "wrong serviceUrl": {"serviceurl": "https://elsewhere.example.org/"},
        "no serviceUrl": {"serviceurl": None},
    }
    changes = dict(tokens[name])
    if changes.pop("ago", False):
        changes["exp"] = int(time.time()) - changes["exp"]
    return world.token(**changes)


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("valid", 200),
        ("another form of the audience", 200),
        ("expired 60 seconds ago", 200),  # the SDK allows for clocks that differ by 5 minutes
        ("expired 10 minutes ago", 401),
        ("no exp", 401),
        ("exp that is a text", 401),
        ("wrong audience", 401),
        ("no audience", 401),
        ("wrong issuer", 401),
        ("no issuer", 401),
        ("Agent 365", 401),
        ("Agent 365, newer", 401),
        ("wrong key", 401),
        ("unknown kid", 401),
        ("alg none", 401),
        ("HS256", 401),
        ("not valid yet", 401),
        ("wrong serviceUrl", 401),
        ("no serviceUrl", 401),
    ],
)
def test_only_what_microsoft_signed_for_us_is_taken(bot: Bot, name: str, status: int):
    """The whole table of tokens, against a real key server."""
    answer = bot.hear(activity(bot.world), token_of(bot.world, name))
    assert (answer.status_code, len(bot.taken)) == (status, int(status == 200))


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Bearer garbage", "Bearer a.b.c", "Basic dTpw", "\u00ff"])
def test_without_a_token_nothing_is_taken(bot: Bot, header: str | None):
    """No header, an empty one, and what is no token: 401."""
    headers = {} if header is None else {"authorization": header.encode("latin-1")}
    answer = bot.post(json=activity(bot.world), headers=headers)
    assert (answer.status_code, bot.taken) == (401, [])


def test_a_token_without_its_scheme_is_none(bot: Bot):
    """The right token counts only as a bearer's."""
    answer = bot.post(json=activity(bot.world), headers={"authorization": bot.world.token()})
    assert (answer.status_code, bot.taken) == (401, [])


def test_a_stranger_cannot_have_us_ask_another_key_server(bot: Bot, monkeypatch: pytest.MonkeyPatch):
    """The SDK would fetch keys under a name that an unverified token gives; such tokens do not reach it."""
    asked: list[Any] = []
    monkeypatch.setattr("microsoft_teams.apps.auth.TokenValidator.for_entra", lambda *about, **options: asked.append(about))
    token = bot.world.token(iss="https://sts.windows.net/a-name-of-theirs/", tid="a-name-of-theirs")
    assert bot.hear(activity(bot.world), token).status_code == 401
    assert asked == []


BAD_BODIES = {
    "no JSON": b"{",
    "empty": b"",
    "not UTF-8": b'{"type": "\xff\xfe"}',
    "a list": b"[]",
    "a text": b'"message"',
    "null": b"null",
    "no type": b'{"serviceUrl": "http://127.0.0.1"}',
    "a type that is none": b'{"type": 1, "serviceUrl": "http://127.0.0.1"}',
    "an id that is none": b'{"type": "message", "id": 1, "serviceUrl": "http://127.0.0.1"}',
    "a second address": b'{"type": "message", "service_url": 1, "serviceUrl": "http://127.0.0.1"}',
    "no service address": b'{"type": "message"}',
    "a service address that is none": b'{"type": "message", "serviceUrl": ["http://127.0.0.1"]}',
    "deep": b"[" * 100_000,
}


@pytest.mark.parametrize("name", BAD_BODIES)
@pytest.mark.parametrize("content_type", ["application/json", "text/plain"])
@pytest.mark.parametrize("is_signed", [True, False])
def test_what_is_no_activity_is_refused(bot: Bot, name: str, content_type: str, is_signed: bool):
    """400 with a token and without, whatever the body calls itself; never 500."""
    headers = {"content-type": content_type} | ({"authorization": f"Bearer {bot.world.token()}"} if is_signed else {})
    answer = bot.post(content=BAD_BODIES[name], headers=headers)
    assert (answer.status_code, bot.taken) == (400, [])


def test_a_huge_body_is_refused(bot: Bot):
    """413, before anybody reads it."""
    headers = {"authorization": f"Bearer {bot.world.token()}", "content-type": "application/json"}
    content = json.dumps(activity(bot.world, text="a" * MOST_BYTES)).encode()
    assert (bot.post(content=content, headers=headers).status_code, bot.taken) == (413, [])


@pytest.mark.parametrize(
    "changes",
    [
        {"conversation": None},
        {"conversation": "a:chat"},
        {"conversation": {"conversationType": "personal", "tenantId": TENANT}},
        {"from": "29:somebody"},
        {"text": ["a", "list"]},
        {"timestamp": "yesterday"},
        {"entities": "none"},
    ],
    ids=str,
)
def test_a_signed_activity_of_no_known_form_is_refused(bot: Bot, changes: dict[str, Any]):
    """400: a field that we need is missing, or is something else."""
    assert (bot.hear(activity(bot.world, **changes)).status_code, bot.taken) == (400, [])


@pytest.mark.parametrize(
    ("of_conversation", "of_teams", "status"),
    [
        (TENANT, TENANT, 200),
        (TENANT.upper(), None, 200),
        (None, TENANT, 200),
        (OTHER_TENANT, OTHER_TENANT, 403),
        (OTHER_TENANT, TENANT, 403),
        (TENANT, OTHER_TENANT, 403),
        (None, None, 403),
    ],
)
def test_other_organisations_are_refused(bot: Bot, of_conversation: str | None, of_teams: str | None, status: int):
    """Microsoft signs for every organisation; only our own is let in, and whatever names none is not."""
    conversation = {"conversationType": "personal", "tenantId": of_conversation, "id": "a:chat"}
    said = activity(bot.world, conversation=conversation, channelData={"tenant": {"id": of_teams}} if of_teams else None)
    assert (bot.hear(said).status_code, len(bot.taken)) == (status, int(status == 200))


def test_keys_are_fetched_once_and_not_by_the_sdk():
    """The start fetches them in a thread; the messages after it find them, and the SDK asks nobody."""
    with running_bot() as bot:
        assert [bot.hear(activity(bot.world)).status_code for _ in range(3)] == [200, 200, 200]
        assert bot.world.key_requests == 1


def test_without_the_key_server_it_starts_and_nobody_is_believed(caplog: pytest.LogCaptureFixture):
    """503, so that Teams sends it again; the log says so, without what was written. When the keys are back, all is well."""
    with running_world() as world, new_bot(world) as bot:
        world.has_keys = False
        bot.start()
        assert bot.hear(activity(world, text=SECRET_WORDS)).status_code == 503
        world.has_keys = True
        assert bot.hear(activity(world)).status_code == 200
    assert "Microsoft's keys cannot be had" in caplog.text
    assert SECRET_WORDS not in caplog.text


def test_before_the_start_nothing_is_taken():
    """There is no endpoint yet."""
    with running_world() as world, new_bot(world) as bot:
        assert bot.hear(activity(world)).status_code == 404


def test_what_somebody_wrote_is_not_logged(bot: Bot, caplog: pytest.LogCaptureFixture):
    """Neither from a good message nor from one that cannot be read, nor the address of a conversation."""
    caplog.set_level(logging.DEBUG)
    for changes in ({}, {"text": [SECRET_WORDS]}, {"type": "new"}, {"id": {}}):
        bot.hear(activity(bot.world, **{"text": SECRET_WORDS, **changes}))
    bot.send(bot.taken[0].address, {"card": {"fallbackText": SECRET_WORDS}, "is_urgent": False, "number": 0})
    logged = [record.getMessage() for record in caplog.records]
    assert [line for line in logged if SECRET_WORDS in line or "a:chat" in line] == []


def test_the_queue_away_is_said_to_teams(bot: Bot, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture):
    """503, so that Teams sends the message again; the log says where it happened."""

    async def broken(arrived: Any) -> bool:
        raise RuntimeError(SECRET_WORDS)

    monkeypatch.setattr(bot.channel, "_take", broken)
    assert bot.hear(activity(bot.world)).status_code == 503
    assert "An activity could not be taken: RuntimeError at" in caplog.text
    assert SECRET_WORDS not in caplog.text
