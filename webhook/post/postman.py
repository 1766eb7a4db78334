"""Takes what arrives in the channels, once; answers it in the order of each conversation; delivers until it is delivered.

What was taken survives a restart: it stands sealed in the store until its answer has been delivered, and then it is gone.
"""

import asyncio
import contextlib
import dataclasses
import logging
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any

from bot.languages import FALLBACK
from bot.text import MOST_CHARACTERS
from webhook.checking import check_notes
from webhook.conversations import Conversation, begin, nobody
from webhook.dialogue import Spoken
from webhook.gateway import Gateway
from webhook.places_of_errors import told
from webhook.post.channel import FAILED, Arrived, Channel, Page, Reply, Take, TryLater, Undeliverable
from webhook.stores.sealing import fingerprint
from webhook.stores.store import StoreFailed, TakenOver, Waiting

SECONDS_KEYS_ARE_KNOWN = 48 * 3600  # Vonage tries again for a day, the others for less
MOST_CONVERSATIONS_AT_ONCE = 200
MOST_TRIES = 12
TRIES_BEFORE_ANOTHER = 3
SECONDS_TO_FINISH = 3.0
SECONDS_OF_THE_FIRST_WAIT = 1.0
SECONDS_OF_THE_LONGEST_WAIT = 300.0
SECONDS_AFTER_A_FAILURE = 1.0
SECONDS_BEFORE_NOTING_AGAIN = 0.1
SECONDS_A_RECALL_IS_KNOWN = 3600
SECONDS_A_RECEIPT_IS_AWAITED = 3600

_log = logging.getLogger(__name__)

Letter = dict[str, Any]


