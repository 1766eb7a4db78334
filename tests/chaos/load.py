"""Many people who write at once, through a load balancer before the gateways and through a provider of text messages.

They run in a thread of their own, so that a test can make trouble meanwhile, step by step.
"""

import asyncio
import itertools
import random
import threading
import time
import uuid
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from urllib.parse import parse_qs

import httpx
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tests.chaos.people import BEGIN_AGAIN, DANGER, GREETING, OTHER, QUESTIONS, SAFE, Answers
from tests.chaos.tally import Message
from tests.webhook.channels.phones import Answer, Api, Sent
from tests.webhook.channels.test_twilio import MESSAGE, signed
from webhook.stores.sealing import fingerprint

SECONDS_UNTIL_LOST = 120.0
SECONDS_UNTIL_TRIED_AGAIN = 0.2  # where nobody could take it
SECONDS_UNTIL_SENT_AGAIN = 1.0  # by a provider whose message was not acknowledged
SECONDS_BETWEEN_LOOKS = 0.05
TEXTS_AT_ONCE = 3


class Balancer:
    """Hands requests to the gateways in turn. One that does not take a request is left out: the next has it at once."""

    def __init__(self, addresses: Sequence[str]) -> None:
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=100)
        self._gateways = [httpx.AsyncClient(base_url=url, timeout=SECONDS_UNTIL_LOST, limits=limits) for url in addresses]
        self._turn = itertools.count()

    async def post(self, path: str, **request: object) -> httpx.Response:
        """Have a request answered by whoever is there.

        Raises:
            TimeoutError: nobody answers.
        """
        async with asyncio.timeout(SECONDS_UNTIL_LOST):
            first = next(self._turn)
            for attempt in itertools.count():
                gateway = self._gateways[(first + attempt) % len(self._gateways)]
                try:
                    return await gateway.post(path, **request)  # type: ignore[arg-type]
                except httpx.TransportError:
                    if attempt % len(self._gateways) == len(self._gateways) - 1:
                        await asyncio.sleep(SECONDS_UNTIL_TRIED_AGAIN)
        raise AssertionError

    async def post_everywhere(self, path: str, **request: object) -> list[httpx.Response]:
        """Have a request answered by all gateways at the same moment."""
        return await asyncio.gather(*(self.post(path, **request) for _ in self._gateways))

    async def close(self) -> None:
        """Close the connections."""
        for gateway in self._gateways:
            await gateway.aclose()


@dataclass(eq=False)
class Phone:
    """Somebody who writes text messages. `said`: what they have sent, and when."""

    number: str
    said: list[tuple[Message, float]] = field(default_factory=list)


