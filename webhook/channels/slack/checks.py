"""What a checked text may show, for the one who asked; and the same for a channel, without a word of the text.

A button carries everything that is needed to say it again: the ids of the signs, the services with their conditions, and our
advice. So nothing has to be kept, and the numbers are as they stand when they are posted.
"""

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from bot.languages import FALLBACK
from bot.replies import filled
from webhook.channels.slack.answers import Say, answer
from webhook.channels.slack.blocks import (
    MOST_CHARACTERS_OF_A_VALUE,
    Block,
    Piece,
    button,
    heading,
    lines,
    pages,
    paragraphs,
    sections,
)
from webhook.channels.slack.mrkdwn import escaped, units
from webhook.conversations import nobody
from webhook.messages import Renderer
from webhook.post.channel import Page

SHARE = "share"  # asks whether to post
POST = "post"  # posts

Check = Mapping[str, Any]


def checked(check: Check, renderer: Renderer) -> tuple[Page, ...]:
    """Return a check as pages; the last one holds the button for a channel apart, because not every answer goes to one."""
    say = partial(renderer.words.get().text, language=_language(check))
    *others, last = _result(list(paragraphs(say("workplace/both/checked"))), check, renderer, say)
    offer = _offer(check, say)
    if offer is None:
        return pages([*others, last])
    # Packed with the button, so that there is room for it.
    *before, end = pages([*others, Piece((*last.blocks, offer), last.said)])
    return (*before, {**end, "blocks": end["blocks"][:-1], "share": offer})


def shared(value: str, user: str, renderer: Renderer, now: dt.datetime) -> tuple[Page, ...]:
    """Return a check as everybody in a channel may read it.

    Args:
        value: what the button carries.
        user: Slack's id of the one who posts it.
    """
    kept = json.loads(value)
    say = partial(renderer.words.get().text, language=kept["language"])
    who = filled(escaped(say("workplace/slack/shared")), {"person": f"<@{user}>"})
    return pages(_result(sections([who]), _restored(kept, renderer, say, now), renderer, say))


def confirmation(value: str, renderer: Renderer) -> Page:
    """Return the question whether to post, with the button that does."""
    say = partial(renderer.words.get().text, language=json.loads(value)["language"])
    question = sections(lines(say("workplace/both/share_again")))
    post = {"type": "actions", "elements": [{**button(say("workplace/both/share"), value, POST), "style": "danger"}]}
    return pages([*question, Piece((post,), escaped(say("workplace/both/share")))])[0]


def _language(check: Check) -> str:
    return next((message["language"] for message in check["messages"]), FALLBACK)


def _result(beginning: list[Piece], check: Check, renderer: Renderer, say: Say) -> list[Piece]:
    """Return a beginning and what was found; in danger the numbers come before everything else."""
    missing = [entry["text"] for entry in check["missing"]]
    found = [*beginning, *_signs(check, say), *_list(say("workplace/both/missing"), missing)]
    way = list(answer(check["messages"], renderer.words.get()))
    if check["danger"] == "yes":
        return [*heading(say("workplace/both/in_danger")), *way, *found]
    return [*found, *way]


def _signs(check: Check, say: Say) -> Iterator[Piece]:
    if not check["indicators"]:
        yield from paragraphs(say("workplace/both/no_signs"))
    shown = [line for entry in check["indicators"] for line in _sign(entry)]
    yield from _titled(say("workplace/both/signs"), shown)
    yield from _list(say("phrases/summary/kind"), [say(f"phrases/kinds/{kind}") for kind in check["exploitation"]])
    yield from _list(say("phrases/summary/what"), [say(f"phrases/concerns/{concern}") for concern in check["concerns"]])


def _sign(entry: Mapping[str, Any]) -> list[str]:
    """Return a sign, and below it the words that show it."""
    words = [line for text in entry["words"] for line in lines(f"\u201c{text}\u201d")]
    return [*lines(f"\u2022 {entry['sign']}"), *words]


def _list(title: str, entries: list[str]) -> list[Piece]:
    return _titled(title, [line for entry in entries for line in lines(f"\u2022 {entry}")])


def _titled(title: str, ready: list[str]) -> list[Piece]:
    return sections([*(f"*{line}*" for line in lines(title)), *ready]) if ready else []


def _offer(check: Check, say: Say) -> Block | None:
    """Return the button that asks whether to post; none where there is more to say than a button carries."""
    value = json.dumps(_kept(check), ensure_ascii=False, separators=(",", ":"))
    if units(value) > MOST_CHARACTERS_OF_A_VALUE:
        return None
    return {"type": "actions", "elements": [button(say("workplace/both/share"), value, SHARE)]}


def _kept(check: Check) -> dict[str, Any]:
    return {
        "language": _language(check),
        "danger": check["danger"],
        "exploitation": check["exploitation"],
        "indicators": [entry["id"] for entry in check["indicators"]],
        "concerns": check["concerns"],
        "missing": [entry["id"] for entry in check["missing"]],
        "services": [_told_apart(service) for message in check["messages"] for service in message["services"]],
        "advice": [message["text"] for message in check["messages"] if message["text"]],
    }


def _told_apart(service: Mapping[str, Any]) -> dict[str, Any]:
    """Return of a service what only this check knows."""
    return {key: service[key] for key in ("id", "condition", "note") if key in service}


def _restored(kept: Mapping[str, Any], renderer: Renderer, say: Say, now: dt.datetime) -> dict[str, Any]:
    """Return a check again, with what is known of the services now."""
    listed = {"text": "", "services": [{"id": service["id"]} for service in kept["services"]]}
    advice = [{"text": text} for text in kept["advice"]]
    messages = renderer.render([listed, *advice], nobody(kept["language"], "staff"), now)
    told = {service["id"]: service for service in kept["services"]}
    messages[0]["services"] = [{**service, **told[service["id"]]} for service in messages[0]["services"]]
    return {
        **kept,
        "indicators": [{"sign": say(f"indicators/{sign}/sign"), "words": []} for sign in kept["indicators"]],
        "missing": [{"text": say(f"phrases/missing/{slot}")} for slot in kept["missing"]],
        "messages": messages,
    }
