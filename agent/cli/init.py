"""`adsteward init`: makes a workspace with a brand file to fill in, or chooses one that is there."""

import shutil
import sys
from pathlib import Path

from agent.cli.choosing import guardrails
from agent.setup import owned, private, trusted
from agent.setup.account_brand import own_files
from agent.setup.settings import STACK, data_file
from agent.setup.stops import ConfigError

NEXT = """Fill it in, then:
  adsteward login                    (paste a token; a System User token is best)
  adsteward doctor --workspace {}
"""


def init(folder: Path) -> int:
    """Copy the default workspace, never over a brand file that is there; either way it is chosen from now on."""
    target = folder / STACK
    there = target.exists()
    if there:
        files = (target, *own_files(folder))
        for place in dict.fromkeys(place for file in files for place in owned.take_back(file, folder)):
            sys.stdout.write(f"Nobody else can write to {place} any more.\n")
        sets = guardrails(folder)
    else:
        try:
            private.make_folder(target.parent)
            shutil.copyfile(data_file(f"workspace/{STACK.as_posix()}"), target)
        except OSError as error:
            raise ConfigError(f"{target} cannot be written ({error.strerror}).") from None
        owned.take_back(target, folder)
    trusted.choose(folder)
    if there:
        sys.stdout.write(f"{target} was there already and is as it was. It sets: {sets}.\n")
        sys.stdout.write(f"You chose this workspace: adsteward uses it in {folder.resolve()}")
        sys.stdout.write(f" and in {folder.resolve().parent}.\n" if folder.name == "workspace" else ".\n")
    else:
        sys.stdout.write(f"Made {target}. ")
    sys.stdout.write(NEXT.format(folder))
    return 0
