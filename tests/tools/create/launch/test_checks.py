"""Everything that can be wrong with a launch is found before anything is sent, each with its place."""

from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.tools.create.launch.support import (
    ACCOUNT,
    GOOD,
    PAGE,
    PROSPECTING,
    Desk,
    launch_file,
    new_adset,
    new_campaign,
    notes,
    picture,
    planned,
    problems,
)
from tests.tools.support import demo_brand

T50, D30 = "t" * 50, "d" * 30


def wrong(desk: Desk, folder: Path, **changed: Any) -> list[str]:
    """The problems of the good ad with one thing changed."""
    return problems(desk, launch_file(folder, GOOD | changed))


def test_a_good_ad_has_no_problem(desk, tmp_path):
    """The ad that all other tests spoil is proposed as it is."""
    kinds = [change.kind for change in planned(desk, launch_file(tmp_path, GOOD))]
    assert kinds == ["upload_image", "create_creative", "create_ad"]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("missing.jpg", None, "no such file"),
        ("text.jpg", b"not a picture", "not a readable image (use JPG or PNG)"),
        ("cut.png", "cut", "not a readable image (use JPG or PNG)"),
        ("folder.png", "folder", "a folder, not a file"),
        ("wrong.gif", "GIF", "GIF is not accepted (use JPG or PNG)"),
        ("wrong.webp", "WEBP", "WEBP is not accepted (use JPG or PNG)"),
        ("large.png", "large", "larger than 30 MB"),
        ("small.png", (599, 600), "599x600 is too small (at least 600 px each side)"),
        ("wide.png", (1300, 640), "1300x640 is too narrow or too wide (ratio 2:5 to 2:1)"),
        (
            "both.png",
            (100, 700),
            "too small (at least 600 px each side) and 100x700 is too narrow or too wide",
        ),
    ],
)
def test_a_file_that_is_no_fitting_picture(reading, tmp_path, name, content, said):
    """Missing, no picture, broken, another format, too large, too small, a wrong ratio: named with file and line."""
    path = tmp_path / name
    match content:
        case bytes():
            path.write_bytes(content)
        case "cut":
            path.write_bytes(picture(path).read_bytes()[:900])
        case "folder":
            path.mkdir()
        case "large":
            path.touch()
            with path.open("r+b") as file:
                file.truncate(30 * 1024 * 1024 + 1)
        case str():
            Image.new("RGB", (700, 700)).save(path, format=content)
        case tuple():
            picture(path, content)
    (line,) = wrong(reading, tmp_path, image_path=name)
    assert line.startswith(f'launch.json line 5, ad 1 "Hero", image_path: {name}: ')
    assert said in line


def test_a_picture_from_elsewhere_is_not_read(desk, tmp_path):
    """A launch file cannot name pictures outside of what the person gave."""
    outside = picture(tmp_path.parent / "outside.png")
    (line,) = wrong(desk, tmp_path, image_path=str(outside))
    assert "not read, outside of" in line
    assert "--images FOLDER" in line


def test_nearly_the_same_picture_is_noted(desk, tmp_path):
    """The same scene in another size and quality is said; another scene is not."""
    picture(tmp_path / "again.jpg", (1200, 1200), quality=70)
    picture(tmp_path / "other.jpg", turn=45)
    ads = [
        GOOD,
        GOOD | {"name": "B", "image_path": "again.jpg"},
        GOOD | {"name": "C", "image_path": "other.jpg"},
    ]
    said = notes(desk, launch_file(tmp_path, *ads))
    assert "again.jpg is nearly the same picture as hero.png" in said
    assert "other.jpg is nearly" not in said


def test_plain_colours_are_not_the_same_picture(desk, tmp_path):
    """Two pictures without any edge differ by their colour."""
    for colour in ("red", "blue"):
        Image.new("RGB", (1080, 1080), colour).save(tmp_path / f"{colour}.png")
    ads = [GOOD | {"name": c, "image_path": f"{c}.png"} for c in ("red", "blue")]
    assert "nearly" not in notes(desk, launch_file(tmp_path, *ads))


