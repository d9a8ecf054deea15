"""A person's own words say which files may be read; nobody else's do."""

import os
from pathlib import Path

import pytest
from PIL import Image

from agent.setup.readable_files import given_by, given_in, with_pictures
from tests.agent.support import ScriptedModel
from tools.domain.files import real_path


@pytest.fixture
def pics(tmp_path: Path) -> Path:
    """A folder with a blank in its name, outside of workspace and current folder."""
    folder = tmp_path / "my pics"
    folder.mkdir()
    for name in ("hero.png", "two.png", ".env"):
        (folder / name).touch()
    return folder


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """The workspace folder."""
    (tmp_path / "ws").mkdir()
    return tmp_path / "ws"


def allows(workspace: Path, path: Path | str, *texts: str) -> bool:
    real = real_path(path)
    assert real
    return given_by(texts, workspace).allows(real)


@pytest.mark.parametrize(
    "text",
    [
        'upload "{0}/hero.png" please',
        "upload '{0}/hero.png', and make an ad",
        "Don't wait: use '{0}/hero.png'",
        "upload “{0}/hero.png”.",
        "use `{0}/hero.png`!",
        "upload {1}/hero.png",
        "upload ({1}/hero.png)",
        "upload {1}/two.png,{1}/hero.png;",
        "all pictures in '{0}'",
        "all pictures in {1}/.",
        "from {1}/../ws/../my\\ pics/",
    ],
)
def test_a_file_that_the_words_name_may_be_read(pics: Path, workspace: Path, text: str) -> None:
    """Quoted or not, with punctuation around it, itself or its folder."""
    said = text.format(pics, str(pics).replace(" ", "\\ "))
    assert allows(workspace, pics / "hero.png", said)
    assert not allows(workspace, pics / ".env", said)


def test_an_earlier_request_counts_too(pics: Path, workspace: Path) -> None:
    """A talk goes on about the same files."""
    assert allows(workspace, pics / "hero.png", f"upload '{pics}/hero.png'", "now make an ad from it")


def test_other_files_of_the_folder_are_not_named_with_one(pics: Path, workspace: Path) -> None:
    """One file named is one file given."""
    assert not allows(workspace, pics / "two.png", f"upload '{pics}/hero.png'")


def test_names_are_looked_for_in_the_current_folder_and_below_home(sealed: Path, workspace: Path) -> None:
    """Relative names and a tilde mean what they mean in a shell."""
    for folder in (sealed / "Downloads", sealed / ".cache"):
        folder.mkdir()
    assert allows(workspace, sealed / "Downloads" / "a.png", "the picture in ~/Downloads")
    os.chdir(sealed)
    assert allows(workspace, sealed / "Downloads" / "a.png", "the picture in Downloads")
    assert not allows(workspace, sealed / "Downloads" / "a.png", "the picture")
    assert not allows(workspace, sealed / ".cache" / "a.png", "everything in ~ please")


def test_the_workspace_and_the_current_folder_may_be_read(workspace: Path) -> None:
    """Without being named."""
    assert allows(workspace, workspace / "pics" / "a.png", "upload")
    assert allows(workspace, Path.cwd() / "a.png", "upload")
    assert not allows(workspace, Path.cwd().parent / "a.png", "upload")


@pytest.mark.parametrize(
    "said", ["improve CTR / CPC", "hm .. go on", "all in /", "in ~", "~20 % more", "", "/ // /./"]
)
def test_marks_between_words_give_no_folder(workspace: Path, said: str) -> None:
    """A lone slash or a pair of dots opens nothing, nor does the home folder."""
    (Path.cwd() / "deep" / "er").mkdir(parents=True)
    os.chdir("deep/er")
    for path in ("/etc/passwd", Path.home() / "a.png", Path.cwd().parent / "a.png"):
        assert not allows(workspace, path, said)


