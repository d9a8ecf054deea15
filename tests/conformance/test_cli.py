"""Meta's `meta` command, unchanged: it reaches the sandbox under Meta's own address, through a proxy with its own CA."""

from __future__ import annotations

import json
import os
import subprocess
from typing import Any

import pytest

from sandbox import DEMO_ACCOUNT
from tests.conformance import meta_cli
from tests.conformance.proxy import proxied
from tests.conformance.server import running

WHY_NOT = meta_cli.missing()
pytestmark = pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT)
CAMPAIGN, SHARED, ADSET, AD, CREATIVE = (
    "23846000000002",
    "23846000000001",
    "23847000000001",
    "23848000000001",
    "23849000000001",
)
PAGE, PIXEL, BUSINESS = "104200000000001", "520000000000001", "330000000000001"
LINK = "https://northwind.example/"


@pytest.fixture(scope="module")
def world():
    """Run a sandbox for these tests."""
    with running() as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def routed(world, tmp_path_factory):
    """Give the environment in which Meta's addresses lead to the sandbox."""
    with proxied(world.port, tmp_path_factory.mktemp("ca")) as environment:
        yield environment


@pytest.fixture
def run(routed, tmp_path):
    """Run `meta`; gives what it did, whatever its exit code."""

    def ran(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        given = {"ACCESS_TOKEN": "sandbox-token", "AD_ACCOUNT_ID": DEMO_ACCOUNT}
        return subprocess.run(
            [str(meta_cli.META), "--no-color", *words],
            env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), **routed, **given, **environment},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    return ran


@pytest.fixture
def meta(run):
    """Run `meta ads …`; gives its text."""

    def done(*words: str, **environment: str) -> str:
        result = run("ads", *words, **environment)
        assert result.returncode == 0, result.stderr
        return result.stdout

    return done


@pytest.fixture
def rows(run):
    """Run `meta -o json ads …`; gives the rows it printed."""

    def printed(*words: str) -> list[dict[str, Any]]:
        result = run("-o", "json", "ads", *words)
        assert result.returncode == 0, result.stderr
        return json.loads(result.stdout)

    return printed


def test_who_is_asking(run):
    """`auth status` sees the token and hides it."""
    shown = run("auth", "status").stdout
    assert "Authenticated" in shown
    assert "sandbox-token" not in shown


LISTS = {
    "adaccount list": DEMO_ACCOUNT,
    "adaccount get": DEMO_ACCOUNT,
    "campaign list": CAMPAIGN,
    f"campaign get {CAMPAIGN}": CAMPAIGN,
    "adset list --limit 50": ADSET,
    f"adset list {CAMPAIGN}": ADSET,
    f"adset get {ADSET}": ADSET,
    "ad list --limit 100": AD,
    f"ad list {ADSET} --limit 50": AD,
    f"ad get {AD}": AD,
    "creative list --limit 100": CREATIVE,
    f"creative get {CREATIVE}": CREATIVE,
    "page list": PAGE,
    f"page get {PAGE}": PAGE,
    "dataset list": PIXEL,
    f"dataset get {PIXEL}": PIXEL,
}


@pytest.mark.parametrize("words", [words for words in LISTS if " list" in words])
def test_lists_as_tables(meta, words):
    """Each table has the object that is looked for."""
    assert LISTS[words] in meta(*words.split())


def test_plain_text(run):
    """Plain output has a line per object and no heading."""
    lines = run("-o", "plain", "ads", "campaign", "list").stdout.splitlines()
    assert any(line.split("\t")[2] == CAMPAIGN for line in lines)


@pytest.mark.parametrize("words", LISTS)
def test_lists_and_objects_as_json(rows, words):
    """With JSON output, too."""
    assert LISTS[words] in [row["id"] for row in rows(*words.split())]


def test_fields_of_ones_own_choice(rows):
    """`--fields` goes straight through."""
    (row,) = rows("campaign", "get", SHARED, "--fields", "name,daily_budget,special_ad_categories")
    assert row["special_ad_categories"] == []
    assert int(row["daily_budget"]) > 0


