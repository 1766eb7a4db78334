"""What a reply looks like in Teams: whole, in order, urgent first, and never too large."""

import json
import re
from collections.abc import Iterator
from functools import cache, partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from microsoft_teams.cards import AdaptiveCard

from bot.languages import spoken
from tests.webhook.channels.teams_world import gateway
from webhook.channels.teams.cards import check_card, home_card, reply_pages
from webhook.channels.teams.elements import MOST_CHARACTERS_OF_A_LINE
from webhook.channels.teams.pages import MOST_BYTES, bytes_of
from webhook.conversations import Conversation

# What every client of Teams shows; Action.Execute has an older action to fall back to.
ELEMENTS = {"TextBlock", "RichTextBlock", "TextRun", "Container", "ActionSet"}
ACTIONS = {"Action.Execute", "Action.Submit", "Action.OpenUrl"}
TEXT: dict[str, Any] = {"language": "en", "direction": "ltr", "urgent": False, "buttons": [], "services": []}


def say_in(language: str | None) -> Any:
    """The words of a language."""
    return partial(gateway().renderer.words.get().text, language=language or "en")


def pages(*messages: dict[str, Any]) -> list[dict[str, Any]]:
    """The pages of a reply."""
    return list(reply_pages([{**TEXT, **message} for message in messages], say_in))


def parts(value: Any) -> Iterator[dict[str, Any]]:
    """Every object within a card."""
    if isinstance(value, dict):
        yield value
    for inside in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from parts(inside)


def shown(card: dict[str, Any]) -> str:
    """The words that stand on a card, in order."""
    return "\n".join(part.get("text", part.get("title")) for part in _visible(card["body"]))


