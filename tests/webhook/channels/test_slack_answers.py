"""What people see in Slack: real replies and checks as blocks."""

import datetime as dt
import json
import re
from typing import Any

import pytest

from bot.languages import FALLBACK
from tests.webhook.channels.slack_side import ANN, a_channel, gateway
from webhook.channels.slack.checks import confirmation, shared
from webhook.channels.slack.home import CHOOSE_LANGUAGE, PRACTISE, home
from webhook.conversations import nobody
from webhook.post.channel import Page

GATEWAY = gateway()
RENDERER = GATEWAY.renderer
SLACK = a_channel()
MONDAY_NOON = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
SUNDAY_NIGHT = dt.datetime(2026, 11, 22, 23, tzinfo=dt.UTC)
PLAN = (
    {"id": "emergency-999", "condition": "if_danger"},
    {"id": "stockport-children", "condition": "if_under_18"},
    {"id": "modern-slavery-helpline"},
    {"id": "nrm-online"},
)
ADVICE = RENDERER.own(["utter_advice_staff_child"], nobody(audience="staff"), MONDAY_NOON)
STOLEN_WORDS = ("he keeps her passport in his car", "she is never alone")


def rendered(*replies: dict[str, Any], language: str = FALLBACK, now: dt.datetime = MONDAY_NOON) -> list[dict[str, Any]]:
    """Messages of the contract."""
    return RENDERER.render(replies, nobody(language, "staff"), now)


def sent(messages: list[dict[str, Any]]) -> tuple[Page, ...]:
    """The pages of a reply."""
    return SLACK.pages({"messages": messages}, nobody(audience="staff"))


def a_check(danger: str = "no", **other: Any) -> dict[str, Any]:
    """What a check returns."""
    signs = zip(("papers-held", "watched"), STOLEN_WORDS, strict=True)
    return {
        "danger": danger,
        "exploitation": ["labour"],
        "indicators": [{"id": sign, "sign": say(f"indicators/{sign}/sign"), "words": [words]} for sign, words in signs],
        "concerns": ["missing"],
        "missing": [{"id": "age_band", "text": say("phrases/missing/age_band")}],
        "messages": [*rendered({"text": "", "services": PLAN}), *ADVICE],
        **other,
    }


def check_pages(check: dict[str, Any]) -> tuple[Page, ...]:
    """The pages of a check."""
    return SLACK.pages({"messages": check["messages"], "check": check}, nobody(audience="staff"))


def say(reference: str) -> str:
    """English words."""
    return RENDERER.words.get().text(reference)


def said(pages: tuple[Page, ...]) -> str:
    """Everything that is shown, as text."""
    return "\n".join(page["text"] for page in pages)


def test_a_service_is_shown_with_everything_that_is_known_of_it():
    """Condition, name, every number as a link with when it answers, hours, page, and where all this is from."""
    (page,) = sent(rendered({"text": "", "services": [PLAN[1]]}))
    section, context = page["blocks"]
    lines = section["text"]["text"].splitlines()
    assert lines[0] == "_If they could be under 18_"
    assert lines[1] == "*Multi-Agency Safeguarding and Support Hub (MASSH)*"
    assert "Daytime: <tel:01612176028|0161 217 6028> (Open now)" in lines
    assert "Evenings, nights, weekends: <tel:01617182118|0161 718 2118> (Closed now)" in lines
    assert any(line.startswith("<https://www.stockport.gov.uk/") for line in lines)
    assert context["type"] == "context"
    assert re.fullmatch(r"Source: \S+, read on 21 November 2026", context["elements"][0]["text"])


def test_a_number_says_whether_it_answers_now():
    """At night, the day's number is closed and the night's is open."""
    (page,) = sent(rendered({"text": "", "services": [PLAN[1]]}, now=SUNDAY_NIGHT))
    assert "0161 217 6028> (Closed now)" in page["text"]
    assert "0161 718 2118> (Open now)" in page["text"]


def test_services_stand_in_the_order_of_the_reply():
    """Whom to ring first stands first."""
    messages = rendered({"text": "Who to contact, in this order:", "services": PLAN})
    names = [service["name"].replace("&", "&amp;") for service in messages[0]["services"]]
    places = [said(sent(messages)).index(f"*{name}*") for name in names]
    assert len(places) == 4
    assert places == sorted(places)


