"""What goes to Teams: in private, once, and again only where that does no harm."""

import datetime as dt
from collections.abc import Callable, Iterator
from email.utils import format_datetime
from functools import partial
from typing import Any

import httpx
import msal
import pytest

from tests.webhook.channels.teams_world import CLIENT, OWN_CHAT, TENANT, Bot, activity, gateway, running_bot
from waymark.supervisor import LOOPBACK, free_port
from webhook.channels.teams.credentials import ClientSecret, NoToken
from webhook.conversations import Conversation
from webhook.post.channel import TryLater, Undeliverable

GROUP = {"conversationType": "groupChat", "isGroup": True, "tenantId": TENANT, "id": "19:group@thread.v2"}
CASE = "Ring the police about the girl of 15."


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


def pages(bot: Bot, *texts: str, urgent: bool = False) -> tuple[dict[str, Any], ...]:
    """A reply of these texts, as pages: one each, for their languages differ."""
    usual = {"direction": "ltr", "urgent": urgent, "buttons": [], "services": []}
    messages = [{"text": text, "language": ("en", "cy")[place % 2], **usual} for place, text in enumerate(texts)]
    return bot.channel.pages({"messages": messages}, Conversation("", "en", "teams", None, "staff"))


def address(bot: Bot, **changes: Any) -> dict[str, Any]:
    """The address of something that came in."""
    bot.hear(activity(bot.world, **changes))
    return bot.taken.pop().address


def test_a_page_is_a_card_with_its_text_besides(bot: Bot):
    """To the conversation it came from, in reply to it, as ourselves, with a token, and with a text for notifications."""
    bot.send(address(bot, id="17"), *pages(bot, f"{CASE}\nThen tell your lead."))
    (sent,) = bot.world.sent
    (attachment,) = sent["attachments"]
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    assert attachment["content"]["fallbackText"] == f"{CASE}\nThen tell your lead."
    assert (sent["to"], sent["replyToId"], sent["from"]) == ("a:chat", "17", {"id": CLIENT})
    assert sent["summary"] == f"{CASE} Then tell your lead."
    assert "text" not in sent
    assert "importance" not in sent
    assert bot.world.bearers[0].startswith("Bearer ey")


def test_what_is_urgent_is_marked(bot: Bot):
    """Teams shows such a message as important."""
    bot.send(address(bot), *pages(bot, CASE, urgent=True))
    assert bot.world.sent[0]["importance"] == "high"


def test_pages_are_sent_in_order(bot: Bot):
    """One message a page."""
    bot.send(address(bot), *pages(bot, "one", "two", "three"))
    assert [sent["summary"] for sent in bot.world.sent] == ["one", "two", "three"]


def test_who_asks_in_a_group_is_answered_in_their_own_chat(bot: Bot):
    """The group reads nothing at all."""
    bot.send(address(bot, conversation=GROUP), *pages(bot, CASE, "more"))
    assert [sent["to"] for sent in bot.world.sent] == [OWN_CHAT, OWN_CHAT]
    assert bot.world.made[0] == {"members": [{"id": "29:somebody"}], "tenantId": TENANT}
    assert "replyToId" not in bot.world.sent[0]


@pytest.mark.parametrize(("making", "answers"), [([(403, {})] * 3, []), ([(404, {})] * 3, []), ([], [(403, {})] * 3)])
def test_a_group_reads_only_where_to_ask(bot: Bot, making: list[Any], answers: list[Any]):
    """Where the person has no chat with us: one fixed sentence for the whole reply, with nothing of the case but with 999."""
    asked = address(bot, conversation=GROUP, locale="xx")
    first, second = pages(bot, CASE, "more of the case")
    bot.world.making, bot.world.answers = list(making), answers[:1]
    bot.send(asked, first)
    bot.world.making, bot.world.answers = list(making), answers[1:2]
    with pytest.raises(Undeliverable):
        bot.send(asked, second)
    (sent,) = bot.world.sent
    assert (sent["to"], sent["text"]) == (GROUP["id"], gateway().renderer.words.get().text("workplace/teams/in_private"))
    assert "999" in sent["text"]
    assert "attachments" not in sent


