"""`adsteward init`: makes a workspace with a brand file to fill in, or chooses one that is there."""

import shutil
from pathlib import Path

from agent.cli.choosing import guardrails
from agent.setup import owned, private, trusted
from agent.setup.account_brand import own_files
from agent.setup.settings import STACK, data_file
from agent.setup.stops import ConfigError
from agent.show.ending import done
from agent.writes.other_workspaces import named, waiting_beside

NEXT = """Fill it in, then:
  adsteward login                    (paste a token; a System User token is best)
  adsteward doctor {}"""


def init(folder: Path, *, as_json: bool = False) -> int:
    """Copy the default workspace, never over a brand file that is there; either way it is chosen from now on."""
    said = list[str]()
    target = folder / STACK
    there = target.exists()
    if there:
        files = (target, *own_files(folder))
        for place in dict.fromkeys(place for file in files for place in owned.take_back(file, folder)):
            said.append(f"Nobody else can write to {place} any more.")
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
        said.append(f"{target} was there already and is as it was. It sets: {sets}.")
    else:
        said.append(f"Made {target}.")
    beside = f" and in {folder.resolve().parent}" if folder.name == "workspace" else ""
    said.append(f"You chose this workspace: adsteward uses it in {folder.resolve()}{beside}.")
    said += waiting_beside(folder)
    answer = "\n".join([*said, NEXT.format(named(folder))])
    return done(answer, as_json=as_json, workspace=str(folder.resolve()), made=not there)
