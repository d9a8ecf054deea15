"""One change set: each picture once, each creative once, ads that are PAUSED and know what they wait for."""

import json
from pathlib import Path

import pytest

from tests.tools.create.launch.support import (
    GOOD,
    PROSPECTING,
    launch_file,
    new_adset,
    of_kind,
    picture,
    planned,
)
from tests.tools.support import demo_brand
from tools import registry
from tools.create.launch import spec
from tools.create.launch.checked_launch import LaunchInput
from tools.create.launch.spec import LaunchSpec

SCHEMA = Path(__file__).parents[4] / "docs" / "launch.schema.json"


def test_the_same_picture_is_uploaded_once(desk, tmp_path):
    """Two ads with one file, and a third with a copy of it: one upload, that all creatives wait for."""
    picture(tmp_path / "hero.png")
    (tmp_path / "copy.png").write_bytes((tmp_path / "hero.png").read_bytes())
    ads = [
        GOOD,
        GOOD | {"name": "B", "bodies": ["b"]},
        GOOD | {"name": "C", "image_path": "copy.png", "bodies": ["c"]},
    ]
    changes = planned(desk, launch_file(tmp_path, *ads))
    (upload,) = of_kind(changes, "upload_image")
    assert [c.depends_on for c in of_kind(changes, "create_creative")] == [(upload.id,)] * 3


def test_ads_that_say_the_same_share_a_creative(desk, tmp_path):
    """The same texts and picture in two ad sets are one creative and two ads."""
    adset = new_adset(desk)
    changes = planned(desk, launch_file(tmp_path, GOOD, GOOD | {"adset_id": adset}))
    (creative,) = of_kind(changes, "create_creative")
    ads = of_kind(changes, "create_ad")
    assert [ad.depends_on for ad in ads] == [(creative.id,)] * 2
    assert [ad.request.params["adset_id"] for ad in ads] == [PROSPECTING, adset]
    assert {ad.request.params["status"] for ad in ads} == {"PAUSED"}


def test_a_picture_of_the_library_needs_no_upload(desk, tmp_path):
    """What is there already is used by its hash, found by its content."""
    file = launch_file(tmp_path, GOOD)
    image_hash, *_ = desk.enact(*planned(desk, file))
    changes = planned(desk, launch_file(tmp_path, GOOD | {"name": "B", "bodies": ["b"]}))
    assert [change.kind for change in changes] == ["create_creative", "create_ad"]
    assert changes[0].request.params["object_story_spec"]["link_data"]["image_hash"] == image_hash
    other = planned(desk, launch_file(tmp_path, {"name": "C", "bodies": ["c"], "image_hashes": [image_hash]}))
    assert other[0].request.params["object_story_spec"]["link_data"]["image_hash"] == image_hash


def test_meta_takes_what_is_planned(desk, tmp_path):
    """Carried out one by one, a plan of all forms ends in ads."""
    several = GOOD | {"name": "Many", "bodies": ["a", "b"], "titles": ["t", "u"]}
    dynamic = several | {"name": "Dynamic", "adset_id": new_adset(desk, is_dynamic_creative=True)}
    pictures = {"image_path": None, "image_paths": ["hero.png", "other.png"]}
    picture(tmp_path / "other.png", turn=90)
    plain = GOOD | {"display_url": "a.example", "creative_features": {"image_touchups": "OPT_OUT"}}
    changes = planned(
        desk, launch_file(tmp_path, plain, several, dynamic, several | pictures | {"name": "Two"})
    )
    ids = desk.enact(*changes)
    ads = [ad_id for ad_id, change in zip(ids, changes, strict=True) if change.kind == "create_ad"]
    assert [desk.graph(ad_id, fields="status")["status"] for ad_id in ads] == ["PAUSED"] * 4


def test_what_a_person_must_see_is_shown(desk, tmp_path):
    """Remarks stand at the ad they concern, as a part of what is approved."""
    *_, ad = planned(desk, launch_file(tmp_path, GOOD | {"titles": ["t" * 45]}, campaign="Summer"))
    assert "most placements show 40 of titles" in ad.shown["note"]
    assert ad.launch == "Summer"


def test_a_launch_without_a_name_is_called_like_its_file(desk, tmp_path):
    """`campaign` may be left out."""
    *_, ad = planned(desk, launch_file(tmp_path, GOOD, name="autumn.json"))
    assert ad.launch == "autumn"


def test_a_model_gives_the_same_without_a_file(desk, tmp_path):
    """The tool takes the fields of a file as its input; files are found from the given folders."""
    path = picture(tmp_path / "hero.png")
    proposal = desk.propose("launch_ads", campaign="Chat", ads=[GOOD | {"image_path": str(path)}])
    assert [change.kind for change in proposal.changes] == ["upload_image", "create_creative", "create_ad"]
    said = desk.refusal("launch_ads", ads=[GOOD | {"image_path": str(path), "nam": 1}])
    assert 'input, ad 1 "Hero", nam: there is no such field; did you mean name?' in said


def test_a_file_and_ads_are_not_mixed(desk, tmp_path):
    """Either a file or ads."""
    said = desk.refusal("launch_ads", file=launch_file(tmp_path, GOOD), ads=[GOOD])
    assert said == "Give a file, or ads and their values: not both."


def test_meta_is_asked_without_making_anything(desk, tmp_path):
    """validate_remote sends every ad with its creative as validate_only; what Meta refuses is a problem."""
    before = desk.state()
    file = launch_file(tmp_path, GOOD, GOOD | {"name": "B", "bodies": ["a", "b"]})
    assert desk.call("launch_ads", file=file, validate_remote=True).changes
    asked = [r for r in desk.writes() if r["path"].endswith("/ads")]
    assert [json.loads(r["params"]["execution_options"]) for r in asked] == [["validate_only"]] * 2
    desk.context.brand = demo_brand(instagram_user_id="5")
    with pytest.raises(Exception, match="Meta would refuse it") as refused:
        desk.call("launch_ads", file=file, validate_remote=True)
    assert 'ad 2 "B"' in str(refused.value)
    assert desk.state() == before


def test_the_published_schema_is_the_one_in_use():
    """docs/launch.schema.json says what files are read by; `adsteward launch --schema` prints it."""
    assert json.loads(SCHEMA.read_text(encoding="utf-8")) == spec.schema()


def test_a_file_may_name_its_schema(desk, tmp_path):
    """Editors want it in the file."""
    assert planned(desk, launch_file(tmp_path, GOOD, **{"$schema": "launch.schema.json"}))


def test_a_model_sees_the_tool_when_it_asks_for_it():
    """It costs nothing until it is wanted, and little then."""
    assert "launch_ads" not in [d["name"] for d in registry.definitions()]
    (found,) = (d for d in registry.definitions({"launch"}) if d["name"] == "launch_ads")
    assert len(json.dumps(found)) < 2600
    assert found["input_schema"]["additionalProperties"] is False


def test_the_tool_takes_every_field_of_a_file():
    """What a file may say, a model may say."""
    assert set(LaunchInput.model_fields) - set(LaunchSpec.model_fields) == {"file", "validate_remote"}