@pytest.mark.parametrize("language", [language.id for language in RENDERER.languages.values() if language.has_words])
def test_every_service_is_shown_in_every_language(language: str):
    """Every service has its page in every language that we have words in, with all its numbers."""
    ids = sorted(RENDERER.directory.get().services)
    (message,) = rendered({"text": "", "services": [{"id": service} for service in ids]}, language=language)
    text = said(sent([message]))
    assert all(f"<{phone['href']}|" in text for service in message["services"] for phone in service["phones"])


def test_what_is_urgent_stands_first_and_large():
    """In danger the first thing on the first page is to ring 999, in a header, and the notification begins with it."""
    urgent = RENDERER.own(["utter_danger_by_gateway"], nobody(audience="staff"), MONDAY_NOON)
    page = sent([*rendered({"text": "Who to contact:", "services": PLAN}), *urgent])[0]
    assert page["blocks"][0] == {
        "type": "header",
        "text": {"type": "plain_text", "text": "Ring 999 now. It is free.", "emoji": False},
    }
    assert page["text"].startswith("Ring 999 now. It is free.\nSay where you are first.")
    assert page["text"].index("tel:999") < page["text"].index("Who to contact:")


def test_danger_is_brief_and_ends_with_whom_to_ring():
    """A chat shows its end: to ring 999 stands there once more. In between no long descriptions, but every number and page."""
    urgent = RENDERER.own(["utter_danger_by_gateway"], nobody(audience="staff"), MONDAY_NOON)
    after = rendered({"text": "Who to contact:", "services": PLAN})
    text = said(sent([*urgent, *after]))
    assert text.endswith("\nRing 999 now. It is free.")
    assert "Source:" not in text
    for service in after[0]["services"]:
        assert all(f"<{phone['href']}|" in text for phone in service["phones"])
        assert service.get("url", "") in text
    assert said(sent(urgent)).count("Ring 999 now.") == 1


def test_a_question_comes_with_the_two_numbers_in_short_and_its_buttons():
    """Between a question and its answers stand numbers only; each button carries its payload."""
    (page,) = sent(RENDERER.own(["utter_ask_danger"], nobody(audience="staff"), MONDAY_NOON))
    text = page["text"]
    assert "tel:999" in text
    assert "tel:08000121700" in text
    assert "Source:" not in text
    *_, actions = page["blocks"]
    assert [element["value"] for element in actions["elements"]][:2] == ['/danger{"danger": "yes"}', '/inform{"danger": "no"}']
    assert [element["text"]["text"] for element in actions["elements"]] == ["Yes", "No", "I do not know"]


def test_a_number_is_not_turned_round_among_words_from_right_to_left():
    """In Urdu the groups of a number stay in their order."""
    messages = rendered({"text": "", "services": [PLAN[2]]}, language="ur")
    assert "<tel:08000121700|\u206608000 121 700\u2069>" in said(sent(messages))


def test_the_choice_of_languages_has_a_button_for_each():
    """There are more languages than a block has room for; none is left out."""
    choices = [
        {"title": language.name, "payload": f'/change_language{{"language": "{language.id}"}}'}
        for language in RENDERER.languages.values()
    ]
    reply = {"text": "Which language is best for you?", "buttons": choices}
    blocks = [block for page in sent(rendered(reply)) for block in page["blocks"] if block["type"] == "actions"]
    assert [element["value"] for block in blocks for element in block["elements"]] == [choice["payload"] for choice in choices]


def test_a_check_shows_signs_with_the_words_that_show_them_and_what_is_missing():
    """The one who asked sees every sign, the words behind it, what is not known yet, and whom to ring."""
    text = said(check_pages(a_check()))
    assert text.startswith(say("workplace/both/checked"))
    for part in (
        *STOLEN_WORDS,
        say("indicators/papers-held/sign"),
        say("phrases/kinds/labour"),
        say("phrases/missing/age_band"),
    ):
        assert part in text
    assert text.index(say("workplace/both/signs")) < text.index("tel:999")


def test_a_check_that_finds_nothing_says_that_this_proves_nothing():
    """No sign found is no all-clear."""
    text = said(check_pages(a_check(indicators=[], exploitation=[], concerns=[])))
    assert say("workplace/both/no_signs") in text
    assert "tel:999" in text
    assert say("workplace/both/signs") not in text


def test_a_check_that_finds_danger_begins_with_it():
    """In danger, 999 stands before everything else, in a header."""
    pages = check_pages(a_check("yes"))
    assert pages[0]["blocks"][0]["type"] == "header"
    assert pages[0]["text"].startswith(f"{say('workplace/both/in_danger')}\n")
    assert said(pages).index("tel:999") < said(pages).index(say("workplace/both/signs"))