def test_datasets_of_a_business(meta):
    """A business given from outside is asked instead of the account's."""
    assert PIXEL in meta("dataset", "list", BUSINESS_ID=BUSINESS)


@pytest.mark.parametrize("words", ["study list", "catalog list"])
def test_what_the_demo_account_has_none_of(run, words):
    """Studies and catalogues are asked for, and there are none."""
    answer = run("ads", *words.split())
    assert (answer.returncode, answer.stderr.strip()) == (0, "No results.")


def test_guidance(rows):
    """Recommendations have a kind and a text."""
    assert {"type", "body"} & set(rows("guidance", "list")[0])


@pytest.mark.parametrize(
    "words",
    [
        "",
        "--date-preset last_7d --time-increment daily",
        "--since 2026-10-01 --until 2026-10-14 --time-increment weekly --breakdown age",
        "--breakdown publisher_platform --breakdown platform_position --sort spend_descending --limit 5",
        f"--campaign-id {CAMPAIGN} --breakdown gender",
        f"--adset-id {ADSET} --breakdown country --fields impressions,spend,ctr",
        f"--ad-id {AD} --time-increment monthly --date-preset last_90d --breakdown device_platform",
    ],
)
def test_insights(meta, words):
    """Figures come as Meta's raw answer, each a text."""
    answer = json.loads(meta("insights", "get", *words.split()))
    assert answer["data"]
    assert all(isinstance(value, str) for row in answer["data"] for value in row.values())


def test_insights_that_need_an_opt_in(meta):
    """A breakdown that an account must opt in to is empty without it, as since August 2026."""
    assert json.loads(meta("insights", "get", "--breakdown", "impression_device")) == {"data": []}


def test_from_campaign_to_ad(rows, meta, picture):
    """The sequence of the CLI's own help: campaign, ad set, creative, ad; then changes, then deletion."""
    (campaign,) = rows("campaign", "create", "--name", "Sales", "--objective", "OUTCOME_SALES")
    conversions = "--optimization-goal OFFSITE_CONVERSIONS --billing-event IMPRESSIONS --daily-budget 2000"
    where = f"--pixel-id {PIXEL} --custom-event-type PURCHASE --targeting-countries US"
    (ad_set,) = rows(*f"adset create --name US --campaign-id {campaign['id']} {conversions} {where}".split())
    look = f"--page-id {PAGE} --body Look --title Tent --link-url {LINK} --call-to-action SHOP_NOW"
    (creative,) = rows(*f"creative create --name Banner --image {picture.name} {look}".split())
    tracked = f"--conversion-domain northwind.example --pixel-id {PIXEL}"
    (ad,) = rows(
        *f"ad create --name Tent --adset-id {ad_set['id']} --creative-id {creative['id']} {tracked}".split()
    )
    assert (ad["effective_status"], ad["creative"]["id"]) == ("CAMPAIGN_PAUSED", creative["id"])
    for kind, made in (("campaign", campaign), ("adset", ad_set), ("ad", ad)):
        assert rows(kind, "update", made["id"], "--status", "ACTIVE")
    assert rows("ad", "get", ad["id"])[0]["effective_status"] == "PENDING_REVIEW"
    (changed,) = rows("adset", "update", ad_set["id"], "--daily-budget", "2400", "--name", "US 2")
    assert (changed["name"], changed["daily_budget"]) == ("US 2", "2400")
    for kind, made in (("ad", ad), ("creative", creative), ("adset", ad_set), ("campaign", campaign)):
        meta(kind, "delete", made["id"], "--force")
    assert rows("ad", "get", ad["id"])[0]["status"] == "DELETED"
    assert campaign["id"] not in meta("campaign", "list", "--limit", "100")