@pytest.mark.parametrize(
    ("size", "said"),
    [
        ((1079, 1079), "1080 on the shorter side look sharp"),
        ((1500, 1200), "no usual ratio"),
        ((1080, 1350), ""),
    ],
)
def test_a_picture_that_is_not_ideal_is_noted(desk, tmp_path, size, said):
    """What Meta takes but shows badly is a remark, not a problem."""
    picture(tmp_path / "p.png", size)
    note = notes(desk, launch_file(tmp_path, GOOD | {"image_path": "p.png"}))
    assert said in note if said else note == ""


@pytest.mark.parametrize(
    ("field", "texts", "said"),
    [
        ("titles", ["t" * 51], "titles 1: 'tttttttttttttttttttttttttttttt'… has 51 characters; at most 50"),
        (
            "bodies",
            ["b" * 2201],
            "bodies 1: 'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb'… has 2201 characters; at most 2200",
        ),
        ("descriptions", ["d" * 51], "has 51 characters; at most 50"),
        ("titles", ["a", "  "], "titles 2: is empty"),
        ("bodies", list("abcdef"), "bodies: has 6 texts; Meta takes at most 5"),
        ("titles", list("abcdef"), "titles: has 6 texts; Meta takes at most 5"),
        ("descriptions", list("abcdef"), "descriptions: has 6 texts; Meta takes at most 5"),
        ("titles", ["a", "b", "a"], "titles: 'a' is there 2 times; each text once"),
    ],
)
def test_texts_that_do_not_fit(reading, tmp_path, field, texts, said):
    """Too long, empty, too many, twice the same."""
    (line,) = wrong(reading, tmp_path, **{field: texts})
    assert said in line


@pytest.mark.parametrize(
    ("field", "text", "noted"),
    [
        ("titles", "t" * 40, False),
        ("titles", "t" * 41, True),
        ("titles", T50, True),
        ("descriptions", D30, False),
        ("descriptions", "d" * 31, True),
        ("bodies", "b" * 125, False),
        ("bodies", "b" * 126, True),
    ],
)
def test_texts_that_are_cut_off_are_noted(desk, tmp_path, field, text, noted):
    """Up to the length that is shown whole nothing is said, above it a remark."""
    assert ("most placements show" in notes(desk, launch_file(tmp_path, GOOD | {field: [text]}))) is noted


def test_more_than_ten_pictures(desk, tmp_path):
    """The eleventh picture is named."""
    names = [picture(tmp_path / f"{n}.png", turn=7 * n).name for n in range(11)]
    (line,) = problems(desk, launch_file(tmp_path, {"name": "A", "bodies": ["b"], "image_paths": names}))
    assert line.endswith("image_paths 11: is picture 11; Meta takes at most 10")


@pytest.mark.parametrize(
    ("button", "said"),
    [
        ("shopnow", "use SHOP_NOW"),
        ("click here", "is no button of Meta's: use"),
        ("SEND_MESSAGE", "use MESSAGE_PAGE"),
    ],
)
def test_a_button_meta_does_not_have(reading, tmp_path, button, said):
    """It is refused with the nearest that there is."""
    (line,) = wrong(reading, tmp_path, call_to_action=button)
    assert f"call_to_action: {button!r}" in line
    assert said in line


@pytest.mark.parametrize(
    ("link", "said"),
    [
        ("http://a.example", "is no https link"),
        ("www.a.example", "is no https link"),
        ("https://a b.example", "is no https link"),
        ("https://[", "is no https link"),
        ("https://localhost/x", "cannot be reached from the internet"),
        ("https://intranet/x", "cannot be reached from the internet"),
        ("https://shop.local", "cannot be reached from the internet"),
        ("https://192.168.1.5/x", "cannot be reached from the internet"),
        ("https://me@a.example", "carries a user name"),
    ],
)
def test_a_link_nobody_can_open(reading, tmp_path, link, said):
    """Not https, or an address that only some computers reach."""
    (line,) = wrong(reading, tmp_path, destination_url=link)
    assert f"destination_url: {link!r} {said}" in line


