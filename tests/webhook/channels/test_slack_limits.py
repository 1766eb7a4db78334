"""Whatever a reply holds, what goes out is within Slack's limits, and everything is said."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_sdk.models.blocks import Block

from tests.webhook.channels.slack_side import a_channel, gateway
from webhook.channels.slack.blocks import Page, buttons, heading, pages, paragraphs
from webhook.channels.slack.home import home
from webhook.channels.slack.mrkdwn import bounded, escaped, units
from webhook.conversations import nobody

# Slack's own reference of blocks and of chat.postMessage; written here once more, so that a limit of ours that is wrong shows.
BLOCKS, ALL_BLOCKS, FALLBACK, SECTION, BUTTON, VALUE, ELEMENTS, HEADER = 50, 13_200, 4_000, 3_000, 75, 2_000, 25, 150

LETTERS = st.characters(exclude_categories=["Cc", "Cs", "Cn", "Co"])
SENTENCE = st.text(LETTERS, min_size=1, max_size=150).filter(str.strip)
WORDS = st.builds(lambda sentence, times: f"{sentence}. " * times, SENTENCE, st.integers(0, 60))
HARD = st.sampled_from(
    ["&" * 4_000, "<" * 3_001, "\U0001f6a8" * 2_500, "a" * 9_999, "a. " * 4_000, "\n" * 50, "ring 999.\n\n" * 900]
)
TEXT = WORDS | HARD
SHORT = st.text(LETTERS, min_size=1, max_size=120).filter(str.strip)
NUMBER = st.from_regex(r"\A0[0-9]{3} [0-9]{3} [0-9]{3}\Z")

PHONE = st.fixed_dictionaries(
    {
        "number": NUMBER,
        "href": NUMBER.map(lambda number: f"tel:{number.replace(' ', '')}"),
        "label": SHORT,
        "for": st.just("everyone"),
        "open_now": st.sampled_from([True, False, None]),
    }
)
SERVICE = st.fixed_dictionaries(
    {
        "id": st.sampled_from(["emergency-999", "modern-slavery-helpline", "nspcc"]),
        "name": SHORT,
        "description": TEXT,
        "phones": st.lists(PHONE, max_size=4),
        "open_now": st.sampled_from([True, False, None]),
        "hours": st.just("") | SHORT,
        "source": SHORT | HARD,
        "source_date": st.none(),
        "seen": st.just("2026-11-21"),
        "verified": st.sampled_from([None, "2026-11-22"]),
    },
    optional={
        "condition": SHORT,
        "note": TEXT,
        "text_number": NUMBER,
        "url": st.just("https://example.org/a?b=1&c=2|3"),
        "url_label": SHORT,
    },
)
CHOICE = st.fixed_dictionaries({"title": SHORT | SENTENCE, "payload": st.text(LETTERS, min_size=1, max_size=500)})
MESSAGE = st.fixed_dictionaries(
    {
        "text": TEXT,
        "language": st.sampled_from(["en", "ur", "pl"]),
        "direction": st.sampled_from(["ltr", "rtl"]),
        "urgent": st.booleans(),
        "buttons": st.lists(CHOICE, max_size=30),
        "services": st.lists(SERVICE, max_size=6),
    },
    optional={"asks": st.just("age_band")},
)
SIGN = st.fixed_dictionaries(
    {
        "id": st.sampled_from(["watched", "papers-held", "owes-debt"]),
        "sign": SHORT,
        "words": st.lists(st.text(LETTERS, min_size=1, max_size=100), max_size=3),
    }
)
CHECK = st.fixed_dictionaries(
    {
        "danger": st.sampled_from(["yes", "no", "unknown"]),
        "exploitation": st.lists(st.sampled_from(["labour", "sexual"]), max_size=2),
        "indicators": st.lists(SIGN, max_size=60),
        "concerns": st.lists(st.sampled_from(["missing", "self_harm"]), max_size=2),
        "missing": st.lists(st.fixed_dictionaries({"id": st.just("age_band"), "text": SHORT}), max_size=6),
        "messages": st.lists(MESSAGE, min_size=1, max_size=3),
    }
)
SLACK = a_channel()
NOBODY = nobody(audience="staff")


def shown(page: Page) -> list[dict[str, Any]]:
    """All blocks of a page as it may be sent."""
    return [*page["blocks"], *([page["share"]] if "share" in page else [])]


def assert_slack_takes(page: Page) -> None:
    """A page breaks none of Slack's limits, by our own count and by that of Slack's library."""
    blocks = shown(page)
    assert 0 < len(page["blocks"]) <= len(blocks) <= BLOCKS
    assert len(json.dumps(blocks, ensure_ascii=False)) <= ALL_BLOCKS
    assert 0 < units(page["text"].strip()) <= FALLBACK
    for block in blocks:
        assert_within(block)
    for block in Block.parse_all([{key: value for key, value in block.items() if key != "style"} for block in blocks]):
        block.to_dict()


def assert_within(block: dict[str, Any]) -> None:
    """A block breaks none of Slack's limits."""
    if block["type"] == "section":
        assert 0 < units(block["text"]["text"]) <= SECTION
    if block["type"] == "header":
        assert 0 < units(block["text"]["text"]) <= HEADER
    if block["type"] == "context":
        assert all(0 < units(element["text"]) <= SECTION for element in block["elements"])
    if block["type"] == "actions":
        assert 0 < len(block["elements"]) <= ELEMENTS
        ids = [element["action_id"] for element in block["elements"]]
        assert len(ids) == len(set(ids))
        for element in block["elements"]:
            assert 0 < units(element["text"]["text"]) <= BUTTON
            assert 0 < units(element["value"]) <= VALUE