def test_pictures_in_a_dynamic_creative(rows, picture):
    """A creative of several pictures and texts, as the CLI writes it."""
    from PIL import Image

    Image.new("RGB", (600, 600), (9, 9, 9)).save(picture.with_name("second.png"))
    media = f"--images {picture.name} --images second.png --titles A --titles B --bodies x --bodies y"
    rest = f"--page-id {PAGE} --link-url {LINK} --call-to-actions SHOP_NOW --call-to-actions LEARN_MORE"
    (made,) = rows(*f"creative create --name Dynamic {media} {rest}".split())
    (shown,) = rows("creative", "get", made["id"])
    assert len(shown["asset_feed_spec"]["images"]) == 2


def test_a_video(rows, tmp_path):
    """A video is uploaded in chunks to the host for videos, then used in a creative."""
    (tmp_path / "clip.mp4").write_bytes(b"\0\0\0\x18ftypmp42" + bytes(200_000))
    look = f"--page-id {PAGE} --body Look --title Tent --link-url {LINK} --call-to-action LEARN_MORE"
    (made,) = rows(*f"creative create --name Clip --video clip.mp4 {look}".split())
    (shown,) = rows("creative", "get", made["id"])
    assert shown["object_story_spec"]["video_data"]["video_id"]


def test_creatives_change_their_name_only(run, rows):
    """The CLI sends a new story; Meta refuses it (docs/graph-api.md §8.4)."""
    assert rows("creative", "update", CREATIVE, "--name", "Renamed")[0]["name"] == "Renamed"
    refused = run("ads", "creative", "update", CREATIVE, "--body", "Other words")
    assert refused.returncode == 4
    assert "API error (100)" in refused.stderr


@pytest.mark.parametrize(
    ("words", "shared"),
    [
        ("--daily-budget 5000", None),
        ("--lifetime-budget 90000 --stop-time 2027-01-01T00:00:00-0500", None),
        ("--adset-budget-sharing", True),
        ("--daily-budget 5000 --special-ad-categories HOUSING", None),
    ],
)
def test_every_kind_of_budget(rows, words, shared):
    """Campaigns with a budget of their own, or one their ad sets share."""
    name = ["campaign", "create", "--name", "Budget", "--objective", "OUTCOME_SALES"]
    (made,) = rows(*name, *words.split(), "--fields", "name,is_adset_budget_sharing_enabled")
    assert made.get("is_adset_budget_sharing_enabled") == shared


def test_a_dry_run_makes_nothing(meta):
    """`validate_only` leaves the list as it was."""
    before = meta("campaign", "list", "--limit", "100")
    dry = "campaign create --name Dry --objective OUTCOME_SALES --daily-budget 5000"
    meta(*dry.split(), "--execution-options", "validate_only")
    assert meta("campaign", "list", "--limit", "100") == before


@pytest.mark.parametrize(
    ("words", "token", "said"),
    [
        ("ad get 404", "sandbox-token", "API error (100): Unsupported get request"),
        ("campaign list", "no-such-token", "API error (190): Invalid OAuth access token"),
        ("campaign list", "sandbox-expired", "API error (190): Error validating access token"),
        (f"ad update {AD} --status PAUSED", "sandbox-readonly", "API error (294)"),
        (f"adset update {ADSET} --daily-budget 1", "sandbox-token", "Your budget must be at least 1.00 USD"),
        ("campaign list --fields nonsense", "sandbox-token", "nonexisting field (nonsense)"),
    ],
)
def test_errors(run, words, token, said):
    """Every refusal is exit code 4 and one line, for writes with Meta's words for people."""
    refused = run("ads", *words.split(), ACCESS_TOKEN=token)
    assert refused.returncode == 4
    assert said in refused.stderr
    assert "Traceback" not in refused.stderr


def test_errors_that_come_with_status_200(run, world):
    """A security lock arrives with HTTP 200 and still is an error."""
    world.order({"path": f"/{AD}", "error": {"code": 31, "subcode": 3858385, "http_status": 200}})
    assert run("ads", "ad", "get", AD).returncode == 4


def test_nothing_is_deleted_without_a_word(run, rows):
    """Without `--force` and without a person the CLI gives up."""
    assert run("--no-input", "ads", "ad", "delete", AD).returncode != 0
    assert rows("ad", "get", AD)[0]["status"] == "ACTIVE"