class Postman:
    """One worker for all channels of a gateway."""

    def __init__(self, gateway: Gateway, channels: Mapping[str, Channel]) -> None:
        self._gateway = gateway
        self.channels = channels
        self._working: set[asyncio.Task[None]] = set()
        self._is_ending = False
        self._room = asyncio.Semaphore(MOST_CONVERSATIONS_AT_ONCE)

    def take_for(self, module: str) -> Take:
        """Return what a channel calls with everything that arrives in it."""

        async def take(arrived: Arrived) -> bool:
            """Put it into the queue, or note what it recalls; return False if it was in the queue before.

            Raises:
                StoreFailed: it could not be kept, so that it must not be acknowledged.
            """
            if arrived.recalls is not None:
                await self._recall(fingerprint(f"{module} {arrived.recalls}"))
            if arrived.wish == "recall":
                return True
            names = self._gateway.seal.names(f"{self.channels[module].name} {arrived.writer}", self._gateway.now().date())
            content = self._gateway.seal.sealed({"module": module, **dataclasses.asdict(arrived)})
            entry = Waiting(names[0], fingerprint(f"{module} {arrived.key}"), content)
            return await self._gateway.store.enqueue(entry, arrived.at, SECONDS_KEYS_ARE_KNOWN)

        return take

    async def _recall(self, key: str) -> None:
        """Note that an entry is not to be answered any more; it may wait, be answered already, or come only later."""
        await self._gateway.store.put(_recalled(key), self._gateway.seal.sealed(True), SECONDS_A_RECALL_IS_KNOWN)

    async def run(self) -> None:
        """Answer and deliver for as long as the gateway runs; what is under way when it ends is finished first."""
        try:
            while True:
                await self._room.acquire()
                conversation = await self._claimed()
                task = asyncio.create_task(self._work(conversation))
                self._working.add(task)
                task.add_done_callback(self._worked)
        finally:
            await self._finish()

    async def _finish(self) -> None:
        """Let those who work come to an end; who waits for a provider goes on after the restart."""
        self._is_ending = True
        if self._working:
            await asyncio.wait(self._working, timeout=SECONDS_TO_FINISH)
        for task in self._working:
            task.cancel()

    async def _claimed(self) -> str:
        while True:
            try:
                return await self._gateway.store.claim()
            except StoreFailed as failure:
                _log.error("The queue cannot be read: %s. It is tried again.", failure)
                await asyncio.sleep(SECONDS_AFTER_A_FAILURE)

    def _worked(self, task: asyncio.Task[None]) -> None:
        self._working.discard(task)
        self._room.release()

    async def _work(self, conversation: str) -> None:
        """Deliver everything that waits in a conversation, one after another."""
        store = self._gateway.store
        try:
            while not self._is_ending and (entry := await store.first(conversation)):
                await self._deliver(entry)
        except StoreFailed as failure:
            _log.error("The queue cannot be kept: %s. It is tried again.", failure)
            await asyncio.sleep(SECONDS_AFTER_A_FAILURE)
        finally:
            with contextlib.suppress(StoreFailed):
                await store.release(conversation)

    async def _deliver(self, entry: Waiting) -> None:
        try:
            await self._open_and_deliver(entry)
        except (StoreFailed, asyncio.CancelledError):
            raise
        except Exception as error:  # one message that cannot be delivered must not stop those behind it
            _log.error("A message is lost: %s", told(error))
        await self._surely(partial(self._gateway.store.finish, entry))

    async def _surely(self, note: Callable[[], Awaitable[None]]) -> None:
        """Take note of what was delivered, however long the store is away: else it would be delivered again."""
        while True:
            try:
                await note()
            except TakenOver:
                raise
            except StoreFailed as failure:
                _log.error("What was delivered cannot be noted: %s. It is tried again.", failure)
                await asyncio.sleep(SECONDS_BEFORE_NOTING_AGAIN)
            else:
                return

    async def _open_and_deliver(self, entry: Waiting) -> None:
        letter: Letter | None = self._gateway.seal.opened(entry.content)
        if letter is None:
            _log.error("A message was sealed with a secret that is not in WAYMARK_SECRETS any more, and is lost.")
        else:
            channel = self.channels.get(letter["module"])
            if channel is None:
                _log.error(
                    "A message waits for the channel %s, which is not configured any more, and is lost.", letter["module"]
                )
            elif letter.get("wish") == "receipt":
                await self._note_receipt(letter)
            else:
                await self._answer_and_send(letter, channel, entry)

    async def _answer_and_send(self, letter: Letter, channel: Channel, entry: Waiting) -> None:
        if await self._gateway.store.get(_recalled(entry.key)):
            return
        if "pages" not in letter:
            pages = await self._pages_whatever_happens(_arrived(letter), channel)
            # From here on what the person wrote is not needed any more.
            letter = {"module": letter["module"], "address": letter["address"], "pages": list(pages)}
            await self._keep(letter, entry)
        while letter["pages"]:
            await self._send(letter, channel)
            letter["pages"] = letter["pages"][1:]
            if letter["pages"]:
                await self._surely(partial(self._keep, letter, entry))

    async def _keep(self, letter: Letter, entry: Waiting) -> None:
        await self._gateway.store.keep(dataclasses.replace(entry, content=self._gateway.seal.sealed(letter)))

    async def _send(self, letter: Letter, channel: Channel) -> None:
        """Send one page, again and again while there is hope; then through another provider of the channel, if there is one."""
        page, address = letter["pages"][0], letter["address"]
        try:
            page_id = await self._try(channel, address, page)
        except Undeliverable as failure:
            _log.warning("%s will not deliver: %s.", letter["module"], failure)
            self._gateway.metrics.delivered(channel.name, "undeliverable")
            if not failure.is_final:
                await self._send_through_another(channel, address, page)
        else:
            await self._await_receipt(letter, page_id)

    async def _send_through_another(self, channel: Channel, address: dict[str, Any], page: Page) -> None:
        for other in self._others(channel):
            with contextlib.suppress(Undeliverable):
                await self._try(other, address, page)
                return

    async def _await_receipt(self, letter: Letter, page_id: str | None) -> None:
        """Keep a page until its receipt, where another provider could deliver it if this one cannot."""
        if page_id is not None and self._others(self.channels[letter["module"]]):
            sealed = self._gateway.seal.sealed({"address": letter["address"], "page": letter["pages"][0]})
            await self._gateway.store.put(_sent(letter["module"], page_id), sealed, SECONDS_A_RECEIPT_IS_AWAITED)

    async def _note_receipt(self, letter: Letter) -> None:
        """Forget a page that was delivered; send one that was not, once more, through another provider."""
        self._gateway.metrics.receipt(letter["module"], letter["text"])
        name = _sent(letter["module"], letter["writer"])
        sealed = await self._gateway.store.get(name)
        await self._gateway.store.delete(name)
        kept = self._gateway.seal.opened(sealed) if sealed else None
        if kept and letter["text"] == FAILED:
            _log.warning("%s could not deliver a page; another provider is asked to.", letter["module"])
            await self._send_through_another(self.channels[letter["module"]], kept["address"], kept["page"])

    async def _try(self, channel: Channel, address: dict[str, Any], page: Page) -> str | None:
        """Send a page, again and again: where another provider could do it, not for long."""
        wait = SECONDS_OF_THE_FIRST_WAIT
        for _ in range(TRIES_BEFORE_ANOTHER if self._others(channel) else MOST_TRIES):
            try:
                page_id = await channel.send(address, page)
            except TryLater as failure:
                self._gateway.metrics.delivered(channel.name, "later")
                _log.warning("%s cannot deliver now: %s.", channel.name, failure)
                await asyncio.sleep(failure.seconds if failure.seconds is not None else wait)
                wait = min(2 * wait, SECONDS_OF_THE_LONGEST_WAIT)
            else:
                self._gateway.metrics.delivered(channel.name, "sent")
                return page_id
        raise Undeliverable("not for many tries")

    def _others(self, channel: Channel) -> list[Channel]:
        return [other for other in self.channels.values() if other.name == channel.name and other is not channel]

    async def _pages_whatever_happens(self, arrived: Arrived, channel: Channel) -> tuple[Page, ...]:
        try:
            return await self._pages(arrived, channel)
        except StoreFailed:
            raise  # the message waits until the store is back
        except Exception as error:  # whatever it is, the person must get an answer with the numbers
            _log.error("%s", told(error))
            conversation = self._begun(arrived, channel)
            return channel.pages(self._gateway.alone(conversation, arrived.text, self._gateway.now()), conversation)

    async def _pages(self, arrived: Arrived, channel: Channel) -> tuple[Page, ...]:
        if arrived.wish == "check":
            return await self._checked(arrived, channel)
        if channel.name == "sms" and not await self._may_answer(arrived):
            return ()
        reply, conversation = await self._reply(arrived, channel)
        if reply.get("wish"):
            await self._gateway.stops.note(arrived.writer, reply["wish"])
        return channel.pages(reply, conversation)

    async def _checked(self, arrived: Arrived, channel: Channel) -> tuple[Page, ...]:
        checked = await check_notes(arrived.text, self._gateway, self._gateway.now())
        reader = nobody(arrived.language or FALLBACK, channel.audience)
        reply = {"conversation_id": None, "language": reader.language, "messages": checked["messages"], "check": checked}
        return channel.pages(reply, reader)

    async def _may_answer(self, arrived: Arrived) -> bool:
        has_stopped = await self._gateway.stops.has(arrived.writer)
        return not has_stopped or self._gateway.texting.reaches_who_stopped(arrived.text)

    async def _reply(self, arrived: Arrived, channel: Channel) -> tuple[Reply, Conversation]:
        """Return the reply in the writer's conversation, which begins if there is none."""
        gateway, now = self._gateway, self._gateway.now()
        names = gateway.seal.names(f"{channel.name} {arrived.writer}", now.date())
        async with gateway.conversations.held(names) as found:
            conversation = found or self._begun(arrived, channel)
            conversation.offered |= dict.fromkeys(channel.offers)
            reply = await self._said(arrived, conversation, names[0])
            if found is None:
                await gateway.conversations.keep(names[0], conversation)
        return reply, conversation

    def _begun(self, arrived: Arrived, channel: Channel) -> Conversation:
        language = arrived.language if self._gateway.renderer.speaks(arrived.language) else None
        conversation = begin(language or FALLBACK, channel.name, None, channel.audience, channel.idle_minutes)
        conversation.language_is_known = language is not None
        conversation.carried = None if channel.carries is None else sorted(channel.carries)
        return conversation

    async def _said(self, arrived: Arrived, conversation: Conversation, name: str) -> Reply:
        gateway, now = self._gateway, self._gateway.now()
        if arrived.wish == "greeting":
            return gateway.dialogue.greet(conversation, now)
        if arrived.payload is not None and arrived.payload not in conversation.offered:
            return gateway.dialogue.gone(conversation, now)
        is_flood = not await gateway.rates.may_send(name) or not await gateway.rates.may_pass(conversation.channel)
        if is_flood:
            return gateway.dialogue.too_many(conversation, arrived.text, now)
        if len(arrived.text) > MOST_CHARACTERS:
            return gateway.dialogue.too_long(conversation, arrived.text, now)
        spoken = Spoken(None if arrived.payload else arrived.text, arrived.payload, fingerprint(arrived.key))
        return await gateway.answer(conversation, spoken, now)


def _sent(module: str, page_id: str) -> str:
    return "sent " + fingerprint(f"{module} {page_id}")


def _recalled(key: str) -> str:
    return f"recalled {key}"


def _arrived(letter: Letter) -> Arrived:
    return Arrived(**{name: value for name, value in letter.items() if name != "module"})