def letters(text: str) -> str:
    """A text without blanks, which may stand or not where it was divided, and without the marks of bold and slanted letters."""
    return re.sub(r"[\s*_]", "", text)


def all_of(sent: tuple[Page, ...], key: str) -> Iterator[str]:
    """Every text of all blocks of some pages, under one key of a text's object."""
    for page in sent:
        for block in page["blocks"]:
            for holder in (block, *block.get("elements", [])):
                text = holder.get("text", {})
                if isinstance(text, dict) and text.get("type") == key:
                    yield text["text"]


@given(messages=st.lists(MESSAGE, min_size=1, max_size=4))
@settings(max_examples=80, deadline=None)
def test_every_reply_is_within_the_limits_and_complete(messages: list[dict[str, Any]]):
    """50 blocks, 13,000 characters, 3,000 a section, 75 a button, 25 buttons a block; and no word is lost."""
    sent = SLACK.pages({"messages": messages}, NOBODY)
    for page in sent:
        assert_slack_takes(page)
    said = letters("".join(page["text"] for page in sent))
    for message in messages:
        for line in message["text"].splitlines():
            assert letters(escaped(line)) in said
        for service in message["services"]:
            assert letters(escaped(service["name"])) in said
            assert all(letters(phone["number"]) in said for phone in service["phones"])
            if "asks" not in message and not any(message["urgent"] for message in messages):
                assert letters(escaped("".join(service["description"].split()))) in said
                assert letters(escaped("".join(service["source"].split()))) in said


@given(messages=st.lists(MESSAGE, min_size=1, max_size=2))
@settings(max_examples=40, deadline=None)
def test_every_button_keeps_its_payload_and_its_whole_title(messages: list[dict[str, Any]]):
    """Every choice can be tapped, in order; a title that is too long for a button is read above it in full."""
    ordered = sorted(messages, key=lambda message: not message["urgent"])
    choices = [choice for message in ordered for choice in message["buttons"]]
    sent = SLACK.pages({"messages": messages}, NOBODY)
    elements = [
        element for page in sent for block in page["blocks"] if block["type"] == "actions" for element in block["elements"]
    ]
    assert [element["value"] for element in elements] == [choice["payload"] for choice in choices]
    above = letters("".join(all_of(sent, "mrkdwn")))
    for element, choice in zip(elements, choices, strict=True):
        label = element["text"]["text"]
        assert label == choice["title"] or letters(escaped(choice["title"])) in above


@given(messages=st.lists(MESSAGE, min_size=1, max_size=3))
@settings(max_examples=40, deadline=None)
def test_what_is_seen_is_also_heard(messages: list[dict[str, Any]]):
    """Every text of the blocks stands in the text of the page too, for screen readers and notifications."""
    for page in SLACK.pages({"messages": messages}, NOBODY):
        assert all(text in page["text"] for text in all_of((page,), "mrkdwn"))
        assert all(escaped(text) in page["text"] for text in all_of((page,), "plain_text"))


@given(check=CHECK)
@settings(max_examples=40, deadline=None)
def test_every_check_is_within_the_limits_also_with_its_button(check: dict[str, Any]):
    """A check has room for the button that posts it, which is offered on the last page alone."""
    sent = SLACK.pages({"messages": [], "check": check}, NOBODY)
    for page in sent:
        assert_slack_takes(page)
    assert all("share" not in page for page in sent[:-1])
    said = letters("".join(page["text"] for page in sent))
    assert all(letters(escaped(entry["sign"])) in said for entry in check["indicators"])


@given(text=TEXT, most=st.integers(10, 3_000))
@settings(max_examples=200, deadline=None)
def test_a_text_is_divided_and_never_cut(text: str, most: int):
    """The parts together are the text, and none is longer than asked."""
    parts = bounded(text, most)
    assert all(part.strip() and units(escaped(part)) <= most for part in parts)
    assert letters("".join(parts)) == letters(text)