def test_while_teams_cannot_make_a_chat_the_group_reads_nothing(bot: Bot):
    """It is tried again; a chat that is made twice is the same chat."""
    asked = address(bot, conversation=GROUP)
    bot.world.making = [(500, {}), (429, {"Retry-After": "7"})]
    for seconds in (None, 7.0):
        with pytest.raises(TryLater) as failure:
            bot.send(asked, *pages(bot, CASE))
        assert failure.value.seconds == seconds
    assert bot.world.sent == []


@pytest.mark.parametrize(
    ("status", "headers", "urgent", "failure", "seconds"),
    [
        (429, {"Retry-After": "17"}, False, TryLater, 17.0),
        (429, {}, False, TryLater, None),
        (429, {"Retry-After": "soon"}, False, TryLater, None),
        (412, {}, False, TryLater, None),
        (502, {}, False, TryLater, None),
        (503, {"Retry-After": "3"}, False, TryLater, 3.0),
        (504, {"Retry-After": "2"}, False, TryLater, 2.0),
        (401, {}, False, TryLater, None),
        (403, {}, False, Undeliverable, None),
        (404, {}, True, Undeliverable, None),
        (409, {}, False, Undeliverable, None),
        (500, {}, False, Undeliverable, None),
        (503, {}, False, Undeliverable, None),
        (500, {}, True, TryLater, None),
        (503, {}, True, TryLater, None),
    ],
)
def test_what_is_tried_again(
    bot: Bot, status: int, headers: dict[str, str], urgent: bool, failure: type[Exception], seconds: float | None
):
    """As Teams asks. What may have arrived is sent again only where it is urgent: a second copy does no harm there."""
    asked = address(bot)
    bot.world.answers = [(status, headers)]
    with pytest.raises(failure) as raised:
        bot.send(asked, *pages(bot, CASE, urgent=urgent))
    assert getattr(raised.value, "seconds", None) == seconds
    assert CASE not in str(raised.value)
    assert "a:chat" not in f"{raised.value} {raised.value.__cause__} {raised.value.__context__}"


def test_a_date_to_wait_for_is_understood(bot: Bot):
    """HTTP's other form of Retry-After."""
    asked = address(bot)
    later = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=90)
    bot.world.answers = [(429, {"Retry-After": format_datetime(later, usegmt=True)})]
    with pytest.raises(TryLater) as failure:
        bot.send(asked, *pages(bot, CASE))
    assert failure.value.seconds == pytest.approx(90, abs=5)


@pytest.mark.parametrize("status", [400, 413])
def test_a_card_that_teams_refuses_goes_as_text(bot: Bot, status: int):
    """Every word of it; if that is refused too, it is undeliverable."""
    asked = address(bot)
    bot.world.answers = [(status, {})]
    bot.send(asked, *pages(bot, f"{CASE}\nThen tell your lead."))
    (sent,) = bot.world.sent
    assert (sent["text"], sent["textFormat"]) == (f"{CASE}\nThen tell your lead.", "plain")
    assert "attachments" not in sent
    bot.world.answers = [(status, {}), (status, {})]
    with pytest.raises(Undeliverable):
        bot.send(asked, *pages(bot, CASE))


def test_nobody_at_the_address_is_tried_again(bot: Bot):
    """It has certainly not arrived."""
    asked = {**address(bot), "service_url": f"http://{LOOPBACK}:{free_port()}"}
    with pytest.raises(TryLater):
        bot.send(asked, *pages(bot, CASE))


@pytest.mark.parametrize(("urgent", "failure"), [(False, Undeliverable), (True, TryLater)])
def test_no_answer_in_time_may_have_arrived(bot: Bot, monkeypatch: pytest.MonkeyPatch, urgent: bool, failure: type[Exception]):
    """Silence after it was sent."""
    asked = address(bot)

    async def silence(*args: Any, **kwargs: Any) -> httpx.Response:
        raise httpx.ReadTimeout("")

    monkeypatch.setattr(httpx.AsyncClient, "request", silence)
    with pytest.raises(failure):
        bot.send(asked, *pages(bot, CASE, urgent=urgent))


