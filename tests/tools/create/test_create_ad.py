"""Ads are made PAUSED, in an ad set and from a creative of this account."""

from pathlib import Path

import pytest

from tests.tools.support import ACCOUNT, BROAD, EARLY_BIRD, PROSPECTING, SUMMER, Desk, a_picture, demo_brand
from tools.domain.changes import Change, Effect, Request, Spend, marker_of

CREATIVE = "23849000000001"


def test_an_ad_is_one_complete_change(reading: Desk) -> None:
    """It is PAUSED, goes to the brand's ad set, spends nothing, and can be deleted again."""
    change = reading.one("create_ad", name="Hammock", creative_id=CREATIVE)
    change_id, state = f"run.{reading.context.call_id}.0", reading.state()
    name = reading.graph(CREATIVE, fields="name")["name"]
    assert change == Change(
        id=change_id,
        kind="create_ad",
        effect=Effect.CREATE,
        account=ACCOUNT,
        level="ad",
        name="Hammock",
        names=(PROSPECTING, SUMMER, state[PROSPECTING]["name"], state[SUMMER]["name"], "Hammock"),
        where=tuple(f"“{state[i]['name']}” ({i})" for i in (SUMMER, PROSPECTING)),
        request=Request(
            path=f"{ACCOUNT}/ads",
            params={
                "name": "Hammock",
                "adset_id": PROSPECTING,
                "creative": {"creative_id": CREATIVE},
                "status": "PAUSED",
                "adlabels": [{"name": marker_of(change_id)}],
            },
        ),
        after={"status": "PAUSED"},
        spend=Spend(daily_minor=0, currency="USD"),
        shown={"ad set": f"Summer – Prospecting ({PROSPECTING})", "creative": f"{name} ({CREATIVE})"},
        reason="asked for",
        marker=marker_of(change_id),
        undo_note="delete the ad while it is still PAUSED",
    )


def test_the_ad_set_given_beats_the_brands(reading: Desk) -> None:
    """Another ad set of the account may be named."""
    change = reading.one("create_ad", name="n", creative_id=CREATIVE, adset_id=BROAD)
    assert change.request.params["adset_id"] == BROAD
    assert change.names[0] == BROAD


def test_nobody_can_ask_for_a_running_ad(reading: Desk) -> None:
    """There is no argument for the status, and a name cannot smuggle one in."""
    said = reading.refusal("create_ad", name="n", creative_id=CREATIVE, status="ACTIVE")
    assert "status: no such argument" in said
    change = reading.one("create_ad", name="n&status=ACTIVE", creative_id=CREATIVE)
    assert (change.request.params["status"], change.request.params["name"]) == ("PAUSED", "n&status=ACTIVE")


def test_image_creative_and_ad_of_one_turn_build_on_each_other(desk: Desk, tmp_path: Path) -> None:
    """Each waits for the one before it, and made in that order the ad is there, PAUSED, with all of it."""
    upload = desk.one("upload_image", paths=[str(a_picture(tmp_path / "hero.png"))])
    creative = desk.one("create_creative", name="Hero", image_hashes=["new:hero.png"], bodies=["b"])
    ad = desk.one("create_ad", name="Hero ad", creative_id="new:Hero")
    assert (creative.depends_on, ad.depends_on) == ((upload.id,), (creative.id,))
    assert ad.request.params["creative"] == {"creative_id": {"$from": creative.id, "field": "id"}}
    image_hash, creative_id, ad_id = desk.enact(upload, creative, ad)
    row = desk.graph(ad_id, fields="status,adlabels,creative{id,image_hash}")
    assert (row["status"], row["adlabels"][0]["name"]) == ("PAUSED", ad.marker)
    assert row["creative"] == {"id": creative_id, "image_hash": image_hash}


def test_a_new_creative_must_be_of_this_turn(desk: Desk, tmp_path: Path) -> None:
    """new: names creatives only, not images of the same name."""
    desk.propose("upload_image", paths=[str(a_picture(tmp_path / "hero.png"))])
    said = desk.refusal("create_ad", name="n", creative_id="new:hero.png")
    assert said == "'new:hero.png' names nothing proposed before it in this turn (there is: nothing)."


