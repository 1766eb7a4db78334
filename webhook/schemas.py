"""What goes in and out over HTTP, as the contract has it; FastAPI documents these as OpenAPI."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from bot.text import MOST_CHARACTERS

MOST_CHARACTERS_TO_CHECK = 20_000

Code = Annotated[str, StringConstraints(max_length=40, pattern=r"^[A-Za-z_-]+$")]
Audience = Literal["public", "staff"]


class Strict(BaseModel):
    """A body in which an unknown key is a mistake."""

    model_config = ConfigDict(extra="forbid")


class Start(Strict):
    """What a page may say when it begins a conversation. `channel` works in test mode only."""

    language: Code | None = None
    area: Code | None = None
    audience: Audience | None = None
    channel: Literal["web", "sms", "slack", "teams"] | None = None


class Said(Strict):
    """One message of the person: words, or the payload of a button we offered."""

    text: Annotated[str, StringConstraints(max_length=MOST_CHARACTERS)] | None = None
    payload: Annotated[str, StringConstraints(max_length=500)] | None = None
    language: Code | None = None
    message_id: Annotated[str, StringConstraints(max_length=64)] | None = None

    @model_validator(mode="after")
    def _is_one_of_both(self) -> "Said":
        if (self.text is None) == (self.payload is None):
            raise ValueError("either text or payload")
        return self


class ToCheck(Strict):
    """A member of staff's notes."""

    text: Annotated[str, StringConstraints(max_length=MOST_CHARACTERS_TO_CHECK)]
    language: Code | None = None


class ToRead(Strict):
    """A message whose reading is asked for (test mode)."""

    text: Annotated[str, StringConstraints(max_length=MOST_CHARACTERS)]
    asks: Code | None = None


class Phone(BaseModel):
    """One number of a service."""

    model_config = ConfigDict(populate_by_name=True)
    number: str
    href: str
    label: str
    audience: str = Field(alias="for")
    open_now: bool | None


class ServiceCard(BaseModel):
    """One service of a reply."""

    id: str
    name: str
    short_name: str | None = None
    description: str
    phones: list[Phone]
    text_number: str | None = None
    url: str | None = None
    url_label: str | None = None
    open_now: bool | None
    hours: str
    condition: str | None = None
    note: str | None = None
    source: str
    source_date: str | None
    seen: str
    verified: str | None


class Button(BaseModel):
    """A quick answer."""

    title: str
    payload: str


class Number(BaseModel):
    """A number as it is read, and as a link."""

    number: str
    href: str


class PageWords(BaseModel):
    """The words of the chat's own page by id, and the two numbers that always stand on it."""

    language: str
    direction: Literal["ltr", "rtl"]
    page: dict[str, str]
    emergency: Number
    helpline: Number


class Message(BaseModel):
    """One message to the person. A `document` is a summary or a card to copy, print or show."""

    text: str
    language: str
    direction: Literal["ltr", "rtl"]
    urgent: bool = False
    asks: str | None = None
    document: Literal["pack", "call_card"] | None = None
    buttons: list[Button] = []
    services: list[ServiceCard] = []


class Reply(BaseModel):
    """What the person is told."""

    conversation_id: str | None
    language: str
    messages: list[Message]


class ErrorReply(Reply):
    """An error; it still carries the numbers."""

    error: str


class Language(BaseModel):
    """A language Waymark speaks. `status` is `draft` until a native reader has read every sentence."""

    code: str
    name: str
    direction: Literal["ltr", "rtl"]
    status: Literal["draft", "reviewed"]


class Noticed(BaseModel):
    """A sign in staff's notes, and the words that show it. They live in this answer only."""

    id: str
    sign: str
    words: list[str]


class Missing(BaseModel):
    """A fact that could still change the route."""

    id: str
    text: str


class Check(BaseModel):
    """What staff's notes hold, and where they lead. Nothing of them is stored."""

    danger: str
    exploitation: list[str]
    indicators: list[Noticed]
    concerns: list[str]
    missing: list[Missing]
    messages: list[Message]


class Reading(BaseModel):
    """The situation read from one message (test mode)."""

    language: str
    intent: str | None
    danger: bool
    situation: dict[str, Any]
