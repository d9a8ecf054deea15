"""`adsteward init`: makes a workspace with a brand file to fill in."""

import shutil
import sys
from pathlib import Path

from agent.setup.settings import STACK, data_file
from agent.setup.stops import ConfigError


def init(folder: Path) -> int:
    """Copy the default workspace; never over an existing brand file."""
    target = folder / STACK
    if target.exists():
        raise ConfigError(f"{target} is there already; nothing was changed.")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(data_file(f"workspace/{STACK.as_posix()}"), target)
    except OSError as error:
        raise ConfigError(f"{target} cannot be written ({error.strerror}).") from None
    sys.stdout.write(
        f"Made {target}. Fill it in, then:\n"
        "  export FACEBOOK_ACCESS_TOKEN=…     (a System User token is best)\n"
        f"  adsteward doctor --workspace {folder}\n"
    )
    return 0
