"""A language is chosen by its button too."""

import pytest

from waymark.client import Client

QUESTION = "which languages do you speak?"


@pytest.mark.parametrize("code", ["ur", "cy"])
def test_a_language_is_chosen_by_its_button(code: str, waymark: Client):
    """What is said after it is in that language, also when the next message is in another."""
    conversation = waymark.start()["conversation_id"]
    asked = waymark.say(conversation, QUESTION)["messages"]
    offered = [button["payload"] for message in asked for button in message["buttons"]]
    (chosen,) = [payload for payload in offered if f'"{code}"' in payload]
    said = waymark.press(conversation, chosen)
    assert {message["language"] for message in said["messages"]} == {code}
    assert waymark.say(conversation, "my neighbour is never allowed to go out")["language"] == code
