"""The message that somebody wants checked for signs, as plain text. Teams hands it over in HTML."""

from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Any

from pydantic import BaseModel, Field

_LINES = {"br", "p", "div", "li", "tr", "h1", "h2", "h3", "blockquote", "pre"}


class Body(BaseModel):
    """A message's content. `content_type`: `html` or `text`."""

    content: str | None = None
    content_type: str | None = Field(alias="contentType", default=None)


class MessagePayload(BaseModel):
    """A message of Teams, as a message extension is given it."""

    subject: str | None = None
    body: Body | None = None


def notes(value: Any) -> str:
    """Return the plain text of the message that a message extension's `value` holds; empty where it holds none.

    Raises:
        ValidationError: it is no message of Teams.
    """
    given = value.get("messagePayload") if isinstance(value, Mapping) else None
    message = MessagePayload.model_validate(given or {})
    body = message.body or Body()
    content = body.content or ""
    text = content if body.content_type == "text" else _Plain().read(content)
    return "\n".join(filter(None, (message.subject, text))).strip()


class _Plain(HTMLParser):
    """Keeps the words of HTML and the ends of its lines."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: list[str] = []

    def read(self, html: str) -> str:
        self.feed(html)
        self.close()
        lines = "".join(self._parts).replace("\xa0", " ").split("\n")
        return "\n".join(line.strip() for line in lines if line.strip())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _LINES:
            self._parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _LINES:
            self._parts.append("\n")

    def handle_data(self, data: str) -> None:
        self._parts.append(data)
