"""Files that the scenarios of same_output.py use: pictures, a video and launch files, good and bad."""

import functools
import json
import zlib
from pathlib import Path


def write_files(folder: Path) -> None:
    """Pictures, a video and launch files, good and bad."""
    folder.mkdir()
    for turn, name in enumerate(("a", "b", "c")):
        (folder / f"{name}.png").write_bytes(picture(1080, turn))
    (folder / "small.png").write_bytes(picture(300, 0))
    (folder / "broken.png").write_bytes(picture(1080, 0)[:900])
    (folder / "clip.mp4").write_bytes(video())
    shared = {
        "campaign": "summer-sale",
        "adset_id": "23847000000001",
        "destination_url": "https://northwind.example/a",
    }
    ads = [
        {"name": f"Hero {n}", "image_path": f"{n}.png", "bodies": [f"Text {n}."], "titles": ["T"]}
        for n in "abc"
    ]
    bad = [{"name": "Hero a", "image_path": "small.png", "bodies": ["x", "x"]}, {"name": "Hero a", "imge": 1}]
    bad += [{"name": "N", "image_path": "none.png", "titles": ["t" * 60], "call_to_action": "SHOP_NOV"}]
    (folder / "good.json").write_text(json.dumps({**shared, "ads": ads}, indent=1))
    (folder / "good.yaml").write_text(json.dumps({**shared, "ads": ads[:1]}))  # JSON is YAML
    (folder / "bad.json").write_text(json.dumps({**shared, "page_id": "5", "ads": bad}, indent=1))
    (folder / "bad.yaml").write_text("campaign: x\nads:\n- name: [\n")


@functools.cache
def picture(size: int, turn: int) -> bytes:
    """A PNG of stripes, other ones for each turn."""
    row = bytes(v for x in range(size) for v in (x % 256, x * (turn + 2) % 256, 90 * turn))
    rows = b"".join(b"\0" + row[3 * y * turn :] + row[: 3 * y * turn] for y in range(size))
    header = size.to_bytes(4) * 2 + bytes((8, 2, 0, 0, 0))
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    chunks = (len(d).to_bytes(4) + kind + d + zlib.crc32(kind + d).to_bytes(4) for kind, d in parts)
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def video() -> bytes:
    boxes = ((b"ftyp", b"isom" + bytes(8)), (b"moov", bytes(20)), (b"mdat", bytes(1000)))
    return b"".join((len(data) + 8).to_bytes(4) + kind + data for kind, data in boxes)