def _visible(elements: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for element in elements:
        yield from _visible([part for key in ("items", "inlines", "actions") for part in element.get(key, ())])
        if element["type"] in ("TextBlock", "TextRun", "Action.Execute", "Action.OpenUrl"):
            yield element


@cache
def everything(language: str) -> list[dict[str, Any]]:
    """Every service there is, as staff see it."""
    ids = sorted(gateway().renderer.directory.get().services)
    conversation = Conversation("", language, "teams", None, "staff")
    return gateway().renderer.render([{"services": [{"id": id_} for id_ in ids]}], conversation, gateway().now())[0]["services"]


def bare(text: str) -> str:
    """A text without blanks, which are where it may be split."""
    return re.sub(r"\s", "", text)


# ------------------------------------------------------------------ what stands on a card


def test_the_card_of_a_service_has_all_that_a_person_needs():
    """Name, condition, what it is, each number with its label and whether it is open, hours, note, link and source."""
    service = next(each for each in everything("en") if each["id"] == "stockport-children")
    (page,) = pages({"text": "", "services": [{**service, "condition": "If she is in Stockport"}]})
    (box,) = page["card"]["body"]
    assert (box["type"], box["style"]) == ("Container", "emphasis")
    number, at_night = service["phones"]
    assert page["card"]["fallbackText"].splitlines() == [
        service["name"],
        "If she is in Stockport",
        service["description"],
        f"{number['label']}: {number['number']} · {'Open now' if number['open_now'] else 'Closed now'}",
        f"{at_night['label']}: {at_night['number']} · {'Open now' if at_night['open_now'] else 'Closed now'}",
        service["hours"],
        service["note"],
        f"{service['url_label']}: {service['url']}",
        f"Source: {service['source']}, read on 21 November 2026",
    ]
    links = [part["url"] for part in parts(page["card"]) if part.get("type") == "Action.OpenUrl"]
    assert links == [number["href"], at_night["href"], service["url"]]


def test_a_number_is_not_turned_round_in_right_to_left_words():
    """The groups of a number keep their order; the card is laid out from the right."""
    (service,) = [each for each in everything("ur") if each["id"] == "modern-slavery-helpline"]
    (page,) = pages({"text": "", "language": "ur", "direction": "rtl", "services": [service]})
    assert (page["card"]["rtl"], page["card"]["lang"]) == (True, "ur")
    assert f"\u2066{service['phones'][0]['number']}\u2069" in page["card"]["fallbackText"]


def test_a_number_to_text_stands_on_the_card():
    """For who cannot speak."""
    (service,) = [each for each in everything("en") if each["id"] == "modern-slavery-helpline"]
    (page,) = pages({"text": "", "services": [{**service, "text_number": "85258"}]})
    assert "Text message: 85258" in page["card"]["fallbackText"].splitlines()


def test_urgent_comes_first_and_is_unmistakable():
    """In a red box, large, whatever stood before it; the first number with it; and marked as urgent."""
    services = [each for each in everything("en") if each["id"] in ("emergency-999", "modern-slavery-helpline")]
    said = pages({"text": "Calm."}, {"text": "Ring 999 now.", "urgent": True, "services": services})
    assert [page["is_urgent"] for page in said] == [True, False, True]
    assert [page["number"] for page in said] == [0, 1, 2]
    text, number, other = said[0]["card"]["body"]
    assert [text["style"], number["style"], other["style"]] == ["attention", "attention", "emphasis"]
    assert text["items"][0]["inlines"] == [{"type": "TextRun", "text": "Ring 999 now.", "size": "Large", "weight": "Bolder"}]


def test_danger_ends_with_whom_to_ring():
    """A chat shows its end: after a long reply 999 would have moved out of sight. What is all urgent needs no end."""
    said = {"text": "Zadzwoń teraz na 999.\nPowiedz, gdzie jesteś.", "language": "pl", "urgent": True}
    danger = {**said, "services": everything("pl")[:1], "buttons": BUTTONS}
    last = pages(danger, {"text": "Calm.", "language": "pl"})[-1]["card"]
    assert (last["lang"], last["fallbackText"], last["body"][0]["style"]) == ("pl", "Zadzwoń teraz na 999.", "attention")
    assert len(pages(danger, danger)) == len(pages({"text": "Calm."}, {"text": "Calm."})) == 1


def test_in_danger_and_beside_a_question_services_are_brief():
    """No long description stands between a person and a number or a button; every way to reach them is there."""
    service = next(each for each in everything("en") if each["id"] == "stockport-children")
    asked = pages({"text": "How old is she?", "services": [service], "asks": "age_band"})
    danger = pages({"text": "Ring 999 now.", "urgent": True}, {"text": "When you are safe:", "services": [service]})
    for said in ("\n".join(page["card"]["fallbackText"] for page in reply) for reply in (asked, danger)):
        assert service["description"] not in said
        assert "Source:" not in said
        assert all(phone["number"] in said for phone in service["phones"])
        assert all(service[key] in said for key in ("name", "hours", "note", "url"))


def test_messages_keep_their_order_otherwise():
    """Those in one language stand on one card, with a rule between them; another language begins a new one."""
    said = pages({"text": "one"}, {"text": "two\nlines"}, {"text": "dwa", "language": "pl"}, {"text": "three"})
    assert [(page["card"]["lang"], page["card"]["fallbackText"]) for page in said] == [
        ("en", "one\ntwo\nlines"),
        ("pl", "dwa"),
        ("en", "three"),
    ]
    assert [bool(element.get("separator")) for element in said[0]["card"]["body"]] == [False, True, False]


def test_a_document_stands_in_a_box():
    """A summary or a card to show is set apart from what is said about it."""
    (page,) = pages({"text": "I need help", "document": "call_card"})
    assert page["card"]["body"][0]["style"] == "emphasis"


def test_what_looks_like_markup_is_shown_as_it_is():
    """Stars, brackets and links that somebody wrote, or we did, mean nothing in a card."""
    text = "*a* _b_ [ring](http://evil.example) <b> & # 1. {x}"
    (page,) = pages({"text": text})
    assert page["card"]["body"][0]["inlines"] == [{"type": "TextRun", "text": text}]


def test_no_heading_holds_markup():
    """Names of services and our own headings are read by Teams as Markdown: none holds any of its marks."""
    headings = [service["name"] for service in everything("en")]
    headings += [say_in("en")(f"workplace/both/{name}") for name in ("signs", "missing")]
    assert [heading for heading in headings if re.search(r"[*_`#\[\]\\]", heading)] == []


BUTTONS = [{"title": "Yes", "payload": '/inform{"danger": "yes"}'}, {"title": "No", "payload": '/inform{"danger": "no"}'}]
LONG = [
    {"title": "Follow the van to see where the workers live, and ring later.", "payload": "/a"},
    {"title": "Ring.", "payload": "/b"},
]


@pytest.mark.parametrize(("buttons", "labels"), [(BUTTONS, ["Yes", "No"]), (LONG, ["1", "2"])])
def test_a_button_carries_its_payload_in_both_ways(buttons: list[dict[str, str]], labels: list[str]):
    """Action.Execute with a verb, and Action.Submit where that is not known; a title too long for a button stands above it."""
    (page,) = pages({"text": "Is she in danger?", "buttons": buttons})
    executes = [part for part in parts(page["card"]) if part.get("type") == "Action.Execute"]
    assert [action["title"] for action in executes] == labels
    for action, button in zip(executes, buttons, strict=True):
        assert action["verb"]
        assert action["data"] == {"payload": button["payload"], "title": button["title"]} == action["fallback"]["data"]
        assert action["fallback"]["type"] == "Action.Submit"
    assert all(button["title"] in page["card"]["fallbackText"] for button in buttons)


def test_short_buttons_stand_side_by_side():
    """26 languages are no page of their own; a longer title has its own row, and the order stays."""
    titles = ["Yes", "No", "I do not know", "Not now", "I would rather not say", "Another"]
    (page,) = pages({"text": "", "buttons": [{"title": title, "payload": title} for title in titles]})
    rows = [[action["title"] for action in row["actions"]] for row in page["card"]["body"]]
    assert rows == [["Yes", "No", "I do not know"], ["Not now"], ["I would rather not say"], ["Another"]]
    assert page["card"]["fallbackText"].splitlines() == [f"- {title}" for title in titles]


def test_every_card_is_of_the_form_that_teams_knows():
    """Schema 1.5; elements of 1.2; Microsoft's own model takes each; an action set has three actions at most."""
    for language in ("en", "ur"):
        for page in pages({"text": "x", "language": language, "services": everything(language), "buttons": BUTTONS + LONG}):
            card = page["card"]
            AdaptiveCard.model_validate(card)
            assert (card["type"], card["version"]) == ("AdaptiveCard", "1.5")
            types = {part["type"] for part in parts(card["body"]) if "type" in part}
            assert types <= ELEMENTS | ACTIONS
            assert all(1 <= len(part["actions"]) <= 3 for part in parts(card) if part.get("type") == "ActionSet")


@pytest.mark.parametrize("language", [language.id for language in spoken(gateway().renderer.languages)])
def test_the_home_card_fits_in_every_language(language: str):
    """A greeting with all that the home card has besides."""
    conversation = Conversation("", language, "teams", None, "staff")
    reply = gateway().dialogue.greet(conversation, gateway().now())
    for page in reply_pages(reply["messages"], say_in):
        assert bytes_of(home_card(page["card"], say_in(language))) <= MOST_BYTES


# ------------------------------------------------------------------ the check of a message


def test_a_check_says_what_it_found_and_where_that_leads():
    """Danger first, then the signs with the words that show them, what is missing, services and advice."""
    found = {
        "danger": "yes",
        "indicators": [{"id": "x", "sign": "Somebody else holds the passport", "words": ["He took *her* passport."]}],
        "missing": [{"id": "age_band", "text": "The age"}],
        "messages": [{**TEXT, "text": "Tell your lead.", "buttons": BUTTONS, "services": everything("en")[:1]}],
    }
    card = check_card(found, True, say_in("en"))
    lines = shown(card).splitlines()
    assert lines[0] == card["fallbackText"]
    assert lines[0] == "If somebody is in danger now, ring 999."
    assert card["body"][0]["style"] == "attention"
    expected = [
        "Possible signs",
        "• Somebody else holds the passport",
        "“He took *her* passport.”",
        "Still to find out",
        "• The age",
    ]
    assert [line for line in lines if line in expected] == expected
    assert everything("en")[0]["name"] in lines
    assert "Tell your lead." in lines
    assert "payload" not in json.dumps(card)  # it is no conversation


def test_a_check_that_was_cut_short_says_so():
    """What was not read must not look like what holds no sign."""
    found = {"danger": "unknown", "indicators": [], "missing": [], "messages": []}
    words = say_in("en")("workplace/teams/not_thorough")
    assert words in shown(check_card(found, False, say_in("en")))
    assert words not in shown(check_card(found, True, say_in("en")))


def test_a_check_is_always_one_card():
    """Every sign, all that can be missing, and more services than any situation has: 16. Quotations only if there is room."""
    renderer = gateway().renderer
    words = renderer.words.get()
    signs = [
        {"id": id_, "sign": words.text(f"indicators/{id_}/sign"), "words": ["w" * 5000]}
        for id_ in words.collections["indicators"]
    ]
    missing = [{"id": id_, "text": words.text(f"phrases/missing/{id_}")} for id_ in words.collections["phrases"].missing]
    services = sorted(everything("en"), key=bytes_of)[-17:]
    found = {
        "danger": "yes",
        "indicators": signs,
        "missing": missing,
        "messages": [{**TEXT, "text": "so", "services": services}],
    }
    card = check_card(found, True, say_in("en"))
    assert bytes_of(card) <= MOST_BYTES
    assert "wwww" not in shown(card)
    assert all(f"• {sign['sign']}" in shown(card) for sign in signs)
    assert all(service["name"] in shown(card) for service in services)


# ------------------------------------------------------------------ whatever the reply: never too large, nothing lost

SOME = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=60)
MUCH = st.builds(lambda part, times: part * times, SOME, st.integers(1, 500))
SHORT = st.text(st.characters(exclude_categories=("Cs",)), max_size=200)
PHONE = st.fixed_dictionaries(
    {"label": SHORT, "number": SHORT, "href": SHORT, "open_now": st.sampled_from([True, False, None])}
)
SERVICE = st.fixed_dictionaries(
    {
        "name": MUCH,
        "description": MUCH,
        "phones": st.lists(PHONE, max_size=3),
        "hours": SHORT,
        "source": MUCH,
        "seen": st.just("2026-11-21"),
    },
    optional={"condition": SHORT, "note": MUCH, "url": SHORT, "url_label": SHORT, "text_number": SHORT},
)
BUTTON = st.fixed_dictionaries({"title": st.text(min_size=1, max_size=200), "payload": st.text(max_size=500)})
MESSAGE = st.fixed_dictionaries(
    {
        "text": MUCH,
        "language": st.sampled_from(["en", "ur"]),
        "direction": st.sampled_from(["ltr", "rtl"]),
        "urgent": st.booleans(),
        "buttons": st.lists(BUTTON, max_size=30),
        "services": st.lists(SERVICE, max_size=4),
    }
)