def test_the_home_card_stands_on_the_greeting(bot: Bot):
    """The greeting with its numbers, how this works, and a button for each command; on the first page only."""
    bot.hear(activity(bot.world, type="installationUpdate", action="add", text=None))
    reply = gateway().dialogue.greet(Conversation("", "en", "teams", None, "staff"), gateway().now())
    greeting = bot.channel.pages(reply, Conversation("", "en", "teams", None, "staff"))
    bot.send(bot.taken[0].address, *greeting, {**greeting[0], "number": 1})
    home, other = (sent["attachments"][0]["content"] for sent in bot.world.sent)
    actions = [action for element in home["body"] for action in element.get("actions", ())]
    assert [action["data"].get("say") for action in actions] == [None, "help", "practice", "languages"]
    assert {"Emergency services: 999", "- practice"} <= set(home["fallbackText"].splitlines())
    assert other == greeting[0]["card"]


def get_token(secret: ClientSecret, bot: Bot) -> str:
    """What the SDK asks for with each message."""
    return bot.runner.run(secret("https://api.botframework.com/.default", None))


def test_a_token_is_asked_for_in_the_organisations_own_name(bot: Bot, monkeypatch: pytest.MonkeyPatch):
    """Of the login service of the tenant, with a limit of time, once; Microsoft's library renews it."""
    made: list[dict[str, Any]] = []

    class Login:
        def __init__(self, client_id: str, **options: Any) -> None:
            made.append({"client_id": client_id, **options})

        def acquire_token_for_client(self, scopes: list[str]) -> dict[str, str]:
            return {"access_token": f"token for {scopes[0]}"}

    monkeypatch.setattr(msal, "ConfidentialClientApplication", Login)
    secret = ClientSecret(CLIENT, "secret", f"https://login.microsoftonline.com/{TENANT}")
    assert [get_token(secret, bot) for _ in range(2)] == ["token for https://api.botframework.com/.default"] * 2
    (login,) = made
    assert (login["client_id"], login["authority"]) == (CLIENT, f"https://login.microsoftonline.com/{TENANT}")
    assert login["timeout"] <= 10


def refusing(answer: Callable[[], dict[str, str]]) -> type:
    """A login service that gives no token."""
    acquire = partial(lambda *_: answer())
    return type("Login", (), {"__init__": lambda *_, **__: None, "acquire_token_for_client": lambda *_: acquire()})


def _no_tenant() -> dict[str, str]:
    raise ValueError("no such tenant")


@pytest.mark.parametrize(
    ("answer", "said"),
    [(lambda: {"error": "invalid_client", "error_description": "AADSTS7000222"}, "invalid_client"), (_no_tenant, "ValueError")],
)
def test_without_a_token_it_is_tried_later_and_said_why(
    bot: Bot, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, answer: Callable[[], dict[str, str]], said: str
):
    """A secret that has run out: the log names the setting and Microsoft's code, and the message waits."""
    asked = address(bot)
    monkeypatch.setattr(msal, "ConfidentialClientApplication", refusing(answer))
    secret = ClientSecret(CLIENT, "secret", "https://login.microsoftonline.com/x")
    monkeypatch.setattr(bot.channel._app.credentials, "token", secret)
    with pytest.raises(TryLater):
        bot.send(asked, *pages(bot, CASE))
    assert f"Microsoft gives no token for WAYMARK_TEAMS_CLIENT_SECRET: {said}." in caplog.text


def test_a_login_service_that_is_away_gives_no_token(bot: Bot):
    """Microsoft's own library, and nobody at the other end."""
    secret = ClientSecret(CLIENT, "secret", f"https://{LOOPBACK}:{free_port()}/{TENANT}")
    with pytest.raises(NoToken):
        get_token(secret, bot)
