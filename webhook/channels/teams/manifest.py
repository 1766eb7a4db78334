"""The manifest of the Teams app, in the words of Microsoft's schema 1.22 and within its limits.

https://developer.microsoft.com/json-schemas/teams/v1.22/MicrosoftTeams.schema.json
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from pydantic.alias_generators import to_camel

Guid = Annotated[str, StringConstraints(pattern=r"^[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$")]
Https = Annotated[str, StringConstraints(pattern=r"^https://[^/\s]+", max_length=2048)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=30)]
Publisher = Annotated[str, StringConstraints(min_length=1, max_length=32)]
Title = Annotated[str, StringConstraints(min_length=1, max_length=32)]
CommandTitle = Annotated[str, StringConstraints(min_length=1, max_length=128)]
Short = Annotated[str, StringConstraints(min_length=1, max_length=80)]
About = Annotated[str, StringConstraints(min_length=1, max_length=128)]
Full = Annotated[str, StringConstraints(min_length=1, max_length=4000)]
Scope = Literal["personal", "team", "groupChat"]


class _Part(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid")


class Developer(_Part):
    """Who publishes the app."""

    name: Publisher
    website_url: Https
    privacy_url: Https
    terms_of_use_url: Https


class Names(_Part):
    """What the app is called."""

    short: Name


class Descriptions(_Part):
    """What the app is for."""

    short: Short
    full: Full


class Icons(_Part):
    """Files of the package."""

    color: str
    outline: str


class Command(_Part):
    """Something to choose above the text box; its title is then written."""

    title: CommandTitle
    description: Full


class CommandList(_Part):
    """The commands of one kind of conversation."""

    scopes: list[Scope]
    commands: Annotated[list[Command], Field(max_length=10)]


class Bot(_Part):
    """Who answers."""

    bot_id: Guid
    scopes: list[Scope]
    command_lists: list[CommandList]
    supports_files: bool = False
    is_notification_only: bool = False


class Action(_Part):
    """An action on a message; its window is asked for when it is chosen."""

    id: str
    title: Title
    description: About
    type: Literal["action"] = "action"
    context: list[Literal["message"]] = ["message"]
    fetch_task: bool = True


class Extension(_Part):
    """The actions of the app."""

    bot_id: Guid
    commands: list[Action]


class Manifest(_Part):
    """The whole."""

    schema_address: str = Field(
        alias="$schema", default="https://developer.microsoft.com/json-schemas/teams/v1.22/MicrosoftTeams.schema.json"
    )
    manifest_version: Literal["1.22"] = "1.22"
    version: str
    id: Guid
    developer: Developer
    name: Names
    description: Descriptions
    icons: Icons
    accent_color: str
    default_install_scope: Scope = "personal"
    # The second: to answer a member of a team in private.
    permissions: list[str] = ["identity", "messageTeamMembers"]
    bots: list[Bot]
    compose_extensions: list[Extension]