class Load:
    """The people. `fault` is written to every message that is sent; `is_racing`: each goes to all gateways at once.

    Args:
        pause: how many seconds people think at most before they write again.
    """

    def __init__(self, addresses: Sequence[str], twilio: Api, people: int, phones: int, pause: float) -> None:
        self.fault = "nothing"
        self.is_racing = False
        self.messages: list[Message] = []
        self._addresses = addresses
        self._twilio = twilio
        self._people = people
        self._phones = {f"+4477009{number:05}": Phone(f"+4477009{number:05}") for number in range(phones)}
        self._pause = pause
        self._dice = random.Random(20261122)
        self._ending = threading.Event()
        self._turn = itertools.count()
        self._learning: asyncio.Future[str] | None = None
        self.on_the_web, self.by_text = Answers(), Answers()
        self.provider_says: Answer | None = None
        self._thread = threading.Thread(target=lambda: asyncio.run(self._live()))
        self._failure: BaseException | None = None

    def __enter__(self) -> "Load":
        self._twilio.answer = self._delivered
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        """Let everybody have the answer to what they have sent."""
        self._ending.set()
        self._thread.join()
        if self._failure is not None:
            raise self._failure

    def wait_until_sent(self, count: int) -> None:
        """Return when so many messages have been sent, and answered or lost, since the fault began."""
        while sum(message.fault == self.fault for message in self.messages) < count:
            if self._failure is not None:
                raise self._failure
            time.sleep(SECONDS_BETWEEN_LOOKS)

    # ------------------------------------------------------------------ everybody

    async def _live(self) -> None:
        self._balancer = Balancer(self._addresses)
        try:
            await self._learn()
            async with asyncio.TaskGroup() as people:
                for _ in range(self._people):
                    people.create_task(self._browse())
                for phone in self._phones.values():
                    people.create_task(self._text(phone))
        except BaseException as failure:  # it is raised in the test's own thread
            self._failure = failure
        finally:
            await self._balancer.close()

    async def _learn(self) -> None:
        """Hear every answer once, before there is any trouble."""
        teacher = Phone("+447700999999")
        self._phones[teacher.number] = teacher
        # Who writes for the first time is told more; that is no part of any answer.
        for question in (GREETING, GREETING, *QUESTIONS):
            self.on_the_web.learn(question, await self._understood(question, self.on_the_web, self._by_the_web))
            self.by_text.learn(question, await self._understood(question, self.by_text, partial(self._by_phone, teacher)))
        del self._phones[teacher.number]
        self.on_the_web.check()
        self.by_text.check()

    async def _understood(self, question: str, answers: Answers, ask: Callable[[str], Awaitable[list[str]]]) -> list[str]:
        """Return the answer to a question, asked until it is more than the safe reply: a busy machine begins slowly."""
        async with asyncio.timeout(SECONDS_UNTIL_LOST):
            while answers.told(words := await ask(question)) == SAFE:
                await asyncio.sleep(SECONDS_UNTIL_TRIED_AGAIN)
        return words

    async def _by_the_web(self, question: str) -> list[str]:
        id_ = (await self._balancer.post("/api/conversations", json={})).json()["conversation_id"]
        return _words(await self._asked(id_, question, uuid.uuid4().hex))

    async def _by_phone(self, teacher: Phone, question: str) -> list[str]:
        self._learning = asyncio.get_running_loop().create_future()
        await self._handed_in(teacher, question, f"SM{uuid.uuid4().hex}")
        page = await self._learning
        self._learning = None
        return [page]

    async def _think(self) -> None:
        await asyncio.sleep(self._dice.uniform(0, self._pause))

    def _conversation(self) -> list[str]:
        """What somebody says in one conversation; danger ends it."""
        return [GREETING, *self._dice.sample(QUESTIONS, len(QUESTIONS)), DANGER]

    # ------------------------------------------------------------------ on the web

    async def _browse(self) -> None:
        while not self._ending.is_set():
            await self._think()
            id_ = (await self._balancer.post("/api/conversations", json={})).json()["conversation_id"]
            for place, text in enumerate(self._conversation()):
                message = Message(self.fault, "web", id_, place, uuid.uuid4().hex, text)
                await self._ask(message)
                if self._ending.is_set() or message.told == [BEGIN_AGAIN]:
                    break
                await self._think()

    async def _ask(self, message: Message) -> None:
        began = time.perf_counter()
        try:
            if self.is_racing:
                path, body = _to_say(message.conversation, message.text, message.id)
                answers = await self._balancer.post_everywhere(path, json=body)
            else:
                answers = [await self._asked(message.conversation, message.text, message.id)]
            message.told = list(dict.fromkeys(self._told(message, answer) for answer in answers))
        except TimeoutError:
            pass
        message.seconds, message.turn = time.perf_counter() - began, next(self._turn)
        self.messages.append(message)

    async def _asked(self, conversation: str, text: str, id_: str) -> httpx.Response:
        path, body = _to_say(conversation, text, id_)
        return await self._balancer.post(path, json=body)

    def _told(self, message: Message, answer: httpx.Response) -> str:
        """Return what an answer says; in danger it must say so, whoever gives it."""
        if message.text == DANGER:
            return DANGER if answer.json()["messages"][0]["urgent"] else OTHER
        if answer.status_code == httpx.codes.NOT_FOUND:
            return BEGIN_AGAIN
        if answer.status_code != httpx.codes.OK:
            return f"HTTP {answer.status_code}"
        return self.on_the_web.told(_words(answer))

    # ------------------------------------------------------------------ by text message

    async def _text(self, phone: Phone) -> None:
        """Send some texts, one right after the other, and go on when all are answered."""
        while not self._ending.is_set():
            await self._think()
            for text in self._dice.sample(QUESTIONS, TEXTS_AT_ONCE):
                sid = f"SM{uuid.uuid4().hex}"
                message = Message(self.fault, "sms", phone.number, len(phone.said), fingerprint(sid), text)
                phone.said.append((message, time.perf_counter()))
                await self._handed_in(phone, text, sid)
            await self._answered([message for message, _ in phone.said[-TEXTS_AT_ONCE:]])

    async def _handed_in(self, phone: Phone, text: str, sid: str) -> None:
        """Have a text taken, as a provider does: what is not acknowledged is sent again."""
        sent: Sent = signed(MESSAGE, MessageSid=sid, SmsSid=sid, SmsMessageSid=sid, From=phone.number, Body=text)
        while True:
            answer = await self._balancer.post("/channels/twilio/messages", content=sent.body, headers=sent.headers)
            if answer.status_code == httpx.codes.OK:
                return
            await asyncio.sleep(SECONDS_UNTIL_SENT_AGAIN)

    async def _answered(self, messages: list[Message]) -> None:
        began = time.perf_counter()
        while not all(message.is_answered for message in messages) and time.perf_counter() - began < SECONDS_UNTIL_LOST:
            await asyncio.sleep(SECONDS_BETWEEN_LOOKS)
        self.messages += messages

    async def _delivered(self, request: Request) -> Response:
        """Take a page as Twilio does, for the person it is for."""
        if self.provider_says is not None:
            return await self.provider_says(request)
        form = parse_qs((await request.body()).decode())
        self._note(self._phones[form["To"][0]], form["Body"][0])
        return JSONResponse({"sid": f"SM{next(self._turn):032x}"}, 201)

    def _note(self, phone: Phone, page: str) -> None:
        """Take note of a page: it answers the first text that waits for it, or else is one too many."""
        if self._learning is not None:
            self._learning.get_loop().call_soon_threadsafe(self._learning.set_result, page)
            return
        told = self.by_text.told([page])
        own = [pair for pair in phone.said if pair[0].text == told] or phone.said
        message, at = next((pair for pair in own if not pair[0].is_answered), own[-1])
        message.turn = message.turn if message.is_answered else next(self._turn)
        message.told.append(told)
        message.seconds = max(message.seconds, time.perf_counter() - at)


def _to_say(conversation: str, text: str, id_: str) -> tuple[str, dict[str, str]]:
    return f"/api/conversations/{conversation}/messages", {"text": text, "message_id": id_}


def _words(answer: httpx.Response) -> list[str]:
    return [message["text"] for message in answer.json()["messages"]]
