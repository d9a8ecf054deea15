"""Pictures are checked here, named by their content, and sent only once."""

import hashlib
from pathlib import Path

import pytest
from PIL import Image

from tests.tools.support import ACCOUNT, Desk, a_picture
from tools.domain import image_files
from tools.domain.changes import Change, Effect, Request, Spend, Upload, marker_of
from tools.domain.files import Given, given


@pytest.mark.parametrize(
    ("name", "mime"), [("hero.png", "image/png"), ("hero.jpg", "image/jpeg"), ("hero", "image/png")]
)
def test_a_good_picture_is_one_complete_change(desk: Desk, tmp_path: Path, name: str, mime: str) -> None:
    """The file is named by path, content and type, whatever its ending; an upload costs nothing."""
    path = a_picture(tmp_path / name, format={"image/png": "PNG", "image/jpeg": "JPEG"}[mime])
    change = desk.one("upload_image", paths=[str(path)])
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    md5 = hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()
    assert change == Change(
        id="run.call1.0",
        kind="upload_image",
        effect=Effect.CREATE,
        account=ACCOUNT,
        name=name,
        request=Request(
            path=f"{ACCOUNT}/adimages",
            upload=Upload(path=str(path), sha256=digest, filename=name, mime=mime, graph_hash=md5),
        ),
        shown={"file": str(path)},
        spend=Spend(daily_minor=0, currency="USD"),
        reason="asked for",
        marker=marker_of("run.call1.0"),
        undo_note="stays in the image library; an unused image costs nothing",
    )


def test_several_pictures_are_several_changes(desk: Desk, tmp_path: Path) -> None:
    """Each file is a change of its own, in the order given; a path given twice counts once."""
    paths = [str(a_picture(tmp_path / f"{color}.png", color=color)) for color in ("red", "blue")]
    changes = desk.propose("upload_image", paths=[*paths, paths[0]]).changes
    assert [c.name for c in changes] == ["red.png", "blue.png"]
    assert [c.id for c in changes] == ["run.call1.0", "run.call1.1"]


def test_the_same_picture_twice_is_sent_once(desk: Desk, tmp_path: Path) -> None:
    """Two files with the same bytes are one image, under the first name, and that is said."""
    first = a_picture(tmp_path / "first.png")
    second = tmp_path / "second.png"
    second.write_bytes(first.read_bytes())
    proposal = desk.propose("upload_image", paths=[str(first), str(second)])
    assert [c.name for c in proposal.changes] == ["first.png"]
    assert proposal.note == "second.png is the same picture as first.png"


def test_a_picture_that_is_there_is_not_sent_again(desk: Desk, tmp_path: Path) -> None:
    """After an upload the same bytes need none, under any name; the note gives the hash."""
    path = a_picture(tmp_path / "hero.png")
    (image_hash,) = desk.enact(desk.one("upload_image", paths=[str(path)]))
    again = tmp_path / "again.png"
    again.write_bytes(path.read_bytes())
    proposal = desk.propose("upload_image", paths=[str(again)])
    assert proposal.changes == ()
    assert proposal.note == f"again.png is already there: image hash {image_hash}"
    assert desk.context.library == {"again.png": image_hash}


def test_every_hash_that_is_there_is_told(desk: Desk, tmp_path: Path) -> None:
    """However many pictures need no upload, each is named with its hash."""
    paths = [str(a_picture(tmp_path / f"{n}.png", (600, 600), color=(n, n, n))) for n in range(12)]
    hashes = desk.enact(*desk.propose("upload_image", paths=paths).changes)
    note = desk.propose("upload_image", paths=paths).note
    assert note.split("; ") == [f"{n}.png is already there: image hash {h}" for n, h in enumerate(hashes)]


def test_a_link_keeps_its_own_name(desk: Desk, tmp_path: Path) -> None:
    """A symbolic link is sent under the name that was given, from the file it stands for now."""
    real = a_picture(tmp_path / "store" / "x81.png")
    link = tmp_path / "hero.png"
    link.symlink_to(real)
    change = desk.one("upload_image", paths=[str(link)])
    assert change.name == "hero.png"
    assert change.request.upload
    assert (change.request.upload.path, change.request.upload.filename) == (str(real), "hero.png")


