"""Only regular files are read, only up to a size, and only inside of what the person gave."""

import os
import socket
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, settings
from hypothesis import given as drawn
from hypothesis import strategies as st

from tests.draws import examples
from tools.domain.files import Closed, Given, given, read_regular, real_path

MOST = 1024 * 1024


def refused(path: Path, *, within_s: float = 5.0) -> str:
    """Why a file is not read; waiting for anything fails the test instead of hanging it."""
    said: list[str] = []

    def read() -> None:
        try:
            said.append(f"read {len(read_regular(path, Closed(), max_bytes=MOST))} bytes")
        except ValueError as error:
            said.append(str(error))

    thread = threading.Thread(target=read, daemon=True)
    thread.start()
    thread.join(within_s)
    assert said, f"{path} was waited for"
    return said[0]


def a_pipe(path: Path) -> None:
    os.mkfifo(path)


def a_socket(path: Path) -> None:
    here = Path.cwd()
    os.chdir(path.parent)  # the name of a socket is short
    with socket.socket(socket.AF_UNIX) as opened:
        opened.bind(path.name)
    os.chdir(here)


def a_link(path: Path) -> None:
    target = path.with_name("target")
    target.write_bytes(b"x")
    path.symlink_to(target)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (Path.mkdir, "a folder, not a file"),
        (a_pipe, "a pipe, not a file"),
        (a_socket, "a socket, not a file"),
        (a_link, "a link in the file's place"),
        (lambda _: None, "no such file"),
    ],
)
def test_what_is_no_regular_file_is_named_and_not_waited_for(
    tmp_path: Path, make: Callable[[Path], object], said: str
) -> None:
    """A pipe without a writer, a socket, a folder, a link: each is refused at once, in words."""
    make(tmp_path / "hero.png")
    assert refused(tmp_path / "hero.png") == f"{tmp_path / 'hero.png'}: {said}"


@pytest.mark.parametrize("path", ["/dev/zero", "/dev/null", "/dev/tty"])
def test_devices_are_not_read(path: str) -> None:
    """A device gives bytes without an end, or none, or waits for keys."""
    assert refused(Path(path)) == f"{path}: a device, not a file"


@pytest.mark.parametrize("path", ["/proc/self/environ", "/proc/self/mem", "/proc/kmsg"])
def test_files_of_the_kernel_give_nothing(path: str) -> None:
    """They claim to be regular and empty; what they would tell stays unread."""
    if not Path(path).exists():
        pytest.skip("no /proc here")
    said = refused(Path(path))
    assert said == "read 0 bytes" or "cannot be read" in said


@pytest.mark.parametrize(
    ("make", "said"),
    [(a_pipe, "a pipe, not a file"), (a_link, "cannot be read (Too many levels of symbolic links)")],
)
def test_what_takes_the_files_place_in_between_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: Callable[[Path], object], said: str
) -> None:
    """What counts is what was opened, not what was there a moment before."""
    path, real_open = tmp_path / "hero.png", os.open
    path.write_bytes(b"x")

    def swapped(name: str, flags: int) -> int:
        path.unlink()
        make(path)
        return real_open(name, flags)

    monkeypatch.setattr(os, "open", swapped)
    assert refused(path) == f"{path}: {said}"


@pytest.mark.parametrize(("size", "said"), [(MOST, f"read {MOST} bytes"), (MOST + 1, "larger than 1 MB")])
def test_the_size_limit_is_exact(tmp_path: Path, size: int, said: str) -> None:
    """As many bytes as allowed are read, and not one more."""
    (tmp_path / "a").write_bytes(bytes(size))
    assert refused(tmp_path / "a").endswith(said)


def test_a_file_that_grows_while_it_is_read_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The size is judged by what was read, too."""
    path, real = tmp_path / "log", os.fstat
    path.write_bytes(b"x")

    def then_grows(descriptor: int) -> os.stat_result:
        found = real(descriptor)
        os.truncate(path, MOST + 1)
        return found

    monkeypatch.setattr(os, "fstat", then_grows)
    assert refused(path).endswith("larger than 1 MB")


def test_a_read_error_is_a_refusal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A broken disk is named in words."""

    def fail(name: str, flags: int) -> int:
        raise OSError(5, "Input/output error", name)

    (tmp_path / "a").write_bytes(b"x")
    monkeypatch.setattr(os, "open", fail)
    assert refused(tmp_path / "a").endswith("a: cannot be read (Input/output error)")