def test_what_is_missing_is_asked_for_once(desk, tmp_path):
    """Page, ad set, link, text and picture: one line each, naming the ads and where to set it."""
    desk.context.brand = demo_brand(page_id=None, default_adset_id=None, default_link=None)
    lines = problems(desk, launch_file(tmp_path, {"name": "A"}, {"name": "B"}))
    for word in ("adset_id", "page_id", "destination_url", "bodies", "a picture"):
        (line,) = (line for line in lines if f"{word} is missing" in line)
        assert 'ad 1 "A", ad 2 "B"' in line
        assert "give" in line
    assert len(lines) == 5


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("adset_id", "77", "77 is no"),
        ("adset_id", "act_1", f"Not an ad set of {ACCOUNT}: 'act_1' (no such name)"),
        ("adset_id", "summer", "'summer' fits"),
        ("page_id", "77", "77 is no"),
        ("page_id", "act_1", "'act_1' is no id"),
    ],
)
def test_ids_of_others(reading, tmp_path, name, value, said):
    """A page or ad set that is not the account's, or is no id at all."""
    (line,) = wrong(reading, tmp_path, **{name: value})
    assert f"{name}: {said}" in line


def test_an_ad_set_may_be_named(desk, tmp_path):
    """Its name in a launch file is as good as its id."""
    by_name = planned(desk, launch_file(tmp_path, GOOD, adset_id="summer - prospecting"))
    assert [c.request.params["adset_id"] for c in by_name if c.kind == "create_ad"] == [PROSPECTING]


def test_a_picture_hash_the_library_lacks(reading, tmp_path):
    """An invented hash is named."""
    (line,) = wrong(reading, tmp_path, image_path=None, image_hashes=["0" * 32])
    assert f"image_hashes 1: {'0' * 32} is not in the image library of {ACCOUNT}" in line


def test_an_ad_set_that_is_full(desk, tmp_path):
    """51 ads do not fit; what is there already counts."""
    adset = new_adset(desk)
    desk.context.brand = demo_brand(max_new_ads_per_day=60)
    ads = [GOOD | {"name": f"A{n}"} for n in range(51)]
    (line,) = problems(desk, launch_file(tmp_path, *ads, adset_id=adset))
    assert f"Made here ({adset}) has 0 ads and is to get 51; an ad set holds 50: use several ad sets" in line
    desk.enact(*planned(desk, launch_file(tmp_path, ads[0], adset_id=adset)))
    (line,) = problems(desk, launch_file(tmp_path, *ads[1:], adset_id=adset))
    assert "has 1 ad and is to get 50" in line


def test_a_dynamic_ad_set_takes_one_ad(desk, tmp_path):
    """Two ads do not go into an ad set with dynamic creative."""
    adset = new_adset(desk, is_dynamic_creative=True)
    (line,) = problems(desk, launch_file(tmp_path, GOOD, GOOD | {"name": "B"}, adset_id=adset))
    assert "has dynamic creative and takes one ad; it has 0 and is to get 2" in line


def test_an_app_campaign_wants_a_store_link(desk, tmp_path):
    """The objective decides what an ad may lead to, and its button."""
    promoted = {"application_id": "1", "object_store_url": "https://play.google.com/store/apps/details?id=x"}
    adset = new_adset(
        desk,
        new_campaign(desk, objective="OUTCOME_APP_PROMOTION"),
        optimization_goal="APP_INSTALLS",
        promoted_object=promoted,
    )
    lines = problems(desk, launch_file(tmp_path, GOOD | {"call_to_action": "SHOP_NOW"}, adset_id=adset))
    assert any(
        "promotes an app (OUTCOME_APP_PROMOTION): the link must lead to its store" in line for line in lines
    )
    assert any(
        "SHOP_NOW does not fit OUTCOME_APP_PROMOTION; use INSTALL_MOBILE_APP" in line for line in lines
    )


