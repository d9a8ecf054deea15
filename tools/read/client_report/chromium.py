"""Prints a page with the Chromium of this computer, which sees that page alone: no network, none of our environment (the page forbids scripts itself)."""

import os
import shutil
import subprocess
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from tools.domain.tool import ToolError

NAMES = "chromium chromium-browser google-chrome google-chrome-stable chrome microsoft-edge msedge".split()
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
)
FLAGS = (
    "--headless --disable-gpu --no-first-run --disable-extensions --disable-sync --disable-background-networking"
    " --disable-component-update --hide-scrollbars"
).split()
NO_NETWORK = "--host-resolver-rules=MAP * ~NOTFOUND"
KEPT = ("PATH", "LANG", "LC_ALL", "SYSTEMROOT", "TEMP", "TMP")
"""Of the environment: no token and no key."""
TIMEOUT_S = 90
WIDTH, HEIGHT = 1000, 14_000
"""Of the window that a picture is taken of, in pixels; what is empty below is cut off."""
INSTEAD = "Nothing was written. Take html or xlsx, or print the html from a browser"

Form = Literal["pdf", "png"]


def browser(form: str) -> str:
    """The program that prints. Raises ToolError where there is none."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    found = found or next((place for place in PLACES if Path(place).is_file()), None)
    if found is None:
        raise ToolError(
            f"A {form} is made with Chromium or Chrome, and this computer has none. {INSTEAD}; or install it"
            " (Debian: `apt install chromium`) and ask again."
        )
    return found


def printed(page: str, form: Form, folder: Path) -> bytes:
    """A page as PDF or PNG; it is put into `folder` while that lasts. Raises ToolError."""
    program = browser(form)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=folder) as place:
            target = Path(place) / f"page.{form}"
            source = Path(place) / "page.html"
            source.write_text(page, encoding="utf-8")
            how = (
                [f"--print-to-pdf={target}", "--no-pdf-header-footer"]
                if form == "pdf"
                else [f"--screenshot={target}", f"--window-size={WIDTH},{HEIGHT}"]
            )
            _run(
                [
                    program,
                    *FLAGS,
                    *_root(),
                    NO_NETWORK,
                    f"--user-data-dir={place}/profile",
                    *how,
                    source.as_uri(),
                ],
                place,
            )
            made = target.read_bytes()
    except subprocess.TimeoutExpired:
        raise ToolError(f"{Path(program).name} did not end within {TIMEOUT_S} s. {INSTEAD}.") from None
    except (OSError, subprocess.CalledProcessError) as wrong:
        raise ToolError(f"{Path(program).name} made no {form} ({_said(wrong)}). {INSTEAD}.") from None
    return _cut(made) if form == "png" else made


def _run(command: list[str], home: str) -> None:
    own = {name: os.environ[name] for name in KEPT if name in os.environ}
    subprocess.run(  # noqa: S603 - a program of a fixed list, on a page of ours
        command,
        env={**own, "HOME": home},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=TIMEOUT_S,
        check=True,
    )


def _root() -> list[str]:
    """Chromium refuses to keep its own sandbox for root."""
    return ["--no-sandbox"] if getattr(os, "geteuid", lambda: 1)() == 0 else []


def _said(wrong: OSError | subprocess.CalledProcessError) -> str:
    if isinstance(wrong, subprocess.CalledProcessError):
        return f"it ended with {wrong.returncode}"
    return wrong.strerror or type(wrong).__name__


def _cut(png: bytes) -> bytes:
    """The picture without the empty rest below. Raises ToolError for a page that is longer than it."""
    from PIL import Image, ImageChops  # heavy, and only needed when a picture is made

    with Image.open(BytesIO(png)) as picture:
        shown = picture.convert("RGB")
    ground = Image.new("RGB", shown.size, shown.getpixel((0, shown.height - 1)))
    box = ImageChops.difference(shown, ground).getbbox()
    if box is None or box[3] == shown.height:
        raise ToolError("The report is too long for a picture. Nothing was written; take pdf or html.")
    file = BytesIO()
    shown.crop((0, 0, shown.width, box[3])).save(file, "PNG", optimize=True)
    return file.getvalue()