@pytest.fixture
def pics(tmp_path: Path) -> Path:
    """A given folder between others that are not."""
    for name in ("pics/sub", "pics/.git", "pics-old", "secret"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "a.png").touch()
    (tmp_path / "pics" / ".env").touch()
    return tmp_path / "pics"


def allowed(folder: Path, text: str) -> bool:
    real = real_path(f"{folder}/{text}")
    assert real
    return given([folder]).allows(real)


@pytest.mark.parametrize(
    "text", ["", "a.png", "sub/a.png", "sub/../sub/a.png", "./sub//a.png", "not-there.png"]
)
def test_what_lies_in_a_given_folder_may_be_read(pics: Path, text: str) -> None:
    """However its path is written."""
    assert allowed(pics, text)


@pytest.mark.parametrize(
    "text",
    [
        "../secret/a.png",
        "..",
        "sub/../../secret/a.png",
        "../pics-old/a.png",
        ".env",
        ".git/a.png",
        "sub/../.env",
    ],
)
def test_what_lies_outside_or_is_hidden_may_not(pics: Path, text: str) -> None:
    """Neighbours with a like name, parents and hidden files stay out."""
    assert not allowed(pics, text)


def test_a_link_counts_by_where_it_leads(pics: Path) -> None:
    """A link of a file or of a folder to a place outside is no way out; one inside is fine."""
    (pics / "out.png").symlink_to("../secret/a.png")
    (pics / "way").symlink_to("../secret", target_is_directory=True)
    (pics / "hidden.png").symlink_to(".env")
    (pics / "in.png").symlink_to("sub/a.png")
    found = {name: allowed(pics, name) for name in ("out.png", "way/a.png", "hidden.png", "in.png")}
    assert found == {"out.png": False, "way/a.png": False, "hidden.png": False, "in.png": True}


def test_a_link_that_was_named_itself_may_be_read(pics: Path) -> None:
    """Who names a link means the file behind it, and only that one."""
    link = pics / "out.png"
    link.symlink_to("../secret/a.png")
    named = given([link])
    real = real_path(link)
    assert real
    assert named.allows(real)
    assert not named.allows(real.with_name("b.png"))


def test_a_hidden_file_that_was_named_itself_may_be_read(pics: Path) -> None:
    """Its name in the request is enough."""
    assert given([pics, pics / ".env"]).allows(pics / ".env")


def test_the_home_folder_its_parents_and_the_root_are_never_given(sealed: Path) -> None:
    """They hold everything a person has."""
    assert given(["/", "~", sealed, sealed.parent, sealed / "pics" / ".."]) == Given()
    assert given([sealed / "pics"]).roots == (sealed / "pics",)


@pytest.mark.parametrize("path", ["a\0b", "caf\udce9.png", "\ud83d.png"])
def test_what_no_file_can_be_called_is_no_path(path: str) -> None:
    """Also names that are no text: nobody could be shown what they approve."""
    assert real_path(path) is None


def test_a_link_to_a_name_that_is_no_text_is_no_path(tmp_path: Path) -> None:
    """The name behind a link could not be kept either."""
    odd = os.path.join(os.fsencode(tmp_path), b"caf\xe9.png")  # noqa: PTH118 - bytes
    with open(odd, "wb"):  # noqa: PTH123 - bytes
        pass
    (tmp_path / "hero.png").symlink_to(os.fsdecode(odd))
    assert real_path(tmp_path / "hero.png") is None


def test_a_link_to_itself_leads_nowhere(pics: Path) -> None:
    """A loop is refused like any other link."""
    (pics / "loop.png").symlink_to("loop.png")
    assert "link" in refused(pics / "loop.png")
    assert real_path(pics / "loop.png") is not None


PARTS = st.lists(
    st.sampled_from(
        ["..", ".", "sub", "a.png", ".git", ".env", "way", "secret", "pics", "．．", "..\u202e", "~"]
    ),
    max_size=6,
)


@drawn(parts=PARTS)
@settings(
    max_examples=examples(200),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_no_spelling_of_a_path_leads_out(pics: Path, parts: list[str]) -> None:
    """Whatever a path is made of: what may be read lies below the folder and is not hidden there."""
    way = pics / "way"
    if not way.is_symlink():
        way.symlink_to("../secret", target_is_directory=True)
    text = "/".join([str(pics), *parts])
    real = real_path(text)
    assume(real is not None)
    assert real
    inside = str(real) == str(pics) or str(real).startswith(f"{pics}/")
    hidden = "/." in str(real).removeprefix(str(pics))
    assert given([pics]).allows(real) == (inside and not hidden)