def test_a_lead_form_cannot_be_a_link(desk, tmp_path):
    """An ad set that collects leads in a form takes no ad with a link."""
    campaign = new_campaign(desk, objective="OUTCOME_LEADS")
    adset = new_adset(desk, campaign, optimization_goal="LEAD_GENERATION", promoted_object={"page_id": PAGE})
    (line,) = problems(desk, launch_file(tmp_path, GOOD, adset_id=adset))
    assert "collects leads in a form (LEAD_GENERATION), which an ad with a link has not" in line


def test_an_ad_set_for_messages_wants_their_button(desk, tmp_path):
    """The destination decides about the button; a message button elsewhere is a remark."""
    adset = new_adset(desk, destination_type="MESSENGER")
    (line,) = problems(desk, launch_file(tmp_path, GOOD, adset_id=adset))
    assert "LEARN_MORE does not fit the destination MESSENGER; use MESSAGE_PAGE" in line
    file = launch_file(tmp_path, GOOD | {"call_to_action": "MESSAGE_PAGE"}, adset_id=PROSPECTING)
    assert "MESSAGE_PAGE opens a talk" in notes(desk, file)


def test_a_special_ad_category_is_noted(desk, tmp_path):
    """Ads in a campaign of such a category are said to be."""
    campaign = new_campaign(desk, special_ad_categories=["HOUSING"])
    targeting = {"geo_locations": {"countries": ["US"]}, "targeting_automation": {"advantage_audience": 0}}
    adset = new_adset(desk, campaign, targeting=targeting)
    assert "special ad category HOUSING" in notes(desk, launch_file(tmp_path, GOOD, adset_id=adset))


def test_names_that_are_taken(desk, tmp_path):
    """In the file, or in the ad set already: each is a problem; in another ad set it is none."""
    other = new_adset(desk)
    (line,) = problems(desk, launch_file(tmp_path, GOOD, GOOD | {"name": "HERO"}))
    assert line.endswith('ad 2 "HERO", name: ad 1 of the same ad set has this name already')
    planned(desk, launch_file(tmp_path, GOOD, GOOD | {"adset_id": other}))
    *_, ad_id = desk.enact(*planned(desk, launch_file(tmp_path, GOOD)))
    (line,) = problems(desk, launch_file(tmp_path, GOOD))
    assert f"the ad set has an ad of this name already ({ad_id})" in line


@pytest.mark.parametrize("name", ["two\nlines", "\x1b[31mred", "turned\u202eround"])
def test_names_that_hide_something(reading, tmp_path, name):
    """A name is one line of what people see."""
    (line,) = wrong(reading, tmp_path, name=name)
    assert "name: must be one line of text without hidden characters" in line


def test_protected_names(desk, tmp_path):
    """What stack.md protects gets no new ads either."""
    (line,) = wrong(desk, tmp_path, name="My evergreen hero")
    assert line.endswith('ad 1 "My evergreen hero": it is protected by stack.md (*evergreen*)')


def test_an_account_that_may_not_run_ads(desk, tmp_path):
    """A stopped account is said before anything is tried."""
    object.__setattr__(desk.context.account, "state", "DISABLED")
    assert any("cannot run ads" in line for line in problems(desk, launch_file(tmp_path, GOOD)))


