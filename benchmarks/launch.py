"""How long 200 ads with 40 pictures take, beside the same chain made one call after the other.

Usage: python benchmarks/launch.py. The sandbox is a process of its own and takes 50 ms to answer each request.
One call after the other is the same chain as a script makes it, for each ad: upload, creative, ad, read-back, preview.
Ours is the whole command: checks, journal on disk, governor, read-back, previews and files. Exits 1 below ten times.
"""

import json
import multiprocessing
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from importlib import import_module
from io import StringIO
from pathlib import Path
from typing import Any

import httpx
from PIL import Image

ADS, PICTURES, ADSETS = 200, 40, 5
LATENCY_S = 0.05
WANTED = 10.0
ACCOUNT, PAGE, CAMPAIGN = "act_123456789", "104200000000001", "23846000000002"
LINK = "https://northwind.example/autumn"
MODULES = (
    "agent.cli.launch",
    "agent.run.session",
    "tools.create.launch.launch_ads",
    "PIL.JpegImagePlugin",
    "sandbox.http.app",
)
"""Loaded before anything is measured."""
HEADERS = {"Authorization": "Bearer sandbox-token"}


def serve(pipe: Any) -> None:
    """In a process of its own: the sandbox, and how long it takes to answer."""
    from sandbox.http.app import create_app
    from sandbox.http.server import serve as run

    run("127.0.0.1", 0, create_app(), on_ready=pipe.send)


