"""What a launch file may say: the batch format of Meta Ads Kit, and every field for each ad."""

import difflib
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BeforeValidator, Field, ValidationError, WithJsonSchema

from tools.create.launch.document import At
from tools.domain.arguments.wrong_words import wrong
from tools.domain.naming.new_names import NewName
from tools.domain.tool import Input

_LIST = {"type": "array", "items": {"type": "string"}, "maxItems": 5}


_SCHEMA = "$schema"
"""Tells an editor where the form of the file is written."""


def _number_as_text(value: Any) -> Any:
    return str(value) if type(value) is int else value


def _texts(value: Any) -> Any:
    """A list of texts; one text alone and `{"text": …}`, as asset feeds have it, are taken, too."""
    rows = [value] if isinstance(value, str | int) and not isinstance(value, bool) else value
    if not isinstance(rows, list):
        return rows
    return [
        _number_as_text(row["text"] if isinstance(row, dict) and set(row) == {"text"} else row)
        for row in rows
    ]


Text = Annotated[str, BeforeValidator(_number_as_text)]
Texts = Annotated[list[str], BeforeValidator(_texts), WithJsonSchema(_LIST)]
Paths = Annotated[list[str], BeforeValidator(_texts)]
Status = Literal["OPT_IN", "OPT_OUT"]


class AdFields(Input):
    """What holds for one ad, or at the top of the file for all that do not say it themselves."""

    campaign: Text | None = Field(
        None, description="Name of the launch: its results go to campaigns/NAME/ads."
    )
    adset_id: Text | None = Field(
        None,
        description="Id or name of the ad set the ads go into; default_adset_id of stack.md if left out.",
    )
    page_id: Text | None = Field(None, description="The Facebook page; page_id of stack.md if left out.")
    instagram_user_id: Text | None = None
    destination_url: Text | None = Field(
        None, description="https link; default_link of stack.md if left out."
    )
    display_url: Text | None = Field(None, description="The address people see instead of the link.")
    image_path: Text | None = Field(
        None, description="JPG or PNG, beside this file or from the current folder."
    )
    image_paths: Paths | None = Field(None, description="Several pictures, at most 10.")
    image_hashes: Paths | None = Field(None, description="Pictures that are in the account's library.")
    bodies: Texts | None = Field(None, description="Texts, at most 5.")
    titles: Texts | None = Field(None, description="Headlines, at most 5; 40 characters are shown whole.")
    descriptions: Texts | None = Field(None, description="At most 5; 30 characters are shown whole.")
    call_to_action: Text | None = Field(None, description="The button, such as LEARN_MORE (the default).")
    creative_features: dict[str, Status] | None = Field(
        None, description="Single Advantage+ features, such as image_touchups, with OPT_IN or OPT_OUT."
    )
    asset_feed_spec: dict[str, Any] | None = Field(
        None, description="Texts and button in the form of Meta's asset feed."
    )
    asset_feed_spec_path: Text | None = Field(None, description="A file with such an asset feed.")


class AdSpec(AdFields):
    """One ad."""

    name: Annotated[NewName, BeforeValidator(_number_as_text)]


class LaunchSpec(AdFields):
    """A launch file: what all ads share, and the ads, which are created PAUSED."""

    ads: list[AdSpec] = Field(min_length=1, max_length=1000)


_MEANT = {
    "link": "destination_url",
    "url": "destination_url",
    "website_url": "destination_url",
    "image": "image_path",
    "images": "image_paths",
    "picture": "image_path",
    "headline": "titles",
    "headlines": "titles",
    "title": "titles",
    "text": "bodies",
    "texts": "bodies",
    "body": "bodies",
    "message": "bodies",
    "primary_text": "bodies",
    "primary_texts": "bodies",
    "cta": "call_to_action",
    "button": "call_to_action",
    "ad_set": "adset_id",
    "ad_set_id": "adset_id",
    "adset": "adset_id",
    "page": "page_id",
    "instagram_actor_id": "instagram_user_id",
    "call_to_actions": "call_to_action",
}


class Parsed(NamedTuple):
    """A launch as far as its form can be read, and what is wrong with the rest."""

    launch: LaunchSpec | None
    """None where there are no ads to be read."""
    problems: list[tuple[At, str]]
    """Each with the place of the value."""
    unread: frozenset[At] = frozenset()
    """Where the fields would stand that the problems are about: they are not missing."""


def parse(data: Any) -> Parsed:
    """A launch without what is wrong with its form, so that the rest can be checked all the same."""
    if isinstance(data, dict):
        data = {name: value for name, value in data.items() if name != _SCHEMA}
    try:
        return Parsed(LaunchSpec.model_validate(data), [])
    except ValidationError as error:
        found = error.errors(include_url=False)
    problems, unread = [_problem(e) for e in found], frozenset(_field(e) for e in found)
    try:
        return Parsed(LaunchSpec.model_validate(_without(data, found)), problems, unread)
    except ValidationError:
        return Parsed(None, problems)


def _field(error: Any) -> At:
    """The place of the field that a problem is about, or of the one that was meant."""
    at = tuple(error["loc"])
    at = at[: 3 if at[:1] == ("ads",) else 1]
    if error["type"] == "extra_forbidden":
        near = nearest_of(str(at[-1]), list(AdSpec.model_fields))
        return (*at[:-1], near) if near else at
    return at


def _without(data: Any, errors: list[Any]) -> Any:
    """The data without the fields that are wrong; an ad that is none has a name alone, so that the others keep their numbers."""
    if not (isinstance(data, dict) and isinstance(data.get("ads"), list)):
        return data
    data = data | {"ads": [dict(ad) if isinstance(ad, dict) else {} for ad in data["ads"]]}
    for error in errors:
        at = tuple(error["loc"])
        if at[0] != "ads":
            data.pop(at[0], None)
        elif len(at) > 2:
            data["ads"][at[1]].pop(at[2], None)
    for number, ad in enumerate(data["ads"], 1):
        ad.setdefault("name", f"ad {number}")
    return data


def nearest(name: str, known: list[str]) -> str:
    """A hint at the field that was probably meant, or at all there are."""
    near = nearest_of(name, known)
    return f"did you mean {near}?" if near else f"there are {', '.join(known)}"


def nearest_of(name: str, known: list[str]) -> str:
    """The field that was probably meant, or nothing."""
    meant = _MEANT.get(name.strip().lower(), "")
    near = [meant] if meant in known else difflib.get_close_matches(name.strip().lower(), known, 1)
    return near[0] if near else ""


def _problem(error: Any) -> tuple[At, str]:
    at = tuple(error["loc"])
    if error["type"] == "extra_forbidden":
        known = list(AdSpec.model_fields if at[0] == "ads" and len(at) > 1 else LaunchSpec.model_fields)
        return at, f"there is no such field; {nearest(str(at[-1]), known)}"
    if error["type"] == "missing":
        return at, "is missing"
    if error["type"] in ("model_type", "model_attributes_type", "dict_type"):
        return at, "must be an object with named fields"
    return at, wrong(error).replace("Input should", "it should")


def schema() -> dict[str, Any]:
    """The JSON Schema of a launch file."""
    found = LaunchSpec.model_json_schema()
    found["properties"] = {_SCHEMA: {"type": "string"}} | found["properties"]
    head = {_SCHEMA: "https://json-schema.org/draft/2020-12/schema", "title": "adsteward launch file"}
    return head | {name: part for name, part in found.items() if name != "title"}