@settings(max_examples=25, deadline=None)
@given(st.lists(MESSAGE, min_size=1, max_size=3))
def test_no_card_is_ever_too_large(messages: list[dict[str, Any]]):
    """80 KB in UTF-16, even as the home card, however long texts, names and lists become."""
    for page in reply_pages(messages, say_in):
        assert bytes_of(home_card(page["card"], say_in("en"))) <= MOST_BYTES


@settings(max_examples=25, deadline=None)
@given(MESSAGE)
def test_nothing_is_ever_left_out(message: dict[str, Any]):
    """The words of the pages, one after the other, are the words of the reply; and so is their plain text."""
    cards = [page["card"] for page in reply_pages([message], say_in)]
    for whole in ("".join(map(shown, cards)), "".join(card["fallbackText"] for card in cards)):
        place = 0
        for text in _texts(message):
            found = bare(whole).find(bare(text), place)
            assert found >= place
            place = found + len(bare(text))
    sent = [part["data"]["payload"] for card in cards for part in parts(card) if part.get("type") == "Action.Execute"]
    assert sent == [button["payload"] for button in message["buttons"]]


def _texts(message: dict[str, Any]) -> Iterator[str]:
    yield message["text"]
    for service in message["services"]:
        for key in ("name", "condition", *(() if message["urgent"] else ("description",))):
            yield service.get(key) or ""
        for phone in service["phones"]:
            yield from (phone["label"], phone["number"])
        for key in ("text_number", "hours", "note", *(() if message["urgent"] else ("source",))):
            yield service.get(key) or ""
    yield from (button["title"] for button in message["buttons"])


