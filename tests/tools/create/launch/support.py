"""Launch files on a desk: written, read and checked with real files against the sandbox."""

import json
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

from tests.tools.support import ACCOUNT, PROSPECTING, SUMMER, Desk, a_picture
from tools.domain.changes import Change
from tools.domain.files import given

LINK, PAGE = "https://northwind.example/", "104200000000001"
GOOD: dict[str, Any] = {"name": "Hero", "image_path": "hero.png", "bodies": ["Hang loose."]}


def launch_file(folder: Path, *ads: dict[str, Any], name: str = "launch.json", **shared: Any) -> str:
    """A launch file beside one good picture; gives its path."""
    if not (folder / "hero.png").exists():
        picture(folder / "hero.png")
    path = folder / name
    path.write_text(json.dumps({**shared, "ads": list(ads)}, indent=1), encoding="utf-8")
    return str(path)


def picture(path: Path, size: tuple[int, int] = (600, 600), turn: int = 0, **options: Any) -> Path:
    """A picture with something on it; each turn is another one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_drawn(Image.registered_extensions()[path.suffix], size, turn, **options))
    return path


@cache
def _drawn(kind: str, size: tuple[int, int], turn: int, **options: Any) -> bytes:
    grey = Image.linear_gradient("L").rotate(turn).resize(size)
    drawn = BytesIO()
    Image.merge("RGB", (grey, grey.rotate(90), grey.rotate(180))).save(drawn, kind, **options)
    return drawn.getvalue()


def problems(desk: Desk, file: str, **more: Any) -> list[str]:
    """What a launch is refused for, without the name of its folder."""
    desk.context.given = given([Path(file).parent])
    said = desk.refusal("launch_ads", file=file, **more).replace(f"{Path(file).parent}/", "")
    first, *lines = said.split("\n")
    assert first.startswith("Nothing was sent. ")
    return lines


def planned(desk: Desk, file: str) -> tuple[Change, ...]:
    return desk.propose("launch_ads", file=file).changes


def of_kind(changes: tuple[Change, ...], kind: str) -> list[Change]:
    return [change for change in changes if change.kind == kind]


def notes(desk: Desk, file: str) -> str:
    return desk.propose("launch_ads", file=file).note


def new_adset(desk: Desk, campaign: str = SUMMER, **about: Any) -> str:
    """An ad set made past the tools."""
    usual = {
        "name": "Made here",
        "campaign_id": campaign,
        "billing_event": "IMPRESSIONS",
        "optimization_goal": "LINK_CLICKS",
        "targeting": {"geo_locations": {"countries": ["US"]}},
        "daily_budget": 1000,
        "status": "PAUSED",
    }
    return str(desk.send("POST", f"{ACCOUNT}/adsets", usual | about)["id"])


def new_campaign(desk: Desk, **about: Any) -> str:
    usual = {
        "name": "Made here",
        "objective": "OUTCOME_TRAFFIC",
        "special_ad_categories": [],
        "status": "PAUSED",
        "is_adset_budget_sharing_enabled": False,
    }
    return str(desk.send("POST", f"{ACCOUNT}/campaigns", usual | about)["id"])


__all__ = [
    "ACCOUNT", "GOOD", "LINK", "PAGE", "PROSPECTING", "Desk", "a_picture", "launch_file", "new_adset",
    "new_campaign", "notes", "of_kind", "picture", "planned", "problems",
]  # fmt: skip