def test_a_home_folder_may_be_written_short(desk: Desk, sealed: Path) -> None:
    """A tilde stands for the home folder; an unknown user's is just no file."""
    a_picture(sealed / "pics" / "hero.png")
    desk.context.given = given(["~/pics", "~nobody-here"])
    assert desk.one("upload_image", paths=["~/pics/hero.png"]).name == "hero.png"
    assert "no such file" in desk.refusal("upload_image", paths=["~nobody-here/hero.png"])


@pytest.mark.parametrize(
    ("size", "said"),
    [
        ((599, 600), "bad.png: 599x600 is too small (at least 600 px each side)"),
        ((600, 1501), "bad.png: 600x1501 is too narrow or too wide (ratio 2:5 to 2:1)"),
        ((1201, 600), "bad.png: 1201x600 is too narrow or too wide"),
    ],
)
def test_sizes_no_placement_can_show_are_refused(
    desk: Desk, tmp_path: Path, size: tuple[int, int], said: str
) -> None:
    """Too few pixels or an extreme shape is refused with the numbers."""
    assert said in desk.refusal("upload_image", paths=[str(a_picture(tmp_path / "bad.png", size))])


@pytest.mark.parametrize("size", [(600, 600), (600, 1500), (1200, 600)])
def test_the_limits_themselves_are_allowed(desk: Desk, tmp_path: Path, size: tuple[int, int]) -> None:
    """A picture exactly at a limit is taken."""
    assert desk.one("upload_image", paths=[str(a_picture(tmp_path / "edge.png", size))]).name == "edge.png"


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "BMP", "TIFF"])
def test_other_formats_are_refused(desk: Desk, tmp_path: Path, kind: str) -> None:
    """Only what is JPG or PNG inside is taken, whatever the file is called."""
    path = a_picture(tmp_path / "photo.jpg", format=kind)
    said = desk.refusal("upload_image", paths=[str(path)])
    assert said.endswith(f"photo.jpg: {kind} is not accepted (use JPG or PNG)")


def test_a_phones_photo_is_a_jpeg(desk: Desk, tmp_path: Path) -> None:
    """Phones put several pictures into a .jpg; it is sent as the JPEG it is."""
    second = Image.new("RGB", (640, 640), "navy")
    path = a_picture(tmp_path / "phone.jpg", format="MPO", save_all=True, append_images=[second])
    change = desk.one("upload_image", paths=[str(path)])
    assert change.request.upload
    assert change.request.upload.mime == "image/jpeg"


