"""Replies: which variation of a response is said, and with what."""

from pathlib import Path

import pytest

from bot.errors import ContentError, WaymarkError
from bot.replies import MissingWords, Replies, load_replies


def when(**slots: object) -> list[dict[str, object]]:
    """Conditions as `domain.yml` writes them."""
    return [{"type": "slot", "name": name, "value": value} for name, value in slots.items()]


REPLIES = Replies(
    {
        "utter_ask": (
            {"text": "plain"},
            {"text": "to the writer", "condition": when(writes_about="me")},
            {"text": "to a child", "condition": when(writes_about="me", child_writes=True)},
            {"text": "by SMS", "channel": "sms"},
            {"text": "by SMS, to the writer", "channel": "sms", "condition": when(writes_about="me")},
        ),
        "utter_staff_only": ({"text": "to staff", "condition": when(audience="staff")},),
        "utter_named": ({"text": " In {area}, {area}: {count} people. "},),
        "utter_full": (
            {
                "text": "Ring.",
                "buttons": [{"title": "Yes", "payload": "/yes"}],
                "custom": {"asks": "danger", "services": [{"id": "emergency-999"}]},
                "channel": "web",
            },
        ),
        "utter_silent": ({"custom": {"forget": True}},),
    }
)

VARIATIONS = [
    # slots, channel, what is said
    ({}, "web", "plain"),
    ({"writes_about": "someone_else"}, "web", "plain"),
    ({"writes_about": "me"}, "web", "to the writer"),
    ({"writes_about": "me", "child_writes": False}, "web", "to the writer"),
    ({"writes_about": "me", "child_writes": True}, "web", "to a child"),
    ({"child_writes": True}, "web", "plain"),  # one of two conditions is not enough
    ({}, "sms", "by SMS"),
    ({"writes_about": "me"}, "sms", "by SMS, to the writer"),
    ({"writes_about": "me", "child_writes": True}, "sms", "by SMS, to the writer"),
]


@pytest.mark.parametrize(("slots", "channel", "said"), VARIATIONS)
def test_the_most_particular_variation_that_fits_is_said(slots, channel, said):
    """First what is meant for the channel, then what has the most conditions; never one whose conditions do not hold."""
    assert REPLIES.reply("utter_ask", slots, channel, {})["text"] == said


MISSING = [
    ("utter_nothing", {}, {}),
    ("utter_staff_only", {}, {}),
    ("utter_staff_only", {"audience": "public"}, {}),
    ("utter_full", {}, {}),  # only on another channel
    ("utter_named", {}, {"area": "Leeds"}),
]


@pytest.mark.parametrize(("name", "slots", "values"), MISSING)
def test_missing_words_are_never_passed_over(name, slots, values):
    """No such response, no variation that fits or a placeholder without a value: an error that names the response."""
    with pytest.raises(MissingWords, match=name) as caught:
        REPLIES.reply(name, slots, "sms", values)
    assert isinstance(caught.value, WaymarkError)


def test_placeholders_are_filled():
    """Every placeholder is filled, as often as it stands there; what is not needed is left aside."""
    said = REPLIES.reply("utter_named", {}, "web", {"area": "Leeds", "count": 3, "other": "x"})
    assert said["text"] == "In Leeds, Leeds: 3 people."


def test_a_value_is_never_read_as_a_placeholder():
    """What stands for a placeholder is said as it is."""
    assert REPLIES.reply("utter_named", {}, "web", {"area": "{count}", "count": 1})["text"] == "In {count}, {count}: 1 people."


def test_a_reply_holds_what_is_sent_and_nothing_else():
    """Text, buttons and custom fields are sent; conditions and channels are ours."""
    assert set(REPLIES.reply("utter_full", {}, "web", {})) == {"text", "buttons", "custom"}
    assert REPLIES.reply("utter_silent", {}, "web", {}) == {"text": "", "custom": {"forget": True}}


def test_a_reply_is_a_copy():
    """Whoever adds to a reply changes that one reply, and not what the next person is told."""
    first = REPLIES.reply("utter_full", {}, "web", {})
    first["buttons"].append({"title": "No", "payload": "/no"})
    first["custom"]["services"][0]["id"] = "another"
    second = REPLIES.reply("utter_full", {}, "web", {})
    assert len(second["buttons"]) == 1
    assert second["custom"]["services"] == [{"id": "emergency-999"}]


def test_replies_are_loaded_by_name(tmp_path: Path):
    """Every response of the domain is held with all its variations."""
    (tmp_path / "domain.yml").write_text("responses: {utter_a: [{text: a}, {text: b}], utter_c: [{text: c}]}")
    assert {name: len(variations) for name, variations in load_replies(tmp_path).responses.items()} == {
        "utter_a": 2,
        "utter_c": 1,
    }


UNUSABLE = ["responses: none", "responses: [a]", "responses:", "intents: [greet]", "responses: {"]


@pytest.mark.parametrize("content", UNUSABLE)
def test_a_domain_without_responses_is_refused(tmp_path: Path, content):
    """Without responses nothing can be said: that is a mistake of the file, which is named."""
    (tmp_path / "domain.yml").write_text(content)
    with pytest.raises(ContentError) as caught:
        load_replies(tmp_path)
    assert [problem.file for problem in caught.value.problems] == ["domain.yml"]