DIVIDED = {
    "at the end of a sentence": ("One. Two three. Four", 18, ["One. Two three.", "Four"]),
    "at the end of a line": ("One\nTwo three four", 10, ["One", "Two three", "four"]),
    "after a question in Arabic letters": (
        "\u0646\u0639\u0645\u061f \u0644\u0627 \u0644\u0627",
        7,
        ["\u0646\u0639\u0645\u061f", "\u0644\u0627 \u0644\u0627"],
    ),
    "at a blank, if a sentence is too long": ("One two three four", 10, ["One two", "three four"]),
    "anywhere, if a word is too long": ("Onetwothreefour", 10, ["Onetwothre", "efour"]),
    "never inside an escaped sign": ("aaaa&&", 10, ["aaaa&", "&"]),
    "by the places that a character takes": ("\U0001f6a8" * 6, 10, ["\U0001f6a8" * 5, "\U0001f6a8"]),
    "not at all": ("One. Two.", 10, ["One. Two."]),
    "nothing": (" \n ", 10, []),
}


@pytest.mark.parametrize(("text", "most", "parts"), DIVIDED.values(), ids=DIVIDED)
def test_where_a_text_is_divided(text: str, most: int, parts: list[str]):
    """At a sentence's or a line's end; else at a blank; anywhere only inside a word that is too long by itself."""
    assert bounded(text, most) == parts


def test_a_long_answer_becomes_several_pages():
    """What has no room on one page goes on with the next, from sentence to sentence."""
    sentence = "Tell your safeguarding lead, but never wait for one."
    sent = pages(paragraphs("\n".join([sentence] * 400)))
    assert len(sent) > 1
    assert [line for page in sent for line in page["text"].splitlines()] == [sentence] * 400


def test_a_message_has_50_blocks_at_most():
    """Short headings by the hundred are several messages, long before they are too many characters."""
    sent = pages(piece for number in range(120) for piece in heading(str(number)))
    assert [len(page["blocks"]) for page in sent] == [50, 50, 20]


def test_a_title_of_76_characters_stands_above_its_button():
    """The longest title fits; one character more is read above in full, with its number on the button."""
    fits, too_long = "a" * 75, "Ask him first, in private, whether he agrees, and explain what a referral is"
    assert len(too_long) == 76
    (page,) = pages(buttons([{"title": title, "payload": title[:3]} for title in (fits, too_long)]))
    above, actions = page["blocks"]
    assert above["text"]["text"] == f"1. {too_long}"
    labels = [element["text"]["text"] for element in actions["elements"]]
    assert labels[0] == fits
    assert labels[1].startswith("1. Ask him first, in private,")
    assert labels[1].endswith("\u2026")


def test_26_buttons_are_two_blocks():
    """A block of buttons holds 25."""
    (page,) = pages(buttons([{"title": str(place), "payload": str(place)} for place in range(26)]))
    assert [len(block["elements"]) for block in page["blocks"]] == [25, 1]


def test_buttons_that_send_much_back_are_several_messages():
    """25 payloads of 500 characters are more than a message holds; none of them is lost."""
    choices = [{"title": f"choice {place}", "payload": f"{place:0500}"} for place in range(40)]
    sent = pages(buttons(choices))
    for page in sent:
        assert_slack_takes(page)
    values = [element["value"] for page in sent for block in page["blocks"] for element in block["elements"]]
    assert values == [choice["payload"] for choice in choices]


def test_a_heading_that_is_too_long_goes_on_in_bold():
    """A header holds 150 characters; the rest of it is not lost."""
    (page,) = pages(heading("Ring 999 now. " * 20))
    assert [block["type"] for block in page["blocks"]] == ["header", "section"]
    assert page["text"].count("Ring 999 now.") == 20


def test_nothing_that_is_written_can_become_a_link_or_a_mention():
    """`& < >` are escaped, and Slack is told to make nothing of the rest."""
    text = "<!channel> <@U024BE7LH> <https://example.org|ring here> & @here #general"
    (page,) = pages(paragraphs(text))
    (block,) = page["blocks"]
    assert not re.search(r"[<>]|&(?!amp;|lt;|gt;)", block["text"]["text"] + page["text"])
    assert block["text"]["verbatim"] is True


def test_the_home_is_within_the_limits():
    """100 blocks, as Slack's library counts them."""
    made = gateway()
    view = home(made.renderer, made.now())
    assert len(view["blocks"]) <= 100
    for block in view["blocks"]:
        assert_within(block)
    for block in Block.parse_all(view["blocks"]):
        block.to_dict()