def test_what_is_no_picture_is_refused(desk: Desk, tmp_path: Path) -> None:
    """A text, an empty file and pictures cut off in the middle are not readable."""
    text, empty = tmp_path / "text.png", tmp_path / "empty.png"
    text.write_text("a picture, honestly")
    empty.touch()
    cut = []
    for name in ("cut.png", "cut.jpg"):
        whole = a_picture(tmp_path / name, color="olive").read_bytes()
        (tmp_path / name).write_bytes(whole[: len(whole) // 2])
        cut.append(tmp_path / name)
    for path in (text, empty, *cut):
        said = desk.refusal("upload_image", paths=[str(path)])
        assert said == f"Nothing was uploaded. {path.name}: not a readable image (use JPG or PNG)"


@pytest.mark.parametrize("name", ["", "missing.png", "a\0b.png", "x" * 300 + ".png"])
def test_files_that_are_not_there_are_refused(desk: Desk, tmp_path: Path, name: str) -> None:
    """A missing or impossible file, and a folder, are named."""
    said = desk.refusal("upload_image", paths=[f"{tmp_path}/{name}"])
    assert (
        "a folder, not a file" in said if not name else ("no such file" in said or "cannot be read" in said)
    )
    assert str(tmp_path) in said


@pytest.mark.parametrize(
    ("path", "said"),
    [
        (
            "{0}/../secret.png",
            "not read, outside of {0}: the person can name the file or its folder in the request",
        ),
        ("/etc/passwd", "not read, outside of {0}: the person can"),
        ("/dev/zero", "not read, outside of {0}: the person can"),
        ("../../etc/passwd", "not read, outside of {0}: the person can"),
        ("{0}/link.png", "not read, outside of {0}: the person can"),
        ("{0}/.env", "hidden, and hidden files are only read when the person names them in the request"),
        ("{0}/.ssh/id.png", "hidden, and hidden files"),
    ],
)
def test_what_the_person_did_not_give_is_not_read(desk: Desk, tmp_path: Path, path: str, said: str) -> None:
    """Whatever the model was talked into; the refusal says what is allowed and what the person can do."""
    a_picture(tmp_path.parent / "secret.png")
    for hidden in (".env", ".ssh/id.png"):
        a_picture(tmp_path / hidden, format="PNG")
    (tmp_path / "link.png").symlink_to(tmp_path.parent / "secret.png")
    path = path.format(tmp_path)
    told = desk.refusal("upload_image", paths=[path])
    assert told.startswith(f"Nothing was uploaded. {path}: {said.format(tmp_path)}")


def test_where_nothing_was_given_that_is_said(desk: Desk, tmp_path: Path) -> None:
    """Nor does the refusal tell whether there is such a file."""
    desk.context.given = Given()
    a_picture(tmp_path / "a.png")
    there, missing = (
        desk.refusal("upload_image", paths=[f"{tmp_path}/{name}"]) for name in ("a.png", "b.png")
    )
    assert "no folder is given" in there
    assert there.replace("a.png", "b.png") == missing


def a_png_of(width: int, height: int) -> bytes:
    """The header of a PNG that promises many pixels."""
    import struct
    import zlib

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(bytes(99)))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("side", [10_000, 20_000, 2_000_000])
def test_a_picture_that_would_fill_the_memory_is_refused(desk: Desk, tmp_path: Path, side: int) -> None:
    """A small file may promise a huge picture; it is not unpacked."""
    (tmp_path / "bomb.png").write_bytes(a_png_of(side, side))
    said = desk.refusal("upload_image", paths=[str(tmp_path / "bomb.png")])
    assert said == "Nothing was uploaded. bomb.png: more than 89 million pixels (use a smaller picture)"


def test_an_animated_png_is_refused(desk: Desk, tmp_path: Path) -> None:
    """An ad image stands still, and the first picture may not be what the person saw."""
    path = a_picture(
        tmp_path / "moving.png", save_all=True, append_images=[Image.new("RGB", (1080, 1080), "red")]
    )
    said = desk.refusal("upload_image", paths=[str(path)])
    assert said.endswith("moving.png: an animated PNG is not accepted (use a still JPG or PNG)")


def test_a_format_that_starts_programs_is_never_decoded(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PostScript is refused by its header; Pillow would hand it to Ghostscript."""
    from PIL import EpsImagePlugin

    def decoded(*_: object, **__: object) -> None:
        raise AssertionError("Ghostscript was called")

    monkeypatch.setattr(EpsImagePlugin.EpsImageFile, "load", decoded)
    path = tmp_path / "page.png"
    path.write_bytes(
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 1080 1080\n%%EndComments\nshowpage\n%%EOF\n"
    )
    assert "EPS is not accepted" in desk.refusal("upload_image", paths=[str(path)])


def test_a_huge_file_is_not_even_read(desk: Desk, tmp_path: Path) -> None:
    """More than 30 MB is refused by size alone."""
    path = tmp_path / "huge.png"
    with path.open("wb") as file:
        file.truncate(image_files.MAX_BYTES + 1)
    assert desk.refusal("upload_image", paths=[str(path)]).endswith("huge.png: larger than 30 MB")


def test_one_bad_file_stops_all_and_all_are_named(desk: Desk, tmp_path: Path) -> None:
    """Nothing is proposed unless every file is good, and every bad one is listed at once."""
    good, small = a_picture(tmp_path / "good.png"), a_picture(tmp_path / "small.png", (10, 10))
    said = desk.refusal("upload_image", paths=[str(good), str(small), str(tmp_path / "none.png")])
    assert said.startswith("Nothing was uploaded. small.png: 10x10")
    assert said.endswith("none.png: no such file")
    assert "good.png" not in said


def test_the_change_can_be_made(desk: Desk, tmp_path: Path) -> None:
    """What is proposed is what Meta takes: the image is in the library afterwards."""
    path = a_picture(tmp_path / "hero.jpg", format="JPEG")
    (image_hash,) = desk.enact(desk.one("upload_image", paths=[str(path)]))
    rows = desk.graph(f"{ACCOUNT}/adimages", hashes=[image_hash], fields="name,width")["data"]
    assert [(row["name"], row["width"]) for row in rows] == [("hero.jpg", 1080)]