@pytest.mark.parametrize(
    ("adset_id", "why"),
    [
        ("999", "no such id"),
        (SUMMER, "it is the campaign"),
        (EARLY_BIRD, "it is the ad"),
        ("'me/x'", "no such name"),
    ],
)
def test_an_ad_set_that_is_none_is_refused(reading: Desk, adset_id: str, why: str) -> None:
    """Unknown ids, campaigns and ads are no ad sets."""
    said = reading.refusal("create_ad", name="n", creative_id=CREATIVE, adset_id=adset_id.strip("'"))
    assert said.startswith(f"Not an ad set of {ACCOUNT}: {adset_id} ({why}")


def test_a_brand_without_a_default_ad_set_has_to_be_told(desk: Desk) -> None:
    """What neither the request nor the brand file knows is asked for."""
    desk.context.brand = demo_brand(default_adset_id=None)
    said = desk.refusal("create_ad", name="n", creative_id=CREATIVE)
    assert said == "An ad needs an ad set: give adset_id, or set default_adset_id in stack.md."


def test_a_creative_of_another_account_is_refused(desk: Desk) -> None:
    """A creative the token can see elsewhere is not used here."""
    desk.world.nodes[CREATIVE].data["account_id"] = "999"
    said = desk.refusal("create_ad", name="n", creative_id=CREATIVE)
    assert said == f"{CREATIVE} belongs to act_999 (which this token may not read), not to {ACCOUNT}."


@pytest.mark.parametrize("creative_id", ["999", EARLY_BIRD, "act_123456789", "", "../me"])
def test_a_creative_that_is_none_is_refused(reading: Desk, creative_id: str) -> None:
    """Unknown ids, ads and other text are no creatives."""
    said = reading.refusal("create_ad", name="n", creative_id=creative_id)
    none = f"Not a creative of {ACCOUNT}: {creative_id} ("
    assert (
        none in said
        if creative_id.isdecimal()
        else f"No creative of {ACCOUNT} is called {creative_id!r}" in said
    )


def test_a_deleted_creative_is_refused(desk: Desk) -> None:
    """A creative that is gone makes no ad."""
    desk.send("DELETE", CREATIVE, {})
    said = desk.refusal("create_ad", name="n", creative_id=CREATIVE)
    assert said == f"The creative {CREATIVE} was deleted. Make a new one with create_creative."


def test_what_meta_is_known_to_refuse_is_not_proposed(desk: Desk, tmp_path: Path) -> None:
    """Parts that the ad set is to mix go into no ordinary ad set, of this turn or not, nor into a dynamic one that has its ad."""
    files = [str(a_picture(tmp_path / f"{color}.png", color=color)) for color in ("red", "blue")]
    made = list(desk.propose("upload_image", paths=files).changes)
    made += desk.propose(
        "create_creative", name="Mix", image_hashes=["new:red.png", "new:blue.png"], bodies=["b"]
    ).changes
    assert "mixes none: Meta refuses it there" in desk.refusal("create_ad", name="n", creative_id="new:Mix")
    within = {
        "campaign_id": SUMMER,
        "targeting": {"countries": ["US"]},
        "event": "PURCHASE",
        "daily_budget": "5 USD",
    }
    desk.propose("create_ad_set", name="Plain", **within)
    (dynamic,) = desk.propose("create_ad_set", name="Dynamic", dynamic_creative=True, **within).changes
    new = {"name": "n", "creative_id": "new:Mix"}
    assert "“Plain”" in desk.refusal("create_ad", **new, adset_id="new:Plain")
    assert desk.one("create_ad", **new, adset_id="new:Dynamic").depends_on[0] == dynamic.id
    creative = desk.enact(*made)[-1]
    assert "mixes none" in desk.refusal("create_ad", name="n", creative_id=creative)
    desk.world.nodes[PROSPECTING].data["is_dynamic_creative"] = True
    assert "takes one ad" in desk.refusal("create_ad", name="n", creative_id=creative)
