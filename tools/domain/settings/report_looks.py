"""How the brand file says what a client's report looks like: where the logo lies, and the colour."""

import re
from pathlib import PurePosixPath

from tools.domain.money import shown


def inside(text: str) -> str:
    """The place of a picture below the workspace. Raises ValueError."""
    path = PurePosixPath(text.replace("\\", "/"))
    outside = path.is_absolute() or ".." in path.parts or ":" in text
    if outside or not text.isprintable() or len(text) > 200:
        raise ValueError(f"found {shown(text)}; write a picture's place in the workspace: brand/logo.png")
    return str(path)


def colour(text: object) -> str:
    """Six hex digits behind a #. Raises ValueError."""
    digits = str(text).removeprefix("#").lower()
    if not re.fullmatch(r"[0-9a-f]{6}", digits):
        raise ValueError(f"found {shown(text)}; write a colour as six hex digits, such as 1a73e8")
    return f"#{digits}"