def test_everyday_words_name_no_system_folder(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a container that starts at the root, "run" and "media" are words, not folders."""
    monkeypatch.chdir("/")
    assert not allows(workspace, "/run/a.png", "run the media plan from etc to usr")
    assert allows(workspace, "/usr/a.png", "run the plan in /usr")


def test_a_current_folder_that_is_gone_gives_nothing(workspace: Path, tmp_path: Path) -> None:
    """No folder, no error."""
    gone = tmp_path / "gone"
    gone.mkdir()
    os.chdir(gone)
    gone.rmdir()
    assert given_by(["upload a.png"], workspace).roots == (workspace,)


def test_all_texts_of_a_tools_input_count(tmp_path: Path) -> None:
    """Who writes the input himself has named everything in it."""
    named = given_in(
        {"paths": [f" {tmp_path}/a b.png", 3, None], "name": str(tmp_path / "c"), "n": {"x": "/y"}}
    )
    assert named.roots == (tmp_path / "a b.png", tmp_path / "c")
    assert given_in(["x"]).roots == given_in(None).roots == ()


def _upload(path: Path) -> ScriptedModel:
    return ScriptedModel([[("upload_image", {"paths": [str(path)]})], "done"])


def test_a_model_cannot_read_what_nobody_named(open_session, tmp_path: Path) -> None:
    """What an ad's name or an earlier tool result says is no word of the person."""
    path = tmp_path / "private.png"
    Image.new("RGB", (800, 800)).save(path)
    session = open_session()
    for request in ("how are my ads?", "and now?"):
        model = _upload(path)
        report = session.run(request, model)
        assert report.change_sets == ()
        assert "the person can name the file" in model.results()[-1]["error"]
    report = session.run(f"upload {path}", _upload(path))
    assert [o.said for o in report.change_sets[0].outcomes] == ["done"]
    (tmp_path / "later.png").write_bytes(path.read_bytes())
    again = _upload(path)
    session.run("go on", again)
    assert "is already there" in again.results()[-1]["note"]
    assert session.run("go on", _upload(tmp_path / "later.png")).change_sets == ()


def test_a_tool_call_by_hand_names_its_own_files(open_session, tmp_path: Path) -> None:
    """`adsteward tool upload_image` reads what it is told to, if it is a picture."""
    path = tmp_path / 'it\'s "a" b.png'
    Image.new("RGB", (800, 800)).save(path)
    os.mkfifo(tmp_path / "pipe.png")
    session = open_session()
    report, _ = session.tool("upload_image", {"paths": [str(path)]})
    assert len(report.change_sets) == 1
    _, result = session.tool("upload_image", {"paths": [str(tmp_path / "pipe.png")]})
    assert result["error"].endswith("pipe.png: a pipe, not a file")


@pytest.mark.parametrize("swap", ["pipe", "other", "link", "gone"])
def test_a_file_swapped_after_approval_is_not_sent(
    open_session, sandbox, faults, workspace, swap: str
) -> None:
    """What is applied is what was approved, and nothing hangs."""
    path = workspace / "a.png"
    Image.new("RGB", (800, 800)).save(path)
    session = open_session("none")
    (stored,) = session.run("upload", _upload(path)).change_sets
    other = workspace / "other.png"
    Image.new("RGB", (900, 900)).save(other)
    path.unlink()
    match swap:
        case "pipe":
            os.mkfifo(path)
        case "other":
            other.rename(path)
        case "link":
            path.symlink_to(other)
    session.journal.approve(stored.change_set, "test")
    report = session.apply(stored.change_set)
    (outcome,) = report.change_sets[0].outcomes
    assert "It was not uploaded." in f"{outcome.note}{report.answer}"
    assert not faults.sent_writes()


def test_a_folder_or_pattern_of_pictures_is_its_pictures(tmp_path, monkeypatch):
    """As a shell does it; a folder by its bare name only where pictures are spoken of, and nothing hidden."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pics").mkdir()
    for name in ("b.png", "a one.jpg", ".c.png", "text.txt"):
        (tmp_path / "pics" / name).touch()
    both = '"pics/a one.jpg", pics/b.png'
    for said, meant in (
        ("launch the pictures in pics in ad set X", f"launch the pictures from {both} in ad set X"),
        ("launch pics/ with text", f"launch {both} with text"),
        ("make ads from pics/*.png.", "make ads from pics/*.png."),
        ("make ads from pics/*.png in X", "make ads from pics/b.png in X"),
        ("ads from ./pics/*", "ads from ./pics/*"),
        ("ads in the pics campaign", "ads in the pics campaign"),
        ("spend in pics", "spend in pics"),
        ("ads from none/*.png", "ads from none/*.png"),
    ):
        assert with_pictures(said) == meant