def test_all_problems_come_at_once(desk, tmp_path):
    """Form, what is missing, files, texts and account are looked at together, in the file's order, each problem with its line."""
    ads = [
        GOOD | {"image_path": "no.png"},
        GOOD | {"name": "B", "titles": ["t" * 60], "bodies": 5.5, "adset_id": "77"},
        {"image_path": "hero.png", "url": "url_x", "bodies": ["b"], "daily_budget": "lots"},
    ]
    file = launch_file(tmp_path, *ads, destination_url="http://x.example", page_id=True)
    text = Path(file).read_text().split("\n")
    at = {
        word: number
        for number, line in enumerate(text, 1)
        for word in ("http:", "true", "no.png", "ttt", "5.5", "77", "url_x", "lots")
        if word in line
    }
    assert [line.split(":")[0] for line in problems(desk, file)] == [
        f"launch.json line {at['http:']}, destination_url",
        f"launch.json line {at['true']}, page_id",
        f'launch.json line {at["no.png"]}, ad 1 "Hero", image_path',
        f'launch.json line {at["5.5"]}, ad 2 "B", bodies',
        f'launch.json line {at["ttt"]}, ad 2 "B", titles 1',
        f'launch.json line {at["77"]}, ad 2 "B", adset_id',
        f"launch.json line {at['url_x'] - 2}, ad 3, name",
        f"launch.json line {at['url_x']}, ad 3, url",
        f"launch.json line {at['lots']}, ad 3, daily_budget",
    ]


def test_what_cannot_be_read_is_not_called_missing(desk, tmp_path):
    """A field of a wrong form, or under a wrong name, is told once; what is missing is asked for beside it, at the top."""
    odd = {"name": "A", "images": ["hero.png"], "text": "b", "titles": ["t" * 60]}
    missing, *others = problems(desk, launch_file(tmp_path, odd, {"name": "B", "image_path": 5}, 7))
    assert 'bodies is missing for ad 2 "B"' in missing
    assert len(others) == 5
    assert not any("missing" in line for line in others)


def test_the_same_problem_is_said_once(desk, tmp_path):
    """What is wrong with many ads in the same way is one line that names them."""
    ads = [GOOD | {"name": f"A{n}", "image_path": "no.png"} for n in range(8)]
    (line,) = problems(desk, launch_file(tmp_path, *ads))
    assert line.endswith('(the same: ad 2 "A1", ad 3 "A2", ad 4 "A3", ad 5 "A4", ad 6 "A5" and 2 more)')


@pytest.mark.parametrize(
    ("ad", "said"),
    [
        ({"nam": "x"}, "nam: there is no such field; did you mean name?"),
        ({"link": "x"}, "link: there is no such field; did you mean destination_url?"),
        ({"headlines": ["x"]}, "headlines: there is no such field; did you mean titles?"),
        ({"zzz": 1}, "zzz: there is no such field; there are campaign, adset_id"),
        ({"titles": {"a": 1}}, "titles: must be a list"),
        ({"adset_id": True}, "adset_id: must be a text"),
        ({"name": ""}, "name: empty; say what it is to be"),
        (
            {"creative_features": {"image_touchups": "YES"}},
            "creative_features image_touchups: it should be 'OPT_IN'",
        ),
        ({"creative_features": {"standard_enhancements": "OPT_IN"}}, "is no single feature"),
    ],
)
def test_the_form_of_a_file(reading, tmp_path, ad, said):
    """Unknown fields are errors with the nearest name; wrong types with what is wanted."""
    lines = problems(reading, launch_file(tmp_path, GOOD | ad))
    assert any(said in line for line in lines), lines


@pytest.mark.parametrize("content", ["[]", '"x"', "null", '{"ads": []}', '{"ads": 5}', '{"ads": [5]}', "{}"])
def test_no_launch_at_all(reading, tmp_path, content):
    """JSON that is no launch ends in a sentence."""
    (tmp_path / "launch.json").write_text(content)
    assert problems(reading, str(tmp_path / "launch.json"))


@pytest.mark.parametrize("field", ["name", "bodies", "titles", "destination_url"])
def test_a_token_in_what_an_ad_says(reading, tmp_path, field):
    """Nobody publishes a token by a launch, and the problem does not repeat it."""
    token = "EAA" + "canaryTOKEN" * 3
    text = f"https://shop.example/?key={token}" if field == "destination_url" else f"go {token}"
    lines = wrong(reading, tmp_path, **{field: [text] if field in ("bodies", "titles") else text})
    assert any("contains an access token or another secret; take it out" in line for line in lines)
    assert not any(token in line for line in lines)