@contextmanager
def sandbox() -> Iterator[httpx.Client]:
    """A fresh sandbox with ad sets for the launch; gives a client whose requests take the latency."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.Process(target=serve, args=(theirs,), daemon=True)
    process.start()
    theirs.close()  # so that a sandbox that cannot start is noticed
    with httpx.Client(base_url=f"http://127.0.0.1:{ours.recv()}", headers=HEADERS, timeout=60) as client:
        try:
            yield client
        finally:
            process.kill()
            process.join()


def slow(client: httpx.Client) -> None:
    rule = {"path": "*", "delay_s": LATENCY_S, "times": 1_000_000}
    client.post("/sandbox/faults", json=[{**rule, "path": "/*"}, {**rule, "path": "/"}]).raise_for_status()


def new_adsets(client: httpx.Client) -> list[str]:
    about = {
        "campaign_id": CAMPAIGN,
        "billing_event": "IMPRESSIONS",
        "optimization_goal": "LINK_CLICKS",
        "targeting": json.dumps({"geo_locations": {"countries": ["US"]}}),
        "daily_budget": "1000",
        "status": "PAUSED",
    }
    answers = [_post(client, f"{ACCOUNT}/adsets", {"name": f"Set {n}", **about}) for n in range(ADSETS)]
    return [str(answer["id"]) for answer in answers]


def pictures(folder: Path) -> list[Path]:
    paths = [folder / f"picture-{number:02}.jpg" for number in range(PICTURES)]
    for number, path in enumerate(paths):
        picture = Image.radial_gradient("L").resize((1080, 1080)).rotate(9 * number)
        Image.merge("RGB", (picture, picture.rotate(90), picture.rotate(180))).save(path, quality=60)
    return paths


def wanted(adsets: list[str], paths: list[Path]) -> list[dict[str, Any]]:
    """Each picture with its text in each ad set."""
    return [
        {
            "name": f"Ad {number:03}",
            "adset_id": adsets[number // PICTURES],
            "image_path": str(paths[number % PICTURES]),
            "bodies": [f"Made for long days outside, number {number % PICTURES}."],
            "titles": ["Autumn is here"],
            "call_to_action": "SHOP_NOW",
        }
        for number in range(ADS)
    ]


def one_by_one(client: httpx.Client, ads: list[dict[str, Any]]) -> tuple[float, float, int]:
    """Seconds of a script, those of its writes alone, and its calls."""
    writes_s, calls = 0.0, 0
    started = time.perf_counter()
    for ad in ads:
        begun = time.perf_counter()
        path = Path(ad["image_path"])
        files = {"source": (path.name, path.read_bytes(), "image/jpeg")}
        (image,) = _post(client, f"{ACCOUNT}/adimages", {}, files)["images"].values()
        link = {
            "link": LINK,
            "message": ad["bodies"][0],
            "name": ad["titles"][0],
            "image_hash": image["hash"],
            "call_to_action": {"type": ad["call_to_action"], "value": {"link": LINK}},
        }
        story = json.dumps({"page_id": PAGE, "link_data": link})
        creative = _post(client, f"{ACCOUNT}/adcreatives", {"name": ad["name"], "object_story_spec": story})
        about = {"name": ad["name"], "adset_id": ad["adset_id"], "status": "PAUSED"}
        used = json.dumps({"creative_id": creative["id"]})
        made = _post(client, f"{ACCOUNT}/ads", {**about, "creative": used})
        writes_s += time.perf_counter() - begun
        client.get(f"/v26.0/{made['id']}", params={"fields": "status"}).raise_for_status()
        preview = {"ad_format": "MOBILE_FEED_STANDARD"}
        client.get(f"/v26.0/{made['id']}/previews", params=preview).raise_for_status()
        calls += 5
    return time.perf_counter() - started, writes_s, calls


def ours(client: httpx.Client, ads: list[dict[str, Any]], folder: Path) -> tuple[float, dict[str, Any]]:
    """Seconds of `adsteward launch`, and what it reports."""
    from agent.cli.entry import _guarded

    for module in MODULES:
        import_module(module)
    (folder / "brand").mkdir()
    (folder / "brand" / "stack.md").write_text(f"max_new_ads_per_day: {ADS}\n", encoding="utf-8")
    file = folder / "launch.json"
    file.write_text(json.dumps({"campaign": "autumn", "destination_url": LINK, "ads": ads}), encoding="utf-8")
    os.environ["META_GRAPH_URL"] = str(client.base_url).rstrip("/")
    arguments = ["launch", str(file), "--sandbox", "--workspace", str(folder), "--approve", "safe", "--json"]
    started = time.perf_counter()
    with redirect_stdout(StringIO()) as said:
        code = _guarded(arguments)
    took = time.perf_counter() - started
    report = json.loads(said.getvalue())
    if code:
        sys.exit(f"the launch failed: {report['answer']}")
    return took, report


def _post(client: httpx.Client, path: str, data: dict[str, str], files: Any = None) -> dict[str, Any]:
    answer = client.post(f"/v26.0/{path}", data=data, files=files)
    if answer.status_code != 200:
        sys.exit(f"{path}: {answer.text}")
    found: dict[str, Any] = answer.json()
    return found


def made_in(client: httpx.Client, adsets: list[str]) -> Counter[str]:
    """The ads of the launch by status, asked past our own client."""
    found: Counter[str] = Counter()
    for adset in adsets:
        rows = client.get(f"/v26.0/{adset}/ads", params={"fields": "status", "limit": "100"}).json()["data"]
        found.update(row["status"] for row in rows)
    return found


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        workspace = Path(folder)
        paths = pictures(workspace)
        with sandbox() as client:
            adsets = new_adsets(client)
            slow(client)
            plain_s, writes_s, calls = one_by_one(client, wanted(adsets, paths))
            made = made_in(client, adsets)
        with sandbox() as client:
            adsets = new_adsets(client)
            slow(client)
            ours_s, report = ours(client, wanted(adsets, paths), workspace)
            launched = made_in(client, adsets)
    graph, changes = report["graph"], report["change_sets"][0]["changes"]
    kinds = Counter(change["kind"] for change in changes)
    print(f"{ADS} ads, {PICTURES} pictures, {LATENCY_S * 1000:.0f} ms for each answer")
    print(f"{'':<28}{'seconds':>9}{'requests':>10}  made")
    print(f"{'one call after the other':<28}{plain_s:>9.1f}{calls:>10}  {dict(made)}")
    print(f"{'  its writes alone':<28}{writes_s:>9.1f}{calls * 3 // 5:>10}")
    print(f"{'adsteward launch':<28}{ours_s:>9.1f}{graph['requests']:>10}  {dict(launched)}")
    print(
        f"  with {graph['batch_items']} batch items; {dict(kinds)}; waited {graph['waited_seconds']} s for the limits"
    )
    same = launched == made == Counter(PAUSED=ADS)
    print(f"{plain_s / ours_s:.1f} times faster; wanted {WANTED:.0f}")
    return int(not same or plain_s < WANTED * ours_s)


if __name__ == "__main__":
    sys.exit(main())