def offered(check: dict[str, Any]) -> str:
    """What the button carries that asks whether to post a check."""
    value: str = check_pages(check)[-1]["share"]["elements"][0]["value"]
    return value


def test_what_can_be_posted_holds_no_word_of_the_text():
    """The button carries ids and conditions; what somebody wrote about a person stays where it is."""
    value = offered(a_check())
    posted = said(shared(value, ANN, RENDERER, MONDAY_NOON))
    for words in STOLEN_WORDS:
        assert words not in value
        assert words not in posted


def test_what_is_posted_says_the_same_as_the_private_answer():
    """Signs, gaps, services in the same order with their conditions, our advice; and who posted it."""
    posted = said(shared(offered(a_check()), ANN, RENDERER, MONDAY_NOON))
    assert posted.startswith(f"<@{ANN}> ")
    private = said(check_pages(a_check()))
    rest = [line for line in private.splitlines()[1:] if not line.startswith("\u201c")]
    assert posted.splitlines()[1:] == rest


def test_numbers_are_posted_as_they_are_then():
    """What was open when the text was checked may be closed when the check is posted."""
    value = offered(a_check())
    assert "0161 217 6028> (Closed now)" in said(shared(value, ANN, RENDERER, SUNDAY_NIGHT))


def test_danger_is_posted_first_too():
    """In a channel as well 999 stands before everything else."""
    pages = shared(offered(a_check("yes")), ANN, RENDERER, MONDAY_NOON)
    assert pages[0]["text"].startswith(f"{say('workplace/both/in_danger')}\n")


def test_the_first_press_only_asks():
    """The question says that everybody can read it; its button carries the same, and posts."""
    value = offered(a_check())
    page = confirmation(value, RENDERER)
    question, actions = page["blocks"]
    assert question["text"]["text"] == say("workplace/both/share_again")
    (button,) = actions["elements"]
    assert (button["action_id"], button["value"]) == ("post", value)


def test_a_check_with_more_than_a_button_carries_cannot_be_posted():
    """A button carries 2,000 characters; rather than a part of a check, none is offered, and nothing else is left out."""
    signs = [{"id": sign, "sign": "s", "words": []} for sign in RENDERER.words.get().collections["indicators"]] * 2
    carried = []
    for many in range(40, len(signs)):
        pages = check_pages(a_check(indicators=signs[:many]))
        assert said(pages).endswith(ADVICE[0]["text"])
        if "share" in pages[-1]:
            carried.append(len(pages[-1]["share"]["elements"][0]["value"]))
    assert 0 < len(carried) < len(signs) - 40
    assert 1_950 < max(carried) <= 2_000


def test_a_service_that_was_withdrawn_since_is_not_posted():
    """What is not known any more is left out."""
    value = offered(a_check()).replace("stockport-children", "no-such-service")
    posted = said(shared(value, ANN, RENDERER, MONDAY_NOON))
    assert "Multi-Agency" not in posted
    assert "tel:999" in posted


def test_the_home_says_whom_to_ring_and_what_to_look_for():
    """999 first, then numbers, general signs by their own words, and the ways in."""
    view = home(RENDERER, MONDAY_NOON)
    assert view["type"] == "home"
    assert view["blocks"][0]["text"]["text"] == say("workplace/both/in_danger")
    text = json.dumps(view, ensure_ascii=False)
    for part in ("tel:999", "tel:08000121700", say("indicators/watched/sign"), say("indicators/papers-held/sign"), "12:00"):
        assert part in text
    elements = [element for block in view["blocks"] if block["type"] == "actions" for element in block["elements"]]
    assert [element["value"] for element in elements] == [PRACTISE, CHOOSE_LANGUAGE] == ["/practice{}", "/change_language{}"]


def test_the_home_leaves_out_a_number_that_is_closed(monkeypatch: pytest.MonkeyPatch):
    """The Home is for numbers that can be rung now; a service that is closed then is not on it."""
    closed_at_night = ({"id": "emergency-999"}, {"id": "acas"})
    monkeypatch.setattr("webhook.channels.slack.home._NUMBERS", closed_at_night)
    assert "0300 123 1100" in json.dumps(home(RENDERER, MONDAY_NOON))
    assert "0300 123 1100" not in json.dumps(home(RENDERER, SUNDAY_NIGHT))


@pytest.mark.parametrize("service", ["emergency-999", "modern-slavery-helpline", "police-101", "salvation-army", "ictg"])
def test_every_service_of_the_home_exists(service: str):
    """A service that is withdrawn disappears from the Home by itself; that one is missing altogether would be a mistake."""
    assert service in RENDERER.directory.get().services