SENTENCE = st.builds(
    lambda words: " ".join(words) + ".", st.lists(st.text("abcdefgh", min_size=1, max_size=9), min_size=1, max_size=40)
)


@settings(max_examples=15, deadline=None)
@given(st.lists(SENTENCE, min_size=100, max_size=400))
def test_a_long_answer_is_split_at_its_sentences(sentences: list[str]):
    """Over several pages if need be; every line begins and ends with a whole sentence."""
    said = pages({"text": " ".join(sentences)})
    lines = [line for page in said for line in page["card"]["fallbackText"].splitlines()]
    assert all(line.endswith(".") and len(line) <= MOST_CHARACTERS_OF_A_LINE for line in lines)
    assert " ".join(lines) == " ".join(sentences)


def test_a_very_long_answer_takes_several_pages():
    """Of which each is nearly full."""
    said = pages({"text": "He cannot leave, and nobody pays him. " * 3000})
    assert len(said) > 2
    assert all(bytes_of(page["card"]) > MOST_BYTES / 2 for page in said[:-1])


def test_what_stands_around_many_small_things_is_counted():
    """Boxes and line ends are a part of a card too."""
    small = {"name": "a", "description": "b", "phones": [], "hours": "", "source": "c", "seen": "2026-11-21"}
    for said in (pages({"text": "", "services": [small] * 1000}), pages({"text": "a\n" * 5000})):
        assert len(said) > 1
        assert all(bytes_of(home_card(page["card"], say_in("en"))) <= MOST_BYTES for page in said)


def test_a_service_stays_on_one_page():
    """A box is torn apart only when it is larger than a page."""
    services = [{**service, "id": number} for number in range(60) for service in everything("en")[:1]]
    said = pages({"text": "", "services": services})
    assert len(said) > 1
    assert sum(len(page["card"]["body"]) for page in said) == 60
