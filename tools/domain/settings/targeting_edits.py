"""The targeting of an ad set with some of it changed: what is not named stays as Meta shows it."""

from typing import Any, Literal, Self

from pydantic import Field, model_validator

from tools.domain.settings.placements import placements
from tools.domain.settings.targeting import (
    OLDEST,
    YOUNGEST,
    PeopleWords,
    ages,
    chosen,
    gender,
    labels,
    look_up,
    places_in,
)
from tools.domain.tool import Context, ToolError

_CLEARED = {"interests": "flexible_spec", "languages": "locales"}


class TargetingEdit(PeopleWords):
    genders: Literal["all", "women", "men"] | None = None
    age_min: int | None = Field(default=None, strict=True, ge=YOUNGEST, le=OLDEST)
    age_max: int | None = Field(default=None, strict=True, ge=YOUNGEST, le=OLDEST)
    advantage_audience: bool | None = None
    clear: list[Literal["interests", "languages", "placements"]] = Field(
        default=[], description="no longer narrowed by"
    )

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not any(getattr(self, name) not in (None, []) for name in TargetingEdit.model_fields):
            raise ValueError(f"give what is to be different: {', '.join(TargetingEdit.model_fields)}")
        return self


def edited(ctx: Context, spec: dict[str, Any], args: TargetingEdit) -> tuple[dict[str, Any], dict[str, str]]:
    """A targeting with the parts that are given in place of its own, and names for people. Raises ToolError."""
    found = look_up(ctx, args)
    gone = {_CLEARED[word] for word in args.clear if word in _CLEARED}
    new = {name: value for name, value in spec.items() if name not in gone} | chosen(found)
    if places := places_in(found):
        kept = {k: v for k, v in (spec.get("geo_locations") or {}).items() if k == "location_types"}
        new["geo_locations"] = kept | places
    if args.genders:
        new.pop("genders", None)
        new |= gender(args.genders)
    if args.placements or "placements" in args.clear:
        new = {k: v for k, v in new.items() if k != "publisher_platforms" and not k.endswith("_positions")}
        new |= placements(args.placements)
    new |= _ages(new, args)
    shown = {
        "places": labels(found, "countries", "regions", "cities"),
        "interests": labels(found, "interests"),
        "languages": labels(found, "languages"),
    }
    return new, {word: text for word, text in shown.items() if text}


def _ages(spec: dict[str, Any], args: TargetingEdit) -> dict[str, Any]:
    """Ages and Advantage+ audience, each as given or as it is. Raises ToolError."""
    automation = spec.get("targeting_automation") or {}
    broad = bool(automation.get("advantage_audience"))
    advantage = broad if args.advantage_audience is None else args.advantage_audience
    told = {"targeting_automation": automation | {"advantage_audience": int(advantage)}}
    if args.age_min is None and args.age_max is None and advantage == broad:
        return told
    limits = spec.get("age_min", YOUNGEST), spec.get("age_max", OLDEST)
    begun = spec.pop("age_range", None) or limits
    youngest, oldest = args.age_min or int(begun[0]), args.age_max or int(begun[1])
    if youngest > oldest:
        raise ToolError(f"age_min {youngest} is above age_max {oldest}.")
    return ages(youngest, oldest, advantage=advantage) | told
